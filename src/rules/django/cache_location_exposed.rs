use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (found, place) in super::system_checks(project) {
        let (severity, message, help) = match (found.id, found.about.split_once(' ')) {
            ("caches.W002", Some((alias, root))) => (
                Severity::Warning,
                format!(
                    "the cache {alias:?} lies in {root}, or that in it: who asks nginx for the files gets what is cached, or the cache deletes files that are not its own"
                ),
                "give the cache a directory of its own",
            ),
            ("caches.W003", _) => (
                Severity::Warning,
                format!(
                    "the cache {:?} has a relative LOCATION: where it lies hangs on the directory that the process is started in",
                    found.about
                ),
                "write a whole path",
            ),
            _ => continue,
        };
        sink.push(Finding::new(severity, message, place, "where the cache lies").help(help));
    }
}
