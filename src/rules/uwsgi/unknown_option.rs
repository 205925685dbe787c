use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::source::Span;
use crate::uwsgi::{Instance, Slip, UnknownOption, Why};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    // With strict, uWSGI says so itself.
    let is_strict = |why: &Why| matches!(why, Why::Strict(_));
    if instance
        .refused()
        .is_some_and(|refusal| is_strict(&refusal.why))
    {
        return;
    }
    for unknown in instance.unknown_options() {
        let setting = unknown.setting;
        let key = setting.key();
        let (message, help) = match &unknown.slip {
            Slip::Misspelt(option, _) => (
                format!("there is no option `{key}`, and uWSGI says nothing of it"),
                Some(format!("{} = …", option.name())),
            ),
            Slip::Spelling(option) => (
                format!(
                    "uWSGI does not take `{key}` for `{}`, and says nothing of it",
                    option.name()
                ),
                Some(format!("{} = …", option.name())),
            ),
            Slip::Dashes(option) => (
                format!("uWSGI ignores `{key}`: dashes belong to the command line"),
                Some(format!("{} = …", option.name())),
            ),
            Slip::NoEquals(option, value) => (
                format!(
                    "uWSGI ignores this line: a `=` must stand behind `{}`",
                    option.name()
                ),
                Some(with_equals(
                    option.name(),
                    value,
                    setting.value().get().map(String::as_str),
                )),
            ),
            Slip::Later => (
                format!("no release of uWSGI knows `{key}`, although the documentation lists it"),
                None,
            ),
            Slip::Supervisor => (
                format!("uWSGI ignores `{key}`, which is an option of supervisord"),
                None,
            ),
        };
        let (severity, message) = match unknown.is_fatal {
            true => (
                Severity::Error,
                format!("{message}: without it no request is answered"),
            ),
            false => (Severity::Warning, message),
        };
        let mut finding = Finding::new(severity, message, setting.key_span(), "no option of uWSGI");
        if let Some(help) = help {
            finding = finding.help(help);
        }
        let edit = meant(workspace, instance, &unknown);
        sink.push(finding.fix_if_any(Safety::Safe, "write the option as uWSGI knows it", edit));
    }
}

/// The name of the option that was meant, where nothing else sets that one.
fn meant(workspace: &Workspace, instance: &Instance, unknown: &UnknownOption<'_>) -> Option<Edit> {
    let option = unknown
        .slip
        .meant()
        .filter(|_| unknown.slip.is_unambiguous())?;
    if instance.last(option.name()).is_some() {
        return None;
    }
    let line = instance.line(workspace.files(), unknown.setting)?;
    match &unknown.slip {
        Slip::NoEquals(_, value) => {
            let key = line.key.range();
            let behind = key.end.checked_sub(value.len())?;
            let name = Span::new(line.key.file, key.start..behind);
            let equals = instance.equals(workspace.files());
            Some(Edit::replace(name, format!("{}{equals}", option.name())))
        }
        _ => Some(Edit::replace(line.key, option.name())),
    }
}

/// The line with its `=`. What a variable holds may be a secret.
fn with_equals(option: &str, value: &str, behind: Option<&str>) -> String {
    match (option, behind) {
        ("env", Some(behind)) if value == "DJANGO_SETTINGS_MODULE" && !behind.is_empty() => {
            format!("env = {value}={behind}")
        }
        ("env", _) => format!("env = {value}=…"),
        _ => format!("{option} = {value}"),
    }
}
