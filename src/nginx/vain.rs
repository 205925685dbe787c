//! Directives that do nothing where they stand, or something else than they seem to.

use super::address::Protocol;
use super::configuration::Configuration;
use super::inherit;
use super::node::{Argument, Node};

/// A directive for another way to pass requests on than the one of its location.
pub struct ForAnotherPass<'a> {
    /// The directive.
    pub node: Node<'a>,
    /// What passes requests on.
    pub pass: Node<'a>,
    /// The line that does there what this one is for, where there is one.
    pub instead: Option<String>,
    /// Whether it would make a difference for every project.
    pub is_missed: bool,
}

/// Directives that both ways have under the same name behind the prefix, and whose absence is felt.
const ALIKE: &[&str] = &[
    "read_timeout",
    "send_timeout",
    "connect_timeout",
    "buffering",
    "request_buffering",
    "buffer_size",
    "buffers",
    "busy_buffers_size",
    "max_temp_file_size",
    "next_upstream",
    "intercept_errors",
    "ignore_client_abort",
    "pass_header",
    "hide_header",
];

impl Configuration {
    /// The `proxy_*` directives of locations that pass requests on by `uwsgi_pass` alone.
    pub fn proxy_directives_beside_uwsgi(&self) -> Vec<ForAnotherPass<'_>> {
        let mut found = Vec::new();
        for pass in self.named("uwsgi_pass") {
            let Some(block) = pass.parent().filter(|block| block.matcher().is_some()) else {
                continue;
            };
            if self.passes_by_proxy(block) {
                continue;
            }
            for node in block.settings() {
                let name = node.name();
                let Some(rest) = name.strip_prefix("proxy_") else {
                    continue;
                };
                // Another block may use what these define, and some work on their own.
                if matches!(
                    rest,
                    "pass" | "cache_path" | "store" | "headers_hash_max_size"
                ) {
                    continue;
                }
                let is_missed = ALIKE.contains(&rest);
                let words = node.arguments().map(|word| word.text().into_owned());
                let words = words.collect::<Vec<String>>().join(" ");
                let instead = match (rest, node.argument(0)) {
                    ("set_header", Some(header)) => instead_of_header(node, &header.text()),
                    _ if is_missed => Some(format!("uwsgi_{rest} {words};")),
                    _ => None,
                };
                found.push(ForAnotherPass {
                    node,
                    pass,
                    instead,
                    is_missed,
                });
            }
        }
        found
    }

    /// Whether anything in a block passes on by `proxy_pass`, or may.
    fn passes_by_proxy(&self, block: Node<'_>) -> bool {
        let is_proxy = |child: Node<'_>| {
            self.pass(child)
                .is_some_and(|pass| pass.protocol == Protocol::Http)
        };
        let unread = self.gap(Some(block), |include| {
            inherit::holds_only_parameters(include, "proxy_pass")
        });
        let mut children = block.children();
        unread.is_some() || children.any(|child| child.is_block() || is_proxy(child))
    }

    /// The `uwsgi_param` directives that name a header as a client does: the application is told a
    /// variable of that very name, and none of the header.
    pub fn params_named_as_headers(&self) -> Vec<(Node<'_>, Argument<'_>, String)> {
        let params = self.named("uwsgi_param").filter_map(|node| {
            let word = node.argument(0)?;
            if word.has_hole() {
                return None;
            }
            let name = word.text().into_owned();
            if !is_header_s(&name) {
                return None;
            }
            let right = format!("HTTP_{}", name.to_ascii_uppercase().replace('-', "_"));
            let is_told_too = self
                .parameters(node.parent()?, "uwsgi_param")
                .all
                .iter()
                .any(|parameter| parameter.name == right);
            (!is_told_too).then_some((node, word, right))
        });
        params.collect()
    }
}

/// Whether a name is one that only a header has.
fn is_header_s(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "Host",
        "Referer",
        "Upgrade",
        "Connection",
        "Cookie",
        "Authorization",
    ];
    let has_letters = name.bytes().any(|byte| byte.is_ascii_alphabetic());
    (has_letters && name.contains('-')) || OTHERS.contains(&name)
}

/// The client's own header comes by itself; another value does by this line.
fn instead_of_header(node: Node<'_>, header: &str) -> Option<String> {
    let value = node.argument(1)?.text().into_owned();
    let own = format!("$http_{}", header.to_ascii_lowercase().replace('-', "_"));
    let is_clients = value == own || (header.eq_ignore_ascii_case("host") && value == "$host");
    let name = header.to_ascii_uppercase().replace('-', "_");
    (!is_clients).then(|| format!("uwsgi_param HTTP_{name} {value};"))
}
