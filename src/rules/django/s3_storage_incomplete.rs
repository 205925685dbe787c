use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (alias, place) in project.settings.storages_without_bucket() {
        let what = match alias {
            "default" => "uploads",
            _ => "static files",
        };
        sink.push(
            Finding::warning(
                format!("no bucket is named for the {what}: whatever reads or writes one fails"),
                place,
                "in which bucket?",
            )
            .help("AWS_STORAGE_BUCKET_NAME = …, or \"OPTIONS\": {\"bucket_name\": …}"),
        );
    }
}
