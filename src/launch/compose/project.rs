//! Which projects there are, and the layers of each of their services.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::context::{Context, Document};
use super::loader::Loader;
use super::yaml::NodeId;
use super::{MountSource, Project, Volume, service};
use crate::source::Span;
use crate::tree::normalize;
use crate::value::Unknown;

/// What Compose looks for when it is given no file, the first one it takes (`cli.DefaultFileNames`).
const DEFAULTS: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// What it merges over that by itself.
const OVERRIDES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// How far `extends` is followed.
const MAX_EXTENDS: usize = 32;

/// How far `include` is followed.
const MAX_INCLUDES: usize = 8;

/// The layers of a service, the base first.
pub(super) struct Layers {
    pub(super) name: String,
    pub(super) name_span: Span,
    pub(super) layers: Vec<(Rc<Context>, NodeId)>,
    pub(super) openings: Vec<Unknown>,
}

/// What the files of a project say, before it is read.
#[derive(Default)]
pub(super) struct Model {
    contexts: Vec<Rc<Context>>,
    services: Vec<Layers>,
    by_name: HashMap<String, usize>,
    openings: Vec<Unknown>,
}

impl Model {
    /// A definition at the top of a file: of a volume, a secret, a config.
    pub(super) fn definition(&self, kind: &str, name: &str) -> Option<(&Context, NodeId)> {
        self.contexts.iter().rev().find_map(|context| {
            let yaml = context.yaml()?;
            let all = context.get(yaml.root()?, kind)?;
            Some((context.as_ref(), context.get(all, name)?))
        })
    }

    /// A named volume, or the directory that it is made of.
    pub(super) fn volume(&self, name: &str) -> MountSource {
        let device = self
            .definition("volumes", name)
            .and_then(|(context, node)| {
                let options = context.get(node, "driver_opts")?;
                let kind = context.text(context.get(options, "o")?)?;
                let is_bind =
                    kind.hole().is_some() || kind.as_str().split(',').any(|o| o == "bind");
                is_bind
                    .then(|| context.text(context.get(options, "device")?))?
                    .map(|device| (context, device))
            });
        let Some((context, device)) = device else {
            return MountSource::Volume(name.to_owned());
        };
        match context.path(&device) {
            // The daemon opens it, and the daemon's directory is nobody's.
            MountSource::Tree(_) => MountSource::Unknown(Unknown::at(
                device.span(),
                "a relative path as the device of a volume",
            )),
            other => other,
        }
    }

    /// The named volumes, each once.
    fn volumes(&self) -> Vec<Volume> {
        let mut volumes = BTreeMap::new();
        for context in &self.contexts {
            let all = context
                .yaml()
                .and_then(|yaml| context.get(yaml.root()?, "volumes"));
            for (name, name_span, node) in all.map(|all| context.entries(all)).unwrap_or_default() {
                let external = context.get(node, "external");
                let old_name = external.and_then(|external| context.get(external, "name"));
                let given = context.get(node, "name").or(old_name);
                let is_external = external.is_some_and(|external| {
                    context.is_mapping(external)
                        || context
                            .text(external)
                            .is_some_and(|text| text.as_str() != "false")
                });
                volumes.insert(
                    name.clone(),
                    Volume {
                        name,
                        given_name: given.map(|given| context.word(given)),
                        is_external,
                        span: name_span,
                    },
                );
            }
        }
        volumes.into_values().collect()
    }

    fn add(&mut self, loader: &mut Loader<'_>, context: &Rc<Context>) {
        self.contexts.push(Rc::clone(context));
        let Some(services) = services(context) else {
            return;
        };
        for (name, name_span, node) in context.entries(services) {
            if context.is_reset(node) {
                self.remove(&name);
                continue;
            }
            if !context.is_mapping(node) {
                continue;
            }
            let (layers, openings) = extended(loader, context, node, &name);
            match self
                .by_name
                .get(&name)
                .and_then(|at| self.services.get_mut(*at))
            {
                Some(service) => {
                    service.layers.extend(layers);
                    service.openings.extend(openings);
                }
                None => {
                    self.by_name.insert(name.clone(), self.services.len());
                    self.services.push(Layers {
                        name,
                        name_span,
                        layers,
                        openings,
                    });
                }
            }
        }
    }

