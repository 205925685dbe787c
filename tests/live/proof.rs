//! One rule, shown on the running programs.

use crate::deployment::Deployment;
use crate::djlint;
use crate::http::Request;
use crate::machine;
use crate::stage::Stage;

/// What a broken deployment does and a sound one does not.
pub(crate) struct Proof {
    pub(crate) rule: &'static str,
    pub(crate) broken: Deployment,
    pub(crate) symptom: Vec<Sign>,
    pub(crate) sound: Deployment,
    pub(crate) health: Vec<Sign>,
}

/// Something that can be seen from outside. nginx and uWSGI are started for those that
/// need them.
pub(crate) enum Sign {
    /// The request gets this status.
    Status(Request, u16),
    /// The answer holds this text.
    Body(Request, &'static str),
    /// nginx answers with this status while uWSGI does not run.
    StatusWithoutUwsgi(Request, u16),
    /// nginx wrote this, by now.
    NginxLog(&'static str),
    /// uWSGI or Django wrote this, by now.
    UwsgiLog(&'static str),
    /// `nginx -t` fails and says this.
    NginxRefuses(&'static str),
    /// `nginx -t` is content.
    NginxAccepts,
    /// uWSGI ends by itself with this exit code, says this, and leaves nothing running.
    UwsgiEnds(i32, &'static str),
    /// `manage.py` with these words fails and says this.
    ManageFails(&'static [&'static str], &'static str),
    /// `manage.py` with these words succeeds.
    ManageWorks(&'static [&'static str]),
    /// Anything else: looks for itself, and panics where it does not see it.
    Shown(fn(&mut Stage)),
}

impl Sign {
    fn look(&self, stage: &mut Stage) {
        match *self {
            Self::Status(request, status) => {
                let answer = stage
                    .serve()
                    .ask(request)
                    .unwrap_or_else(|| panic!("no answer to {request:?}"));
                assert_eq!(answer.status, status, "{request:?}: {answer:#?}");
            }
            Self::Body(request, text) => {
                let answer = stage
                    .serve()
                    .ask(request)
                    .unwrap_or_else(|| panic!("no answer to {request:?}"));
                assert!(answer.body.contains(text), "no {text:?}: {answer:#?}");
            }
            Self::StatusWithoutUwsgi(request, status) => {
                let answer = stage.serve_nginx().ask(request).expect("an answer");
                assert_eq!(answer.status, status, "{request:?}: {answer:#?}");
            }
            Self::NginxLog(text) => {
                stage.wait_for(&format!("nginx writes {text:?}"), |stage| {
                    stage.nginx_log().contains(text)
                });
            }
            Self::UwsgiLog(text) => {
                stage.wait_for(&format!("uWSGI writes {text:?}"), |stage| {
                    stage.uwsgi_log().contains(text)
                });
            }
            Self::NginxRefuses(text) => {
                let ran = stage.nginx_test();
                assert!(
                    !ran.status.success() && ran.output.contains(text),
                    "{ran:#?}"
                );
            }
            Self::NginxAccepts => {
                let ran = stage.nginx_test();
                assert!(ran.status.success(), "{ran:#?}");
            }
            Self::UwsgiEnds(code, text) => {
                let ran = stage.uwsgi_to_its_end();
                assert_eq!(ran.status.code(), Some(code), "{ran:#?}");
                stage.wait_for(&format!("uWSGI writes {text:?}"), |stage| {
                    stage.uwsgi_log().contains(text)
                });
                stage.wait_for("nothing of uWSGI runs", |stage| {
                    stage.processes().is_empty()
                });
            }
            Self::ManageFails(words, text) => {
                let ran = stage.manage(words);
                assert!(
                    !ran.status.success() && ran.output.contains(text),
                    "{ran:#?}"
                );
            }
            Self::ManageWorks(words) => {
                let ran = stage.manage(words);
                assert!(ran.status.success(), "{ran:#?}");
            }
            Self::Shown(look) => look(stage),
        }
    }
}

impl Proof {
    /// Shows it.
    pub(crate) fn show(&self) {
        if [&self.broken, &self.sound]
            .iter()
            .any(|it| it.apart.is_played())
            && !machine::me().root
        {
            return machine::not_shown(&format!("{} (needs root, for namespaces)", self.rule));
        }
        // One stage at a time: two would take both places and wait for a third.
        {
            let mut stage = Stage::set(&self.broken);
            djlint::must_find(&stage, self.rule);
            for sign in &self.symptom {
                sign.look(&mut stage);
            }
        }
        let mut stage = Stage::set(&self.sound);
        djlint::must_not_find(&stage, self.rule);
        for sign in &self.health {
            sign.look(&mut stage);
        }
    }
}

/// One test for each proof: `name => Proof { … },`.
macro_rules! proofs {
    ($($(#[doc = $doc:literal])* $name:ident => $proof:expr,)*) => {
        $($(#[doc = $doc])* #[test] fn $name() { $proof.show(); })*
    };
}

pub(crate) use proofs;
