use crate::deployment::{Deployment, Project, Purpose};
use crate::django::Object;
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    let debug = settings.get("DEBUG");
    let (Purpose::Production, true, Some(assignment)) = (
        deployment.purpose,
        settings.debug().is_yes(),
        debug.assignment(),
    ) else {
        return;
    };
    let text = debug.value.get().and_then(Object::as_str);
    let message = match text {
        Some(text) => format!(
            "DEBUG is on: {text:?} is a text, and every text but the empty one counts as true"
        ),
        None => "DEBUG is on: every error page shows visitors the settings and the code".to_owned(),
    };
    let mut finding =
        Finding::error(message, assignment.value, "on for every visitor").help("DEBUG = False");
    for variable in project.variables_in(workspace, assignment.value) {
        finding = finding
            .label(variable.value.span, "switched on here")
            .help(format!("take {} out of the environment", variable.name));
    }
    let is_plain = debug
        .value
        .single()
        .is_some_and(|only| only.origin.is_literal());
    sink.push(if is_plain {
        let edit = Edit {
            span: assignment.value,
            text: "False".to_owned(),
        };
        finding.fix(Safety::Unsafe, "turn DEBUG off", vec![edit])
    } else {
        finding
    });
}
