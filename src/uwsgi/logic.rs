//! `for` and `if-…` blocks (the uwsgi_logic_opt_… functions of core/config.c): each option in
//! one is asked for on its own, with what is in force by then.

use std::path::{Path, PathBuf};

use super::load::Loader;
use super::options::atoi;
use super::text::{Hole, Text};
use crate::host::Existence;
use crate::source::Span;
use crate::tree::FileKind;
use crate::value::Unknown;

/// What `%(_)` stands for where a block has nothing to put: itself, as uwsgi_substitute leaves it alone.
pub(super) const NOTHING: &[u8] = b"%(_)";
/// More rounds than this of one loop are no configuration.
const MAX_ROUNDS: usize = 1000;

/// The block that options are being read in.
#[derive(Clone)]
pub(super) struct Block {
    /// `if-env`, `for`, …
    pub(super) name: String,
    /// What the block asks about.
    pub(super) argument: Text,
    /// The line that opens it.
    pub(super) span: Span,
}

/// What becomes of an option in a block.
pub(super) enum Taken {
    /// It is in force once for each of these, which `%(_)` stands for.
    Times(Vec<Text>),
    /// Whether it is in force is not known.
    Maybe(Text),
}

impl Taken {
    fn when(holds: bool, context: Text) -> Self {
        Self::Times(if holds { vec![context] } else { Vec::new() })
    }
}

impl Loader<'_> {
    /// What becomes of an option in `block`.
    pub(super) fn outcome(&self, block: &Block) -> Taken {
        let unknown = || {
            let why = format!("hangs on {}", block.name);
            Text::hole(Hole::Unknown(Unknown::at(block.span, why)))
        };
        let Some(argument) = block.argument.known() else {
            return Taken::Maybe(unknown());
        };
        let name = block.name.as_str();
        let negated = name.starts_with("if-not-");
        let kind = name
            .trim_start_matches("if")
            .trim_start_matches("-not")
            .trim_start_matches('-');
        match kind {
            "for" => Taken::Times(tokens(argument)),
            "for-times" => {
                let times = usize::try_from(atoi(argument)).unwrap_or(0);
                if times > MAX_ROUNDS {
                    return Taken::Maybe(unknown());
                }
                let round = |number: usize| Text::literal(number.to_string().as_bytes());
                Taken::Times((1..=times).map(round).collect())
            }
            "for-glob" => match self.matching(argument) {
                Some(paths) => Taken::Times(paths),
                None => Taken::Maybe(unknown()),
            },
            "for-readline" => match self.lines_of(argument) {
                Some(lines) => Taken::Times(lines),
                None => Taken::Maybe(unknown()),
            },
            "env" => {
                let (variable, wanted) = split(argument);
                let variables = self.conditions.environment;
                match variables.get(&*String::from_utf8_lossy(variable)) {
                    Some(value) => {
                        let holds = wanted.is_none_or(|wanted| wanted == value.as_bytes());
                        Taken::when(holds != negated, Text::literal(value.as_bytes()))
                    }
                    None if self.conditions.is_whole_environment => {
                        Taken::when(negated, Text::literal(NOTHING))
                    }
                    None => Taken::Maybe(wanted.map_or_else(unknown, Text::literal)),
                }
            }
            "opt" => {
                let (option, wanted) = split(argument);
                let Some(found) = self.first_of(option, block.span) else {
                    return Taken::when(negated, Text::literal(NOTHING));
                };
                match (found.known(), wanted) {
                    (None, _) => Taken::Maybe(found),
                    (Some(_), None) => Taken::when(!negated, found),
                    (Some(value), Some(wanted)) => {
                        Taken::when((value == wanted) != negated, found.clone())
                    }
                }
            }
            "exists" | "file" | "dir" | "directory" => {
                let path = super::paths::from_bytes(argument);
                match self.is_there(&path, kind) {
                    Some(there) => Taken::when(there != negated, block.argument.clone()),
                    None => Taken::Maybe(block.argument.clone()),
                }
            }
            // What is predicted is a start, not a reload; the value is taken as it is.
            "reload" => Taken::when(negated, Text::literal(NOTHING)),
            "hostname" | "plugin" | "hostname-match" => Taken::Maybe(block.argument.clone()),
            _ => Taken::Maybe(unknown()),
        }
    }

    /// What glob(3) finds on the host; nothing where that is not known.
    fn matching(&self, pattern: &[u8]) -> Option<Vec<Text>> {
        let itself = || vec![Text::literal(pattern)];
        // GLOB_NOCHECK: what is no pattern, or finds nothing, stands for itself.
        if !crate::tree::is_pattern(pattern) {
            return Some(itself());
        }
        let path = super::paths::from_bytes(pattern);
        let all = self.on_host(&path)?;
        // Only of a host that is here is it known that there is nothing else.
        let nowhere = Path::new("/dev/null/nothing");
        if self.files.paths().locate(self.files.tree(), nowhere) != Existence::Absent {
            return None;
        }
        let start = all.components().count() - path.components().count();
        let root = self.files.paths().local(Path::new("/"))?;
        let local = self.files.paths().local(&all)?;
        let found: Vec<Text> = crate::tree::glob(self.files.tree(), &local)
            .into_iter()
            .filter_map(|found| {
                let stat = self.files.tree().stat(&found).ok()?;
                let below = found.strip_prefix(&root).ok()?;
                let written: PathBuf = match path.is_absolute() {
                    true => Path::new("/").join(below),
                    false => below.components().skip(start - 1).collect(),
                };
                let mut bytes = super::magic::path_bytes(&written);
                // GLOB_MARK
                if stat.kind == FileKind::Directory {
                    bytes.push(b'/');
                }
                Some(Text::literal(&bytes))
            })
            .take(MAX_ROUNDS)
            .collect();
        Some(if found.is_empty() { itself() } else { found })
    }

    /// The lines of a file of the host, where they are known.
    fn lines_of(&self, path: &[u8]) -> Option<Vec<Text>> {
        let content = match self.content(&super::paths::from_bytes(path)) {
            Ok(content) => content?,
            // It says so in the log, and goes on without.
            Err(_) => return Some(Vec::new()),
        };
        let lines = content.split_inclusive(|byte| *byte == b'\n');
        // fgets takes no more than this at a time.
        let parts = lines.flat_map(|line| line.chunks(1023));
        let chomped = parts.map(|line| {
            let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
            Text::literal(&line[..end.map_or(0, |at| at + 1)])
        });
        Some(chomped.take(MAX_ROUNDS).collect())
    }

    /// Whether there is such a thing at `path` on the host; nothing where that is not known.
    fn is_there(&self, path: &Path, kind: &str) -> Option<bool> {
        // stat("") finds nothing.
        if path.as_os_str().is_empty() {
            return Some(false);
        }
        match self.files.locate(&self.on_host(path)?, self.root.path()) {
            Existence::Absent => Some(false),
            Existence::NotInThisTree => None,
            Existence::Here(_, stat) => Some(match kind {
                "file" => stat.kind == FileKind::File,
                "dir" | "directory" => stat.kind == FileKind::Directory,
                _ => true,
            }),
        }
    }
}

/// The words between spaces (uwsgi_foreach_token is strtok).
fn tokens(argument: &[u8]) -> Vec<Text> {
    argument
        .split(|byte| *byte == b' ')
        .filter(|token| !token.is_empty())
        .take(MAX_ROUNDS)
        .map(Text::literal)
        .collect()
}

/// `name=value` at the first `=`, or a name alone.
fn split(argument: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(b'=', argument) {
        Some(at) => (&argument[..at], Some(&argument[at + 1..])),
        None => (argument, None),
    }
}
