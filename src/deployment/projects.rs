//! Which Django projects there are, and which settings each one's process is deployed with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Project;
use super::purpose::{self, Use};
use crate::discover::Kind;
use crate::django::{self, How, Settings};
use crate::launch;
use crate::source::{SourceFile, Span};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

/// A project, and the uWSGI instance that runs it where one does.
pub(super) struct Found {
    pub(super) project: Project,
    /// Index into the workspace's instances.
    pub(super) instance: Option<usize>,
}

/// A settings module by name, and what names it.
struct Named {
    module: String,
    by: Option<Span>,
}

pub(super) fn find(workspace: &Workspace) -> Vec<Found> {
    if !workspace.input().settings.is_empty() {
        return named_on_the_command_line(workspace);
    }
    let mut found: Vec<Found> = Vec::new();
    let mut used: Vec<PathBuf> = Vec::new();
    for (index, instance) in workspace.instances().iter().enumerate() {
        let Some(wsgi) = module_of(workspace, instance) else {
            continue;
        };
        let named = named_by_instance(workspace, instance)
            .or_else(|| named_by_wsgi_or_what_starts_it(workspace, &wsgi.source));
        used.push(wsgi.source.path().to_owned());
        let project = named.and_then(|named| {
            let environment = environment_of(workspace, instance);
            load(workspace, &wsgi.directory, named, environment)
        });
        if let Some(mut project) = project {
            let working_directory = instance.working_directory();
            project.deployed = working_directory
                .get()
                .and_then(|directory| directory.host())
                .map(Path::to_owned);
            found.push(Found {
                project,
                instance: Some(index),
            });
        }
    }
    let environment = || workspace.input().environment.clone();
    for path in workspace.inventory().of(Kind::Wsgi) {
        if used.iter().any(|other| other == path) {
            continue;
        }
        let Ok(source) = workspace.files().open(path) else {
            continue;
        };
        let project = named_by_wsgi_or_what_starts_it(workspace, &source).and_then(|named| {
            let directory = directory_with(workspace, path, &named.module)?;
            load(workspace, &directory, named, environment())
        });
        if let Some(project) = project {
            used.push(project.directory.clone());
            found.push(Found {
                project,
                instance: None,
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
        let project = named_by_wsgi(&source)
            .and_then(|named| load(workspace, directory, named, environment()));
        found.extend(project.map(|project| Found {
            project,
            instance: None,
        }));
    }
    found.extend(only_settings(workspace, &found));
    found
}

fn named_on_the_command_line(workspace: &Workspace) -> Vec<Found> {
    let only_instance = (workspace.instances().len() == 1).then_some(0);
    workspace
        .named_settings()
        .iter()
        .filter_map(|path| {
            let project = from_file(workspace, path)?;
            Some(Found {
                project,
                instance: only_instance,
            })
        })
        .collect()
}

/// A settings module with no project around it, where there is just one.
fn only_settings(workspace: &Workspace, found: &[Found]) -> Option<Found> {
    let mut settings = workspace.inventory().of(Kind::Settings);
    let (Some(only), None, true) = (settings.next(), settings.next(), found.is_empty()) else {
        return None;
    };
    let instance = (workspace.instances().len() == 1).then_some(0);
    Some(Found {
        project: from_file(workspace, only)?,
        instance,
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
    let settings = Settings::load(
        workspace.files(),
        &source,
        &[directory.to_owned()],
        environment,
    );
    Some(Project {
        directory: directory.to_owned(),
        settings: Arc::new(settings),
        chosen_by: None,
        deployed: None,
    })
}

/// The file that uWSGI loads, and the directory it is found from.
struct WsgiModule {
    source: Arc<SourceFile>,
    directory: PathBuf,
}

fn module_of(workspace: &Workspace, instance: &Instance) -> Option<WsgiModule> {
    let files = workspace.files();
    let ini = instance.root_file();
    let application = instance.application();
    let written = application.file.get().and_then(Option::as_ref);
    if let Some(path) =
        written.and_then(|file| file.existence(files, ini.path()).path().map(Path::to_owned))
    {
        return Some(WsgiModule {
            directory: working_directory(workspace, instance)
                .or_else(|| path.parent()?.parent().map(Path::to_owned))?,
            source: files.open(&path).ok()?,
        });
    }
    let relative = match (application.module.get()?.as_deref(), written) {
        (Some(module), _) => PathBuf::from(module.replace('.', "/")).with_extension("py"),
        (None, Some(file)) => PathBuf::from(file.path().file_name()?),
        (None, None) => return None,
    };
    let open = |directory: &Path| {
        let source = files.open(&directory.join(&relative)).ok()?;
        Some(WsgiModule {
            source,
            directory: directory.to_owned(),
        })
    };
    if let Some(found) = working_directory(workspace, instance)
        .as_deref()
        .and_then(open)
    {
        return Some(found);
    }
    // The tree has the project under another path than the host: the module's own path tells it, if only one file fits.
    let mut fitting = workspace
        .inventory()
        .of(Kind::Wsgi)
        .filter(|path| path.ends_with(&relative))
        .filter_map(|path| path.ancestors().nth(relative.components().count()));
    match (fitting.next(), fitting.next()) {
        (Some(directory), None) => open(directory),
        _ => None,
    }
}

/// The directory of the tree that uWSGI changes to.
fn working_directory(workspace: &Workspace, instance: &Instance) -> Option<PathBuf> {
    let ini = instance.root_file();
    let directory = instance.working_directory();
    let here = directory.get()?.existence(workspace.files(), ini.path());
    here.path().map(Path::to_owned)
}

fn named_by_instance(workspace: &Workspace, instance: &Instance) -> Option<Named> {
    let value = instance.env_settings_module();
    if let Some(only) = value.single()
        && let Some(module) = &only.value
    {
        return Some(Named {
            module: module.clone(),
            by: only.origin.span(),
        });
    }
    let module = workspace
        .input()
        .environment
        .get("DJANGO_SETTINGS_MODULE")?;
    Some(Named {
        module: module.clone(),
        by: None,
    })
}

/// The module that wsgi.py names, unless what starts the process names another one: then that one,
/// where wsgi.py lets it (`setdefault`), or none where several are named.
fn named_by_wsgi_or_what_starts_it(workspace: &Workspace, source: &SourceFile) -> Option<Named> {
    let by_wsgi = django::settings_module_named_in(source);
    if by_wsgi
        .as_ref()
        .is_some_and(|named| named.how == How::Assign)
    {
        return named_by_wsgi(source);
    }
    let is_deployed = |module: &str, span: &Span| {
        let file = workspace.files().get(span.file);
        let file = workspace.below_start(file.path());
        purpose::of(module) == Use::Production && purpose::of(&file) == Use::Production
    };
    let mut started_with: Vec<(String, Span)> = launch::settings_modules(workspace);
    started_with.retain(|(module, span)| is_deployed(module, span));
    match started_with.as_slice() {
        [] => named_by_wsgi(source),
        [(module, span)] => Some(Named {
            module: module.clone(),
            by: Some(*span),
        }),
        _ => None,
    }
}

fn named_by_wsgi(source: &SourceFile) -> Option<Named> {
    let named = django::settings_module_named_in(source)?;
    Some(Named {
        module: named.name,
        by: Some(named.span),
    })
}

/// The environment of the process: what the run was told, and what uWSGI sets.
fn environment_of(workspace: &Workspace, instance: &Instance) -> BTreeMap<String, String> {
    let mut environment = instance.environment();
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

fn load(
    workspace: &Workspace,
    directory: &Path,
    named: Named,
    environment: BTreeMap<String, String>,
) -> Option<Project> {
    let files = workspace.files();
    let roots = [directory.to_owned()];
    let path = django::find_module(files, &roots, &named.module)?;
    let source = files.open(&path).ok()?;
    Some(Project {
        directory: directory.to_owned(),
        settings: Arc::new(Settings::load(files, &source, &roots, &environment)),
        chosen_by: named.by,
        deployed: None,
    })
}
