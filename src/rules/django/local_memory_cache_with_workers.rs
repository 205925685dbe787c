use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let (Some((shared, cache)), Some((number, workers))) = (
        project.settings.counts_in_memory(),
        deployment.several_processes(project),
    ) else {
        return;
    };
    let consequence = match cache.is_dummy {
        true => "nothing is counted at all".to_owned(),
        false => format!("a visitor gets up to {number} times what is allowed"),
    };
    sink.push(
        Finding::warning(
            format!(
                "{} count in a cache that each of {number} processes has for itself: {consequence}",
                shared.what
            ),
            cache.place.unwrap_or(shared.place),
            "not shared",
        )
        .label(shared.place, "counts in it")
        .label(workers, "several processes")
        .help("\"BACKEND\": \"django.core.cache.backends.redis.RedisCache\", or another cache that all processes share"),
    );
}
