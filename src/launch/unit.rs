//! systemd: services, sockets and their drop-ins.

use std::path::Path;
use std::sync::Arc;

use super::word::{Command, Environment, Word};
use crate::files::Files;
use crate::source::{FileId, SourceFile, Span};

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
    /// `RuntimeDirectoryMode`.
    pub runtime_directory_mode: Option<Word>,
    /// `UMask`.
    pub umask: Option<Word>,
    /// `KillSignal`; systemd's default is SIGTERM.
    pub kill_signal: Option<Word>,
    /// `PIDFile`.
    pub pid_file: Option<Word>,
    /// `DynamicUser`.
    pub dynamic_user: Option<(bool, Span)>,
    /// `ProtectHome`, `RootDirectory` and others that give the process another view of the file system.
    pub other_view: Vec<Word>,
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

/// Whether the first bytes of a file look like a service or socket unit.
pub fn looks_like(_head: &[u8]) -> bool {
    false
}

/// Reads a unit and the drop-ins beside it (`shop.service.d/*.conf`).
pub fn load(_files: &Files, _path: &Path) -> Option<Unit> {
    None
}
