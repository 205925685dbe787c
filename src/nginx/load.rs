//! Reading a configuration: the root file, and what it includes, as nginx resolves it (ngx_conf_include).

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::files::Files;
use crate::finding::Undecided;
use crate::host::Existence;
use crate::source::{FileId, SourceFile};
use crate::tree;
use crate::value::{Unknown, Value};

use super::ast::{Body, DirectiveId};
use super::configuration::{Configuration, Included, NodeData, NodeId, Parsed, Role, Surroundings};
use super::directives::{self, Context};
use super::node::Node;
use super::packaged::Packaged;
use super::parser;

/// nginx has no bound; it dies when it has no file descriptors left.
const MAX_DEPTH: usize = 32;

/// A configuration that includes itself in many places would never end.
const MAX_NODES: usize = 300_000;

/// As many files as one `include` and all of them together may bring.
const MAX_FILES: usize = 10_000;

/// No one reads a longer list of what is not known.
const MAX_UNDECIDED: usize = 1_000;

/// The machine that reads a configuration.
pub struct Reader<'a> {
    /// Whether a path is there, and where it is in the tree.
    pub locate: &'a dyn Fn(&Path) -> Existence,
    /// What the root file is called there, where that is known.
    pub name: Option<PathBuf>,
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
        let mut loader = Loader {
            files,
            reader,
            base: Base::of(&root, role, reader),
            by_file: HashMap::new(),
            included: 0,
            configuration: Self {
                role,
                surroundings,
                trees: Vec::new(),
                nodes: Vec::new(),
                first: None,
                root_context: Context::Unknown,
                includes: BTreeMap::new(),
                undecided: Vec::new(),
                is_complete: true,
                regexes: Mutex::default(),
            },
            last_root: None,
        };
        loader.tree(root);
        loader.configuration.root_context = match role {
            Role::Main => Context::Main,
            Role::Site => Context::Http,
            Role::Snippet => loader.infer(),
        };
        loader.expand();
        loader.configuration
    }
}

/// What a relative path in an `include` is relative to: nginx's own directory, never the including file's.
struct Base {
    deployed: PathBuf,
    /// The same directory in the tree, where the main file shows it.
    local: Option<PathBuf>,
}

impl Base {
    fn of(root: &SourceFile, role: Role, reader: &Reader<'_>) -> Self {
        let debian = PathBuf::from("/etc/nginx");
        if role != Role::Main {
            return Self {
                deployed: debian,
                local: None,
            };
        }
        let parent = |path: &Path| path.parent().map(Path::to_owned);
        Self {
            deployed: reader.name.as_deref().and_then(parent).unwrap_or(debian),
            local: parent(root.path()),
        }
    }
}

/// Directives of one file that stand side by side, and how far they are through.
struct Cursor {
    tree: u32,
    next: Option<DirectiveId>,
    parent: Option<NodeId>,
    include: Option<NodeId>,
    context: Context,
    depth: usize,
}

struct Loader<'a> {
    files: &'a Files,
    reader: &'a Reader<'a>,
    base: Base,
    by_file: HashMap<FileId, u32>,
    included: usize,
    configuration: Configuration,
    last_root: Option<NodeId>,
}

