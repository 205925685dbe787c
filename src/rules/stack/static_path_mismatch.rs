use super::edits;
use crate::deployment::{Deployment, Project};
use crate::django::usage;
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let files = workspace.files();
    let Some(url) = deployment.static_url_for_nginx(files, project) else {
        return;
    };
    let mismatches = deployment.static_mismatches(workspace, project, &url);
    if mismatches.is_empty() {
        return;
    }
    let Some(used) = usage::static_files_used(files, &project.settings, &project.directory) else {
        return;
    };
    for mismatch in mismatches {
        sink.push(
            Finding::error(
                format!(
                    "nginx looks for {url} in {}, and collectstatic puts the files into {}: 404 for what is there alone",
                    mismatch.opened.display(),
                    mismatch.collected.display()
                ),
                mismatch.directive,
                format!("opens {}", mismatch.opened.join(mismatch.probe).display()),
            )
            .label_if_any(mismatch.setting, "the files are collected here")
            .label_if_any(used.place, format!("they are used: {}", used.what))
            .help(format!("{};", mismatch.instead))
            .fix_if_any(
                Safety::Unsafe,
                "look where the files are collected",
                mismatch
                    .instead
                    .split(' ')
                    .all(edits::is_plain)
                    .then(|| Edit::replace(mismatch.directive, &*mismatch.instead)),
            ),
        );
    }
}
