//! What the configuration says to belong together: `[deployment.NAME]`.

use std::path::{Path, PathBuf};

use super::Purpose;

/// A deployment with a name, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// The files and directories of which it is made, absolute.
    pub paths: Vec<PathBuf>,
    /// Whom it is for, where that was said.
    pub purpose: Option<Purpose>,
}

/// The declared deployment that a file is part of, as an index: of several, the one that names it most exactly.
pub(super) fn of(declared: &[Declared], file: &Path) -> Option<usize> {
    declared
        .iter()
        .enumerate()
        .flat_map(|(index, declared)| declared.paths.iter().map(move |path| (index, path)))
        .filter(|(_, path)| file.starts_with(path))
        .min_by_key(|(index, path)| (std::cmp::Reverse(path.components().count()), *index))
        .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_path_wins() {
        let declare = |name: &str, paths: &[&str]| Declared {
            name: name.to_owned(),
            paths: paths.iter().map(PathBuf::from).collect(),
            purpose: None,
        };
        let declared = [
            declare("all", &["/repo/deploy"]),
            declare("shop", &["/repo/shop", "/repo/deploy/shop"]),
            declare("again", &["/repo/shop"]),
        ];
        let of = |file: &str| of(&declared, Path::new(file));
        assert_eq!(of("/repo/deploy/nginx.conf"), Some(0));
        assert_eq!(of("/repo/deploy/shop/nginx.conf"), Some(1));
        assert_eq!(of("/repo/deploy/shopping.conf"), Some(0));
        assert_eq!(of("/repo/shop"), Some(1));
        assert_eq!(of("/elsewhere"), None);
    }
}
