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
    if let Some((backend, place)) = settings.mail_that_is_not_sent() {
        let what = backend.split('.').nth(4).unwrap_or_default();
        sink.push(
            Finding::advice(
                format!("no mail is sent: the {what} backend keeps it to itself, links to reset a password and reports of errors too"),
                place,
                "for developers",
            )
            .help("\"django.core.mail.backends.smtp.EmailBackend\", which is Django's own"),
        );
    }
    if let Some(place) = settings.has_no_default_mailer() {
        sink.push(
            Finding::warning(
                "MAILERS has no \"default\": mail for which no mailer is named is not sent, and what sends it fails",
                place,
                "no mailer is the default one",
            )
            .help("name one of them \"default\""),
        );
    }
}
