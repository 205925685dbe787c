use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some(key) = project.settings.random_secret_key(workspace.files()) else {
        return;
    };
    let (severity, message, variable) = match &key.unless {
        None => (
            Severity::Warning,
            "every process makes a SECRET_KEY of its own: each restart logs everybody out, and what one process signs another one refuses".to_owned(),
            "SECRET_KEY",
        ),
        Some(variable) => (
            Severity::Advice,
            format!("where {variable} is not set, every process makes a SECRET_KEY of its own: each restart logs everybody out"),
            variable.as_str(),
        ),
    };
    sink.push(
        Finding::new(severity, message, key.place, "another one each time").help(format!(
            "os.environ[\"{variable}\"], and set the variable where the process is started"
        )),
    );
}
