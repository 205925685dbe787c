use super::edits;
use super::refused;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::{Instance, Why};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((refusal, Why::BadMode(mode))) = refused(instance) else {
        return;
    };
    if instance.is_garbled("chmod-socket") {
        return;
    }
    // `0660` means 660 everywhere else.
    let meant = mode.strip_prefix('0').filter(|digits| {
        digits.len() == 3 && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit))
    });
    let edit = meant.and_then(|meant| edits::valued(workspace, instance, refusal.value, meant));
    sink.push(
        Finding::error(
            format!("uWSGI does not start: {mode:?} is no mode of three octal digits"),
            refusal.value,
            "invalid chmod value",
        )
        .help(format!("chmod-socket = {}", meant.unwrap_or("660")))
        .fix_if_any(Safety::Safe, "take the first 0 away", edit),
    );
}
