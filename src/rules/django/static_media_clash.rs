use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    if let Some(clash) = settings.clash_of_static_and_media() {
        let message = format!(
            "{} and {} are the same: Django refuses that at every page with a static file, and the admin's fail with 500",
            clash.of_static, clash.of_media
        );
        sink.push(
            Finding::error(
                message,
                clash.media_at,
                "the same as that of the static files",
            )
            .label_if_any(clash.static_at, "the same as that of the uploaded files")
            .help(format!("give {} a value of its own", clash.of_media)),
        );
    }
}
