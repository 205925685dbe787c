use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some(never) = deployment.never_collected(workspace, project) else {
        return;
    };
    sink.push(
        Finding::warning(
            format!("nothing runs collectstatic: nginx finds no files for {}", never.url),
            never.started,
            "starts the application; its image is built without collectstatic, too",
        )
        .label(never.setting, "stays empty")
        .help("RUN python manage.py collectstatic --noinput\nin the Dockerfile, or before the server is started"),
    );
}
