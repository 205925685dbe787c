use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    if let Some(place) = instance.reloads_workers_alone() {
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
