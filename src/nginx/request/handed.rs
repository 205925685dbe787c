//! What the one behind is told of a request: the variables of a uwsgi packet, the headers of a proxied request.

use super::super::inherit::Parameter;
use super::super::node::Node;
use super::Host;
use super::walk::Walk;
use crate::source::Span;
use crate::value::Unknown;

/// One thing that it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The name of the variable, or of the header.
    pub name: String,
    /// What it says.
    pub value: Result<Vec<u8>, Unknown>,
    /// The line that sets it; nothing for what the client sent or nginx adds by itself.
    pub place: Option<Span>,
}

impl<'a> Walk<'a, '_> {
    /// What a directive hands on, in order; with why there may be more, if there may.
    pub(super) fn handed(&mut self, pass: Node<'a>) -> (Vec<Handed>, Option<Unknown>) {
        match &*pass.name() {
            "uwsgi_pass" => self.packet(),
            "proxy_pass" => self.headers(pass),
            _ => {
                let why = "what it hands on is not followed";
                (Vec::new(), Some(Unknown::at(pass.header_span(), why)))
            }
        }
    }

    /// ngx_http_uwsgi_create_request
    fn packet(&mut self) -> (Vec<Handed>, Option<Unknown>) {
        let nginx = self.nginx;
        let parameters = nginx.parameters(self.block, "uwsgi_param");
        let mut all = Vec::new();
        for parameter in &parameters.all {
            let value = self.value_of(parameter);
            let is_left_out = parameter
                .place
                .argument(2)
                .is_some_and(|word| *word.bytes() == *b"if_not_empty")
                || (parameter.name == "HTTPS" && parameter.place.included().is_some());
            if is_left_out && value.as_ref().is_ok_and(Vec::is_empty) {
                continue;
            }
            all.push(Handed {
                name: parameter.name.clone(),
                value,
                place: Some(parameter.place.header_span()),
            });
        }
        for (name, value) in self.sent_headers() {
            let name = format!("HTTP_{}", name.to_ascii_uppercase().replace('-', "_"));
            // What a parameter sets stands for the client's own header.
            if !all.iter().any(|one| one.name == name) {
                let place = None;
                all.push(Handed { name, value, place });
            }
        }
        (all, parameters.unknown.or_else(|| self.open_headers()))
    }

    /// ngx_http_proxy_create_request
    fn headers(&mut self, pass: Node<'a>) -> (Vec<Handed>, Option<Unknown>) {
        let nginx = self.nginx;
        let parameters = nginx.parameters(self.block, "proxy_set_header");
        let mut all: Vec<Handed> = Vec::new();
        for parameter in &parameters.all {
            all.push(Handed {
                name: parameter.name.clone(),
                value: self.value_of(parameter),
                place: Some(parameter.place.header_span()),
            });
        }
        let is_set =
            |all: &[Handed], name: &str| all.iter().any(|one| one.name.eq_ignore_ascii_case(name));
        for (name, value) in [
            ("Host", self.proxy_host(pass)),
            ("Connection", Ok(b"close".to_vec())),
        ] {
            if !is_set(&all, name) {
                let name = name.to_owned();
                let place = None;
                all.push(Handed { name, value, place });
            }
        }
        for (name, value) in self.sent_headers() {
            if !is_set(&all, &name) {
                let place = None;
                all.push(Handed { name, value, place });
            }
        }
        // What is set to nothing is not sent; what the client sent is, empty or not.
        all.retain(|one| one.place.is_none() || !one.value.as_ref().is_ok_and(Vec::is_empty));
        (all, parameters.unknown.or_else(|| self.open_headers()))
    }

    fn proxy_host(&mut self, pass: Node<'a>) -> Result<Vec<u8>, Unknown> {
        let Some(word) = pass.argument(0) else {
            return Ok(Vec::new());
        };
        let address = self.fill(word)?;
        let host = super::super::host::host_of_url(&String::from_utf8_lossy(&address));
        host.map(String::into_bytes)
            .ok_or_else(|| Unknown::at(word.span(), "it is no URL"))
    }

    fn value_of(&mut self, parameter: &Parameter<'a>) -> Result<Vec<u8>, Unknown> {
        let place = parameter.place;
        if place.included().is_none() {
            return match place.argument(1) {
                Some(word) => self.fill(word),
                None => Ok(Vec::new()),
            };
        }
        let unknown = |why: String| Unknown::at(place.header_span(), why);
        match PACKAGED.iter().find(|(name, _)| *name == parameter.name) {
            // Newer packages hand on $host, older ones nothing: the same without a port.
            Some((_, "host")) => match &self.request.host {
                Host::Named(host) if !host.contains(':') => Ok(host.clone().into_bytes()),
                _ => Err(unknown("packages differ in what they hand on".to_owned())),
            },
            Some((_, variable)) => self.variable(variable.as_bytes()).map_err(unknown),
            None => Err(unknown(
                "what the packaged file says is not known".to_owned(),
            )),
        }
    }

    /// What the client sends, with the Host; names with `_` are dropped unless that was turned off.
    fn sent_headers(&mut self) -> Vec<(String, Result<Vec<u8>, Unknown>)> {
        let keeps_underscores = self.flag("underscores_in_headers", false).unwrap_or(false);
        let mut all = Vec::new();
        if let Host::Named(host) = &self.request.host {
            all.push(("Host".to_owned(), Ok(host.clone().into_bytes())));
        }
        for (name, value) in self.request.headers.iter().flatten() {
            let is_host = name.eq_ignore_ascii_case("host");
            if !is_host && (keeps_underscores || !name.contains('_')) {
                all.push((name.clone(), Ok(value.clone().into_bytes())));
            }
        }
        all
    }

    fn open_headers(&self) -> Option<Unknown> {
        let is_open = self.request.headers.is_none();
        is_open.then(|| Unknown::because("what else a client sends is not known"))
    }
}

/// What the files of nginx's package say for each name.
const PACKAGED: &[(&str, &str)] = &[
    ("CONTENT_LENGTH", "content_length"),
    ("CONTENT_TYPE", "content_type"),
    ("DOCUMENT_ROOT", "document_root"),
    ("HTTPS", "https"),
    ("HTTP_HOST", "host"),
    ("Host", "host"),
    ("PATH_INFO", "document_uri"),
    ("QUERY_STRING", "query_string"),
    ("REMOTE_ADDR", "remote_addr"),
    ("REMOTE_PORT", "remote_port"),
    ("REQUEST_METHOD", "request_method"),
    ("REQUEST_SCHEME", "scheme"),
    ("REQUEST_URI", "request_uri"),
    ("SERVER_NAME", "server_name"),
    ("SERVER_PORT", "server_port"),
    ("SERVER_PROTOCOL", "server_protocol"),
    ("X-Forwarded-For", "proxy_add_x_forwarded_for"),
    ("X-Forwarded-Proto", "scheme"),
    ("X-Real-IP", "remote_addr"),
];
