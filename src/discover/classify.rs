//! The kind of one file: by its name first, then by a look inside.

use std::path::{Component, Path};

use super::shape::{self, SNIFF, Shape};
use super::{Kind, What};
use crate::files::Files;
use crate::host::key;
use crate::launch::{compose, supervisor, unit};
use crate::tree::{MAX_FILE_SIZE, ReadError, Tree};
use crate::uwsgi;

/// What the name alone makes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    /// nginx or uWSGI by its very name: left out only with a reason.
    Configuration,
    /// May be a configuration of ours or of anything else.
    Perhaps,
    Manage,
    Wsgi,
    Settings,
    Key,
    /// What starts or builds things, by its very name.
    Launch(Kind),
    /// YAML that may be a compose file.
    Yaml,
    /// XML or YAML that may be for uWSGI.
    UwsgiForm,
    Unit,
    Backup,
    Nothing,
}

/// Whether a file would be looked into.
pub(super) fn is_candidate(path: &Path) -> bool {
    !matches!(
        name(path),
        Name::Nothing
            | Name::Perhaps
            | Name::Backup
            | Name::Launch(_)
            | Name::Yaml
            | Name::Unit
            | Name::UwsgiForm
    )
}

/// Names that nobody gives to anything else.
pub(super) fn is_unmistakable(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    matches!(
        name,
        Some("nginx.conf" | "uwsgi.ini" | "manage.py" | "uwsgi_params")
    )
}

/// What the file is. A file that was `named` on the command line is judged by its content alone.
pub(super) fn classify(files: &Files, path: &Path, named: bool) -> Option<What> {
    let tree = files.tree();
    let name = name(path);
    match name {
        Name::Nothing | Name::Perhaps | Name::Backup if named => {}
        Name::Nothing => return None,
        Name::Backup => return Some(What::LeftOut("a backup".to_owned())),
        Name::Launch(kind) => return Some(What::Is(kind)),
        _ => {}
    }
    let head = match tree.head(path, SNIFF) {
        Ok(head) => head,
        Err(why) => return (named || is_candidate(path)).then_some(What::Unreadable(why)),
    };
    let what = what(tree, path, name, &head, named);
    if matches!(what, Some(What::Is(_))) && head.len() < SNIFF {
        files.keep(path, head);
    }
    what
}

fn what(tree: &dyn Tree, path: &Path, name: Name, head: &[u8], named: bool) -> Option<What> {
    let holds = |text: &str| memchr::memmem::find(head, text.as_bytes()).is_some();
    let kind = match name {
        Name::Manage => holds("DJANGO_SETTINGS_MODULE").then_some(Kind::Manage),
        Name::Wsgi => (holds("get_wsgi_application") || holds("WSGIHandler")).then_some(Kind::Wsgi),
        Name::Settings => is_settings(head).then_some(Kind::Settings),
        Name::Key => key::holds_private_key(head).then_some(Kind::Key),
        Name::Yaml => compose::looks_like(head).then_some(Kind::Compose),
        Name::Unit => unit::looks_like(head).then_some(Kind::Unit),
        Name::UwsgiForm => uwsgi::looks_like_other_form(head).then_some(Kind::Uwsgi),
        _ if key::holds_private_key(head) => Some(Kind::Key),
        _ if supervisor::looks_like(head) => Some(Kind::Supervisor),
        _ => return configuration(tree, path, head, named || name == Name::Configuration),
    };
    match kind {
        Some(kind) => Some(What::Is(kind)),
        // A settings module that only imports others is found by reference; a certificate is no key.
        None if named => Some(What::LeftOut(
            "nothing that is known in its first 4 KB".to_owned(),
        )),
        None => None,
    }
}

fn configuration(tree: &dyn Tree, path: &Path, head: &[u8], expected: bool) -> Option<What> {
    let kind = if uwsgi::looks_like_ini(head) {
        Some(Kind::Uwsgi)
    } else {
        match shape::nginx(head) {
            Shape::NginxMain => Some(Kind::NginxMain),
            Shape::NginxSite => Some(Kind::NginxSite),
            // A line of nginx or two is too little to tell by, unless the name says so too.
            Shape::NginxSnippet if expected => Some(Kind::NginxSnippet),
            Shape::Other("binary") if expected => {
                let why = "holds NUL bytes: it is no text".to_owned();
                return Some(What::Unreadable(ReadError::Other(why)));
            }
            Shape::Other(what) if expected => return Some(What::LeftOut(what.to_owned())),
            Shape::Unknown if expected => {
                let why = "no nginx directive and no [uwsgi] section in its first 4 KB";
                return Some(What::LeftOut(why.to_owned()));
            }
            Shape::NginxSnippet | Shape::Other(_) | Shape::Unknown => None,
        }
    };
    let kind = kind?;
    if head.len() < SNIFF {
        return Some(What::Is(kind));
    }
    match tree.stat(path) {
        Ok(stat) if stat.size > MAX_FILE_SIZE => {
            Some(What::Unreadable(ReadError::TooLarge(stat.size)))
        }
        _ => Some(What::Is(kind)),
    }
}

fn is_settings(head: &[u8]) -> bool {
    const NAMES: &[&str] = &[
        "INSTALLED_APPS",
        "DATABASES",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DEBUG",
        "ROOT_URLCONF",
        "MIDDLEWARE",
        "STATIC_URL",
    ];
    NAMES
        .iter()
        .any(|name| memchr::memmem::find(head, name.as_bytes()).is_some())
}

