use crate::deployment::{Deployment, Project};
use crate::django::SameSite;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (setting, fault, place) in project.settings.samesite_faults() {
        let is_session = setting.starts_with("SESSION");
        sink.push(match fault {
            SameSite::Unknown(text) => {
                let consequence = match is_session {
                    true => "every login fails with 500",
                    false => "every page with a form fails with 500",
                };
                Finding::error(
                    format!("{setting} is {text:?}, which is none of Lax, Strict and None: {consequence}"),
                    place,
                    "no such value",
                )
                .help(format!("{setting} = \"Lax\""))
            }
            SameSite::NoneWithoutSecure => {
                let (secure, consequence) = match is_session {
                    true => ("SESSION_COOKIE_SECURE", "nobody stays logged in"),
                    false => ("CSRF_COOKIE_SECURE", "every form gets 403"),
                };
                Finding::warning(
                    format!("browsers drop a cookie with SameSite=None and without Secure: {consequence}"),
                    place,
                    "only with Secure",
                )
                .help(format!("{secure} = True"))
            }
        });
    }
}
