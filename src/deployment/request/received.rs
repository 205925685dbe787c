//! What the application server hands to Django.

use crate::deployment::backend::{Backend, Listener, Spoken};
use crate::django::Received;
use crate::launch::server::Program;
use crate::nginx::{Handed, Protocol, Trace};

/// Variables by name; a value is nothing where it is not known.
type Variables = Vec<(String, Option<String>)>;

/// The headers by which Gunicorn takes a request for HTTPS (`secure_scheme_headers`).
const BELIEVED_BY_GUNICORN: [&str; 3] = [
    "HTTP_X_FORWARDED_PROTOCOL",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_SSL",
];

/// What Django is handed of a request that nginx passed on.
pub(super) fn received(
    trace: &Trace<'_>,
    protocol: Protocol,
    backend: &Backend,
    listener: &Listener,
) -> Received {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let known = |one: &Handed| one.value.as_ref().ok().map(|value| text(value));
    let name = |one: &Handed| match protocol {
        Protocol::Uwsgi => one.name.clone(),
        _ => format!("HTTP_{}", one.name.to_ascii_uppercase().replace('-', "_")),
    };
    let headers: Variables = trace
        .handed
        .iter()
        .map(|one| (name(one), known(one)))
        .collect();
    let host = headers.iter().rfind(|(own, _)| own == "HTTP_HOST");
    let host = host.and_then(|(_, value)| value.clone());
    let has_all_headers = trace.handed_more.is_none();
    let is_https = match backend.program() {
        Program::Uwsgi => is_https_for_uwsgi(&headers, has_all_headers, listener),
        Program::Gunicorn if protocol == Protocol::Http => {
            let may_say_so = headers
                .iter()
                .any(|(name, _)| BELIEVED_BY_GUNICORN.contains(&&**name));
            (has_all_headers && !may_say_so).then_some(listener.spoken == Spoken::Https)
        }
        // What others believe is not known.
        _ => None,
    };
    Received {
        host,
        is_https,
        headers,
        has_all_headers,
    }
}

/// uWSGI believes the scheme of UWSGI_SCHEME and of X-Forwarded-Proto, else HTTPS and X-Forwarded-Ssl; of two
/// the last in the packet (uwsgi_proto_check_12 and its like, uwsgi_request_subhandler_wsgi).
fn is_https_for_uwsgi(
    headers: &Variables,
    has_all_headers: bool,
    listener: &Listener,
) -> Option<bool> {
    let last = |variable: &str, header: &str| -> Option<Option<&str>> {
        // What nginx sets stands for the client's own header.
        if !has_all_headers && !headers.iter().any(|(name, _)| name == header) {
            return None;
        }
        let said = headers
            .iter()
            .rfind(|(name, _)| name == variable || name == header);
        match said {
            Some((_, value)) => value.as_deref().map(Some),
            None => Some(None),
        }
    };
    match last("UWSGI_SCHEME", "HTTP_X_FORWARDED_PROTO")? {
        Some(scheme) if !scheme.is_empty() => return Some(scheme == "https"),
        _ => {}
    }
    match last("HTTPS", "HTTP_X_FORWARDED_SSL")? {
        Some(https) if !https.is_empty() => {
            let is_on = https
                .get(..2)
                .is_some_and(|start| start.eq_ignore_ascii_case("on"));
            Some(is_on || https.starts_with('1'))
        }
        _ => Some(listener.spoken == Spoken::Https),
    }
}
