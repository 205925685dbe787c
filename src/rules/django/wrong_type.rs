use crate::deployment::{Deployment, Project};
use crate::django::{Breaks, Given, Kind, Misfit};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for misfit in project.settings.misfits(workspace.files()) {
        let finding = match misfit.wanted {
            Kind::Flag => flag(&misfit),
            _ => other(&misfit),
        };
        if let Some(finding) = finding {
            sink.push(finding);
        }
    }
}

/// Any text but the empty one is true: also "False".
fn flag(misfit: &Misfit) -> Option<Finding> {
    const NO: [&str; 6] = ["0", "f", "false", "n", "no", "off"];
    let name = misfit.setting;
    let (severity, message, help) = match &misfit.given {
        Given::Text(text) if NO.contains(&text.to_ascii_lowercase().as_str()) => (
            Severity::Warning,
            format!(
                "{name} is on: {text:?} is a text, and every text but the empty one counts as true"
            ),
            format!("{name} = False"),
        ),
        Given::Variable { name: variable, .. } => (
            Severity::Advice,
            format!(
                "{name} is the text of {variable}, and every text but the empty one counts as true: \"False\" switches it on"
            ),
            format!("{name} = os.environ.get(\"{variable}\") == \"True\""),
        ),
        _ => return None,
    };
    Some(Finding::new(severity, message, misfit.span, "a text, and no truth value").help(help))
}

fn other(misfit: &Misfit) -> Option<Finding> {
    let name = misfit.setting;
    let consequence = match misfit.breaks {
        Breaks::Load => "the application does not load",
        Breaks::Requests(what) | Breaks::Other(what) => what,
        Breaks::Meaning => return None,
    };
    let wanted = match misfit.wanted {
        Kind::Number => "number",
        Kind::List => "list",
        Kind::Text | Kind::Flag => return None,
    };
    let (severity, given) = match &misfit.given {
        Given::Text(_) => (Severity::Error, "a text".to_owned()),
        Given::Variable {
            name,
            only_if_set: false,
        } => (Severity::Error, format!("the text of {name}")),
        Given::Variable {
            name,
            only_if_set: true,
        } => (
            Severity::Warning,
            format!("the text of {name} where that is set"),
        ),
        Given::Other(what) => (Severity::Error, (*what).to_owned()),
        Given::TupleOfOne { .. } => return None,
    };
    let message = format!("{name} is {given}, and no {wanted}: {consequence}");
    let help = match (misfit.wanted, &misfit.given) {
        (Kind::Number, Given::Variable { name, .. }) => {
            format!("{} = int(os.environ[\"{name}\"])", misfit.setting)
        }
        (Kind::Number, _) => format!("write {name} as a number, without quotes"),
        _ => format!("write {name} as a list"),
    };
    Some(Finding::new(severity, message, misfit.span, format!("no {wanted}")).help(help))
}
