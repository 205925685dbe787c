use super::refused;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, Why};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let (message, place, help) = match refused(instance) {
        Some((refusal, Why::IncludesItself)) => (
            "uWSGI crashes at the start: this file is being read already, and is read again without end",
            refusal.value,
            "name another file, or another section",
        ),
        Some((refusal, Why::NeverEnds)) => (
            "uWSGI never starts: the value refers to itself, and filling it in takes all memory",
            refusal.value,
            "give the placeholder another name than the option",
        ),
        _ => return,
    };
    sink.push(Finding::error(message, place, "leads back to itself").help(help));
}
