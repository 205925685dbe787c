//! The memoized questions that every stage asks.

mod nginx;
mod open;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::deployment::{self, Backend, Choice, Deployment, Front, Purpose, Topology};
use crate::discover::{Inventory, Kind, Patterns, Scope, discover};
use crate::django::Dump;
use crate::files::Files;
use crate::finding::Undecided;
use crate::host::PathMap;
use crate::host::key::{self, Key};
use crate::launch::Launch;
use crate::launch::watch::Watcher;
use crate::nginx::Configuration;
use crate::programs::Programs;
use crate::source::FileId;
use crate::tree::{Buffer, FileKind, ReadError, normalize};
use crate::uwsgi::{Conditions, Instance};

pub use open::{Input, Problem};

/// One run's input and all that was worked out of it.
pub struct Workspace {
    files: Files,
    input: Input,
    starts: Vec<PathBuf>,
    scope: Scope,
    problems: Vec<Problem>,
    inventory: OnceLock<Inventory>,
    configurations: OnceLock<Vec<Arc<Configuration>>>,
    launch: OnceLock<Launch>,
    backends: OnceLock<Vec<Backend>>,
    fronts: OnceLock<Vec<Front>>,
    host_paths: OnceLock<PathMap>,
    choices: OnceLock<Vec<Choice>>,
    instances: OnceLock<Vec<Arc<Instance>>>,
    uwsgi_files: OnceLock<BTreeSet<FileId>>,
    /// The index of each instance's backend, by the instance's address.
    backend_of: OnceLock<BTreeMap<usize, usize>>,
    starts_a_server: OnceLock<bool>,
    /// By the backend's index: a dozen rules ask.
    working_directories: Mutex<HashMap<usize, Option<PathBuf>>>,
    /// The addresses of the instances that are for developers alone.
    of_developers: OnceLock<BTreeSet<usize>>,
    keys: OnceLock<Vec<Key>>,
    deployments: OnceLock<Vec<Deployment>>,
    dumps: OnceLock<Vec<Dump>>,
}

impl Workspace {
    fn new(files: Files, input: Input, starts: Vec<PathBuf>, problems: Vec<Problem>) -> Self {
        let base = input.pattern_base.as_ref().unwrap_or(&input.base);
        let scope = Scope {
            include: Patterns::new(base, &input.include),
            exclude: Patterns::new(base, &input.exclude),
        };
        Self {
            scope,
            files,
            input,
            starts,
            problems,
            inventory: OnceLock::new(),
            configurations: OnceLock::new(),
            launch: OnceLock::new(),
            backends: OnceLock::new(),
            fronts: OnceLock::new(),
            host_paths: OnceLock::new(),
            choices: OnceLock::new(),
            instances: OnceLock::new(),
            uwsgi_files: OnceLock::new(),
            backend_of: OnceLock::new(),
            starts_a_server: OnceLock::new(),
            working_directories: Mutex::default(),
            of_developers: OnceLock::new(),
            keys: OnceLock::new(),
            deployments: OnceLock::new(),
            dumps: OnceLock::new(),
        }
    }

    /// The files, by path and by id.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// What the run is about.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The directory that paths are shown relative to.
    pub fn base(&self) -> &Path {
        &self.input.base
    }

    /// What was to be checked: directories, and files that were named.
    pub fn starts(&self) -> &[PathBuf] {
        &self.starts
    }

    /// The file that findings must have to do with to be told, where there is one.
    pub fn focus(&self) -> Option<FileId> {
        let buffer = self.input.buffer.as_ref();
        let buffer = buffer.filter(|_| self.input.is_about_buffer)?;
        Some(self.files.open(&buffer.path).ok()?.id())
    }

    /// The buffer, where findings are to be about it and it is of no kind that is known and nothing brought it here.
    pub fn unread_buffer(&self) -> Option<&Buffer> {
        let buffer = self.input.buffer.as_ref();
        let buffer = buffer.filter(|_| self.input.is_about_buffer)?;
        // What is read by reference is open once everything was joined.
        self.deployments();
        let real = self.files.tree().resolve(&buffer.path).ok()?;
        let mut sources = self.files.sources().into_iter();
        let is_read = self.inventory().kind_of(&buffer.path).is_some()
            || sources.any(|source| source.path() == real);
        (!is_read).then_some(buffer)
    }

