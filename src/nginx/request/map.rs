//! `map`: a variable that is looked up when it is asked for (ngx_http_map_module.c).

use super::super::configuration::{Configuration, Included};
use super::super::directives::Context;
use super::super::node::Node;
use super::super::variable::filled;
use super::walk::Walk;

/// More maps that read maps than anybody writes.
const MAX_DEPTH: usize = 8;

impl Configuration {
    /// The `map` or its like that makes a variable. The name is in lower case.
    pub(super) fn map_of(&self, name: &str) -> Option<Node<'_>> {
        let mut tables = self.named_any(&["map", "geo", "split_clients"]);
        tables.find(|node| {
            let variable = match &*node.name() {
                "map" => node.argument(1),
                "geo" => node.arguments().last(),
                "split_clients" => node.argument(1),
                _ => None,
            };
            node.context() == Context::Http
                && node.block_context() == Some(Context::Data)
                && variable.is_some_and(|word| is_variable(&word.bytes(), name))
        })
    }

    /// Whether a `set` or the group of a regex somewhere makes a variable of that name, in lower case.
    pub(super) fn sets_variable(&self, name: &str) -> bool {
        let is_set = |node: Node<'_>| {
            node.argument(0)
                .is_some_and(|word| is_variable(&word.bytes(), name))
        };
        let has_group = |node: Node<'_>| {
            node.arguments()
                .any(|word| names_group(&word.bytes(), name))
        };
        let has_key = |row: Node<'_>| names_group(row.name().as_bytes(), name);
        let mut regexes = self.named_any(&["location", "server_name", "rewrite", "if"]);
        self.named("set").any(is_set)
            || regexes.any(has_group)
            || self.named("map").any(|map| map.children().any(has_key))
    }
}

/// Whether a regex has a group of that name.
fn names_group(regex: &[u8], name: &str) -> bool {
    memchr::memmem::find_iter(regex, b"<").any(|at| {
        let rest = &regex[at + 1..];
        let is_group = regex[..at].ends_with(b"(?") || regex[..at].ends_with(b"(?P");
        is_group
            && rest
                .get(..name.len())
                .is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len()) == Some(&b'>')
    })
}

fn is_variable(word: &[u8], name: &str) -> bool {
    word.strip_prefix(b"$")
        .is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
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
