use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for stray in project.settings.stray_cookie_domains() {
        let consequence = match stray.setting {
            "SESSION_COOKIE_DOMAIN" => "nobody stays logged in",
            _ => "every form gets 403",
        };
        sink.push(
            Finding::warning(
                format!(
                    "{} is {:?}, and no host of ALLOWED_HOSTS lies in that domain: browsers drop the cookie, and {consequence}",
                    stray.setting, stray.domain
                ),
                stray.span,
                "no host of this site lies in it",
            )
            .label_if_any(stray.hosts, "the hosts of this site")
            .help("take it out, or write the domain that all hosts of the site share"),
        );
    }
}
