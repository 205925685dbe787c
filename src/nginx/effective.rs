//! All that holds in a block: its own directives, and those of the blocks around it that nothing nearer replaces.

use std::collections::BTreeSet;

use crate::value::{Answer, Unknown};

use super::configuration::{Configuration, Included};
use super::directives::{self, Context};
use super::node::Node;

/// What holds in a block.
#[derive(Clone, Debug, Default)]
pub struct Effective<'a> {
    /// The directives: the block's own first, then those of the blocks around it, from the inside out. Of a file
    /// that is here its directives are; of one that comes with nginx's package the `include`.
    pub directives: Vec<Node<'a>>,
    /// Why there may be others.
    pub unknown: Vec<Unknown>,
}

/// What makes one list with another directive: the nearest of both replaces both.
const TOGETHER: &[(&str, &str)] = &[("deny", "allow"), ("alias", "root")];

/// What runs, or answers, where it stands, and is never handed down.
const STAYS: &[&str] = &[
    "break",
    "internal",
    "return",
    "rewrite",
    "set",
    "try_files",
    "empty_gif",
    "flv",
    "mp4",
    "perl",
    "stub_status",
    "content_by_lua_file",
    "echo",
    "js_content",
];

/// Headers of a block that a block in it loses, because it adds some of its own.
pub struct LostHeaders<'a> {
    /// The first that the inner block adds.
    pub own: Node<'a>,
    /// Those of the block around it.
    pub lost: Vec<Node<'a>>,
}

impl Node<'_> {
    /// Whether it is the line that adds this header.
    pub fn adds_header(self, name: &str) -> bool {
        let word = self.argument(0).filter(|_| self.is("add_header"));
        word.is_some_and(|word| word.text().eq_ignore_ascii_case(name))
    }
}

impl Configuration {
    /// The headers that blocks lose by adding one.
    pub fn lost_headers(&self) -> Vec<LostHeaders<'_>> {
        let mut found = Vec::new();
        for (block, own) in self.first_in_blocks("add_header") {
            let inner = block.block_context().and_then(inheriting).is_some();
            if !inner || self.merges_headers(Some(block)) {
                continue;
            }
            let names: Vec<String> = block
                .children_named("add_header")
                .filter_map(header)
                .collect();
            let mut around = self.levels(block).skip(1);
            let lost = around.find_map(|level| {
                let headers: Vec<Node<'_>> = self
                    .settings_in(level)
                    .filter(|child| child.is("add_header"))
                    .collect();
                (!headers.is_empty()).then_some(headers)
            });
            let mut lost = lost.unwrap_or_default();
            lost.retain(|node| header(*node).is_some_and(|name| !names.contains(&name)));
            if !lost.is_empty() {
                found.push(LostHeaders { own, lost });
            }
        }
        found
    }

    /// What holds in a server, a location, or an `if` or `limit_except` of one. In any other block nothing but its own.
    pub fn effective<'a>(&'a self, block: Node<'a>) -> Effective<'a> {
        if block.block_context().and_then(inheriting).is_none() {
            return self.own(block);
        }
        let mut found = self.held(block, self.levels(block));
        found.unknown.extend(self.beyond());
        found
    }

    /// Whether a header is added to what a block answers. What surrounds the file is taken to add none.
    pub fn adds_header(&self, block: Node<'_>, name: &str) -> Answer {
        let found = self.held(block, self.levels(block));
        let is_added = found.directives.iter().any(|node| node.adds_header(name));
        match (is_added, found.unknown.is_empty()) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::No,
            (false, false) => Answer::Unknown,
        }
    }

    /// What a block says itself.
    pub fn own<'a>(&'a self, block: Node<'a>) -> Effective<'a> {
        self.held(block, std::iter::once(Some(block)))
    }

    fn held<'a>(
        &'a self,
        block: Node<'a>,
        levels: impl Iterator<Item = Option<Node<'a>>>,
    ) -> Effective<'a> {
        let mut found = Effective::default();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for level in levels {
            let mut here: BTreeSet<String> = BTreeSet::new();
            for child in self.settings_in(level) {
                if level == Some(block) || hands_down(child, block) {
                    take(child, &taken, &mut here, &mut found);
                }
            }
            found.unknown.extend(self.gap(level, |_| false));
            here.retain(|name| self.is_replaced(level, name));
            taken.append(&mut here);
        }
        found
    }

    /// Whether what a block sets keeps out what is set around it: not headers that are to be merged.
    fn is_replaced(&self, level: Option<Node<'_>>, name: &str) -> bool {
        !matches!(name, "add_header" | "add_trailer") || !self.merges_headers(level)
    }

    /// Whether headers of a block are added to those around it (`add_header_inherit merge`, since nginx 1.29.3).
    fn merges_headers(&self, level: Option<Node<'_>>) -> bool {
        let Some(block) = level else {
            return false;
        };
        let nearest = self.levels(block).find_map(|level| {
            let mut own = self.settings_in(level);
            own.find(|child| child.is("add_header_inherit"))
        });
        let mode = nearest.and_then(|node| node.argument(0));
        mode.is_some_and(|word| *word.bytes() == *b"merge")
    }
}

