use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::{Configuration, Quote};
use crate::source::Span;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    let doubled = nginx.doubled_roots();
    if doubled.is_empty() {
        return;
    }
    let known = mismatches(workspace);
    for (root, word) in doubled {
        // Where Django's own files are looked for, that is said with the place where they are.
        if known.contains(&root.header_span()) {
            continue;
        }
        let Some(location) = root.parent().and_then(|block| block.matcher()) else {
            continue;
        };
        let (directory, prefix) = (word.text(), location.text());
        let directory = directory.trim_end_matches('/');
        let prefix = prefix.trim_end_matches('/');
        // `alias` takes the location's length away, so that both end with a slash, or none does.
        let is_alike = location.text().ends_with('/') && word.quote() == Quote::None;
        let edit = (is_alike && !word.has_variable())
            .then(|| Edit::replace(root.header_span(), format!("alias {directory}/")));
        sink.push(
            Finding::warning(
                format!("nginx looks in {directory}{prefix}/: root is put before the whole path"),
                word.span(),
                format!("ends in {prefix}, as the location does"),
            )
            .label(location.span, "comes once more")
            .help(format!("alias {directory}/;"))
            .fix_if_any(Safety::Unsafe, "look in the directory itself", edit),
        );
    }
}

fn mismatches(workspace: &Workspace) -> Vec<Span> {
    let deployments = workspace.deployments().iter();
    let of_projects = deployments.flat_map(|deployment| {
        deployment.projects.iter().flat_map(move |project| {
            let url = deployment.static_url_for_nginx(workspace.files(), project);
            let found = url.map(|url| deployment.static_mismatches(workspace, project, &url));
            found.into_iter().flatten()
        })
    });
    of_projects.map(|mismatch| mismatch.directive).collect()
}
