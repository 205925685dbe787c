use crate::deployment::build::Builder;
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::fix::layout;
use crate::uwsgi::{Instance, Setting};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((option, plugin)) = instance.option_before_its_plugin() else {
        return;
    };
    // It has Python built in, and needs no plugin.
    if matches!(workspace.builder_of(instance), Some((Builder::Pip, _))) {
        return;
    }
    let finding =
        Finding::warning(
            format!(
                "with `strict`, a distribution's uWSGI does not start: it does not know `{}` before this line",
                option.key()
            ),
            plugin.key_span().to(plugin.value_span()),
            "comes too late",
        )
        .label(option.key_span(), "an option of the plugin")
        .help("put this line before it");
    sink.push(match moved(workspace, instance, option, plugin) {
        Some(edits) => finding.fix(Safety::Safe, "put the line before it", edits),
        None => finding,
    });
}

/// The plugin's line in the place before the option's.
fn moved(
    workspace: &Workspace,
    instance: &Instance,
    option: &Setting,
    plugin: &Setting,
) -> Option<Vec<Edit>> {
    let files = workspace.files();
    let (option, plugin) = (instance.line(files, option)?, instance.line(files, plugin)?);
    let text = plugin.source.text(plugin.span);
    (option.source.id() == plugin.source.id()).then(|| {
        vec![
            layout::before(&option.source, option.span, &text),
            layout::without(&plugin.source, plugin.span),
        ]
    })
}
