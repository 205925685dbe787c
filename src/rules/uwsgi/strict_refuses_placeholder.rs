use super::refused;
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::uwsgi::{Instance, UwsgiOption, Why};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
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
    // What is near an option may be that one.
    let edit = match UwsgiOption::nearest(name) {
        Some(_) => None,
        None => instance
            .last(name)
            .and_then(|setting| instance.line(workspace.files(), setting))
            .filter(|line| !line.value.range().is_empty())
            .map(|line| Edit::insert(line.key.file, line.key.range().start, "set-ph = ")),
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
            .help(help)
            .fix_if_any(Safety::Safe, "say that it is a placeholder", edit),
    );
}
