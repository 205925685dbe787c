//! One uWSGI instance: its options in force, and the questions that others ask about them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::eaten::Eaten;
use super::ini::IgnoredHeader;
use super::load::{self, Conditions, Loaded, Opening};
use super::options::{self, UwsgiOption};
use super::paths::{self, Location};
use super::refusal::Refusal;
use super::setting::Setting;
use super::socket::Socket;
use super::text::Hole;
use super::unended::Unended;
use crate::files::Files;
use crate::finding::Undecided;
use crate::source::{FileId, Origin, SourceFile, Span};
use crate::value::{Answer, Guard, Unknown, Value};

/// One uWSGI instance: the options in force, in the order in which uWSGI takes them.
pub struct Instance {
    root: Arc<SourceFile>,
    /// What the root file is called on the host, where that is known.
    deployed: Option<PathBuf>,
    pub(super) loaded: Loaded,
    /// Its sockets, which every other question begins with.
    sockets: OnceLock<Vec<Socket>>,
}

/// What an instance runs, as it is written.
#[derive(Clone, Debug)]
pub struct Application {
    /// `module`: the module's name, without the callable behind its colon.
    pub module: Value<Option<String>>,
    /// `wsgi-file`, taken from `chdir`.
    pub file: Value<Option<Location>>,
    /// The callable: behind the module's colon, else `callable`; nothing where uWSGI's `application` is meant.
    pub callable: Value<Option<String>>,
}

/// The options that set something, if any does for sure: the last first.
pub(super) struct InForce<'a> {
    /// Those under a condition, up to the one that has none.
    pub(super) settings: Vec<&'a Setting>,
    /// Whether it may be that none is in force.
    pub(super) absent: bool,
    /// Something not known that may set it too, and would win.
    pub(super) opening: Option<&'a Opening>,
}

impl Instance {
    /// Reads the instance that `uwsgi --ini ROOT:SECTION` starts with this environment.
    /// A variable that `environment` does not hold is not known; it may be set where uWSGI runs.
    pub fn load(
        files: &Files,
        root: Arc<SourceFile>,
        section: Option<&str>,
        environment: &BTreeMap<String, String>,
    ) -> Self {
        Self::load_under(files, root, section, Conditions::with(environment))
    }

    /// [`Instance::load`], where more is known of the process than some variables.
    pub fn load_under(
        files: &Files,
        root: Arc<SourceFile>,
        section: Option<&str>,
        conditions: Conditions<'_>,
    ) -> Self {
        let loaded = load::load(files, &root, section, conditions);
        Self::of(files, root, loaded)
    }

    /// What ends the start while the configuration is read; nothing where nothing is known to.
    pub fn refused(&self) -> Option<&Refusal> {
        self.loaded.refused.as_ref()
    }

    /// The instance of what was read.
    pub(super) fn of(files: &Files, root: Arc<SourceFile>, loaded: Loaded) -> Self {
        let instance = Self {
            deployed: files.deployed(root.path()),
            root,
            loaded,
            sockets: OnceLock::new(),
        };
        instance.mark_secrets(files);
        instance
    }

    /// The ini file that uWSGI is given.
    pub fn root_file(&self) -> &Arc<SourceFile> {
        &self.root
    }

    /// Every file that was read, the root first.
    pub fn files(&self) -> &[FileId] {
        &self.loaded.files
    }

    /// The place for what is absent: the section's header, else the first option, else the file's first byte.
    pub fn header_span(&self) -> Span {
        let empty = self.root.span(0..0);
        self.loaded
            .header
            .or(self.loaded.first_option)
            .unwrap_or(empty)
    }

    /// Every option in force, in order; those whose condition is not known too.
    pub fn settings(&self) -> &[Setting] {
        &self.loaded.settings
    }

    /// The headers that were meant for the section that is read, and are of another one.
    pub fn ignored_headers(&self) -> &[IgnoredHeader] {
        &self.loaded.ignored_headers
    }

    /// The lines with an `else`, which no 2.0 release knows, inside of a block.
    pub fn elses(&self) -> &[Span] {
        &self.loaded.elses
    }