impl Loader<'_> {
    /// The tree of a file, which is parsed once however often it is included.
    fn tree(&mut self, source: Arc<SourceFile>) -> u32 {
        let next = u32::try_from(self.configuration.trees.len()).unwrap_or(u32::MAX);
        let id = source.id();
        if let Some(known) = self.by_file.get(&id) {
            return *known;
        }
        let ast = parser::parse(&source);
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
        let mut possible = vec![
            ("http", Context::Http),
            ("server", Context::Server),
            ("location", Context::Location),
        ];
        let mut next = parsed.ast.first;
        while let Some(id) = next {
            next = parsed.ast.get(id).next;
            let Some(word) = parsed.ast.words(id).first() else {
                continue;
            };
            if let Some(known) = directives::find(&word.value(text)) {
                let contexts: Vec<_> = known.contexts().collect();
                if !contexts.contains(&"any") {
                    possible.retain(|(name, _)| contexts.contains(name));
                }
            }
        }
        match possible[..] {
            [(_, only)] => only,
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
        }];
        while let Some(cursor) = cursors.last_mut() {
            let Some(directive) = cursor.next else {
                cursors.pop();
                continue;
            };
            if self.configuration.nodes.len() >= MAX_NODES {
                let why = Unknown::because("its includes bring more directives than are looked at");
                self.undecided("the configuration".to_owned(), why);
                return;
            }
            let tree = cursor.tree;
            cursor.next = self.configuration.trees[tree as usize]
                .ast
                .get(directive)
                .next;
            let (include, depth) = (cursor.include, cursor.depth);
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
            } else if let Some(inside) = self.configuration.nodes[id.0 as usize].inside {
                cursors.push(Cursor {
                    tree,
                    next: data.first_child,
                    parent: Some(id),
                    include,
                    context: inside,
                    depth,
                });
            } else if context != Context::Data && self.configuration.node(id).is("include") {
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
            Err("files include each other too deeply".to_owned())
        } else {
            self.resolve(node)
        };
        let opened = resolved.and_then(|found| match found {
            Found::Packaged(packaged) => Ok(Err(packaged)),
            Found::Local(paths) => self.open(&paths).map(Ok),
        });
        let sources = match opened {
            Ok(Ok(sources)) => sources,
            Ok(Err(packaged)) => {
                self.configuration
                    .includes
                    .insert(id, Included::Packaged(packaged));
                return Vec::new();
            }
            Err(why) => {
                let unknown = Unknown::at(place, why);
                self.undecided(what, unknown.clone());
                self.configuration
                    .includes
                    .insert(id, Included::Unknown(unknown));
                return Vec::new();
            }
        };
        let mut trees = Vec::with_capacity(sources.len());
        let mut ids = Vec::with_capacity(sources.len());
        for source in sources {
            let file = source.id();
            let tree = self.tree(source);
            if self.is_inside_itself(id, tree) {
                let unknown = Unknown::at(place, "the file includes itself");
                self.undecided(what.clone(), unknown.clone());
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

    fn open(&mut self, paths: &[PathBuf]) -> Result<Vec<Arc<SourceFile>>, String> {
        self.included += paths.len();
        if self.included > MAX_FILES {
            return Err("it brings more files than are looked at".to_owned());
        }
        paths
            .iter()
            .map(|path| {
                self.files
                    .open(path)
                    .map_err(|error| format!("{}: {error}", path.display()))
            })
            .collect()
    }

    fn resolve(&self, include: Node<'_>) -> Result<Found, String> {
        let (Some(word), 1) = (include.argument(0), include.arguments().len()) else {
            return Err("`include` takes one file".to_owned());
        };
        let bytes = match word.literal() {
            Value::OneOf(_) => word.bytes(),
            Value::Unknown(unknown) => return Err(unknown.why),
        };
        let Ok(path) = std::str::from_utf8(&bytes) else {
            return Err("its name is not UTF-8".to_owned());
        };
        let deployed = tree::normalize(&self.base.deployed, Path::new(path));
        let beside = match &self.base.local {
            Some(local) if !path.starts_with('/') => Some(tree::normalize(local, Path::new(path))),
            _ => None,
        };
        if tree::is_pattern(path.as_bytes()) {
            self.resolve_pattern(&deployed, beside)
        } else {
            self.resolve_file(&deployed, beside)
        }
    }

    fn resolve_file(&self, deployed: &Path, beside: Option<PathBuf>) -> Result<Found, String> {
        let existence = (self.reader.locate)(deployed);
        if let Existence::Here(local, _) = existence {
            return Ok(Found::Local(vec![local]));
        }
        if let Some(beside) = beside.filter(|path| self.files.tree().stat(path).is_ok()) {
            return Ok(Found::Local(vec![beside]));
        }
        match Packaged::at(deployed) {
            Some(packaged) => Ok(Found::Packaged(packaged)),
            None if existence == Existence::Absent => {
                Err(format!("{} does not exist", deployed.display()))
            }
            None => Err(format!("{} is not here", deployed.display())),
        }
    }

    fn resolve_pattern(&self, deployed: &Path, beside: Option<PathBuf>) -> Result<Found, String> {
        let magic = |path: &Path| tree::is_pattern(path.as_os_str().as_encoded_bytes());
        let directory = deployed
            .ancestors()
            .find(|path| !magic(path))
            .unwrap_or(Path::new("/"));
        let rest = deployed.strip_prefix(directory).unwrap_or(deployed);
        match (self.reader.locate)(directory) {
            Existence::Here(local, _) => {
                let found = tree::glob(self.files.tree(), &local.join(rest));
                Ok(Found::Local(found))
            }
            existence => {
                if let Some(beside) = beside {
                    let here = beside
                        .ancestors()
                        .find(|path| !magic(path))
                        .is_some_and(|path| self.files.tree().stat(path).is_ok());
                    if here {
                        return Ok(Found::Local(tree::glob(self.files.tree(), &beside)));
                    }
                }
                // A pattern that matches nothing is no fault to nginx.
                match (existence, Packaged::at(deployed)) {
                    (_, Some(packaged)) => Ok(Found::Packaged(packaged)),
                    (Existence::Absent, None) => Ok(Found::Local(Vec::new())),
                    _ => Err(format!("{} is not here", directory.display())),
                }
            }
        }
    }
}

/// Where an include leads.
enum Found {
    Local(Vec<PathBuf>),
    Packaged(Packaged),
}

#[cfg(test)]
mod tests;
