//! Everything that is started, put together from units, compose files, images, supervisord and scripts.

mod containers;
mod follow;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::answers::Launch;
use super::machine::{HOST, Machine, MachineId};
use super::process::Starter;
use super::word::{Environment, Word};
use super::{compose, image, script, supervisor, unit};
use crate::discover::Kind;
use crate::files::Files;
use crate::host::{Completeness, PathMap};
use crate::source::SourceFile;
use crate::workspace::Workspace;

/// Scripts that call scripts are followed so far.
const MAX_DEPTH: usize = 8;
/// More processes than this are no deployment.
const MAX_PROCESSES: usize = 5_000;

/// Reads everything that starts something.
pub(super) fn read(workspace: &Workspace) -> Launch {
    let files = workspace.files();
    let inventory = workspace.inventory();
    let open = |path: &Path| files.open(path).ok();
    let compose: Vec<&Path> = inventory.of(Kind::Compose).collect();
    let units = inventory.of(Kind::Unit);
    let images = inventory.of(Kind::Dockerfile).filter_map(open);
    let programs = inventory.of(Kind::Supervisor).filter_map(open);
    let mut reader = Reader {
        workspace,
        files,
        followed: BTreeSet::new(),
        launch: Launch {
            machines: vec![Machine::host(host_paths(workspace))],
            processes: Vec::new(),
            projects: compose::projects(files, &compose),
            images: images.map(|source| image::parse(&source)).collect(),
            units: units.filter_map(|path| unit::load(files, path)).collect(),
            programs: programs
                .flat_map(|source| supervisor::programs(files, &source))
                .collect(),
        },
    };
    reader.services();
    reader.images();
    reader.units();
    reader.programs();
    reader.by_hand();
    reader.launch
}

/// What is known of the host's paths before anything is read: `--root`, and what the configuration says.
fn host_paths(workspace: &Workspace) -> PathMap {
    let mut paths = workspace.files().paths().clone();
    for (deployed, local) in &workspace.input().deployed_paths {
        paths.add(deployed, local, Completeness::Source);
    }
    paths
}

struct Reader<'a> {
    workspace: &'a Workspace,
    files: &'a Files,
    /// Files of the tree that something runs: nobody runs them by hand.
    followed: BTreeSet<PathBuf>,
    launch: Launch,
}

/// What a command is started with.
#[derive(Clone)]
struct Setting {
    machine: MachineId,
    starter: Starter,
    directory: Option<PathBuf>,
    environment: Environment,
    user: Option<Word>,
    group: Option<Word>,
}

impl Reader<'_> {
    fn units(&mut self) {
        for index in 0..self.launch.units.len() {
            let unit = &self.launch.units[index];
            let setting = Setting {
                machine: HOST,
                starter: Starter::Unit(index),
                directory: unit
                    .working_directory
                    .as_ref()
                    .and_then(Word::text)
                    .map(|directory| PathBuf::from(directory.trim_start_matches('-'))),
                environment: unit.environment.clone(),
                user: unit.user.clone(),
                group: unit.group.clone(),
            };
            for exec in unit.exec_start.clone() {
                let mut setting = setting.clone();
                if exec.is_privileged {
                    // `+` and `!`: whatever User and Group say.
                    (setting.user, setting.group) = (None, None);
                }
                for command in exec.commands {
                    self.start(command, &setting, 0);
                }
            }
        }
    }

    /// supervisord's programs run where supervisord does: in the one container whose files they are
    /// among, else on the host.
    fn programs(&mut self) {
        for index in 0..self.launch.programs.len() {
            let program = &self.launch.programs[index];
            let machine = self.launch.container_with(program.file.path());
            let machine = machine.unwrap_or(HOST);
            let around = self.launch.service(machine);
            let environment =
                around.map_or_else(Environment::default, |service| service.environment.clone());
            let setting = Setting {
                machine,
                starter: Starter::Program(index),
                directory: program
                    .directory
                    .as_ref()
                    .and_then(Word::text)
                    .map(PathBuf::from),
                environment: environment.with(&program.environment),
                user: program.user.clone(),
                group: None,
            };
            let commands = program.commands.clone();
            for command in commands {
                self.start(command, &setting, 0);
            }
        }
    }

    /// What people run by hand: scripts that nothing else runs, Makefiles, Procfiles.
    fn by_hand(&mut self) {
        let inventory = self.workspace.inventory();
        let setting = |starter| Setting {
            machine: HOST,
            starter,
            directory: None,
            environment: Environment::default(),
            user: None,
            group: None,
        };
        let open = |kind: Kind| -> Vec<Arc<SourceFile>> {
            inventory
                .of(kind)
                .filter_map(|path| self.files.open(path).ok())
                .collect()
        };
        let (scripts, makefiles, procfiles) = (
            open(Kind::Script),
            open(Kind::Makefile),
            open(Kind::Procfile),
        );
        for source in scripts {
            if self.followed.contains(source.path()) {
                continue;
            }
            let setting = setting(Starter::Script);
            for command in script::script(&source, &setting.environment) {
                self.start(command, &setting, MAX_DEPTH);
            }
        }
        for source in makefiles {
            for command in script::makefile(&source) {
                self.start(command, &setting(Starter::Script), MAX_DEPTH);
            }
        }
        for source in procfiles {
            for entry in script::procfile(&source) {
                for command in entry.commands {
                    self.start(command, &setting(Starter::Procfile), 0);
                }
            }
        }
    }
}
