use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::fix::layout;
use crate::uwsgi::{IgnoredHeader, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let severity = match instance.is_application() || instance.is_open() {
        true => Severity::Warning,
        false => Severity::Error,
    };
    for header in instance.ignored_headers() {
        let finding = Finding::new(
                severity,
                "uWSGI reads nothing of what stands below this header: it is not that of the section that it looks for",
                header.span,
                "another section's name to uWSGI",
            )
            .help("[uwsgi], with nothing behind it on the line and nothing before it in the file");
        // What stands below it may differ from what is read now.
        let safety = match severity {
            Severity::Error => Safety::Safe,
            _ => Safety::Unsafe,
        };
        sink.push(finding.fix_if_any(
            safety,
            "leave nothing but the header on the line",
            bare(workspace, header),
        ));
    }
}

/// The header as uWSGI reads it. A comment behind it goes to a line of its own.
fn bare(workspace: &Workspace, header: &IgnoredHeader) -> Option<Edit> {
    let source = workspace.files().get(header.span.file);
    let written = source.text(header.span);
    let behind = written
        .split_once(']')
        .map_or("", |(_, behind)| behind)
        .trim();
    let comment = match behind {
        "" => String::new(),
        _ if behind.starts_with(['#', ';']) => layout::before(&source, header.span, behind).text,
        _ => return None,
    };
    let header_line = format!("{comment}[{}]", header.section);
    Some(Edit::replace(header.span, header_line))
}
