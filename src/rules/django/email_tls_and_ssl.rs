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
    if let Some((tls, ssl)) = settings.mail_is_encrypted_twice() {
        sink.push(
            Finding::error(
                "EMAIL_USE_TLS and EMAIL_USE_SSL are both on, and Django takes one: every mail fails with ValueError",
                ssl,
                "TLS from the first byte, port 465",
            )
            .label(tls, "STARTTLS, port 587")
            .help("keep the one that the mail server's port speaks"),
        );
    }
    if let Some((setting, port, switched)) = settings.mail_port_of_the_other_way() {
        let (message, help) = match setting {
            "EMAIL_USE_TLS" => (
                "port 465 expects TLS from the first byte, and EMAIL_USE_TLS speaks plain SMTP first: mails wait until they time out",
                "EMAIL_USE_SSL = True in place of EMAIL_USE_TLS, or port 587",
            ),
            _ => (
                "port 587 speaks plain SMTP first, and EMAIL_USE_SSL expects TLS from the first byte: mails fail",
                "EMAIL_USE_TLS = True in place of EMAIL_USE_SSL, or port 465",
            ),
        };
        sink.push(
            Finding::warning(message, port, "the port of the other way")
                .label(switched, "how it is encrypted")
                .help(help),
        );
    }
}
