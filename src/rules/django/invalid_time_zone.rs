use crate::deployment::{Deployment, Project};
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some(zone) = project.settings.no_such_time_zone() else {
        return;
    };
    let finding = Finding::error(
        format!(
            "there is no time zone {:?}: the application does not load",
            zone.written
        ),
        zone.span,
        "no such zone",
    );
    sink.push(match zone.meant {
        Some(meant) => {
            let edit = Edit {
                span: zone.span,
                text: format!("\"{meant}\""),
            };
            let finding = finding.help(format!("TIME_ZONE = \"{meant}\""));
            let value = project.settings.get("TIME_ZONE").value;
            match value.single().is_some_and(|only| only.origin.is_literal()) {
                true => finding.fix(Safety::Unsafe, "write the zone that was meant", vec![edit]),
                false => finding,
            }
        }
        None => {
            finding.help("write a name of the IANA's database, as \"Europe/Berlin\" or \"UTC\"")
        }
    });
}
