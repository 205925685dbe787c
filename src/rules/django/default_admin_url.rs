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
    let place = usage::admin_at_its_usual_url(workspace.files(), settings, &project.directory);
    if let Some(place) = place {
        sink.push(
            Finding::advice(
                "the admin is at /admin/, where every scanner tries passwords",
                place,
                "at its usual place",
            )
            .help("another path, an allow list in nginx, or a second factor"),
        );
    }
}
