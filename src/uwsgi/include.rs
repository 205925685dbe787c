//! Files that a file names: `ini`, `include`, and `inherit`, which waits until all else is read.

use std::path::{Path, PathBuf};

use super::load::{Loader, Place};
use super::setting::Source;
use super::text::{HOLE, Hole, Text};
use crate::tree::normalize;
use crate::value::Unknown;

impl Loader<'_> {
    /// `ini = FILE:SECTION`, `include = FILE.ini` and, later, `inherit = FILE.ini`.
    pub(super) fn include(&mut self, name: &str, value: &Text, place: &Place) {
        let span = place.value_span;
        let Some(written) = value.known() else {
            let why = value.holes().first().map(Hole::why);
            self.include_at_hole(name, value, place, why);
            return;
        };
        let (path, section) = match memchr::memrchr(b':', written) {
            Some(at) => (&written[..at], Some(&written[at + 1..])),
            None => (written, None),
        };
        let what = format!("{name} = {}", String::from_utf8_lossy(written));
        if memchr::memmem::find(written, b"://").is_some() || written == b"-" {
            self.open_at(span, &what, "read from somewhere else at the start");
        } else if !matches!(name, "ini") && !path.ends_with(b".ini") {
            self.open_at(span, &what, "not an ini file");
        } else if path.is_empty() {
            if let Some(last) = self.last.clone() {
                self.read_file(&last, section, &place.guards);
            }
        } else {
            let path = super::paths::from_bytes(path);
            let local = if path.is_absolute() {
                self.files
                    .locate(&path, self.root.path())
                    .path()
                    .map(Path::to_owned)
            } else {
                // Relative to where uWSGI is started, which is not known; the directory of
                // the first file is where it is started if the file is there.
                let directory = self.root.path().parent().unwrap_or(Path::new("/"));
                Some(normalize(directory, &path))
            };
            self.read_include(&what, local, section, place);
        }
    }

    /// `ini = %dbase.ini`, and what a template fills in.
    fn include_at_hole(&mut self, name: &str, value: &Text, place: &Place, why: Option<Unknown>) {
        let what = format!("{name} of a file");
        if let ([Hole::Directory(directory)], Some(0)) =
            (value.holes(), memchr::memchr(HOLE, value.bytes()))
        {
            let rest = &value.bytes()[1..];
            let (path, section) = match memchr::memrchr(b':', rest) {
                Some(at) => (&rest[..at], Some(&rest[at + 1..])),
                None => (rest, None),
            };
            let local = normalize(directory, &super::paths::from_bytes(path));
            self.read_include(&what, Some(local), section, place);
            return;
        }
        let why = why.map_or_else(|| "not known".to_owned(), |why| why.why);
        self.open_at(place.value_span, &what, why);
    }

    fn read_include(
        &mut self,
        what: &str,
        local: Option<PathBuf>,
        section: Option<&[u8]>,
        place: &Place,
    ) {
        match local.map(|local| self.files.open(&local)) {
            Some(Ok(source)) => self.read_file(&source, section, &place.guards),
            Some(Err(error)) if self.files.tree().is_inside(self.root.path()) => {
                self.open_at(place.value_span, what, format!("not here: {error}"));
            }
            _ => self.open_at(place.value_span, what, "not here"),
        }
    }

    /// `inherit` is read when all else is done: what it brings is last, and nothing in it is filled in.
    pub(super) fn inherit(&mut self) {
        self.block = None;
        let mut at = 0;
        while let Some(setting) = self.loaded.settings.get(at) {
            at += 1;
            let is_inherit = setting.key == "inherit" && !setting.configured;
            if is_inherit {
                let place = Place {
                    key_span: setting.key_span,
                    value_span: setting.value_span,
                    guards: setting.guards.clone(),
                    source: Source::File,
                };
                let value = setting.value.clone();
                self.include("inherit", &value, &place);
            }
        }
    }
}
