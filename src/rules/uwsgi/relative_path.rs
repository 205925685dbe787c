use super::severity;
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::source::Span;
use crate::uwsgi::{Instance, Relative};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let starts_in_a_known_place = workspace.start_of(instance).is_some();
    for relative in instance.relative_paths(workspace.files()) {
        let Relative { key, path, .. } = &relative;
        if relative.has_lost_its_slash {
            let message =
                format!("`{key}` names no place at all: {path} has lost its leading slash");
            let start = relative.place.range().start;
            let mut finding = Finding::new(
                severity(relative.consequence),
                message,
                relative.place,
                "a relative path",
            )
            .help(format!("{key} = /{path}"));
            if relative.is_literal {
                let edit = Edit {
                    span: Span::new(relative.place.file, start..start),
                    text: "/".to_owned(),
                };
                finding = finding.fix(Safety::Safe, "put the slash in front", vec![edit]);
            }
            sink.push(finding);
        } else if !starts_in_a_known_place {
            sink.push(
                Finding::advice(
                    format!("`{key}` is {path} in the directory that uWSGI is started in, wherever that is"),
                    relative.place,
                    "a relative path",
                )
                .help(format!("{key} = /srv/…/{path}, or {key} = %d{path} beside this file")),
            );
        }
    }
}
