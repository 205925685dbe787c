use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (found, place) in super::system_checks(project) {
        let (message, help) = match found.id {
            "staticfiles.E001" => (
                "STATICFILES_DIRS is no list and no tuple: manage.py refuses to run, and collectstatic takes the path apart into characters",
                "put the path into brackets",
            ),
            "staticfiles.E002" => (
                "STATICFILES_DIRS has STATIC_ROOT in it: collectstatic would collect what it collected, and manage.py refuses to run",
                "keep what is written by hand in another directory than STATIC_ROOT",
            ),
            "staticfiles.E003" => (
                "a prefix in STATICFILES_DIRS ends with a slash: manage.py refuses to run",
                "write the prefix without the slash",
            ),
            _ => continue,
        };
        sink.push(Finding::error(message, place, "refused").help(help));
    }
}
