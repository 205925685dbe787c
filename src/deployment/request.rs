//! The way of one request through the whole stack: nginx, the application server, Django.

mod asked;
mod expectation;
mod expected;
mod received;

use std::path::Path;

use super::backend::{Backend, Listener};
use super::front::{End, Front, Link};
use super::{Deployment, Project};
use crate::django::{Reception, StaticUrl};
use crate::host::Existence;
use crate::nginx::{Answer, Node, Request, Trace};
use crate::value;
use crate::workspace::Workspace;

pub use asked::Asked;
pub use expectation::Expectation;
pub use expected::{Expected, Missed};

use received::received;

/// One way that a request may take.
pub struct Way<'a> {
    /// nginx's part.
    pub trace: Trace<'a>,
    /// The application server that it arrives at, where it is passed on to one that is here.
    pub arrival: Option<Arrival<'a>>,
}

/// An application server that a request arrives at.
pub struct Arrival<'a> {
    /// The server.
    pub backend: &'a Backend,
    /// What it listens with.
    pub listener: &'a Listener,
    /// The project that it runs, where that is known.
    pub project: Option<&'a Project>,
    /// What Django's middleware makes of the request.
    pub reception: Option<Reception>,
    /// Whether it asks for a static file, and who hands that out there.
    pub static_file: Option<StaticFile>,
}

/// Who hands out a static file that reached the application server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaticFile {
    /// WhiteNoise, inside the process.
    WhiteNoise,
    /// The application server itself, or a view of the project; at least it may.
    Perhaps,
    /// Nobody: Django answers 404.
    Nobody,
}

impl Way<'_> {
    /// The status that the client gets; nothing where a view decides it, or nobody knows.
    pub fn status(&self) -> Option<u16> {
        let arrival = self.arrival.as_ref();
        self.trace.status.or_else(|| {
            let arrival = arrival?;
            let by_middleware = arrival.reception.as_ref().and_then(Reception::status);
            by_middleware.or(match (arrival.static_file, &arrival.reception) {
                (Some(StaticFile::Nobody), Some(reception))
                    if reception.is_allowed.is_yes() && reception.is_redirected.is_no() =>
                {
                    Some(404)
                }
                _ => None,
            })
        })
    }
}

impl Workspace {
    /// What is at a path of the machine that runs a front.
    pub fn disk_of(&self, front: &Front, path: &Path) -> Existence {
        let from = front.nginx.root_file().path();
        self.launch()
            .locate_on_all(self.files(), &[front.machine], path, from)
    }

    /// The ways that a request may take behind one front.
    pub fn ways<'a>(&'a self, front: &'a Front, request: &Request) -> Vec<Way<'a>> {
        let disk = |path: &Path| self.disk_of(front, path);
        let traces = front.nginx.trace(request, &disk);
        self.arrived(front, traces)
    }

    /// The same for a request that this server takes.
    pub fn ways_at<'a>(
        &'a self,
        front: &'a Front,
        server: Node<'a>,
        request: &Request,
    ) -> Vec<Way<'a>> {
        let disk = |path: &Path| self.disk_of(front, path);
        let traces = front.nginx.trace_at(server, request, &disk);
        self.arrived(front, traces)
    }

    fn arrived<'a>(&'a self, front: &Front, traces: Vec<Trace<'a>>) -> Vec<Way<'a>> {
        let ways = traces.into_iter().map(|trace| Way {
            arrival: self.arrival(front, &trace),
            trace,
        });
        ways.collect()
    }

    /// The application server that a request arrives at, where there is just one.
    fn arrival<'a>(&'a self, front: &Front, trace: &Trace<'a>) -> Option<Arrival<'a>> {
        let Answer::Pass { node, .. } = &trace.answer else {
            return None;
        };
        let pass = front.nginx.pass(*node)?;
        self.deployments().iter().find_map(|deployment| {
            let arrived = |(index, link): &'a (usize, Link)| {
                let own = &deployment.fronts[*index];
                let is_here = std::ptr::eq(&*own.nginx, &*front.nginx)
                    && own.machine == front.machine
                    && link.pass == node.id();
                match &link.end {
                    End::Listener(backend, listener) if is_here => Some((*backend, &**listener)),
                    _ => None,
                }
            };
            let (index, listener) = deployment.links.iter().find_map(arrived)?;
            let backend = deployment.backends.get(index)?;
            let mut projects = deployment
                .projects
                .iter()
                .filter(|project| deployment.runs(index, project));
            let project = projects.next().filter(|_| projects.next().is_none());
            let reception = project.map(|project| {
                let received = received(trace, pass.protocol, backend, listener);
                project.settings.receives(&received)
            });
            Some(Arrival {
                backend,
                listener,
                project,
                reception,
                static_file: project
                    .and_then(|project| self.static_file(deployment, project, &trace.uri)),
            })
        })
    }

    /// Who hands out what a path below STATIC_URL asks for, once it is past nginx.
    fn static_file(
        &self,
        deployment: &Deployment,
        project: &Project,
        uri: &[u8],
    ) -> Option<StaticFile> {
        let url = match project.settings.static_url().get()? {
            StaticUrl::Local(url) => url.clone(),
            StaticUrl::Remote | StaticUrl::Unset => return None,
        };
        if url == "/" || !uri.starts_with(url.as_bytes()) {
            return None;
        }
        if project.settings.uses_whitenoise().is_yes() {
            return Some(StaticFile::WhiteNoise);
        }
        let by_nginx = deployment.static_url_for_nginx(self.files(), project);
        Some(match by_nginx.is_some() {
            true => StaticFile::Nobody,
            false => StaticFile::Perhaps,
        })
    }
}

impl Deployment {
    /// Whether every answer is known to be the same.
    pub fn agree(ways: &[Way<'_>]) -> bool {
        let mut answers = ways
            .iter()
            .map(|way| (&way.trace.answer, way.status(), way.trace.location));
        let first = answers.next();
        answers.all(|answer| Some(answer) == first)
    }
}

/// Whether something is known to hold, as JSON has it.
pub fn known(answer: &value::Answer) -> Option<bool> {
    match answer {
        value::Answer::Yes => Some(true),
        value::Answer::No => Some(false),
        value::Answer::Unknown => None,
    }
}