    /// Named inputs that cannot be used.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether nothing was found that could be judged.
    pub fn is_empty(&self) -> bool {
        self.configurations().is_empty()
            && self.instances().is_empty()
            && self.keys().is_empty()
            && self.deployments().is_empty()
    }

    /// What is there, and of what kind.
    pub fn inventory(&self) -> &Inventory {
        self.inventory
            .get_or_init(|| discover(&self.files, &self.starts, &self.scope))
    }

    /// Every nginx configuration: main files, and site files and snippets that no main file includes.
    pub fn configurations(&self) -> &[Arc<Configuration>] {
        self.configurations.get_or_init(|| self.load_nginx())
    }

    /// The programs that the deployment runs on, as far as they were told.
    pub fn programs(&self) -> &Programs {
        &self.input.programs
    }

    /// What starts things, where, and what is started.
    pub fn launch(&self) -> &Launch {
        self.launch.get_or_init(|| Launch::read(self))
    }

    /// Every application server: what is started, and the uWSGI files that nothing here starts.
    pub fn backends(&self) -> &[Backend] {
        self.backends.get_or_init(|| deployment::backends(self))
    }

    /// Every nginx configuration, on each machine that runs it.
    pub fn fronts(&self) -> &[Front] {
        self.fronts.get_or_init(|| deployment::fronts(self))
    }

    /// Which settings every server runs with whose module is here.
    pub fn choices(&self) -> &[Choice] {
        self.choices.get_or_init(|| deployment::choices(self))
    }

