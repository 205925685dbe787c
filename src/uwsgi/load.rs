//! Reading: files and their includes, blocks of logic, and the order that comes of it
//! (add_exported_option_do in core/config.c, one function for every option).

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::dump;
use super::expand;
use super::ini::{self, Line};
use super::logic::{Block, Taken};
use super::magic::{self, FileNames, Magic};
use super::options::UwsgiOption;
use super::setting::{Setting, Source};
use super::text::{Hole, Text};
use crate::files::Files;
use crate::source::{FileId, SourceFile, Span};
use crate::value::{Guard, Unknown};

/// More options than this are no configuration, and what they do is not known.
pub(super) const MAX_SETTINGS: usize = 5_000;
/// How deep includes may lie in each other.
const MAX_INCLUDES: usize = 16;
/// How many files are read for one instance, each as often as it is included.
const MAX_FILES: usize = 64;
/// A larger file is no ini file of anyone's.
const MAX_INI_SIZE: usize = 1024 * 1024;
/// The longest value that a block fills in, if all of it were `%(_)`.
const MAX_FILLED: usize = 256 * 1024;
/// Bytes that all expansions together may look at.
const MAX_EXPANSION: usize = 8 * 1024 * 1024;

/// A place where options may come from that are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// How many settings are in force before it.
    pub(super) before: usize,
    /// What stands there.
    pub(super) what: String,
    /// Why it is not known what it brings.
    pub(super) unknown: Unknown,
}

/// What was read.
pub(super) struct Loaded {
    pub(super) settings: Vec<Setting>,
    pub(super) openings: Vec<Opening>,
    pub(super) files: Vec<FileId>,
    pub(super) header: Option<Span>,
    pub(super) first_option: Option<Span>,
}

/// Where an option stands and what it hangs on, while it is read.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) key_span: Span,
    pub(super) value_span: Span,
    pub(super) guards: Vec<Guard>,
    pub(super) source: Source,
}

pub(super) struct Loader<'a> {
    pub(super) files: &'a Files,
    pub(super) environment: &'a BTreeMap<String, String>,
    pub(super) root: Arc<SourceFile>,
    first: FileNames,
    pub(super) loaded: Loaded,
    pub(super) block: Option<(Block, Vec<Guard>)>,
    /// Inside of a block's own option: what it adds, it adds without looking at blocks again.
    running: bool,
    /// The includes that are being read, to see a file that includes itself.
    within: Vec<(PathBuf, Vec<u8>)>,
    /// The ini file that was read last, which `ini = :section` means.
    pub(super) last: Option<Arc<SourceFile>>,
    declared: BTreeSet<String>,
    budget: usize,
    reads: usize,
}

/// Reads `root` as `uwsgi --ini ROOT:SECTION` does.
pub(super) fn load(
    files: &Files,
    root: &Arc<SourceFile>,
    section: Option<&str>,
    environment: &BTreeMap<String, String>,
) -> Loaded {
    if let Some(dumped) = dump::load(root) {
        return dumped;
    }
    let mut loader = Loader::new(files, root, section, environment);
    loader.read_environment();
    loader.read_file(root, section.map(str::as_bytes), &[]);
    loader.finish()
}

impl<'a> Loader<'a> {
    /// A loader that has read nothing yet, for an instance whose first file is `root`.
    pub(super) fn new(
        files: &'a Files,
        root: &Arc<SourceFile>,
        section: Option<&str>,
        environment: &'a BTreeMap<String, String>,
    ) -> Self {
        let deployed = files.deployed(root.path());
        Self {
            files,
            environment,
            root: Arc::clone(root),
            first: FileNames::new(root.path(), deployed, section.map(str::as_bytes)),
            loaded: Loaded {
                settings: Vec::new(),
                openings: Vec::new(),
                files: Vec::new(),
                header: None,
                first_option: None,
            },
            block: None,
            running: false,
            within: Vec::new(),
            last: None,
            declared: BTreeSet::new(),
            budget: MAX_EXPANSION,
            reads: 0,
        }
    }

    /// What was read, with everything filled in.
    pub(super) fn finish(mut self) -> Loaded {
        self.expand();
        self.inherit();
        self.loaded
    }
}