fn name(path: &Path) -> Name {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let parent = path
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let name = name.as_str();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);

    if extension == "py" {
        return match name {
            "manage.py" => Name::Manage,
            _ if name.contains("wsgi") && !name.contains("uwsgi") => Name::Wsgi,
            _ if parent == "settings" || name.contains("settings") => Name::Settings,
            _ => Name::Nothing,
        };
    }
    if is_backup(name, extension) {
        let stem = name
            .trim_end_matches('~')
            .rsplit_once('.')
            .map_or(name, |(stem, _)| stem);
        let ours = ["nginx", "uwsgi"]
            .iter()
            .any(|word| stem.contains(word) || parent.contains(word));
        return if ours || is_site_directory(&parent) {
            Name::Backup
        } else {
            Name::Nothing
        };
    }
    let in_ssh_directory = path.parent().is_some_and(|parent| {
        parent
            .components()
            .any(|component| matches!(component, Component::Normal(name) if name.as_encoded_bytes().starts_with(b".ssh")))
    });
    if matches!(extension, "pem" | "key")
        || name.starts_with("id_")
        || (in_ssh_directory && extension != "pub")
    {
        return Name::Key;
    }
    if let Some(launch) = launch(name, &parent, extension) {
        return launch;
    }
    // An emperor takes each of them for a vassal, and `uwsgi.xml` is nothing else.
    let is_uwsgi = name.contains("uwsgi") || parent.starts_with("vassals");
    if is_uwsgi && matches!(extension, "xml" | "yml" | "yaml" | "json") {
        return Name::UwsgiForm;
    }
    // Text for people, programs and other tools, whatever it is called.
    const OTHERS: &[&str] = &[
        "md", "rst", "txt", "html", "js", "css", "json", "xml", "yml", "yaml", "toml", "lock",
        "log", "png", "jpg", "svg", "gz", "zip", "rb", "go", "php", "pp", "rs", "c", "h", "pid",
        "sql", "csv", "po", "mo", "patch", "diff", "te", "spec", "snap", "crt", "pub", "map", "ts",
        "pyc", "pyi", "so", "ico", "gif", "pdf",
    ];
    if OTHERS.contains(&extension) {
        return Name::Nothing;
    }
    let in_nginx = parent.contains("nginx") || is_site_directory(&parent);
    if name.contains("nginx") || name.contains("uwsgi") || in_nginx || name.ends_with("_params") {
        return Name::Configuration;
    }
    const PERHAPS: &[&str] = &[
        "conf", "ini", "template", "tpl", "tmpl", "j2", "jinja", "jinja2", "in", "vhost", "site",
    ];
    if PERHAPS.contains(&extension) || (extension.is_empty() && parent.contains("uwsgi")) {
        return Name::Perhaps;
    }
    Name::Nothing
}

fn is_site_directory(name: &str) -> bool {
    matches!(
        name,
        "sites-enabled" | "sites-available" | "conf.d" | "vhost.d" | "vhosts"
    )
}

/// Editors' and package managers' leavings. nginx's `include sites-enabled/*` does take them:
/// then they are found by reference.
fn is_backup(name: &str, extension: &str) -> bool {
    name.ends_with('~')
        || matches!(
            extension,
            "bak"
                | "orig"
                | "old"
                | "save"
                | "swp"
                | "rej"
                | "dpkg-dist"
                | "dpkg-old"
                | "dpkg-new"
                | "rpmnew"
                | "rpmsave"
        )
}

/// What a name says of a file that starts or builds things.
fn launch(name: &str, parent: &str, extension: &str) -> Option<Name> {
    let kind = match extension {
        "sh" | "bash" => Kind::Script,
        "dockerfile" => Kind::Dockerfile,
        "service" | "socket" => return Some(Name::Unit),
        "yml" | "yaml" if name.contains("compose") => Kind::Compose,
        "yml" | "yaml" if may_be_compose(name, parent) => return Some(Name::Yaml),
        _ => match name {
            "makefile" | "gnumakefile" => Kind::Makefile,
            "procfile" => Kind::Procfile,
            "justfile" | "fabfile.py" => Kind::Recipe,
            _ if name.starts_with("dockerfile") || name == "containerfile" => Kind::Dockerfile,
            _ if extension.is_empty() && is_script_name(name) => Kind::Script,
            _ => return None,
        },
    };
    Some(Name::Launch(kind))
}

/// Compose files that are not called so: `prod.yml`, `docker/web.yml`.
fn may_be_compose(name: &str, parent: &str) -> bool {
    const STEMS: &[&str] = &[
        "base",
        "common",
        "deploy",
        "dev",
        "development",
        "docker",
        "local",
        "prod",
        "production",
        "services",
        "stack",
        "stage",
        "staging",
        "test",
    ];
    let mut words = name.split(|character: char| !character.is_ascii_alphanumeric());
    words.any(|word| STEMS.contains(&word))
        || parent.contains("docker")
        || parent.contains("compose")
}

/// Scripts without an ending, as images call them.
fn is_script_name(name: &str) -> bool {
    ["entrypoint", "docker-entrypoint", "start", "run", "deploy"].contains(&name)
}
