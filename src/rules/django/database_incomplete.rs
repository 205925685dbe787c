use crate::deployment::{Deployment, Project};
use crate::django::MissingDatabase;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (missing, place) in project.settings.missing_databases() {
        sink.push(match missing {
            MissingDatabase::Default => Finding::error(
                "DATABASES has no \"default\": the application does not load",
                place,
                "no database is the default one",
            )
            .help("\"default\": {} where no application needs a default database"),
            MissingDatabase::Engine(alias) => Finding::error(
                format!("the database {alias:?} has no ENGINE: the first query fails, and every request that needs the database with it"),
                place,
                "no ENGINE",
            )
            .help("\"ENGINE\": \"django.db.backends.postgresql\""),
        });
    }
}