    /// The block of logic that nothing ends.
    pub(super) fn unended_block(&self) -> Option<&Unended> {
        self.loaded.unended.as_ref()
    }

    /// Its own settings, and those that `inherit` has put behind them.
    pub(super) fn own_and_inherited(&self) -> (&[Setting], &[Setting]) {
        let settings = &self.loaded.settings;
        let own = self.loaded.own.unwrap_or(settings.len());
        settings.split_at(own.min(settings.len()))
    }

    /// Every `%` of its files that takes something along.
    pub(super) fn every_percent(&self) -> &[Eaten] {
        &self.loaded.eaten
    }

    /// Whether something asks for an option of that name, be it one or not.
    pub(super) fn is_placeholder(&self, name: &str) -> bool {
        self.loaded.placeholders.contains(name)
    }

    /// Whether nothing but the names of files is known.
    pub fn is_empty(&self) -> bool {
        let names_a_file =
            |setting: &Setting| setting.option().map(UwsgiOption::kind) == Some("config");
        self.loaded.settings.iter().all(names_a_file)
    }

    /// Whether options may be in force that are not known: an include that is not here, a template.
    pub fn is_open(&self) -> bool {
        !self.loaded.openings.is_empty()
    }

    /// Every option of this name or of another name for the same thing, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Setting> {
        let group = options::group(name).to_owned();
        self.loaded
            .settings
            .iter()
            .filter(move |setting| setting.group() == group)
    }

    /// The last option of this name or of another name for the same thing: the one that wins,
    /// if its condition holds.
    pub fn last(&self, name: &str) -> Option<&Setting> {
        let group = options::group(name);
        self.loaded
            .settings
            .iter()
            .rev()
            .find(|setting| setting.group() == group)
    }

    /// The value that wins; `None` where the option is not set.
    pub fn value(&self, name: &str) -> Value<Option<String>> {
        self.resolve(name, Setting::value)
    }

    /// Whether a boolean option is on.
    pub fn is_on(&self, name: &str) -> Answer {
        self.truth(name).is(|on| *on == Some(true))
    }

    fn truth(&self, name: &str) -> Value<Option<bool>> {
        self.resolve(name, |setting| {
            setting.read(|value| Ok(options::is_true(value)))
        })
    }

    /// Whether a master process watches the workers.
    pub fn has_master(&self) -> Answer {
        let master = self.truth("master");
        // uwsgi_configure runs after the flags were seen: an explicit false wins over them all.
        match master.is(|on| on.is_some()) {
            Answer::Yes => return master.is(|on| *on == Some(true)),
            Answer::No => {}
            Answer::Unknown if self.forces_master().is_yes() => {
                return master.is(|on| *on != Some(false));
            }
            Answer::Unknown => return Answer::Unknown,
        }
        match self.forces_master() {
            // default.ini of Debian's package sets it, and the emperor does for its vassals
            // (UWSGI_EMPEROR_FD in core/emperor.c).
            Answer::No if self.is_debian_app() || self.is_vassal() || self.is_open() => {
                Answer::Unknown
            }
            answer => answer,
        }
    }

    /// Whether one of the options is in force that bring the master process along.
    fn forces_master(&self) -> Answer {
        let forcing = |setting: &&Setting| {
            let forces = setting.option().is_some_and(UwsgiOption::forces_master);
            setting.is_shown() && (setting.key == "snmp" || forces)
        };
        let mut forced = self.loaded.settings.iter().filter(forcing).peekable();
        if forced.peek().is_none() {
            return Answer::No;
        }
        if forced.any(|setting| !setting.is_conditional()) {
            Answer::Yes
        } else {
            Answer::Unknown
        }
    }

    /// Whether it starts other instances.
    pub fn is_emperor(&self) -> Answer {
        match self.last("emperor") {
            Some(setting) if !setting.is_conditional() => Answer::Yes,
            Some(_) => Answer::Unknown,
            None if self.is_open() => Answer::Unknown,
            None => Answer::No,
        }
    }

    /// The directory's names, from the root down, as on the host where that is known.
    fn directories(&self) -> Vec<&str> {
        let path = self.deployed.as_deref().unwrap_or_else(|| self.root.path());
        let directory = path.parent().unwrap_or(Path::new(""));
        directory.iter().filter_map(|name| name.to_str()).collect()
    }

    /// Whether Debian's packages start it, with options of their own: a file in `…/uwsgi/apps-enabled`.
    pub fn is_debian_app(&self) -> bool {
        matches!(self.directories().as_slice(), [.., "uwsgi", apps] if apps.starts_with("apps-"))
    }

    /// Whether Debian's init script starts it: only what is enabled.
    pub fn is_enabled_debian_app(&self) -> bool {
        self.is_debian_app() && matches!(self.directories().as_slice(), [.., "apps-enabled"])
    }

    /// Whether something puts more on the module path than the directory that it runs in, or may.
    pub fn changes_the_module_path(&self) -> bool {
        const PATHS: [&str; 5] = ["pythonpath", "chdir2", "import", "shared-import", "eval"];
        self.is_open()
            || PATHS.iter().any(|name| self.last(name).is_some())
            || self.names_variable("PYTHONPATH")
    }

    /// Whether it lies where an emperor looks for vassals.
    pub fn is_vassal(&self) -> bool {
        let directories = self.directories();
        matches!(directories.as_slice(), [.., last] if last.starts_with("vassals") || *last == "uwsgi.d")
    }

    /// Whether it serves something: an application, or a socket at least. A part that others include does not.
    pub fn is_application(&self) -> bool {
        const APPLICATIONS: [&str; 9] = [
            "module",
            "wsgi-file",
            "mount",
            "psgi",
            "rack",
            "php-index",
            "http-to",
            "paste",
            "ini-paste",
        ];
        !self.sockets().is_empty() || APPLICATIONS.iter().any(|name| self.last(name).is_some())
    }

    /// The directory that uWSGI changes to; `None` where it stays where it is started.
    pub fn chdir(&self) -> Value<Option<Location>> {
        let start = Location::FromStart(PathBuf::new());
        self.resolve("chdir", |setting| {
            setting.read_text(|text| paths::locate(text, &start))
        })
    }

    /// The directory that the application runs in and that sockets are relative to.
    pub fn working_directory(&self) -> Value<Location> {
        self.chdir()
            .map(|chdir| chdir.unwrap_or(Location::FromStart(PathBuf::new())))
    }

    /// The virtualenv.
    pub fn virtualenv(&self) -> Value<Option<Location>> {
        self.resolve("home", |setting| self.in_working_directory(setting))
    }

    /// A setting as a path, from where `chdir` leads.
    pub(super) fn in_working_directory(&self, setting: &Setting) -> Value<Location> {
        match self.working_directory() {
            _ if setting.value.bytes().first() == Some(&b'/') => {
                let base = Location::Host(PathBuf::from("/"));
                setting.read_text(|text| paths::locate(text, &base))
            }
            Value::OneOf(bases) => bases
                .into_iter()
                .map(|base| {
                    let located = setting.read_text(|text| paths::locate(text, &base.value));
                    guarded(located, &base.guards)
                })
                .reduce(Value::or)
                .unwrap_or_else(|| Value::Unknown(Unknown::because("chdir is not known"))),
            // `%d` and what else says of itself where it is.
            Value::Unknown(unknown) => setting.read_text(|text| {
                match paths::locate(text, &Location::FromStart(PathBuf::new()))? {
                    Location::FromStart(_) => Err(unknown),
                    located => Ok(located),
                }
            }),
        }
    }

    /// What it runs.
    pub fn application(&self) -> Application {
        let module = |part: fn(&str) -> (usize, &str)| {
            move |setting: &Setting| {
                setting.value().map_with_origin(|written, origin| {
                    let (from, text) = part(&written);
                    (text.to_owned(), narrowed(origin, from, text.len()))
                })
            }
        };
        let named: Value<Option<String>> = self.resolve(
            "module",
            module(|written| (0, written.split(':').next().unwrap_or(written))),
        );
        let quick: Value<Option<String>> = self.resolve(
            "module",
            module(|written| {
                written
                    .split_once(':')
                    .map_or((0, ""), |(name, callable)| (name.len() + 1, callable))
            }),
        );
        let has_quick =
            quick.is(|callable| callable.as_deref().is_some_and(|name| !name.is_empty()));
        let callable = match has_quick {
            Answer::Yes => quick,
            Answer::No => self.value("callable"),
            Answer::Unknown => Value::Unknown(Unknown::because("the module is not known")),
        };
        Application {
            module: named,
            file: self.resolve("wsgi-file", |setting| self.in_working_directory(setting)),
            callable,
        }
    }

    /// What stays open, and why.
    pub fn undecided(&self) -> Vec<Undecided> {
        const ASKED: [&str; 8] = [
            "chdir",
            "module",
            "wsgi-file",
            "home",
            "chmod-socket",
            "master",
            "vacuum",
            "callable",
        ];
        let opened = self.loaded.openings.iter().map(|opening| Undecided {
            what: opening.what.clone(),
            why: opening.unknown.why.clone(),
            place: opening.unknown.place,
        });
        let asked = self.loaded.settings.iter().filter(|setting| {
            let group = setting.group();
            let is_unknown = |hole: &Hole| matches!(hole, Hole::Unknown(_));
            setting.value.holes().iter().any(is_unknown)
                && (ASKED.contains(&group) || super::socket::is_socket_option(&setting.key))
        });
        let unknown = asked.map(|setting| {
            let unknown = setting.why_unknown();
            Undecided {
                what: setting.key.clone(),
                why: unknown.why,
                place: unknown.place,
            }
        });
        opened.chain(unknown).collect()
    }

    /// Every socket that is opened, in order; those whose condition is not known too.
    pub fn sockets(&self) -> &[Socket] {
        self.sockets.get_or_init(|| self.opened_sockets())
    }

    /// The settings that may win among those that `matches`.
    pub(super) fn in_force(&self, matches: impl Fn(&Setting) -> bool) -> InForce<'_> {
        let mut found = InForce {
            settings: Vec::new(),
            absent: true,
            opening: None,
        };
        let mut winner = 0;
        for (at, setting) in self.loaded.settings.iter().enumerate().rev() {
            if !matches(setting) {
                continue;
            }
            found.settings.push(setting);
            if !setting.is_conditional() {
                found.absent = false;
                winner = at;
                break;
            }
        }
        found.opening = self
            .loaded
            .openings
            .iter()
            .find(|opening| opening.before > winner || found.absent);
        found
    }

    /// The value that wins among the options of one group.
    pub(super) fn resolve<T: PartialEq>(
        &self,
        name: &str,
        read: impl Fn(&Setting) -> Value<T>,
    ) -> Value<Option<T>> {
        let group = options::group(name);
        let found = self.in_force(|setting| setting.group() == group);
        self.resolve_in(&found, read)
    }

    pub(super) fn resolve_in<T: PartialEq>(
        &self,
        found: &InForce<'_>,
        read: impl Fn(&Setting) -> Value<T>,
    ) -> Value<Option<T>> {
        if let Some(opening) = found.opening {
            let mut unknown = opening.unknown.clone();
            unknown.why = format!("{} may set it: {}", opening.what, unknown.why);
            return Value::Unknown(unknown);
        }
        let absent = found
            .absent
            .then(|| Value::known(None, Origin::Default("uWSGI")));
        let values = found.settings.iter().map(|setting| read(setting).map(Some));
        values
            .chain(absent)
            .reduce(Value::or)
            .unwrap_or_else(|| Value::known(None, Origin::Default("uWSGI")))
    }
}

/// The place of a part of a value: exact where the value stands as it is.
pub(super) fn narrowed(origin: &Origin, from: usize, length: usize) -> Origin {
    match origin {
        Origin::Literal(span) => {
            let start = span.range().start + from;
            let end = (start + length).min(span.range().end);
            Origin::Literal(Span::new(span.file, start.min(end)..end))
        }
        other => other.clone(),
    }
}

/// The value, where `guards` hold too.
pub(super) fn guarded<T>(value: Value<T>, guards: &[Guard]) -> Value<T> {
    match value {
        Value::OneOf(mut alternatives) => {
            for alternative in &mut alternatives {
                alternative.guards.extend_from_slice(guards);
            }
            Value::OneOf(alternatives)
        }
        unknown => unknown,
    }
}
