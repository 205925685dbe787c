//! The parts that deployments are put together from: who answers, and who stands in front.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::backend::{Backend, Serving};
use super::front::Front;
use crate::discover::Kind;
use crate::host::Existence;
use crate::launch::server::Program;
use crate::launch::{HOST, Process};
use crate::parallel;
use crate::source::{FileId, SourceFile};
use crate::tree::normalize;
use crate::uwsgi::{Conditions, Instance, Start};
use crate::value::only;
use crate::workspace::Workspace;

/// Every application server: what is started, and the uWSGI files that nothing here starts.
pub(crate) fn backends(workspace: &Workspace) -> Vec<Backend> {
    let launch = workspace.launch();
    let files = workspace.files();
    let named = workspace.named_uwsgi();
    let paths: Vec<PathBuf> = match named.is_empty() {
        true => workspace
            .inventory()
            .of(Kind::Uwsgi)
            .map(Path::to_owned)
            .collect(),
        false => named.clone(),
    };
    let mut backends: Vec<Backend> = Vec::new();
    for (index, process) in launch.processes.iter().enumerate() {
        let Some(server) = &process.server else {
            continue;
        };
        let serving = match server.program {
            Program::Nginx => continue,
            Program::Uwsgi => match started(workspace, process, &paths) {
                Some(instance) if named.is_empty() || reads_one(&instance, &named, files) => {
                    Serving::Uwsgi(Arc::new(instance))
                }
                _ => continue,
            },
            _ if !named.is_empty() => continue,
            _ => Serving::Other(Box::new(server.clone())),
        };
        backends.push(Backend {
            id: 0,
            machine: process.machine,
            process: Some(index),
            serving,
        });
    }
    let started: BTreeSet<FileId> = files_of(&backends).collect();
    let sources: Vec<Arc<SourceFile>> = paths
        .iter()
        .filter_map(|path| files.open(path).ok())
        .filter(|source| !started.contains(&source.id()))
        .collect();
    // An emperor's directory may hold thousands.
    let alone = parallel::map(&sources, |source| {
        let source = Arc::clone(source);
        Backend {
            id: 0,
            machine: launch.container_with(source.path()).unwrap_or(HOST),
            process: None,
            serving: Serving::Uwsgi(Arc::new(Instance::load(
                files,
                source,
                None,
                &workspace.input().environment,
            ))),
        }
    });
    let alone = with_what_emperors_add(workspace, &backends, alone);
    // A part that another file includes is judged where it is included.
    let included: BTreeSet<FileId> = alone
        .iter()
        .chain(&backends)
        .filter_map(Backend::instance)
        .flat_map(|instance| {
            let root = instance.root_file().id();
            instance
                .files()
                .iter()
                .copied()
                .filter(move |file| *file != root)
        })
        .collect();
    backends.extend(alone.into_iter().filter(|backend| {
        backend
            .instance()
            .is_some_and(|instance| !included.contains(&instance.root_file().id()))
    }));
    for (id, backend) in backends.iter_mut().enumerate() {
        backend.id = id;
    }
    backends
}

