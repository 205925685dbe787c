//! What ends the start while uWSGI reads its configuration.

use std::fmt;
use std::path::PathBuf;

use super::load::{Loader, Place};
use super::options;
use super::setting::{Setting, Source};
use super::text::Text;
use crate::source::Span;

/// uWSGI does not start, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it does not take.
    pub why: Why,
    /// The option that brings it about.
    pub place: Span,
    /// Its value; the option where it has none.
    pub value: Span,
}

/// What uWSGI does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// `strict` is on, and there is no option of that name (uwsgi_opt_get in core/config.c).
    Strict(String),
    /// `blacklist` or `whitelist` forbid the option.
    Forbidden(String),
    /// A block of logic inside of another (uwsgi_opt_logic).
    NestedLogic(String),
    /// `set-placeholder` with the name of an option.
    PlaceholderIsOption(String),
    /// A file that it is to read is not there.
    NoSuchFile(PathBuf),
    /// A file whose ending says no format that it reads.
    UnknownFormat(String),
    /// A file that is not well-formed: in which format, and why.
    Malformed(&'static str, String),
    /// A JSON file without an object of that name.
    NoObject(String),
    /// A file that includes itself: it recurses until the stack is full.
    IncludesItself,
    /// A value that refers to itself: it grows until there is no memory left.
    NeverEnds,
    /// `set`, `set-placeholder`, `declare-option` or `static-map` without a `=` in the value.
    NoEquals,
    /// A mode for sockets that is not three octal digits.
    BadMode(String),
    /// A number below zero.
    Negative(i64),
    /// A socket without an address (generate_socket_name in core/socket.c).
    EmptySocket,
    /// `socket = =0` without a `shared-socket` (uwsgi_new_socket in core/socket.c).
    NoSharedSocket,
    /// A socket for TLS without certificate and key (uwsgi_opt_add_ssl_socket).
    NoCertificate,
    /// `exit`.
    Exit(i64),
    /// A word of the command line that is no option.
    NoSuchOption(String),
    /// A part of the names of several options on the command line.
    AmbiguousOption(String),
    /// A value for an option of the command line that takes none.
    TakesNoValue(String),
    /// An option without a value in a block of the command line: it crashes.
    SwitchInBlock,
    /// An option of the command line without the value that it takes.
    NeedsValue(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Strict(name) => write!(f, "strict is on, and there is no option {name}"),
            Self::Forbidden(name) => write!(f, "blacklist or whitelist forbids {name}"),
            Self::NestedLogic(name) => write!(f, "{name} begins a block inside of another one"),
            Self::PlaceholderIsOption(name) => {
                write!(f, "{name} is an option and cannot be a placeholder")
            }
            Self::NoSuchFile(path) => write!(f, "there is no file {}", path.display()),
            Self::UnknownFormat(name) => {
                write!(
                    f,
                    "the ending of {name} is none of .ini, .xml, .yml and .yaml"
                )
            }
            Self::Malformed(format, why) => write!(f, "not well-formed {format}: {why}"),
            Self::NoObject(name) => write!(f, "the JSON file has no object {name}"),
            Self::IncludesItself => f.write_str("the file includes itself without end"),
            Self::NeverEnds => f.write_str("the value refers to itself without end"),
            Self::NoEquals => f.write_str("there is no = in the value"),
            Self::BadMode(value) => write!(f, "{value:?} is no mode of three octal digits"),
            Self::Negative(number) => write!(f, "{number} is below zero"),
            Self::EmptySocket => f.write_str("no socket is named"),
            Self::NoSharedSocket => f.write_str("there is no such shared-socket"),
            Self::NoCertificate => f.write_str("ADDRESS,CERTIFICATE,KEY is asked for"),
            Self::Exit(code) => write!(f, "it is told to end, with exit code {code}"),
            Self::NoSuchOption(name) => write!(f, "there is no option {name}"),
            Self::AmbiguousOption(name) => write!(f, "several options begin with {name}"),
            Self::TakesNoValue(name) => write!(f, "--{name} takes no value"),
            Self::SwitchInBlock => f.write_str("an option without a value in a block crashes it"),
            Self::NeedsValue(name) => write!(f, "--{name} needs a value"),
        }
    }
}

impl Loader<'_> {
    /// Says that uWSGI ends here, if nothing ended it before and it is known to come by.
    pub(super) fn refuse(&mut self, why: Why, place: &Place) {
        if place.guards.is_empty() && self.loaded.refused.is_none() {
            let option = place.key_span.to(place.value_span);
            let has_value = !place.value_span.range().is_empty();
            self.loaded.refused = Some(Refusal {
                why,
                place: option,
                value: if has_value { place.value_span } else { option },
            });
        }
    }
}

/// What an option's own function refuses of its value (the uwsgi_opt_… functions of core/uwsgi.c).
pub(super) fn of_value(setting: &Setting) -> Option<Why> {
    let value = setting.value.known()?;
    if setting.source == Source::Switch {
        return None;
    }
    match setting.option?.kind() {
        "int" => {
            // An int of C: the number is cut to 32 bits before it is looked at.
            let number = i64::from(options::int(value));
            (number < 0).then_some(Why::Negative(number))
        }
        "chmod" => mode(&setting.value)
            .is_none()
            .then(|| Why::BadMode(String::from_utf8_lossy(value).into_owned())),
        "custom:opt_logfile_chmod" => (value == b"1" || mode(&setting.value).is_none())
            .then(|| Why::BadMode(String::from_utf8_lossy(value).into_owned())),
        "custom:opt_static_map" | "custom:opt_add_custom_option" | "custom:opt_add_dyn_dict" => {
            (!value.contains(&b'=')).then_some(Why::NoEquals)
        }
        _ => of_socket(setting.key(), value),
    }
}

/// What a socket's own function refuses.
fn of_socket(option: &str, value: &[u8]) -> Option<Why> {
    match option {
        "https-socket" | "suwsgi-socket" | "ssl-socket" => {
            let commas = memchr::memchr_iter(b',', value).count();
            (commas < 2).then_some(Why::NoCertificate)
        }
        "http" | "https" | "https2" | "zmq-socket" | "zeromq-socket" => None,
        _ if super::socket::is_socket_option(option) => value
            .trim_ascii_start()
            .is_empty()
            .then_some(Why::EmptySocket),
        _ => None,
    }
}

/// The mode that a value gives to sockets: `1`, or three octal digits (uwsgi_opt_chmod_socket).
pub(super) fn mode(value: &Text) -> Option<u32> {
    match value.known()? {
        b"1" => Some(0o666),
        [owner, group, others]
            if [owner, group, others]
                .iter()
                .all(|digit| (b'0'..=b'7').contains(digit)) =>
        {
            let digit = |byte: &u8| u32::from(byte - b'0');
            Some(digit(owner) << 6 | digit(group) << 3 | digit(others))
        }
        _ => None,
    }
}
