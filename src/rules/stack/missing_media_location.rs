use super::edits;
use crate::deployment::{Deployment, Project};
use crate::django::media;
use crate::finding::{Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some(url) = project.settings.local_media_url() else {
        return;
    };
    if deployment.serves_files_itself(project) {
        return;
    }
    let passed = deployment.unserved(workspace, project, &url);
    if passed.is_empty() {
        return;
    }
    let files = workspace.files();
    let Some(field) = media::uploads_without_server(files, &project.directory, &url) else {
        return;
    };
    let root = project.settings.path("MEDIA_ROOT");
    let known = root
        .get()
        .and_then(|root| project.on_the_host(root.as_ref()?))
        .map(|root| root.display().to_string());
    let root = known
        .as_deref()
        .unwrap_or("/srv/media")
        .trim_end_matches('/');
    let setting = project.settings.get("MEDIA_URL").assignment();
    for (server, pass) in passed {
        sink.push(
            Finding::warning(
                format!("no location serves {url}: nginx passes requests for uploaded files to Django, which answers 404"),
                server.name_span(),
                format!("this server has no location for {url}"),
            )
            .label(pass.header_span(), format!("requests below {url} end here"))
            .label_if_any(setting.map(|setting| setting.value), "uploads are asked for below this URL")
            .label(field, "files are uploaded")
            .help(format!(
                "write into this server:\n    location {url} {{\n        alias {}/;\n    }}",
                root
            ))
            .fix_if_any(
                Safety::Unsafe,
                "let nginx serve the uploads",
                known.as_ref().and_then(|_| edits::location(server, pass, &url, root)),
            ),
        );
    }
}
