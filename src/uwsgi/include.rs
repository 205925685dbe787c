//! Files that a file names: `ini`, `include`, and `inherit`, which waits until all else is read.

use std::path::{Path, PathBuf};

use super::load::{Format, Loader, Place};
use super::refusal::Why;
use super::text::{HOLE, Hole, Text};
use crate::host::Existence;
use crate::tree::{ReadError, normalize};

/// The ending of files that a plugin reads.
const PLUGIN_READS: &[u8] = b".lua";

/// The name of a file, and the section that is asked of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Named<'a> {
    /// The path as it is written, where that is known.
    pub(super) path: Option<&'a [u8]>,
    pub(super) section: Option<&'a [u8]>,
}

impl<'a> Named<'a> {
    /// The section stands behind the last colon (uwsgi_ini_config in core/ini.c).
    fn of(written: &'a [u8]) -> Self {
        match memchr::memrchr(b':', written) {
            Some(at) => Self {
                path: Some(&written[..at]),
                section: Some(&written[at + 1..]),
            },
            None => Self {
                path: Some(written),
                section: None,
            },
        }
    }
}

impl Loader<'_> {
    /// `ini = FILE:SECTION`, `include = FILE.ini` and, later, `inherit = FILE.ini`.
    pub(super) fn include(&mut self, option: &str, value: &Text, place: &Place) {
        // uwsgi_opt_load: what is read by its ending is never the first file.
        let outer = self.first_is_taken;
        self.first_is_taken |= matches!(option, "include" | "inherit");
        self.include_from(option, value, place);
        if matches!(option, "include" | "inherit") {
            self.first_is_taken = outer;
        }
    }

    fn include_from(&mut self, option: &str, value: &Text, place: &Place) {
        let span = place.value_span;
        let what = format!("{option} = {}", String::from_utf8_lossy(value.bytes()));
        let Some(written) = value.known() else {
            return self.include_at_hole(option, value, place);
        };
        if memchr::memmem::find(written, b"://").is_some() || written == b"-" {
            return self.open_at(span, &what, "read from somewhere else at the start");
        }
        let Some(format) = format_of(option, written) else {
            if written.ends_with(PLUGIN_READS) {
                return self.open_at(span, &what, "only some builds of uWSGI read it");
            }
            let name = String::from_utf8_lossy(written).into_owned();
            self.refuse(Why::UnknownFormat(name), place);
            return self.open_at(span, &what, "no format that uWSGI reads");
        };
        let named = Named::of(written);
        let path = named.path.unwrap_or_default();
        if path.is_empty() && named.section.is_some() && format == Format::Ini {
            if let Some(last) = self.last.clone() {
                self.read_file(&last, format, named, place);
            }
            return;
        }
        if path.is_empty() {
            self.refuse(Why::NoSuchFile(PathBuf::new()), place);
            return self.open_at(span, &what, "no file is named");
        }
        let path = super::paths::from_bytes(path);
        self.read_host_path(&what, &path, format, named, place);
    }

    /// A path of the host as uWSGI would take it, where the directory that it starts in is known.
    pub(super) fn on_host(&self, path: &Path) -> Option<PathBuf> {
        match (path.is_absolute(), self.conditions.directory) {
            (true, _) => Some(normalize(Path::new("/"), path)),
            (false, Some(directory)) => Some(normalize(directory, path)),
            (false, None) => None,
        }
    }

    fn read_host_path(
        &mut self,
        what: &str,
        path: &Path,
        format: Format,
        named: Named<'_>,
        place: &Place,
    ) {
        if let Some(local) = self.resolve.and_then(|resolve| resolve(path)) {
            return self.read_local(what, &local, format, named, place);
        }
        let Some(path) = self.on_host(path) else {
            // Relative to where uWSGI is started, which is not known; the directory of
            // the first file is where it is started if the file is there.
            let directory = self.root.path().parent().unwrap_or(Path::new("/"));
            let local = normalize(directory, path);
            return self.read_local(what, &local, format, named, place);
        };
        let local = match self.files.locate(&path, self.root.path()) {
            Existence::Here(local, _) => local,
            Existence::Absent => {
                self.refuse(Why::NoSuchFile(path), place);
                return self.open_at(place.value_span, what, "not here");
            }
            Existence::NotInThisTree if self.conditions.in_place => path,
            Existence::NotInThisTree => return self.open_at(place.value_span, what, "not here"),
        };
        self.read_local(what, &local, format, named, place);
    }

    /// `ini = %dbase.ini`, and what a template fills in.
    fn include_at_hole(&mut self, option: &str, value: &Text, place: &Place) {
        let what = format!("{option} of a file");
        if let ([Hole::Directory(directory)], Some(0)) =
            (value.holes(), memchr::memchr(HOLE, value.bytes()))
            && let Some(format) = format_of(option, value.bytes())
        {
            let named = Named::of(&value.bytes()[1..]);
            let beside = super::paths::from_bytes(named.path.unwrap_or_default());
            let local = normalize(directory, &beside);
            let named = Named {
                path: None,
                ..named
            };
            return self.read_local(&what, &local, format, named, place);
        }
        let why = value.holes().first().map(Hole::why);
        let why = why.map_or_else(|| "not known".to_owned(), |why| why.why);
        self.open_at(place.value_span, &what, why);
    }

    fn read_local(
        &mut self,
        what: &str,
        local: &Path,
        format: Format,
        named: Named<'_>,
        place: &Place,
    ) {
        match self.files.open(local) {
            Ok(source) => self.read_file(&source, format, named, place),
            Err(error) if self.files.tree().is_inside(local) => {
                let is_missing = matches!(error, ReadError::NotFound | ReadError::Dangling(_));
                if is_missing && self.conditions.in_place {
                    self.refuse(Why::NoSuchFile(local.to_owned()), place);
                }
                self.open_at(place.value_span, what, format!("not here: {error}"));
            }
            Err(_) => self.open_at(place.value_span, what, "not here"),
        }
    }
}

/// What an option takes a file for; nothing where uWSGI does not read it, or only some builds do.
fn format_of(option: &str, written: &[u8]) -> Option<Format> {
    match option {
        "ini" => Some(Format::Ini),
        "xml" | "xmlconfig" => Some(Format::Xml),
        "yaml" | "yml" => Some(Format::Yaml),
        "json" | "js" => Some(Format::Json),
        // The ending is that of the whole value: with a `:section` behind it, it is none.
        "include" | "inherit" => Format::of_name(written),
        _ => None,
    }
}
