//! ALLOWED_HOSTS: which entries can match a request, and what those that cannot were meant to be.

use crate::source::Span;
use crate::value::Answer;

use super::object::{Item, Object, Sequence};
use super::settings::Settings;

/// The middleware that refuses a request for its host, whatever is asked for
/// (`CommonMiddleware.process_request` calls `get_host`).
const COMMON: &str = "django.middleware.common.CommonMiddleware";

/// An entry of ALLOWED_HOSTS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostEntry {
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Whether it is written there as a literal, and not worked out.
    pub is_literal: bool,
    /// Why it matches no request.
    pub fault: Option<HostFault>,
    /// What was meant, where there is one answer: one entry, or several.
    pub meant: Vec<String>,
    /// Whether other entries let in every host that it was meant for.
    pub is_covered: bool,
}

/// Why an entry matches no request. Django compares it with the host in lower case, without
/// port and trailing dot, that passed `host_validation_re` (django/http/request.py).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostFault {
    /// Nothing between the quotes.
    Empty,
    /// `https://`.
    Scheme,
    /// `:8000`.
    Port,
    /// `/` or more behind the name.
    Path,
    /// `10.0.0.0/8`.
    Network,
    /// `*` beside other characters.
    Star,
    /// White space around the name.
    Blank,
    /// Two names in one text.
    Several,
    /// `_` is in no host name: Django refuses the request before it looks at the list.
    Underscore,
    /// An IPv6 address without brackets.
    Brackets,
    /// A dot behind the name.
    TrailingDot,
    /// Not ASCII: the browser asks for the `xn--` form.
    NotAscii,
    /// Another character that no host name has.
    Character,
}

impl HostFault {
    /// What is wrong, to be read after "it has ".
    pub fn what(self) -> &'static str {
        match self {
            Self::Empty => "nothing in it",
            Self::Scheme => "a scheme in front of the name",
            Self::Port => "a port behind the name",
            Self::Path => "a slash behind the name",
            Self::Network => "a network in it, and Django compares single addresses",
            Self::Star => "a star in it, which Django compares as a character",
            Self::Blank => "white space around the name",
            Self::Several => "more than one name in one text",
            Self::Underscore => "an underscore, which is in no host name",
            Self::Brackets => "an IPv6 address without its brackets",
            Self::TrailingDot => "a dot behind the name",
            Self::NotAscii => "letters that browsers send as xn--…",
            Self::Character => "a character that is in no host name",
        }
    }
}

impl Settings {
    /// The entries of ALLOWED_HOSTS that are known, where it is known which list it is.
    pub fn host_entries(&self) -> Vec<HostEntry> {
        let hosts = self.allowed_hosts();
        let Some(list) = hosts.value.get().and_then(Object::as_list) else {
            return Vec::new();
        };
        let texts: Vec<&str> = list.items.iter().filter_map(Item::as_str).collect();
        let entry = |item: &Item| {
            let text = item.as_str()?;
            let fault = fault(text);
            let meant = match fault {
                Some(fault) => meant(text, fault),
                None => Vec::new(),
            };
            let is_covered = texts.contains(&"*")
                || !meant.is_empty() && meant.iter().all(|name| is_let_in(name, &texts));
            let alternative = item.value.single()?;
            Some(HostEntry {
                text: text.to_owned(),
                span: alternative.origin.span().unwrap_or(item.span),
                is_literal: alternative.origin.is_literal(),
                fault,
                meant,
                is_covered,
            })
        };
        list.items.iter().filter_map(entry).collect()
    }

    /// Whether every entry of ALLOWED_HOSTS is known.
    pub fn knows_all_hosts(&self) -> bool {
        let hosts = self.allowed_hosts();
        let list = hosts.value.get().and_then(Object::as_list);
        list.is_some_and(is_complete)
    }

    /// Whether a request with this Host is let in (HttpRequest.get_host and validate_host in
    /// django/http/request.py).
    pub fn accepts_host(&self, host: &str) -> Answer {
        let host = host.to_ascii_lowercase();
        let Some(domain) = domain(&host) else {
            return Answer::No;
        };
        if !self.knows_all_hosts() {
            return Answer::Unknown;
        }
        match self.compares_hosts() {
            Answer::Yes => {}
            Answer::No => return Answer::Yes,
            Answer::Unknown => return Answer::Unknown,
        }
        let hosts = self.allowed_hosts();
        let list = hosts.value.get().and_then(Object::as_list);
        let mut entries: Vec<&str> = list
            .map(|list| list.items.iter().filter_map(Item::as_str).collect())
            .unwrap_or_default();
        if entries.is_empty() {
            match self.debug() {
                Answer::Yes => entries = vec![".localhost", "127.0.0.1", "[::1]"],
                Answer::No => {}
                Answer::Unknown => return Answer::Unknown,
            }
        }
        let is_open = |entry: &&str| {
            ["{{", "{%", "${", "%("]
                .iter()
                .any(|hole| entry.contains(hole))
        };
        if entries.contains(&"*") || is_let_in(domain, &entries) {
            Answer::Yes
        } else if entries.iter().any(is_open) {
            Answer::Unknown
        } else {
            Answer::No
        }
    }

