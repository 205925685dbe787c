//! Which Host the one behind nginx is told.

use crate::source::Span;
use crate::value::{Unknown, Value};

use super::address::{Pass, Protocol};
use super::configuration::Configuration;
use super::node::Node;

/// The Host header of a request that nginx passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentHost {
    /// The one that the client asked for.
    Client,
    /// This text, whatever the client asked for; and the word that says so.
    Fixed(String, Span),
    /// What stands in `proxy_pass`, since nothing says otherwise: an upstream's name, or a host and port.
    OfPass(String, Span),
    /// The first name of the server.
    ServerName,
    /// Not known.
    Unknown(Unknown),
}

impl Configuration {
    /// The Host that a pass hands on.
    pub fn sent_host(&self, pass: &Pass<'_>) -> SentHost {
        let at = pass.node.parent().unwrap_or(pass.node);
        match pass.protocol {
            Protocol::Uwsgi => {
                let parameters = self.parameters(at, "uwsgi_param");
                let set = parameters
                    .all
                    .iter()
                    .rev()
                    .find(|parameter| parameter.name == "HTTP_HOST");
                match (set, parameters.unknown) {
                    // Newer packages of Debian's hand on $host.
                    (Some(set), _) if set.place.included().is_some() => SentHost::Client,
                    (Some(set), None) => self.said(set.place),
                    (_, Some(unknown)) => SentHost::Unknown(unknown),
                    (None, None) => SentHost::Client,
                }
            }
            Protocol::Http => {
                let headers = self.parameters(at, "proxy_set_header");
                let set = headers
                    .all
                    .iter()
                    .rev()
                    .find(|header| header.name.eq_ignore_ascii_case("host"));
                match (set, headers.unknown) {
                    // Debian's proxy_params hands on $http_host.
                    (Some(set), _) if set.place.included().is_some() => SentHost::Client,
                    (Some(set), None) => self.said(set.place),
                    (_, Some(unknown)) => SentHost::Unknown(unknown),
                    (None, None) => self.host_of_pass(pass),
                }
            }
            _ => SentHost::Unknown(Unknown::at(
                pass.node.span(),
                "what it hands on is not followed",
            )),
        }
    }

    /// Whether a pass hands on the wish for another protocol, as WebSockets need it.
    pub fn upgrades(&self, pass: Node<'_>) -> bool {
        let headers = self.parameters(pass.parent().unwrap_or(pass), "proxy_set_header");
        let mut names = headers.all.iter();
        names.any(|header| header.name.eq_ignore_ascii_case("upgrade"))
    }

    /// The value of `proxy_set_header Host …` or `uwsgi_param HTTP_HOST …`.
    fn said(&self, directive: Node<'_>) -> SentHost {
        let Some(word) = directive.argument(1) else {
            return SentHost::Unknown(Unknown::at(directive.span(), "it names no value"));
        };
        let written = word.text();
        let plain = written.replace(['{', '}'], "").to_ascii_lowercase();
        match plain.as_str() {
            "$host" | "$http_host" | "$host:$server_port" | "$http_host:$server_port" => {
                return SentHost::Client;
            }
            "$server_name" => return SentHost::ServerName,
            _ => {}
        }
        match self.resolve(directive, word) {
            Value::OneOf(all) => match all.into_iter().next() {
                Some(only) => {
                    let text = String::from_utf8_lossy(&only.value).into_owned();
                    SentHost::Fixed(text, word.span())
                }
                None => SentHost::Unknown(Unknown::at(word.span(), "not known")),
            },
            Value::Unknown(unknown) => SentHost::Unknown(unknown),
        }
    }

    /// `$proxy_host`: the host of `proxy_pass` with its port, if that is not the usual one.
    fn host_of_pass(&self, pass: &Pass<'_>) -> SentHost {
        let Some(word) = pass.node.argument(0) else {
            return SentHost::Unknown(Unknown::at(pass.node.span(), "it names no address"));
        };
        let text = match self.resolve(pass.node, word) {
            Value::OneOf(all) => match all.into_iter().next() {
                Some(only) => String::from_utf8_lossy(&only.value).into_owned(),
                None => String::new(),
            },
            Value::Unknown(unknown) => return SentHost::Unknown(unknown),
        };
        match host_of_url(&text) {
            Some(host) => SentHost::OfPass(host, word.span()),
            None => SentHost::Unknown(Unknown::at(word.span(), "it is no URL")),
        }
    }
}

/// The host in the URL of a `proxy_pass`, with its port if that is not the usual one (ngx_http_proxy_set_vars).
pub(super) fn host_of_url(url: &str) -> Option<String> {
    let (usual, rest) = match url.split_once("://")? {
        (scheme, rest) if scheme.eq_ignore_ascii_case("https") => (":443", rest),
        (_, rest) => (":80", rest),
    };
    let is_unix = rest
        .get(..5)
        .is_some_and(|head| head.eq_ignore_ascii_case("unix:"));
    if is_unix {
        return Some("localhost".to_owned());
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let host = rest[..end].strip_suffix(usual).unwrap_or(&rest[..end]);
    Some(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nginx::{Role, Surroundings, fixture};

    fn sent(http: &str) -> Vec<String> {
        let text = format!("events {{}}\nhttp {{\n{http}\n}}\n");
        let files = [("/etc/nginx/nginx.conf", text.as_str())];
        let configuration = fixture::load(Role::Main, Surroundings::Unknown, &files);
        configuration
            .passes()
            .map(|pass| match configuration.sent_host(&pass) {
                SentHost::Client => "client".to_owned(),
                SentHost::Fixed(text, _) => format!("fixed {text}"),
                SentHost::OfPass(text, _) => format!("pass {text}"),
                SentHost::ServerName => "name".to_owned(),
                SentHost::Unknown(unknown) => format!("? {}", unknown.why),
            })
            .collect()
    }

    #[test]
    fn what_is_told_is_what_the_nearest_block_says() {
        for (http, expected) in [
            (
                "server { location / { proxy_pass http://app; } }",
                "pass app",
            ),
            (
                "server { location / { proxy_pass http://app:8000/x; } }",
                "pass app:8000",
            ),
            (
                "server { location / { proxy_pass http://app:80; } }",
                "pass app",
            ),
            (
                "server { location / { proxy_pass http://unix:/run/a.sock; } }",
                "pass localhost",
            ),
            (
                "proxy_set_header Host $host; server { location / { proxy_pass http://app; } }",
                "client",
            ),
            (
                "proxy_set_header Host $host; server { location / { proxy_set_header X y; proxy_pass http://app; } }",
                "pass app",
            ),
            (
                "server { location / { proxy_set_header host ${http_host}; proxy_pass http://app; } }",
                "client",
            ),
            (
                "server { location / { proxy_set_header Host shop.example; proxy_pass http://app; } }",
                "fixed shop.example",
            ),
            (
                "server { location / { proxy_set_header Host $server_name; proxy_pass http://app; } }",
                "name",
            ),
            ("server { location / { uwsgi_pass app; } }", "client"),
            (
                "server { location / { uwsgi_param HTTP_HOST a.example; uwsgi_pass app; } }",
                "fixed a.example",
            ),
        ] {
            assert_eq!(sent(http), [expected], "{http}");
        }
    }
}
