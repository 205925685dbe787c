//! `-`: a file that comes on standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::tree::{Buffer, MAX_FILE_SIZE, ReadError, normalize};

/// What standard input is called where nobody says it.
const NAMELESS: &str = "<standard input>";

/// What is to be looked through, with what came on standard input.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Paths {
    /// The paths that were given, without `-`.
    pub(super) paths: Vec<PathBuf>,
    /// What came on standard input.
    pub(super) buffer: Option<Buffer>,
    /// Whether findings are told only where they have to do with the buffer: it alone was named,
    /// and what lies around it is looked through for its sake.
    pub(super) is_about_buffer: bool,
}

/// Takes `-` out of the paths, and reads what it stands for.
pub(super) fn read(
    paths: &[PathBuf],
    name: Option<&Path>,
    directory: &Path,
    stdin: &mut dyn Read,
) -> Result<Paths, String> {
    let is_dash = |path: &PathBuf| path.as_os_str() == "-";
    let mut others: Vec<PathBuf> = paths.to_vec();
    others.retain(|path| !is_dash(path));
    if others.len() == paths.len() {
        return match name {
            None => Ok(Paths {
                paths: others,
                ..Paths::default()
            }),
            Some(_) => {
                Err("--stdin-filename says what `-` is called, and no path is `-`".to_owned())
            }
        };
    }
    let path = normalize(directory, name.unwrap_or(Path::new(NAMELESS)));
    if path.is_dir() {
        let name = name.unwrap_or(Path::new(NAMELESS)).display();
        return Err(format!(
            "--stdin-filename: {name}: {}",
            ReadError::IsDirectory
        ));
    }
    let mut bytes = Vec::new();
    stdin
        .take(MAX_FILE_SIZE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("standard input: {}", ReadError::from(error)))?;
    if bytes.len() as u64 > MAX_FILE_SIZE {
        let why = ReadError::LargerThan(MAX_FILE_SIZE);
        return Err(format!("standard input: {why}"));
    }
    let is_about_buffer = name.is_some() && others.is_empty();
    if name.is_none() {
        others.push(path.clone());
    } else if is_about_buffer && !path.starts_with(directory) {
        // What a file refers to lies beside it, where it does not lie below the current directory.
        others.extend(path.parent().map(Path::to_owned));
    }
    Ok(Paths {
        paths: others,
        buffer: Some(Buffer {
            path,
            bytes,
            mode: None,
        }),
        is_about_buffer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(paths: &[&str], name: Option<&str>, text: &str) -> Result<Paths, String> {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let name = name.map(Path::new);
        super::read(&paths, name, Path::new("/repo"), &mut text.as_bytes())
    }

    #[test]
    fn standard_input_is_read_where_it_is_asked_for() {
        let read = |paths: &[&str], name| read(paths, name, "text").unwrap();
        assert_eq!(read(&["a"], None).buffer, None);
        let nameless = read(&["-"], None);
        let path = PathBuf::from("/repo/<standard input>");
        assert_eq!(nameless.paths, std::slice::from_ref(&path));
        assert_eq!(nameless.buffer.unwrap().path, path);
        assert!(!nameless.is_about_buffer);
        let named = read(&["-"], Some("deploy/nginx.conf"));
        assert!(named.paths.is_empty() && named.is_about_buffer);
        assert_eq!(
            named.buffer.unwrap().path,
            Path::new("/repo/deploy/nginx.conf")
        );
        let outside = read(&["-"], Some("../other/nginx.conf"));
        assert_eq!(outside.paths, [PathBuf::from("/other")]);
        let with_others = read(&["-", "."], Some("nginx.conf"));
        assert_eq!(with_others.paths, [PathBuf::from(".")]);
        assert!(!with_others.is_about_buffer);
    }

    #[test]
    fn what_contradicts_itself_or_cannot_be_read_is_refused() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::PermissionDenied.into())
            }
        }
        let no_dash = read(&["a"], Some("b"), "").unwrap_err();
        assert!(no_dash.contains("no path is `-`"), "{no_dash}");
        let directory = read(&["-"], Some("/"), "").unwrap_err();
        assert_eq!(directory, "--stdin-filename: /: is a directory");
        let broken = super::read(&["-".into()], None, Path::new("/"), &mut Broken).unwrap_err();
        assert_eq!(broken, "standard input: permission denied");
        let endless = super::read(
            &["-".into()],
            None,
            Path::new("/"),
            &mut std::io::repeat(b'a'),
        );
        assert_eq!(
            endless.unwrap_err(),
            "standard input: larger than the 67 MB that are read"
        );
    }
}
