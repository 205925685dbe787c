//! A configuration as nginx would load it: the files it reads, as one tree with a node for every directive in its place.
//!
//! A file that is included twice is one syntax tree and two sets of nodes, for
//! what it says depends on where it is included.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use serde::{Deserialize, Serialize};

use crate::finding::Undecided;
use crate::source::{FileId, Origin, SourceFile, Span};
use crate::value::{Unknown, Value};

use super::ast::{Ast, DirectiveId};
use super::directives::Context;
use super::fault::Fault;
use super::level::Level;
use super::node::{Children, Node};
use super::packaged::Packaged;
use super::refusals::Judgement;
use super::regex::Compiled;
use super::request::Made;
use super::version::Release;

/// What the root file is to nginx.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// nginx.conf itself.
    Main,
    /// A file that nginx.conf includes inside `http { }`.
    Site,
    /// A file that is included somewhere: in a server, a location, or http.
    Snippet,
}

/// What is known of the configuration around a file that is not nginx.conf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Surroundings {
    /// Nothing.
    #[default]
    #[serde(skip)]
    Unknown,
    /// Debian's or Ubuntu's nginx.conf, as the package brings it.
    Debian,
}

/// A directive in its place; an index that only its own [`Configuration`] understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// A file that was read, with its tree.
pub(super) struct Parsed {
    pub(super) source: Arc<SourceFile>,
    pub(super) ast: Ast,
}

pub(super) struct NodeData {
    pub(super) tree: u32,
    pub(super) directive: DirectiveId,
    pub(super) parent: Option<NodeId>,
    pub(super) first_child: Option<NodeId>,
    pub(super) last_child: Option<NodeId>,
    pub(super) next: Option<NodeId>,
    /// The directives of the block that are no server and no location, of which there may be thousands.
    pub(super) first_setting: Option<NodeId>,
    pub(super) last_setting: Option<NodeId>,
    pub(super) next_setting: Option<NodeId>,
    pub(super) include: Option<NodeId>,
    pub(super) context: Context,
    /// What the block is inside, where there is one.
    pub(super) inside: Option<Context>,
}

/// What an `include` brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Included {
    /// These files, in order; none where a pattern matches nothing.
    Files(Vec<FileId>),
    /// A file that comes with nginx's package and is not in the tree.
    Packaged(Packaged),
    /// What it defines is not known.
    Unknown(Unknown),
}

/// Why nginx cannot read what an `include` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum IncludeFault {
    /// The file is not there.
    Absent(PathBuf),
    /// It is a file that the `include` stands in, or one that includes that.
    Cycle,
}

/// Regexes by their pattern, and whether they mind no case.
pub(super) type Regexes = BTreeMap<(Vec<u8>, bool), Arc<Compiled>>;

/// A configuration as nginx would load it from one root file.
pub struct Configuration {
    pub(super) role: Role,
    pub(super) surroundings: Surroundings,
    pub(super) release: Option<Release>,
    /// What says so, where something here does.
    pub(super) release_at: Option<Span>,
    pub(super) has_other_modules: bool,
    pub(super) trees: Vec<Parsed>,
    pub(super) nodes: Vec<NodeData>,
    /// The directives of each name: rules ask for these, and there may be a hundred thousand others.
    pub(super) by_name: BTreeMap<Box<[u8]>, Vec<NodeId>>,
    pub(super) first: Option<NodeId>,
    pub(super) first_setting: Option<NodeId>,
    pub(super) root_context: Context,
    pub(super) includes: BTreeMap<NodeId, Included>,
    /// What nginx itself finds wrong with an `include`.
    pub(super) include_faults: BTreeMap<NodeId, IncludeFault>,
    pub(super) undecided: Vec<Undecided>,
    pub(super) is_complete: bool,
    pub(super) regexes: Mutex<Regexes>,
    /// By the block that the locations are in.
    pub(super) levels: Mutex<BTreeMap<NodeId, Arc<Level>>>,
    pub(super) judgement: OnceLock<Judgement>,
    pub(super) made: OnceLock<Made>,
    /// The same as nginx reads it, where braces do not balance and this is what was meant.
    pub(super) strict: Option<Box<Self>>,
}

impl Configuration {
    /// The file that it was loaded from.
    pub fn root_file(&self) -> &Arc<SourceFile> {
        &self.trees[0].source
    }

    /// What the root file is to nginx.
    pub fn role(&self) -> Role {
        self.role
    }

    /// What is taken for granted around the root file.
    pub fn surroundings(&self) -> Surroundings {
        self.surroundings
    }

    /// The release of nginx that is to load it, where that is known.
    pub fn release(&self) -> Option<Release> {
        self.release
    }

