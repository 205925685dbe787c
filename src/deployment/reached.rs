//! Which servers pass visitors' requests on to which project. Every rule asks, and a host has
//! thousands of both: all is found out in one pass.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::Deployment;
use super::front::{End, Front};
use super::reach::{has_one_target, pass_of};
use crate::nginx::{Configuration, Node, NodeId, Request, no_disk};

/// A server that passes requests on to a project, and what does.
#[derive(Clone, Copy)]
pub(super) struct Reaching {
    /// Its front, an index into the deployment's.
    pub(super) front: usize,
    /// The server.
    pub(super) server: NodeId,
    /// The `uwsgi_pass` or `proxy_pass`.
    pub(super) pass: NodeId,
}

/// For each project of a deployment the servers that reach it, in the order of the files.
#[derive(Default)]
pub struct Reached(OnceLock<Vec<Vec<Reaching>>>);

/// The projects, as indices, that each pass of a configuration leads to.
type Ends = BTreeMap<(*const Configuration, NodeId), Vec<usize>>;

impl Deployment {
    /// The servers that reach the project of that index.
    pub(super) fn reaching(&self, project: usize) -> &[Reaching] {
        let all = self.reached.0.get_or_init(|| self.find_reaching());
        all.get(project).map_or(&[], Vec::as_slice)
    }

    fn find_reaching(&self) -> Vec<Vec<Reaching>> {
        let mut all = vec![Vec::new(); self.projects.len()];
        let ends = self.ends();
        let are_few = self.backends.len() <= 1 && self.projects.len() <= 1;
        for (index, front) in self.fronts.iter().enumerate() {
            let leads_to_all = are_few && has_one_target(&front.nginx);
            let everyone: Vec<usize> = (0..self.projects.len()).collect();
            for server in front.nginx.servers() {
                let mut waiting = everyone.clone();
                for pass in passes_of_visitors(front, server) {
                    let key = (Arc::as_ptr(&front.nginx), pass);
                    let led_to = match leads_to_all {
                        true => Some(&everyone),
                        false => ends.get(&key),
                    };
                    for project in led_to.into_iter().flatten() {
                        let Ok(at) = waiting.binary_search(project) else {
                            continue;
                        };
                        waiting.remove(at);
                        all[*project].push(Reaching {
                            front: index,
                            server: server.id(),
                            pass,
                        });
                    }
                    if waiting.is_empty() {
                        break;
                    }
                }
            }
        }
        all
    }

    /// Where the passes end whose listeners are known.
    fn ends(&self) -> Ends {
        let everyone: Vec<usize> = (0..self.projects.len()).collect();
        let are_alone = self.backends.len() == 1 && self.projects.len() == 1;
        let mut run_by: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, project) in self.projects.iter().enumerate() {
            for backend in &project.backends {
                run_by.entry(*backend).or_default().push(index);
            }
        }
        let mut ends = Ends::new();
        for (front, link) in &self.links {
            let End::Listener(backend, _) = &link.end else {
                continue;
            };
            let run = match are_alone {
                true => Some(&everyone),
                false => run_by.get(backend),
            };
            let key = (Arc::as_ptr(&self.fronts[*front].nginx), link.pass);
            ends.entry(key)
                .or_default()
                .extend(run.into_iter().flatten());
        }
        ends
    }
}

/// What passes visitors' requests on at a server: for its first page, then for what its own
/// locations are for. A location for WebSockets is no page's: Django's middleware does not see
/// what is asked there.
fn passes_of_visitors(front: &Front, server: Node<'_>) -> impl Iterator<Item = NodeId> {
    let prefixes = server
        .children_named("location")
        .filter(|location| {
            !location
                .arguments()
                .any(|word| word.text().contains("health"))
        })
        .filter_map(|location| match location.matcher() {
            Some(matcher) if matcher.modifier.is_prefix() => {
                Some(matcher.text().into_owned().into_bytes())
            }
            _ => None,
        });
    let uris = std::iter::once(b"/".to_vec()).chain(prefixes);
    uris.filter_map(move |uri| {
        let pass = passed_on(front, server, &uri)?;
        let is_page = uri == b"/" || !front.nginx.upgrades(pass);
        is_page.then_some(pass.id())
    })
}

/// What passes a request for this path on, whichever way it takes.
pub(super) fn passed_on<'a>(front: &'a Front, server: Node<'a>, uri: &[u8]) -> Option<Node<'a>> {
    let traces = front
        .nginx
        .trace_at(server, &Request::get_path(uri), &no_disk);
    pass_of(&traces)
}
