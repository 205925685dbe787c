use crate::deployment::misnamed::Cause;
use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for found in deployment.misnamed_sites(workspace, project) {
        let Cause::Port { listen, sent } = found.cause else {
            continue;
        };
        if !found.refuses_forms.is_yes() {
            continue;
        }
        let severity = match sent {
            Some(_) => Severity::Error,
            None => Severity::Warning,
        };
        let asked = found.asked.as_deref().unwrap_or("the name and the port");
        let told = &found.told;
        sink.push(
            Finding::new(
                severity,
                format!("Django answers every form with 403: the browser says that it is on {asked}, and nginx tells Django {told}"),
                found.place,
                "leaves the port out",
            )
            .label(listen, "clients come by this port")
            .label_if_any(sent, "they are sent there")
            .help(match found.pass.is("uwsgi_pass") {
                true => "uwsgi_param HTTP_HOST $http_host;".to_owned(),
                false => "proxy_set_header Host $http_host;".to_owned(),
            }),
        );
    }
}
