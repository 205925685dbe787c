use crate::deployment::misnamed::{Cause, shown_host};
use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let origins = project.settings.get("CSRF_TRUSTED_ORIGINS").assignment();
    for found in deployment.misnamed_sites(workspace, project) {
        let Some(asked) = &found.asked else {
            continue;
        };
        if found.cause != Cause::Overwritten || !found.refuses_forms.is_yes() {
            continue;
        }
        let told = &found.told;
        sink.push(
            Finding::error(
                format!("Django answers every form of {asked} with 403: nginx tells it that the site is {told}, and the browser says {asked}"),
                found.place,
                "the Host that Django sees",
            )
            .label(found.pass.header_span(), format!("passes requests for {asked} on"))
            .label_if_any(origins.map(|setting| setting.value), "has no such origin")
            .help(match found.pass.is("uwsgi_pass") {
                true => format!("uwsgi_param HTTP_HOST {};", shown_host(found.pass.server())),
                false => format!("proxy_set_header Host {};", shown_host(found.pass.server())),
            }),
        );
    }
}
