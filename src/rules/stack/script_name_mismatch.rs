use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for found in deployment.doubled_prefixes(workspace, project) {
        let prefix = &found.prefix;
        let what = match found.by_settings {
            true => "the settings say",
            false => "nginx says",
        };
        sink.push(
            Finding::error(
                format!("no page below {prefix} is found, or its links have {prefix} twice: {what} that the site is mounted there, and nginx hands on the path with {prefix} in front"),
                found.told,
                format!("the site is below {prefix}"),
            )
            .label(found.location.header_span(), format!("what is asked for begins with {prefix}"))
            .label(found.pass.header_span(), "and is passed on so")
            .help(format!("rewrite ^{prefix}(/.*)$ $1 break;\nin this location: what is asked for begins behind {prefix} then")),
        );
    }
}
