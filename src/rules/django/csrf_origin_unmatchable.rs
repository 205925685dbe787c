use crate::deployment::{Deployment, Project};
use crate::django::{Given, OriginEntry, OriginFault};
use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    for entry in settings.distrusted_origins() {
        let is_refused = !settings.silences("4_0.E001");
        let (severity, consequence) = match entry.fault {
            OriginFault::NoScheme if is_refused => (
                Severity::Error,
                "`manage.py migrate` and `check` refuse to run, and no origin is like it",
            ),
            _ => (Severity::Warning, "no origin is like it"),
        };
        let message = format!(
            "the entry {:?} of CSRF_TRUSTED_ORIGINS has {}: {consequence}",
            entry.text,
            entry.fault.what()
        );
        let finding = Finding::new(severity, message, entry.span, "trusts nobody");
        sink.push(with_remedy(finding, &entry));
    }
    if let Some((given, place)) = settings.trusted_origins_are_no_list(workspace.files()) {
        let what = match given {
            Given::Variable { name, .. } => format!("the text of {name}"),
            _ => "a text".to_owned(),
        };
        sink.push(
            Finding::error(
                format!(
                    "CSRF_TRUSTED_ORIGINS is {what} and no list: `manage.py migrate` and `check` refuse to run, and no origin is trusted"
                ),
                place,
                "no list",
            )
            .help("CSRF_TRUSTED_ORIGINS = [\"https://www.example.com\"]"),
        );
    }
}

fn with_remedy(finding: Finding, entry: &OriginEntry) -> Finding {
    let Some(meant) = &entry.meant else {
        return finding.help("write what the browser shows up to the first single slash: \"https://www.example.com\"");
    };
    let finding = finding.help(format!("write \"{meant}\""));
    // Without a scheme it may be either.
    if !entry.is_literal || entry.fault == OriginFault::NoScheme {
        return finding;
    }
    let edit = Edit {
        span: entry.span,
        text: format!("\"{meant}\""),
    };
    finding.fix(Safety::Safe, "write what browsers send", vec![edit])
}
