use super::edits;
use crate::deployment::{Deployment, Project};
use crate::django::usage::{ThreadedLibrary, threaded_library};
use crate::finding::{Finding, Safety, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some(ThreadedLibrary {
        name: library,
        place,
        is_certain,
    }) = threaded_library(workspace.files(), &project.settings)
    else {
        return;
    };
    for backend in &project.backends {
        let Some(instance) = deployment.backends[*backend].instance() else {
            continue;
        };
        if !instance.lacks_threads() {
            continue;
        }
        let release = workspace.uwsgi_release(instance);
        let (severity, what) = match &release {
            // Since 2.0.27 Python's threads are always there.
            Some(release) => match workspace.has_threads(release) {
                Some(false) if is_certain => {
                    (Severity::Warning, format!("uWSGI {}", release.version))
                }
                Some(false) => (Severity::Advice, format!("uWSGI {}", release.version)),
                _ => continue,
            },
            None => (Severity::Advice, "uWSGI before 2.0.27".to_owned()),
        };
        sink.push(
            Finding::new(
                severity,
                format!("without `enable-threads` {what} lets the thread of {library} run only while it answers a request"),
                instance.header_span(),
                "no `enable-threads` in this section",
            )
            .label(place, "works in a thread of its own")
            .label_if_any(release.and_then(|it| it.place), "pins the release")
            .help("enable-threads = true")
            .fix_if_any(
                Safety::Unsafe,
                "switch threads on",
                edits::set(workspace, instance, "enable-threads", "true"),
            ),
        );
    }
}
