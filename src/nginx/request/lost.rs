//! Why a location won, and why the others did not.

use super::super::configuration::Configuration;
use super::super::location::{Matcher, Modifier};
use super::super::node::Node;
use super::super::server::ServerName;
use super::variables::valid_host;
use super::walk::Walk;
use super::{Host, Request};

/// A location or a server that did not win.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost<'a> {
    /// The location, or the server.
    pub node: Node<'a>,
    /// Why not.
    pub why: String,
}

impl<'a> Walk<'a, '_> {
    /// What the winner is called, and why it won.
    pub(super) fn why_location(&self, location: Node<'a>, is_redirect: bool) -> (String, String) {
        let Some(matcher) = location.matcher() else {
            return (
                "the server itself".to_owned(),
                "no location fits".to_owned(),
            );
        };
        let why = match matcher.modifier {
            _ if is_redirect => {
                "a location that passes requests on sends here what lacks the slash"
            }
            Modifier::Exact => "it is this very path",
            Modifier::PrefixNoRegex => "the longest prefix, and ^~ keeps regexes from being tried",
            Modifier::Regex | Modifier::RegexCaseless => "the first regex that matches",
            Modifier::Prefix if matcher.pattern == self.uri => {
                "the longest prefix, and no regex matches"
            }
            Modifier::Prefix => "the longest prefix, and no regex matches",
            Modifier::Named => "it is asked for by name",
        };
        (matcher.shown(), why.to_owned())
    }
}

impl Matcher<'_> {
    /// Modifier and pattern as people write them.
    pub fn shown(&self) -> String {
        format!("{}{}", self.modifier_shown(), self.text())
    }
}

impl Configuration {
    /// The locations of a server that did not win a path, each with the reason; those inside of one that lost are left out.
    pub fn lost<'a>(
        &'a self,
        server: Node<'a>,
        uri: &[u8],
        winner: Option<Node<'a>>,
    ) -> Vec<Lost<'a>> {
        let mut chain: Vec<Node<'a>> = winner
            .into_iter()
            .flat_map(|node| std::iter::once(node).chain(node.ancestors()))
            .filter(|node| node.matcher().is_some())
            .collect();
        let mut lost = Vec::new();
        let mut block = server;
        loop {
            let next = chain.pop();
            let locations = block
                .children()
                .filter_map(|child| Some((child, child.matcher()?)));
            for (location, matcher) in locations {
                if Some(location) == next || matcher.modifier == Modifier::Named {
                    continue;
                }
                let why = self.why_lost(&matcher, uri, next, !chain.is_empty());
                lost.push(Lost {
                    node: location,
                    why,
                });
            }
            match next {
                Some(next) => block = next,
                None => return lost,
            }
        }
    }

    /// The servers that did not take a request, each with the reason.
    pub fn lost_servers<'a>(&'a self, request: &Request, winner: Node<'a>) -> Vec<Lost<'a>> {
        let port = request.port.unwrap_or(match request.tls {
            Some(true) => 443,
            _ => 80,
        });
        let name = match &request.host {
            Host::Named(host) => valid_host(host),
            Host::Unknown => None,
        };
        let losers = self.servers().filter(|server| *server != winner);
        losers
            .map(|server| {
                let listens = server
                    .listens()
                    .iter()
                    .any(|listen| listen.port == Some(port));
                let has_name = server.names().iter().any(|(_, own)| match own {
                    ServerName::Exact(own) => Some(own) == name.as_ref(),
                    _ => false,
                });
                let why = match (listens, has_name) {
                    (false, _) => format!("it does not listen on port {port}"),
                    (true, true) => "another server at this address has the name".to_owned(),
                    (true, false) => {
                        "another server's name fits better, or it is the default".to_owned()
                    }
                };
                Lost { node: server, why }
            })
            .collect()
    }

    fn why_lost(
        &self,
        matcher: &Matcher<'_>,
        uri: &[u8],
        winner: Option<Node<'_>>,
        is_nested: bool,
    ) -> String {
        let by = winner.and_then(Node::matcher);
        let shown = by.as_ref().map_or(String::new(), Matcher::shown);
        let by = by.map(|by| by.modifier);
        match matcher.modifier {
            Modifier::Exact if *matcher.pattern != *uri => "the path is another".to_owned(),
            Modifier::Prefix | Modifier::PrefixNoRegex if !uri.starts_with(&matcher.pattern) => {
                "the path does not begin with it".to_owned()
            }
            Modifier::Regex | Modifier::RegexCaseless => {
                match (self.compiled(matcher).is_match(uri), by) {
                    (Some(false), _) => "it does not match".to_owned(),
                    (None, _) => "only PCRE can tell whether it matches".to_owned(),
                    (_, Some(Modifier::Exact)) => format!("{shown} is the path itself"),
                    (_, Some(Modifier::PrefixNoRegex)) => {
                        format!("{shown} keeps regexes from being tried")
                    }
                    (_, Some(Modifier::Prefix)) if is_nested => {
                        format!("a location inside of {shown} answers")
                    }
                    (_, Some(Modifier::Prefix)) => format!("{shown} comes first"),
                    _ => format!("{shown} stands before it"),
                }
            }
            _ => match by {
                Some(by) if by.is_regex() => format!("the regex {shown} matches"),
                Some(_) => format!("{shown} is longer"),
                None => "nothing comes of it".to_owned(),
            },
        }
    }
}