/// The vassals among `alone`, with the options that the emperor they are found by gives to each.
fn with_what_emperors_add(
    workspace: &Workspace,
    started: &[Backend],
    alone: Vec<Backend>,
) -> Vec<Backend> {
    let files = workspace.files();
    let emperors: Vec<Arc<Instance>> = started
        .iter()
        .chain(&alone)
        .filter_map(|backend| backend.instance().cloned())
        .filter(|instance| !instance.vassal_directories().is_empty())
        .collect();
    let again = |backend: &Backend| {
        let vassal = backend.instance()?;
        let source = vassal.root_file();
        let deployed = files.deployed(source.path());
        let directory = deployed.as_deref().unwrap_or(source.path()).parent()?;
        // A checkout has the directory below some other one.
        let is_of = |emperor: &&Arc<Instance>| {
            let mut named = emperor.vassal_directories().into_iter();
            named.any(|named| directory.ends_with(named.strip_prefix("/").unwrap_or(&named)))
        };
        let emperor = only(emperors.iter().filter(is_of))?;
        let place = source.span(0..0);
        let words = emperor.vassal_words(source.path(), place)?;
        let resolve = |path: &Path| (path == source.path()).then(|| path.to_owned());
        Some(Instance::start(
            files,
            &Start {
                arguments: &words,
                program: place,
                file: Arc::clone(source),
                conditions: Conditions::with(&workspace.input().environment),
                resolve: &resolve,
            },
        ))
    };
    parallel::map(&alone, |backend| match again(backend) {
        Some(instance) => Backend {
            serving: Serving::Uwsgi(Arc::new(instance)),
            ..backend.clone()
        },
        None => backend.clone(),
    })
}

/// Whether an instance reads one of the files that were named.
fn reads_one(instance: &Instance, named: &[PathBuf], files: &crate::files::Files) -> bool {
    let mut sources = named.iter().filter_map(|path| files.open(path).ok());
    sources.any(|source| instance.files().contains(&source.id()))
}

fn files_of(backends: &[Backend]) -> impl Iterator<Item = FileId> {
    backends
        .iter()
        .filter_map(Backend::instance)
        .flat_map(|instance| instance.files().iter().copied())
}

/// The instance that a uWSGI process is; nothing where files were named and it reads none of them.
fn started(workspace: &Workspace, process: &Process, paths: &[PathBuf]) -> Option<Instance> {
    let files = workspace.files();
    let launch = workspace.launch();
    let mut environment = process.environment.known();
    environment.extend(workspace.input().environment.clone());
    let resolve = |path: &Path| -> Option<PathBuf> {
        let absolute = match (path.is_absolute(), &process.directory) {
            (true, _) => normalize(Path::new("/"), path),
            (false, Some(directory)) => normalize(directory, path),
            (false, None) => return only_ending_in(paths, path),
        };
        let from = files.get(process.command.span.file);
        match launch.locate(files, process.machine, &absolute, from.path()) {
            Existence::Here(path, _) => Some(path),
            // The tree has a project under another path than the host.
            Existence::NotInThisTree => only_ending_in(paths, &absolute),
            Existence::Absent => None,
        }
    };
    let instance = Instance::start(
        files,
        &Start {
            arguments: process.command.words.get(1..).unwrap_or_default(),
            program: process.program_span(),
            file: files.get(process.command.span.file),
            conditions: Conditions {
                environment: &environment,
                is_whole_environment: false,
                directory: process.directory.as_deref(),
                in_place: false,
            },
            resolve: &resolve,
        },
    );
    // An instance of which nothing could be read is none that can be judged.
    (!instance.is_empty()).then_some(instance)
}

/// The only file that a deployed path can be, as far as their names agree from the end: the
/// tree has a project under another path than the host.
fn only_ending_in(paths: &[PathBuf], deployed: &Path) -> Option<PathBuf> {
    let shared = |path: &PathBuf| {
        let ours = path.components().rev();
        ours.zip(deployed.components().rev())
            .take_while(|(one, other)| one == other)
            .count()
    };
    let most = paths.iter().map(shared).max().filter(|most| *most > 0)?;
    only(paths.iter().filter(|path| shared(path) == most)).cloned()
}

/// Every nginx configuration, on each machine that runs it.
pub(crate) fn fronts(workspace: &Workspace) -> Vec<Front> {
    let launch = workspace.launch();
    let mut fronts = Vec::new();
    for nginx in workspace.configurations() {
        let mut machines = launch.nginx_machines(nginx.root_file().path());
        if machines.is_empty() {
            machines.push(HOST);
        }
        fronts.extend(machines.into_iter().map(|machine| Front {
            nginx: Arc::clone(nginx),
            machine,
        }));
    }
    fronts
}
