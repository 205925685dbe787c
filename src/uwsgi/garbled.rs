//! Values that hold more than was meant: a comment behind them, quotes around them, a `;` at their
//! end. uWSGI takes all of it for the value (ini_get_key in core/ini.c), and what comes of that
//! depends on the option.

use std::ops::Range;

use super::instance::Instance;
use super::options::{self, UwsgiOption};
use super::setting::{Setting, Source};
use super::socket::is_socket_option;
use crate::source::Span;

/// A value with something in it that does not belong there.
#[derive(Clone, Debug)]
pub struct Garbled<'a> {
    /// The option.
    pub setting: &'a Setting,
    /// The option's name.
    pub key: String,
    /// What does not belong there.
    pub by: Garble,
    /// The value as it was meant; of a variable that may be a secret, the name alone.
    pub meant: String,
    /// The bytes of the value that do not belong there.
    pub surplus: Vec<Range<usize>>,
    /// What comes of it.
    pub consequence: Consequence,
    /// The option's name and value.
    pub key_span: Span,
    /// The value.
    pub value_span: Span,
}

/// What does not belong into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garble {
    /// `4 # four`
    Comment,
    /// `"4"`
    Quotes,
    /// `4;`
    Semicolon,
}

/// What comes of a value that is not what was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// Nothing: the option reads as far as it understands.
    None,
    /// The option does something else than was meant.
    Other,
    /// uWSGI does not start, or answers no request.
    Fatal,
}

/// Options with one path, name or address for their value, without which nothing is served.
const ESSENTIAL: [&str; 6] = ["chdir", "module", "wsgi-file", "callable", "home", "plugin"];
/// Options with one path, name or address for their value.
const PLAIN: [&str; 21] = [
    "chdir2",
    "chown-socket",
    "daemonize",
    "daemonize2",
    "emperor",
    "fs-reload",
    "gid",
    "logto",
    "logto2",
    "master-fifo",
    "pidfile",
    "pidfile2",
    "plugin-dir",
    "py-executable",
    "pythonpath",
    "safe-pidfile",
    "spooler",
    "static-map",
    "stats",
    "touch-reload",
    "uid",
];

impl Garble {
    /// What mends it, in the imperative.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Comment => "move the comment to a line of its own",
            Self::Quotes => "take the quotes away",
            Self::Semicolon => "take the semicolon away",
        }
    }

    /// What garbles a value, and the part of it that was meant; behind the name of a variable.
    fn in_value(option: UwsgiOption, value: &str) -> Option<(Self, Range<usize>)> {
        let start = name_in(option, value).len();
        let (by, meant) = Self::of(option, &value[start..])?;
        Some((by, start + meant.start..start + meant.end))
    }

    /// What garbles a text, and the part of it that was meant.
    fn of(option: UwsgiOption, text: &str) -> Option<(Self, Range<usize>)> {
        for quote in ['"', '\''] {
            let inside = text
                .strip_prefix(quote)
                .and_then(|rest| rest.strip_suffix(quote));
            if let Some(inside) = inside {
                return Some((Self::Quotes, 1..1 + inside.len()));
            }
        }
        // In a variable's value a `;` may well be meant.
        let marks: &[u8] = if option.kind() == "env" { b"#" } else { b"#;" };
        let bytes = text.as_bytes();
        let comment = (0..bytes.len()).find(|at| {
            let after = bytes.get(at + 1);
            let is_begun = *at == 0 || matches!(bytes[at - 1], b' ' | b'\t');
            marks.contains(&bytes[*at]) && is_begun && (bytes[*at] == b'#' || after == Some(&b' '))
        });
        if let Some(at) = comment {
            return Some((Self::Comment, 0..text[..at].trim_end().len()));
        }
        let meant = text.strip_suffix(';').filter(|_| option.kind() != "env")?;
        Some((Self::Semicolon, 0..meant.trim_end().len()))
    }
}

/// What comes of `written` where `meant` was meant; nothing for an option whose value is free text.
fn consequence(option: UwsgiOption, written: &str, meant: &str) -> Option<Consequence> {
    let (written_bytes, meant_bytes) = (written.as_bytes(), meant.as_bytes());
    let differs = match option.kind() {
        "bool" => options::is_true(written_bytes) != options::is_true(meant_bytes),
        "int" | "int16" | "rawint" | "megabytes" => {
            options::int(written_bytes) != options::int(meant_bytes)
        }
        "chmod" => return Some(Consequence::Fatal),
        "env" => {
            let is_essential = meant.starts_with("DJANGO_SETTINGS_MODULE=");
            return Some(if is_essential {
                Consequence::Fatal
            } else {
                Consequence::Other
            });
        }
        _ if is_socket_option(option.name()) || option.group() == "stats" => {
            return Some(of_address(written, meant));
        }
        _ if ESSENTIAL.contains(&option.group()) => return Some(Consequence::Fatal),
        _ if PLAIN.contains(&option.group()) => return Some(Consequence::Other),
        _ => return None,
    };
    Some(match differs {
        false => Consequence::None,
        true if option.group() == "processes" && options::int(written_bytes) == 0 => {
            Consequence::Fatal
        }
        true => Consequence::Other,
    })
}

