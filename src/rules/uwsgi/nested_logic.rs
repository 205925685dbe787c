use super::refused;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, Why};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((refusal, Why::NestedLogic(name))) = refused(instance) else {
        return;
    };
    sink.push(
        Finding::error(
            format!("uWSGI does not start: `{name}` begins a block while another one is open"),
            refusal.place,
            "blocks cannot lie in each other",
        )
        .help("close the block before it, with endif or endfor"),
    );
}
