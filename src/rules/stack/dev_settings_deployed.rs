use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for choice in workspace.deployed_choices() {
        if !workspace.deploys_development_settings(choice) {
            continue;
        }
        let Some((named, place)) = choice
            .named
            .as_ref()
            .and_then(|named| Some((named, named.by?)))
        else {
            continue;
        };
        let backend = &workspace.backends()[choice.backend];
        sink.push(
            Finding::warning(
                format!("visitors are served with {}, settings for developers", named.module),
                place,
                "names the settings that are deployed",
            )
            .label(backend.span(), "runs with them")
            .help("name the production settings here, or set DJANGO_SETTINGS_MODULE where the server is started"),
        );
    }
}
