//! Where a project keeps its data: in which processes' memory, and on which machine's disk.

use std::path::PathBuf;

use super::backend::Serving;
use super::{Deployment, Project};
use crate::django::{FilePath, LogFile, SqliteFile, usage};
use crate::host::Existence;
use crate::launch::MachineKind;
use crate::source::Span;
use crate::tree::git::Tracking;
use crate::workspace::Workspace;

/// A file that goes with its container.
pub struct LostWithContainer {
    /// The database.
    pub database: SqliteFile,
    /// The file, as the container calls it.
    pub path: PathBuf,
    /// The container's name, where it stands.
    pub service: Span,
}

impl Deployment {
    /// Where it is said that several processes answer a project's requests, and how many.
    pub fn several_processes(&self, project: &Project) -> Option<(u32, Span)> {
        project.backends.iter().find_map(|index| {
            let workers = match &self.backends.get(*index)?.serving {
                Serving::Uwsgi(instance) => {
                    let (number, place) = instance.workers()?;
                    (u32::try_from(number).ok()?, place)
                }
                Serving::Other(server) => server.workers?,
            };
            (workers.0 > 1).then_some(workers)
        })
    }
}

impl Workspace {
    /// SQLite files of a project in a container of which all mounts are known, and none holds them.
    pub fn databases_lost_with_container(&self, project: &Project) -> Vec<LostWithContainer> {
        let launch = self.launch();
        let machine = launch.machine(project.machine);
        let (MachineKind::Service { .. }, Some(service)) =
            (machine.kind, launch.service(project.machine))
        else {
            return Vec::new();
        };
        let knows_mounts = !machine.shares_unknown
            && service.openings.is_empty()
            && service.volumes_from.is_empty()
            && service
                .mounts
                .iter()
                .all(|mount| mount.target.text().is_some());
        if !knows_mounts {
            return Vec::new();
        }
        let volumes = machine.image.iter().flat_map(|built| &built.volumes);
        let volumes: Option<Vec<&str>> = volumes.map(|volume| volume.text()).collect();
        let Some(volumes) = volumes else {
            return Vec::new();
        };
        let lost = project
            .settings
            .sqlite_files()
            .into_iter()
            .filter_map(|database| {
                let path = match &database.path {
                    FilePath::Deployed(path) => path.clone(),
                    FilePath::Local(_) => project.on_the_host(&database.path)?,
                    FilePath::Relative(_) => return None,
                };
                let is_kept = machine.mounted_at(&path).is_some()
                    || volumes.iter().any(|volume| path.starts_with(volume));
                (!is_kept).then_some(LostWithContainer {
                    database,
                    path,
                    service: service.name_span,
                })
            });
        lost.collect()
    }
}

impl Deployment {
    /// Files of LOGGING's handlers whose directory is known not to be there: on a host, or in a tree that a
    /// project is deployed as it is from, where nothing makes or ignores it.
    pub fn logs_without_directory(
        &self,
        workspace: &Workspace,
        project: &Project,
    ) -> Vec<(LogFile, PathBuf)> {
        let files = workspace.files();
        let settings = &project.settings;
        let makes_directories = ["mkdir", "makedirs"]
            .iter()
            .any(|word| usage::mentions(files, &project.directory, word));
        if makes_directories {
            return Vec::new();
        }
        let missing = settings.log_files().into_iter().filter_map(|log| {
            let directory = log.path.as_path().parent()?.to_owned();
            let is_missing = match &log.path {
                FilePath::Local(path) => {
                    let below = directory.strip_prefix(&project.directory).ok()?;
                    let name = below
                        .components()
                        .next()?
                        .as_os_str()
                        .to_string_lossy()
                        .into_owned();
                    files.tree().stat(&directory).is_err()
                        && files.tree().tracking(&path.join("x")) != Tracking::Ignored
                        && files.tree().tracking(path) != Tracking::Ignored
                        && !is_mentioned(workspace, project, &name)
                }
                FilePath::Deployed(_) => {
                    workspace.is_whole_host()
                        && files.locate(&directory, settings.source().path()) == Existence::Absent
                }
                FilePath::Relative(_) => false,
            };
            is_missing.then_some((log, directory))
        });
        missing.collect()
    }
}

/// Whether anything around a project that is no code of its says a word.
fn is_mentioned(workspace: &Workspace, project: &Project, word: &str) -> bool {
    let files = workspace.files();
    let inside = project.directory.ancestors();
    let top = inside
        .take_while(|ancestor| files.tree().is_inside(ancestor))
        .last()
        .unwrap_or(&project.directory);
    let below = files.below(top);
    below.iter().any(|path| {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        let is_code = ["py", "html", "js", "css", "po", "json", "svg"].contains(&&*ending);
        !is_code
            && files.open(path).is_ok_and(|source| {
                source.bytes().len() < 1 << 20
                    && memchr::memmem::find(source.bytes(), word.as_bytes()).is_some()
            })
    })
}
