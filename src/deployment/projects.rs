//! Which Django projects there are, and which settings each one's process is deployed with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Project;
use super::backend::{Backend, Serving};
use super::named::{
    Named, deployed_settings, is_of_a_build, named_by_wsgi, named_by_wsgi_or_what_starts_it,
    named_in_environment,
};
use super::topology::directory_with_module;
use crate::discover::Kind;
use crate::django::{self, Settings};
use crate::launch::word::Word;
use crate::launch::{self, HOST};
use crate::source::{SourceFile, Span};
use crate::tree::normalize;
use crate::uwsgi::Location;
use crate::value::{Unknown, only};
use crate::workspace::Workspace;

/// A project, and the server that runs it where one does.
pub(super) struct Found {
    pub(super) project: Project,
    /// Index into the workspace's backends.
    pub(super) backend: Option<usize>,
}

/// Which settings a server runs with.
pub struct Choice {
    /// The server, an index into the workspace's backends.
    pub backend: usize,
    /// The module that it loads.
    pub wsgi: Arc<SourceFile>,
    /// The directory of the tree that is on its module path.
    pub directory: PathBuf,
    /// What the directory is called where the server runs.
    pub deployed: Option<PathBuf>,
    /// The settings module; nothing where that is not known.
    pub named: Option<Named>,
    /// What that module says; nothing where it is not here.
    pub settings: Option<Arc<Settings>>,
    /// What uWSGI's `env` or the process's environment names, whether it counts or not.
    pub in_environment: Option<Named>,
    /// What is known of the environment.
    pub environment: BTreeMap<String, String>,
}

/// Which settings every server runs with whose module is here.
pub(crate) fn choices(workspace: &Workspace) -> Vec<Choice> {
    let backends = workspace.backends().iter().enumerate();
    backends
        .filter_map(|(index, backend)| {
            let wsgi = module_of(workspace, backend)?;
            let named = deployed_settings(workspace, backend, &wsgi.source);
            let environment = environment_of(workspace, backend);
            let settings = named.as_ref().and_then(|named| {
                settings(workspace, &wsgi.directory, &named.module, &environment)
            });
            Some(Choice {
                backend: index,
                named,
                settings,
                in_environment: named_in_environment(workspace, backend).flatten(),
                environment,
                wsgi: wsgi.source,
                directory: wsgi.directory,
                deployed: wsgi.deployed,
            })
        })
        .collect()
}

pub(super) fn find(workspace: &Workspace) -> Vec<Found> {
    if !workspace.input().settings.is_empty() {
        return named_on_the_command_line(workspace);
    }
    let mut found: Vec<Found> = Vec::new();
    let mut used: Vec<PathBuf> = Vec::new();
    for choice in workspace.choices() {
        used.push(choice.wsgi.path().to_owned());
        if let Some(settings) = &choice.settings {
            let backend = &workspace.backends()[choice.backend];
            found.push(Found {
                project: Project {
                    directory: choice.directory.clone(),
                    settings: Arc::clone(settings),
                    chosen_by: choice.named.as_ref().and_then(|named| named.by),
                    deployed: choice.deployed.clone(),
                    machine: backend.machine,
                    environment: choice.environment.clone(),
                    backends: Vec::new(),
                    process: backend.process,
                },
                backend: Some(choice.backend),
            });
        }
    }
    for path in workspace.inventory().of(Kind::Wsgi) {
        if used.iter().any(|other| other == path) {
            continue;
        }
        let Ok(source) = workspace.files().open(path) else {
            continue;
        };
        let named = named_by_wsgi_or_what_starts_it(workspace, &source);
        if named
            .as_ref()
            .is_some_and(|named| is_of_a_build(workspace, named))
        {
            used.push(path.to_owned());
            continue;
        }
        let project = named.and_then(|named| {
            let directory = directory_with(workspace, path, &named.module)?;
            without_a_server(workspace, &directory, &named)
        });
        if let Some(project) = project {
            used.push(project.directory.clone());
            found.push(Found {
                project,
                backend: None,
            });
        }
    }
    // manage.py is for people; it says what is deployed only where nothing else does.
    for path in workspace.inventory().of(Kind::Manage) {
        let Some(directory) = path.parent() else {
            continue;
        };
        if used.iter().any(|other| other.starts_with(directory)) {
            continue;
        }
        let Ok(source) = workspace.files().open(path) else {
            continue;
        };
        let project =
            named_by_wsgi(&source).and_then(|named| without_a_server(workspace, directory, &named));
        found.extend(project.map(|project| Found {
            project,
            backend: None,
        }));
    }
    found.extend(only_settings(workspace, &found));
    found
}

