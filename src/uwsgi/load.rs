//! Reading: files and their includes, blocks of logic, and the order that comes of it
//! (add_exported_option_do in core/config.c, one function for every option).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::custom::Followed;
use super::dump;
use super::eaten::{self, Eaten};
use super::include::Named;
use super::ini::{self, IgnoredHeader, Line};
use super::logic::Block;
use super::magic::{self, FileNames, Magic, Outside, Substituted};
use super::options::UwsgiOption;
use super::refusal::{Refusal, Why};
use super::setting::{Setting, Source};
use super::text::Text;
use super::unended::Unended;
use super::{json, xml, yaml};
use crate::files::Files;
use crate::source::{FileId, SourceFile, Span};
use crate::value::{Guard, Unknown};

/// More options than this are no configuration, and what they do is not known.
pub(super) const MAX_SETTINGS: usize = 5_000;
/// How deep includes may lie in each other.
const MAX_INCLUDES: usize = 16;
/// How many files are read for one instance, each as often as it is included.
const MAX_FILES: usize = 64;
/// A larger file is no configuration of anyone's.
pub(super) const MAX_SIZE: usize = 1024 * 1024;

/// The file of the tree that a path is where a process runs, if it is here.
pub type Resolve<'a> = dyn Fn(&Path) -> Option<PathBuf> + 'a;

/// What is known of the process at its start, beside its command line.
#[derive(Clone, Copy)]
pub struct Conditions<'a> {
    /// The environment variables that are known.
    pub environment: &'a BTreeMap<String, String>,
    /// Whether there are no other variables.
    pub is_whole_environment: bool,
    /// The directory that it is started in, as the host calls it.
    pub directory: Option<&'a Path>,
    /// Whether it runs where the tree is: what a file is called here, it is called there.
    pub in_place: bool,
}

impl<'a> Conditions<'a> {
    /// Some variables are known, and nothing else.
    pub fn with(environment: &'a BTreeMap<String, String>) -> Self {
        Self {
            environment,
            is_whole_environment: false,
            directory: None,
            in_place: false,
        }
    }
}

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
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) settings: Vec<Setting>,
    /// What custom options have set, each with the number of settings that act before it.
    pub(super) applied: Vec<(usize, Setting)>,
    pub(super) openings: Vec<Opening>,
    pub(super) files: Vec<FileId>,
    pub(super) header: Option<Span>,
    /// Whether it is what `--show-config` printed, and no file that uWSGI is given.
    pub(super) is_dump: bool,
    pub(super) first_option: Option<Span>,
    /// Headers that were meant for the section that is read, and are of another.
    pub(super) ignored_headers: Vec<IgnoredHeader>,
    /// Names that a `%(…)` or an `if-opt` asks for, and those that `declare-option` makes options of.
    pub(super) placeholders: BTreeSet<String>,
    /// How many settings there were before `inherit` brought more.
    pub(super) own: Option<usize>,
    /// Every `%` that takes something along.
    pub(super) eaten: Vec<Eaten>,
    /// The lines with an `else` inside of a block.
    pub(super) elses: Vec<Span>,
    /// The block that nothing ends, and what became of the options behind it.
    pub(super) unended: Option<Unended>,
    /// The first thing that ends the start.
    pub(super) refused: Option<Refusal>,
}

/// Where an option stands and what it hangs on, while it is read.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) key_span: Span,
    pub(super) value_span: Span,
    pub(super) guards: Vec<Guard>,
    pub(super) source: Source,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Ini,
    Xml,
    Yaml,
    Json,
}

pub(super) struct Loader<'a> {
    pub(super) files: &'a Files,
    /// The file of the tree that a path is where the process runs, where more is known of that
    /// than [`Files`] knows.
    pub(super) resolve: Option<&'a Resolve<'a>>,
    pub(super) conditions: Conditions<'a>,
    pub(super) root: Arc<SourceFile>,
    /// What stands for capitals behind `%`: the first file that an option named.
    first: Option<FileNames>,
    pub(super) first_is_taken: bool,
    pub(super) loaded: Loaded,
    pub(super) block: Option<(Block, Vec<Guard>)>,
    /// The options that stand in the block so far, by name.
    pub(super) in_block: Vec<String>,
    /// Inside of a block's own option: what it adds, it adds without looking at blocks again.
    pub(super) running: bool,
    /// The includes that are being read, to see a file that includes itself.
    within: Vec<(PathBuf, Vec<u8>)>,
    /// The ini file that was read last, which `ini = :section` means.
    pub(super) last: Option<Arc<SourceFile>>,
    /// The options that `declare-option` has made, and of what.
    pub(super) declared: BTreeMap<String, Text>,
    pub(super) followed: Followed,
    /// What `blacklist` and `whitelist` have in force.
    pub(super) blacklist: Option<Text>,
    pub(super) whitelist: Option<Text>,
    pub(super) strict: bool,
    pub(super) budget: usize,
    reads: usize,
}

