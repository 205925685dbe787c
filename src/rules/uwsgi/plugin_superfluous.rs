use super::edits;
use crate::deployment::build::Builder;
use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::source::Span;
use crate::uwsgi::{Instance, Plugin};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let plugins = instance.built_in_plugins();
    if plugins.is_empty() {
        return;
    }
    let Some((Builder::Pip, place)) = workspace.builder_of(instance) else {
        return;
    };
    for plugin in &plugins {
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
            .help("leave the line out")
            .fix_if_any(
                Safety::Unsafe,
                "leave the plugin out",
                left_out(workspace, instance, plugin.place, &plugins),
            ),
        );
    }
}

/// All of them taken out of one list, and the line where nothing else is in it.
fn left_out(
    workspace: &Workspace,
    instance: &Instance,
    place: Span,
    superfluous: &[Plugin],
) -> Option<Edit> {
    let setting = instance.setting_at(place)?;
    let value = setting.value();
    let others: Vec<&str> = value
        .get()?
        .split(',')
        .filter(|name| !superfluous.iter().any(|plugin| plugin.name == name.trim()))
        .collect();
    match others.is_empty() {
        true => edits::without(workspace, instance, place),
        false => edits::valued(workspace, instance, place, &others.join(",")),
    }
}
