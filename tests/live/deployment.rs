//! What is deployed, in the paths, users and ports of the deployed host.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::apart::Apart;

const NGINX: &str = "etc/nginx/nginx.conf";

/// One file of a deployment.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
}

/// A tree laid out like the host, and how it is started there.
#[derive(Clone)]
pub(crate) struct Deployment {
    pub(crate) files: BTreeMap<String, File>,
    pub(crate) directories: Vec<String>,
    /// The name that requests ask for unless they say otherwise.
    pub(crate) host: &'static str,
    /// The directory of manage.py.
    pub(crate) project: &'static str,
    /// Where the virtualenv is: beside manage.py unless the deployment says otherwise.
    pub(crate) virtualenv: String,
    /// What `uwsgi --ini` is given.
    pub(crate) ini: &'static str,
    /// The environment that the unit file or the shell gives to the application.
    pub(crate) environment: Vec<(&'static str, &'static str)>,
    /// User and group that uWSGI is started as, where the test may choose.
    pub(crate) user: Option<(&'static str, &'static str)>,
    /// Settings of the test's own, outside of the tree: what no test machine has.
    pub(crate) overlay: Option<&'static str>,
    pub(crate) collected: bool,
    /// djlint is told that the tree is the host's root: what is not there is missing.
    pub(crate) as_host: bool,
    /// What the application has for itself.
    pub(crate) apart: Apart,
}

impl Deployment {
    /// The smallest sound one, on port 80 and for `shop.example`: most proofs break it
    /// in one place.
    pub(crate) fn plain() -> Self {
        Self::load("tests/live/plain")
            .host("shop.example")
            .project("srv/shop", "srv/shop/uwsgi.ini")
            .directory("run/shop")
            .directory("var/www/shop")
            .environment(
                "SECRET_KEY",
                "a-stand-in-that-is-long-enough-for-every-check-of-django",
            )
    }

    /// A deployment below `fixtures/`.
    pub(crate) fn fixture(name: &str) -> Self {
        Self::load(&format!("fixtures/{name}"))
    }

    /// A checkout below `fixtures/deployments/`, put where its own files say that it
    /// lies, with `site` taken in by the nginx.conf of [`Self::plain`].
    pub(crate) fn checkout(name: &str, place: &str, site: &str) -> Self {
        let mut deployment = Self::fixture(&format!("deployments/{name}"));
        deployment.files = std::mem::take(&mut deployment.files)
            .into_iter()
            .map(|(name, file)| (format!("{place}/{name}"), file))
            .collect();
        let mut nginx = Self::plain().files.remove(NGINX).expect("its nginx.conf");
        let sites = "/etc/nginx/sites-enabled/*";
        let text = String::from_utf8(nginx.content).expect("a text");
        assert!(text.contains(sites), "{text}");
        nginx.content = text
            .replace(sites, &format!("/{place}/{site}"))
            .into_bytes();
        deployment.files.insert(NGINX.to_owned(), nginx);
        deployment
    }

    /// A deployment of the guide, which lies in the guide's place.
    pub(crate) fn guide(name: &str) -> Self {
        Self::fixture(&format!("guide/{name}")).project(
            "home/ubuntu/www/ls-django",
            "home/ubuntu/www/ls-django/.conf/uwsgi.ini",
        )
    }

    /// What `djlint check --fix --unsafe-fixes` makes of it.
    pub(crate) fn fixed(mut self) -> Self {
        let place = tempfile::tempdir().expect("a directory");
        for (name, file) in &self.files {
            let path = place.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(&path, &file.content).expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(file.mode)).expect("its mode");
        }
        let output = Command::new(env!("CARGO_BIN_EXE_djlint"))
            .args(["check", "--isolated", "--fix-only", "--unsafe-fixes"])
            .current_dir(place.path())
            .stdin(Stdio::null())
            .output()
            .expect("djlint starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        let fixed = read(place.path());
        let is_changed = |name: &String| fixed[name].content != self.files[name].content;
        assert!(fixed.keys().any(is_changed), "nothing is fixed: {said}");
        self.files = fixed;
        self
    }

    fn load(directory: &str) -> Self {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
        let files = read(&top);
        assert!(!files.is_empty(), "{directory} holds no file");
        Self {
            files,
            directories: Vec::new(),
            host: "localhost",
            project: "",
            virtualenv: String::new(),
            ini: "",
            environment: Vec::new(),
            user: None,
            overlay: None,
            collected: false,
            as_host: false,
            apart: Apart::default(),
        }
    }

