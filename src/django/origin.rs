//! Whether a form that a browser sends is taken (CsrfViewMiddleware in django/middleware/csrf.py).

use super::object::Object;
use super::settings::Settings;
use crate::value::Answer;

const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";

impl Settings {
    /// Whether a POST whose Origin is `https://host` is refused where Django takes the request for plain HTTP.
    pub fn refuses_origin(&self, host: &str) -> Answer {
        let is_asked = self.middleware_contains(CSRF);
        // Since 4.0 the Origin of a form has to be the site's own.
        let compares = self.releases().is_since((4, 0));
        match (is_asked, compares, self.trusts_https(host)) {
            (Answer::No, _, _) | (_, Answer::No, _) | (_, _, Answer::Yes) => Answer::No,
            (Answer::Yes, Answer::Yes, Answer::No) => Answer::Yes,
            _ => Answer::Unknown,
        }
    }

    /// Whether CSRF_TRUSTED_ORIGINS has `https://host`.
    fn trusts_https(&self, host: &str) -> Answer {
        let value = self.get("CSRF_TRUSTED_ORIGINS").value;
        let trusts = |object: &Object| {
            let list = object.as_sequence()?;
            let items: Vec<Option<&str>> = list.items.iter().map(|item| item.as_str()).collect();
            let is_it = |entry: &&str| {
                let Some(own) = entry.strip_prefix("https://") else {
                    return false;
                };
                match own.strip_prefix('*') {
                    // `https://*.shop.example` has shop.example too.
                    Some(below) => host.ends_with(below) || below.strip_prefix('.') == Some(host),
                    None => own == host,
                }
            };
            if items.iter().flatten().any(is_it) {
                return Some(true);
            }
            let is_whole = list.incomplete.is_none() && items.iter().all(Option::is_some);
            is_whole.then_some(false)
        };
        if value.is(|object| trusts(object) == Some(true)).is_yes() {
            return Answer::Yes;
        }
        match value.is(|object| trusts(object) == Some(false)).is_yes() {
            true => Answer::No,
            false => Answer::Unknown,
        }
    }
}
