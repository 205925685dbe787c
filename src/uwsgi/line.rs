//! The line that an option stands on, as far as it may be edited: one of an ini file, whose value is
//! what uWSGI reads, byte by byte.

use std::sync::Arc;

use super::instance::Instance;
use super::load::Format;
use super::magic;
use super::setting::{Setting, Source};
use crate::files::Files;
use crate::source::{SourceFile, Span};

/// An option's line.
#[derive(Clone, Debug)]
pub struct Line {
    /// The file that it stands in.
    pub source: Arc<SourceFile>,
    /// From the key to the end of the value.
    pub span: Span,
    /// The key.
    pub key: Span,
    /// The value; empty where there is none.
    pub value: Span,
}

impl Instance {
    /// The line of one of its options; nothing where it comes from elsewhere than an ini file.
    pub fn line(&self, files: &Files, setting: &Setting) -> Option<Line> {
        let (key, value) = (setting.key_span(), setting.value_span());
        let source = files.get(key.file);
        let is_written =
            setting.source == Source::File && source.slice(key) == setting.key().as_bytes();
        (self.is_ini(&source) && is_written && key.file == value.file).then(|| Line {
            span: match value.range().is_empty() {
                true => key,
                false => key.to(value),
            },
            source,
            key,
            value,
        })
    }

    /// Its line, where the value is what stands there: nothing is filled in.
    pub fn literal_line(&self, files: &Files, setting: &Setting) -> Option<Line> {
        let line = self.line(files, setting)?;
        let is_literal =
            !setting.computed && setting.value.known() == Some(line.source.slice(line.value));
        is_literal.then_some(line)
    }

    /// The option whose name or value a place lies in, or is from one to the other.
    pub fn setting_at(&self, place: Span) -> Option<&Setting> {
        let is_there = |setting: &&Setting| {
            let (key, value) = (setting.key_span(), setting.value_span());
            let is_whole = key.file == value.file && key.to(value) == place;
            is_whole || key.contains(place) || value.contains(place)
        };
        self.settings().iter().find(is_there)
    }

    /// What its file writes between a name and a value.
    pub fn equals(&self, files: &Files) -> String {
        let usual = || " = ".to_owned();
        let lines = self
            .settings()
            .iter()
            .map(|setting| self.line(files, setting));
        let Some(line) = lines
            .flatten()
            .find(|line| line.key.file == self.root_file().id() && !line.value.range().is_empty())
        else {
            return usual();
        };
        let between = line.key.range().end..line.value.range().start;
        match line.source.text(Span::new(line.key.file, between)) {
            equals if equals.trim() == "=" && equals.len() <= 3 => equals.into_owned(),
            _ => usual(),
        }
    }

    /// The header of the section that is read, where options can be written behind it.
    pub fn header_line(&self) -> Option<(&Arc<SourceFile>, Span)> {
        let header = self.header_span();
        let source = self.root_file();
        let is_header = header.file == source.id() && source.slice(header).starts_with(b"[");
        (is_header && self.is_ini(source)).then_some((source, header))
    }

    fn is_ini(&self, source: &SourceFile) -> bool {
        let format = Format::of_name(&magic::path_bytes(source.path()));
        format.unwrap_or(Format::Ini) == Format::Ini && !self.loaded.is_dump
    }
}
