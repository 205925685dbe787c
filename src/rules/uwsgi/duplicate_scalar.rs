use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for (first, last) in instance.set_twice() {
        sink.push(
            Finding::advice(
                format!("`{}` is set twice, and the last one holds", first.key()),
                first.key_span().to(first.value_span()),
                "does not hold",
            )
            .label(last.key_span().to(last.value_span()), "holds")
            .help("leave one of them out"),
        );
    }
}
