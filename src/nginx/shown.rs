//! What nginx shows of itself and of its directories, and to whom.

use super::configuration::{Configuration, Included};
use super::inherit::Setting;
use super::location::Modifier;
use super::node::{Argument, Node};
use super::request::{Answer, Request, no_disk};
use super::server::ListenHost;
use super::version::Version;

/// The first version that has `http2 on`, and warns of `listen … http2`.
const HTTP2: Option<Version> = Version::parse("1.25.1");

/// Headers by which browsers keep to rules, on whatever page.
const RULES_FOR_BROWSERS: &[&str] = &[
    "content-security-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
];

/// What locations for style sheets and scripts are called.
const OF_PAGES: &[&str] = &["static", "assets", "css", "js"];

impl Configuration {
    /// Every `autoindex on` of a block that lets everybody in.
    pub fn listed_directories(&self) -> Vec<Node<'_>> {
        let on = self.named("autoindex").filter(|node| {
            let block = node.parent();
            let is_on = node.argument(0).is_some_and(|word| *word.bytes() == *b"on");
            is_on && block.is_none_or(|block| !block.is_internal() && !self.is_guarded(block))
        });
        on.collect()
    }

    /// Whether a block asks who comes.
    fn is_guarded(&self, block: Node<'_>) -> bool {
        ["allow", "deny", "auth_basic", "auth_request"]
            .iter()
            .any(|name| matches!(self.setting(block, name), Setting::Here(_)))
    }

    /// The `stub_status` that anybody is answered by, on a port that visitors come by.
    pub fn open_status_pages(&self) -> Vec<Node<'_>> {
        let open = self.named("stub_status").filter(|node| {
            let Some((server, matcher)) = node.server().zip(node.parent().and_then(Node::matcher))
            else {
                return false;
            };
            let is_public = server.listens().iter().any(|listen| {
                let is_open = matches!(listen.host, ListenHost::AnyV4 | ListenHost::AnyV6);
                is_open && matches!(listen.port, Some(80 | 443))
            });
            let is_path = matcher.modifier.is_prefix() || matcher.modifier == Modifier::Exact;
            if !is_public || !is_path || matcher.has_hole() {
                return false;
            }
            let traces = self.trace_at(server, &Request::get_path(&matcher.pattern), &no_disk);
            let is_it = |answer: &Answer<'_>| matches!(answer, Answer::Module(own) if own == node);
            let [trace] = &traces[..] else {
                return false;
            };
            is_it(&trace.answer) && trace.assumed.is_empty()
        });
        open.collect()
    }

    /// The words of `ssl_protocols` that name what nobody should speak any more.
    pub fn old_protocols(&self) -> Vec<(Node<'_>, Vec<Argument<'_>>)> {
        const OLD: [&str; 4] = ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1"];
        let named = self.named("ssl_protocols").filter_map(|node| {
            let is_old =
                |word: &Argument<'_>| OLD.iter().any(|old| word.text().eq_ignore_ascii_case(old));
            let old: Vec<Argument<'_>> = node.arguments().filter(is_old).collect();
            (!old.is_empty()).then_some((node, old))
        });
        named.collect()
    }

    /// Every `error_log off`: it names a file.
    pub fn logs_called_off(&self) -> impl Iterator<Item = Node<'_>> {
        self.named("error_log").filter(|node| {
            node.argument(0)
                .is_some_and(|word| *word.bytes() == *b"off")
        })
    }

    /// The directory of style sheets or scripts that are handed out although nothing says what type which file
    /// has.
    pub fn files_without_types(&self) -> Option<Node<'_>> {
        let sets_types = |include: Node<'_>| matches!(include.included(), Some(Included::Packaged(own)) if own.sets(b"types"));
        if !self.is_closed()
            || self.named("types").next().is_some()
            || self.named("include").any(sets_types)
        {
            return None;
        }
        let mut files = self.named_any(&["root", "alias"]);
        files.find(|node| {
            let matcher = node.parent().and_then(Node::matcher);
            matcher.is_some_and(|matcher| {
                let text = matcher.text();
                OF_PAGES.iter().any(|word| text.contains(word))
            })
        })
    }

    /// Where nginx tells its version: the `server_tokens` that says so, or the http block, where nothing says
    /// anything.
    pub fn told_version(&self) -> Option<Node<'_>> {
        let mut said = self.named("server_tokens").peekable();
        if said.peek().is_some() {
            return said.find(|node| node.argument(0).is_some_and(|word| *word.bytes() == *b"on"));
        }
        let http = self.roots().find(|node| node.is("http"))?;
        self.is_closed().then_some(http)
    }

    /// The headers that browsers keep to, and that error pages lack for want of `always`.
    pub fn headers_not_always(&self) -> impl Iterator<Item = Node<'_>> {
        self.named("add_header").filter(|node| {
            let name = node
                .argument(0)
                .map(|word| word.text().to_ascii_lowercase());
            let is_one = name.is_some_and(|name| RULES_FOR_BROWSERS.contains(&&*name));
            let is_always = node
                .argument(2)
                .is_some_and(|word| *word.bytes() == *b"always");
            is_one && !is_always
        })
    }

    /// The `http2` of `listen`, where nginx has a directive of its own for it.
    pub fn http2_on_listen(&self) -> Vec<Argument<'_>> {
        let has_directive = self
            .release()
            .zip(HTTP2)
            .is_some_and(|(release, http2)| release.is_from(http2));
        let listens = self.named("listen").filter(|_| has_directive);
        listens
            .flat_map(Node::arguments)
            .filter(|word| *word.bytes() == *b"http2")
            .collect()
    }
}