/// What is read of a port are its digits; a path is taken as a whole.
fn of_address(written: &str, meant: &str) -> Consequence {
    match meant.contains(':') {
        true if written.starts_with(meant) => Consequence::None,
        true => Consequence::Other,
        false => Consequence::Fatal,
    }
}

impl Instance {
    /// The values that hold more than was meant.
    pub fn garbled(&self) -> Vec<Garbled<'_>> {
        let settings = self.settings().iter();
        settings.filter_map(garbled).collect()
    }

    /// Whether what stands at this place garbles a value.
    pub fn garbles(&self, place: Span) -> bool {
        self.garbled().iter().any(|garbled| {
            let value = garbled.value_span;
            value.file == place.file && value.start <= place.start && place.end <= value.end
        })
    }

    /// Whether the value of this option is garbled, so that what it says was not meant.
    pub fn is_garbled(&self, name: &str) -> bool {
        self.last(name)
            .is_some_and(|setting| garbled(setting).is_some())
    }
}

fn garbled(setting: &Setting) -> Option<Garbled<'_>> {
    let option = setting
        .option()
        .filter(|_| setting.source == Source::File)?;
    let value = std::str::from_utf8(setting.value.known()?).ok()?;
    let (by, kept) = Garble::in_value(option, value)?;
    let name = name_in(option, value);
    let meant = format!("{name}{}", &value[kept.clone()]);
    let mut consequence = consequence(option, value, &meant)?;
    if setting.is_conditional() {
        consequence = consequence.min(Consequence::Other);
    }
    Some(Garbled {
        setting,
        key: setting.key().to_owned(),
        by,
        meant: shown(option, meant),
        surplus: [name.len()..kept.start, kept.end..value.len()]
            .into_iter()
            .filter(|range| !range.is_empty())
            .collect(),
        consequence,
        key_span: setting.key_span(),
        value_span: setting.value_span(),
    })
}

/// The name of the variable that a value sets, with its `=`.
fn name_in(option: UwsgiOption, value: &str) -> &str {
    match option.kind() {
        "env" => &value[..value.find('=').map_or(0, |at| at + 1)],
        _ => "",
    }
}

fn shown(option: UwsgiOption, meant: String) -> String {
    match meant.split_once('=') {
        Some((name, _)) if option.kind() == "env" && name != "DJANGO_SETTINGS_MODULE" => {
            format!("{name}=…")
        }
        _ => meant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(option: &str, value: &str) -> Option<(Garble, String, Option<Consequence>)> {
        let option = UwsgiOption::find(option.as_bytes()).unwrap();
        let (by, kept) = Garble::in_value(option, value)?;
        let meant = format!("{}{}", name_in(option, value), &value[kept]);
        let consequence = consequence(option, value, &meant);
        Some((by, meant, consequence))
    }

    #[test]
    fn what_comes_of_it_depends_on_the_option() {
        use Consequence::{Fatal, None as Nothing, Other};
        use Garble::{Comment, Quotes, Semicolon};
        for (option, value, expected) in [
            ("processes", "4 # four", Some((Comment, "4", Some(Nothing)))),
            ("processes", "\"4\"", Some((Quotes, "4", Some(Fatal)))),
            ("harakiri", "'20'", Some((Quotes, "20", Some(Other)))),
            ("processes", "4;", Some((Semicolon, "4", Some(Nothing)))),
            (
                "lazy-apps",
                "false # no",
                Some((Comment, "false", Some(Other))),
            ),
            (
                "lazy-apps",
                "true ; yes",
                Some((Comment, "true", Some(Nothing))),
            ),
            (
                "socket",
                "/run/a.sock # x",
                Some((Comment, "/run/a.sock", Some(Fatal))),
            ),
            (
                "socket",
                "127.0.0.1:3031 # x",
                Some((Comment, "127.0.0.1:3031", Some(Nothing))),
            ),
            (
                "socket",
                "/run/a.sock;",
                Some((Semicolon, "/run/a.sock", Some(Fatal))),
            ),
            (
                "logto",
                "/var/log/a.log # x",
                Some((Comment, "/var/log/a.log", Some(Other))),
            ),
            ("env", "A='b'", Some((Quotes, "A=b", Some(Other)))),
            ("env", "A=b ; c", None),
            (
                "env",
                "DJANGO_SETTINGS_MODULE=a.b # c",
                Some((Comment, "DJANGO_SETTINGS_MODULE=a.b", Some(Fatal))),
            ),
            ("chdir", "/srv/a#b", None),
            ("log-format", "%(uri) # x", Some((Comment, "%(uri)", None))),
            (
                "hook-post-app",
                "exec:a ; b",
                Some((Comment, "exec:a", None)),
            ),
        ] {
            let expected = expected.map(|(by, meant, what)| (by, meant.to_owned(), what));
            assert_eq!(said(option, value), expected, "{option} = {value}");
        }
    }
}
