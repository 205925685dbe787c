//! CSRF_TRUSTED_ORIGINS: entries that are like no origin that browsers send (CsrfViewMiddleware in
//! django/middleware/csrf.py).

use super::object::{Item, Object};
use super::settings::Settings;
use crate::source::Span;
use crate::value::Answer;

/// An entry of CSRF_TRUSTED_ORIGINS that trusts nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginEntry {
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Whether it is written there as a literal.
    pub is_literal: bool,
    /// Why no origin is like it.
    pub fault: OriginFault,
    /// What was meant, where there is one answer.
    pub meant: Option<String>,
}

/// Why an entry of CSRF_TRUSTED_ORIGINS is like no Origin that browsers send, which is
/// `scheme://host`, in lower case, with a port only where it is not the scheme's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginFault {
    /// A host without a scheme, and this Django wants one (4_0.E001).
    NoScheme,
    /// A scheme, and this Django compares hosts.
    Scheme,
    /// White space around it.
    Blank,
    /// A slash or more behind the host.
    Path,
    /// `https://.shop.example`
    LeadingDot,
    /// A star elsewhere than at the beginning of the host.
    Star,
    /// `:443` behind `https`, `:80` behind `http`.
    OwnPort,
    /// A capital letter.
    Capital,
}

impl OriginFault {
    /// What is wrong, to be read after "it has ".
    pub fn what(self) -> &'static str {
        match self {
            Self::NoScheme => "no scheme",
            Self::Scheme => "a scheme, and before 4.0 Django compares hosts",
            Self::Blank => "white space around it",
            Self::Path => "something behind the host, and browsers send nothing there",
            Self::LeadingDot => "a dot before the host, which stands for subdomains only as `*.`",
            Self::Star => "a star elsewhere than right behind `://`",
            Self::OwnPort => "the scheme's own port, which browsers leave out",
            Self::Capital => "a capital letter, and browsers send none",
        }
    }
}

impl Settings {
    /// The entries of CSRF_TRUSTED_ORIGINS that trust nobody in the releases of Django that it may be.
    pub fn distrusted_origins(&self) -> Vec<OriginEntry> {
        let setting = self.get("CSRF_TRUSTED_ORIGINS");
        let list = setting.value.get().and_then(Object::as_sequence);
        let wants_scheme = self.releases().is_since((4, 0));
        let entry = |item: &Item| {
            let text = item.as_str()?;
            let fault = origin_fault(text, &wants_scheme)?;
            let only = item.value.single()?;
            Some(OriginEntry {
                text: text.to_owned(),
                span: only.origin.span().unwrap_or(item.span),
                is_literal: only.origin.is_literal(),
                fault,
                meant: origin_meant(text, fault)
                    .filter(|meant| origin_fault(meant, &wants_scheme).is_none()),
            })
        };
        list.map(|list| list.items.iter().filter_map(entry).collect())
            .unwrap_or_default()
    }
}

/// Why an entry is like no origin; nothing where it is like one, and where that is not known.
fn origin_fault(text: &str, wants_scheme: &Answer) -> Option<OriginFault> {
    if ["{{", "{%", "${", "%(", "<"]
        .iter()
        .any(|hole| text.contains(hole))
    {
        return None;
    }
    let inner = text.trim();
    if inner.is_empty() {
        return None;
    }
    let scheme = inner.split_once("://");
    match (wants_scheme, scheme) {
        (Answer::Unknown, _) => return None,
        (Answer::Yes, None) => return Some(OriginFault::NoScheme),
        (Answer::No, Some(_)) => return Some(OriginFault::Scheme),
        _ => {}
    }
    if inner != text {
        return Some(OriginFault::Blank);
    }
    let (scheme, host) = scheme.unwrap_or(("", text));
    if let Some(below) = host.strip_prefix('*') {
        // Of what has a star only the host is taken, in lower case (`allowed_origin_subdomains`).
        let below = below.split('/').next().unwrap_or(below);
        return (below.is_empty() || below.contains('*')).then_some(OriginFault::Star);
    }
    if host.contains('*') {
        return Some(OriginFault::Star);
    }
    if host.contains(['/', '?', '#']) {
        return Some(OriginFault::Path);
    }
    if scheme.is_empty() {
        return None;
    }
    if host.starts_with('.') {
        return Some(OriginFault::LeadingDot);
    }
    let own_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    if host.ends_with(own_port) {
        return Some(OriginFault::OwnPort);
    }
    host.bytes()
        .any(|byte| byte.is_ascii_uppercase())
        .then_some(OriginFault::Capital)
}

