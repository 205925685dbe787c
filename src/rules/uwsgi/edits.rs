//! What is typed to mend an instance, in the layout of its file.

use crate::finding::Edit;
use crate::fix::layout;
use crate::source::Span;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

/// Another value for the option whose value stands at `place`.
pub(in crate::rules) fn valued(
    workspace: &Workspace,
    instance: &Instance,
    place: Span,
    value: &str,
) -> Option<Edit> {
    let line = instance.literal_line(workspace.files(), instance.setting_at(place)?)?;
    (line.value == place).then(|| Edit::replace(place, value))
}

/// Another text for a part of a value.
pub(in crate::rules) fn within(
    workspace: &Workspace,
    instance: &Instance,
    place: Span,
    text: &str,
) -> Option<Edit> {
    let line = instance.literal_line(workspace.files(), instance.setting_at(place)?)?;
    line.value
        .contains(place)
        .then(|| Edit::replace(place, text))
}

/// Another name for the option whose name stands at `place`.
pub(in crate::rules) fn renamed(
    workspace: &Workspace,
    instance: &Instance,
    place: Span,
    name: &str,
) -> Option<Edit> {
    let line = instance.line(workspace.files(), instance.setting_at(place)?)?;
    (line.key == place).then(|| Edit::replace(place, name))
}

/// An option on a line of its own at the beginning of the section.
pub(in crate::rules) fn added(
    workspace: &Workspace,
    instance: &Instance,
    key: &str,
    value: &str,
) -> Option<Edit> {
    added_all(workspace, instance, &[(key, value)])
}

fn added_all(workspace: &Workspace, instance: &Instance, options: &[(&str, &str)]) -> Option<Edit> {
    let (source, header) = instance.header_line()?;
    let equals = instance.equals(workspace.files());
    let lines = options
        .iter()
        .map(|(key, value)| format!("{key}{equals}{value}"));
    let lines: Vec<String> = lines.collect();
    Some(layout::after(source, header, &lines.join("\n")))
}

/// The option is set: where it stands already, its value is replaced.
pub(in crate::rules) fn set(
    workspace: &Workspace,
    instance: &Instance,
    key: &str,
    value: &str,
) -> Option<Edit> {
    set_all(workspace, instance, &[(key, value)])?.pop()
}

/// [`set`] for several options: those that are new stand together.
pub(in crate::rules) fn set_all(
    workspace: &Workspace,
    instance: &Instance,
    options: &[(&str, &str)],
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut new = Vec::new();
    for (key, value) in options {
        match instance.last(key) {
            Some(setting) => {
                edits.push(valued(workspace, instance, setting.value_span(), value)?);
            }
            None => new.push((*key, *value)),
        }
    }
    if !new.is_empty() {
        edits.push(added_all(workspace, instance, &new)?);
    }
    Some(edits)
}

/// The option at `place` taken out, with its line.
pub(in crate::rules) fn without(
    workspace: &Workspace,
    instance: &Instance,
    place: Span,
) -> Option<Edit> {
    let line = instance.line(workspace.files(), instance.setting_at(place)?)?;
    Some(layout::without(&line.source, line.span))
}
