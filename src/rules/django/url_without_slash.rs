use crate::deployment::{Deployment, Project};
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    for found in settings.system_checks() {
        let (true, Some(place)) = (found.id == "urls.E006", found.place) else {
            continue;
        };
        let name = &found.about;
        let value = settings.get(name).value;
        let text = value.get().and_then(crate::django::Object::as_str);
        let finding = Finding::error(
            format!("{name} does not end with a slash: manage.py refuses to run"),
            place,
            "no slash at the end",
        );
        let Some(text) = text else {
            sink.push(finding.help("write a slash at its end"));
            continue;
        };
        let finding = finding.help(format!("{name} = \"{text}/\""));
        let is_plain = value.single().is_some_and(|only| only.origin.is_literal())
            && !text.contains(['"', '\\', '\n']);
        sink.push(match is_plain {
            true => finding.fix(
                Safety::Safe,
                "write the slash",
                vec![Edit {
                    span: place,
                    text: format!("\"{text}/\""),
                }],
            ),
            false => finding,
        });
    }
}