    /// Whether ALLOWED_HOSTS is an empty list.
    pub fn allows_no_host(&self) -> Answer {
        self.allowed_hosts().value.is(|object| {
            let list = object.as_list();
            list.is_some_and(|list| list.items.is_empty() && list.incomplete.is_none())
        })
    }

    /// Whether this Django looks at ALLOWED_HOSTS at all: an old one does not where DEBUG is on.
    pub fn compares_hosts(&self) -> Answer {
        match self.debug() {
            Answer::Yes if self.may_be_of_an_old_release() => Answer::Unknown,
            _ if self.releases().compares_hosts_in_debug() => Answer::Yes,
            Answer::No => Answer::Yes,
            Answer::Yes => Answer::No,
            Answer::Unknown => Answer::Unknown,
        }
    }

    /// Whether nothing tells the release of Django, and the settings are made for one before 1.10: it may be one that
    /// lets in every host while DEBUG is on.
    fn may_be_of_an_old_release(&self) -> bool {
        let is_set = |name: &str| self.get(name).assignment().is_some();
        !self.releases().are_told() && is_set("MIDDLEWARE_CLASSES") && !is_set("MIDDLEWARE")
    }

    /// Whether each request has its host compared with ALLOWED_HOSTS, and not only some.
    pub fn compares_every_host(&self) -> Answer {
        self.middleware_contains(COMMON)
    }
}

