use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for database in project.settings.sqlite_files() {
        sink.push(
            Finding::advice(
                format!(
                    "the database {:?} is a file of SQLite: one request writes at a time, and the file stays on this host",
                    database.alias
                ),
                database.span,
                "one file",
            )
            .help("a database server where more than a few visitors write; else back the file up, and set \"timeout\" in its OPTIONS"),
        );
    }
}
