use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for exposed in deployment.exposed_files(workspace, project) {
        let (name, url) = (exposed.name, exposed.url);
        let finding = Finding::error(
            format!(
                "anyone can download {name}: nginx hands out the directory that the project lies in"
            ),
            exposed.directive.header_span(),
            format!("GET {url} is answered with the file"),
        );
        let span = exposed.block.header_span();
        let finding = match exposed.directive.parent() == Some(exposed.block) {
            true => finding,
            false => finding.label(span, "opens it"),
        };
        sink.push(finding.help("serve a directory that holds nothing but what is to be seen"));
    }
}
