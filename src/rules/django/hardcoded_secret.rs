use crate::deployment::{Deployment, Project};
use crate::django::WrittenSecret;
use crate::finding::{Finding, Severity, Sink};
use crate::tree::git::Tracking;
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for secret in project.settings.written_secrets() {
        let path = workspace.files().get(secret.span.file).path().to_owned();
        if workspace.files().tree().tracking(&path) == Tracking::Ignored {
            continue;
        }
        // Where a password of a service is its default by mistake, the service is not reached, and that is seen.
        let is_told = secret.default_of.is_some() && secret.setting != "SECRET_KEY";
        let severity = if secret.is_local || is_told {
            Severity::Advice
        } else {
            Severity::Warning
        };
        let message = match &secret.default_of {
            None => format!(
                "{} stands in the file: whoever has the code has it",
                secret.setting
            ),
            Some(variable) => format!(
                "{} has a default in the file: where {variable} is not set, whoever has the code has it",
                secret.setting
            ),
        };
        let finding = Finding::new(severity, message, secret.span, "a secret in the code");
        sink.push(finding.help(help(&secret)));
    }
}

fn help(secret: &WrittenSecret) -> String {
    let name = secret.setting.rsplit("[\"").next().unwrap_or_default();
    let variable = match (&secret.default_of, name.strip_suffix("\"]")) {
        (Some(variable), _) => variable.clone(),
        (None, Some(_)) => "DATABASE_PASSWORD".to_owned(),
        (None, None) => secret.setting.clone(),
    };
    format!(
        "write os.environ[\"{variable}\"], set the variable where the process is started, and replace the secret"
    )
}
