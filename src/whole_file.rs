//! Files of ours are written whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Writes a file: beside it first, and in its place when all of it is there. What was there
/// before stays until then. A device or a pipe is written to as it is.
pub(crate) fn write(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // Through symlinks: a link to the file stays one.
    let found = fs::metadata(path).ok();
    match &found {
        Some(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Some(found) if !found.is_file() => {
            let device = OpenOptions::new().write(true).open(path)?;
            return filled(device, fill).map(drop);
        }
        Some(found) if found.permissions().readonly() => {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        _ => {}
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = target
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let beside = beside(directory, found.map(|found| found.permissions()))?;
    let (file, name) = beside.into_parts();
    let file = filled(file, fill)?;
    NamedTempFile::from_parts(file, name)
        .persist(&target)
        .map_err(|error| error.error)?;
    Ok(())
}

/// Other bytes for a regular file, all of them on disk beside it. Dropped, they are gone again.
pub(crate) struct Beside {
    file: NamedTempFile,
    target: PathBuf,
}

impl Beside {
    /// Puts them in the file's place.
    pub(crate) fn persist(self) -> io::Result<()> {
        self.file
            .persist(&self.target)
            .map(drop)
            .map_err(|error| error.error)
    }
}

/// Writes other bytes beside a regular file that is there, with its mode and its owner.
pub(crate) fn beside_of(path: &Path, bytes: &[u8]) -> io::Result<Beside> {
    let found = fs::metadata(path)?;
    if !found.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    if found.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let target = fs::canonicalize(path)?;
    let directory = target.parent().unwrap_or(Path::new("."));
    let beside = beside(directory, Some(found.permissions()))?;
    keep_owner(beside.as_file(), &found)?;
    let (file, name) = beside.into_parts();
    let file = filled(file, |out| out.write_all(bytes))?;
    file.sync_all()?;
    let file = NamedTempFile::from_parts(file, name);
    Ok(Beside { file, target })
}

#[cfg(unix)]
fn keep_owner(file: &File, found: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (found.uid(), found.gid()) {
        return Ok(());
    }
    fchown(file, Some(found.uid()), Some(found.gid()))
        .map_err(|_| io::Error::other("its owner could not be kept"))?;
    // A change of owner takes these bits away.
    file.set_permissions(found.permissions())
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

fn filled(file: File, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut out = BufWriter::new(file);
    fill(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// A new file under a name of its own, with the permissions that the final one is to have.
fn beside(directory: &Path, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".djlint-check-");
    // tempfile's own are for secrets, and a report is for others to read.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o666));
    }
    // tempfile's errors name the file that it would have made, which nobody asked for.
    fs::metadata(directory)?;
    let beside = builder
        .tempfile_in(directory)
        .map_err(|error| io::Error::from(error.kind()))?;
    if let Some(permissions) = permissions {
        beside.as_file().set_permissions(permissions)?;
    }
    Ok(beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_fails_half_way_leaves_what_was_there() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("report");
        write(&path, |out| out.write_all(b"old")).unwrap();
        let failed = write(&path, |out| {
            out.write_all(&[b'x'; 100_000])?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(root.path()), ["report"]);
        write(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn where_nothing_can_be_written_it_is_said_why() {
        let root = tempfile::tempdir().unwrap();
        let kind = |path: &Path| write(path, |_| Ok(())).unwrap_err().kind();
        assert_eq!(kind(root.path()), io::ErrorKind::IsADirectory);
        let nowhere = root.path().join("nowhere/report");
        assert_eq!(kind(&nowhere), io::ErrorKind::NotFound);
        let kept = root.path().join("kept");
        fs::write(&kept, "kept").unwrap();
        let mut permissions = fs::metadata(&kept).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&kept, permissions).unwrap();
        assert_eq!(kind(&kept), io::ErrorKind::PermissionDenied);
        assert_eq!(fs::read(&kept).unwrap(), b"kept");
    }

    #[cfg(unix)]
    #[test]
    fn links_devices_and_modes_stay() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("report");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let link = root.path().join("link");
        symlink("report", &link).unwrap();
        write(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);

        // Not /dev/null itself: if this test failed, it would replace it.
        let device = root.path().join("null");
        symlink("/dev/null", &device).unwrap();
        write(&device, |out| out.write_all(b"lost")).unwrap();
        let null = fs::metadata("/dev/null").unwrap();
        assert!(null.file_type().is_char_device());
        assert!(fs::symlink_metadata(&device).unwrap().is_symlink());
    }
}
