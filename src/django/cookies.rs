//! Cookies: for which hosts browsers keep them.

use crate::source::Span;

use super::object::{Item, Object};
use super::settings::Settings;

/// A cookie's domain that none of the site's hosts lies in: browsers drop the cookie (RFC 6265, 5.3.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrayDomain {
    /// The setting.
    pub setting: &'static str,
    /// The domain.
    pub domain: String,
    /// Where it stands.
    pub span: Span,
    /// Where the hosts stand.
    pub hosts: Option<Span>,
}

/// A cookie's SameSite that no browser, or not Python, takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Python's http.cookies does not know it: whatever sets the cookie fails.
    Unknown(String),
    /// `None` without `Secure`: browsers drop the cookie.
    NoneWithoutSecure,
}

impl Settings {
    /// Whether browsers send the session's cookie with requests that other sites make: without SameSite, or with `None`.
    pub fn sends_session_to_other_sites(&self) -> bool {
        let value = self.get("SESSION_COOKIE_SAMESITE").value;
        value
            .alternatives()
            .iter()
            .any(|alternative| match &alternative.value {
                Object::None | Object::Bool(false) => true,
                Object::Str(text) => text.text.eq_ignore_ascii_case("none"),
                _ => false,
            })
    }

    /// What is wrong with the SameSite of the session's and the form's cookie: the setting, and where it stands.
    pub fn samesite_faults(&self) -> Vec<(&'static str, SameSite, Span)> {
        // Older ones know no such setting.
        if self.releases().is_since((2, 1)).is_no() {
            return Vec::new();
        }
        let cookies = [
            (
                "SESSION_COOKIE_SAMESITE",
                "SESSION_COOKIE_SECURE",
                "django.contrib.sessions.middleware.SessionMiddleware",
            ),
            (
                "CSRF_COOKIE_SAMESITE",
                "CSRF_COOKIE_SECURE",
                "django.middleware.csrf.CsrfViewMiddleware",
            ),
        ];
        let faults = cookies
            .into_iter()
            .filter_map(|(name, secure, middleware)| {
                let setting = self.get(name);
                // `None` and `False` leave it away.
                let text = setting.value.get()?.as_str()?;
                let place = setting.place()?;
                // `HttpResponse.set_cookie` compares in lower case.
                let fault = match text.to_ascii_lowercase().as_str() {
                    "lax" | "strict" | "" => return None,
                    "none" if self.truth_of(secure).is_no() => SameSite::NoneWithoutSecure,
                    "none" => return None,
                    _ => SameSite::Unknown(text.to_owned()),
                };
                let is_used = self.middleware_contains(middleware).is_yes();
                is_used.then_some((name, fault, place))
            });
        faults.collect()
    }

    /// The domains of the session's and the form's cookie that no host of ALLOWED_HOSTS lies in.
    pub fn stray_cookie_domains(&self) -> Vec<StrayDomain> {
        let setting = self.allowed_hosts();
        let list = setting.value.get().and_then(Object::as_list);
        let (Some(list), true) = (list, self.knows_all_hosts()) else {
            return Vec::new();
        };
        let hosts: Vec<&str> = list.items.iter().filter_map(Item::as_str).collect();
        if hosts.is_empty() || hosts.contains(&"*") {
            return Vec::new();
        }
        let used = [
            (
                "SESSION_COOKIE_DOMAIN",
                "django.contrib.sessions.middleware.SessionMiddleware",
            ),
            (
                "CSRF_COOKIE_DOMAIN",
                "django.middleware.csrf.CsrfViewMiddleware",
            ),
        ];
        let stray = used.into_iter().filter_map(|(name, middleware)| {
            let cookie = self.get(name);
            let domain = cookie.value.get()?.as_str()?;
            let is_whole = !domain.is_empty() && !domain.contains(['{', '$', '<', '%']);
            let is_stray = is_whole && !hosts.iter().any(|host| is_in(host, domain));
            (is_stray && self.middleware_contains(middleware).is_yes()).then(|| StrayDomain {
                setting: name,
                domain: domain.to_owned(),
                span: cookie.place().unwrap_or(self.opening()),
                hosts: setting.place(),
            })
        });
        stray.collect()
    }
}

/// Whether a browser that asks for a host that the entry lets in keeps a cookie of the domain.
fn is_in(entry: &str, domain: &str) -> bool {
    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
    let entry = entry.trim().to_ascii_lowercase();
    let is_below = |host: &str, above: &str| {
        host == above
            || host
                .strip_suffix(above)
                .is_some_and(|rest| rest.ends_with('.'))
    };
    match entry.strip_prefix('.') {
        Some(above) => is_below(above, &domain) || is_below(&domain, above),
        None => is_below(&entry, &domain),
    }
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn a_cookie_is_kept_by_the_hosts_of_its_domain() {
        for (entry, domain, kept) in [
            ("shop.example", "shop.example", true),
            ("www.shop.example", ".shop.example", true),
            ("WWW.shop.example", "Shop.Example", true),
            (".shop.example", "www.shop.example", true),
            (".shop.example", "shop.example", true),
            ("a.shop.example", "b.shop.example", false),
            ("shop.example", "www.shop.example", false),
            ("myshop.example", "shop.example", false),
            ("shop.example", "shop.example:8000", false),
            ("shop.example", "https://shop.example", false),
            ("localhost", "shop.example", false),
        ] {
            assert_eq!(is_in(entry, domain), kept, "{entry} {domain}");
        }
    }
}
