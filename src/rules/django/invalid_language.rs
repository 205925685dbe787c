use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let checks = project.settings.system_checks();
    let is_invalid = checks.iter().any(|check| check.id == "translation.E001");
    for found in checks {
        let (message, help) = match found.id {
            "translation.E001" => (
                "LANGUAGE_CODE is no language tag: manage.py refuses to run".to_owned(),
                "write it with a hyphen, as \"en-us\" or \"pt-br\"",
            ),
            // What is no tag is in no list, too.
            "translation.E004" if !is_invalid => (
                match found.about.as_str() {
                    "LANGUAGES" => "LANGUAGES has no English, which LANGUAGE_CODE is where it is not set: manage.py refuses to run".to_owned(),
                    _ => "LANGUAGE_CODE is in no form in LANGUAGES: manage.py refuses to run".to_owned(),
                },
                "write a language of LANGUAGES, or add this one to it",
            ),
            "translation.E002" => (
                format!(
                    "{:?} in LANGUAGES is no language tag: manage.py refuses to run",
                    found.about
                ),
                "write it with a hyphen, as \"pt-br\"",
            ),
            "translation.E003" => (
                format!(
                    "{:?} in LANGUAGES_BIDI is no language tag: manage.py refuses to run",
                    found.about
                ),
                "write it with a hyphen, as \"ar-dz\"",
            ),
            _ => continue,
        };
        let place = found.place.unwrap_or(project.settings.opening());
        sink.push(Finding::new(Severity::Error, message, place, "no such language").help(help));
    }
}
