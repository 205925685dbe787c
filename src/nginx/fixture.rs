//! Configurations in memory, for the tests beside the modules.

use std::path::Path;

use crate::files::Files;
use crate::host::{Completeness, PathMap};
use crate::tree::Memory;

use super::configuration::{Configuration, Role, Surroundings};
use super::load::Reader;

/// Files at deployed paths; the first one is the root.
pub(crate) fn load(
    role: Role,
    surroundings: Surroundings,
    files: &[(&str, &str)],
) -> Configuration {
    let mut tree = Memory::new();
    for (path, text) in files {
        tree = tree.file(path, *text, 0o644);
    }
    let mut paths = PathMap::new();
    paths.add("/", "/", Completeness::Partial);
    let files_read = Files::new(tree, paths);
    let root = files_read.open(Path::new(files[0].0)).unwrap();
    let from = root.path().to_owned();
    let reader = Reader {
        locate: &|path| files_read.locate(path, &from),
        name: files_read.deployed(&from),
        release: None,
        release_at: None,
        has_other_modules: false,
        is_filled_in: &|_| false,
        is_host: false,
    };
    Configuration::load(&files_read, root, role, surroundings, &reader)
}

/// One site file whose surroundings are not known.
pub(crate) fn site(text: &str) -> Configuration {
    let files = [("/etc/nginx/sites-enabled/site", text)];
    load(Role::Site, Surroundings::Unknown, &files)
}

/// The same below Debian's nginx.conf.
pub(crate) fn debian(text: &str) -> Configuration {
    let files = [("/etc/nginx/sites-enabled/site", text)];
    load(Role::Site, Surroundings::Debian, &files)
}
