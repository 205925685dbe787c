use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some((engine, cache)) = project.settings.sessions_in_memory() else {
        return;
    };
    let several = deployment.several_processes(project);
    let (severity, message) = match (cache.is_dummy, several) {
        (true, _) => (
            Severity::Error,
            "sessions are kept in a cache that keeps nothing: nobody stays logged in".to_owned(),
        ),
        (false, Some((number, _))) => (
            Severity::Warning,
            format!("sessions are kept in the memory of one of {number} processes: visitors are logged out whenever another one answers"),
        ),
        (false, None) => (
            Severity::Warning,
            "sessions are kept in the memory of one process: every restart logs everybody out, and so does every second process".to_owned(),
        ),
    };
    sink.push(
        Finding::new(severity, message, engine, "in the cache alone")
            .label_if_any(cache.place, "the cache")
            .label_if_any(several.map(|(_, place)| place), "several processes")
            .help("SESSION_ENGINE = \"django.contrib.sessions.backends.db\", or a cache that all processes share: Redis, memcached"),
    );
}
