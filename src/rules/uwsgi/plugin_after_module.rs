use crate::deployment::build::Builder;
use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((option, plugin)) = instance.option_before_its_plugin() else {
        return;
    };
    // It has Python built in, and needs no plugin.
    if matches!(workspace.builder_of(instance), Some((Builder::Pip, _))) {
        return;
    }
    sink.push(
        Finding::warning(
            format!(
                "with `strict`, a distribution's uWSGI does not start: it does not know `{}` before this line",
                option.key()
            ),
            plugin.key_span().to(plugin.value_span()),
            "comes too late",
        )
        .label(option.key_span(), "an option of the plugin")
        .help("put this line before it"),
    );
}
