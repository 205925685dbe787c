//! What a variable holds at this point of the way (ngx_http_variables.c).

use super::super::node::Node;
use super::Host;
use super::target::escape_args;
use super::walk::Walk;

impl Walk<'_, '_> {
    /// The value of a variable by now, or why it is not known.
    pub(super) fn variable(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        if let [digit @ b'1'..=b'9'] = name {
            let group = usize::from(digit - b'0');
            return match self.has_groups {
                true => Ok(self.captures.get(group).cloned().unwrap_or_default()),
                false => Err(format!("what the regex took for ${group} is not known")),
            };
        }
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        if let Some(value) = self.variables.get(&name) {
            return value.clone();
        }
        if let Some(map) = self.nginx.map_of(&name) {
            let value = self.mapped_by(map);
            // It is looked up once, unless the map says `volatile`.
            if !map.children().any(|entry| entry.is("volatile")) {
                self.variables.insert(name, value.clone());
            }
            return value;
        }
        if let Some(value) = self.built_in(&name)? {
            return Ok(value);
        }
        let is_set_somewhere = self.nginx.sets_variable(&name);
        if is_set_somewhere {
            // One that was not set by now is empty (ngx_http_rewrite_var).
            return Ok(Vec::new());
        }
        Err(format!("nginx fills in ${name} at run time"))
    }

    /// The value of a variable as it stands in a directive that the rewrite module runs: what a regex
    /// took from a path that was sent encoded is encoded again.
    pub(super) fn quoted_variable(
        &mut self,
        name: &[u8],
        is_quoted: bool,
    ) -> Result<Vec<u8>, String> {
        let value = self.variable(name)?;
        let is_capture = matches!(name, [b'1'..=b'9']);
        if is_capture && is_quoted && self.target.is_quoted {
            return Ok(escape_args(&value));
        }
        Ok(value)
    }

    fn built_in(&mut self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let unknown = || format!("nobody knows ${name} before the request comes");
        let text = |text: &str| Ok(Some(text.as_bytes().to_vec()));
        match name {
            "uri" | "document_uri" => return Ok(Some(self.uri.clone())),
            "request_uri" => return Ok(Some(self.target.sent.clone())),
            "args" | "query_string" => return Ok(Some(self.args.clone())),
            "is_args" => return text(if self.args.is_empty() { "" } else { "?" }),
            "request_method" => return text(&self.method.clone()),
            "server_protocol" => return text("HTTP/1.1"),
            "request" => {
                let line = [
                    self.request.method.as_bytes(),
                    b" ",
                    &self.target.sent,
                    b" HTTP/1.1",
                ];
                return Ok(Some(line.concat()));
            }
            "scheme" => {
                let tls = self.tls().ok_or_else(unknown)?;
                return text(if tls { "https" } else { "http" });
            }
            "https" => {
                let tls = self.tls().ok_or_else(unknown)?;
                return text(if tls { "on" } else { "" });
            }
            "host" => return self.host().map(Some).ok_or_else(unknown),
            "http_host" => {
                return match &self.request.host {
                    Host::Named(host) => text(host),
                    Host::Unknown => Err(unknown()),
                };
            }
            "server_name" => {
                return match self.server.first_name() {
                    Some(name) => Ok(Some(name)),
                    None => Err(unknown()),
                };
            }
            "server_port" => {
                let port = self.port().ok_or_else(unknown)?;
                return text(&port.to_string());
            }
            "server_addr" => {
                return match &self.request.address {
                    Some(address) => text(address),
                    None => Err(unknown()),
                };
            }
            "document_root" => {
                let place = self.place().map_err(|unknown| unknown.why)?;
                return Ok(Some(place.map_or(Vec::new(), |place| place.directory)));
            }
            "request_filename" => {
                let place = self.place().map_err(|unknown| unknown.why)?;
                let Some(place) = place else {
                    return Ok(Some(Vec::new()));
                };
                let path = self.file_in(&place).map_err(|unknown| unknown.why)?;
                return text(&path.to_string_lossy());
            }
            "content_length" | "content_type" => {
                let header = self.request.header(name).ok_or_else(unknown)?;
                return text(header.unwrap_or_default());
            }
            _ => {}
        }
        if let Some(name) = name.strip_prefix("http_") {
            let header = self.request.header(name).ok_or_else(unknown)?;
            return text(header.unwrap_or_default());
        }
        if let Some(name) = name.strip_prefix("arg_") {
            return Ok(Some(argument(&self.args, name)));
        }
        if let Some(name) = name.strip_prefix("cookie_") {
            let header = self.request.header("cookie").ok_or_else(unknown)?;
            return text(&cookie(header.unwrap_or_default(), name));
        }
        Ok(None)
    }

    /// Whether the request comes over TLS: as it was said, else as the server listens.
    pub(super) fn tls(&self) -> Option<bool> {
        let mut listens = self.server.listens().into_iter();
        self.request.tls.or_else(|| {
            let first = listens.next()?.tls;
            listens.all(|listen| listen.tls == first).then_some(first)
        })
    }

    /// The port that it comes to: as it was said, else as the server listens.
    fn port(&self) -> Option<u16> {
        let mut listens = self.server.listens().into_iter();
        self.request.port.or_else(|| {
            let first = listens.next()?.port?;
            listens
                .all(|listen| listen.port == Some(first))
                .then_some(first)
        })
    }

    /// `$host`: the name in lower case, without port and last dot.
    fn host(&self) -> Option<Vec<u8>> {
        match &self.request.host {
            Host::Named(host) => valid_host(host).map(String::into_bytes),
            Host::Unknown => None,
        }
    }
}

impl<'a> Node<'a> {
    /// The first name of a server, as `$server_name` says it; nothing where that is not known.
    pub(super) fn first_name(self) -> Option<Vec<u8>> {
        let names = self.names();
        let Some((word, _)) = names.first() else {
            return Some(Vec::new());
        };
        // `$hostname` is the machine's own name, and a hole is anything.
        if word.has_hole() || word.has_variable() {
            return None;
        }
        let text = word.text().to_ascii_lowercase();
        Some(text.strip_prefix('.').unwrap_or(&text).as_bytes().to_vec())
    }
}

/// The name in a Host header (ngx_http_validate_host); nothing where nginx answers 400.
pub(super) fn valid_host(sent: &str) -> Option<String> {
    let bytes = sent.as_bytes();
    let is_bad = |pair: &[u8]| pair == b"..";
    if bytes
        .iter()
        .any(|byte| matches!(byte, 0..=b' ' | b'/' | 0x7f))
        || bytes.windows(2).any(is_bad)
    {
        return None;
    }
    let name = match bytes.first() {
        Some(b'[') => sent.find(']').map_or(sent, |end| &sent[..=end]),
        _ => sent.split(':').next().unwrap_or(sent),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

/// An argument of a query (ngx_http_arg): the first of that name that has a `=`.
fn argument(args: &[u8], name: &str) -> Vec<u8> {
    args.split(|byte| *byte == b'&')
        .find_map(|pair| {
            let at = memchr::memchr(b'=', pair)?;
            pair[..at]
                .eq_ignore_ascii_case(name.as_bytes())
                .then(|| pair[at + 1..].to_vec())
        })
        .unwrap_or_default()
}

fn cookie(header: &str, name: &str) -> String {
    header
        .split(';')
        .filter_map(|pair| pair.trim_start().split_once('='))
        .find(|(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_owned())
        .unwrap_or_default()
}
