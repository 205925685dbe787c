use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let setting = project.settings.get("MEDIA_URL").assignment();
    for found in deployment.misused_uploads(project) {
        let url = &found.url;
        let finding = match found.is_run {
            true => Finding::warning(
                format!("whoever may upload a file called upload.php has it run: nginx passes {url} to FastCGI"),
                found.place.header_span(),
                "runs it",
            )
            .help("^~\nin the location for uploads: then no regex is tried for what lies there"),
            false => Finding::warning(
                format!("everybody sees the names of all that was ever uploaded: nginx lists {url}"),
                found.place.header_span(),
                "lists it",
            )
            .help("autoindex off;"),
        };
        sink.push(
            finding
                .label(found.block.header_span(), format!("answers {url}"))
                .label_if_any(
                    setting.map(|own| own.value),
                    "uploads are asked for below this URL",
                ),
        );
    }
}
