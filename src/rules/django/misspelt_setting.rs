use crate::deployment::{Deployment, Project};
use crate::django::Settings;
use crate::django::usage::{self, Misspelt};
use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::workspace::Workspace;

/// Without these, requests fail.
const NEEDED: &[&str] = &["ALLOWED_HOSTS", "ROOT_URLCONF", "SECRET_KEY"];

/// Without these, requests to the admin fail.
const NEEDED_BY_ADMIN: &[&str] = &["MIDDLEWARE", "TEMPLATES"];

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    for name in usage::misspelt(workspace.files(), settings, &project.directory) {
        let (written, meant) = (&name.written, name.meant);
        let message =
            format!("{written} is no setting of Django's and nothing reads it: {meant} was meant");
        let mut finding = Finding::new(
            severity(settings, meant),
            message,
            name.places[0],
            format!("should be {meant}"),
        )
        .help(format!("write {meant} instead of {written}"));
        if let Some(beside) = name.beside {
            finding = finding.label(beside, "what Django reads has no value of its own");
        }
        sink.push(renamed(finding, &name));
    }
}

fn severity(settings: &Settings, meant: &str) -> Severity {
    let admin = settings.is_installed("django.contrib.admin").is_yes();
    if NEEDED.contains(&meant) || admin && NEEDED_BY_ADMIN.contains(&meant) {
        Severity::Error
    } else {
        Severity::Warning
    }
}

/// The new name at every place; not where the right name follows and would win.
fn renamed(finding: Finding, name: &Misspelt) -> Finding {
    let is_overwritten = |beside| {
        name.places
            .iter()
            .any(|place| *place < beside || place.file != beside.file)
    };
    if name.beside.is_some_and(is_overwritten) {
        return finding;
    }
    let edits = name.places.iter().map(|place| Edit {
        span: *place,
        text: name.meant.to_owned(),
    });
    finding.fix(
        Safety::Safe,
        format!("rename it to {}", name.meant),
        edits.collect(),
    )
}
