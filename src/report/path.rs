//! What a file is called where people and programs read it.

use std::path::Path;

use super::sanitize;

/// The path for programs: below `base` relative to it, else absolute; always with `/`.
pub(crate) fn plain(path: &Path, base: &Path) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    if relative.as_os_str().is_empty() {
        return ".".to_owned();
    }
    let text = relative.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// The path for people: a file's name may hold anything but `/` and NUL, line ends and escapes too.
pub(crate) fn shown(path: &Path, base: &Path) -> String {
    sanitize::line(&plain(path, base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_relative_below_the_base_and_absolute_elsewhere() {
        let shown = |path: &str| shown(Path::new(path), Path::new("/srv/shop"));
        assert_eq!(shown("/srv/shop/etc/nginx.conf"), "etc/nginx.conf");
        assert_eq!(shown("/srv/shopping/x"), "/srv/shopping/x");
        assert_eq!(shown("/srv/shop"), ".");
        assert_eq!(shown("/srv/shop/a\nb\u{1b}[31m"), "a␊b␛[31m");
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_utf8_is_shown_as_far_as_it_is() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/srv/\xffx"));
        assert_eq!(shown(path, Path::new("/srv")), "\u{fffd}x");
    }
}
