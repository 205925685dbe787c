use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (found, place) in super::system_checks(project) {
        let (severity, message, help) = match found.id {
            "security.E023" => (
                Severity::Warning,
                "SECURE_REFERRER_POLICY has a value that browsers do not know and leave alone",
                "SECURE_REFERRER_POLICY = \"same-origin\"",
            ),
            "security.E024" => (
                Severity::Warning,
                "SECURE_CROSS_ORIGIN_OPENER_POLICY has a value that browsers do not know and leave alone",
                "SECURE_CROSS_ORIGIN_OPENER_POLICY = \"same-origin\"",
            ),
            "security.E026" => (
                Severity::Warning,
                "the Content-Security-Policy is no dict: manage.py refuses to run",
                "write a dict of directives and lists of sources",
            ),
            "security.W022" => (
                Severity::Advice,
                "SECURE_REFERRER_POLICY is None: other sites are told which page their visitor comes from",
                "SECURE_REFERRER_POLICY = \"same-origin\"",
            ),
            "security.W006" => (
                Severity::Advice,
                "SECURE_CONTENT_TYPE_NOSNIFF is off: browsers guess what an upload is",
                "SECURE_CONTENT_TYPE_NOSNIFF = True",
            ),
            _ => continue,
        };
        sink.push(Finding::new(severity, message, place, "what is sent").help(help));
    }
}