    /// Adds a file or replaces it.
    pub(crate) fn write(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        let file = File {
            content: content.into(),
            mode: 0o644,
        };
        self.files.insert(name.to_owned(), file);
        self
    }

    /// Replaces `from`, which must stand in the file exactly once.
    pub(crate) fn edit(mut self, name: &str, from: &str, to: &str) -> Self {
        let file = self
            .files
            .get_mut(name)
            .unwrap_or_else(|| panic!("there is no {name}"));
        let text = String::from_utf8(file.content.clone()).expect("a text");
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {name}:\n{text}");
        file.content = text.replacen(from, to, 1).into_bytes();
        self
    }

    /// Adds lines at the end of a file.
    pub(crate) fn append(mut self, name: &str, lines: &str) -> Self {
        let file = self
            .files
            .get_mut(name)
            .unwrap_or_else(|| panic!("there is no {name}"));
        file.content.extend_from_slice(lines.as_bytes());
        self
    }

    /// Gives a file its mode.
    pub(crate) fn mode(mut self, name: &str, mode: u32) -> Self {
        self.files
            .get_mut(name)
            .unwrap_or_else(|| panic!("there is no {name}"))
            .mode = mode;
        self
    }

    /// A directory that the host has and the checkout has not; it belongs to uWSGI's user.
    pub(crate) fn directory(mut self, name: &str) -> Self {
        self.directories.push(name.to_owned());
        self
    }

    pub(crate) fn host(mut self, host: &'static str) -> Self {
        self.host = host;
        self
    }

    pub(crate) fn project(mut self, directory: &'static str, ini: &'static str) -> Self {
        self.project = directory;
        self.virtualenv = format!("{directory}/venv");
        self.ini = ini;
        self
    }

    pub(crate) fn virtualenv(mut self, directory: &str) -> Self {
        self.virtualenv = directory.to_owned();
        self
    }

    pub(crate) fn environment(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    pub(crate) fn user(mut self, user: &'static str, group: &'static str) -> Self {
        self.user = Some((user, group));
        self
    }

    pub(crate) fn overlay(mut self, settings: &'static str) -> Self {
        self.overlay = Some(settings);
        self
    }

    /// The tree is checked with `--root`.
    pub(crate) fn seen_as_host(mut self) -> Self {
        self.as_host = true;
        self
    }

    /// Deployed directories that only the application sees: of its container, or its unit.
    pub(crate) fn private(mut self, directories: &[&'static str]) -> Self {
        self.apart.private.extend(directories);
        self
    }

    /// A directory below the private ones that everybody sees: a volume.
    pub(crate) fn shared(mut self, directory: &'static str) -> Self {
        self.apart.shared.push(directory);
        self
    }

    /// The application runs in a network of its own, and others know it by this name.
    pub(crate) fn network(mut self, name: &'static str) -> Self {
        self.apart.network = Some(name);
        self
    }

    /// A socket that systemd makes and hands to uWSGI.
    pub(crate) fn activated(mut self, path: &'static str, mode: u32, owner: &'static str) -> Self {
        self.apart.socket = Some((path, mode, owner));
        self
    }

    /// A port of that network that Docker passes on from the host.
    pub(crate) fn published(mut self, port: u16) -> Self {
        self.apart.published.push(port);
        self
    }

    /// `manage.py collectstatic` was run before the start.
    pub(crate) fn collected(mut self) -> Self {
        self.collected = true;
        self
    }
}

/// Every file below a directory.
fn read(top: &Path) -> BTreeMap<String, File> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(top).sort_by_file_name() {
        let entry = entry.expect("the deployment can be read");
        if !entry.file_type().is_file()
            || entry
                .path()
                .components()
                .any(|part| part.as_os_str() == "__pycache__")
        {
            continue;
        }
        let name = entry.path().strip_prefix(top).expect("below the top");
        let file = File {
            content: fs::read(entry.path()).expect("the file can be read"),
            mode: entry
                .metadata()
                .expect("the file is there")
                .permissions()
                .mode()
                & 0o777,
        };
        files.insert(name.to_str().expect("a UTF-8 name").to_owned(), file);
    }
    files
}
