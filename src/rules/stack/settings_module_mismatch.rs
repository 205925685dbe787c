use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for choice in workspace.deployed_choices() {
        let Some((assigned, told)) = workspace.overruled_settings(choice) else {
            continue;
        };
        let (Some(place), Some(other)) = (assigned.by, told.by) else {
            continue;
        };
        sink.push(
            Finding::warning(
                format!(
                    "the application runs with {}, though its environment names {}: this line overrules it",
                    assigned.module, told.module
                ),
                place,
                "assigned whatever the environment says",
            )
            .label(other, "has no effect")
            .help(format!(
                "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"{}\")",
                assigned.module
            )),
        );
    }
}