fn origin_meant(text: &str, fault: OriginFault) -> Option<String> {
    let text = text.trim();
    match fault {
        OriginFault::NoScheme => Some(format!("https://{}", text.trim_end_matches('/')))
            .filter(|_| {
                // `.shop.example` was the way to write subdomains.
                !text.starts_with('.') && !text.contains([',', ' ', ':'])
            })
            .or_else(|| {
                text.strip_prefix('.')
                    .map(|below| format!("https://*.{below}"))
            }),
        OriginFault::Scheme => text.split_once("://").map(|(_, host)| {
            host.trim_end_matches('/')
                .trim_start_matches('*')
                .to_owned()
        }),
        OriginFault::Blank => Some(text.to_owned()),
        OriginFault::Path => {
            let (scheme, rest) = text.split_once("://")?;
            Some(format!(
                "{scheme}://{}",
                rest.split(['/', '?', '#']).next()?
            ))
        }
        OriginFault::LeadingDot => Some(text.replacen("://.", "://*.", 1)),
        OriginFault::OwnPort => Some(text.rsplit_once(':')?.0.to_owned()),
        OriginFault::Capital => Some(text.to_ascii_lowercase()),
        OriginFault::Star => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers are those of CsrfViewMiddleware of Django 5.2, for a POST with the Origin that was meant.
    #[test]
    fn entries_that_trust_nobody_are_told_from_those_that_do() {
        for (text, fault, meant) in [
            (
                "shop.example",
                OriginFault::NoScheme,
                Some("https://shop.example"),
            ),
            (
                ".shop.example",
                OriginFault::NoScheme,
                Some("https://*.shop.example"),
            ),
            (
                "*.shop.example",
                OriginFault::NoScheme,
                Some("https://*.shop.example"),
            ),
            (
                "https://shop.example/",
                OriginFault::Path,
                Some("https://shop.example"),
            ),
            (
                "https://shop.example/app",
                OriginFault::Path,
                Some("https://shop.example"),
            ),
            (
                "https://.shop.example",
                OriginFault::LeadingDot,
                Some("https://*.shop.example"),
            ),
            ("https://www.*.example", OriginFault::Star, None),
            ("https://*", OriginFault::Star, None),
            (
                "https://shop.example:443",
                OriginFault::OwnPort,
                Some("https://shop.example"),
            ),
            (
                "http://shop.example:80",
                OriginFault::OwnPort,
                Some("http://shop.example"),
            ),
            (
                "https://Shop.example",
                OriginFault::Capital,
                Some("https://shop.example"),
            ),
            (
                " https://shop.example",
                OriginFault::Blank,
                Some("https://shop.example"),
            ),
        ] {
            assert_eq!(origin_fault(text, &Answer::Yes), Some(fault), "{text:?}");
            assert_eq!(origin_meant(text, fault).as_deref(), meant, "{text:?}");
        }
        for text in [
            "https://shop.example",
            "http://shop.example:8080",
            "https://*.shop.example",
            "https://*.Shop.example/",
            "https://shop.example:80",
            "capacitor://localhost",
            "https://{{ host }}/",
            "",
        ] {
            assert_eq!(origin_fault(text, &Answer::Yes), None, "{text:?}");
        }
    }

    #[test]
    fn before_4_0_hosts_are_compared() {
        assert_eq!(
            origin_fault("https://shop.example", &Answer::No),
            Some(OriginFault::Scheme)
        );
        assert_eq!(
            origin_meant("https://shop.example/", OriginFault::Scheme).as_deref(),
            Some("shop.example")
        );
        for text in ["shop.example", ".shop.example", "shop.example:8443"] {
            assert_eq!(origin_fault(text, &Answer::No), None, "{text:?}");
        }
        assert_eq!(origin_fault("shop.example", &Answer::Unknown), None);
    }
}
