//! What the files of a project say: the layers of each of its services, and its definitions.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::context::Context;
use super::loader::Loader;
use super::yaml::{NodeId, Yaml};
use super::{MountSource, Volume};
use crate::source::Span;
use crate::value::Unknown;

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
    /// Whether it is of the first format, which knows no networks.
    pub(super) is_first_format: bool,
}

/// What the files of a project say, before it is read.
#[derive(Default)]
pub(super) struct Model {
    pub(super) contexts: Vec<Rc<Context>>,
    pub(super) services: Vec<Layers>,
    by_name: HashMap<String, usize>,
    pub(super) openings: Vec<Unknown>,
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

    /// Whether others than the project may be in a network: it is external, or has a name of its own
    /// that another project may use.
    pub(super) fn is_shared_network(&self, name: &str) -> bool {
        self.definition("networks", name)
            .is_some_and(|(context, node)| {
                ["external", "name"]
                    .iter()
                    .any(|key| context.get(node, key).is_some())
            })
    }

    /// The named volumes, each once.
    pub(super) fn volumes(&self) -> Vec<Volume> {
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

    pub(super) fn add(&mut self, loader: &mut Loader<'_>, context: &Rc<Context>) {
        self.contexts.push(Rc::clone(context));
        let Some(services) = services(context) else {
            return;
        };
        let root = context.yaml().and_then(Yaml::root);
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
                        is_first_format: root == Some(services),
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
    pub(super) fn include(
        &mut self,
        loader: &mut Loader<'_>,
        context: &Context,
        above: &mut Vec<PathBuf>,
    ) {
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

pub(super) fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("/")).to_owned()
}

/// The mapping of services: below `services`, or the whole file in the first format.
pub(super) fn services(context: &Context) -> Option<NodeId> {
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
