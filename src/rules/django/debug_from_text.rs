use crate::deployment::{Deployment, Project};
use crate::django::{Item, Object};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    let (Some(read), Some(assignment)) = (
        settings.text_of_variable(workspace.files(), "DEBUG"),
        settings.get("DEBUG").assignment(),
    ) else {
        return;
    };
    let variable = &read.variable;
    let default = read.default.as_ref().map(Item::get);
    let unset = match default {
        Some(Some(object)) => object.truth(),
        Some(None) => None,
        None => Some(false),
    };
    let otherwise = match (unset, default.flatten()) {
        (Some(true), Some(Object::Str(_))) | (Some(true), _) => ", and so does leaving it away",
        _ => "",
    };
    let message = format!(
        "DEBUG is the text of {variable}, and every text but the empty one counts as true: {variable}=False switches it on{otherwise}"
    );
    sink.push(
        Finding::warning(message, assignment.value, "a text, and no truth value").help(format!(
            "DEBUG = os.environ.get(\"{variable}\") == \"True\""
        )),
    );
}