fn named_on_the_command_line(workspace: &Workspace) -> Vec<Found> {
    let only_backend = (workspace.backends().len() == 1).then_some(0);
    workspace
        .named_settings()
        .iter()
        .filter_map(|path| {
            let project = from_file(workspace, path)?;
            Some(Found {
                project,
                backend: only_backend,
            })
        })
        .collect()
}

/// A settings module with no project around it, where there is just one and it is Django's.
fn only_settings(workspace: &Workspace, found: &[Found]) -> Option<Found> {
    let settings = only(workspace.inventory().of(Kind::Settings)).filter(|_| found.is_empty())?;
    let backend = (workspace.backends().len() == 1).then_some(0);
    let project = from_file(workspace, settings)?;
    is_djangos(workspace, &project.settings).then_some(Found { project, backend })
}

/// Whether settings that nothing names are Django's: Flask's and others' are called so, too, and
/// have a SECRET_KEY and a DEBUG as well.
fn is_djangos(workspace: &Workspace, settings: &Settings) -> bool {
    const NAMES: [&str; 8] = [
        "INSTALLED_APPS",
        "ROOT_URLCONF",
        "MIDDLEWARE",
        "MIDDLEWARE_CLASSES",
        "TEMPLATES",
        "WSGI_APPLICATION",
        "DATABASES",
        "STATIC_URL",
    ];
    NAMES.iter().any(|name| settings.get(name).is_assigned())
        || settings.files().iter().any(|file| {
            let source = workspace.files().get(*file);
            memchr::memmem::find(source.bytes(), b"django").is_some()
        })
}

fn from_file(workspace: &Workspace, path: &Path) -> Option<Project> {
    let tree = workspace.files().tree();
    let directory = path
        .ancestors()
        .skip(1)
        .take_while(|ancestor| tree.is_inside(ancestor))
        .find(|ancestor| tree.stat(&ancestor.join("manage.py")).is_ok())
        .or_else(|| path.parent()?.parent())
        .or_else(|| path.parent())?;
    let source = workspace.files().open(path).ok()?;
    let environment = &workspace.input().environment;
    let mut settings = Settings::load(
        workspace.files(),
        &source,
        &[directory.to_owned()],
        environment,
    );
    for dump in workspace.dumps() {
        settings.apply(dump);
    }
    Some(idle(workspace, directory, Arc::new(settings), None))
}

/// The file that a server loads, and the directory it is found from.
struct WsgiModule {
    source: Arc<SourceFile>,
    directory: PathBuf,
    /// What the directory is called where the server runs.
    deployed: Option<PathBuf>,
}

