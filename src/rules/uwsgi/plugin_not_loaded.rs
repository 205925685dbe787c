use super::edits;
use crate::deployment::build::Builder;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let ignored = instance.options_without_plugin();
    if ignored.is_empty() {
        return;
    }
    let Some((Builder::Distribution, place)) = workspace.builder_of(instance) else {
        return;
    };
    for (plugin, setting) in ignored {
        let plugin = if plugin == "python" {
            "python3"
        } else {
            plugin
        };
        sink.push(
            Finding::warning(
                format!(
                    "this uWSGI ignores `{}`: it belongs to the plugin {plugin}, which nothing loads",
                    setting.key()
                ),
                setting.key_span(),
                "an option of a plugin",
            )
            .label(place, "the uWSGI of a distribution")
            .help(format!("plugin = {plugin}, before it"))
            .fix_if_any(
                Safety::Unsafe,
                format!("load the plugin {plugin}"),
                edits::added(workspace, instance, "plugin", plugin),
            ),
        );
    }
}
