use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for (own, inherited) in instance.overridden_by_inherit() {
        sink.push(
            Finding::warning(
                format!(
                    "`{}` does not hold: what is inherited is read last, and wins",
                    own.key()
                ),
                own.key_span().to(own.value_span()),
                "set here",
            )
            .label(
                inherited.key_span().to(inherited.value_span()),
                "and set again by what is inherited",
            )
            .help("ini = FILE before it, instead of inherit"),
        );
    }
}
