use crate::deployment::{Deployment, Project};
use crate::django::Given;
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some(misfit) = project.settings.allowed_hosts_misfit(workspace.files()) else {
        return;
    };
    let (severity, what) = match &misfit.given {
        Given::Variable { name, only_if_set } => (
            match only_if_set {
                true => Severity::Warning,
                false => Severity::Error,
            },
            match only_if_set {
                true => format!("the text of {name} where that is set"),
                false => format!("the text of {name}"),
            },
        ),
        Given::Text(_) => (Severity::Error, "a text".to_owned()),
        Given::TupleOfOne { .. } => return,
        Given::Other(what) => (Severity::Error, (*what).to_owned()),
    };
    let message = match project.settings.releases().is_since((4, 0)).is_yes() {
        true => format!(
            "ALLOWED_HOSTS is {what}, and no list: Django does not load the settings, and uWSGI answers every request with 500"
        ),
        false => format!(
            "ALLOWED_HOSTS is {what}, and no list: since 4.0 Django does not load the settings, before it no host matched"
        ),
    };
    let help = match &misfit.given {
        Given::Variable { name, .. } => {
            format!("ALLOWED_HOSTS = os.environ[\"{name}\"].split(\",\")")
        }
        _ => super::allowed_hosts_line(&super::served_names(deployment)),
    };
    sink.push(Finding::new(severity, message, misfit.span, "no list").help(help));
}
