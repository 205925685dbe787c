use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    let databases = settings.get("DATABASES").assignment();
    for (key, place) in settings.database_keys_outside(workspace.files(), &project.directory) {
        sink.push(
            Finding::warning(
                format!("{key} belongs to a database in DATABASES: beside it nothing reads it"),
                place,
                "nothing reads it",
            )
            .label_if_any(databases.map(|it| it.name), "belongs in here")
            .help(format!("DATABASES[\"default\"][\"{key}\"] = …")),
        );
    }
}
