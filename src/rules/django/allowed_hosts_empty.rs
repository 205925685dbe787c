use crate::deployment::{Deployment, Project};
use crate::django::usage;
use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    if !settings.allows_no_host().is_yes() || !settings.compares_hosts().is_yes() {
        return;
    }
    // A misspelt ALLOWED_HOSTS is the same fault, and has its own rule.
    let misspelt = usage::misspelt(workspace.files(), settings, &project.directory);
    if misspelt.iter().any(|name| name.meant == "ALLOWED_HOSTS") {
        return;
    }
    // With DEBUG on, Django lets in what asks for this machine, and nginx may have no other name.
    let is_asked_here = settings.debug().is_yes() && deployment.serves_this_machine_alone();
    let severity = if is_asked_here || settings.compares_every_host().is_no() {
        Severity::Warning
    } else {
        Severity::Error
    };
    let message = if settings.debug().is_yes() {
        "ALLOWED_HOSTS is empty: with DEBUG on Django answers to localhost alone, and 400 to every other name"
    } else {
        "ALLOWED_HOSTS is empty: Django answers every request with 400 Bad Request"
    };
    let (place, label) = match settings.allowed_hosts().assignment() {
        Some(assignment) => (assignment.name, "no host is let in"),
        None => (
            settings.opening(),
            "these settings do not set ALLOWED_HOSTS",
        ),
    };
    let names = super::served_names(deployment);
    let help = super::allowed_hosts_line(&names);
    let room = settings.with_hosts(workspace.files(), &names);
    let finding = Finding::new(severity, message, place, label).help(help);
    sink.push(finding.fix_if_any(
        Safety::Unsafe,
        "let in the names that nginx serves",
        room.map(|(place, text)| Edit::replace(place, text)),
    ));
}
