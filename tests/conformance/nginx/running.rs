//! A running nginx, and its answers.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::case::{Asked, FILES, main_file};

/// How long nginx may take to start, and to answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The ports that configurations name.
pub(crate) const PORTS: [u16; 2] = [8001, 8002];

/// The addresses that requests are sent to.
pub(crate) const ADDRESSES: [&str; 2] = ["127.0.0.1", "127.0.0.2"];

/// A server that says whom a request was passed to.
const BACKEND: &str = "server { listen unix:/srv/backend.sock; location / { return 200 \"passed http://unix:/srv/backend.sock\"; } }\n";

/// A directory for nginx and what it opens. The workers are nobody, who must get in.
pub(crate) fn root() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::Builder::new()
        .prefix("djl-")
        .tempdir_in("/tmp")
        .unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

/// Ports that nobody listens on.
pub(crate) fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let taken = [(); COUNT].map(|()| TcpListener::bind("0.0.0.0:0").unwrap());
    taken
        .each_ref()
        .map(|listener| listener.local_addr().unwrap().port())
}

/// A running nginx.
pub(crate) struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Nginx {
    /// nginx with this main file, once it listens at one of these addresses; nothing where it refuses the file.
    pub(crate) fn start(root: &Path, main: &Path, listens: &[(&str, u16)]) -> Option<Self> {
        let command = |arguments: &[&str]| {
            let mut command = Command::new(nginx());
            command
                .arg("-p")
                .arg(root)
                .arg("-c")
                .arg(main)
                .args(["-e", "stderr"])
                .args(arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command
        };
        if !command(&["-t"]).status().unwrap().success() {
            return None;
        }
        let running = Self(command(&["-g", "master_process off;"]).spawn().unwrap());
        let started = Instant::now();
        while !listens.iter().any(|at| TcpStream::connect(at).is_ok()) {
            assert!(started.elapsed() < PATIENCE, "nginx does not start");
            std::thread::yield_now();
        }
        Some(running)
    }
}

fn nginx() -> PathBuf {
    let path = format!(
        "{}:/usr/sbin:/usr/bin",
        std::env::var("PATH").unwrap_or_default()
    );
    std::env::split_paths(&path)
        .map(|directory| directory.join("nginx"))
        .find(|path| path.is_file())
        .expect("nginx is missing: tests/run installs it")
}

struct Running {
    directory: tempfile::TempDir,
    ports: [u16; 2],
    _nginx: Nginx,
}

impl Running {
    /// nginx with this in http; nothing where it refuses that.
    fn start(http: &str) -> Option<Self> {
        let directory = root();
        let root = directory.path();
        for path in FILES {
            let path = root.join(path.trim_start_matches('/'));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        for path in FILES {
            fs::write(
                root.join(path.trim_start_matches('/')),
                format!("file {path}"),
            )
            .unwrap();
        }
        let ports: [u16; 2] = free_ports();
        let mut text = main_file(&format!("{BACKEND}{http}"));
        for (named, real) in PORTS.iter().zip(&ports) {
            text = text.replace(&named.to_string(), &real.to_string());
        }
        let text = text.replace("/srv/", &format!("{}/srv/", root.display()));
        let main = root.join("nginx.conf");
        fs::write(&main, text).unwrap();
        let listens: Vec<(&str, u16)> = ADDRESSES
            .iter()
            .flat_map(|address| ports.map(|port| (*address, port)))
            .collect();
        let nginx = Nginx::start(root, &main, &listens)?;
        Some(Self {
            directory,
            ports,
            _nginx: nginx,
        })
    }

    fn connect(&self, address: &str, port: u16) -> Option<TcpStream> {
        let index = PORTS.iter().position(|named| *named == port)?;
        TcpStream::connect((address, self.ports[index])).ok()
    }

    fn ask(&self, asked: &Asked) -> String {
        let Some(mut stream) = self.connect(&asked.address, asked.port) else {
            return "closed".to_owned();
        };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let Asked {
            method,
            host,
            target,
            ..
        } = asked;
        // In one piece: what nginx has not read when it answers 400 would make it reset the connection.
        let request =
            format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        self.shown(&bytes)
    }

    /// The answer in one line, with the paths that the configuration has.
    fn shown(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return "closed".to_owned();
        };
        let status = head.split(' ').nth(1).unwrap();
        let location = head
            .lines()
            .find_map(|line| line.strip_prefix("Location: "))
            // An error page may leave it behind in another answer.
            .filter(|_| status.starts_with('3'));
        let shown = match location {
            Some(location) => format!("{status} > {location}"),
            None if body.contains("<title>Index of") => format!("{status} listing"),
            None if body.starts_with("Active connections") => format!("{status} module"),
            None if body.contains("<center>nginx") || body.is_empty() => status.to_owned(),
            None => format!("{status} {body}"),
        };
        let root = self.directory.path();
        shown.replace(&root.display().to_string(), "")
    }
}

/// nginx's answers to some requests; nothing where it refuses the configuration.
pub(crate) fn answers(http: &str, requests: &[Asked]) -> Option<Vec<String>> {
    let running = Running::start(http)?;
    assert!(Path::new(running.directory.path()).is_dir());
    Some(requests.iter().map(|asked| running.ask(asked)).collect())
}