/// Reads `root` as `uwsgi --ini ROOT:SECTION` does.
pub(super) fn load(
    files: &Files,
    root: &Arc<SourceFile>,
    section: Option<&str>,
    conditions: Conditions<'_>,
) -> Loaded {
    if let Some(dumped) = dump::load(root) {
        return dumped;
    }
    let mut loader = Loader::new(files, root, conditions);
    // UWSGI_INI names the file that is being read.
    loader.read_environment(|option| option.kind() != "config");
    let named = Place {
        key_span: root.span(0..0),
        value_span: root.span(0..0),
        guards: Vec::new(),
        source: Source::File,
    };
    let format = Format::of_name(&magic::path_bytes(root.path())).unwrap_or(Format::Ini);
    let asked = Named {
        path: None,
        section: section.map(str::as_bytes),
    };
    loader.read_file(root, format, asked, &named);
    loader.finish()
}

impl Format {
    /// The format of a file by its ending (uwsgi_opt_load in core/uwsgi.c).
    pub(super) fn of_name(name: &[u8]) -> Option<Self> {
        let ends = |ending: &[u8]| name.ends_with(ending);
        match () {
            () if ends(b".ini") => Some(Self::Ini),
            () if ends(b".xml") => Some(Self::Xml),
            () if ends(b".yaml") || ends(b".yml") => Some(Self::Yaml),
            () if ends(b".json") || ends(b".js") => Some(Self::Json),
            () => None,
        }
    }
}

impl<'a> Loader<'a> {
    /// A loader that has read nothing yet, for an instance whose first file is `root`.
    pub(super) fn new(
        files: &'a Files,
        root: &Arc<SourceFile>,
        conditions: Conditions<'a>,
    ) -> Self {
        Self {
            files,
            resolve: None,
            conditions,
            root: Arc::clone(root),
            first: None,
            first_is_taken: false,
            loaded: Loaded::default(),
            block: None,
            in_block: Vec::new(),
            running: false,
            within: Vec::new(),
            last: None,
            declared: BTreeMap::new(),
            followed: Followed::default(),
            blacklist: None,
            whitelist: None,
            strict: false,
            budget: super::fill::MAX_EXPANSION,
            reads: 0,
        }
    }

    /// What was read, with everything filled in.
    pub(super) fn finish(mut self) -> Loaded {
        self.end_of_files();
        self.expand();
        self.configure();
        self.merge_applied();
        self.loaded
    }

    /// What a file of the tree is called where uWSGI reads it.
    fn names(&self, path: &Path, section: Option<&[u8]>, written: Option<&[u8]>) -> FileNames {
        let deployed = self
            .files
            .deployed(path)
            .or_else(|| self.conditions.in_place.then(|| path.to_owned()));
        FileNames::new(path, deployed, section, written)
    }
}

