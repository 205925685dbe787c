use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for conflict in project.settings.conflicts() {
        let ((one, one_at), (other, other_at)) = (&conflict.one, &conflict.other);
        let consequence = match conflict.at_load {
            true => "the application does not load",
            false => "every page that is made of a template fails",
        };
        sink.push(
            Finding::error(
                format!("Django refuses {one} beside {other}: {consequence}"),
                *one_at,
                "one of them",
            )
            .label(*other_at, "and the other")
            .help(format!("take {one} out")),
        );
    }
}
