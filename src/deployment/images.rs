//! What the images of a deployment bring along: uWSGI, a compiler, secrets.

use std::path::{Path, PathBuf};

use super::build::Builder;
use crate::host::Existence;
use crate::launch::Process;
use crate::launch::image::Step;
use crate::launch::packages::{self, Installed};
use crate::launch::server::Program;
use crate::launch::word::Word;
use crate::source::Span;
use crate::tree::normalize;
use crate::uwsgi;
use crate::value::only;
use crate::workspace::Workspace;

/// An image that uWSGI is started in.
pub struct UwsgiImage {
    /// The program's name in the command.
    pub program: Span,
    /// The line that says what it builds on.
    pub from: Span,
    /// Whether all of it was read and understood, down to a base whose content is known.
    pub is_whole: bool,
    /// Whether something installs uWSGI.
    pub is_installed: bool,
    /// The release of the official image of Python that it builds on: `3.12-slim`.
    pub python: Option<(String, Span)>,
    /// Who built it, and the place that shows it.
    pub builder: Option<(Builder, Span)>,
    /// Where pip is told to install uWSGI from source, and no compiler is there.
    pub built_without_compiler: Option<Span>,
    /// What to write to have one.
    pub compiler: &'static str,
}

/// A file that uWSGI is told to read, and that is not there.
pub struct MissingIni {
    /// Its path where uWSGI runs.
    pub path: PathBuf,
    /// The word that names it.
    pub place: Span,
    /// The file of that name that is there.
    pub instead: Option<PathBuf>,
}

/// A secret in a Dockerfile.
pub struct ImageSecret {
    /// The variable.
    pub name: String,
    /// Its name's place.
    pub place: Span,
}

/// Base images of which it is known what they lack.
enum Known {
    /// Python and a compiler, as the large official images have it.
    WithCompiler,
    /// Debian or Ubuntu, without a compiler.
    Debian,
    /// Alpine, without a compiler.
    Alpine,
}

fn known_base(base: &Word) -> Option<Known> {
    let name = base.text()?;
    let (repository, tag) = name.split_once(':').unwrap_or((name, "latest"));
    let tag = tag.split('@').next().unwrap_or(tag);
    match repository
        .strip_prefix("docker.io/library/")
        .unwrap_or(repository)
    {
        "python" if tag.contains("alpine") => Some(Known::Alpine),
        "python" if tag.contains("slim") => Some(Known::Debian),
        "python" if tag.contains("windows") || tag.contains("onbuild") => None,
        "python" => Some(Known::WithCompiler),
        "alpine" => Some(Known::Alpine),
        "debian" | "ubuntu" => Some(Known::Debian),
        _ => None,
    }
}

impl Workspace {
    /// The images in which uWSGI is started, each start once.
    pub fn uwsgi_images(&self) -> Vec<UwsgiImage> {
        let launch = self.launch();
        let mut all = Vec::new();
        for process in &launch.processes {
            if process.runs(Program::Uwsgi)
                && let Some(image) = self.uwsgi_image(process)
            {
                all.push(image);
            }
        }
        all
    }

    pub(super) fn uwsgi_image(&self, process: &Process) -> Option<UwsgiImage> {
        let launch = self.launch();
        let machine = launch.machine(process.machine);
        let built = machine.image.as_ref()?;
        let base = known_base(built.base.as_ref()?)?;
        let dockerfile = launch.dockerfile(process.machine)?;
        let installed = packages::installed(self.files(), machine, built);
        let uwsgi = installed.python("uwsgi");
        let is_named = |text: &str| text.contains("uwsgi");
        let is_installed = uwsgi.is_some()
            || installed.python.iter().any(|(name, _)| is_named(name))
            || installed.system.iter().any(|name| is_named(name));
        // What another stage has built may be copied, and a path may lead into a virtualenv of anyone's.
        let copies_programs = built.copies.iter().any(|copy| copy.from.is_some());
        let is_mounted_over = machine.mounts.iter().any(|mounted| {
            mounted.target.starts_with("/usr") || mounted.target.starts_with("/opt")
        });
        let by_name = process.command.words.first()?.text()? == "uwsgi";
        let is_whole = dockerfile.is_whole
            && !installed.may_be_more
            && !copies_programs
            && !is_mounted_over
            && by_name;
        let has_compiler = matches!(base, Known::WithCompiler) || brings_compiler(&installed);
        let first = *built.stages.first()?;
        let from = dockerfile.stages.get(first)?.from_span;
        let is_packaged = installed.system.iter().any(|name| is_named(name));
        let builder = match (uwsgi, is_packaged) {
            (Some(place), false) => Some((Builder::Pip, place)),
            (None, true) => Some((Builder::Distribution, from)),
            _ => None,
        };
        let base_word = built.base.as_ref()?;
        let python = base_word.text().and_then(|name| {
            let name = name.strip_prefix("docker.io/library/").unwrap_or(name);
            let version = name.strip_prefix("python:")?;
            Some((version.to_owned(), base_word.span))
        });
        Some(UwsgiImage {
            python,
            builder,
            program: process.program_span(),
            from,
            is_whole,
            is_installed,
            built_without_compiler: uwsgi.filter(|_| !has_compiler && !installed.has_other_index),
            compiler: match base {
                Known::Alpine => "RUN apk add --no-cache build-base linux-headers",
                _ => {
                    "RUN apt-get update && apt-get install -y --no-install-recommends build-essential"
                }
            },
        })
    }

