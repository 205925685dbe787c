//! What is not known is taken both ways.
//!
//! A walk asks whenever it cannot tell, and is told one way; then it is walked again
//! and told the other. So a walk is written as if it always knew.

use crate::value::{MAX_ALTERNATIVES, Unknown};

use super::Trace;

/// Something that is not known, taken one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// What is not known: "/srv/www/a.css is there".
    pub what: String,
    /// Why it is not.
    pub unknown: Unknown,
    /// Whether it is taken to hold.
    pub holds: bool,
}

/// The answers for one walk.
#[derive(Default)]
pub(super) struct Choices {
    /// What to answer, in the order of the questions.
    script: Vec<bool>,
    /// What was asked by now.
    pub(super) asked: Vec<Assumption>,
}

impl Choices {
    /// Walks every way, the first always with "yes".
    pub(super) fn each<'a>(mut walk: impl FnMut(&mut Self) -> Trace<'a>) -> Vec<Trace<'a>> {
        let mut traces: Vec<Trace<'a>> = Vec::new();
        let mut script = Vec::new();
        loop {
            let mut choices = Self {
                script,
                asked: Vec::new(),
            };
            let mut trace = walk(&mut choices);
            script = choices.asked.iter().map(|asked| asked.holds).collect();
            trace.assumed = choices.asked;
            traces.push(trace);
            // The next way: the last "yes" becomes a "no", and what came behind it is asked anew.
            while script.last() == Some(&false) {
                script.pop();
            }
            let Some(last) = script.last_mut() else {
                return traces;
            };
            *last = false;
            if traces.len() == MAX_ALTERNATIVES {
                // Too many ways to follow them all: what is missing is not known.
                if let Some(last) = traces.last_mut() {
                    let why = "there are too many ways that it may take";
                    last.answer = super::Answer::Unknown(Unknown::because(why));
                    last.status = None;
                    last.why = why.to_owned();
                }
                return traces;
            }
        }
    }

    /// Whether that was asked before.
    pub(super) fn is_decided(&self, what: &str) -> bool {
        self.asked.iter().any(|asked| asked.what == what)
    }

    /// Whether `what` is taken to hold in this walk; the same question has the same answer.
    pub(super) fn decide(&mut self, what: String, unknown: Unknown) -> bool {
        if let Some(known) = self.asked.iter().find(|asked| asked.what == what) {
            return known.holds;
        }
        let holds = self.script.get(self.asked.len()).copied().unwrap_or(true);
        self.asked.push(Assumption {
            what,
            unknown,
            holds,
        });
        holds
    }
}
