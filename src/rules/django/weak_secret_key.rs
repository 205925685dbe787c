use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::source::Origin;
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    // What is told to check with is a stand-in more often than the key itself.
    let key = settings.get("SECRET_KEY");
    let is_told = key.value.single().is_some_and(|key| match &key.origin {
        Origin::Environment { variable, .. } => {
            workspace.input().environment.contains_key(variable)
        }
        _ => false,
    });
    if is_told {
        return;
    }
    for found in settings.system_checks() {
        let is_own = match found.id {
            "security.W009" => true,
            "security.W025" => false,
            _ => continue,
        };
        let (Some(place), false) = (found.place, settings.empty_secret_key().is_some() && is_own)
        else {
            continue;
        };
        // A key in the file is known to all who have the file, however long it is.
        let is_written = settings
            .written_secrets()
            .iter()
            .any(|secret| secret.span == place);
        if is_written {
            continue;
        }
        sink.push(
            Finding::new(
                Severity::Warning,
                format!("{} is short, or of few letters, or startproject's own: it can be guessed, and sessions be made with it", found.about),
                place,
                "a weak key",
            )
            .help("python -c \"from django.core.management.utils import get_random_secret_key as key; print(key())\""),
        );
    }
}