    /// Every file that was read, each once, in the order of reading.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.trees.iter().map(|tree| tree.source.id())
    }

    /// How many `include`s bring a file.
    pub fn times_included(&self, file: FileId) -> usize {
        let brings = |included: &&Included| matches!(included, Included::Files(files) if files.contains(&file));
        self.includes.values().filter(brings).count()
    }

    /// Every `include` of a pattern, with the files that it brings.
    pub fn patterns(&self) -> impl Iterator<Item = (Node<'_>, &[FileId])> {
        self.includes.iter().filter_map(|(id, included)| {
            let node = self.node(*id);
            let is_pattern = node
                .argument(0)?
                .bytes()
                .iter()
                .any(|byte| b"*?[".contains(byte));
            match included {
                Included::Files(files) if is_pattern => Some((node, &files[..])),
                _ => None,
            }
        })
    }

    /// What nginx would refuse about words and braces, file by file.
    pub fn faults(&self) -> impl Iterator<Item = (&SourceFile, &Fault)> {
        self.trees
            .iter()
            .flat_map(|tree| tree.ast.faults.iter().map(|fault| (&*tree.source, fault)))
    }

    /// What could not be read or is not known, and why.
    pub fn undecided(&self) -> &[Undecided] {
        &self.undecided
    }

    /// Whether what is not set or defined here is not set or defined at all: the main file and
    /// every include was read, or what surrounds this file is taken for granted.
    pub fn is_closed(&self) -> bool {
        let is_root_known = self.role == Role::Main
            || (self.role == Role::Site && self.surroundings == Surroundings::Debian);
        is_root_known && self.is_complete
    }

    /// The context of the root file's own directives.
    pub fn root_context(&self) -> Context {
        self.root_context
    }

    /// The directives at the top, with those of included files in their places.
    pub fn roots(&self) -> Children<'_> {
        Children::new(self, self.first)
    }

    /// What stands directly in a block (at the top, for nothing) and is neither a server nor a location.
    pub(super) fn settings_in(&self, block: Option<Node<'_>>) -> Children<'_> {
        let first = match block {
            Some(block) => self.nodes[block.id().0 as usize].first_setting,
            None => self.first_setting,
        };
        Children::settings(self, first)
    }

    /// Every directive, a block before what is in it, in the order in which nginx reads them.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len()).map(|index| self.node(NodeId(index as u32)))
    }

    /// Every directive of that name; rows of a `map` and its like are none.
    pub fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let ids = self.by_name.get(name.as_bytes());
        let ids = ids.map(Vec::as_slice).unwrap_or_default();
        ids.iter().map(|id| self.node(*id))
    }

    /// Every directive that has one of these names, in the order in which nginx reads them.
    pub fn named_any<'a>(&'a self, names: &[&str]) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let ids = names
            .iter()
            .filter_map(|name| self.by_name.get(name.as_bytes()));
        let mut ids: Vec<NodeId> = ids.flatten().copied().collect();
        ids.sort_unstable();
        ids.into_iter().map(|id| self.node(id))
    }

    /// The names that directives here have, in no order that means anything.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.by_name.keys().map(|name| &**name)
    }

    /// Of every block that has directives of that name the first, with the block.
    pub(super) fn first_in_blocks<'a>(
        &'a self,
        name: &str,
    ) -> impl Iterator<Item = (Node<'a>, Node<'a>)> + use<'a> {
        let mut seen = BTreeSet::new();
        self.named(name).filter_map(move |node| {
            let block = node.parent()?;
            seen.insert(block.id()).then_some((block, node))
        })
    }

    /// The directive that an id stands for.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node::new(self, id)
    }

    /// Why what is directly in a block (at the top, for nothing) is not all known, if it is not.
    /// Includes that `harmless` says cannot matter do not count.
    pub(super) fn gap(
        &self,
        block: Option<Node<'_>>,
        harmless: impl Fn(Node<'_>) -> bool,
    ) -> Option<Unknown> {
        if block.is_some_and(|block| !block.is_structural()) {
            let span = block.map(|block| block.name_span())?;
            return Some(Unknown::at(
                span,
                "conditions of a template decide what is in it",
            ));
        }
        self.settings_in(block)
            .find_map(|child| match child.included() {
                Some(Included::Unknown(unknown)) if !harmless(child) => Some(unknown.clone()),
                _ if child.is_template_statement() => Some(Unknown::at(
                    child.span(),
                    "it is filled in when the template is rendered",
                )),
                _ => None,
            })
    }

    /// Every `server { }` of http.
    pub fn servers(&self) -> impl Iterator<Item = Node<'_>> {
        self.named("server")
            .filter(|node| node.block_context() == Some(Context::Server))
    }

    /// Every location, nested ones too.
    pub fn locations(&self) -> impl Iterator<Item = Node<'_>> {
        self.named("location")
            .filter(|node| node.block_context() == Some(Context::Location))
    }

    /// The user that nginx's workers run as.
    pub fn user(&self) -> Value<String> {
        if let Some(user) = self.roots().find(|node| node.is("user")) {
            return match user.argument(0) {
                Some(name) => name
                    .literal()
                    .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
                None => Value::unknown(user.span(), "`user` names no one"),
            };
        }
        if self.role != Role::Main && self.surroundings == Surroundings::Debian {
            let origin = Origin::Default("Debian's nginx.conf");
            return Value::known("www-data".to_owned(), origin);
        }
        Value::Unknown(Unknown::because(if self.role == Role::Main {
            "nginx.conf names no user, and which one is built in depends on the package"
        } else {
            "the user is named in nginx.conf, which is not here"
        }))
    }
}
