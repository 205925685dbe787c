//! Which Python uWSGI runs, and which one the packages were installed for.

use std::path::{Path, PathBuf};

use super::build::Builder;
use crate::source::Span;
use crate::uwsgi::{Instance, Location};
use crate::workspace::Workspace;

/// Packages that were installed for another Python than uWSGI's.
pub struct OtherPython {
    /// The Python that uWSGI runs, and what says so.
    pub own: (String, Option<Span>),
    /// The one that the packages are for.
    pub found: String,
    /// Where they are.
    pub directory: PathBuf,
    /// The option that names them.
    pub place: Span,
    /// Whether uWSGI does not look at them at all; else it finds them, and cannot load what is compiled.
    pub is_overlooked: bool,
    /// Whether there are no other packages.
    pub is_fatal: bool,
}

impl Workspace {
    /// The directories of packages that an instance names and that are another Python's: in a
    /// virtualenv it looks into `lib/pythonX.Y` of its own number, and nowhere else.
    pub fn other_pythons(&self, instance: &Instance) -> Vec<OtherPython> {
        let of_home = self.python_of_home(instance);
        let of_paths = instance.package_paths();
        if of_home.is_none() && of_paths.is_empty() {
            return Vec::new();
        }
        let Some(own) = self.python_of(instance) else {
            return Vec::new();
        };
        // What a path of one's own or the system's packages bring is not known.
        let is_fatal = of_paths.is_empty() && !instance.changes_the_module_path();
        let home = of_home.map(|(found, directory, place, is_alone)| OtherPython {
            own: own.clone(),
            found,
            directory,
            place,
            is_overlooked: true,
            is_fatal: is_fatal && is_alone,
        });
        let paths = of_paths.into_iter().map(|(directory, place)| OtherPython {
            own: own.clone(),
            found: version_in(&directory).unwrap_or_default(),
            directory,
            place,
            is_overlooked: false,
            is_fatal: false,
        });
        let all = home.into_iter().chain(paths);
        all.filter(|other| !other.found.is_empty() && other.found != own.0)
            .collect()
    }

    /// The Python that an instance runs, as `3.11`, and what says so.
    fn python_of(&self, instance: &Instance) -> Option<(String, Option<Span>)> {
        if let Some(told) = &self.programs().python {
            return Some((minor(&told.to_string())?, None));
        }
        let plugins = instance.plugins().unwrap_or_default();
        if let Some(told) = plugins.iter().find_map(|it| {
            let digits = it.name.strip_prefix("python3")?;
            let number: u32 = digits.parse().ok()?;
            Some((format!("3.{number}"), Some(it.place)))
        }) {
            return Some(told);
        }
        let backend = self.backend_of(instance)?;
        let process = backend.process(self.topology())?;
        if let Some(environment) = backend.program_environment(self) {
            let version = self.python_in(instance, &environment)?;
            return Some((version, process.command.words.first().map(|word| word.span)));
        }
        let image = self.uwsgi_image(process)?;
        let is_pips = matches!(image.builder, Some((Builder::Pip, _))) && image.is_whole;
        let (version, place) = image.python.filter(|_| is_pips)?;
        Some((minor(&version)?, Some(place)))
    }

    /// The Python that the virtualenv is made for, its directory, its place, and whether the system's
    /// packages stay out of it.
    fn python_of_home(&self, instance: &Instance) -> Option<(String, PathBuf, Span, bool)> {
        let home = instance.virtualenv();
        let only = home.single().filter(|only| only.guards.is_empty())?;
        let Location::Host(directory) = only.value.as_ref()? else {
            return None;
        };
        let version = self.python_in(instance, directory)?;
        let marker = self.existence_for(instance, &directory.join("pyvenv.cfg"));
        let marker = self.files().open(marker.path()?).ok()?;
        let text = String::from_utf8_lossy(marker.bytes()).to_ascii_lowercase();
        let shares = text.lines().any(|line| {
            line.split_once('=').is_some_and(|(name, value)| {
                name.trim() == "include-system-site-packages" && value.trim() == "true"
            })
        });
        Some((version, directory.clone(), only.origin.span()?, !shares))
    }

    /// The one Python that has packages below a directory.
    fn python_in(&self, instance: &Instance, directory: &Path) -> Option<String> {
        let local = self.existence_for(instance, &directory.join("lib"));
        let names = self.files().tree().list(local.path()?).ok()?;
        let versions = names
            .iter()
            .filter_map(|name| minor(name.file_name()?.to_str()?.strip_prefix("python")?));
        crate::value::only(versions)
    }
}

/// `3.11` of `3.11.4` and `3.11-slim`.
fn minor(version: &str) -> Option<String> {
    let number = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| text[..digits].to_owned())
    };
    let (major, rest) = version.split_once('.')?;
    Some(format!("{}.{}", number(major)?, number(rest)?))
}

/// The Python of `…/lib/python3.11/site-packages`.
fn version_in(directory: &Path) -> Option<String> {
    let mut names = directory.iter().filter_map(|name| name.to_str());
    names.find_map(|name| minor(name.strip_prefix("python")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_two_numbers() {
        for (text, version) in [
            ("3.11", Some("3.11")),
            ("3.11.4", Some("3.11")),
            ("3.12-slim", Some("3.12")),
            ("3", None),
            ("latest", None),
            ("3.", None),
        ] {
            assert_eq!(minor(text).as_deref(), version, "{text}");
        }
        let path = Path::new("/srv/venv/lib/python3.8/site-packages");
        assert_eq!(version_in(path).as_deref(), Some("3.8"));
        assert_eq!(
            version_in(Path::new("/usr/lib/python3/dist-packages")),
            None
        );
    }
}
