//! A service, put together from the layers that say something of it.

use std::collections::{HashMap, HashSet};

use super::super::word::{Environment, Invocation, Variable, Word};
use super::context::Context;
use super::loader::Loader;
use super::model::{Layers, Model};
use super::text::Text;
use super::yaml::NodeId;
use super::{Build, Mount, MountSource, Network, Service, port, volume, words};
use crate::source::{Origin, Span};
use crate::tree::normalize;
use crate::value::{Unknown, Value};

/// The fields of a service in all of its layers, the base first.
#[derive(Clone)]
struct Fields<'a> {
    layers: Vec<(&'a Context, NodeId)>,
}

impl<'a> Fields<'a> {
    /// What the layers say of a field; `!reset` and `!override` take away what was said before.
    fn all(&self, name: &str) -> Vec<(&'a Context, NodeId)> {
        let mut values = Vec::new();
        for (context, node) in &self.layers {
            let Some(yaml) = context.yaml() else {
                continue;
            };
            let Some(entry) = yaml.get(*node, name) else {
                continue;
            };
            match yaml.tag(entry.value) {
                Some("reset") => {
                    values.clear();
                    continue;
                }
                Some("override") => values.clear(),
                _ => {}
            }
            if !yaml.is_null(entry.value) {
                values.push((*context, entry.value));
            }
        }
        values
    }

    /// What holds of a field that is replaced.
    fn last(&self, name: &str) -> Option<(&'a Context, NodeId)> {
        self.all(name).pop()
    }

    fn word(&self, name: &str) -> Option<Word> {
        let (context, node) = self.last(name)?;
        Some(context.word(node))
    }

    /// The items of a field whose lists are put together.
    fn items(&self, name: &str) -> Vec<(&'a Context, NodeId)> {
        let values = self.all(name).into_iter();
        values
            .flat_map(|(context, node)| {
                let items = context.items(node).into_iter();
                items.map(move |item| (context, item))
            })
            .collect()
    }

    fn texts(&self, name: &str) -> Vec<Text> {
        let items = self.items(name).into_iter();
        items
            .filter_map(|(context, node)| context.text(node))
            .collect()
    }

    /// The same as words, what is said twice once.
    fn words(&self, name: &str) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut seen = HashSet::new();
        for text in self.texts(name) {
            if text.known().is_none() || seen.insert(text.as_str().to_owned()) {
                words.push(text.word());
            }
        }
        words
    }

    /// `command` or `entrypoint`: the last layer has it, also where it says null.
    fn invocation(&self, name: &str) -> Option<(Invocation, Span)> {
        let said = self.layers.iter().rev().find_map(|(context, node)| {
            let entry = context.yaml()?.get(*node, name)?;
            Some((*context, entry.value))
        });
        let (context, node) = said?;
        if context.is_reset(node) || context.is_null(node) {
            return None;
        }
        let span = context.span(node);
        let words = match context.yaml().and_then(|yaml| yaml.sequence(node)) {
            Some(items) => items.into_iter().map(|item| context.word(item)).collect(),
            None => match context.text(node).as_ref().map(words::split) {
                Some(Ok(words)) => words,
                Some(Err(why)) => vec![Word::unknown(span, why)],
                None => vec![Word::unknown(span, "this is no command")],
            },
        };
        Some((Invocation::Exec(words), span))
    }
}

/// Reads a service.
pub(super) fn read(loader: &mut Loader<'_>, model: &Model, layers: &Layers) -> Service {
    let fields = Fields {
        layers: layers
            .layers
            .iter()
            .map(|(context, node)| (context.as_ref(), *node))
            .collect(),
    };
    let mut openings = layers.openings.clone();
    let mut ports = Vec::new();
    let mut seen = HashSet::new();
    for (context, node) in fields.items("ports") {
        match port::published(context, node) {
            Ok(published) => ports.extend(published.into_iter().filter(|port| {
                let published = port.published.as_ref().map(|value| value.get().copied());
                seen.insert((port.address.clone(), published, port.target))
            })),
            Err(why) => openings.push(why),
        }
    }
    let mounts = mounts(model, &fields, &mut openings);
    let build = build(&fields, &mut openings);
    let links = links(&fields, &mut openings);
    let networks = networks(&fields);
    let image = fields.word("image");
    let network_mode = fields.word("network_mode").or_else(|| fields.word("net"));
    // The first format gives a project no network of its own: only links have names there.
    let bridge = || Word {
        value: Value::known("bridge".to_owned(), Origin::Default("docker-compose")),
        span: layers.name_span,
    };
    let network_mode = network_mode.or_else(|| layers.is_first_format.then(bridge));
    if image.is_none() && build.is_none() && layers.openings.is_empty() {
        openings.push(Unknown::at(
            layers.name_span,
            "this has neither image nor build; it changes a service of another file",
        ));
    }
    Service {
        name: layers.name.clone(),
        name_span: layers.name_span,
        container_name: fields.word("container_name"),
        hostname: fields.word("hostname"),
        image,
        build,
        command: fields.invocation("command"),
        entrypoint: fields.invocation("entrypoint"),
        environment: environment(loader, &fields),
        working_directory: fields.word("working_dir"),
        user: fields.word("user"),
        mounts,
        volumes_from: fields
            .texts("volumes_from")
            .iter()
            .map(without_mode)
            .collect(),
        ports,
        expose: fields.words("expose"),
        network_mode,
        reaches_beyond: reaches_beyond(model, &fields, &networks),
        networks,
        links,
        profiles: fields.words("profiles"),
        stop_signal: fields.word("stop_signal"),
        init: fields
            .last("init")
            .and_then(|(context, node)| context.text(node))
            .is_some_and(|text| text.as_str().eq_ignore_ascii_case("true")),
        openings,
    }
}