fn module_of(workspace: &Workspace, backend: &Backend) -> Option<WsgiModule> {
    let files = workspace.files();
    let started = backend
        .process(workspace.topology())
        .and_then(|process| process.directory.clone());
    let (directory, file, module) = match &backend.serving {
        Serving::Uwsgi(instance) => {
            let application = instance.application();
            let directory = instance.working_directory();
            let file = application.file.get().cloned().flatten();
            let module = match &file {
                Some(_) => None,
                None => Some(application.module.get()?.clone()?),
            };
            let directory = match directory.get() {
                Some(Location::FromStart(path)) => {
                    started.map(|start| Location::Host(normalize(&start, path)))
                }
                Some(known) => Some(known.clone()),
                None => None,
            };
            (directory, file, module)
        }
        Serving::Other(server) => {
            let own = server.directory.as_ref().and_then(Word::text);
            let directory = match (own, started) {
                (Some(own), Some(start)) => Some(normalize(&start, Path::new(own))),
                (Some(own), None) if own.starts_with('/') => Some(PathBuf::from(own)),
                (Some(_), None) => None,
                (None, start) => start,
            };
            let module = server.application.as_ref()?.text()?;
            let module = module.split(':').next().unwrap_or(module).to_owned();
            (directory.map(Location::Host), None, Some(module))
        }
    };
    let here = |location: &Location| locate(workspace, backend, location);
    let deployed = directory
        .as_ref()
        .and_then(|directory| directory.host().map(Path::to_owned));
    if let Some(path) = file.as_ref().and_then(here) {
        return Some(WsgiModule {
            directory: directory
                .as_ref()
                .and_then(here)
                .or_else(|| path.parent()?.parent().map(Path::to_owned))?,
            source: files.open(&path).ok()?,
            deployed,
        });
    }
    let relative = match (module, &file) {
        (Some(module), _) => PathBuf::from(module.replace('.', "/")).with_extension("py"),
        (None, Some(file)) => PathBuf::from(file.path().file_name()?),
        (None, None) => return None,
    };
    let open = |directory: PathBuf| {
        let source = files.open(&directory.join(&relative)).ok()?;
        Some(WsgiModule {
            source,
            directory,
            deployed: deployed.clone(),
        })
    };
    if let Some(found) = directory.as_ref().and_then(here).and_then(open) {
        return Some(found);
    }
    // The tree has the project under another path than the host: the module's own path tells it, if only one file fits.
    directory_with_module(workspace, &Some(relative.clone())).and_then(open)
}

/// Where a path of a server is in the tree.
fn locate(workspace: &Workspace, backend: &Backend, location: &Location) -> Option<PathBuf> {
    let files = workspace.files();
    let from = files.get(backend.span().file);
    match location {
        Location::Host(path) => workspace
            .topology()
            .locate(files, backend.machine, path, from.path())
            .path()
            .map(Path::to_owned),
        other => other
            .existence(files, from.path())
            .path()
            .map(Path::to_owned),
    }
}

/// The environment of the process: what starts it says, what uWSGI sets, and what the run was told.
fn environment_of(workspace: &Workspace, backend: &Backend) -> BTreeMap<String, String> {
    let mut environment = backend
        .process(workspace.topology())
        .map(|process| process.environment.known())
        .unwrap_or_default();
    if let Some(instance) = backend.instance() {
        environment.extend(instance.environment());
    }
    environment.extend(workspace.input().environment.clone());
    environment
}

/// The nearest directory above a file from which the module can be imported.
fn directory_with(workspace: &Workspace, file: &Path, module: &str) -> Option<PathBuf> {
    let files = workspace.files();
    file.ancestors()
        .skip(1)
        .take_while(|ancestor| files.tree().is_inside(ancestor))
        .find(|ancestor| django::find_module(files, &[ancestor.to_path_buf()], module).is_some())
        .map(Path::to_owned)
}

/// What a settings module says to a process that finds it from a directory.
fn settings(
    workspace: &Workspace,
    directory: &Path,
    module: &str,
    environment: &BTreeMap<String, String>,
) -> Option<Arc<Settings>> {
    let files = workspace.files();
    let roots = [directory.to_owned()];
    let path = django::find_module(files, &roots, module)?;
    let source = files.open(&path).ok()?;
    let mut settings = Settings::load(files, &source, &roots, environment);
    if let Some(place) = launch::replaces(workspace, &path) {
        let why = "another file is put in its place before it is started";
        settings.hide(&Unknown::at(place, why));
    }
    for dump in workspace.dumps() {
        settings.apply(dump);
    }
    Some(Arc::new(settings))
}

/// A project that no server is known to run.
fn without_a_server(workspace: &Workspace, directory: &Path, named: &Named) -> Option<Project> {
    let environment = &workspace.input().environment;
    let settings = settings(workspace, directory, &named.module, environment)?;
    Some(idle(workspace, directory, settings, named.by))
}

fn idle(
    workspace: &Workspace,
    directory: &Path,
    settings: Arc<Settings>,
    chosen_by: Option<Span>,
) -> Project {
    Project {
        directory: directory.to_owned(),
        settings,
        chosen_by,
        deployed: None,
        machine: HOST,
        environment: workspace.input().environment.clone(),
        backends: Vec::new(),
        process: None,
    }
}
