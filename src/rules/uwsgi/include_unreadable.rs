use super::refused;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, Why};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((refusal, why)) = refused(instance) else {
        return;
    };
    let help = match why {
        Why::NoSuchFile(_) => {
            "name a file that is there; a relative path is taken from the directory that uWSGI is started in, and %d is this file's"
        }
        Why::UnknownFormat(_) => "ini = FILE, for whatever ending",
        Why::Malformed(..) => "mend the file",
        Why::NoObject(_) => "{ \"uwsgi\": { … } }",
        _ => return,
    };
    sink.push(
        Finding::error(
            format!("uWSGI does not start: {why}"),
            refusal.value,
            "cannot be read",
        )
        .help(help),
    );
}
