//! Paths that mean another file each time uWSGI is started somewhere else, and those that were never
//! meant to be relative.

use super::garbled::Consequence;
use super::instance::Instance;
use super::paths::{self, Location};
use super::setting::{Setting, Source};
use super::socket::{self, is_socket_option};
use super::text::Text;
use crate::files::Files;
use crate::source::Span;

/// A path without a slash in front. Those of logs are asked for on their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relative {
    /// The option's name.
    pub key: String,
    /// The path as it is after expansion.
    pub path: String,
    /// Where it stands.
    pub place: Span,
    /// Whether the slash was forgotten: `home/ubuntu/shop`.
    pub has_lost_its_slash: bool,
    /// Whether it stands there just so.
    pub is_literal: bool,
    /// What comes of a path that is not there.
    pub consequence: Consequence,
}

/// Options whose path is taken from where uWSGI is started, whatever `chdir` says
/// (uwsgi_setup in core/uwsgi.c).
const FROM_START: [&str; 2] = ["chdir", "pidfile"];
/// Options with a path that is taken from where `chdir` leads, if there is one.
const FROM_CHDIR: [&str; 5] = [
    "home",
    "pidfile2",
    "pythonpath",
    "safe-pidfile",
    "wsgi-file",
];

impl Instance {
    /// The paths that depend on the directory that uWSGI is started in, and those that have lost
    /// their slash.
    pub fn relative_paths(&self, files: &Files) -> Vec<Relative> {
        let is_from_start = self
            .working_directory()
            .is(|directory| matches!(directory, Location::FromStart(_)));
        let settings = self.settings().iter();
        settings
            .filter(|setting| setting.source == Source::File)
            .filter_map(|setting| {
                let path = relative_path(setting)?;
                let has_lost_its_slash = paths::has_lost_its_slash(&path, files, self.root_file());
                let is_from_start = FROM_START.contains(&setting.key()) || is_from_start.is_yes();
                (has_lost_its_slash || is_from_start).then(|| Relative {
                    key: setting.key().to_owned(),
                    path,
                    place: setting.value_span(),
                    has_lost_its_slash,
                    is_literal: setting.origin().is_literal(),
                    consequence: consequence(setting),
                })
            })
            .collect()
    }

    /// The files that are read from wherever uWSGI is started: `ini = base.ini`.
    pub fn relative_includes(&self) -> Vec<(&Setting, String)> {
        let settings = self.settings().iter();
        settings
            .filter(|setting| {
                setting.source == Source::File
                    && setting
                        .option()
                        .is_some_and(|option| option.kind() == "config")
            })
            .filter_map(|setting| {
                let written = known(&setting.value)?;
                let path = written.rsplit_once(':').map_or(&*written, |(path, _)| path);
                let is_file = !path.is_empty() && path != "-" && !written.contains("://");
                (is_file && is_relative(path)).then(|| (setting, path.to_owned()))
            })
            .collect()
    }
}

/// The path of an option that takes one, where it is known and relative.
fn relative_path(setting: &Setting) -> Option<String> {
    let group = setting.group();
    let is_path = FROM_START.contains(&setting.key()) || FROM_CHDIR.contains(&group);
    let text = match is_socket_option(setting.key()) {
        true => {
            let address = socket::bound(setting);
            socket::is_unix(&address).is_yes().then_some(address)?
        }
        false if is_path => setting.value.clone(),
        false => return None,
    };
    known(&text).filter(|path| is_relative(path))
}

fn known(text: &Text) -> Option<String> {
    String::from_utf8(text.known()?.to_vec()).ok()
}

/// What begins with a `~`, or is left as a reference, was meant to be absolute and has rules of its own.
fn is_relative(path: &str) -> bool {
    let is_other = path.starts_with(['/', '~', '%', '$', '@', '"', '\'', '=', '\\', '.']);
    let is_name = !path.is_empty() && !path.bytes().all(|byte| byte.is_ascii_digit());
    is_name && (!is_other || path.starts_with("./") || path.starts_with("../"))
}

fn consequence(setting: &Setting) -> Consequence {
    let is_fatal = setting.group() != "pythonpath" && !setting.is_conditional();
    match is_fatal {
        true => Consequence::Fatal,
        false => Consequence::Other,
    }
}
