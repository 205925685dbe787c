//! A deployment really running, below a directory of its own.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;

use tempfile::TempDir;

use crate::apart::Network;
use crate::deployment::Deployment;
use crate::http::{self, Answer, Request};
use crate::listener::Listener;
use crate::machine::{self, Place};
use crate::process::{self, Ran};
use crate::rewrite::{self, Ports};

/// Where supervisord finds its configuration.
const SUPERVISOR: &str = "etc/supervisor/supervisord.conf";

/// A deployment below a directory of its own: `tree` is what djlint checks and what the
/// programs read; what only the proofs need lies beside it.
pub(crate) struct Stage {
    deployment: Deployment,
    ports: Ports,
    tree: PathBuf,
    aside: PathBuf,
    running: Vec<Child>,
    nginx: bool,
    uwsgi: bool,
    network: Option<Network>,
    directory: TempDir,
    _place: Place,
}

impl Stage {
    /// Writes the deployment; nothing runs yet.
    pub(crate) fn set(deployment: &Deployment) -> Self {
        let place = machine::place();
        let directory = tempfile::Builder::new()
            .prefix("djl-")
            .tempdir_in(machine::ground())
            .expect("a directory for the stage");
        let mut stage = Self {
            deployment: deployment.clone(),
            ports: Ports::default(),
            tree: directory.path().join("root"),
            aside: directory.path().join("aside"),
            running: Vec::new(),
            nginx: false,
            uwsgi: false,
            network: None,
            directory,
            _place: place,
        };
        stage.build();
        stage
    }

