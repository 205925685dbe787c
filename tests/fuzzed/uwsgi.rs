//! A uWSGI file, and another one that it may include, are checked by every rule.

use std::path::PathBuf;

use djlint::tree::Memory;
use djlint::workspace::{Input, Workspace};

use super::places;

/// Checks what `data` says. Its first byte says which form the file has, and whether it is started by a
/// command line; a 0xff ends the file, and begins the other one. How much was found.
pub(crate) fn survives(data: &[u8]) -> usize {
    let (form, text) = data.split_first().unwrap_or((&0, data));
    let name = ["uwsgi.ini", "uwsgi.xml", "uwsgi.yaml"][usize::from((form & 0x7f) % 3)];
    let mut parts = text.splitn(2, |byte| *byte == 0xff);
    let mut tree = Memory::new();
    for (name, text) in [name, "base.ini"].iter().zip(&mut parts) {
        tree = tree.file(format!("/srv/{name}"), text.to_vec(), 0o644);
    }
    if form & 0x80 != 0 {
        let unit =
            format!("[Service]\nWorkingDirectory=/srv\nExecStart=/usr/bin/uwsgi /srv/{name}\n");
        tree = tree.file("/etc/systemd/system/shop.service", unit, 0o644);
    }
    let input = Input {
        base: PathBuf::from("/"),
        uwsgi: vec![PathBuf::from("/srv").join(name)],
        ..Input::default()
    };
    places::found(&Workspace::over(tree, input))
}
