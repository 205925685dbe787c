//! systemd: services, sockets and their drop-ins.

mod syntax;
#[cfg(test)]
mod tests;
mod values;

use std::path::Path;
use std::sync::Arc;

use super::word::{Command, Environment, Word};
use crate::files::Files;
use crate::source::{FileId, SourceFile, Span};
use values::Values;

/// A unit with its drop-ins merged, as systemd would load it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// `shop.service`, `uwsgi@.service`, `shop.socket`.
    pub name: String,
    /// The unit file.
    pub file: Arc<SourceFile>,
    /// Every file that was read: the unit and its drop-ins.
    pub files: Vec<FileId>,
    /// The header of `[Service]` or `[Socket]`, else the file's first byte: the place for what is absent.
    pub header: Span,
    /// `ExecStartPre`, in order.
    pub exec_start_pre: Vec<Exec>,
    /// `ExecStart`.
    pub exec_start: Vec<Exec>,
    /// `ExecStop`.
    pub exec_stop: Vec<Exec>,
    /// `Type`; systemd's default is `simple`.
    pub kind: Option<Word>,
    /// `User`.
    pub user: Option<Word>,
    /// `Group`.
    pub group: Option<Word>,
    /// `WorkingDirectory`.
    pub working_directory: Option<Word>,
    /// `Environment` and `EnvironmentFile`; a file's variables beat those of `Environment`.
    pub environment: Environment,
    /// `PrivateTmp`: whether it is on, and where that stands.
    pub private_tmp: Option<(bool, Span)>,
    /// `RuntimeDirectory`: names below /run.
    pub runtime_directory: Vec<Word>,
    /// `UMask`.
    pub umask: Option<Word>,
    /// `KillSignal`; systemd's default is SIGTERM.
    pub kill_signal: Option<Word>,
    /// `AmbientCapabilities`: rights of root that the service has as another user.
    pub ambient_capabilities: Option<Word>,
    /// `DynamicUser`.
    pub dynamic_user: Option<(bool, Span)>,
    /// `ProtectHome`, `RootDirectory` and others that give the process another view of the file system.
    pub other_view: Vec<View>,
    /// `ListenStream`, of a socket unit.
    pub listen: Vec<Word>,
    /// `SocketMode`; systemd's default is 0666.
    pub socket_mode: Option<Word>,
    /// `SocketUser`.
    pub socket_user: Option<Word>,
    /// `SocketGroup`.
    pub socket_group: Option<Word>,
    /// `Service` of a socket unit, or its name with `.service`.
    pub service: Option<String>,
}

impl Unit {
    /// Whether its `RuntimeDirectory` makes a directory below /run, or may.
    pub fn may_make(&self, below_run: &Path) -> bool {
        self.runtime_directory.iter().any(|word| {
            let text = word.text();
            text.is_none_or(|name| Path::new(name).starts_with(below_run))
        })
    }

    /// Whether the service may see something else at a path than others do, for another reason than
    /// `PrivateTmp`: `RootDirectory`, `ProtectHome` and the like.
    pub fn may_see_another(&self, path: &Path) -> bool {
        let of_people = ["/home", "/root", "/run/user"];
        self.other_view.iter().any(|view| {
            !view.key.eq("ProtectHome")
                || (view.value.text() != Some("false")
                    && of_people.iter().any(|home| path.starts_with(home)))
        })
    }
}

/// A directive that gives the service another view of the file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub key: &'static str,
    /// Its value.
    pub value: Word,
}

/// One `Exec…=` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exec {
    /// What is run. systemd runs no shell; where it names one (`/bin/sh -c "…"`) these are the
    /// commands of that shell.
    pub commands: Vec<Command>,
    /// Whether the prefix has `+` or `!`: run without `User`.
    pub is_privileged: bool,
    /// Whether the prefix has `-`: failure does not matter.
    pub may_fail: bool,
    /// The value.
    pub span: Span,
}

/// A unit has no more drop-ins than this.
const MAX_DROP_INS: usize = 64;

/// Whether the first bytes of a file look like a service or socket unit.
pub fn looks_like(head: &[u8]) -> bool {
    const SECTIONS: [&[u8]; 4] = [b"[Unit]", b"[Service]", b"[Socket]", b"[Install]"];
    head.split(|byte| *byte == b'\n')
        .any(|line| SECTIONS.contains(&line.trim_ascii()))
}

/// Reads a unit and the drop-ins beside it (`shop.service.d/*.conf`).
pub fn load(files: &Files, path: &Path) -> Option<Unit> {
    let source = files.open(path).ok()?;
    let name = path.file_name()?.to_string_lossy().into_owned();
    let mut settings = syntax::parse(&source);
    let header = settings
        .iter()
        .find(|setting| matches!(setting.section.as_str(), "Service" | "Socket"))
        .map(|setting| setting.header)
        .unwrap_or_else(|| source.span(0..0));
    let mut read = vec![source.id()];
    let drop_ins = path.with_file_name(format!("{name}.d"));
    let listed = files.tree().list(&drop_ins).unwrap_or_default();
    let configuration = listed.iter().filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "conf")
    });
    for name in configuration.take(MAX_DROP_INS) {
        if let Ok(drop_in) = files.open(&drop_ins.join(name)) {
            read.push(drop_in.id());
            settings.extend(syntax::parse(&drop_in));
        }
    }
    let values = Values {
        files,
        name: &name,
        settings: &settings,
    };
    let environment = values.environment(path);
    let mut unit = Unit {
        header,
        files: read,
        exec_start_pre: Vec::new(),
        exec_start: Vec::new(),
        exec_stop: Vec::new(),
        kind: values.word("Type"),
        user: values.word("User"),
        group: values.word("Group"),
        working_directory: values.word("WorkingDirectory"),
        environment,
        private_tmp: values.boolean("PrivateTmp"),
        runtime_directory: values.words("RuntimeDirectory"),
        umask: values.word("UMask"),
        kill_signal: values.word("KillSignal"),
        ambient_capabilities: values.word("AmbientCapabilities"),
        dynamic_user: values.boolean("DynamicUser"),
        other_view: [
            "ProtectHome",
            "RootDirectory",
            "RootImage",
            "BindPaths",
            "BindReadOnlyPaths",
            "TemporaryFileSystem",
            "InaccessiblePaths",
        ]
        .into_iter()
        .filter_map(|key| {
            Some(View {
                key,
                value: values.word(key)?,
            })
        })
        .collect(),
        listen: values.words("ListenStream"),
        socket_mode: values.word("SocketMode"),
        socket_user: values.word("SocketUser"),
        socket_group: values.word("SocketGroup"),
        service: values.service(),
        file: source,
        name: name.clone(),
    };
    unit.exec_start_pre = values.exec("ExecStartPre", &unit.environment);
    unit.exec_start = values.exec("ExecStart", &unit.environment);
    unit.exec_stop = values.exec("ExecStop", &unit.environment);
    Some(unit)
}
