//! A file system with no room for a second copy: what is to be fixed stays whole.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::machine;

/// Fills a small file system but for less than the site takes, in a mount namespace of its own, has
/// djlint fix the site, and hands back what is there afterwards.
const SCRIPT: &str = r#"
set -e
mount -t tmpfs -o size=64k djlint-test "$1"
cp "$2" "$1/nginx.conf"
dd if=/dev/zero of="$1/rest" bs=4k 2>/dev/null || true
cd "$1"
code=0
"$3" check --isolated --fix-only . 2>"$4/said" || code=$?
ls -A "$1" >"$4/names"
cp "$1/nginx.conf" "$4/after"
echo "$code" >"$4/code"
"#;

#[test]
fn on_a_full_disk_nothing_is_lost() {
    if !machine::me().root {
        machine::not_shown("a full disk (needs root)");
        return;
    }
    let place = tempfile::tempdir().expect("a directory");
    let path = |name: &str| place.path().join(name);
    fs::create_dir(path("small")).expect("a directory");
    let filler = "    # a line that takes up room\n".repeat(600);
    let site =
        format!("server {{\n    listen 80;\n{filler}    location /s {{ alias /srv/s/; }}\n}}\n");
    fs::write(path("site"), &site).expect("a file");
    fs::set_permissions(path("site"), fs::Permissions::from_mode(0o644)).expect("its mode");
    let ran = Command::new("unshare")
        .args(["--mount", "sh", "-c", SCRIPT, "sh"])
        .arg(path("small"))
        .arg(path("site"))
        .arg(env!("CARGO_BIN_EXE_djlint"))
        .arg(place.path())
        .stdin(Stdio::null())
        .output()
        .expect("unshare starts");
    let read = |name: &str| fs::read_to_string(path(name)).unwrap_or_default();
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(read("code"), "2\n", "{}", read("said"));
    assert!(
        read("said").contains("nginx.conf: not fixed: "),
        "{}",
        read("said")
    );
    assert_eq!(read("after"), site);
    assert_eq!(read("names"), "nginx.conf\nrest\n");
}
