//! `djlint check --fix` on files that are on disk.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A site with the same fault twice in a line, and once in a comment that is no fault; an editor's
/// byte order mark is nothing that nginx takes, so there is none.
const SITE: &str = "server {\r\n\tlisten 80;\r\n\tserver_name shop.example;\r\n\t# location /static { alias /srv/static/; }\r\n\tlocation /static { alias /srv/static/; } location /m { alias /srv/média/; }\r\n}";
const MENDED: &str = "server {\r\n\tlisten 80;\r\n\tserver_name shop.example;\r\n\t# location /static { alias /srv/static/; }\r\n\tlocation /static/ { alias /srv/static/; } location /m/ { alias /srv/média/; }\r\n}";

struct Project {
    directory: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let project = Self { directory };
        fs::write(project.site(), SITE).unwrap();
        project
    }

    fn site(&self) -> PathBuf {
        self.directory.path().join("nginx.conf")
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn text(&self) -> String {
        fs::read_to_string(self.site()).unwrap()
    }

    fn check(&self, arguments: &[&str]) -> (i32, String, String) {
        self.piped(arguments, "")
    }

    fn piped(&self, arguments: &[&str], stdin: &str) -> (i32, String, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_djlint"))
            .args(["check", "--isolated"])
            .args(arguments)
            .current_dir(self.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(stdin.as_bytes())
            .unwrap();
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }
}

#[test]
fn what_is_mended_is_mended_and_all_else_is_kept() {
    let project = Project::new();
    let (code, stdout, stderr) = project.check(&["--fix"]);
    assert_eq!(project.text(), MENDED);
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(stdout.contains("Checked 1 nginx file"), "{stdout}");
    let expected = "Fixed 2 findings:\n  nginx.conf:5 nginx/alias-traversal: end the location with a slash\n  nginx.conf:5 nginx/alias-traversal: end the location with a slash\n";
    assert_eq!(stderr, expected);
    // Nothing is left to do, and nothing is left behind.
    let (code, _, stderr) = project.check(&["--fix"]);
    assert_eq!((code, stderr.as_str()), (0, "Fixed nothing.\n"));
    assert_eq!(fs::read_dir(project.path()).unwrap().count(), 1);
}

#[test]
fn a_diff_changes_nothing_and_is_taken_by_patch() {
    let project = Project::new();
    let (code, stdout, stderr) = project.check(&["--diff"]);
    assert_eq!(project.text(), SITE);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.starts_with("Would fix 2 findings:\n"), "{stderr}");
    assert!(
        stdout.starts_with("--- a/nginx.conf\n+++ b/nginx.conf\n@@ "),
        "{stdout}"
    );
    assert!(stdout.contains("+\tlocation /static/ {"), "{stdout}");
    project.check(&["--fix"]);
    let (code, stdout, _) = project.check(&["--diff"]);
    assert_eq!((code, stdout.as_str()), (0, ""));
}

#[test]
fn what_is_not_selected_and_what_a_comment_silences_stays() {
    let project = Project::new();
    let (code, _, stderr) = project.check(&["--fix-only", "--select", "nginx/syntax"]);
    assert_eq!((code, stderr.as_str()), (0, "Fixed nothing.\n"));
    assert_eq!(project.text(), SITE);
    let (code, stdout, _) = project.check(&["--fix-only"]);
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert_eq!(project.text(), MENDED);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let project = Project::new();
    let arguments = ["--fix", "--stdin-filename", "site.conf", "-"];
    let (code, stdout, stderr) = project.piped(&arguments, SITE);
    assert_eq!(stdout, MENDED);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(project.text(), SITE);
    let sound = project.piped(&arguments, MENDED);
    assert_eq!(sound.1, MENDED);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let project = Project::new();
    let (code, _, stderr) = project.check(&["--unsafe-fixes"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("none of them is given"), "{stderr}");
    assert_eq!(project.check(&["--fix", "--show-files"]).0, 2);
    assert_eq!(project.text(), SITE);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_whole_and_named() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = Project::new();
    fs::set_permissions(project.site(), fs::Permissions::from_mode(0o440)).unwrap();
    let (code, _, stderr) = project.check(&["--fix"]);
    assert_eq!(code, 2, "{stderr}");
    assert!(
        stderr.contains("error: nginx.conf: not fixed: permission denied")
            && stderr.contains("Fixed nothing.\nHeld back:\n"),
        "{stderr}"
    );
    assert_eq!(project.text(), SITE);
    fs::set_permissions(project.site(), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("nginx.conf", project.path().join("linked.conf")).unwrap();
    assert_eq!(project.check(&["--fix"]).0, 0);
    assert_eq!(project.text(), MENDED);
    let mode = fs::metadata(project.site()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let link = fs::symlink_metadata(project.path().join("linked.conf")).unwrap();
    assert!(link.is_symlink());
}

#[cfg(unix)]
#[test]
fn what_lies_outside_of_the_tree_is_not_touched() {
    use std::os::unix::fs::symlink;
    let outside = Project::new();
    let project = Project::new();
    fs::remove_file(project.site()).unwrap();
    symlink(outside.site(), project.site()).unwrap();
    project.check(&["--fix"]);
    assert_eq!(outside.text(), SITE);
}

#[test]
fn a_secret_beside_what_changes_is_not_shown() {
    let project = Project::new();
    let settings = "SECRET_KEY = 'hP93kd-2-very-long-and-secret'\nDEBUG = True\nALLOWED_HOSTS = ['shop.example']\nINSTALLED_APPS = []\n";
    let of = |name: &str| project.path().join(name);
    fs::create_dir(of("shop")).unwrap();
    fs::write(of("shop/settings.py"), settings).unwrap();
    let uwsgi = "[uwsgi]\nmodule = shop.wsgi\nsocket = /run/app.sock\nmaster = true\n";
    fs::write(of("uwsgi.ini"), uwsgi).unwrap();
    fs::write(
        of("shop/wsgi.py"),
        "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n",
    )
    .unwrap();
    let (code, stdout, stderr) = project.check(&["--diff", "--unsafe-fixes"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stdout.contains("+DEBUG = False"), "{stdout}{stderr}");
    assert!(!stdout.contains("hP93kd"), "{stdout}");
    let (_, _, stderr) = project.check(&["--fix", "--unsafe-fixes"]);
    let after = fs::read_to_string(of("shop/settings.py")).unwrap();
    assert_eq!(after, settings.replace("True", "False"), "{stderr}");
}
