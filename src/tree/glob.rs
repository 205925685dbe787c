//! glob(3), as nginx's `include` calls it.

use std::path::{Component, Path, PathBuf};

use super::{ReadError, Tree};

/// The files that glob(3) would give for a pattern, sorted as it sorts.
///
/// Only what nginx uses: `*`, `?` and `[…]` match within a name and never a leading dot.
pub fn glob(tree: &dyn Tree, pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/")];
    for component in pattern.components() {
        let Component::Normal(name) = component else {
            continue;
        };
        let name = name.as_encoded_bytes();
        let magic = is_pattern(name);
        found = found
            .into_iter()
            .flat_map(|directory| -> Vec<PathBuf> {
                if !magic {
                    return vec![directory.join(Path::new(component.as_os_str()))];
                }
                let names = tree.list(&directory).unwrap_or_default();
                names
                    .into_iter()
                    .filter(|entry| matches(name, entry.as_os_str().as_encoded_bytes()))
                    .map(|entry| directory.join(entry))
                    .collect()
            })
            .collect();
    }
    found.retain(|path| {
        tree.stat(path).is_ok() || matches!(tree.stat(path), Err(ReadError::Dangling(_)))
    });
    found
}

/// Whether nginx would hand this to glob(3).
pub fn is_pattern(name: &[u8]) -> bool {
    name.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// fnmatch(3) with FNM_PERIOD, one name at a time, without backtracking over more than one star.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, seen));
                at += 1;
                continue;
            }
            Some(b'?') => {
                (at, seen) = (at + 1, seen + 1);
                continue;
            }
            Some(b'[') => {
                if let Some((true, next)) = bracket(&pattern[at..], name[seen]) {
                    (at, seen) = (at + next, seen + 1);
                    continue;
                }
            }
            Some(b'\\') if pattern.get(at + 1) == Some(&name[seen]) => {
                (at, seen) = (at + 2, seen + 1);
                continue;
            }
            Some(byte) if *byte == name[seen] => {
                (at, seen) = (at + 1, seen + 1);
                continue;
            }
            _ => {}
        }
        match star {
            Some((after, from)) => {
                star = Some((after, from + 1));
                (at, seen) = (after, from + 1);
            }
            None => return false,
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Whether `[…]` at the start of `pattern` matches `byte`, and its length; nothing where it is not closed.
fn bracket(pattern: &[u8], byte: u8) -> Option<(bool, usize)> {
    let negated = matches!(pattern.get(1), Some(b'!' | b'^'));
    let first = if negated { 2 } else { 1 };
    let close = first + 1 + pattern.get(first + 1..)?.iter().position(|b| *b == b']')?;
    let mut inside = &pattern[first..close];
    let mut found = false;
    while let Some(from) = inside.first() {
        if inside.len() > 2 && inside[1] == b'-' {
            found |= (*from..=inside[2]).contains(&byte);
            inside = &inside[3..];
        } else {
            found |= *from == byte;
            inside = &inside[1..];
        }
    }
    Some((found != negated, close + 1))
}
