//! How often both say the same, and what they say where they do not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::asked::Answer;
use crate::cases::Case;

/// More of them are read by no one at once.
const MAX_SHOWN: usize = 40;

#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) agreed: usize,
    pub(crate) disagreed: usize,
    /// How often djlint holds back, by its reason.
    undecided: BTreeMap<String, usize>,
    of_the_machine: usize,
    /// What nginx says and djlint does not, or the other way round.
    messages: BTreeMap<String, usize>,
    pub(crate) wrong: String,
    /// What both say, to be recorded.
    #[cfg_attr(
        not(feature = "live"),
        allow(dead_code, reason = "nothing is recorded")
    )]
    pub(crate) cases: Vec<Case>,
}

impl Tally {
    pub(crate) fn count(&mut self, text: String, nginx: Answer, own: Answer) {
        match (&nginx, &own) {
            (Answer::Open(_), _) => self.of_the_machine += 1,
            (_, Answer::Open(why)) => {
                let why: String = why.chars().take(60).collect();
                *self.undecided.entry(why).or_default() += 1;
            }
            _ if nginx.agrees(&own) => {
                self.agreed += 1;
                self.cases.push(Case {
                    text,
                    answer: nginx,
                });
            }
            _ => {
                self.disagreed += 1;
                let message = format!("{} / {}", kind(&nginx), kind(&own));
                let count = self.messages.entry(message).or_default();
                *count += 1;
                if *count <= 2 && self.disagreed <= MAX_SHOWN {
                    writeln!(self.wrong, "{text}\nnginx: {nginx:?}\ndjlint: {own:?}\n").unwrap();
                }
            }
        }
    }

    /// How many in a hundred djlint decides, of those that the machine does not.
    pub(crate) fn decided(&self) -> f64 {
        let undecided: usize = self.undecided.values().sum();
        let decided = self.agreed + self.disagreed;
        100.0 * decided as f64 / (decided + undecided).max(1) as f64
    }

    pub(crate) fn summary(&self) -> String {
        let decided = self.agreed + self.disagreed;
        let sorted = |counts: &BTreeMap<String, usize>| {
            let mut lines: Vec<_> = counts.iter().map(|(text, count)| (*count, text)).collect();
            lines.sort_by(|one, other| other.cmp(one));
            let lines = lines
                .iter()
                .map(|(count, text)| format!("{count:6} {text}\n"));
            lines.collect::<String>()
        };
        format!(
            "{} of {decided} decided cases agree ({:.2} %), {:.2} % are decided, {} more depend on the machine\n\nundecided:\n{}\nnginx / djlint:\n{}",
            self.agreed,
            100.0 * self.agreed as f64 / decided.max(1) as f64,
            self.decided(),
            self.of_the_machine,
            sorted(&self.undecided),
            sorted(&self.messages),
        )
    }
}

/// A message without what is between quotes, so that the same ones fall together.
pub(crate) fn kind(answer: &Answer) -> String {
    match answer {
        Answer::Accepted => "accepted".to_owned(),
        Answer::Open(why) => why.clone(),
        Answer::Refused(_, says) => {
            let parts = says.split('"').step_by(2);
            parts.collect::<Vec<_>>().join("\"\"")
        }
    }
}
