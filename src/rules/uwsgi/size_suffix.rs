use super::severity;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Consequence, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
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
            .help(format!("{key} = {meant}")),
        );
    }
}
