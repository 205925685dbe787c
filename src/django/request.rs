//! What Django's own middleware makes of a request, before any view is asked
//! (django/http/request.py, django/middleware/security.py).

use super::object::Object;
use super::settings::Settings;
use crate::value::{Answer, Value};

const SECURITY: &str = "django.middleware.security.SecurityMiddleware";

/// A request as the application server hands it to Django. What is not known is nothing.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The Host header.
    pub host: Option<String>,
    /// Whether the application server takes the connection for HTTPS (`wsgi.url_scheme`).
    pub is_https: Option<bool>,
    /// The other variables by their name in `request.META`: `HTTP_X_FORWARDED_PROTO`.
    pub headers: Vec<(String, Option<String>)>,
    /// Whether those are all.
    pub has_all_headers: bool,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reception {
    /// The host, as Django sees it.
    pub host: Option<String>,
    /// Whether ALLOWED_HOSTS lets it in, where it is asked at all.
    pub is_allowed: Answer,
    /// Whether Django takes the request for HTTPS.
    pub is_secure: Answer,
    /// Whether it is redirected to HTTPS.
    pub is_redirected: Answer,
}

impl Reception {
    /// The status that Django's middleware answers with; nothing where a view is asked, or nobody knows.
    pub fn status(&self) -> Option<u16> {
        match (&self.is_allowed, &self.is_redirected) {
            (Answer::No, _) => Some(400),
            (Answer::Yes, Answer::Yes) => Some(301),
            _ => None,
        }
    }
}

impl Received {
    /// A variable's value: nothing where it is not known, nothing inside where it is not there.
    fn get(&self, name: &str) -> Option<Option<&str>> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        match found {
            Some((_, Some(value))) => Some(Some(value)),
            Some((_, None)) => None,
            None => self.has_all_headers.then_some(None),
        }
    }
}

impl Settings {
    /// What becomes of a request.
    pub fn receives(&self, received: &Received) -> Reception {
        let host = self.host_of(received);
        let is_allowed = match (&host, self.compares_every_host()) {
            (Some(host), Answer::Yes) => self.accepts_host(host),
            _ => Answer::Unknown,
        };
        let is_secure = self.is_secure(received);
        Reception {
            is_redirected: self.is_redirected(&is_secure),
            host,
            is_allowed,
            is_secure,
        }
    }

    /// `HttpRequest._get_raw_host`
    fn host_of(&self, received: &Received) -> Option<String> {
        match self.flag("USE_X_FORWARDED_HOST") {
            Answer::No => received.host.clone(),
            Answer::Unknown => None,
            Answer::Yes => match received.get("HTTP_X_FORWARDED_HOST")? {
                Some(host) => Some(host.to_owned()),
                None => received.host.clone(),
            },
        }
    }

    /// The header that says whether the client came by HTTPS, and what it says then; nothing inside
    /// where SECURE_PROXY_SSL_HEADER is not set.
    pub fn proxy_ssl_header(&self) -> Value<Option<(String, String)>> {
        let value = self.get("SECURE_PROXY_SSL_HEADER").value;
        let pair = |object: &Object| {
            let items = &object.as_sequence()?.items;
            match &items[..] {
                [name, value] => Some((name.as_str()?.to_owned(), value.as_str()?.to_owned())),
                _ => None,
            }
        };
        let is_known = value.is(|object| *object == Object::None || pair(object).is_some());
        match value {
            value if is_known.is_yes() => value.map(|object| pair(&object)),
            Value::Unknown(unknown) => Value::Unknown(unknown),
            Value::OneOf(_) => Value::Unknown(crate::value::Unknown::because(
                "SECURE_PROXY_SSL_HEADER is not a known pair",
            )),
        }
    }

    /// `HttpRequest.scheme`
    fn is_secure(&self, received: &Received) -> Answer {
        let by_connection = match received.is_https {
            Some(true) => Answer::Yes,
            Some(false) => Answer::No,
            None => Answer::Unknown,
        };
        match self.proxy_ssl_header().get() {
            None => Answer::Unknown,
            Some(None) => by_connection,
            Some(Some((name, secure))) => match received.get(name) {
                None => Answer::Unknown,
                Some(None) => by_connection,
                // Only the first of several counts.
                Some(Some(sent)) => match sent.split(',').next().unwrap_or(sent).trim() == secure {
                    true => Answer::Yes,
                    false => Answer::No,
                },
            },
        }
    }

    /// Whether SecurityMiddleware redirects what did not come by HTTPS.
    pub fn redirects_to_https(&self) -> Answer {
        let is_asked = self.middleware_contains(SECURITY);
        let is_on = self.flag("SECURE_SSL_REDIRECT");
        match (is_asked, is_on) {
            (Answer::No, _) | (_, Answer::No) => Answer::No,
            (Answer::Yes, Answer::Yes) => Answer::Yes,
            _ => Answer::Unknown,
        }
    }

    fn is_redirected(&self, is_secure: &Answer) -> Answer {
        match (self.redirects_to_https(), is_secure) {
            (Answer::No, _) | (_, Answer::Yes) => Answer::No,
            (Answer::Yes, Answer::No) if self.has_default("SECURE_REDIRECT_EXEMPT") => Answer::Yes,
            _ => Answer::Unknown,
        }
    }

    /// Whether a setting is true; Django's default where it is not set.
    pub(crate) fn flag(&self, name: &str) -> Answer {
        let value = self.get(name).value;
        let is = |wanted: bool| value.is(|object| object.truth() == Some(wanted));
        match (is(true), is(false)) {
            (Answer::Yes, _) => Answer::Yes,
            (_, Answer::Yes) => Answer::No,
            _ => Answer::Unknown,
        }
    }
}
