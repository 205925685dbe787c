use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for found in nginx.missing_groups() {
        let (group, groups) = (found.group, found.groups);
        let has = match groups {
            0 => "has no group".to_owned(),
            1 => "has one group".to_owned(),
            groups => format!("has {groups} groups"),
        };
        sink.push(
            Finding::warning(
                format!("${group} is always empty: the regex {has}"),
                found.replacement.span(),
                format!("asks for group {group}"),
            )
            .label(found.regex.span(), has)
            .help("groups are counted by their opening parenthesis; (?: … ) is none"),
        );
    }
}
