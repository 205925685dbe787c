//! One command: a script of the tree is followed, everything else is a process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{MAX_DEPTH, MAX_PROCESSES, Reader, Setting};
use crate::launch::process::Process;
use crate::launch::word::Command;
use crate::launch::{script, server};
use crate::source::SourceFile;
use crate::tree::normalize;

impl Reader<'_> {
    /// One command: a script of the tree is followed, everything else is a process.
    pub(super) fn start(&mut self, command: Command, setting: &Setting, depth: usize) {
        if self.launch.processes.len() >= MAX_PROCESSES {
            return;
        }
        let setting = inside(&command, setting);
        if depth < MAX_DEPTH
            && let Some(script) = self.script_of(&command, &setting)
        {
            return self.follow(&script, &setting, depth + 1);
        }
        let directory = setting.directory.clone();
        let resolve = |path: &str| {
            let path = normalize(directory.as_deref()?, Path::new(path));
            let here = self
                .launch
                .machine(setting.machine)
                .locate(self.files.tree(), &path);
            here.path().map(Path::to_owned)
        };
        let server = server::server(self.files, &command, &setting.environment, &resolve);
        self.launch.processes.push(Process {
            machine: setting.machine,
            starter: setting.starter,
            user: command.user.clone().or(setting.user),
            group: setting.group,
            directory: setting.directory,
            environment: setting.environment,
            command,
            server,
        });
    }

    /// The script of the tree that a command runs: `./start.sh`, `sh /app/start.sh`. The setting is
    /// the command's own.
    pub(super) fn script_of(
        &self,
        command: &Command,
        setting: &Setting,
    ) -> Option<Arc<SourceFile>> {
        const SHELLS: &[&str] = &["sh", "bash", "dash", "ash"];
        let program = command.program()?;
        let script = if SHELLS.contains(&program) {
            command
                .words
                .iter()
                .skip(1)
                .find(|word| word.text().is_some_and(|text| !text.starts_with('-')))?
        } else {
            command.words.first()?
        };
        let path = script.text()?;
        let is_path = path.contains('/') || SHELLS.contains(&program);
        if !is_path {
            return None;
        }
        let deployed = match (&setting.directory, path.starts_with('/')) {
            (_, true) => PathBuf::from(path),
            (Some(directory), false) => normalize(directory, Path::new(path)),
            (None, false) => return None,
        };
        let machine = self.launch.machine(setting.machine);
        let local = machine
            .locate(self.files.tree(), &deployed)
            .path()?
            .to_owned();
        let source = self.files.open(&local).ok()?;
        let is_script = source.name().ends_with(".sh") || source.bytes().starts_with(b"#!");
        (is_script && script::is_for_a_shell(&source)).then_some(source)
    }

    pub(super) fn follow(&mut self, script: &Arc<SourceFile>, setting: &Setting, depth: usize) {
        self.followed.insert(script.path().to_owned());
        for command in script::script(script, &setting.environment) {
            self.start(command, setting, depth + 1);
        }
    }
}

/// The surroundings of a command after its own `cd`, `A=b` and `sudo -u`.
pub(super) fn inside(command: &Command, setting: &Setting) -> Setting {
    let mut setting = setting.clone();
    if let Some(directory) = &command.directory {
        setting.directory = match (directory.text(), &setting.directory) {
            (Some(path), _) if path.starts_with('/') => {
                Some(normalize(Path::new("/"), Path::new(path)))
            }
            (Some(path), Some(base)) => Some(normalize(base, Path::new(path))),
            _ => None,
        };
    }
    setting.directory = setting
        .directory
        .filter(|directory| directory.is_absolute());
    setting.environment = setting.environment.with(&command.environment);
    setting
}

/// Whether a script runs the command that it is handed: `exec "$@"`.
pub(super) fn hands_over(script: &SourceFile) -> bool {
    memchr::memmem::find(script.bytes(), b"\"$@\"").is_some()
        || memchr::memmem::find(script.bytes(), b"$*").is_some()
}

/// Whether a command is a script that the tree does not have: its name ends like one, or says so.
pub(super) fn is_not_here(command: &Command) -> bool {
    let Some(program) = command.program() else {
        return true;
    };
    program.ends_with(".sh") || program.contains("entrypoint") || program.contains("entry-point")
}
