//! `djlint nginx-test`: what `nginx -t` would say, in nginx's own form, for scripts that call it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{NginxTestArguments, Outcome, Surroundings, check, show};
use crate::config::Inputs;
use crate::nginx::{Configuration, Role, Verdict};
use crate::report::sanitize;
use crate::source::Span;
use crate::tree::ReadError;
use crate::workspace::Workspace;

/// Where nginx's packages put the main file.
const PACKAGED: &str = "/etc/nginx/nginx.conf";

/// More of what is taken for granted helps no one.
const MAX_ASSUMED: usize = 20;

pub(super) fn run(
    arguments: &NginxTestArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let prefix = arguments.prefix.as_deref().unwrap_or(Path::new(""));
    let named = arguments.file.as_ref().map(|file| prefix.join(file));
    let mut input = arguments.input.clone();
    // The file of this machine's own nginx is about this machine, where what is not there is missing.
    if named.as_deref() == Some(Path::new(PACKAGED)) && input.root.is_none() {
        input.root = Some(PathBuf::from("/"));
    }
    let inputs = Inputs {
        paths: arguments.prefix.iter().cloned().collect(),
        nginx: named.iter().cloned().collect(),
        ..Inputs::default()
    };
    let Some(workspace) = show::open(inputs, &input, surroundings)? else {
        return Ok(Outcome::Failed);
    };
    let (configuration, path) = match main_file(&workspace, named) {
        Ok(found) => found,
        Err(Missing::Unknown(why)) => {
            check::say(surroundings.stderr, &why)?;
            return Ok(Outcome::Failed);
        }
        Err(Missing::Refused(path, why)) => {
            let path = path.display().to_string();
            let path = sanitize::line(&path);
            writeln!(
                surroundings.stderr,
                "nginx: [emerg] open() \"{path}\" failed ({why})"
            )?;
            let out = &mut surroundings.stderr;
            writeln!(out, "nginx: configuration file {path} test failed")?;
            return Ok(Outcome::Findings);
        }
    };
    Answer {
        workspace: &workspace,
        configuration: &configuration,
        path: &path,
    }
    .write(surroundings.stderr)
}

/// Why there is no main file.
enum Missing {
    /// nginx could not open it either, and says this.
    Refused(PathBuf, &'static str),
    /// It is not known which one is meant, or djlint alone cannot read it.
    Unknown(String),
}

/// The main file that is meant, and what it is called.
fn main_file(
    workspace: &Workspace,
    named: Option<PathBuf>,
) -> Result<(Arc<Configuration>, PathBuf), Missing> {
    if let Some(path) = named {
        return match workspace.main_configuration_of(&path) {
            Ok(configuration) => Ok((configuration, path)),
            Err(why) => Err(match os_error(&why) {
                Some(says) => Missing::Refused(path, says),
                None => {
                    let path = path.display();
                    Missing::Unknown(format!("{path}: cannot be read: {why}"))
                }
            }),
        };
    }
    let all = workspace.configurations().iter();
    let mut mains = all.filter(|one| one.role() == Role::Main);
    match (mains.next(), mains.next()) {
        (Some(only), None) => {
            let path = only.root_file().path();
            let path = path.strip_prefix(workspace.base()).unwrap_or(path);
            Ok((Arc::clone(only), path.to_owned()))
        }
        (Some(_), Some(_)) => {
            let why = "there is more than one nginx.conf here; -c names one";
            Err(Missing::Unknown(why.to_owned()))
        }
        (None, _) => {
            let why = "no nginx.conf was found; -c names one";
            Err(Missing::Unknown(why.to_owned()))
        }
    }
}

/// The number and words of the operating system, where nginx would get them as well.
fn os_error(why: &ReadError) -> Option<&'static str> {
    Some(match why {
        ReadError::NotFound | ReadError::Dangling(_) => "2: No such file or directory",
        ReadError::Denied => "13: Permission denied",
        ReadError::NotDirectory => "20: Not a directory",
        ReadError::SymlinkLoop => "40: Too many levels of symbolic links",
        _ => return None,
    })
}

struct Answer<'a> {
    workspace: &'a Workspace,
    configuration: &'a Configuration,
    path: &'a Path,
}

impl Answer<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<Outcome> {
        let path = self.path.display().to_string();
        let path = sanitize::line(&path);
        match self.configuration.verdict() {
            Verdict::Accepted => {
                self.assumed(out)?;
                writeln!(out, "nginx: the configuration file {path} syntax is ok")?;
                writeln!(out, "nginx: configuration file {path} test is successful")?;
                Ok(Outcome::Sound)
            }
            Verdict::Refused { says, noticed } => {
                let place = noticed.map(|place| format!(" in {}", self.place(place)));
                let line = format!("{says}{}", place.unwrap_or_default());
                writeln!(out, "nginx: [emerg] {}", sanitize::line(&line))?;
                writeln!(out, "nginx: configuration file {path} test failed")?;
                Ok(Outcome::Findings)
            }
            Verdict::Undecided { why, place } => {
                let place = place.map(|place| format!(" in {}", self.place(place)));
                let line = format!("{why}{}", place.unwrap_or_default());
                writeln!(out, "djlint: not decided: {}", sanitize::line(&line))?;
                Ok(Outcome::Failed)
            }
        }
    }

    /// What only the machine decides.
    fn assumed(&self, out: &mut dyn Write) -> io::Result<()> {
        for assumed in self.configuration.assumptions().iter().take(MAX_ASSUMED) {
            let line = format!("{} in {}", assumed.what, self.place(assumed.place));
            writeln!(out, "djlint: taken for granted: {}", sanitize::line(&line))?;
        }
        Ok(())
    }

    /// A place as nginx names it: the main file as it was given, and others by their path.
    fn place(&self, place: Span) -> String {
        let source = self.workspace.files().get(place.file);
        let at = place.range().start.min(source.bytes().len());
        let path = match place.file == self.configuration.root_file().id() {
            true => self.path,
            false => source
                .path()
                .strip_prefix(self.workspace.base())
                .unwrap_or(source.path()),
        };
        format!("{}:{}", path.display(), source.line_of(at))
    }
}
