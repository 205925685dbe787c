//! What watches a process that it has started, and how it ends it.

use super::answers::Launch;
use super::process::{Process, Starter};
use super::word::Word;
use crate::source::Span;

/// What a supervisor expects of the process that it watches.
#[derive(Clone, Debug)]
pub struct Watcher {
    /// What it is, to be read behind "under".
    pub what: String,
    /// The place to edit in its file.
    pub place: Span,
    /// Whether it goes on watching when the process goes to the background.
    pub follows_forks: bool,
    /// The signal that ends the process; nothing where something else does.
    pub stop_signal: Option<String>,
    /// Whether it waits no more than some seconds for the end, and takes care of the rest: a container.
    pub is_container: bool,
    /// Whether the container is gone when the process is.
    pub is_whole_container: bool,
    /// How to say another signal to it.
    pub say_signal: &'static str,
}

impl Launch {
    /// What watches a process; nothing where the process is not the one that is watched, or that is not known.
    pub fn watcher(&self, process: &Process) -> Option<Watcher> {
        let command = &process.command;
        if command.in_background || !command.is_last || !command.is_certain {
            return None;
        }
        match process.starter {
            Starter::Unit(unit) => {
                let unit = self.units.get(unit)?;
                if unit.kind.as_ref().is_some_and(|kind| kind.text().is_none()) {
                    return None;
                }
                let kind = unit.kind.as_ref().and_then(Word::text).unwrap_or("simple");
                let signal = match &unit.kill_signal {
                    Some(word) => Some(word.text()?.to_owned()),
                    None => Some("SIGTERM".to_owned()),
                };
                Some(Watcher {
                    what: format!("systemd ({}, Type={kind})", unit.name),
                    place: unit.kind.as_ref().map_or(unit.header, |kind| kind.span),
                    follows_forks: matches!(kind, "forking" | "oneshot"),
                    stop_signal: signal.filter(|_| unit.exec_stop.is_empty()),
                    is_container: false,
                    is_whole_container: false,
                    say_signal: "in the unit: KillSignal=SIGQUIT",
                })
            }
            Starter::Service(project, service) => {
                let service = self.projects.get(project)?.services.get(service)?;
                let image = self.machine(process.machine).image.as_ref();
                // A shell that does not step aside keeps the signal to itself.
                let is_direct = self.is_own_line(process);
                let own = service.stop_signal.as_ref();
                let signal =
                    match own.or_else(|| image.and_then(|image| image.stop_signal.as_ref())) {
                        Some(word) => Some(word.text()?.to_owned()),
                        // An image that is not built here may say another one.
                        None if image.is_none() => None,
                        None => Some("SIGTERM".to_owned()),
                    };
                Some(Watcher {
                    what: format!("Docker (service {})", service.name),
                    place: process.program_span(),
                    follows_forks: false,
                    stop_signal: signal.filter(|_| is_direct),
                    is_container: true,
                    is_whole_container: true,
                    say_signal: "in the compose file: stop_signal: SIGQUIT",
                })
            }
            Starter::Image(index) => {
                let image = self.machine(process.machine).image.as_ref()?;
                let signal = match &image.stop_signal {
                    Some(word) => word.text()?.to_owned(),
                    None => "SIGTERM".to_owned(),
                };
                let is_direct = self.is_own_line(process);
                Some(Watcher {
                    what: format!("Docker ({})", self.images.get(index)?.file.name()),
                    place: process.program_span(),
                    follows_forks: false,
                    stop_signal: Some(signal).filter(|_| is_direct),
                    is_container: true,
                    is_whole_container: true,
                    say_signal: "in the Dockerfile: STOPSIGNAL SIGQUIT",
                })
            }
            Starter::Program(index) => {
                let program = self.programs.get(index)?;
                let signal = match &program.stop_signal {
                    Some(word) => word.text()?.to_owned(),
                    None => "TERM".to_owned(),
                };
                Some(Watcher {
                    what: format!("supervisord (program {})", program.name),
                    place: program.header,
                    follows_forks: false,
                    stop_signal: Some(signal),
                    // Where images are built, supervisord most likely runs in one.
                    is_container: self.machines.len() > 1,
                    is_whole_container: false,
                    say_signal: "for supervisord: stopsignal=QUIT",
                })
            }
            Starter::Procfile | Starter::Script => None,
        }
    }

    /// Whether the command stands in the compose file or Dockerfile itself, in no script.
    fn is_own_line(&self, process: &Process) -> bool {
        let file = process.command.span.file;
        self.images.iter().any(|image| image.file.id() == file)
            || self
                .projects
                .iter()
                .any(|project| project.files.iter().any(|own| own.id() == file))
    }
}
