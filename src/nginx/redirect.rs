//! Where `return` and `rewrite` send clients, as it is written.

use super::configuration::Configuration;
use super::node::{Argument, Node};
use super::word::PieceKind;

/// A header of answers that is written out: where a redirect leads, or one that is added.
pub struct Redirect<'a> {
    /// The `return`, `rewrite` or `add_header`.
    pub node: Node<'a>,
    /// The word that says where to, or what is in it.
    pub word: Argument<'a>,
}

/// Variables that begin with a host's name and no scheme.
const HOSTS: &[&[u8]] = &[b"host", b"http_host", b"server_name", b"hostname"];

/// Variables that hold the path decoded: what was `%0d%0a` is an end of line in them.
const DECODED: &[&[u8]] = &[b"uri", b"document_uri"];

impl Configuration {
    /// Every redirect in http; none that a template fills in.
    pub fn redirects(&self) -> impl Iterator<Item = Redirect<'_>> {
        self.named_any(&["return", "rewrite"]).filter_map(|node| {
            let word = match &*node.name() {
                "return" => returned(node)?,
                "rewrite" => rewritten(node)?,
                _ => return None,
            };
            (!word.has_hole()).then_some(Redirect { node, word })
        })
    }
}

impl Configuration {
    /// Every header that is added to answers, whatever their status, with its value; none that a template fills
    /// in. Others are not added where nothing answers to a path with an end of line.
    pub fn added_headers(&self) -> impl Iterator<Item = Redirect<'_>> {
        self.named("add_header").filter_map(|node| {
            let word = node.argument(1).filter(|word| !word.has_hole())?;
            let is_always = *node.argument(2)?.bytes() == *b"always";
            is_always.then_some(Redirect { node, word })
        })
    }
}

fn returned(node: Node<'_>) -> Option<Argument<'_>> {
    let words: Vec<Argument<'_>> = node.arguments().collect();
    match &words[..] {
        [status, text] => {
            let status = status.text();
            let is_redirect = ["301", "302", "303", "307", "308"].contains(&&*status);
            is_redirect.then_some(*text)
        }
        _ => None,
    }
}

fn rewritten(node: Node<'_>) -> Option<Argument<'_>> {
    let replacement = node.argument(1)?;
    let by_flag = node.argument(2).is_some_and(|flag| {
        let flag = flag.bytes();
        *flag == *b"redirect" || *flag == *b"permanent"
    });
    let text = replacement.bytes();
    let by_text = [&b"http://"[..], b"https://", b"$scheme"]
        .iter()
        .any(|start| text.starts_with(start));
    (by_flag || by_text).then_some(replacement)
}

impl Redirect<'_> {
    /// Whether it begins with the name of a host where a scheme or a slash is meant: a client takes that
    /// for a path beside the one that it asked for.
    pub fn lacks_scheme(&self) -> bool {
        let pieces = self.word.pieces();
        match pieces.first().map(|piece| &piece.kind) {
            Some(PieceKind::Variable(name)) => {
                HOSTS.iter().any(|host| name.eq_ignore_ascii_case(host))
            }
            Some(PieceKind::Literal(text)) => {
                let text = String::from_utf8_lossy(text);
                let end = text.find(['/', '?', '#']).unwrap_or(text.len());
                is_host(&text[..end])
            }
            _ => false,
        }
    }

    /// The variables in it through which a client can end the line and begin another header.
    pub fn decoded_variables(&self) -> Vec<String> {
        let is_fixed = self
            .node
            .location()
            .and_then(Node::matcher)
            .is_some_and(|matcher| {
                // Only what a prefix lets in is known to hold an end of line.
                !matcher.modifier.is_prefix()
            });
        if is_fixed {
            return Vec::new();
        }
        self.word
            .pieces()
            .iter()
            .filter_map(|piece| match piece.kind {
                PieceKind::Variable(name)
                    if DECODED.iter().any(|own| name.eq_ignore_ascii_case(own)) =>
                {
                    Some(String::from_utf8_lossy(name).into_owned())
                }
                _ => None,
            })
            .collect()
    }
}

/// `www.shop.example`, `shop.example:8000`; not `index.html`, `..` or `about`.
fn is_host(text: &str) -> bool {
    const FILES: &[&str] = &[
        "html", "htm", "php", "txt", "xml", "json", "css", "js", "png", "ico",
    ];
    let name = text.split(':').next().unwrap_or(text);
    let labels: Vec<&str> = name.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = labels.last().copied().unwrap_or_default();
    labels.len() > 1
        && labels.iter().all(is_label)
        && last.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !FILES.contains(&last)
}

#[cfg(test)]
mod tests {
    use crate::nginx::fixture::site;

    fn found(directive: &str) -> (bool, Vec<String>) {
        let configuration = site(&format!("server {{ location / {{ {directive} }} }}"));
        let redirect = configuration.redirects().next();
        redirect.map_or((false, Vec::new()), |redirect| {
            (redirect.lacks_scheme(), redirect.decoded_variables())
        })
    }

    #[test]
    fn a_host_without_a_scheme_is_seen() {
        for directive in [
            "return 301 shop.example$request_uri;",
            "return 301 www.shop.example/;",
            "return 302 $host$request_uri;",
            "return 301 $server_name$uri;",
            "rewrite ^ shop.example/x permanent;",
            "rewrite ^/(.*)$ shop.example:8000/$1 redirect;",
        ] {
            assert!(found(directive).0, "{directive}");
        }
        for directive in [
            "return 301 https://$host$request_uri;",
            "return 301 $scheme://shop.example/;",
            "return 301 //shop.example/;",
            "return 301 /x;",
            "return 301 index.html;",
            "return 302 $arg_next;",
            "return 200 shop.example;",
            "return 301 {{ host }}/x;",
            "rewrite ^ shop.example/x last;",
            "return https://shop.example/;",
        ] {
            assert!(!found(directive).0, "{directive}");
        }
    }

    #[test]
    fn what_is_decoded_is_seen_where_a_client_chooses_it() {
        assert_eq!(found("return 301 https://$host$uri;").1, ["uri"]);
        assert_eq!(
            found("rewrite ^ https://a.b$document_uri permanent;").1,
            ["document_uri"]
        );
        assert!(found("return 301 https://$host$request_uri;").1.is_empty());
        assert!(found("return 200 $uri;").1.is_empty());
        let exact = site("server { location = /x { return 301 https://$host$uri; } }");
        let redirect = exact.redirects().next().unwrap();
        assert!(redirect.decoded_variables().is_empty());
    }
}