    /// The ini files that uWSGI is started with and that are not there.
    pub fn missing_inis(&self) -> Vec<MissingIni> {
        let launch = self.launch();
        let mut found = Vec::new();
        for (index, process) in launch.processes.iter().enumerate() {
            // What was found, by whatever name, is not missing.
            let is_found = self.backends().iter().any(|backend| {
                backend.process == Some(index)
                    && backend
                        .instance()
                        .is_some_and(|instance| !instance.files().is_empty())
            });
            if !process.runs(Program::Uwsgi) || process.is_by_hand() || is_found {
                continue;
            }
            for (path, place) in named_inis(process) {
                let from = self.files().get(process.command.span.file);
                let existence =
                    self.topology()
                        .locate(self.files(), process.machine, &path, from.path());
                if existence == Existence::Absent {
                    found.push(MissingIni {
                        instead: self.ini_called(process, &path),
                        path,
                        place,
                    });
                }
            }
        }
        found
    }

    /// The only ini of the same name, as the machine calls it.
    fn ini_called(&self, process: &Process, path: &Path) -> Option<PathBuf> {
        let inis = self.inventory().of(crate::discover::Kind::Uwsgi);
        let same = only(inis.filter(|local| local.file_name() == path.file_name()))?;
        self.topology().names_of(process.machine, same).pop()
    }

    /// Secrets that Dockerfiles set for the containers of every image.
    pub fn secrets_in_images(&self) -> Vec<ImageSecret> {
        let mut found = Vec::new();
        for image in &self.launch().images {
            // What is only built with is not in the image, unless another stage builds on it.
            let Some(built) = image.build(None, &[]) else {
                continue;
            };
            let kept = built
                .stages
                .iter()
                .filter_map(|stage| image.stages.get(*stage));
            for step in kept.flat_map(|stage| &stage.steps) {
                let Step::Env(variable) = step else {
                    continue;
                };
                // What another variable fills in may come from the build's arguments.
                let written = image.file.slice(variable.value.span);
                let is_literal = memchr::memchr(b'$', written).is_none();
                let text = variable.value.text().unwrap_or_default();
                if is_literal
                    && crate::secrets::is_secret_name(&variable.name)
                    && !is_stand_in(text)
                {
                    found.push(ImageSecret {
                        name: variable.name.clone(),
                        place: variable.name_span,
                    });
                }
            }
        }
        found
    }
}

/// Whether a value only fills the place of a secret: building needs one, running another.
fn is_stand_in(text: &str) -> bool {
    const WORDS: [&str; 18] = [
        "dummy",
        "change",
        "build",
        "example",
        "placeholder",
        "temp",
        "test",
        "fake",
        "none",
        "insecure",
        "unused",
        "ignore",
        "secret",
        "password",
        "your",
        "xxx",
        "not",
        "default",
    ];
    let text = text.to_ascii_lowercase();
    text.len() < 8 || text.starts_with('/') || WORDS.iter().any(|word| text.contains(word))
}

fn brings_compiler(installed: &Installed) -> bool {
    const COMPILERS: [&str; 8] = [
        "gcc",
        "build-essential",
        "build-base",
        "clang",
        "g++",
        "cc",
        "alpine-sdk",
        "base-devel",
    ];
    installed.system.iter().any(|package| {
        let name = package
            .split(['=', '<', '>', '~', '-'])
            .next()
            .unwrap_or(package);
        COMPILERS.contains(&package.as_str())
            || COMPILERS.contains(&name)
            || package.starts_with("gcc")
            || package.starts_with("build-")
            // It depends on a compiler.
            || package.starts_with("python3-dev")
    })
}

/// The ini files that uWSGI is started with, each with its place, as far as its path is known.
fn named_inis(process: &Process) -> Vec<(PathBuf, Span)> {
    let arguments = process.command.words.get(1..).unwrap_or_default();
    uwsgi::named_inis(arguments)
        .into_iter()
        .filter_map(|(path, place)| {
            let path = match &process.directory {
                _ if path.is_absolute() => path,
                Some(directory) => normalize(directory, &path),
                None => return None,
            };
            Some((path, place))
        })
        .collect()
}
