//! Which value of a directive holds at a place: the nearest block that sets it wins, and wins alone.
//!
//! Directives that make a list (`uwsgi_param`, `proxy_set_header`, `add_header`, …)
//! are no exception: one of them in a block replaces all that was inherited.

use std::path::Path;

use crate::value::Unknown;

use super::configuration::{Configuration, Included, Role, Surroundings};
use super::node::Node;
use super::packaged::Packaged;
use super::refusals::slot;

/// What holds at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting<'a> {
    /// These directives, of the nearest block that has any, in order.
    Here(Vec<Node<'a>>),
    /// A packaged file sets it; the node is the `include`.
    Packaged(Node<'a>, Packaged),
    /// Nothing sets it.
    Default,
    /// Something that is not known may set it.
    Unknown(Unknown),
}

/// The parameters that a request is passed with: `uwsgi_param` and its like.
#[derive(Clone, Debug)]
pub struct Parameters<'a> {
    /// The block that sets them; nothing where no block does, or it is the top of the file.
    pub block: Option<Node<'a>>,
    /// What is set, in order.
    pub all: Vec<Parameter<'a>>,
    /// Why there may be more, if there may.
    pub unknown: Option<Unknown>,
    /// The blocks further out that set some, which this one replaces.
    pub replaced: Vec<Node<'a>>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: String,
    /// The directive that sets it, or the `include` of the packaged file that does.
    pub place: Node<'a>,
}

impl Parameters<'_> {
    /// Whether one of that name is set.
    pub fn has(&self, name: &str) -> bool {
        self.all.iter().any(|parameter| parameter.name == name)
    }
}

impl Configuration {
    /// The blocks whose settings hold at `at`, the nearest first; nothing stands for the top of the file.
    pub(super) fn levels<'a>(&'a self, at: Node<'a>) -> impl Iterator<Item = Option<Node<'a>>> {
        std::iter::once(at)
            .filter(|node| node.is_block())
            .chain(at.ancestors())
            .map(Some)
            .chain([None])
    }

    /// Why the blocks around the file may set something, unless they are known.
    pub(super) fn beyond(&self) -> Option<Unknown> {
        let is_known = match self.role {
            Role::Main => true,
            Role::Site => self.surroundings == Surroundings::Debian,
            Role::Snippet => false,
        };
        (!is_known).then(|| {
            Unknown::because("what surrounds the file in nginx's configuration is not known")
        })
    }

    /// What holds for a directive at `at`.
    pub fn setting<'a>(&'a self, at: Node<'a>, name: &str) -> Setting<'a> {
        self.settings(at, &[name])
    }

    /// What holds for directives that make one list together, as `allow` and `deny` do.
    pub fn settings<'a>(&'a self, at: Node<'a>, names: &[&str]) -> Setting<'a> {
        for block in self.levels(at) {
            let here: Vec<_> = self
                .settings_in(block)
                .filter(|child| names.iter().any(|name| child.is(name)))
                .collect();
            if !here.is_empty() {
                return Setting::Here(here);
            }
            let packaged = self
                .settings_in(block)
                .find_map(|child| match child.included() {
                    Some(Included::Packaged(packaged))
                        if names.iter().any(|name| packaged.sets(name.as_bytes())) =>
                    {
                        Some((child, *packaged))
                    }
                    _ => None,
                });
            if let Some((include, packaged)) = packaged {
                return Setting::Packaged(include, packaged);
            }
            let harmless = |include: Node<'_>| {
                names
                    .iter()
                    .all(|name| holds_only_parameters(include, name))
            };
            if let Some(unknown) = self.gap(block, harmless) {
                return Setting::Unknown(unknown);
            }
        }
        match self.beyond() {
            Some(unknown) => Setting::Unknown(unknown),
            None => Setting::Default,
        }
    }

    /// The time that a directive names for `at`, in milliseconds, with the directive; nothing where none does, or
    /// it is not known.
    pub fn named_time<'a>(&'a self, at: Node<'a>, name: &str) -> Option<(i64, Node<'a>)> {
        let Setting::Here(nodes) = self.setting(at, name) else {
            return None;
        };
        let node = *nodes.last()?;
        let text = node.argument(0)?.literal().get().cloned()?;
        Some((slot::milliseconds(&text)?, node))
    }

    /// The size that a word of a directive names for `at`, in bytes, with the directive; nothing where none does,
    /// or it is not known.
    pub fn named_size<'a>(
        &'a self,
        at: Node<'a>,
        name: &str,
        word: usize,
    ) -> Option<(i64, Node<'a>)> {
        let Setting::Here(nodes) = self.setting(at, name) else {
            return None;
        };
        let node = *nodes.last()?;
        let text = node.argument(word)?.literal().get().cloned()?;
        Some((slot::offset(&text)?, node))
    }

    /// The parameters that hold at `at`, of `uwsgi_param`, `fastcgi_param`, `proxy_set_header` or their like.
    pub fn parameters<'a>(&'a self, at: Node<'a>, directive: &str) -> Parameters<'a> {
        let mut found = Parameters {
            block: None,
            all: Vec::new(),
            unknown: None,
            replaced: Vec::new(),
        };
        for block in self.levels(at) {
            let here = self.parameters_in(block, directive);
            if !found.all.is_empty() || found.unknown.is_some() {
                found.replaced.extend(block.filter(|_| !here.is_empty()));
                continue;
            }
            found.unknown = self
                .gap(block, |include| holds_only_parameters(include, directive))
                .or_else(|| {
                    let unknown = here.iter().find_map(|parameter| {
                        let name = parameter.place.argument(0)?;
                        name.literal().why_unknown().cloned()
                    });
                    unknown.filter(|_| !here.is_empty())
                });
            found.block = block.filter(|_| !here.is_empty());
            found.all = here;
        }
        if found.all.is_empty() && found.unknown.is_none() {
            found.unknown = self.beyond();
        }
        found
    }

    fn parameters_in<'a>(&'a self, block: Option<Node<'a>>, directive: &str) -> Vec<Parameter<'a>> {
        let mut all = Vec::new();
        for child in self.settings_in(block) {
            if child.is(directive) {
                all.extend(child.argument(0).map(|name| Parameter {
                    name: name.text().into_owned(),
                    place: child,
                }));
            } else if let Some(Included::Packaged(packaged)) = child.included()
                && packaged.sets(directive.as_bytes())
            {
                all.extend(packaged.parameters().map(|name| Parameter {
                    name: name.to_owned(),
                    place: child,
                }));
            }
        }
        all
    }
}

/// Whether an include that is not here can be taken not to hold `directive`: by its name it is a
/// list of something else.
pub(super) fn holds_only_parameters(include: Node<'_>, directive: &str) -> bool {
    let only = include
        .argument(0)
        .and_then(|word| Packaged::only_directive(Path::new(&*word.text())));
    only.is_some_and(|only| only != directive)
}

#[cfg(test)]
mod tests;
