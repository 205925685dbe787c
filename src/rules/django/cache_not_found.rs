use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for missing in project.settings.missing_caches() {
        let consequence = match missing.setting {
            "SESSION_CACHE_ALIAS" => "every request with a session fails with 500",
            _ => "every request that is to be cached fails with 500",
        };
        sink.push(
            Finding::error(
                format!(
                    "{} names {:?}, which CACHES does not have: {consequence}",
                    missing.setting, missing.alias
                ),
                missing.span,
                "no such cache",
            )
            .label_if_any(missing.caches, "the caches that there are")
            .help("write a name of CACHES"),
        );
    }
}
