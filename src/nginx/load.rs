//! Reading a configuration: the root file, and what it includes, as nginx resolves it (ngx_conf_include).

mod ahead;
mod bounds;
mod resolve;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::files::Files;
use crate::finding::Undecided;
use crate::host::Existence;
use crate::source::{FileId, SourceFile, Span};
use crate::value::Unknown;

use super::ast::{Ast, Body, DirectiveId};
use super::configuration::{
    Configuration, IncludeFault, Included, NodeData, NodeId, Parsed, Role, Surroundings,
};
use super::directives::{self, Context};
use super::dump::Dump;
use super::node::Node;
use super::parser::{self, Braces};
use super::version::Release;
use bounds::{MAX_DEPTH, MAX_NESTING, MAX_NODES, MAX_UNDECIDED};
use resolve::{Base, Found, Unresolved};

/// The machine that reads a configuration.
pub struct Reader<'a> {
    /// Whether a path is there, and where it is in the tree.
    pub locate: &'a dyn Fn(&Path) -> Existence,
    /// What the root file is called there, where that is known.
    pub name: Option<PathBuf>,
    /// The release of nginx there, where that is known.
    pub release: Option<Release>,
    /// What says so: an image's name, most often.
    pub release_at: Option<Span>,
    /// Whether modules are built in that are not nginx's own.
    pub has_other_modules: bool,
    /// Whether a file is filled in before nginx reads it, as its name there says.
    pub is_filled_in: &'a dyn Fn(&Path) -> bool,
    /// Whether it is a host, or a copy of one: nothing will be there that is not there now.
    pub is_host: bool,
}

impl Configuration {
    /// Reads `root` and what it includes.
    pub fn load(
        files: &Files,
        root: Arc<SourceFile>,
        role: Role,
        surroundings: Surroundings,
        reader: &Reader<'_>,
    ) -> Self {
        let mut meant = Self::read(files, &root, role, surroundings, reader, Braces::Meant);
        if meant
            .trees
            .iter()
            .any(|tree| tree.ast.is_repaired || tree.ast.is_split)
        {
            let strict = Self::read(files, &root, role, surroundings, reader, Braces::Strict);
            meant.strict = Some(Box::new(strict));
        }
        meant
    }

    fn read(
        files: &Files,
        root: &Arc<SourceFile>,
        role: Role,
        surroundings: Surroundings,
        reader: &Reader<'_>,
        braces: Braces,
    ) -> Self {
        let dump = Dump::of(root.bytes());
        let main = dump.as_ref().and_then(Dump::main);
        let mut loader = Loader {
            files,
            reader,
            base: match main {
                Some(main) => Base::dumped(main),
                None => Base::of(root, role, reader),
            },
            dump: None,
            braces,
            by_file: HashMap::new(),
            ahead: HashMap::new(),
            again: 0,
            parsed: 0,
            configuration: Self {
                role,
                surroundings,
                release: reader.release,
                release_at: reader.release_at,
                has_other_modules: reader.has_other_modules,
                trees: Vec::new(),
                nodes: Vec::new(),
                by_name: BTreeMap::new(),
                first: None,
                first_setting: None,
                root_context: Context::Unknown,
                includes: BTreeMap::new(),
                include_faults: BTreeMap::new(),
                undecided: Vec::new(),
                is_complete: true,
                judgement: OnceLock::new(),
                made: OnceLock::new(),
                strict: None,
                regexes: Mutex::default(),
                levels: Mutex::default(),
            },
            last_root: None,
            last_root_setting: None,
        };
        let main = main.map(|main| main.range.clone());
        loader.dump = dump;
        let main = Part {
            source: Arc::clone(root),
            dumped: main,
        };
        loader.tree(main, Context::Unknown);
        loader.configuration.root_context = match role {
            Role::Main => Context::Main,
            Role::Site => Context::Http,
            Role::Snippet => loader.infer(),
        };
        loader.expand();
        loader.configuration
    }
}

/// A file by its id, the place where it begins in a dump, and whether it holds rows of a table.
type PartId = (FileId, usize, bool);