fn mounts(model: &Model, fields: &Fields<'_>, openings: &mut Vec<Unknown>) -> Vec<Mount> {
    let mut mounts: Vec<Mount> = Vec::new();
    let mut by_target: HashMap<String, usize> = HashMap::new();
    let mut add = |mount: Mount| {
        let target = mount
            .target
            .text()
            .map(|target| target.trim_end_matches('/').to_owned());
        let known = target.as_ref().and_then(|target| by_target.get(target));
        // What is mounted later at the same place takes it.
        match known.and_then(|index| mounts.get_mut(*index)) {
            Some(earlier) => *earlier = mount,
            None => {
                if let Some(target) = target {
                    by_target.insert(target, mounts.len());
                }
                mounts.push(mount);
            }
        }
    };
    for (context, node) in fields.items("volumes") {
        match volume::mount(model, context, node) {
            Ok(mount) => add(mount),
            Err(why) => openings.push(why),
        }
    }
    for text in fields.texts("tmpfs") {
        add(volume::tmpfs(&text));
    }
    for (kind, directory) in [("secrets", "/run/secrets"), ("configs", "")] {
        for (context, node) in fields.items(kind) {
            if let Some(mount) = volume::file(model, context, node, kind, directory) {
                add(mount);
            }
        }
    }
    mounts
}

/// `web:ro` without its mode.
fn without_mode(text: &Text) -> Word {
    let known = text.as_str();
    match known.strip_suffix(":ro").or(known.strip_suffix(":rw")) {
        Some(name) => text.slice(0..name.len()).word(),
        None => text.word(),
    }
}

fn links(fields: &Fields<'_>, openings: &mut Vec<Unknown>) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = Vec::new();
    for name in ["links", "external_links"] {
        for text in fields.texts(name) {
            let Some(known) = text.known() else {
                openings.extend(text.hole().cloned());
                continue;
            };
            let (service, alias) = known.split_once(':').unwrap_or((known, known));
            links.push((service.to_owned(), alias.to_owned()));
        }
    }
    links
}

fn networks(fields: &Fields<'_>) -> Vec<Network> {
    let mut networks: Vec<Network> = Vec::new();
    let mut add = |name: String, aliases: Vec<String>| match networks
        .iter_mut()
        .find(|network| network.name == name)
    {
        Some(network) => network.aliases.extend(aliases),
        None => networks.push(Network { name, aliases }),
    };
    for (context, node) in fields.all("networks") {
        if context.is_mapping(node) {
            for (name, _, value) in context.entries(node).into_iter().take(super::MAX_NETWORKS) {
                let aliases = context.get(value, "aliases");
                let aliases = aliases
                    .map(|aliases| context.texts(aliases))
                    .unwrap_or_default();
                let known = aliases.iter().filter_map(Text::known);
                add(name, known.map(str::to_owned).collect());
            }
        } else {
            for text in context.texts(node).iter().take(super::MAX_NETWORKS) {
                if let Some(name) = text.known() {
                    add(name.to_owned(), Vec::new());
                }
            }
        }
    }
    networks
}

/// Whether names that no service has may mean something to a service.
fn reaches_beyond(model: &Model, fields: &Fields<'_>, networks: &[Network]) -> bool {
    const FIELDS: [&str; 5] = ["extra_hosts", "external_links", "dns", "dns_search", "net"];
    let default = [String::from("default")];
    let names = networks.iter().map(|network| &network.name);
    FIELDS.iter().any(|field| fields.last(field).is_some())
        || names
            .chain(default.iter().filter(|_| networks.is_empty()))
            .any(|name| model.is_shared_network(name))
}

