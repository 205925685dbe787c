use crate::deployment::{Deployment, Lacking, Project};
use crate::django::FilePath;
use crate::finding::{Finding, Sink};
use crate::launch;
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    let url = deployment
        .static_url_for_nginx(workspace.files(), project)
        .filter(|url| deployment.serves_static_files(project, url));
    let lacking = url
        .as_ref()
        .and_then(|url| deployment.lacking_static_files(workspace, project, url));
    // What lies there already is served without any collecting.
    let url = url.filter(|_| lacking.is_some());
    let collected = launch::collectstatic(workspace, &project.directory)
        .filter(|_| settings.collects_static_files().is_yes());
    if url.is_none() && collected.is_none() {
        return;
    }
    let message = match settings.static_root().get() {
        Some(None) => match &url {
            Some(url) => {
                let files = match lacking {
                    Some(Lacking::Admins(_)) => "none of the admin's files below",
                    _ => "no files for",
                };
                format!(
                    "STATIC_ROOT is not set: collectstatic fails, and nginx finds {files} {url}"
                )
            }
            None => "STATIC_ROOT is not set: collectstatic fails".to_owned(),
        },
        Some(Some(FilePath::Relative(path))) => format!(
            "STATIC_ROOT is relative: collectstatic writes to {} below the directory that it is started in",
            path.display()
        ),
        _ => return,
    };
    let (place, label) = match settings.get("STATIC_ROOT").assignment() {
        Some(assignment) => (assignment.value, "no directory for certain"),
        None => (settings.opening(), "these settings do not set STATIC_ROOT"),
    };
    let directory = url
        .as_ref()
        .and_then(|url| deployment.static_directory(project, url));
    let help = match directory {
        Some(directory) => format!(
            "STATIC_ROOT = \"{}\", which nginx opens; then run `python manage.py collectstatic`",
            directory.display()
        ),
        None => "STATIC_ROOT = the directory that nginx opens for them, as a whole path; then run `python manage.py collectstatic`".to_owned(),
    };
    let served = url.and_then(|_| settings.get("STATIC_URL").assignment());
    sink.push(
        Finding::warning(message, place, label)
            .label_if_any(
                served.map(|assignment| assignment.value),
                "nginx opens files for requests below this URL",
            )
            .label_if_any(
                match lacking {
                    Some(Lacking::Admins(place)) => Some(place),
                    _ => None,
                },
                "they are used here",
            )
            .label_if_any(collected, "this fails, or writes where nobody looks")
            .help(help),
    );
}
