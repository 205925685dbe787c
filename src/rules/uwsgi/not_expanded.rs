use super::severity;
use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for tilde in instance.tildes() {
        sink.push(
            Finding::new(
                severity(tilde.consequence),
                format!(
                    "`{}`: uWSGI is no shell, and ~ is a directory of that name to it",
                    tilde.key
                ),
                tilde.place,
                "not the home directory",
            )
            .help(format!("{} = the whole path, or $(HOME)/…", tilde.key)),
        );
    }
}