impl Loader<'_> {
    /// `UWSGI_CHUNKED_INPUT=v` is the option `chunked-input` (parse_sys_envs in core/utils.c).
    pub(super) fn read_environment(&mut self) {
        /// What uWSGI tells itself, and is no option.
        const ITS_OWN: [&str; 8] = [
            "RELOADS",
            "VASSALS_DIR",
            "EMPEROR_FD",
            "BROODLORD_NUM",
            "EMPEROR_FD_CONFIG",
            "EMPEROR_PROXY",
            "JAIL_PID",
            "ORIGINAL_PROC_NAME",
        ];
        let span = self.root.span(0..0);
        for (variable, value) in self.environment {
            let Some(name) = variable.strip_prefix("UWSGI_") else {
                continue;
            };
            let key = name.to_ascii_lowercase().replace('_', "-");
            let is_config =
                UwsgiOption::find(key.as_bytes()).is_some_and(|option| option.kind() == "config");
            // UWSGI_INI names the file that is being read.
            if ITS_OWN.contains(&name) || is_config {
                continue;
            }
            let place = Place {
                key_span: span,
                value_span: span,
                guards: Vec::new(),
                source: Source::Environment(variable.clone()),
            };
            self.add(
                Text::literal(key.as_bytes()),
                Text::literal(value.as_bytes()),
                place,
            );
        }
    }

    pub(super) fn read_file(
        &mut self,
        source: &Arc<SourceFile>,
        section: Option<&[u8]>,
        guards: &[Guard],
    ) {
        let asked = section
            .filter(|name| !name.is_empty())
            .unwrap_or(ini::DEFAULT_SECTION);
        let frame = (source.path().to_owned(), asked.to_owned());
        self.reads += 1;
        if self.within.contains(&frame)
            || self.within.len() > MAX_INCLUDES
            || self.reads > MAX_FILES
        {
            let why = "files that include each other without end";
            self.open_at(source.span(0..0), &source.name(), why);
            return;
        }
        if source.bytes().len() > MAX_INI_SIZE {
            self.open_at(
                source.span(0..0),
                &source.name(),
                "too large for an ini file",
            );
            return;
        }
        self.within.push(frame);
        if !self.loaded.files.contains(&source.id()) {
            self.loaded.files.push(source.id());
        }
        self.last = Some(Arc::clone(source));
        let deployed = self.files.deployed(source.path());
        let names = FileNames::new(source.path(), deployed, section);
        let magic = Magic {
            file: &names,
            first: &self.first,
        };
        let substituted = magic::substitute(source, &magic);
        let is_root = self.within.len() == 1;
        let mut inside = false;
        for line in ini::parse(source, &substituted) {
            match line {
                Line::Header { name, span } => {
                    inside = name.known() == Some(asked);
                    if name.known().is_none() {
                        self.open_at(span, "a section", "a template fills in its name");
                    }
                    if inside && is_root {
                        self.loaded.header.get_or_insert(span);
                    }
                }
                Line::Option {
                    key,
                    value,
                    key_span,
                    value_span,
                    tags,
                } if inside => {
                    if is_root {
                        self.loaded.first_option.get_or_insert(key_span);
                    }
                    let mut guards = guards.to_vec();
                    guards.extend(tags.into_iter().map(|place| Guard { place, holds: true }));
                    let source = Source::File;
                    self.add(
                        key,
                        value,
                        Place {
                            key_span,
                            value_span,
                            guards,
                            source,
                        },
                    );
                }
                Line::Option { .. } => {}
                Line::Include(span) => {
                    self.open_at(span, "a template's include", "the template fills it in");
                }
            }
        }
        self.within.pop();
    }

    pub(super) fn open_at(&mut self, place: Span, what: &str, why: impl Into<String>) {
        // One for each place is enough, however often a loop comes by.
        if self.loaded.openings.len() < MAX_FILES {
            self.loaded.openings.push(Opening {
                before: self.loaded.settings.len(),
                what: what.to_owned(),
                unknown: Unknown::at(place, why),
            });
        }
    }

    /// add_exported_option_do.
    pub(super) fn add(&mut self, key: Text, value: Text, mut place: Place) {
        let Some(name) = key
            .known()
            .map(|key| String::from_utf8_lossy(key).into_owned())
        else {
            self.open_at(
                place.key_span,
                "a line",
                "a template fills in the option's name",
            );
            return;
        };
        if self.loaded.settings.len() >= MAX_SETTINGS {
            self.open_at(place.key_span, &name, "too many options");
            return;
        }
        if !self.running {
            if matches!(
                name.as_str(),
                "end" | "endfor" | "endif" | "end-if" | "end-for"
            ) {
                self.block = None;
            }
            if let Some((block, around)) = self.block.clone() {
                place.guards.extend(around);
                self.running = true;
                self.add_in_block(&block, &key, &value, place);
                self.running = false;
                return;
            }
        }
        let option = UwsgiOption::find(name.as_bytes());
        let immediate = option.filter(|option| option.is_immediate());
        self.loaded.settings.push(Setting {
            key: name.clone(),
            option,
            value: value.clone(),
            key_span: place.key_span,
            value_span: place.value_span,
            guards: place.guards.clone(),
            source: place.source.clone(),
            variable: None,
            computed: false,
            configured: immediate.is_some(),
        });
        if self.declared.contains(&name) {
            self.open_at(
                place.key_span,
                &name,
                "an option that declare-option makes of others",
            );
        }
        match immediate.map(UwsgiOption::kind) {
            Some("logic") => self.start_block(&name, value, place),
            Some("config") => self.include(&name, &value, &place),
            Some("placeholder") => self.set(&name, &value, place),
            Some("custom:opt_add_custom_option") => {
                let end = value.bytes().iter().position(|byte| *byte == b'=');
                let made = &value.bytes()[..end.unwrap_or(0)];
                self.declared
                    .insert(String::from_utf8_lossy(made).into_owned());
            }
            _ => {}
        }
    }

    fn start_block(&mut self, name: &str, argument: Text, place: Place) {
        // uwsgi_opt_logic: a block in a block is refused, and nothing starts.
        if self.block.is_some() {
            let why = "uWSGI refuses a block of logic inside of another";
            self.open_at(place.key_span, name, why);
        }
        let around = place.guards;
        let span = place.key_span.to(place.value_span);
        self.block = Some((
            Block {
                name: name.to_owned(),
                argument,
                span,
            },
            around,
        ));
    }

    fn add_in_block(&mut self, block: &Block, key: &Text, value: &Text, mut place: Place) {
        let (contexts, certain) = match self.outcome(block) {
            Taken::Times(contexts) => (contexts, true),
            Taken::Maybe(context) => (vec![context], false),
        };
        if !certain {
            place.guards.push(Guard {
                place: block.span,
                holds: true,
            });
        }
        for context in contexts {
            if self.loaded.settings.len() >= MAX_SETTINGS {
                break;
            }
            // `%(_)` has four bytes.
            let longest = value.bytes().len() / 4 * context.bytes().len();
            let filled = if longest > MAX_FILLED {
                Text::hole(Hole::Unknown(Unknown::at(place.value_span, "too long")))
            } else {
                value.substitute(b"%(_)", &context)
            };
            self.add(key.clone(), filled, place.clone());
        }
    }

    /// `set = name=value`: an option, or with `set-placeholder` a name only.
    fn set(&mut self, name: &str, value: &Text, place: Place) {
        let Some(at) = memchr::memchr(b'=', value.bytes()) else {
            return;
        };
        let key = value.slice(0..at);
        let rest = value.slice(at + 1..value.bytes().len());
        let before = self.loaded.settings.len();
        self.add(key, rest, place);
        if let (true, Some(made)) = (name != "set", self.loaded.settings.get_mut(before)) {
            made.configured = true;
        }
    }

    /// The passes of uwsgi_setup: the environment, then files, then options.
    fn expand(&mut self) {
        for symbol in [b'$', b'@', b'%'] {
            for at in 0..self.loaded.settings.len() {
                if !self.loaded.settings[at].configured {
                    self.expand_one(symbol, at);
                }
            }
        }
    }

    fn expand_one(&mut self, symbol: u8, at: usize) {
        let setting = &self.loaded.settings[at];
        if memchr::memchr(symbol, setting.value.bytes()).is_none() {
            return;
        }
        let place = setting.value_span;
        if self.budget == 0 {
            self.loaded.settings[at].value = never_ends(place);
            return;
        }
        let written = setting.value.bytes().len();
        let mut variable = None;
        let mut spent = 0_usize;
        let unknown =
            |why: String| expand::Answer::Text(Text::hole(Hole::Unknown(Unknown::at(place, why))));
        let made = expand::pass(symbol, &setting.value, |inside, next| {
            spent += 1;
            let name = String::from_utf8_lossy(inside.bytes()).into_owned();
            match (symbol, inside.known()) {
                (b'%', _) => match expand::placeholder(inside, |key| self.first_of(key, place)) {
                    // `%(name)s` is what Python's % operator fills in.
                    expand::Answer::Nothing if next == Some(b's') => {
                        unknown(format!("a template fills in %({name})s"))
                    }
                    answer => answer,
                },
                (_, None) => unknown("a template fills it in".to_owned()),
                (b'$', Some(_)) => match self.environment.get(&name) {
                    Some(value) => {
                        if inside.bytes().len() + 3 == written {
                            variable = Some(name);
                        }
                        expand::Answer::Text(Text::literal(value.as_bytes()))
                    }
                    None => unknown(format!(
                        "the environment variable {name} is set elsewhere, or nowhere"
                    )),
                },
                (_, Some(path)) => match self.at_file(path) {
                    Some(content) => expand::Answer::Text(content),
                    None => unknown(format!("what {name} holds at the start")),
                },
            }
        });
        // Each replacement looks at the whole value again.
        let length = made.as_ref().map_or(written, |text| text.bytes().len());
        let cost = (spent + 1).saturating_mul(length + written + self.loaded.settings.len());
        self.budget = self.budget.saturating_sub(cost);
        let made = made.unwrap_or_else(|_| never_ends(place));
        let setting = &mut self.loaded.settings[at];
        setting.computed |= made != setting.value;
        setting.variable = variable.or(setting.variable.take());
        setting.value = made;
    }

    /// The value of the first option of that name, as far as it is one for sure
    /// (uwsgi_get_exported_opt in core/config.c).
    pub(super) fn first_of(&self, key: &[u8], place: Span) -> Option<Text> {
        let unknown = |why: String| Some(Text::hole(Hole::Unknown(Unknown::at(place, why))));
        let found = self
            .loaded
            .settings
            .iter()
            .position(|setting| setting.key.as_bytes() == key);
        let opened = self
            .loaded
            .openings
            .iter()
            .find(|opening| found.is_none_or(|at| opening.before <= at));
        let name = String::from_utf8_lossy(key);
        match (found.map(|at| &self.loaded.settings[at]), opened) {
            (_, Some(opening)) => unknown(format!(
                "{name} may be set by {}, which is not known",
                opening.what
            )),
            (Some(setting), None) if setting.is_conditional() => {
                unknown(format!("{name} is set under a condition"))
            }
            (Some(setting), None) => Some(setting.value.clone()),
            (None, None) => None,
        }
    }

    /// The content of a file that is here, without its last line end (uwsgi_at_file_read).
    fn at_file(&self, path: &[u8]) -> Option<Text> {
        let path = super::paths::from_bytes(path);
        if !path.is_absolute() {
            return None;
        }
        let found = self.files.locate(&path, self.root.path());
        let source = self.files.open(found.path()?).ok()?;
        let bytes = source.bytes();
        (bytes.len() <= MAX_INI_SIZE)
            .then(|| Text::literal(bytes.strip_suffix(b"\n").unwrap_or(bytes)))
    }
}

/// The value of a reference that is never done: `a = x%(a)` hangs the start.
fn never_ends(place: Span) -> Text {
    let why = "a reference to itself, which never ends";
    Text::hole(Hole::Unknown(Unknown::at(place, why)))
}
