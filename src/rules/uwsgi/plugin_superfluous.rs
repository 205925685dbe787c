use crate::deployment::build::Builder;
use crate::finding::{Finding, Severity, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let plugins = instance.built_in_plugins();
    if plugins.is_empty() {
        return;
    }
    let Some((Builder::Pip, place)) = workspace.builder_of(instance) else {
        return;
    };
    for plugin in plugins {
        let name = &plugin.name;
        let (severity, what) = match plugin.is_needed {
            true => (Severity::Error, "does not start"),
            false => (Severity::Advice, "complains and goes on"),
        };
        sink.push(
            Finding::new(
                severity,
                format!("this uWSGI {what}: it has no plugin {name} to load, and has it built in"),
                plugin.place,
                "a plugin of distributions",
            )
            .label(place, "the uWSGI of PyPI")
            .help("leave the line out"),
        );
    }
}
