use super::refused;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, Why};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((refusal, Why::BadMode(mode))) = refused(instance) else {
        return;
    };
    if instance.is_garbled("chmod-socket") {
        return;
    }
    // `0660` means 660 everywhere else.
    let meant = mode
        .strip_prefix('0')
        .filter(|digits| {
            digits.len() == 3 && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit))
        })
        .unwrap_or("660");
    sink.push(
        Finding::error(
            format!("uWSGI does not start: {mode:?} is no mode of three octal digits"),
            refusal.value,
            "invalid chmod value",
        )
        .help(format!("chmod-socket = {meant}")),
    );
}
