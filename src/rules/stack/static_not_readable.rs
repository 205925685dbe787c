use crate::deployment::{Deployment, Project};
use crate::django::StaticUrl;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let url = project.settings.static_url();
    let Some(StaticUrl::Local(url)) = url.get() else {
        return;
    };
    for found in deployment.closed_homes(workspace, project, url) {
        let (home, user, mode) = (found.directory.display(), &found.user, found.mode);
        let owner = &found.owner;
        sink.push(
            Finding::warning(
                format!("what is below {url} is answered 403: nginx runs as {user} and may not enter {home}, which is {owner}'s and has mode {mode:04o}"),
                found.directive.header_span(),
                format!("the way leads through {home}"),
            )
            .help(format!("chmod o+x {home}\nor have STATIC_ROOT outside of a home: /var/www, /srv")),
        );
    }
}
