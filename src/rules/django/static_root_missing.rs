use crate::deployment::{Deployment, Project, Purpose};
use crate::django::FilePath;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    let url = deployment.static_url_for_nginx(workspace.files(), project);
    let Some(url) = url.filter(|url| {
        deployment.purpose == Purpose::Production && deployment.serves_static_files(url)
    }) else {
        return;
    };
    let message = match settings.static_root().get() {
        Some(None) => format!(
            "STATIC_ROOT is not set: collectstatic fails, and nginx finds no files for {url}"
        ),
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
    let served = settings.get("STATIC_URL").assignment();
    sink.push(
        Finding::warning(message, place, label)
            .label_if_any(
                served.map(|assignment| assignment.value),
                "nginx opens files for requests below this URL",
            )
            .help("STATIC_ROOT = the directory that nginx opens for them, as a whole path; then run `python manage.py collectstatic`"),
    );
}
