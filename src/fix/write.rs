//! Puts mended files in the place of what was read.

use std::fs;
use std::io;

use super::Changed;
use crate::whole_file;

/// Writes a file, if it still holds what was read; an error leaves the file as it is.
pub fn write(changed: &Changed) -> io::Result<()> {
    let unchanged = || -> io::Result<()> {
        match fs::read(&changed.path)? == changed.before {
            true => Ok(()),
            false => Err(io::Error::other("it changed since it was read")),
        }
    };
    unchanged()?;
    if changed.after != changed.before {
        whole_file::replace(&changed.path, &changed.after, unchanged)?;
    }
    match changed.mode {
        Some((_, mode)) => set_mode(&changed.path, mode),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &std::path::Path, _: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
