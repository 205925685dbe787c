use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some(fault) = project.settings.syntax_fault() else {
        return;
    };
    sink.push(
        Finding::error(
            format!(
                "{}: the application does not load, and every request is answered with 500",
                fault.message
            ),
            fault.span,
            "Python stops here",
        )
        .help("python -m py_compile shows it as Python says it"),
    );
}