    fn remove(&mut self, name: &str) {
        if let Some(at) = self.by_name.remove(name)
            && let Some(service) = self.services.get_mut(at)
        {
            service.layers.clear();
        }
    }

    /// Adds what `include` names; what has a name that is there already Compose would refuse.
    fn include(&mut self, loader: &mut Loader<'_>, context: &Context, above: &mut Vec<PathBuf>) {
        let included = context
            .yaml()
            .and_then(|yaml| context.get(yaml.root()?, "include"));
        let items = included.map(|node| context.items(node)).unwrap_or_default();
        for item in items {
            let opening = |why: &str| Unknown::at(context.span(item), why);
            let get = |name| context.get(item, name).filter(|_| context.is_mapping(item));
            let paths = context.texts(get("path").unwrap_or(item));
            let paths: Option<Vec<PathBuf>> = paths
                .iter()
                .map(|text| match context.path(text) {
                    MountSource::Tree(path) if !text.as_str().contains("://") => Some(path),
                    _ => None,
                })
                .collect();
            let paths = paths.filter(|paths| !paths.is_empty());
            let Some(first) = paths.as_ref().and_then(|paths| paths.first()) else {
                self.openings.push(opening("what is included is not here"));
                continue;
            };
            if above.len() >= MAX_INCLUDES || above.contains(first) {
                self.openings.push(opening("files that include each other"));
                continue;
            }
            let directory = match get("project_directory").and_then(|node| context.text(node)) {
                Some(text) => match context.path(&text) {
                    MountSource::Tree(path) => path,
                    _ => {
                        self.openings
                            .push(opening("the directory of what is included"));
                        continue;
                    }
                },
                None => parent(first),
            };
            let mut variables = (*context.variables).over(&Default::default());
            match get("env_file") {
                None => variables = variables.over(&loader.variables(&directory.join(".env"))),
                Some(node) => {
                    for text in context.texts(node).iter().rev() {
                        if let MountSource::Tree(path) = context.path(text) {
                            variables = variables.over(&loader.variables(&path));
                        }
                    }
                }
            }
            let variables = Rc::new(variables);
            above.push(first.clone());
            let mut model = Self::default();
            for path in paths.iter().flatten() {
                let Some(document) = loader.document(path) else {
                    model.openings.push(opening("what is included is not here"));
                    continue;
                };
                model.openings.extend(document.fault());
                let context = Rc::new(Context {
                    document,
                    directory: directory.clone(),
                    variables: Rc::clone(&variables),
                });
                model.add(loader, &context);
                model.include(loader, &context, above);
            }
            above.pop();
            self.contexts.extend(model.contexts);
            self.openings.extend(model.openings);
            for service in model.services {
                if !self.by_name.contains_key(&service.name) {
                    self.by_name
                        .insert(service.name.clone(), self.services.len());
                    self.services.push(service);
                }
            }
        }
    }
}

