use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for misplaced in project.settings.misplaced_middleware() {
        let class = |path: &'static str| path.rsplit('.').next().unwrap_or(path);
        let (middleware, needs) = (class(misplaced.middleware), class(misplaced.needs));
        let (severity, consequence) = match misplaced.fails_always {
            true => (Severity::Error, "every request fails with 500"),
            false => (
                Severity::Warning,
                "requests that need what it does fail with 500",
            ),
        };
        let (message, help) = match misplaced.needed_at {
            Some(_) => (
                format!("{middleware} stands before {needs}, which it needs: {consequence}"),
                format!("move {needs} in front of {middleware}"),
            ),
            None => (
                format!("{middleware} needs {needs}, which is not there: {consequence}"),
                format!("write \"{}\" on a line before it", misplaced.needs),
            ),
        };
        sink.push(
            Finding::new(
                severity,
                message,
                misplaced.span,
                "needs what is not done yet",
            )
            .label_if_any(misplaced.needed_at, "what it needs comes only here")
            .help(help),
        );
    }
}
