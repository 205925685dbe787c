//! `map`: a variable that is looked up when it is asked for (ngx_http_map_module.c).

use std::collections::{BTreeMap, BTreeSet};

use super::super::configuration::{Configuration, Included, NodeId};
use super::super::directives::Context;
use super::super::node::Node;
use super::super::variable::filled;
use super::walk::Walk;

/// More maps that read maps than anybody writes.
const MAX_DEPTH: usize = 8;

/// The variables that the files make, by their names in lower case: each value that is handed on
/// asks for them, and a host has thousands of regexes.
#[derive(Default)]
pub(in crate::nginx) struct Made {
    /// The first `map` or its like of a name.
    tables: BTreeMap<Vec<u8>, NodeId>,
    /// What a `set` or the group of a regex makes.
    set: BTreeSet<Vec<u8>>,
}

impl Configuration {
    /// The `map` or its like that makes a variable. The name is in lower case.
    pub(super) fn map_of(&self, name: &str) -> Option<Node<'_>> {
        let id = self.made().tables.get(name.as_bytes())?;
        Some(self.node(*id))
    }

    /// Whether a `set` or the group of a regex somewhere makes a variable of that name, in lower case.
    pub(super) fn sets_variable(&self, name: &str) -> bool {
        self.made().set.contains(name.as_bytes())
    }

    fn made(&self) -> &Made {
        self.made.get_or_init(|| {
            let mut made = Made::default();
            for node in self.named_any(&["map", "geo", "split_clients"]) {
                let word = match node.is("geo") {
                    true => node.arguments().last(),
                    false => node.argument(1),
                };
                let is_table =
                    node.context() == Context::Http && node.block_context() == Some(Context::Data);
                let name = word.and_then(|word| variable(&word.bytes()));
                if let (true, Some(name)) = (is_table, name) {
                    made.tables.entry(name).or_insert(node.id());
                }
            }
            for node in self.named("set") {
                let name = node.argument(0).and_then(|word| variable(&word.bytes()));
                made.set.extend(name);
            }
            for node in self.named_any(&["location", "server_name", "rewrite", "if"]) {
                for word in node.arguments() {
                    made.set.extend(groups(&word.bytes()));
                }
            }
            for row in self.named("map").flat_map(Node::children) {
                made.set.extend(groups(row.name().as_bytes()));
            }
            made
        })
    }
}

/// The names of a regex's groups, in lower case.
fn groups(regex: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    memchr::memchr_iter(b'<', regex).filter_map(|at| {
        let (before, rest) = (&regex[..at], &regex[at + 1..]);
        let is_group = before.ends_with(b"(?") || before.ends_with(b"(?P");
        let end = memchr::memchr(b'>', rest).filter(|_| is_group)?;
        Some(rest[..end].to_ascii_lowercase())
    })
}

/// The name of a variable, in lower case.
fn variable(word: &[u8]) -> Option<Vec<u8>> {
    word.strip_prefix(b"$").map(<[u8]>::to_ascii_lowercase)
}

impl<'a> Walk<'a, '_> {
    /// What a `map` says by now.
    pub(super) fn mapped_by(&mut self, map: Node<'a>) -> Result<Vec<u8>, String> {
        let at_run_time = "nginx works it out at run time";
        if !map.is("map") {
            return Err(format!("`{}`: {at_run_time}", map.name()));
        }
        self.map_depth += 1;
        let found = if self.map_depth > MAX_DEPTH {
            Err("maps read maps too deeply".to_owned())
        } else {
            self.look_up(map)
        };
        self.map_depth -= 1;
        found
    }

    fn look_up(&mut self, map: Node<'a>) -> Result<Vec<u8>, String> {
        let source = map.argument(0).ok_or("the map names no source")?;
        let key = self.fill_value(source)?;
        let lower = key.to_ascii_lowercase();
        let entries: Vec<Node<'a>> = map.children().collect();
        let is_read = |entry: &Node<'_>| matches!(entry.included(), Some(Included::Files(_)));
        let mut includes = entries.iter().filter(|entry| entry.is("include"));
        if !includes.all(is_read) {
            return Err("what the map includes is not read".to_owned());
        }
        let has_hostnames = entries
            .iter()
            .any(|entry| entry.is("hostnames") && entry.arguments().len() == 0);
        let mut default = None;
        let mut regexes = Vec::new();
        for entry in &entries {
            let Some(value) = entry.argument(0) else {
                continue;
            };
            let name = entry.name();
            match &*name {
                "include" => {}
                "default" => default = Some(value),
                name if name.starts_with('~') => regexes.push((*entry, value)),
                name => {
                    let is_wild = has_hostnames && (name.starts_with('.') || name.contains("*."));
                    let is_wild = is_wild || (has_hostnames && name.ends_with(".*"));
                    if is_wild {
                        return Err("wildcards of a map are not followed".to_owned());
                    }
                    let literal = name.strip_prefix('\\').unwrap_or(name);
                    if literal.to_ascii_lowercase().as_bytes() == lower {
                        return self.fill_value(value);
                    }
                }
            }
        }
        for (entry, value) in regexes {
            if key.is_empty() {
                break;
            }
            let name = entry.name();
            let (pattern, caseless) = match name.strip_prefix("~*") {
                Some(pattern) => (pattern, true),
                None => (&name[1..], false),
            };
            let is_match = self
                .matches(entry, pattern.as_bytes(), caseless, &key)
                .map_err(|unknown| unknown.why)?;
            if is_match {
                return self.fill_value(value);
            }
        }
        match default {
            Some(value) => self.fill_value(value),
            None => Ok(Vec::new()),
        }
    }

    fn fill_value(&mut self, word: super::super::node::Argument<'a>) -> Result<Vec<u8>, String> {
        let span = word.span();
        filled(word, |name| {
            self.variable(name)
                .map_err(|why| crate::value::Unknown::at(span, why))
        })
        .map_err(|unknown| unknown.why)
    }
}
