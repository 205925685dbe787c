//! The log and pid files of an instance, and the directory that each is opened from.

use std::path::PathBuf;

use super::instance::Instance;
use super::paths::{self, Location};
use super::setting::Setting;
use super::text::Text;
use crate::files::Files;
use crate::host::Existence;
use crate::source::Span;
use crate::value::{Guard, Value};

/// When a file is opened: a relative path means the directory of that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Before `chdir`: in the directory that uWSGI is started in.
    Start,
    /// After `chdir`.
    Chdir,
}

/// What an option makes of a file that it cannot open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// uWSGI ends. Under `daemonize`, the shell has been told by then that all is well.
    Ends,
    /// What would be written is lost without a word.
    Lost,
}

/// Where an option writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file.
    File(Location),
    /// `host:port`: uWSGI sends to it over UDP.
    Udp,
}

/// A file that uWSGI writes to, or would.
#[derive(Clone, Debug)]
pub struct Written {
    /// The option's name.
    pub option: String,
    /// What stands before the path in the value: `file:` of a logger.
    pub prefix: String,
    /// The path as it reads after expansion, before it is taken from anywhere.
    pub path: Value<String>,
    /// Where it is written to.
    pub target: Value<Target>,
    /// The directory that a relative path means.
    pub base: Base,
    /// What comes of a missing directory.
    pub failure: Failure,
    /// Where the option's name stands.
    pub key_span: Span,
    /// Where the path stands.
    pub value_span: Span,
    /// Conditions that it hangs on.
    pub guards: Vec<Guard>,
    /// Whether the path stands at `value_span` just so.
    pub is_literal: bool,
}

impl Written {
    /// The path, where it is known, that of a file, and relative. `true`, `1` and their like
    /// name files too, but were not meant to.
    pub fn relative_path(&self) -> Option<&str> {
        let is_file = self.target.is(|target| matches!(target, Target::File(_)));
        let path = self.path.get()?;
        let is_relative = !path.is_empty() && !path.starts_with(['/', '%', '$', '@']);
        (is_relative && !is_switch(path) && !is_file.is_no()).then_some(path)
    }

    /// The word that was meant to switch a log on or off, and names a file.
    pub fn switch_word(&self) -> Option<&str> {
        let path = self.path.get()?;
        (is_switch(path) && self.guards.is_empty()).then_some(path)
    }

    /// Whether it is an absolute path but for its slash: `home/ubuntu/uwsgi.log`, and no
    /// directory of that name lies beside the ini file.
    pub fn has_lost_its_slash(&self, files: &Files, instance: &Instance) -> bool {
        let path = self.relative_path().unwrap_or_default();
        paths::has_lost_its_slash(path, files, instance.root_file())
    }

    /// Whether the directory that it is to be written in is known to be missing.
    pub fn directory_is_absent(&self, files: &Files, instance: &Instance) -> bool {
        let source = instance.root_file();
        let absent = self.target.is(|target| match target {
            Target::File(location) => location
                .parent()
                .is_some_and(|parent| parent.existence(files, source.path()) == Existence::Absent),
            Target::Udp => false,
        });
        absent.is_yes() && self.guards.is_empty()
    }
}

fn is_switch(path: &str) -> bool {
    ["true", "false", "yes", "no", "on", "off", "1", "0"]
        .iter()
        .any(|word| path.eq_ignore_ascii_case(word))
}

/// The options that name a log file, when it is opened, and how it fails. uwsgi_setup opens the
/// first three and `logto2` before it changes directory, `daemonize2` and the loggers come after.
const LOGS: [(&str, Base, Failure); 4] = [
    ("daemonize", Base::Start, Failure::Ends),
    ("logto", Base::Start, Failure::Ends),
    ("logto2", Base::Start, Failure::Ends),
    ("daemonize2", Base::Chdir, Failure::Ends),
];

/// The options that name a file for the process's number. Only `pidfile` is written before the
/// change of directory: `safe-pidfile` comes after uwsgi_start (core/uwsgi.c, uwsgi_setup).
const PIDFILES: [(&str, Base); 4] = [
    ("pidfile", Base::Start),
    ("safe-pidfile", Base::Chdir),
    ("pidfile2", Base::Chdir),
    ("safe-pidfile2", Base::Chdir),
];

