use crate::deployment::sizes::shown;
use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for found in deployment.bodies_too_large_for_nginx(project) {
        let (nginx, django) = (shown(found.bytes), shown(found.other_bytes));
        sink.push(
            Finding::warning(
                format!("nginx answers 413 to whatever is larger than {nginx}, and Django is set to take forms of {django}"),
                found.node.header_span(),
                "lets no more through",
            )
            .label(found.other, "never gets to be asked")
            .help(format!("client_max_body_size {django};")),
        );
    }
    for found in deployment.bodies_too_large_for_uwsgi() {
        let (nginx, uwsgi) = (shown(found.bytes), shown(found.other_bytes));
        sink.push(
            Finding::warning(
                format!("what is larger than {uwsgi} is answered 502: nginx lets {nginx} through, and uWSGI drops the connection"),
                found.node.header_span(),
                "lets more through",
            )
            .label(found.other, "takes no more")
            .help(format!("client_max_body_size {uwsgi};\nnginx answers 413 then; or in uWSGI: limit-post = {}", found.bytes)),
        );
    }
}
