use crate::finding::{Finding, Severity, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(conflict) = instance.conflicting_applications() else {
        return;
    };
    let (module, file) = (conflict.module, conflict.file);
    let severity = match conflict.is_same {
        true => Severity::Advice,
        false => Severity::Warning,
    };
    sink.push(
        Finding::new(
            severity,
            "uWSGI loads the module, and then leaves the file out: there is one application already",
            file.key_span().to(file.value_span()),
            "never serves a request",
        )
        .label(module.key_span().to(module.value_span()), "this one does")
        .help("leave one of them out"),
    );
}
