use super::edits;
use super::severity;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::{Consequence, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for word in instance.words_for_numbers() {
        let (key, written) = (&word.key, &word.written);
        let what = match written.is_empty() {
            true => format!("`{key}` without a number is 0"),
            false => format!("`{key}` takes a number, and {written} is 0 to it"),
        };
        let (message, help) = match word.consequence {
            Consequence::Fatal => (
                format!("{what}: there are no workers, and every request waits for ever"),
                format!("{key} = %k"),
            ),
            _ => (what, format!("{key} = 1, or another number")),
        };
        let place = match written.is_empty() {
            true => word.key_span,
            false => word.value_span,
        };
        // In other programs `auto` is a process for each core, as `%k` is here.
        let is_auto = word.consequence == Consequence::Fatal && written == "auto";
        let edit = is_auto.then(|| edits::valued(workspace, instance, place, "%k"));
        sink.push(
            Finding::new(severity(word.consequence), message, place, "stands for 0")
                .help(help)
                .fix_if_any(Safety::Safe, "ask for one for each core", edit.flatten()),
        );
    }
}
