use crate::deployment::{Deployment, Project};
use crate::django::{Breaks, Given, Kind, Object};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for misfit in project.settings.misfits(workspace.files()) {
        let Given::TupleOfOne { of } = &misfit.given else {
            continue;
        };
        let is_off = of.as_ref().and_then(Object::truth) == Some(false);
        let name = misfit.setting;
        let (severity, consequence) = match misfit.breaks {
            Breaks::Load => (Severity::Error, "the application does not load"),
            Breaks::Requests(what) | Breaks::Other(what) => (Severity::Error, what),
            Breaks::Meaning if misfit.wanted == Kind::Flag && is_off => (
                Severity::Warning,
                "it is on, for every tuple that holds something counts as true",
            ),
            Breaks::Meaning if misfit.wanted == Kind::Flag => {
                (Severity::Advice, "it counts as true")
            }
            Breaks::Meaning => (Severity::Warning, "Django takes the tuple's text for it"),
        };
        let message = format!("{name} is a tuple, for a comma follows its value: {consequence}");
        sink.push(
            Finding::new(severity, message, misfit.span, "a tuple of one")
                .help("take the comma away"),
        );
    }
}
