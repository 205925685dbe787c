//! What a request line asks for, as nginx takes it apart (ngx_http_parse_request_line,
//! ngx_http_parse_complex_uri).

/// The path and the query of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The path: decoded, with dots and, unless that was turned off, double slashes taken out.
    pub uri: Vec<u8>,
    /// The query, as it was sent.
    pub args: Vec<u8>,
    /// All of it, as it was sent.
    pub sent: Vec<u8>,
    /// Whether the path was sent with a `%` or a `+`: what a regex takes from it is escaped again.
    pub(super) is_quoted: bool,
}

/// What the path holds by now, between two slashes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Usual,
    Slash,
    Dot,
    DotDot,
}

impl Target {
    /// Takes a path and query apart; nothing where nginx answers 400.
    pub fn parse(sent: &[u8], merge_slashes: bool) -> Option<Self> {
        let is_path = sent.first() == Some(&b'/');
        if !is_path || sent.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
            return None;
        }
        let mut target = Self {
            uri: Vec::with_capacity(sent.len()),
            args: Vec::new(),
            sent: sent.to_vec(),
            is_quoted: false,
        };
        let mut state = State::Usual;
        let mut at = 0;
        while let Some(&byte) = sent.get(at) {
            at += 1;
            let (byte, is_decoded) = match byte {
                b'%' => {
                    target.is_quoted = true;
                    let byte = hex(*sent.get(at)?)? << 4 | hex(*sent.get(at + 1)?)?;
                    at += 2;
                    (byte, true)
                }
                other => (other, false),
            };
            match byte {
                0 => return None,
                b'?' | b'#' if !is_decoded => {
                    if byte == b'?' {
                        let rest = &sent[at..];
                        let end = memchr::memchr(b'#', rest).unwrap_or(rest.len());
                        target.args = rest[..end].to_vec();
                    }
                    break;
                }
                // Encoded, these are part of a name whatever came before.
                b'%' | b'#' | b'?' => {
                    target.uri.push(byte);
                    state = State::Usual;
                }
                b'/' => {
                    match state {
                        State::Usual => target.uri.push(byte),
                        State::Slash if merge_slashes => {}
                        State::Slash => target.uri.push(byte),
                        State::Dot => {
                            target.uri.pop();
                        }
                        State::DotDot => target.up()?,
                    }
                    state = State::Slash;
                }
                b'.' => {
                    target.uri.push(byte);
                    state = match state {
                        State::Slash => State::Dot,
                        State::Dot => State::DotDot,
                        State::Usual | State::DotDot => State::Usual,
                    };
                }
                other => {
                    target.is_quoted |= other == b'+';
                    target.uri.push(other);
                    state = State::Usual;
                }
            }
        }
        match state {
            State::Dot => {
                target.uri.pop();
            }
            State::DotDot => target.up()?,
            State::Usual | State::Slash => {}
        }
        Some(target)
    }

    /// Takes out `/..` and the name before it; nothing where there is none.
    fn up(&mut self) -> Option<()> {
        // The path ends in `/..`; nginx looks for a slash from four bytes before its end on.
        let mut at = self.uri.len().checked_sub(4)?;
        while self.uri[at] != b'/' {
            at = at.checked_sub(1)?;
        }
        self.uri.truncate(at + 1);
        Some(())
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// What nginx makes of a group of a regex that it puts into a query (NGX_ESCAPE_ARGS).
pub(super) fn escape_args(bytes: &[u8]) -> Vec<u8> {
    escape(bytes, |byte| matches!(byte, b'&' | b'+' | b';'))
}

/// What nginx makes of a path that it sends in a header, or on (NGX_ESCAPE_URI).
pub(super) fn escape_uri(bytes: &[u8]) -> Vec<u8> {
    escape(bytes, |_| false)
}

fn escape(bytes: &[u8], is_escaped_too: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(bytes.len());
    for byte in bytes {
        let is_escaped = matches!(byte, 0..=b' ' | 0x7f..) || b"\"#%<>?\\^`{|}".contains(byte);
        if is_escaped || is_escaped_too(*byte) {
            escaped.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            escaped.push(*byte);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(sent: &str) -> Option<String> {
        let target = Target::parse(sent.as_bytes(), true)?;
        Some(String::from_utf8_lossy(&target.uri).into_owned())
    }

    #[test]
    fn a_path_is_decoded_and_its_dots_and_double_slashes_are_taken_out() {
        for (sent, expected) in [
            ("/a/b", "/a/b"),
            ("//a///b//", "/a/b/"),
            ("/a/./b/.", "/a/b/"),
            ("/a/../b", "/b"),
            ("/a/b/..", "/a/"),
            ("/a/b/../", "/a/"),
            ("/a/...", "/a/..."),
            ("/a/.x", "/a/.x"),
            ("/a%2fb", "/a/b"),
            ("/a/%2e%2e/b", "/b"),
            ("/a%2F%2Fb", "/a/b"),
            ("/a%3Fb", "/a?b"),
            ("/a%25b%23", "/a%b#"),
            ("/a?x=../..", "/a"),
            ("/a#/../..", "/a"),
        ] {
            assert_eq!(uri(sent).as_deref(), Some(expected), "{sent}");
        }
        for sent in [
            "", "a", "/..", "/a/../..", "/%", "/%4", "/%zz", "/%00", "/a b",
        ] {
            assert_eq!(uri(sent), None, "{sent}");
        }
        let kept = Target::parse(b"//a//b", false).unwrap();
        assert_eq!(kept.uri, b"//a//b");
    }

    #[test]
    fn the_query_is_as_it_was_sent() {
        let target = Target::parse(b"/a?b=%20&c=/../#d", true).unwrap();
        assert_eq!(target.args, b"b=%20&c=/../");
        assert!(!target.is_quoted);
    }
}
