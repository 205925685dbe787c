use crate::deployment::{Deployment, Project};
use crate::django::ProxyHeaderFault;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some((fault, place)) = project.settings.proxy_header_fault() else {
        return;
    };
    sink.push(match fault {
        ProxyHeaderFault::NoPair => Finding::error(
            "SECURE_PROXY_SSL_HEADER is no pair of header and value: every request that asks for its scheme fails with 500",
            place,
            "no pair",
        )
        .help("SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")"),
        ProxyHeaderFault::NameOnTheWire { written, meant } => Finding::warning(
            format!(
                "SECURE_PROXY_SSL_HEADER asks for {written:?}, and request.META calls that header {meant:?}: it is never found"
            ),
            place,
            "no name of request.META",
        )
        .help(format!("write \"{meant}\"")),
    });
}
