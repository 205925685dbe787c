//! Servers that speak TLS, and whether they have what that takes (ngx_http_ssl_module.c).

use crate::nginx::node::{Argument, Node};

use super::RefusalKind;
use super::closing::{Closing, refusal_of};
use super::judge::Judge;
use super::names::Listening;
use super::reply::{Invalid, Place};

/// What is set in a server, or in http around it.
struct Settings<'a> {
    certificates: Vec<Argument<'a>>,
    keys: usize,
    /// The `ssl on`, which later versions have no more.
    enabled: Option<Node<'a>>,
    rejects: bool,
}

impl<'a> Settings<'a> {
    fn of(server: Node<'a>) -> Self {
        let all = |name: &str| -> Vec<Node<'a>> {
            let settings = |block| server.configuration().settings_in(block);
            let own: Vec<_> = settings(Some(server))
                .filter(|node| node.is(name))
                .collect();
            if !own.is_empty() {
                return own;
            }
            settings(server.parent())
                .filter(|node| node.is(name))
                .collect()
        };
        let is_on = |node: &Node<'a>| {
            node.argument(0)
                .is_some_and(|word| word.bytes().eq_ignore_ascii_case(b"on"))
        };
        Self {
            certificates: all("ssl_certificate")
                .iter()
                .filter_map(|node| node.argument(0))
                .collect(),
            keys: all("ssl_certificate_key").len(),
            enabled: all("ssl").first().copied().filter(is_on),
            rejects: all("ssl_reject_handshake").first().is_some_and(is_on),
        }
    }
}

/// ngx_http_ssl_merge_srv_conf
pub(super) fn merged<'a>(judge: &mut Judge<'a>, servers: &[Node<'a>], closing: &Closing) {
    if !judge.configuration.is_closed() {
        return;
    }
    for server in servers {
        let settings = Settings::of(*server);
        let lacks_key = settings.keys < settings.certificates.len();
        let enabled = settings.enabled;
        let (says, place, message) = match (enabled, settings.certificates.last()) {
            (Some(node), None) if !settings.rejects => (
                "no \"ssl_certificate\" is defined for the \"ssl\" directive".to_owned(),
                node.header_span(),
                "the server speaks TLS and has no certificate",
            ),
            (_, Some(last)) if lacks_key => (
                match enabled {
                    Some(_) => {
                        "no \"ssl_certificate_key\" is defined for the \"ssl\" directive".to_owned()
                    }
                    None => format!(
                        "no \"ssl_certificate_key\" is defined for certificate \"{}\"",
                        last.text()
                    ),
                },
                last.span(),
                "the certificate has no key",
            ),
            _ => continue,
        };
        let (label, help) = match lacks_key {
            true => ("no key for this one", "add `ssl_certificate_key`"),
            false => (
                "TLS without a certificate",
                "add `ssl_certificate` and `ssl_certificate_key`",
            ),
        };
        let invalid = Invalid::new(RefusalKind::SslCertificateMissing, Place::Name, says)
            .because(message, label)
            .help(help);
        let mut refusal = refusal_of(judge, *server, Some(place), invalid);
        refusal.noticed = enabled.map(Node::terminator);
        refusal.order = closing.order;
        judge.push(refusal);
    }
}

/// ngx_http_ssl_init: what the default server of every socket that speaks TLS shows.
pub(super) fn listening(judge: &mut Judge<'_>, closing: &Closing) {
    let mut found = Vec::new();
    let mut sockets: Vec<_> = judge
        .names
        .listens
        .values()
        .filter(|one| one.tls.is_some())
        .collect();
    sockets.sort_by_key(|one| one.first);
    for socket in sockets {
        let Listening { servers, tls, .. } = socket;
        let Some(default) = socket
            .default_server
            .map(|(server, _)| server)
            .or(servers.first().copied())
        else {
            continue;
        };
        let settings = Settings::of(default);
        if !settings.certificates.is_empty() {
            continue;
        }
        // Where the default one refuses every name, each of the others needs its own.
        let bare = match settings.rejects {
            false => Some(default),
            true => servers.iter().copied().find(|server| {
                let settings = Settings::of(*server);
                settings.certificates.is_empty() && !settings.rejects
            }),
        };
        found.extend(bare.map(|server| (server, *tls)));
    }
    for (server, tls) in found {
        let is_whole = judge.configuration.gap(Some(server), |_| false).is_none()
            && judge
                .configuration
                .gap(server.parent(), |_| false)
                .is_none();
        if !is_whole || !judge.configuration.is_closed() {
            let why = "a certificate may be set in what is not here";
            judge.open_at(closing.order, server.name_span(), why);
            continue;
        }
        let says = "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive";
        let invalid = Invalid::new(RefusalKind::SslCertificateMissing, Place::Name, says)
            .because(
                "the server speaks TLS and has no certificate",
                "no `ssl_certificate` in this server",
            )
            .help("add `ssl_certificate` and `ssl_certificate_key`");
        let invalid = match tls {
            Some(listen) => invalid.other(listen, "TLS is spoken here"),
            None => invalid,
        };
        let mut refusal = refusal_of(judge, server, Some(server.name_span()), invalid);
        refusal.noticed = Some(server.terminator());
        refusal.order = closing.order;
        judge.push(refusal);
    }
}