    /// The machines, with all that is known of their paths.
    pub fn topology(&self) -> Topology<'_> {
        let host = self
            .host_paths
            .get_or_init(|| deployment::topology::learned(self, self.backends()));
        Topology::new(self.launch(), host)
    }

    /// Every uWSGI instance: those that are started, and ini files that no other one includes.
    pub fn instances(&self) -> &[Arc<Instance>] {
        self.instances.get_or_init(|| {
            let backends = self.backends().iter();
            backends
                .filter_map(|backend| backend.instance().cloned())
                .collect()
        })
    }

    /// What `uwsgi FILE` would make of a file in the current directory, or on the deployed host.
    pub fn instance_of(&self, path: &Path) -> Result<Arc<Instance>, ReadError> {
        let source = self.files.open(&normalize(self.base(), path))?;
        let conditions = Conditions {
            environment: &self.input.environment,
            is_whole_environment: false,
            directory: self.input.root.is_none().then(|| self.base()),
            in_place: self.input.root.is_none(),
        };
        let instance = Instance::load_under(&self.files, source, None, conditions);
        Ok(Arc::new(instance))
    }

    /// The server that an instance is.
    pub fn backend_of(&self, instance: &Instance) -> Option<&Backend> {
        // An emperor has thousands of them, and each rule asks: by address, and not one after the other.
        let by_address = self.backend_of.get_or_init(|| {
            let of = |(index, one): (usize, &Backend)| Some((address(one.instance()?), index));
            self.backends().iter().enumerate().filter_map(of).collect()
        });
        self.backends().get(*by_address.get(&address(instance))?)
    }

    /// The directory of the tree that an instance runs in, as it was found before or is found now.
    pub(crate) fn working_directory_or(
        &self,
        instance: &Instance,
        find: impl FnOnce() -> Option<PathBuf>,
    ) -> Option<PathBuf> {
        let Some(backend) = self.backend_of(instance) else {
            return find();
        };
        let known = || {
            let known = self.working_directories.lock();
            known.unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(&backend.id).cloned();
        found.unwrap_or_else(|| {
            let found = find();
            known().insert(backend.id, found.clone());
            found
        })
    }

    /// Whether an instance is part of what only its developers use.
    pub fn is_for_developers(&self, instance: &Instance) -> bool {
        let all = self.of_developers.get_or_init(|| {
            let of = |purpose: Purpose| {
                let deployments = self.deployments().iter();
                let meant = deployments.filter(move |deployment| deployment.purpose == purpose);
                meant.flat_map(|deployment| deployment.instances.iter().map(|one| address(one)))
            };
            let visited: BTreeSet<usize> = of(Purpose::Production).collect();
            let unvisited = of(Purpose::Development).filter(|one| !visited.contains(one));
            unvisited.collect()
        });
        all.contains(&address(instance))
    }

    /// Whether anything here starts an application server, and not only by hand.
    pub fn starts_a_server(&self) -> bool {
        *self.starts_a_server.get_or_init(|| {
            let topology = self.topology();
            self.backends().iter().any(|backend| {
                let process = backend.process(topology);
                process.is_some_and(|process| !process.is_by_hand())
            })
        })
    }

    /// What watches the process that an instance is.
    pub fn watcher_of(&self, instance: &Instance) -> Option<Watcher> {
        let process = self.backend_of(instance)?.process(self.topology())?;
        self.launch().watcher(process)
    }

    /// The uWSGI files that were named.
    pub fn named_uwsgi(&self) -> Vec<PathBuf> {
        self.named(&self.input.uwsgi)
    }

    /// Every private key.
    pub fn keys(&self) -> &[Key] {
        self.keys.get_or_init(|| {
            self.inventory()
                .of(Kind::Key)
                .filter_map(|path| {
                    let mode = self.files.tree().stat(path).ok()?.mode;
                    Key::read(self.files.open(path).ok()?, mode)
                })
                .collect()
        })
    }

    /// What running processes said of their settings.
    pub(crate) fn dumps(&self) -> &[Dump] {
        self.dumps.get_or_init(|| {
            let printed = self.input.settings_dumps.iter();
            printed
                .map(|(path, printed)| Dump::read(&self.files, path.clone(), printed))
                .collect()
        })
    }

    /// What belongs together.
    pub fn deployments(&self) -> &[Deployment] {
        self.deployments.get_or_init(|| deployment::join(self))
    }

    /// Everything that stayed open, each once.
    pub fn undecided(&self) -> Vec<Undecided> {
        let mut all: Vec<Undecided> = Vec::new();
        all.extend(
            self.configurations()
                .iter()
                .flat_map(|nginx| nginx.undecided().to_vec()),
        );
        all.extend(
            self.instances()
                .iter()
                .flat_map(|instance| instance.undecided()),
        );
        for deployment in self.deployments() {
            all.extend(deployment.undecided());
        }
        all.extend(self.launch().undecided());
        all.extend(self.undecided_routes());
        let mut seen = BTreeSet::new();
        all.retain(|undecided| {
            seen.insert((
                undecided.place,
                undecided.what.clone(),
                undecided.why.clone(),
            ))
        });
        all
    }

    /// In how many places one program reads a file: by several `include`s of one configuration, or
    /// as a part of several instances.
    pub fn contexts_of(&self, file: FileId) -> usize {
        let configurations = self.configurations().iter();
        let by_nginx = configurations.map(|nginx| nginx.times_included(file));
        let instances = self.instances().iter();
        let by_uwsgi = instances.filter(|instance| instance.files().contains(&file));
        by_nginx.max().unwrap_or(0).max(by_uwsgi.count())
    }

    /// Whether a file is a uWSGI ini, where a comment at the end of a line is part of the value.
    pub fn is_uwsgi(&self, file: FileId) -> bool {
        let all = || self.instances().iter().flat_map(|one| one.files());
        let files = self.uwsgi_files.get_or_init(|| all().copied().collect());
        files.contains(&file)
    }

    /// The program that reads a file, where a comment of its is a whole line: behind anything else
    /// `#` is part of that. So in uWSGI's ini files, in units (systemd.syntax(7)) and in Dockerfiles.
    pub fn takes_comments_as_whole_lines(&self, file: FileId) -> Option<&'static str> {
        if self.is_uwsgi(file) {
            return Some("uWSGI");
        }
        match self.inventory().kind_of(self.files.get(file).path())? {
            Kind::Uwsgi => Some("uWSGI"),
            Kind::Unit => Some("systemd"),
            Kind::Dockerfile => Some("Docker"),
            _ => None,
        }
    }

    /// A path as it is called within its project, wherever the project lies: below the top of
    /// the git working tree, else below the path that was to be checked.
    pub fn within_project(&self, path: &Path) -> String {
        let repository = self.files.tree().repository(path);
        let start = repository
            .as_deref()
            .or_else(|| {
                self.starts
                    .iter()
                    .map(PathBuf::as_path)
                    .find(|start| path.starts_with(start))
            })
            .unwrap_or(Path::new("/"));
        let relative = path.strip_prefix(start).unwrap_or(path);
        let names: Vec<_> = relative
            .components()
            .map(|component| component.as_os_str().to_string_lossy())
            .collect();
        names.join("/")
    }

    /// Whether a file that was called so within its project is not there any more.
    pub fn is_gone(&self, within_project: &str) -> bool {
        let tree = self.files.tree();
        let tops = self.starts.iter().map(|start| {
            let repository = tree.repository(start);
            repository.unwrap_or_else(|| start.clone())
        });
        let mut stats = tops.map(|top| tree.stat(&top.join(within_project)));
        stats.all(|stat| stat == Err(ReadError::NotFound)) && !self.starts.is_empty()
    }

    /// A path below what was to be looked through. Names above it say nothing of what a file is for.
    pub fn below_start(&self, path: &Path) -> String {
        let start = self
            .starts
            .iter()
            .filter(|start| path.starts_with(start) && *start != path)
            .max_by_key(|start| start.components().count())
            .unwrap_or(&self.input.base);
        let below = path.strip_prefix(start).unwrap_or(path);
        below.to_string_lossy().into_owned()
    }

    /// The settings modules that were named and are there.
    pub fn named_settings(&self) -> Vec<PathBuf> {
        self.named(&self.input.settings)
    }

    /// Whether nginx or uWSGI names the key as its TLS key.
    pub fn is_tls_key(&self, key: &Path) -> bool {
        let name = key.file_name();
        self.configurations()
            .iter()
            .flat_map(|nginx| nginx.named("ssl_certificate_key"))
            .filter_map(|node| node.argument(0))
            .any(|word| Path::new(word.text().as_ref()).file_name() == name)
            || self
                .instances()
                .iter()
                .any(|instance| instance.names_tls_key(key))
    }

    /// Whether the name or place of a key says that it protects nothing.
    pub fn is_a_specimen(&self, key: &Key) -> bool {
        let path = self.within_project(key.source.path());
        key::is_a_specimen(&path)
    }

    /// Whether the files lie where permission bits are made up: on a FAT or Windows file system
    /// every file has every bit.
    pub fn modes_mean_nothing(&self) -> bool {
        let tree = self.files.tree();
        let mut modes = self
            .inventory()
            .entries()
            .iter()
            .filter_map(|entry| tree.stat(&entry.path).ok()?.mode)
            .peekable();
        modes.peek().is_some() && modes.all(|mode| mode & 0o777 == 0o777)
    }

    /// A path as it is typed into a shell in the current directory.
    pub fn in_a_shell(&self, path: &Path) -> String {
        let shown = path
            .strip_prefix(self.base())
            .unwrap_or(path)
            .to_string_lossy();
        shlex::try_quote(&shown).map_or_else(|_| format!("{shown:?}"), |quoted| quoted.into_owned())
    }

    fn named(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        paths
            .iter()
            .map(|path| normalize(&self.input.base, path))
            .filter(|path| {
                self.files
                    .tree()
                    .stat(path)
                    .is_ok_and(|stat| stat.kind == FileKind::File)
            })
            .collect()
    }

    fn kind_of(&self, path: &Path) -> Option<Kind> {
        crate::discover::kind_of_nginx(self.files.tree(), path)
    }
}

/// What tells one instance from the others: each is made once and stays where it is.
fn address(instance: &Instance) -> usize {
    std::ptr::from_ref(instance).addr()
}
