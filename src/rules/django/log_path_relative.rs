use crate::deployment::{Deployment, Project};
use crate::django::FilePath;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for log in project.settings.log_files() {
        let FilePath::Relative(path) = &log.path else {
            continue;
        };
        sink.push(
            Finding::advice(
                format!(
                    "the handler {:?} writes to {} below the directory that the process is started in: manage.py, a timer and the server may each have another",
                    log.handler,
                    path.display()
                ),
                log.span,
                "a relative path",
            )
            .help("BASE_DIR / \"…\", or a whole path"),
        );
    }
}