/// A service with what it extends before it.
fn extended(
    loader: &mut Loader<'_>,
    context: &Rc<Context>,
    node: NodeId,
    name: &str,
) -> (Vec<(Rc<Context>, NodeId)>, Vec<Unknown>) {
    let mut layers = vec![(Rc::clone(context), node)];
    let mut openings = Vec::new();
    let path = |context: &Context| context.source().path().to_owned();
    let mut seen = HashSet::from([(path(context), name.to_owned())]);
    while let Some((context, node)) = layers.last().cloned() {
        let Some(extends) = context
            .get(node, "extends")
            .filter(|node| !context.is_reset(*node))
        else {
            break;
        };
        let mut open = |why: &str| openings.push(Unknown::at(context.span(extends), why));
        let text = |name| context.text(context.get(extends, name)?);
        let (file, service) = if context.is_mapping(extends) {
            (text("file"), text("service"))
        } else {
            (None, context.text(extends))
        };
        let base = match file.as_ref().map(|file| context.path(file)) {
            None => Some(Rc::clone(&context)),
            Some(MountSource::Tree(path)) => loader.document(&path).map(|document| {
                Rc::new(Context {
                    document,
                    directory: parent(&path),
                    variables: Rc::clone(&context.variables),
                })
            }),
            Some(_) => None,
        };
        let Some(base) = base else {
            open("the file that this extends is not here");
            break;
        };
        let service = service.and_then(|service| service.known().map(str::to_owned));
        let found = service.as_ref().and_then(|service| {
            let node = base.get(services(&base)?, service)?;
            base.is_mapping(node).then_some(node)
        });
        let (Some(service), Some(node)) = (service, found) else {
            open("the service that this extends is not known");
            break;
        };
        if layers.len() > MAX_EXTENDS || !seen.insert((path(&base), service)) {
            open("services that extend each other");
            break;
        }
        layers.push((base, node));
    }
    layers.reverse();
    (layers, openings)
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("/")).to_owned()
}

/// The mapping of services: below `services`, or the whole file in the first format.
fn services(context: &Context) -> Option<NodeId> {
    let root = context.yaml()?.root()?;
    if is_first_format(context, root) {
        return Some(root);
    }
    let services = context.get(root, "services")?;
    context.is_mapping(services).then_some(services)
}

/// Whether the file is of the first format, whose services stand at the top.
fn is_first_format(context: &Context, root: NodeId) -> bool {
    let Some(yaml) = context.yaml() else {
        return false;
    };
    if yaml.get(root, "services").is_some() || yaml.get(root, "version").is_some() {
        return false;
    }
    let entries = context.entries(root);
    let is_service = |node| {
        context
            .get(node, "image")
            .or(context.get(node, "build"))
            .is_some()
    };
    entries.iter().any(|entry| is_service(entry.2))
        && entries.iter().all(|entry| context.is_mapping(entry.2))
}

/// What a file can be by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A project.
    Whole,
    /// Changes to another file.
    Changes,
    /// Nothing for Compose.
    Nothing,
    /// Not known.
    Fault,
}

fn role(document: &Rc<Document>) -> Role {
    let context = alone(document);
    let Some(yaml) = context.yaml() else {
        return Role::Fault;
    };
    let Some(root) = yaml.root() else {
        return Role::Nothing;
    };
    let includes = context.get(root, "include").is_some();
    let Some(services) = services(&context) else {
        return if includes { Role::Whole } else { Role::Nothing };
    };
    let entries = context.entries(services);
    let stands = |node| {
        ["image", "build", "extends", "provider"]
            .iter()
            .any(|name| context.get(node, name).is_some())
    };
    if entries.is_empty() && !includes {
        Role::Nothing
    } else if entries.iter().all(|entry| stands(entry.2)) {
        Role::Whole
    } else {
        Role::Changes
    }
}

fn alone(document: &Rc<Document>) -> Context {
    Context {
        directory: parent(document.source.path()),
        document: Rc::clone(document),
        variables: Rc::default(),
    }
}

