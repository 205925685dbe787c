//! The picture of a stack, in each of its formats.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn show(directory: &Path, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_djlint"))
        .args(["show", "stack", "--output-format", format])
        .current_dir(directory)
        .output()
        .expect("djlint starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// Two projects behind one nginx; the second one's socket has another name than nginx asks for,
/// a third server asks for what is not known, and names hold what mermaid and terminals would take
/// for their own.
fn two_projects() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "nginx.conf",
        "server {\n    listen 443 ssl;\n    server_name shop.example;\n    location / {\n        include uwsgi_params;\n        uwsgi_pass unix:/run/shop.sock;\n    }\n    \
         location ~ \"^/(a|b);\\\"<x>\" {\n        proxy_pass http://$backend;\n    }\n}\n\
         server {\n    listen 80;\n    server_name blog.example;\n    location / {\n        include uwsgi_params;\n        uwsgi_pass unix:/run/block.sock;\n    }\n}\n",
    );
    for name in ["shop", "blog"] {
        write(
            &format!("{name}/uwsgi.ini"),
            &format!(
                "[uwsgi]\nchdir = /srv/{name}\nmodule = {name}.wsgi\nsocket = /run/{name}.sock\nmaster = true\n"
            ),
        );
        write(&format!("{name}/{name}/__init__.py"), "");
        write(
            &format!("{name}/{name}/settings.py"),
            "import dj_database_url\nSTATIC_URL = '/static/'\nSTATIC_ROOT = '/var/www/static'\n\
             DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'db.example', 'PORT': '5432', 'PASSWORD': 'not-to-be-seen'},\n    'old': dj_database_url.config()}\n\
             CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://me:not-to-be-seen@cache:6379/1'}}\n",
        );
        write(
            &format!("{name}/{name}/wsgi.py"),
            &format!(
                "import os\nfrom django.core.wsgi import get_wsgi_application\n\
                 os.environ.setdefault('DJANGO_SETTINGS_MODULE', '{name}.settings')\napplication = get_wsgi_application()\n"
            ),
        );
    }
    directory
}

/// One server, and nginx asks for another one's socket.
fn broken() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(
        directory.path().join("nginx.conf"),
        "server {\n    listen 80;\n    location / {\n        include uwsgi_params;\n        uwsgi_pass unix:/run/web.sock;\n    }\n}\n",
    )
    .unwrap();
    fs::write(
        directory.path().join("uwsgi.ini"),
        "[uwsgi]\nmodule = shop.wsgi\nsocket = /run/shop.sock\nmaster = true\n",
    )
    .unwrap();
    directory
}

#[test]
fn the_tree_has_everything_and_marks_what_is_broken() {
    insta::assert_snapshot!(
        "compose",
        show(&fixture("deployments/compose/sound"), "text")
    );
    insta::assert_snapshot!("two_projects", show(two_projects().path(), "text"));
    insta::assert_snapshot!("broken", show(broken().path(), "text"));
}

#[test]
fn mermaid_is_drawn_and_escaped() {
    insta::assert_snapshot!(
        "compose_mermaid",
        show(&fixture("deployments/compose/sound"), "mermaid")
    );
    insta::assert_snapshot!(
        "two_projects_mermaid",
        show(two_projects().path(), "mermaid")
    );
    insta::assert_snapshot!("broken_mermaid", show(broken().path(), "mermaid"));
}

#[test]
fn json_has_the_same() {
    let text = show(two_projects().path(), "json");
    assert!(!text.contains("not-to-be-seen"));
    let picture: Value = serde_json::from_str(&text).expect("JSON");
    let stacks = picture["deployments"].as_array().expect("deployments");
    let shop = stacks
        .iter()
        .find(|stack| stack["name"] == "shop")
        .expect("the shop");
    assert_eq!(shop["sites"][0]["passes"][0]["state"], "linked");
    assert_eq!(shop["sites"][0]["passes"][0]["server"], 0);
    assert_eq!(shop["projects"][0]["servers"][0], 0);
    let storage = &shop["projects"][0]["storage"];
    assert_eq!(storage[0]["what"], "PostgreSQL at db.example:5432");
    assert_eq!(storage[1]["what"], "not known");
    assert_eq!(storage[2]["what"], "Redis at cache:6379");
}
