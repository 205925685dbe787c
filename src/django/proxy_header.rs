//! SECURE_PROXY_SSL_HEADER: whether Django can do anything with it (`HttpRequest.scheme`).

use super::object::Object;
use super::settings::Settings;
use crate::source::Span;

/// Why Django cannot do anything with SECURE_PROXY_SSL_HEADER (`HttpRequest.scheme`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyHeaderFault {
    /// It is no pair: every request that asks for its scheme fails.
    NoPair,
    /// The name of a header as it travels, and not as `request.META` has it: nothing is ever found.
    NameOnTheWire {
        /// What is written.
        written: String,
        /// The name in `request.META`.
        meant: String,
    },
}

impl Settings {
    /// What is wrong with SECURE_PROXY_SSL_HEADER, and where.
    pub fn proxy_header_fault(&self) -> Option<(ProxyHeaderFault, Span)> {
        let setting = self.get("SECURE_PROXY_SSL_HEADER");
        let object = setting.value.get()?;
        let place = setting.place()?;
        let pair = match object {
            Object::Str(text) if !text.text.is_empty() && text.text.chars().count() != 2 => None,
            Object::Bool(true) | Object::Int(1..) => None,
            Object::List(pair) | Object::Tuple(pair) if pair.incomplete.is_none() => {
                match pair.items.len() {
                    0 => return None,
                    2 => Some(&pair.items[0]),
                    _ => None,
                }
            }
            _ => return None,
        };
        let Some(name) = pair else {
            return Some((ProxyHeaderFault::NoPair, place));
        };
        let written = name.as_str()?;
        // `wsgi.url_scheme` is in it, too.
        let is_on_the_wire = written.contains('-')
            && written
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        let meant = written.to_ascii_uppercase().replace('-', "_");
        let meant = match meant.starts_with("HTTP_") {
            true => meant,
            false => format!("HTTP_{meant}"),
        };
        let fault = ProxyHeaderFault::NameOnTheWire {
            written: written.to_owned(),
            meant,
        };
        is_on_the_wire.then_some((fault, name.span))
    }
}