fn take<'a>(
    child: Node<'a>,
    taken: &BTreeSet<String>,
    here: &mut BTreeSet<String>,
    found: &mut Effective<'a>,
) {
    if let Some(Included::Packaged(packaged)) = child.included() {
        let sets: Vec<String> = packaged.directives().map(list_of).collect();
        if sets.iter().any(|name| !taken.contains(name)) {
            found.directives.push(child);
        }
        here.extend(sets);
        return;
    }
    let is_block = child.is_block() && child.block_context() != Some(Context::Data);
    if is_block || child.included().is_some() || child.is_template_statement() {
        return;
    }
    let name = list_of(&child.name());
    if !taken.contains(&name) {
        found.directives.push(child);
    }
    here.insert(name);
}

/// The name of a header that is added.
fn header(node: Node<'_>) -> Option<String> {
    Some(node.argument(0)?.text().to_ascii_lowercase())
}

/// The name of the list that a directive belongs to.
fn list_of(name: &str) -> String {
    let shared = TOGETHER.iter().find(|(one, _)| *one == name);
    shared.map_or(name, |(_, list)| list).to_owned()
}

/// The context whose directives hold in such a block, where those around it do too.
fn inheriting(context: Context) -> Option<Context> {
    match context {
        Context::Server => Some(Context::Server),
        // What may not be written there is inherited all the same.
        Context::Location | Context::LocationIf | Context::LimitExcept => Some(Context::Location),
        _ => None,
    }
}

/// Whether a directive that stands around a block holds in it.
fn hands_down(directive: Node<'_>, block: Node<'_>) -> bool {
    let Some(context) = block.block_context().and_then(inheriting) else {
        return false;
    };
    let is_allowed = |name: &str| {
        directives::find(name.as_bytes()).is_some_and(|known| known.is_allowed_in(context))
    };
    if let Some(Included::Packaged(packaged)) = directive.included() {
        return packaged.directives().any(is_allowed);
    }
    let name = directive.name();
    let is_pass = directive.configuration().pass(directive).is_some();
    if STAYS.contains(&&*name) || is_pass {
        // A location's `if` and `limit_except` pass on as it does.
        let is_within = block.block_context() != Some(Context::Location);
        return is_pass && is_within && block.parent() == directive.parent();
    }
    is_allowed(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nginx::fixture;

    /// What holds in the innermost location: each directive as it is written.
    fn held(http: &str) -> Vec<String> {
        let nginx = fixture::debian(http);
        let location = nginx.locations().last().unwrap();
        let effective = nginx.effective(location);
        assert_eq!(effective.unknown, []);
        let words = |node: &Node<'_>| {
            let words = node.arguments().map(|word| word.text().into_owned());
            let all: Vec<String> = std::iter::once(node.name().into_owned())
                .chain(words)
                .collect();
            all.join(" ")
        };
        effective.directives.iter().map(words).collect()
    }

    #[test]
    fn the_nearest_block_that_sets_a_list_replaces_all_of_it() {
        let http = "add_header A 1; allow 10.0.0.1;
            server { listen 80; root /srv; add_header B 1; add_header C 1; client_max_body_size 1m;
                location / { alias /x/; deny all; } }";
        assert_eq!(
            held(http),
            [
                "alias /x/",
                "deny all",
                "add_header B 1",
                "add_header C 1",
                "client_max_body_size 1m",
            ]
        );
    }

    #[test]
    fn what_runs_or_answers_where_it_stands_is_not_handed_down() {
        let http = "server { set $a 1; return 404; location /a/ { proxy_pass http://b; proxy_buffering off;
            try_files $uri =404; location /a/b/ { index x; } } }";
        assert_eq!(held(http), ["index x", "proxy_buffering off"]);
    }

    #[test]
    fn headers_are_merged_where_that_was_asked_for() {
        let http = "add_header A 1; add_header_inherit merge;
            server { add_header B 1; location / { add_header C 1; } }";
        let all = [
            "add_header C 1",
            "add_header B 1",
            "add_header A 1",
            "add_header_inherit merge",
        ];
        assert_eq!(held(http), all);
        assert_eq!(
            held(&http.replace("{ add_header C", "{ add_header_inherit on; add_header C")),
            ["add_header_inherit on", "add_header C 1"]
        );
    }

    #[test]
    fn a_packaged_file_holds_until_what_it_sets_is_set_again() {
        let http = "server { include uwsgi_params; location / { uwsgi_pass a:1; } }";
        assert_eq!(held(http), ["uwsgi_pass a:1", "include uwsgi_params"]);
        let http = "server { include uwsgi_params; location / { uwsgi_param A b; } }";
        assert_eq!(held(http), ["uwsgi_param A b"]);
    }
}