impl Instance {
    /// The log files.
    pub fn logs(&self) -> Vec<Written> {
        let mut logs = Vec::new();
        for (option, base, failure) in LOGS {
            let found = self.in_force(|setting| setting.key() == option);
            // uwsgi_setup_log: with `daemonize`, `logto` is not looked at.
            if option == "logto" && !self.in_force(|setting| setting.key() == "daemonize").absent {
                continue;
            }
            for setting in found.settings {
                logs.push(self.written(setting, &setting.value, (base, failure)));
            }
        }
        for setting in self.settings() {
            if let Some(path) = logger_path(setting) {
                logs.push(self.written(setting, &path, (Base::Chdir, Failure::Lost)));
            }
        }
        logs
    }

    /// The log files that grow for ever: nothing here starts a new one, or opens a file anew that
    /// logrotate has moved away.
    pub fn growing_logs(&self) -> Vec<Written> {
        const KEPT_SMALL: [&str; 6] = [
            "log-maxsize",
            "log-reopen",
            "log-truncate",
            "touch-logreopen",
            "touch-logrotate",
            "master-fifo",
        ];
        let is_kept_small = KEPT_SMALL.iter().any(|name| self.last(name).is_some());
        if is_kept_small || self.is_open() || self.is_debian_app() {
            return Vec::new();
        }
        let mut logs = self.logs();
        logs.retain(|log| {
            let path = log.path.get();
            let is_file = log.target.is(|target| matches!(target, Target::File(_)));
            let is_device = path.is_some_and(|path| path.starts_with("/dev/"));
            is_file.is_yes() && !is_device && log.switch_word().is_none()
        });
        logs
    }

    /// The files with the process's number.
    pub fn pidfiles(&self) -> Vec<Written> {
        let mut pidfiles = Vec::new();
        for (option, base) in PIDFILES {
            for setting in self.in_force(|setting| setting.key() == option).settings {
                // uwsgi_write_intfile in core/utils.c
                pidfiles.push(self.written(setting, &setting.value, (base, Failure::Ends)));
            }
        }
        pidfiles
    }

    fn written(&self, setting: &Setting, path: &Text, (base, failure): (Base, Failure)) -> Written {
        let mut named = setting.clone();
        named.value = path.clone();
        let is_file = setting.key().contains("pidfile") || setting.key().contains("logger");
        let target = if path.bytes().contains(&b':') && !is_file {
            named.read_text(|_| Ok(Target::Udp))
        } else if base == Base::Chdir {
            self.in_working_directory(&named).map(Target::File)
        } else {
            let start = Location::FromStart(PathBuf::new());
            named
                .read_text(|text| paths::locate(text, &start))
                .map(Target::File)
        };
        let whole = setting.value_span();
        let narrowed = setting.origin().is_literal() && path != &setting.value;
        let value_span = if narrowed {
            let length = path.bytes().len().min(whole.range().len());
            Span::new(whole.file, whole.range().end - length..whole.range().end)
        } else {
            whole
        };
        let whole_text = setting.value.bytes();
        let before = &whole_text[..whole_text.len() - path.bytes().len()];
        Written {
            prefix: String::from_utf8_lossy(before).into_owned(),
            option: setting.key().to_owned(),
            path: named.value(),
            target,
            base,
            failure,
            key_span: setting.key_span(),
            value_span,
            guards: setting.guards().to_vec(),
            is_literal: setting.origin().is_literal() && (narrowed || path == &setting.value),
        }
    }
}

/// The file of `logger = file:PATH` or `logger = NAME file:PATH` (setup_choosen_logger in
/// core/logging.c), and of `file-logger`-like options' own names.
fn logger_path(setting: &Setting) -> Option<Text> {
    if !matches!(setting.key(), "logger" | "req-logger" | "logger-req") {
        return None;
    }
    let bytes = setting.value.bytes();
    let named = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric());
    let start = match named {
        Some(at) if bytes[at] == b' ' => at + 1,
        _ => 0,
    };
    let path = bytes[start..].strip_prefix(b"file:")?;
    // `file:logfile=…,maxsize=…` is another form.
    if path.is_empty() || path.contains(&b'=') {
        return None;
    }
    Some(setting.value.slice(bytes.len() - path.len()..bytes.len()))
}