fn build(fields: &Fields<'_>, openings: &mut Vec<Unknown>) -> Option<Build> {
    let values = fields.all("build");
    let (last, last_node) = *values.last()?;
    let inner = Fields {
        layers: values
            .iter()
            .copied()
            .filter(|(context, node)| context.is_mapping(*node))
            .collect(),
    };
    // `build: ./web` is short for its context alone.
    let path = values.iter().rev().find_map(|(context, node)| {
        let node = if context.is_mapping(*node) {
            context.get(*node, "context")?
        } else {
            *node
        };
        Some((*context, context.text(node)?))
    });
    let directory = match &path {
        None => Some(last.directory.clone()),
        Some((_, text)) if is_remote(text.as_str()) => None,
        Some((context, text)) => match context.path(text) {
            MountSource::Tree(path) => Some(path),
            MountSource::Unknown(why) => {
                openings.push(why);
                None
            }
            _ => None,
        },
    };
    let inline = inner.last("dockerfile_inline");
    if let Some((context, node)) = inline {
        openings.push(Unknown::at(
            context.span(node),
            "a Dockerfile within a compose file is not read",
        ));
    }
    // Beside `build` in the first format.
    let named = inner
        .last("dockerfile")
        .or_else(|| fields.last("dockerfile"));
    let named = named.and_then(|(context, node)| context.text(node));
    let dockerfile = match (&directory, &named) {
        _ if inline.is_some() => None,
        (None, _) => None,
        (Some(directory), None) => Some(directory.join("Dockerfile")),
        (Some(directory), Some(text)) => match text.known() {
            Some(path) if !path.starts_with('/') => {
                Some(normalize(directory, std::path::Path::new(path)))
            }
            Some(_) => None,
            None => {
                openings.extend(text.hole().cloned());
                None
            }
        },
    };
    let mut arguments = Vec::new();
    for (context, node) in inner.all("args") {
        let (assignments, unknown) = context.assignments(node);
        openings.extend(unknown);
        for assignment in assignments {
            set(&mut arguments, context.variable(assignment));
        }
    }
    Some(Build {
        context: directory,
        dockerfile,
        target: inner.word("target"),
        arguments,
        span: last.span(last_node),
    })
}

/// Whether a build context is fetched.
fn is_remote(context: &str) -> bool {
    context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/")
}

fn environment(loader: &mut Loader<'_>, fields: &Fields<'_>) -> Environment {
    let mut environment = Environment::default();
    for (context, node) in fields.items("env_file") {
        let path = if context.is_mapping(node) {
            context
                .get(node, "path")
                .and_then(|path| context.text(path))
        } else {
            context.text(node)
        };
        let read = match path.as_ref().map(|path| context.path(path)) {
            Some(MountSource::Tree(path)) => loader.env_file(&path),
            _ => None,
        };
        match read {
            Some(file) if file.parsed.faults.is_empty() => {
                let weight = file.parsed.assignments.len().saturating_mul(64);
                if !context.yaml().is_some_and(|yaml| yaml.spend(weight)) {
                    continue;
                }
                loader.read(file.source.id());
                for assignment in &file.parsed.assignments {
                    let span = file.source.span(assignment.value_range.clone());
                    let value = match &assignment.value {
                        Some(value) => Word::literal(value.clone(), span),
                        None => Word::unknown(span, "what Compose fills in here"),
                    };
                    environment.variables.push(Variable {
                        name: assignment.name.clone(),
                        name_span: file.source.span(assignment.name_range.clone()),
                        value,
                    });
                }
            }
            found => {
                let why = match found {
                    Some(_) => "this env_file has lines that set nothing",
                    None => "this env_file is not here",
                };
                open_over(&mut environment, Unknown::at(context.span(node), why));
            }
        }
    }
    let mut own: Vec<Variable> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut openings = Vec::new();
    for (context, node) in fields.all("environment") {
        let (assignments, unknown) = context.assignments(node);
        openings.extend(unknown);
        for assignment in assignments {
            let is_reset = assignment.is_reset;
            let variable = context.variable(assignment);
            match places.get(&variable.name).and_then(|at| own.get_mut(*at)) {
                Some(earlier) => *earlier = variable.clone(),
                None => {
                    places.insert(variable.name.clone(), own.len());
                    own.push(variable.clone());
                }
            }
            if is_reset {
                if let Some(at) = places.remove(&variable.name)
                    && let Some(gone) = own.get_mut(at)
                {
                    gone.name.clear();
                }
                environment
                    .variables
                    .retain(|earlier| earlier.name != variable.name);
            }
        }
    }
    own.retain(|variable| !variable.name.is_empty());
    environment.variables.extend(own);
    for unknown in openings {
        open_over(&mut environment, unknown);
    }
    environment
}

/// Something that is not known comes behind what was set so far, and may set it anew.
fn open_over(environment: &mut Environment, why: Unknown) {
    for variable in &mut environment.variables {
        variable.value = Word {
            value: Value::Unknown(why.clone()),
            span: variable.value.span,
        };
    }
    environment.openings.push(why);
}

/// Sets a variable anew, or adds it.
fn set(variables: &mut Vec<Variable>, variable: Variable) {
    variables.retain(|earlier| earlier.name != variable.name);
    variables.push(variable);
}
