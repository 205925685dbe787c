//! Whether a form that a browser sends is taken (CsrfViewMiddleware in django/middleware/csrf.py).

use super::object::Object;
use super::settings::Settings;
use crate::value::Answer;

const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";

impl Settings {
    /// Whether a form is refused whose Origin is not the one that Django takes the site for: its scheme, and
    /// the host with the port if that is not the usual one. Any origin, where there is no host.
    pub fn refuses_origin(&self, scheme: &str, host: Option<&str>) -> Answer {
        let is_asked = self.middleware_contains(CSRF);
        // Since 4.0 the Origin of a form has to be the site's own.
        let compares = self.releases().is_since((4, 0));
        match (is_asked, compares, self.trusts(scheme, host)) {
            (Answer::No, _, _) | (_, Answer::No, _) | (_, _, Answer::Yes) => Answer::No,
            (Answer::Yes, Answer::Yes, Answer::No) => Answer::Yes,
            _ => Answer::Unknown,
        }
    }

    /// Whether CSRF_TRUSTED_ORIGINS has an origin; where there is no host, whether it is known to be empty.
    fn trusts(&self, scheme: &str, host: Option<&str>) -> Answer {
        let value = self.get("CSRF_TRUSTED_ORIGINS").value;
        let Some(host) = host else {
            return match self.has_default("CSRF_TRUSTED_ORIGINS") {
                true => Answer::No,
                false => Answer::Unknown,
            };
        };
        let trusts = |object: &Object| {
            let list = object.as_sequence()?;
            let items: Vec<Option<&str>> = list.items.iter().map(|item| item.as_str()).collect();
            let is_it = |entry: &&str| {
                let own = entry
                    .strip_prefix(scheme)
                    .and_then(|own| own.strip_prefix("://"));
                let Some(own) = own else {
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
