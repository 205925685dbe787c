use crate::deployment::{Deployment, Project};
use crate::django::usage;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    if !settings.has_no_urls() {
        return;
    }
    // A misspelt one is the same fault, and has its own rule.
    let misspelt = usage::misspelt(workspace.files(), settings, &project.directory);
    if misspelt.iter().any(|name| name.meant == "ROOT_URLCONF") {
        return;
    }
    let place = settings.get("ROOT_URLCONF").place();
    sink.push(
        Finding::error(
            "ROOT_URLCONF is not set: every request fails",
            place.unwrap_or(settings.opening()),
            "no URLs",
        )
        .help("ROOT_URLCONF = the module with urlpatterns, as \"shop.urls\""),
    );
}