/// The projects that compose files make up.
pub(super) fn projects(loader: &mut Loader<'_>, paths: &[&Path]) -> Vec<Project> {
    let mut by_directory: BTreeMap<PathBuf, BTreeMap<String, PathBuf>> = BTreeMap::new();
    for path in paths {
        let Some(name) = path.file_name() else {
            continue;
        };
        let files = by_directory.entry(parent(path)).or_default();
        files.insert(name.to_string_lossy().into_owned(), (*path).to_owned());
    }
    let brought = brought(loader, paths);
    let mut projects = Vec::new();
    for files in by_directory.values() {
        let find = |names: &[&str]| names.iter().find_map(|name| files.get(*name));
        let base = find(&DEFAULTS);
        let changes = base.and(find(&OVERRIDES));
        if let Some(base) = base
            && let Some(document) = loader.document(base)
            && role(&document) != Role::Nothing
        {
            projects.extend(changes.map(|changes| load(loader, &[base, changes])));
            projects.push(load(loader, &[base]));
        }
        for path in files.values() {
            if Some(path) == base || Some(path) == changes || brought.contains(path) {
                continue;
            }
            let Some(document) = loader.document(path) else {
                continue;
            };
            match (role(&document), base) {
                (Role::Nothing, _) => {}
                (Role::Changes, Some(base)) => projects.push(load(loader, &[base, path])),
                (Role::Whole | Role::Changes | Role::Fault, _) => {
                    projects.push(load(loader, &[path]));
                }
            }
        }
    }
    projects
}

/// The files that others include or extend. They are no projects, unless they are called as one.
fn brought(loader: &mut Loader<'_>, paths: &[&Path]) -> BTreeSet<PathBuf> {
    let mut brought = BTreeSet::new();
    for path in paths {
        let Some(document) = loader.document(path) else {
            continue;
        };
        let context = alone(&document);
        let Some(root) = context.yaml().and_then(super::yaml::Yaml::root) else {
            continue;
        };
        let mut named = Vec::new();
        for item in context
            .get(root, "include")
            .map(|node| context.items(node))
            .unwrap_or_default()
        {
            let path = context
                .get(item, "path")
                .filter(|_| context.is_mapping(item));
            named.extend(context.texts(path.unwrap_or(item)));
        }
        for (_, _, service) in services(&context)
            .map(|services| context.entries(services))
            .unwrap_or_default()
        {
            let file = context
                .get(service, "extends")
                .and_then(|extends| context.get(extends, "file"));
            named.extend(file.and_then(|file| context.text(file)));
        }
        for text in named {
            if let Some(text) = text.known() {
                let named = normalize(&context.directory, Path::new(text));
                if named != *path {
                    brought.insert(named);
                }
            }
        }
    }
    brought
}

/// Loads a project of these files.
fn load(loader: &mut Loader<'_>, paths: &[&PathBuf]) -> Project {
    loader.begin();
    let directory = paths.first().map(|path| parent(path)).unwrap_or_default();
    let variables = Rc::new(loader.variables(&directory.join(".env")));
    let mut model = Model::default();
    let mut files = Vec::new();
    let mut is_whole = true;
    for path in paths {
        let Some(document) = loader.document(path) else {
            continue;
        };
        files.push(std::sync::Arc::clone(&document.source));
        if let Some(fault) = document.fault() {
            model.openings.push(fault);
            is_whole = false;
        }
        let context = Rc::new(Context {
            document,
            directory: directory.clone(),
            variables: Rc::clone(&variables),
        });
        model.add(loader, &context);
    }
    for context in model.contexts.clone() {
        let mut above = paths.iter().map(|path| (*path).clone()).collect();
        model.include(loader, &context, &mut above);
    }
    let mut services: Vec<_> = Vec::new();
    if is_whole {
        for layers in model
            .services
            .iter()
            .filter(|layers| !layers.layers.is_empty())
        {
            services.push(service::read(loader, &model, layers));
        }
    }
    let volumes = model.volumes();
    let mut openings = model.openings;
    if loader.is_exhausted() {
        services.clear();
        let place = files.first().map(|file| file.span(0..0));
        openings.push(Unknown {
            why: "this project says more than is read".to_owned(),
            place,
        });
    }
    Project {
        files,
        read: loader.finish(),
        directory,
        services,
        volumes,
        openings,
    }
}
