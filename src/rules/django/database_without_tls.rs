use crate::deployment::{Deployment, Project};
use crate::django::Unencrypted;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (alias, how) in project.settings.unencrypted_databases() {
        sink.push(match how {
            Unencrypted::Disabled(place) => Finding::warning(
                format!("the connection to the database {alias:?} on another host is not encrypted: its password and all data can be read on the way"),
                place,
                "no TLS",
            )
            .help("\"sslmode\": \"verify-full\", with \"sslrootcert\""),
            Unencrypted::Unverified(place) => Finding::advice(
                format!("nothing says that the connection to the database {alias:?} must be encrypted, or who has to answer"),
                place,
                "another host",
            )
            .help("\"OPTIONS\": {\"sslmode\": \"verify-full\", \"sslrootcert\": …}, or MySQL's \"ssl\""),
        });
    }
}
