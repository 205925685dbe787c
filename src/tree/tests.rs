use std::fs;
use std::path::{Path, PathBuf};

use super::*;

fn tree() -> Memory {
    Memory::new()
        .file("etc/nginx/sites-available/shop", "server {}", 0o644)
        .file("etc/nginx/conf.d/a.conf", "", 0o644)
        .file("etc/nginx/conf.d/b.conf~", "", 0o644)
        .file("etc/nginx/conf.d/.hidden.conf", "", 0o644)
        .link("etc/nginx/sites-enabled/shop", "../sites-available/shop")
        .link("loop/a", "b")
        .link("loop/b", "a")
}

fn globbed(pattern: &str) -> Vec<String> {
    glob(&tree(), Path::new(pattern))
        .iter()
        .map(|path| path.display().to_string())
        .collect()
}

#[test]
fn a_glob_leaves_dotfiles_out_and_takes_backups() {
    assert_eq!(
        globbed("/etc/nginx/conf.d/*"),
        ["/etc/nginx/conf.d/a.conf", "/etc/nginx/conf.d/b.conf~"]
    );
    assert_eq!(
        globbed("/etc/nginx/conf.d/*.conf"),
        ["/etc/nginx/conf.d/a.conf"]
    );
    assert_eq!(
        globbed("/etc/nginx/conf.d/[a-c].con?"),
        ["/etc/nginx/conf.d/a.conf"]
    );
    assert_eq!(
        globbed("/etc/*/sites-enabled/s*p"),
        ["/etc/nginx/sites-enabled/shop"]
    );
    assert!(globbed("/etc/nginx/conf.d/[!a]*.conf").is_empty());
}

#[test]
fn symlinks_resolve_and_loops_end() {
    let tree = tree();
    assert_eq!(
        tree.resolve(Path::new("/etc/nginx/sites-enabled/shop")),
        Ok(PathBuf::from("/etc/nginx/sites-available/shop"))
    );
    assert_eq!(tree.read(Path::new("/loop/a")), Err(ReadError::SymlinkLoop));
    assert_eq!(tree.read(Path::new("/etc")), Err(ReadError::IsDirectory));
    assert_eq!(tree.read(Path::new("/nowhere")), Err(ReadError::NotFound));
}

#[cfg(unix)]
#[test]
fn nothing_outside_the_roots_is_opened() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "x").unwrap();
    let inside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret"), inside.path().join("link")).unwrap();
    std::os::unix::fs::symlink("/etc/site", inside.path().join("absolute")).unwrap();
    fs::create_dir(inside.path().join("etc")).unwrap();
    fs::write(inside.path().join("etc/site"), "server {}").unwrap();

    let tree = Disk::new(vec![inside.path().to_owned()], vec![]);
    assert_eq!(
        tree.read(&inside.path().join("link")),
        Err(ReadError::Outside)
    );
    assert_eq!(
        tree.read(&inside.path().join("../x")),
        Err(ReadError::Outside)
    );

    let root = inside.path().to_owned();
    let tree = Disk::new(vec![root.clone()], vec![root.clone()]);
    assert_eq!(tree.read(&root.join("absolute")), Ok(b"server {}".to_vec()));
}

#[cfg(unix)]
#[test]
fn special_files_and_loops_on_disk_are_errors() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    std::os::unix::fs::symlink("b", path("a")).unwrap();
    std::os::unix::fs::symlink("a", path("b")).unwrap();
    std::os::unix::fs::symlink("nowhere", path("dangling")).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
    let tree = Disk::new(vec![root.path().to_owned()], vec![]);
    assert_eq!(tree.read(&path("a")), Err(ReadError::SymlinkLoop));
    assert_eq!(tree.read(&path("socket")), Err(ReadError::NotRegular));
    assert_eq!(
        tree.read(&path("dangling")),
        Err(ReadError::Dangling(path("nowhere")))
    );
}

#[test]
fn a_path_is_normalized_by_spelling() {
    assert_eq!(
        normalize(Path::new("/srv/app"), Path::new("../x/./y")),
        PathBuf::from("/srv/x/y")
    );
    assert_eq!(
        normalize(Path::new("/srv"), Path::new("/etc/../../a")),
        PathBuf::from("/a")
    );
}

#[cfg(unix)]
#[test]
fn an_absolute_symlink_in_a_copy_of_a_host_stays_in_the_copy() {
    let root = tempfile::tempdir().unwrap();
    let nginx = root.path().join("backup/etc/nginx");
    fs::create_dir_all(nginx.join("sites-available")).unwrap();
    fs::create_dir_all(nginx.join("sites-enabled")).unwrap();
    fs::write(nginx.join("sites-available/shop"), "server {}").unwrap();
    let link = nginx.join("sites-enabled/shop");
    std::os::unix::fs::symlink("/etc/nginx/sites-available/shop", &link).unwrap();
    let tree = Disk::new(vec![root.path().to_owned()], vec![]);
    assert_eq!(tree.resolve(&link), Ok(nginx.join("sites-available/shop")));
}
