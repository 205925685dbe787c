use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    let checks = settings.system_checks();
    for found in checks.iter().filter(|check| check.id == "security.W001") {
        const DONE_BY_IT: [&str; 3] = [
            "SECURE_HSTS_SECONDS",
            "SECURE_SSL_REDIRECT",
            "SECURE_CONTENT_TYPE_NOSNIFF",
        ];
        let place = found.place.unwrap_or(settings.opening());
        let on = DONE_BY_IT.into_iter().find_map(|name| {
            let is_on = settings.truth_of(name).is_yes();
            Some((name, settings.get(name).assignment().filter(|_| is_on)?))
        });
        sink.push(match on {
            Some((name, assignment)) => Finding::warning(
                format!("{name} is on, and SecurityMiddleware, which does it, is not in MIDDLEWARE"),
                place,
                "SecurityMiddleware is not in it",
            )
            .label(assignment.name, "does nothing"),
            None => Finding::advice(
                "SecurityMiddleware is not in MIDDLEWARE: no header of its is sent",
                place,
                "SecurityMiddleware is not in it",
            ),
        }
        .help("write \"django.middleware.security.SecurityMiddleware\" as the first of MIDDLEWARE"));
    }
}
