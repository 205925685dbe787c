use super::refused;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, UwsgiOption, Why};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((refusal, Why::Strict(name))) = refused(instance) else {
        return;
    };
    let help = match UwsgiOption::nearest(name) {
        Some(option) => format!(
            "{} = …; or, for a placeholder: set-ph = {name}=…",
            option.name()
        ),
        None => format!("for a placeholder: set-ph = {name}=…"),
    };
    let finding = Finding::error(
        format!("uWSGI does not start: `strict` is on, and there is no option `{name}`"),
        refusal.place,
        "unknown config directive",
    );
    sink.push(
        finding
            .label_if_any(
                instance.last("strict").map(|strict| strict.key_span()),
                "asks for it",
            )
            .help(help),
    );
}