/// The name of a Host without its port and the dot at its end, where Django takes it for a name at
/// all (host_validation_re, split_domain_port): one with a `_` it refuses whatever is allowed.
fn domain(host: &str) -> Option<&str> {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let (name, port) = match host.rfind(']') {
        Some(end) => host.split_at(end + 1),
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    let is_name = match name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
    {
        Some(address) => {
            address.contains(':')
                && address
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        }
        None => {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        }
    };
    let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    let name = Some(name.strip_suffix('.').unwrap_or(name)).filter(|name| !name.is_empty());
    name.filter(|_| is_name && has_port)
}

fn is_complete(list: &Sequence) -> bool {
    list.incomplete.is_none() && list.items.iter().all(|item| item.as_str().is_some())
}

/// Whether one of the entries lets a name in, and all that a leading dot stands for.
fn is_let_in(name: &str, entries: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    entries.iter().any(|entry| {
        let entry = entry.to_ascii_lowercase();
        fault(&entry).is_none()
            && (entry == name
                || entry.starts_with('.') && (name.ends_with(&entry) || name == entry[1..]))
    })
}

/// Why an entry matches nothing; nothing where it can match, or is still to be filled in.
fn fault(text: &str) -> Option<HostFault> {
    // A dot alone lets in whatever ends with two of them.
    if text == "*"
        || text == "."
        || ["{{", "{%", "${", "%(", "<"]
            .iter()
            .any(|hole| text.contains(hole))
    {
        return None;
    }
    let inner = text.trim();
    if inner.is_empty() {
        return Some(HostFault::Empty);
    }
    if names(inner).len() > 1 {
        return Some(HostFault::Several);
    }
    if inner != text {
        return Some(HostFault::Blank);
    }
    if text.contains("://") {
        return Some(HostFault::Scheme);
    }
    let is_ipv6 = |text: &str| {
        text.matches(':').count() > 1
            && text
                .bytes()
                .all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.')
    };
    if let Some((name, rest)) = text.split_once('/') {
        let is_address = name
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        let is_prefix = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
        let is_network = is_prefix && (is_address || is_ipv6(name));
        return Some(if is_network {
            HostFault::Network
        } else {
            HostFault::Path
        });
    }
    if is_ipv6(text) {
        return Some(HostFault::Brackets);
    }
    if let Some(address) = text.strip_prefix('[') {
        return match address.split_once(']') {
            Some((address, "")) if is_ipv6(address) => None,
            Some((_, port)) if port.starts_with(':') => Some(HostFault::Port),
            _ => Some(HostFault::Character),
        };
    }
    if text.contains('*') {
        return Some(HostFault::Star);
    }
    if text.contains(':') {
        return Some(HostFault::Port);
    }
    if !text.is_ascii() {
        return Some(HostFault::NotAscii);
    }
    if text.contains('_') {
        return Some(HostFault::Underscore);
    }
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
    {
        return Some(HostFault::Character);
    }
    text.ends_with('.').then_some(HostFault::TrailingDot)
}

/// The names that one text holds.
fn names(text: &str) -> Vec<&str> {
    text.split(|character: char| matches!(character, ',' | ';') || character.is_whitespace())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The entries to write instead; none where that is not for a program to say.
fn meant(text: &str, fault: HostFault) -> Vec<String> {
    if matches!(fault, HostFault::Network | HostFault::Empty) {
        return Vec::new();
    }
    let meant: Vec<String> = names(text).into_iter().map(cleaned).collect();
    // What is still no entry, or lets everybody in, was not meant for certain.
    let is_sure = |name: &String| !name.is_empty() && name != "*" && self::fault(name).is_none();
    if meant.iter().all(is_sure) {
        meant
    } else {
        Vec::new()
    }
}

fn cleaned(text: &str) -> String {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split('/').next().unwrap_or(text);
    if text.matches(':').count() > 1 && !text.starts_with('[') {
        return format!("[{text}]");
    }
    let text = match text.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => text,
    };
    let text = text.trim_end_matches('.');
    match text.strip_prefix("*.") {
        Some(domain) => format!(".{domain}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers are those of Django 5.2's split_domain_port and validate_host.
    #[test]
    fn a_host_is_let_in_as_django_lets_it_in() {
        const HOSTS: [&str; 18] = [
            "shop.example",
            "SHOP.example.",
            "www.shop.example",
            "shop.example:8000",
            "a_b",
            "django_app:80",
            "10.0.0.1",
            "[::1]",
            "[::1]:80",
            "::1",
            "x:",
            "",
            "shop.example:x",
            "localhost",
            "a.localhost",
            "xn--e1a.example",
            "é.example",
            "-a",
        ];
        for (entries, expected) in [
            (&["shop.example"][..], "yynynnnnnnnnnnnnnn"),
            (&[".shop.example"], "yyyynnnnnnnnnnnnnn"),
            (&["*"], "yyyynnyyynnnnyyyny"),
            (&["10.0.0.1", "[::1]"], "nnnnnnyyynnnnnnnnn"),
            (&["Shop.Example", "localhost"], "yynynnnnnnnnnynnnn"),
            (&["*.shop.example"], "nnnnnnnnnnnnnnnnnn"),
            (
                &["http://shop.example", "shop.example:8000"],
                "nnnnnnnnnnnnnnnnnn",
            ),
        ] {
            let answers: String = HOSTS
                .iter()
                .map(|host| {
                    let host = host.to_ascii_lowercase();
                    let is_in = domain(&host)
                        .is_some_and(|name| entries.contains(&"*") || is_let_in(name, entries));
                    if is_in { 'y' } else { 'n' }
                })
                .collect();
            assert_eq!(answers, expected, "{entries:?}");
        }
    }

    /// Each of these got 400 from Django 5.2 for the host that it was meant for.
    #[test]
    fn entries_that_match_nothing_are_told_from_those_that_do() {
        for (text, expected, names) in [
            (
                "http://shop.example",
                HostFault::Scheme,
                vec!["shop.example"],
            ),
            (
                "https://shop.example:8443/",
                HostFault::Scheme,
                vec!["shop.example"],
            ),
            ("shop.example:80", HostFault::Port, vec!["shop.example"]),
            ("[::1]:80", HostFault::Port, vec!["[::1]"]),
            ("*.shop.example", HostFault::Star, vec![".shop.example"]),
            ("*shop.example", HostFault::Star, vec![]),
            ("www.shop.*", HostFault::Star, vec![]),
            ("192.168.1.*", HostFault::Star, vec![]),
            ("shop.example/", HostFault::Path, vec!["shop.example"]),
            ("shop.example/app", HostFault::Path, vec!["shop.example"]),
            ("10.0.0.0/8", HostFault::Network, vec![]),
            (" shop.example", HostFault::Blank, vec!["shop.example"]),
            ("shop.example\n", HostFault::Blank, vec!["shop.example"]),
            (" *", HostFault::Blank, vec![]),
            (
                "a.example,b.example",
                HostFault::Several,
                vec!["a.example", "b.example"],
            ),
            (
                "a.example b.example",
                HostFault::Several,
                vec!["a.example", "b.example"],
            ),
            ("a.example, *", HostFault::Several, vec![]),
            ("my_shop.example", HostFault::Underscore, vec![]),
            (".my_shop.example", HostFault::Underscore, vec![]),
            ("", HostFault::Empty, vec![]),
            ("::1", HostFault::Brackets, vec!["[::1]"]),
            (
                "shop.example.",
                HostFault::TrailingDot,
                vec!["shop.example"],
            ),
            ("münchen.example", HostFault::NotAscii, vec![]),
            ("~^www", HostFault::Character, vec![]),
            ("[fe80::1%eth0]", HostFault::Character, vec![]),
        ] {
            assert_eq!(fault(text), Some(expected), "{text:?}");
            assert_eq!(meant(text, expected), names, "{text:?}");
        }
        for text in [
            "shop.example",
            ".shop.example",
            "SHOP.Example",
            "127.0.0.1",
            "[::1]",
            "[2001:DB8::1]",
            "*",
            "localhost",
            "-a.example",
            "shop..example",
            "{{ domain }}",
            "${HOST}",
            "<your domain>",
        ] {
            assert_eq!(fault(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_other_entries_let_in_is_covered() {
        assert!(is_let_in("a.example", &["A.example"]));
        assert!(is_let_in("www.a.example", &[".a.example"]));
        assert!(is_let_in("a.example", &[".a.example"]));
        assert!(is_let_in(".a.example", &[".a.example"]));
        assert!(!is_let_in(".a.example", &["a.example"]));
        assert!(!is_let_in("a.example", &["http://a.example"]));
        assert!(!is_let_in("ba.example", &[".a.example"]));
    }
}
