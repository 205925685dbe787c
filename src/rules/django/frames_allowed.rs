use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (found, place) in super::system_checks(project) {
        let (message, help) = match found.id {
            "security.W002" => (
                "no X-Frame-Options is sent: any site may show these pages in a frame and have its visitors click in them",
                "write \"django.middleware.clickjacking.XFrameOptionsMiddleware\" into MIDDLEWARE",
            ),
            "security.W019" => (
                "X_FRAME_OPTIONS lets these pages be shown in frames",
                "X_FRAME_OPTIONS = \"DENY\", unless pages of this site are shown in frames",
            ),
            _ => continue,
        };
        sink.push(Finding::advice(message, place, "frames").help(help));
    }
}