fn part_id(source: &SourceFile, start: usize, root: Context) -> PartId {
    (source.id(), start, root == Context::Data)
}

/// A file, or one that stands in a dump.
#[derive(Clone)]
struct Part {
    source: Arc<SourceFile>,
    dumped: Option<Range<usize>>,
}

/// Directives of one file that stand side by side, and how far they are through.
struct Cursor {
    tree: u32,
    next: Option<DirectiveId>,
    parent: Option<NodeId>,
    include: Option<NodeId>,
    context: Context,
    /// How many includes it is inside of.
    depth: usize,
    /// How many blocks.
    nesting: usize,
}

struct Loader<'a> {
    files: &'a Files,
    reader: &'a Reader<'a>,
    base: Base,
    /// The file as nginx printed it, with all that it includes.
    dump: Option<Dump>,
    braces: Braces,
    by_file: HashMap<PartId, u32>,
    /// What was parsed before its turn.
    ahead: HashMap<PartId, Ast>,
    /// How many files were included that had been before.
    again: usize,
    /// How many directives all files have.
    parsed: usize,
    configuration: Configuration,
    last_root: Option<NodeId>,
    last_root_setting: Option<NodeId>,
}

impl Loader<'_> {
    /// The tree of a file, which is parsed once however often it is included: rows of a table, or directives.
    fn tree(&mut self, part: Part, root: Context) -> u32 {
        let next = u32::try_from(self.configuration.trees.len()).unwrap_or(u32::MAX);
        let Part { source, dumped } = part;
        let start = dumped.as_ref().map_or(0, |range| range.start);
        let id = part_id(&source, start, root);
        if let Some(known) = self.by_file.get(&id) {
            self.again += 1;
            return *known;
        }
        let ast = match dumped {
            Some(range) => parser::parse_dumped(&source, range, self.braces, root),
            None => self.ahead.remove(&id).unwrap_or_else(|| {
                let is_filled_in = (self.reader.is_filled_in)(source.path());
                parser::parse(&source, is_filled_in, self.braces, root)
            }),
        };
        self.parsed += ast.directives.len();
        if !ast.is_structural() {
            self.undecided(
                source.name().into_owned(),
                Unknown::because("conditions and loops of a template decide what is in it"),
            );
        }
        if let Some(at) = ast.stopped {
            self.undecided(
                source.name().into_owned(),
                Unknown::at(source.span(at..at), "it was read no further than here"),
            );
        }
        self.configuration.trees.push(Parsed { source, ast });
        self.by_file.insert(id, next);
        next
    }

    fn undecided(&mut self, what: String, unknown: Unknown) {
        self.configuration.is_complete = false;
        if self.configuration.undecided.len() >= MAX_UNDECIDED {
            return;
        }
        self.configuration.undecided.push(Undecided {
            what,
            why: unknown.why,
            place: unknown.place,
        });
    }

    /// What a snippet is included in, where its own directives leave one answer.
    fn infer(&self) -> Context {
        let parsed = &self.configuration.trees[0];
        let text = parsed.source.bytes();
        let mut possible = vec![Context::Http, Context::Server, Context::Location];
        let mut next = parsed.ast.first;
        while let Some(id) = next {
            next = parsed.ast.get(id).next;
            let Some(word) = parsed.ast.words(id).first() else {
                continue;
            };
            if let Some(known) = directives::find(&word.value(text)) {
                possible.retain(|context| known.is_allowed_in(*context));
            }
        }
        match possible[..] {
            [only] => only,
            _ => Context::Unknown,
        }
    }

    fn expand(&mut self) {
        let mut cursors = vec![Cursor {
            tree: 0,
            next: self.configuration.trees[0].ast.first,
            parent: None,
            include: None,
            context: self.configuration.root_context,
            depth: 0,
            nesting: 0,
        }];
        while let Some(cursor) = cursors.last_mut() {
            let Some(directive) = cursor.next else {
                cursors.pop();
                continue;
            };
            if self.configuration.nodes.len() >= self.most_nodes() {
                let why = Unknown::because("its includes bring more directives than are looked at");
                self.undecided("the configuration".to_owned(), why);
                return;
            }
            let tree = cursor.tree;
            cursor.next = self.configuration.trees[tree as usize]
                .ast
                .get(directive)
                .next;
            let (include, depth, nesting) = (cursor.include, cursor.depth, cursor.nesting);
            let id = self.push(
                cursor.tree,
                directive,
                cursor.parent,
                cursor.include,
                cursor.context,
            );
            let (parent, context) = (cursor.parent, cursor.context);
            let ast = &self.configuration.trees[tree as usize].ast;
            let data = ast.get(directive);
            if data.body == Body::Statement {
                let place = self.configuration.node(id).span();
                let unknown = Unknown::at(place, "it is filled in when the template is rendered");
                self.undecided("a part of the template".to_owned(), unknown);
            } else if nesting > MAX_NESTING && data.first_child.is_some() {
                let place = self.configuration.node(id).header_span();
                let why = Unknown::at(place, "blocks stand in each other too deeply");
                self.undecided("the block".to_owned(), why.clone());
                let unknown = Included::Unknown(why);
                self.configuration.includes.insert(id, unknown);
            } else if let Some(inside) = self.configuration.nodes[id.0 as usize].inside {
                cursors.push(Cursor {
                    tree,
                    next: data.first_child,
                    parent: Some(id),
                    include,
                    context: inside,
                    depth,
                    nesting: nesting + 1,
                });
            } else if is_include(self.configuration.node(id)) {
                let trees = self.include(id, depth);
                // The last one first: what is on top is read next.
                for tree in trees.into_iter().rev() {
                    cursors.push(Cursor {
                        tree,
                        next: self.configuration.trees[tree as usize].ast.first,
                        parent,
                        include: Some(id),
                        context,
                        depth: depth + 1,
                        nesting,
                    });
                }
            }
        }
    }

    fn push(
        &mut self,
        tree: u32,
        directive: DirectiveId,
        parent: Option<NodeId>,
        include: Option<NodeId>,
        context: Context,
    ) -> NodeId {
        let id = NodeId(u32::try_from(self.configuration.nodes.len()).unwrap_or(u32::MAX));
        self.configuration.nodes.push(NodeData {
            tree,
            directive,
            parent,
            first_child: None,
            last_child: None,
            next: None,
            first_setting: None,
            last_setting: None,
            next_setting: None,
            include,
            context,
            inside: None,
        });
        let node = self.configuration.node(id);
        let inside = match node.directive().body {
            // Only nginx's own blocks are known inside; a `server` in one of another module is not nginx's.
            Body::Block if context == Context::Unknown && parent.is_some() => {
                Some(Context::Unknown)
            }
            Body::Block => Some(context.inside(node.name().as_bytes())),
            _ => None,
        };
        let parsed = &self.configuration.trees[tree as usize];
        if let Some(word) = parsed.ast.words(directive).first()
            && context != Context::Data
        {
            let name = word.value(parsed.source.bytes());
            let by_name = &mut self.configuration.by_name;
            match by_name.get_mut(&*name) {
                Some(ids) => ids.push(id),
                None => {
                    by_name.insert(name.into(), vec![id]);
                }
            }
        }
        let nodes = &mut self.configuration.nodes;
        nodes[id.0 as usize].inside = inside;
        let previous = match parent {
            Some(parent) => nodes[parent.0 as usize].last_child.replace(id),
            None => self.last_root.replace(id),
        };
        match (previous, parent) {
            (Some(previous), _) => nodes[previous.0 as usize].next = Some(id),
            (None, Some(parent)) => nodes[parent.0 as usize].first_child = Some(id),
            (None, None) => self.configuration.first = Some(id),
        }
        if matches!(inside, Some(Context::Server | Context::Location)) {
            return id;
        }
        let previous = match parent {
            Some(parent) => nodes[parent.0 as usize].last_setting.replace(id),
            None => self.last_root_setting.replace(id),
        };
        match (previous, parent) {
            (Some(previous), _) => nodes[previous.0 as usize].next_setting = Some(id),
            (None, Some(parent)) => nodes[parent.0 as usize].first_setting = Some(id),
            (None, None) => self.configuration.first_setting = Some(id),
        }
        id
    }

    /// The trees that an `include` brings; what it is goes into the configuration.
    fn include(&mut self, id: NodeId, depth: usize) -> Vec<u32> {
        let node = self.configuration.node(id);
        let what = format!(
            "include {}",
            node.argument(0)
                .map(|word| word.text().into_owned())
                .unwrap_or_default()
        );
        let place = node.header_span();
        let resolved = if depth >= MAX_DEPTH {
            Err("files include each other too deeply".to_owned().into())
        } else {
            self.resolve(node)
        };
        let opened = resolved.and_then(|found| match found {
            Found::Packaged(packaged) => Ok(Err(packaged)),
            Found::Local(paths) => Ok(Ok(self.open(&paths)?)),
            Found::Dumped(ranges) => {
                self.count(ranges.len())?;
                let root = self.configuration.root_file();
                let part = |range| Part {
                    source: Arc::clone(root),
                    dumped: Some(range),
                };
                Ok(Ok(ranges.into_iter().map(part).collect()))
            }
        });
        let sources = match opened {
            Ok(Ok(sources)) => sources,
            Ok(Err(packaged)) => {
                self.configuration
                    .includes
                    .insert(id, Included::Packaged(packaged));
                return Vec::new();
            }
            Err(Unresolved { why, absent }) => {
                if let Some(path) = absent {
                    let fault = IncludeFault::Absent(path);
                    self.configuration.include_faults.insert(id, fault);
                }
                let unknown = Unknown::at(place, why);
                self.undecided(what, unknown.clone());
                self.configuration
                    .includes
                    .insert(id, Included::Unknown(unknown));
                return Vec::new();
            }
        };
        let root = match self.configuration.node(id).context() {
            Context::Data => Context::Data,
            _ => Context::Unknown,
        };
        let mut trees = Vec::with_capacity(sources.len());
        let mut ids = Vec::with_capacity(sources.len());
        for (index, part) in sources.iter().enumerate() {
            if self.parsed > MAX_NODES {
                // What it brings would not be looked at, and is not even read.
                let why = Unknown::at(place, "it brings more directives than are looked at");
                self.undecided(what, why);
                break;
            }
            self.parse_ahead(&sources[index..], root);
            let file = part.source.id();
            let tree = self.tree(part.clone(), root);
            if self.is_inside_itself(id, tree) {
                let faults = &mut self.configuration.include_faults;
                faults.insert(id, IncludeFault::Cycle);
                let unknown = Unknown::at(place, "the file includes itself");
                self.undecided(what, unknown.clone());
                self.configuration
                    .includes
                    .insert(id, Included::Unknown(unknown));
                return Vec::new();
            }
            trees.push(tree);
            ids.push(file);
        }
        self.configuration.includes.insert(id, Included::Files(ids));
        trees
    }

    fn is_inside_itself(&self, include: NodeId, tree: u32) -> bool {
        std::iter::successors(Some(self.configuration.node(include)), |node| {
            node.included_by()
        })
        .any(|node| node.data().tree == tree)
    }

    fn open(&mut self, paths: &[PathBuf]) -> Result<Vec<Part>, String> {
        self.count(paths.len())?;
        paths
            .iter()
            .map(|path| {
                let opened = self.files.open(path).map(|source| Part {
                    source,
                    dumped: None,
                });
                opened.map_err(|error| format!("{}: {error}", path.display()))
            })
            .collect()
    }
}

/// Whether it is an `include` that brings what stands in its place: directives, or rows of a table.
/// The tables that take one are those whose handlers look for it (ngx_http_map, ngx_http_core_type).
fn is_include(node: Node<'_>) -> bool {
    let takes_rows = || {
        let table = node.parent();
        node.arguments().len() == 1
            && table.is_some_and(|table| table.is("map") || table.is("types"))
    };
    node.is("include") && (node.context() != Context::Data || takes_rows())
}

#[cfg(test)]
mod tests;
