use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for place in instance.elses() {
        sink.push(
            Finding::warning(
                "no release of uWSGI knows `else`: what follows holds only where the block's condition does",
                *place,
                "a placeholder like any other",
            )
            .help("end the block, and begin one with the opposite condition: if-not-…"),
        );
    }
}
