//! Which projects there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::context::{Context, Document};
use super::loader::Loader;
use super::model::{Model, parent, services};
use super::yaml::Yaml;
use super::{Project, service};
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
                (Role::Changes, Some(base)) => {
                    let mut project = load(loader, &[base, path]);
                    // Some of what it changes may be what the override brings.
                    if let Some(changes) = changes
                        && project.services.iter().any(super::Service::is_a_change)
                    {
                        project = load(loader, &[base, changes, path]);
                    }
                    projects.push(project);
                }
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
        let Some(root) = context.yaml().and_then(Yaml::root) else {
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
