use super::edits;
use super::severity;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::{Consequence, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for number in instance.units_behind_numbers() {
        let (key, read) = (&number.key, number.number);
        let mut message = format!("uWSGI reads no unit: `{key}` is {read}");
        if number.consequence == Consequence::Fatal {
            message += ", and no request fits into that";
        }
        let meant = number.meant.unwrap_or_default();
        sink.push(
            Finding::new(
                severity(number.consequence),
                message,
                number.value_span,
                format!("stands for {read}"),
            )
            .help(format!("{key} = {meant}"))
            .fix_if_any(
                Safety::Safe,
                "write the number without a unit",
                edits::valued(workspace, instance, number.value_span, &meant.to_string()),
            ),
        );
    }
}