    fn build(&mut self) {
        // Workers of nginx and of uWSGI run as other users.
        allow(self.directory.path(), 0o755);
        for directory in [
            "run",
            "tmp",
            "var/log/nginx",
            "var/lib/nginx",
            "var/www/html",
            "usr/share/nginx",
        ] {
            fs::create_dir_all(self.path(directory)).expect("a directory");
        }
        allow(&self.path("tmp"), 0o1777);
        for (name, file) in self.deployment.files.clone() {
            let path = self.path(&name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            let content = match String::from_utf8(file.content) {
                Ok(text) => rewrite::text(&text, &self.tree, &mut self.ports).into_bytes(),
                Err(bytes) => bytes.into_bytes(),
            };
            fs::write(&path, content).expect("a file");
            allow(&path, file.mode);
        }
        self.add_what_packages_bring();
        fs::create_dir_all(self.aside.join("overlay")).expect("a directory");
        fs::create_dir_all(self.aside.join("data")).expect("a directory");
        if let Some(settings) = self.deployment.overlay {
            let settings =
                settings.replace("{data}", &self.aside.join("data").display().to_string());
            fs::write(self.aside.join("overlay/live_settings.py"), settings).expect("settings");
        }
        if !self.deployment.virtualenv.is_empty() {
            let virtualenv = self.path(&self.deployment.virtualenv);
            fs::create_dir_all(virtualenv.parent().expect("a parent")).expect("a directory");
            symlink(machine::stack(), virtualenv).expect("a virtualenv");
        }
        let mut owned = vec![self.aside.join("data")];
        for name in self.deployment.directories.clone() {
            let path = self.path(&name);
            fs::create_dir_all(&path).expect("a directory");
            owned.push(path);
        }
        if let Some((user, group)) = self.deployment.user.filter(|_| machine::me().root) {
            let owner = format!("{}:{}", machine::user(user), machine::group(group));
            let done = Command::new("chown")
                .arg(owner)
                .args(&owned)
                .status()
                .expect("chown starts");
            assert!(done.success(), "chown failed");
        }
        if let Some(name) = self.deployment.apart.network {
            let network = Network::new(name, self.directory.path(), self.aside.join("hosts"));
            for port in self.deployment.apart.published.clone() {
                network.publish(self.ports.of(port));
            }
            self.network = Some(network);
        }
        if self.deployment.collected {
            let ran = self.manage(&["collectstatic", "--noinput"]);
            assert!(ran.status.success(), "collectstatic failed: {ran:#?}");
        }
    }

    /// Debian's own files in /etc/nginx, where the deployment brings none.
    fn add_what_packages_bring(&self) {
        let etc = self.path("etc/nginx");
        if !etc.is_dir() {
            return;
        }
        for name in [
            "mime.types",
            "uwsgi_params",
            "proxy_params",
            "fastcgi_params",
        ] {
            let packaged = Path::new("/etc/nginx").join(name);
            if packaged.is_file() && !etc.join(name).exists() {
                fs::copy(packaged, etc.join(name)).expect("a file of the package");
            }
        }
    }

    /// The deployment's files as they are deployed, with no path rewritten.
    pub(crate) fn as_deployed(&self) -> PathBuf {
        let root = self.aside.join("deployed");
        for (name, file) in &self.deployment.files {
            let path = root.join(name.trim_start_matches('/'));
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(&path, &file.content).expect("a file");
            allow(&path, file.mode);
        }
        if !self.deployment.virtualenv.is_empty() {
            let virtualenv = root.join(&self.deployment.virtualenv);
            fs::create_dir_all(virtualenv.parent().expect("a parent")).expect("a directory");
            if fs::symlink_metadata(&virtualenv).is_err() {
                symlink(machine::stack(), virtualenv).expect("a virtualenv");
            }
        }
        root
    }

    /// A deployed path in the stage.
    pub(crate) fn path(&self, deployed: &str) -> PathBuf {
        self.tree.join(deployed.trim_start_matches('/'))
    }

    /// The directory that stands for the root of the deployed host.
    pub(crate) fn tree(&self) -> &Path {
        &self.tree
    }

    /// The port that plays a deployed one.
    pub(crate) fn port(&mut self, deployed: u16) -> u16 {
        self.ports.of(deployed)
    }

    /// Whether djlint is told that the tree is a host.
    pub(crate) fn is_host(&self) -> bool {
        self.deployment.as_host
    }

    /// A file beside the tree.
    pub(crate) fn aside(&self, name: &str) -> PathBuf {
        self.aside.join(name)
    }

    /// nginx and uWSGI running, each ready for a request. Does nothing the second time.
    pub(crate) fn serve(&mut self) -> &mut Self {
        self.serve_uwsgi();
        self.serve_nginx()
    }

    /// nginx alone.
    pub(crate) fn serve_nginx(&mut self) -> &mut Self {
        if self.nginx {
            return self;
        }
        self.nginx = true;
        let mut command = self.nginx_command(&["-g", "daemon off;"]);
        let child = self.spawn(&mut command, "nginx");
        self.running.push(child);
        let port = self.ports.of(80);
        self.wait_for("nginx listens", |_| {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        self
    }

    /// uWSGI alone.
    pub(crate) fn serve_uwsgi(&mut self) -> &mut Self {
        if self.uwsgi {
            return self;
        }
        self.uwsgi = true;
        let mut command = self.uwsgi_command();
        let child = self.spawn(&mut command, "uwsgi");
        let view = Path::new("/proc").join(child.id().to_string());
        self.running.push(child);
        let listener = self.listener();
        let is_apart = self.deployment.apart.is_played();
        self.wait_for("uWSGI listens", |_| match is_apart {
            true => listener.is_seen_in(&view),
            false => listener.answers(),
        });
        self
    }

    /// supervisord, which starts what its configuration says.
    pub(crate) fn supervise(&mut self) -> &mut Self {
        let mut command = Command::new(machine::stack_program("supervisord"));
        command.arg("-c").arg(self.path(SUPERVISOR));
        self.give_environment(&mut command);
        let child = self.spawn(&mut command, "supervisord");
        self.running.push(child);
        self.wait_for("supervisord listens", |stage| {
            stage.supervisorctl(&["pid"]).status.success()
        });
        self
    }

    /// What `supervisorctl` says.
    pub(crate) fn supervisorctl(&self, words: &[&str]) -> Ran {
        let mut command = Command::new(machine::stack_program("supervisorctl"));
        command.arg("-c").arg(self.path(SUPERVISOR)).args(words);
        self.run(&mut command, "supervisorctl")
    }

    /// uWSGI's first process: the master, where there is one.
    pub(crate) fn uwsgi_pid(&self) -> u32 {
        self.running.first().expect("uWSGI runs").id()
    }

    /// Waits until a process is gone, however it ends.
    pub(crate) fn wait_for_the_end_of(&mut self, pid: u32) {
        process::poll(&format!("{pid} ends"), || {
            for child in &mut self.running {
                // Asking is what buries it.
                let _ = child.try_wait();
            }
            !Path::new("/proc").join(pid.to_string()).exists()
        });
    }

    /// `nginx -t`.
    pub(crate) fn nginx_test(&self) -> Ran {
        self.run(&mut self.nginx_command(&["-t"]), "nginx-test")
    }

    /// uWSGI where it is expected to end by itself.
    pub(crate) fn uwsgi_to_its_end(&self) -> Ran {
        self.run(&mut self.uwsgi_command(), "uwsgi")
    }

    /// `python manage.py …` in the project's directory.
    pub(crate) fn manage(&self, arguments: &[&str]) -> Ran {
        let mut command = self.command_of_the_application(&machine::stack_program("python"));
        command.arg("manage.py").args(arguments);
        command.current_dir(self.path(self.deployment.project));
        self.give_environment(&mut command);
        self.run(&mut command, "manage")
    }

    /// Another program, with the tree as its directory.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new(machine::program(program));
        command.args(arguments).current_dir(&self.tree);
        self.run(&mut command, program)
    }

    /// The answer to a request; nothing where the connection closes without one.
    pub(crate) fn ask(&mut self, request: Request) -> Option<Answer> {
        let host = request.host.unwrap_or(self.deployment.host);
        if request.tls {
            let header: Vec<&str> = request
                .header
                .iter()
                .flat_map(|line| ["--header", line])
                .collect();
            self.curl(host, request.path, &header)
        } else {
            http::plain(self.ports.of(80), host, request)
        }
    }

    /// An answer over TLS, with more of curl's arguments.
    pub(crate) fn curl(&mut self, host: &str, path: &str, arguments: &[&str]) -> Option<Answer> {
        http::tls(self.ports.of(443), host, path, arguments)
    }

    /// Whether a user who is neither the tests' nor the application's reaches a socket;
    /// nothing where nobody here can play that user.
    pub(crate) fn stranger_connects(&self, socket: &str, rule: &str) -> Option<bool> {
        let mut command = machine::as_stranger(rule)?;
        let output = command
            .args(["curl", "--silent", "--max-time", "2", "--unix-socket"])
            .arg(self.path(socket))
            .arg("http://localhost/")
            .output()
            .expect("curl starts");
        // 7 is curl's word for a connection refused; what uWSGI answers is no HTTP.
        Some(output.status.code() != Some(7))
    }

    /// All that nginx wrote.
    pub(crate) fn nginx_log(&self) -> String {
        process::texts(&[
            self.output_of("nginx"),
            self.path("var/log/nginx/error.log"),
        ])
    }

    /// All that uWSGI wrote, to wherever it was told to.
    pub(crate) fn uwsgi_log(&self) -> String {
        process::texts(&[
            self.output_of("uwsgi"),
            self.path(self.deployment.project).join("uwsgi.log"),
        ])
    }

    /// The programs of this stage that run.
    pub(crate) fn processes(&self) -> Vec<u32> {
        process::marked(self.directory.path())
    }

    /// Asks again and again, for as long as a program may take.
    pub(crate) fn wait_for(&mut self, what: &str, mut done: impl FnMut(&mut Self) -> bool) {
        process::poll(what, || {
            for child in &mut self.running {
                if let Some(status) = child.try_wait().expect("its state") {
                    // The parent of a daemon leaves with success, and a proof may kill.
                    assert!(
                        status.code().is_none_or(|code| code == 0),
                        "waiting until {what}, a program ended: {status}"
                    );
                }
            }
            done(self)
        });
    }

    fn nginx_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(machine::program("nginx"));
        command
            .arg("-p")
            .arg(self.path("usr/share/nginx"))
            .arg("-c")
            .arg(self.path("etc/nginx/nginx.conf"))
            .arg("-e")
            .arg("stderr")
            .args(arguments);
        match &self.network {
            Some(network) => network.outside(command),
            None => command,
        }
    }

    fn uwsgi_command(&self) -> Command {
        let ini = self.path(self.deployment.ini);
        let mut command = self.command_of_the_application(&machine::stack_program("uwsgi"));
        command.arg("--ini").arg(ini.file_name().expect("a file"));
        command.current_dir(ini.parent().expect("a directory"));
        let apart = &self.deployment.apart;
        command = apart.activated(command, &self.tree);
        command = apart.own_directories(command, &self.tree, &self.aside);
        if let Some(network) = &self.network {
            command = network.inside(command);
        }
        self.give_environment(&mut command);
        command
    }

    /// A command under the user of the application.
    fn command_of_the_application(&self, program: &Path) -> Command {
        let other = self
            .deployment
            .user
            .filter(|_| machine::me().root)
            .and_then(|(user, group)| {
                machine::as_other(&machine::user(user), &machine::group(group))
            });
        match other {
            Some(mut command) => {
                command.arg(program);
                command
            }
            None => Command::new(program),
        }
    }

    /// The environment of the application.
    fn give_environment(&self, command: &mut Command) {
        command.env_clear();
        command
            .env("PATH", machine::search_path())
            .env("LANG", "C.UTF-8");
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.envs(self.deployment.environment.iter().copied());
        if self.deployment.overlay.is_some() {
            command.env("PYTHONPATH", self.aside.join("overlay"));
            command.env("DJANGO_SETTINGS_MODULE", "live_settings");
        }
    }

    fn spawn(&self, command: &mut Command, name: &str) -> Child {
        process::spawn(command, self.directory.path(), &self.output_of(name))
    }

    fn run(&self, command: &mut Command, name: &str) -> Ran {
        process::run(command, self.directory.path(), &self.output_of(name))
    }

    fn output_of(&self, name: &str) -> PathBuf {
        self.aside(&format!("{name}.out"))
    }

    /// Where uWSGI is told to listen, by the file that it reads.
    fn listener(&self) -> Listener {
        if let Some((path, ..)) = self.deployment.apart.socket {
            return Listener::Path(self.tree.join(path));
        }
        let ini = fs::read_to_string(self.path(self.deployment.ini)).expect("uWSGI's file");
        let value = |keys: &[&str]| {
            ini.lines().find_map(|line| {
                let (key, value) = line.split_once('=')?;
                keys.contains(&key.trim()).then(|| value.trim().to_owned())
            })
        };
        let socket = value(&["socket", "uwsgi-socket", "http-socket", "http"]).expect("a socket");
        match socket
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
        {
            Some(port) => Listener::Port(port),
            None => Listener::Path(Path::new(&value(&["chdir"]).unwrap_or_default()).join(socket)),
        }
    }
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

impl Drop for Stage {
    fn drop(&mut self) {
        for mut child in std::mem::take(&mut self.running) {
            process::end(&mut child);
        }
        for pid in self.processes() {
            process::signal("KILL", i64::from(pid));
        }
        if thread::panicking() {
            eprintln!("--- nginx wrote:\n{}", self.nginx_log());
            eprintln!("--- uWSGI wrote:\n{}", self.uwsgi_log());
        }
    }
}
