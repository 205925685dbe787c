//! What to write where a release of nginx lacks a directive or an option, and what newer ones lack.

use crate::nginx::configuration::Configuration;
use crate::nginx::directives::{self, Context, Variant};
use crate::nginx::node::Node;
use crate::nginx::version::Version;

use super::judge;

/// A directive that newer releases refuse.
pub struct Ending<'a> {
    /// The directive.
    pub directive: Node<'a>,
    /// The first release that refuses it.
    pub removed: Version,
    /// What to write.
    pub instead: String,
}

impl Configuration {
    /// The directives that newer releases than the one that is run refuse; than any, where that is not known.
    pub fn endings(&self) -> impl Iterator<Item = Ending<'_>> {
        let ending = self.by_name.iter().filter_map(move |(name, nodes)| {
            let known = directives::find(name)?;
            let mut variants = known.variants().iter();
            let ends = variants.any(|variant| variant.lifetime.removed.is_some());
            ends.then(|| nodes.iter().map(move |node| (self.node(*node), known)))
        });
        let judged = ending.flatten().filter(|(node, _)| judge::is_judged(*node));
        judged.filter_map(|(directive, known)| {
            let mut here = known.here(directive.context());
            // One that some module keeps stays.
            let variant = here.next().filter(|_| here.next().is_none())?;
            let removed = variant.lifetime.removed?;
            let is_there = !variant.lifetime.excludes(self.release());
            is_there.then(|| Ending {
                directive,
                removed,
                instead: of(variant),
            })
        })
    }
}

/// What says the same at the `listen`s of a server, in every release.
pub struct AtListens<'a> {
    /// The `listen`s that lack the option.
    pub listens: Vec<Node<'a>>,
    /// The option.
    pub option: &'static str,
}

impl Configuration {
    /// What stands for an `ssl` or `http2` of a server in the releases without the directive. Nothing where another
    /// server would be changed with it, or not all is known: an option of `listen` holds for the whole socket.
    pub fn at_listens<'a>(&'a self, directive: Node<'a>) -> Option<AtListens<'a>> {
        let option = match &*directive.name() {
            "ssl" => "ssl",
            "http2" => "http2",
            _ => return None,
        };
        let server = directive.parent()?;
        let is_server = server.block_context() == Some(Context::Server);
        if !is_server || self.gap(Some(server), |_| false).is_some() {
            return None;
        }
        let is_on = match &*directive.argument(0)?.bytes() {
            b"on" => true,
            b"off" => false,
            _ => return None,
        };
        let mut listens = Vec::new();
        for listen in server.listens().into_iter().filter(|_| is_on) {
            let node = listen.node?;
            let may_stay = has_option(node, option)
                || has_option(node, "quic")
                || (option == "http2" && !listen.tls);
            if may_stay {
                continue;
            }
            let address = listen.address()?;
            let is_alone = self
                .servers()
                .filter(|other| *other != server)
                .all(|other| {
                    let others = other.listens();
                    let mut shared = others
                        .iter()
                        .filter(|one| one.address().as_ref() == Some(&address));
                    shared.all(|one| one.node.is_some_and(|node| has_option(node, option)))
                });
            if !is_alone {
                return None;
            }
            listens.push(node);
        }
        Some(AtListens { listens, option })
    }
}

fn has_option(listen: Node<'_>, option: &str) -> bool {
    let mut words = listen.arguments().skip(1);
    words.any(|word| *word.bytes() == *option.as_bytes())
}

/// What does the same in the releases that lack a directive.
const OF_DIRECTIVE: &[(&str, &str)] = &[
    (
        "add_header_inherit",
        "repeat the headers of the block around it in this one",
    ),
    (
        "add_trailer_inherit",
        "repeat the trailers of the block around it in this one",
    ),
    ("http2", "write it at the `listen`: `listen 443 ssl http2;`"),
    ("ssl", "write it at the `listen`: `listen 443 ssl;`"),
];

/// The same for an option of `listen`.
const OF_LISTEN: &[(&str, &str)] = &[("spdy", "write `http2`, which took its place")];

/// What to do about a directive that the release lacks.
pub(super) fn of(variant: &Variant) -> String {
    let written = OF_DIRECTIVE
        .iter()
        .find(|(name, _)| *name == variant.name)
        .map(|(_, help)| (*help).to_owned());
    let lifetime = variant.lifetime;
    written.unwrap_or_else(|| match (lifetime.since, lifetime.removed) {
        (_, Some(_)) => "remove it".to_owned(),
        (Some(since), None) => format!("run nginx {since} or later, or do without it"),
        (None, None) => "do without it".to_owned(),
    })
}

/// What to do about an option of `listen` that the release lacks.
pub(super) fn of_option(name: &str) -> Option<&'static str> {
    let found = OF_LISTEN.iter().find(|(option, _)| *option == name);
    found.map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use crate::nginx::fixture;

    /// How many `listen`s get which option in place of a server's first `ssl` or `http2`.
    fn moved(text: &str) -> Option<(usize, &'static str)> {
        let nginx = fixture::site(text);
        let directive = nginx.named_any(&["ssl", "http2"]).next().unwrap();
        let moved = nginx.at_listens(directive)?;
        Some((moved.listens.len(), moved.option))
    }

    #[test]
    fn what_a_server_says_moves_to_those_of_its_sockets_that_lack_it() {
        for (text, expected) in [
            ("server { listen 443; ssl on; }", Some((1, "ssl"))),
            (
                "server { listen 443; listen [::]:443 ssl; ssl on; }",
                Some((1, "ssl")),
            ),
            ("server { listen 80; ssl off; }", Some((0, "ssl"))),
            (
                "server { listen 80; listen 443 ssl; http2 on; }",
                Some((1, "http2")),
            ),
            (
                "server { listen 443 ssl http2; http2 on; }",
                Some((0, "http2")),
            ),
            // A socket has one answer for all of its servers.
            (
                "server { listen 443; ssl on; } server { listen 443; }",
                None,
            ),
            (
                "server { listen 443; ssl on; } server { listen 443 ssl; }",
                Some((1, "ssl")),
            ),
            (
                "server { listen 443; ssl on; } server { listen 80; }",
                Some((1, "ssl")),
            ),
            // Port 80, which nothing says.
            ("server { ssl on; }", None),
            ("server { listen {{ port }}; ssl on; }", None),
            ("server { include tls.conf; listen 443; ssl on; }", None),
            ("server { listen 443; ssl $on; }", None),
        ] {
            assert_eq!(moved(text), expected, "{text}");
        }
    }
}
