//! Whether visitors come by HTTPS, as far as nginx's lines say.

use super::{Deployment, Project, Purpose};
use crate::nginx::{Host, Node, Request};
use crate::source::Span;
use crate::workspace::Workspace;

impl Deployment {
    /// The first `listen` at which nginx ends TLS for a project.
    pub fn tls_listen(&self, project: &Project) -> Option<Span> {
        self.servers_of(project).find_map(|(_, server)| {
            let listens = server.listens();
            let tls = listens.iter().find(|listen| listen.tls)?;
            Some(tls.node.map_or(server.name_span(), Node::header_span))
        })
    }

    /// Whether any line of nginx's says something of Strict-Transport-Security.
    pub fn mentions_hsts(&self) -> bool {
        self.sites.iter().any(|site| {
            site.nodes().any(|node| {
                let name = node
                    .argument(0)
                    .map(|name| name.text().to_ascii_lowercase());
                node.is("add_header") && name.as_deref() == Some("strict-transport-security")
            })
        })
    }

    /// The `listen` at which nginx passes a plain request for `/` on to a project that it serves by HTTPS, too.
    pub fn passes_plain_http(&self, workspace: &Workspace, project: &Project) -> Option<Span> {
        if self.purpose != Purpose::Production || self.tls_listen(project).is_none() {
            return None;
        }
        self.servers_of(project).find_map(|(front, server)| {
            server
                .listens()
                .iter()
                .filter(|listen| !listen.tls)
                .find_map(|listen| {
                    let request = Request {
                        tls: Some(false),
                        port: listen.port,
                        host: Host::Named("localhost".to_owned()),
                        headers: Some(Vec::new()),
                        ..Request::get("/")
                    };
                    let ways = workspace.ways_at(front, server, &request);
                    let arrives = ways.iter().all(|way| {
                        let arrival = way.arrival.as_ref();
                        arrival
                            .and_then(|arrival| arrival.project)
                            .is_some_and(|own| std::ptr::eq(own, project))
                    });
                    let place = listen.node.map_or(server.name_span(), Node::header_span);
                    (arrives && !ways.is_empty()).then_some(place)
                })
        })
    }
}
