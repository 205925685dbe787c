use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (listen, server) in deployment.strangers_let_in(workspace, project) {
        sink.push(
            Finding::advice(
                "requests for names that no site here has get to Django, which answers each with 400 and an error in its log, and a mail to the admins",
                listen,
                "no other server takes them",
            )
            .label(server.name_span(), "this one does, for want of a default_server")
            .help("server {\n    listen 80 default_server;\n    return 444;\n}"),
        );
    }
}
