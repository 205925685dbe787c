use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let lazy = instance.reloads_workers_alone();
    // Nobody reloads uWSGI in a container: the container is replaced.
    if let Some(place) = lazy.filter(|_| workspace.is_put_to_use_on_a_host(instance)) {
        sink.push(
            Finding::warning(
                "with `lazy` a reload starts the workers anew and not uWSGI: what was changed in this file does not count",
                place,
                "its file is read no more",
            )
            .help("lazy-apps = true, which loads the application in each worker too, and reloads all"),
        );
    }
}
