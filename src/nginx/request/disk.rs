//! Which files and directories a request meets.

use std::path::{Path, PathBuf};

use super::super::path::{Cut, Place};
use super::Kind;
use super::walk::Walk;
use crate::host::Existence;
use crate::tree::FileKind;
use crate::value::Unknown;

/// What is on the disk, as far as nginx looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    File,
    Directory,
    /// A socket, a FIFO: nothing that nginx sends.
    Special,
    Absent,
}

/// The question whether something is there.
fn is_there(path: &Path, wanted: Entry) -> String {
    match wanted {
        Entry::Directory => {
            let path = path.display().to_string();
            format!("{}/ is there", path.trim_end_matches('/'))
        }
        _ => format!("{} is there", path.display()),
    }
}

impl<'a> Walk<'a, '_> {
    /// What is at a path; taken both ways where nothing tells.
    pub(super) fn entry(&mut self, path: &Path, wanted: Entry) -> Entry {
        // What ends in a slash is a directory, or is not there.
        let has_slash = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        match (self.disk)(path) {
            Existence::NotInThisTree if has_slash && wanted == Entry::File => Entry::Absent,
            Existence::Here(_, stat) => match stat.kind {
                FileKind::File | FileKind::Special if has_slash => Entry::Absent,
                FileKind::File => Entry::File,
                FileKind::Directory => Entry::Directory,
                FileKind::Special => Entry::Special,
            },
            Existence::Absent => Entry::Absent,
            Existence::NotInThisTree => {
                let what = is_there(path, wanted);
                let why = "whether it is on the host, the files at hand do not tell";
                if self.choices.decide(what, Unknown::because(why)) {
                    wanted
                } else {
                    Entry::Absent
                }
            }
        }
    }

    /// Whether anything tells if there is a file at a path.
    pub(super) fn is_told(&self, path: &Path) -> bool {
        (self.disk)(path) != Existence::NotInThisTree
            || self.choices.is_decided(&is_there(path, Entry::File))
    }

    /// Where the files of the block that holds lie (ngx_http_map_uri_to_path); nothing where nginx answers 500.
    pub(super) fn place(&mut self) -> Result<Option<Place<'a>>, Unknown> {
        let nginx = self.nginx;
        let block = self.block;
        let place = nginx.place(block, |argument| self.fill(argument))?;
        if place.cut != Cut::Nothing && self.uri_changed {
            // Up to 1.31 nginx maps the new path as if it were the location's; Debian's 1.22 refuses to.
            let why = "what an alias makes of a path that was rewritten depends on nginx's version";
            return Err(Unknown::at(place.node.header_span(), why));
        }
        let is_usable = place.cut == Cut::Nothing || self.is_location_valid;
        if !is_usable {
            let why = "alias cannot be used where the path was rewritten";
            self.step(Kind::Content, Some(place.node), "500", why);
        }
        Ok(is_usable.then_some(place))
    }

    /// The file of the path in that place.
    pub(super) fn file_in(&self, place: &Place<'a>) -> Result<PathBuf, Unknown> {
        let rest = match place.cut {
            Cut::All if self.adds_uri_to_alias => &self.uri,
            _ => place.rest(&self.uri),
        };
        self.nginx.path(place, rest)
    }
}
