//! The uWSGI that an instance runs in: who built it, and which release it is.

use std::path::Path;

use super::backend::Backend;
use crate::programs::Version;
use crate::requirements;
use crate::source::Span;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

/// Who built uWSGI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builder {
    /// pip, from PyPI: Python and HTTP are part of the program.
    Pip,
    /// A distribution: each of them is a plugin.
    Distribution,
}

/// A release, and what says so.
pub struct Release {
    /// Its number.
    pub version: Version,
    /// The line that pins it; nothing where djlint was told.
    pub place: Option<Span>,
}

/// Where a distribution keeps its plugins; uWSGI from PyPI looks in the current directory.
const PLUGINS: &str = "/usr/lib/uwsgi/plugins";

impl Workspace {
    /// Who built the uWSGI that an instance runs in, and the place that shows it.
    pub fn builder_of(&self, instance: &Instance) -> Option<(Builder, Span)> {
        let backend = self.backend_of(instance)?;
        if let Some(process) = backend.process(self.topology()) {
            if let Some(image) = self.uwsgi_image(process) {
                return image.builder.filter(|_| image.is_whole);
            }
            if self.is_in_container(instance) {
                return None;
            }
            let program = process.command.words.first()?;
            let path = Path::new(program.text()?);
            if is_in_virtualenv(path) {
                return Some((Builder::Pip, program.span));
            }
            let is_the_systems = path == Path::new("/usr/bin/uwsgi") && self.has_plugins();
            return is_the_systems.then_some((Builder::Distribution, program.span));
        }
        let is_packaged = instance.is_enabled_debian_app() && self.has_plugins();
        is_packaged.then(|| (Builder::Distribution, instance.header_span()))
    }

    /// Whether a release always has Python's threads; before, they are an option.
    pub fn has_threads(&self, release: &Release) -> Option<bool> {
        let since: Version = "2.0.27".parse().ok()?;
        release.version.is_at_least(&since)
    }

    /// Whether this is a whole host with the plugins of a distribution's uWSGI.
    fn has_plugins(&self) -> bool {
        let local = self.files().paths().local(Path::new(PLUGINS));
        self.is_whole_host() && local.is_some_and(|local| self.files().tree().stat(&local).is_ok())
    }

    /// Which uWSGI an instance runs in, as far as that was told or is pinned.
    pub fn uwsgi_release(&self, instance: &Instance) -> Option<Release> {
        if let Some(version) = &self.programs().uwsgi {
            return Some(Release {
                version: version.clone(),
                place: None,
            });
        }
        let of_distribution = matches!(self.builder_of(instance), Some((Builder::Distribution, _)));
        let directory = instance.root_file().path().parent()?;
        let mut pins = requirements::pins(self.files(), directory, "uwsgi");
        if let Some(directory) = self.working_directory_of(instance) {
            pins.extend(requirements::pins(self.files(), &directory, "uwsgi"));
        }
        let first = pins.first().filter(|_| !of_distribution)?;
        let agree = pins.iter().all(|pin| pin.version == first.version);
        let version = first.version.parse().ok().filter(|_| agree)?;
        Some(Release {
            version,
            place: Some(first.place),
        })
    }
}

impl Backend {
    /// The virtualenv that its program lies in.
    pub fn program_environment(&self, workspace: &Workspace) -> Option<std::path::PathBuf> {
        let process = self.process(workspace.topology())?;
        let program = Path::new(process.command.words.first()?.text()?);
        is_in_virtualenv(program)
            .then(|| program.parent()?.parent().map(Path::to_owned))
            .flatten()
    }
}

/// `…/venv/bin/uwsgi`: no directory of the system's own.
fn is_in_virtualenv(program: &Path) -> bool {
    let is_uwsgi = program.is_absolute() && program.ends_with("bin/uwsgi");
    let of_system = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/local/bin"];
    is_uwsgi
        && !of_system
            .iter()
            .any(|directory| program.parent() == Some(Path::new(directory)))
}