impl Loader<'_> {
    /// `UWSGI_CHUNKED_INPUT=v` is the option `chunked-input` (parse_sys_envs in core/utils.c).
    pub(super) fn read_environment(&mut self, is_taken: impl Fn(UwsgiOption) -> bool) {
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
        for (variable, value) in self.conditions.environment {
            let Some(name) = variable.strip_prefix("UWSGI_") else {
                continue;
            };
            let key = name.to_ascii_lowercase().replace('_', "-");
            let is_left_out =
                UwsgiOption::find(key.as_bytes()).is_some_and(|option| !is_taken(option));
            if ITS_OWN.contains(&name) || is_left_out {
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

    /// Reads a file that `named` names; its options stand under the same conditions.
    pub(super) fn read_file(
        &mut self,
        source: &Arc<SourceFile>,
        format: Format,
        asked: Named<'_>,
        named: &Place,
    ) {
        let section = asked.section;
        let written = asked.path;
        let asked = section
            .filter(|name| !name.is_empty())
            .unwrap_or(ini::DEFAULT_SECTION);
        let frame = (source.path().to_owned(), asked.to_owned());
        self.reads += 1;
        let is_cycle = self.within.contains(&frame);
        if is_cycle || self.within.len() > MAX_INCLUDES || self.reads > MAX_FILES {
            if is_cycle {
                self.refuse(Why::IncludesItself, named);
            }
            let why = "files that include each other without end";
            self.open_at(source.span(0..0), &source.name(), why);
            return;
        }
        if source.bytes().len() > MAX_SIZE {
            let why = "too large for a configuration";
            self.open_at(source.span(0..0), &source.name(), why);
            return;
        }
        self.within.push(frame);
        if !self.loaded.files.contains(&source.id()) {
            self.loaded.files.push(source.id());
        }
        if format == Format::Ini {
            self.last = Some(Arc::clone(source));
        }
        let names = self.names(source.path(), section, written);
        let is_first = !self.first_is_taken;
        if is_first {
            self.first = Some(names.clone());
            self.first_is_taken = true;
        }
        let outside = Outside {
            directory: self.conditions.directory,
        };
        let magic = Magic {
            file: &names,
            first: self.first.as_ref(),
            outside: &outside,
        };
        let substituted = magic::substitute(source, format, &magic);
        match format {
            Format::Ini => self.read_ini(source, &substituted, asked, named),
            Format::Xml => xml::read(self, source, &substituted, section, named),
            Format::Yaml => yaml::read(self, source, &substituted, asked, named),
            Format::Json => json::read(self, source, &substituted, asked, named),
        }
        self.within.pop();
        if let (true, Some(section), Some(first)) = (is_first, section, &mut self.first) {
            first.add_section(section);
        }
    }

    fn read_ini(
        &mut self,
        source: &SourceFile,
        substituted: &Substituted,
        asked: &[u8],
        named: &Place,
    ) {
        let is_root = self.within.len() == 1;
        let span = |range| source.span(range);
        self.loaded
            .eaten
            .extend(eaten::in_text(source.bytes(), span));
        let mut inside = false;
        for line in ini::parse(source, substituted) {
            match line {
                Line::Header { name, span } => {
                    inside = name.known() == Some(asked);
                    if name.known().is_none() {
                        self.open_at(span, "a section", "a template fills in its name");
                    }
                    if inside && is_root {
                        self.loaded.header.get_or_insert(span);
                    }
                    let written = &source.bytes()[span.range()];
                    if !inside && ini::is_meant_for(written, asked) {
                        self.loaded.ignored_headers.push(IgnoredHeader {
                            span,
                            section: String::from_utf8_lossy(asked).into_owned(),
                        });
                    }
                }
                Line::Option {
                    key,
                    value,
                    key_span,
                    value_span,
                    tags,
                } if inside => {
                    let mut guards = named.guards.clone();
                    guards.extend(tags.into_iter().map(|place| Guard { place, holds: true }));
                    self.add_from_file(key, value, key_span, value_span, guards);
                }
                // A byte order mark makes a header a line like any other.
                Line::Option { key_span, .. } => {
                    let written = &source.bytes()[key_span.range()];
                    if ini::is_meant_for(written, asked) {
                        self.loaded.ignored_headers.push(IgnoredHeader {
                            span: key_span,
                            section: String::from_utf8_lossy(asked).into_owned(),
                        });
                    }
                }
                Line::Include(span) => {
                    self.open_at(span, "a template's include", "the template fills it in");
                }
            }
        }
    }

    /// An option that stands in the file that is being read.
    pub(super) fn add_from_file(
        &mut self,
        key: Text,
        value: Text,
        key_span: Span,
        value_span: Span,
        guards: Vec<Guard>,
    ) {
        if self.within.len() == 1 {
            self.loaded.first_option.get_or_insert(key_span);
        }
        let place = Place {
            key_span,
            value_span,
            guards,
            source: Source::File,
        };
        self.add(key, value, place);
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
        if self.is_forbidden(&name) {
            self.refuse(Why::Forbidden(name.clone()), &place);
        }
        if !self.running {
            if matches!(
                name.as_str(),
                "end" | "endfor" | "endif" | "end-if" | "end-for"
            ) {
                self.block = None;
            }
            if let Some((block, around)) = self.block.clone() {
                if name == "else" {
                    self.loaded.elses.push(place.key_span);
                }
                place.guards.extend(around);
                self.running = true;
                self.add_in_block(&block, &key, &value, place);
                self.running = false;
                return;
            }
        }
        self.push(&name, &value, &place);
        self.act(&name, value, place);
    }

    pub(super) fn push(&mut self, name: &str, value: &Text, place: &Place) {
        let option = UwsgiOption::find(name.as_bytes());
        self.loaded.placeholders.extend(placeholders(name, value));
        self.loaded.settings.push(Setting {
            key: name.to_owned(),
            option,
            shared: option.map(UwsgiOption::group),
            value: value.clone(),
            key_span: place.key_span,
            value_span: place.value_span,
            guards: place.guards.clone(),
            source: place.source.clone(),
            variable: None,
            computed: false,
            configured: option.is_some_and(UwsgiOption::is_immediate),
        });
    }
}

/// The names that a value asks for: in `%(…)`, and before the `=` of an `if-opt`.
fn placeholders(option: &str, value: &Text) -> Vec<String> {
    let bytes = value.bytes();
    let mut names = Vec::new();
    let mut opening = memchr::memmem::find_iter(bytes, b"%(").peekable();
    while let Some(at) = opening.next() {
        // Of one inside of another the name is not known before.
        let inside = &bytes[at + 2..opening.peek().copied().unwrap_or(bytes.len())];
        let end = memchr::memchr(b')', inside).unwrap_or(0);
        names.extend(inside[..end].split(|byte| *byte == b' '));
    }
    if option.ends_with("-opt") {
        names.extend(bytes.split(|byte| *byte == b'=').next());
    }
    let names = names.into_iter().filter(|name| !name.is_empty());
    names
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect()
}
