use super::edits;
use crate::deployment::{Deployment, Purpose};
use crate::finding::{Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    if deployment.purpose != Purpose::Production {
        return;
    }
    for instance in &deployment.instances {
        if let Some((seconds, place)) = instance.autoreload() {
            sink.push(
                Finding::warning(
                    format!("every {seconds} s uWSGI looks at each file of each module, and starts anew in the middle of a deploy"),
                    place,
                    "made for developers",
                )
                .help("touch-reload = FILE, touched when all is in place")
                .fix_if_any(
                    Safety::Unsafe,
                    "leave the line out",
                    edits::without(workspace, instance, place),
                ),
            );
        }
    }
}
