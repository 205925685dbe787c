//! Which of nginx's servers hand requests to which project.

use std::path::PathBuf;

use super::front::{End, Front};
use super::{Deployment, Project};
use crate::nginx::{Answer, Configuration, Node, Request, Trace, no_disk};

/// Who answers a request at one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answerer<'a> {
    /// nginx opens files: this location does, and this is the one that it looks for.
    Files(Node<'a>, PathBuf),
    /// nginx passes it on to the project, by this directive.
    Project(Node<'a>),
    /// Somebody else, or nobody knows.
    Other,
}

impl Deployment {
    /// The servers that pass any request on to a project.
    pub fn servers_of<'a>(
        &'a self,
        project: &'a Project,
    ) -> impl Iterator<Item = (&'a Front, Node<'a>)> {
        let at = self
            .projects
            .iter()
            .position(|own| std::ptr::eq(own, project))
            .map(|at| self.reaching(at));
        at.into_iter().flatten().map(|reaching| {
            let front = &self.fronts[reaching.front];
            (front, front.nginx.node(reaching.server))
        })
    }

    /// Who answers a request at one server, as a project sees it.
    pub fn answerer<'a>(
        &self,
        front: &'a Front,
        server: Node<'a>,
        uri: &[u8],
        project: &Project,
    ) -> Answerer<'a> {
        let traces = front
            .nginx
            .trace_at(server, &Request::get_path(uri), &no_disk);
        if let Some(pass) = pass_of(&traces)
            && self.is_handed_to(front, pass, project)
        {
            return Answerer::Project(pass);
        }
        let Some((location, file)) = traces.iter().find_map(opened) else {
            return Answerer::Other;
        };
        // Whatever is done about a file that is not there, nobody else is asked for it.
        let is_left_to_nginx = traces
            .iter()
            .all(|trace| matches!(trace.answer, Answer::File(_) | Answer::Error));
        match is_left_to_nginx {
            true => Answerer::Files(location, file),
            false => Answerer::Other,
        }
    }

    /// What passes a visitor's request on to a project at a server: for its first page, else
    /// for what one of its own locations is for. A location for WebSockets is no page's: Django's
    /// middleware does not see what is asked there.
    pub fn pass_to<'a>(
        &self,
        front: &'a Front,
        server: Node<'a>,
        project: &Project,
    ) -> Option<Node<'a>> {
        let at = self
            .projects
            .iter()
            .position(|own| std::ptr::eq(own, project))?;
        let found = self.reaching(at).iter().find(|reaching| {
            reaching.server == server.id() && std::ptr::eq(&self.fronts[reaching.front], front)
        })?;
        Some(front.nginx.node(found.pass))
    }

    /// Whether a server of this deployment runs a project.
    pub fn runs(&self, backend: usize, project: &Project) -> bool {
        let are_alone = self.backends.len() == 1 && self.projects.len() == 1;
        are_alone || project.backends.contains(&backend)
    }

    /// Whether a pass ends at the project: where a server that runs it listens, or, where
    /// there is none or one to compare with, wherever the only pass of the site leads.
    pub(super) fn is_handed_to(&self, front: &Front, pass: Node<'_>, project: &Project) -> bool {
        let Some(pass) = front.nginx.pass(pass) else {
            return false;
        };
        let arrives = self.links.iter().any(|(index, link)| {
            std::ptr::eq(&*self.fronts[*index].nginx, &*front.nginx)
                && link.pass == pass.node.id()
                && matches!(link.end, End::Listener(backend, _) if self.runs(backend, project))
        });
        let are_few = self.backends.len() <= 1 && self.projects.len() <= 1;
        arrives || (are_few && has_one_target(&front.nginx))
    }
}

/// The file that a trace ends with. Without a root of its own, a location opens files of nobody's making.
fn opened<'a>(trace: &Trace<'a>) -> Option<(Node<'a>, PathBuf)> {
    match (&trace.answer, trace.location) {
        (Answer::File(path), Some(location)) => Some((location, path.clone())),
        _ => None,
    }
}

/// What passes the request on, where all of its ways end there.
pub(super) fn pass_of<'a>(traces: &[Trace<'a>]) -> Option<Node<'a>> {
    let passes = traces.iter().map(|trace| match trace.answer {
        Answer::Pass { node, .. } => Some(node),
        _ => None,
    });
    agreed(passes).flatten()
}

/// What all of them say.
fn agreed<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Option<T> {
    let mut items = items.into_iter();
    let first = items.next()?;
    items.all(|item| item == first).then_some(first)
}

/// Whether everything that the site passes on goes to one place.
pub(super) fn has_one_target(site: &Configuration) -> bool {
    let mut targets = site.passes().map(|pass| (pass.protocol, pass.address));
    targets
        .next()
        .is_some_and(|first| targets.all(|other| other == first))
}
