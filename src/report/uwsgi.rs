//! The options of uWSGI's instances, as `--show-config` shows them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::path::plain;
use super::sanitize;
use super::style::{bold, paint};
use crate::files::Files;
use crate::secrets::{self, Texts};
use crate::source::Span;
use crate::uwsgi::{Instance, Setting};
use crate::workspace::Workspace;

/// All instances.
#[derive(Clone, Debug, Serialize)]
pub struct Instances {
    /// In the order in which they were found.
    pub instances: Vec<Shown>,
}

/// One instance.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The file that uWSGI is given.
    pub file: String,
    /// What ends the start while the configuration is read.
    pub refused: Option<Refused>,
    /// The options, in uWSGI's own order.
    pub options: Vec<ShownOption>,
}

/// Why uWSGI does not start.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// The reason.
    pub why: String,
    /// The file with the option that brings it about.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
}

/// One option.
#[derive(Clone, Debug, Serialize)]
pub struct ShownOption {
    /// Its name.
    pub key: String,
    /// Its value after expansion, secrets masked; nothing where it is not known.
    pub value: Option<String>,
    /// Why the value is not known, or whether the option is in force.
    pub unknown: Option<String>,
    /// The file that it stands in.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
}

impl Instances {
    /// What is shown of these.
    pub fn of(workspace: &Workspace, instances: &[Arc<Instance>]) -> Self {
        let view = View {
            files: workspace.files(),
            base: workspace.base(),
            secrets: Texts::of(&workspace.files().sources()),
            environment: &workspace.input().environment,
        };
        Self {
            instances: instances.iter().map(|one| view.instance(one)).collect(),
        }
    }
}

/// What the instances are shown with.
struct View<'a> {
    files: &'a Files,
    base: &'a Path,
    secrets: Texts,
    environment: &'a BTreeMap<String, String>,
}

impl View<'_> {
    fn instance(&self, instance: &Instance) -> Shown {
        let refused = instance.refused().map(|refused| {
            let (path, line) = self.place(refused.place);
            Refused {
                why: self.masked(&refused.why.to_string()),
                path,
                line,
            }
        });
        Shown {
            file: plain(instance.root_file().path(), self.base),
            refused,
            options: instance
                .settings()
                .iter()
                .filter(|one| one.is_shown())
                .map(|one| self.option(one))
                .collect(),
        }
    }

    fn option(&self, setting: &Setting) -> ShownOption {
        let (path, line) = self.place(setting.key_span());
        let value = setting.value();
        let known = value.get().map(|known| self.value(setting, known));
        let condition = setting.guards().first().map(|guard| {
            let source = self.files.get(guard.place.file);
            let condition = source.masked(guard.place.range());
            format!("in force only where this holds: {condition}")
        });
        let unknown = value.why_unknown().map(|unknown| unknown.why.clone());
        ShownOption {
            key: setting.key().to_owned(),
            value: known,
            unknown: unknown.or(condition).map(|why| self.masked(&why)),
            path,
            line,
        }
    }

    fn place(&self, span: Span) -> (String, usize) {
        let source = self.files.get(span.file);
        let line = source.position(span.range().start).line;
        (plain(source.path(), self.base), line)
    }

    fn value(&self, setting: &Setting, known: &str) -> String {
        match setting.secret_part() {
            Some(start) if known.is_char_boundary(start) => {
                let (shown, hidden) = known.split_at(start);
                format!("{shown}{}", "*".repeat(hidden.chars().count()))
            }
            Some(_) => "*".to_owned(),
            None => {
                let span = setting.value_span();
                let source = self.files.get(span.file);
                // Where it stands as it is the file knows which part is a secret, however short.
                match source.slice(span) == known.as_bytes() {
                    true => self.masked(&source.masked(span.range())),
                    false => self.masked(known),
                }
            }
        }
    }

    /// The text without what the files and the environment hold in secret.
    fn masked(&self, text: &str) -> String {
        let mut text = self.secrets.mask(text).into_owned();
        for (name, value) in self.environment {
            if secrets::is_secret_name(name) && !value.is_empty() {
                text = text.replace(value.as_str(), &"*".repeat(value.chars().count()));
            }
        }
        text
    }
}

/// Writes them as uWSGI does, with the place of each, and why it is not known.
pub fn write(instances: &Instances, color: bool, out: &mut dyn Write) -> io::Result<()> {
    for (index, instance) in instances.instances.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", bold(&sanitize::line(&instance.file), color))?;
        if let Some(refused) = &instance.refused {
            let place = format!("{}:{}", sanitize::line(&refused.path), refused.line);
            let why = sanitize::line(&refused.why);
            let text = format!("  uWSGI does not start: {why} ({place})");
            writeln!(out, "{}", paint(&text, "31", color))?;
        }
        for option in &instance.options {
            let key = sanitize::line(&option.key);
            let value = option
                .value
                .as_deref()
                .map_or_else(|| "?".to_owned(), sanitize::line);
            write!(out, "  {key} = {value}")?;
            if let Some(unknown) = &option.unknown {
                let note = format!("  ({})", sanitize::line(unknown));
                write!(out, "{}", paint(&note, "90", color))?;
            }
            let place = format!("  {}:{}", sanitize::line(&option.path), option.line);
            writeln!(out, "{}", paint(&place, "90", color))?;
        }
    }
    Ok(())
}
