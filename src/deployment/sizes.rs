//! How large a request may be: for nginx, for uWSGI, for Django.

use super::front::End;
use super::{Deployment, Project};
use crate::nginx::Node;
use crate::source::Span;

/// uWSGI's `buffer-size` where nothing sets it (core/uwsgi.c).
const BUFFER_SIZE: i64 = 4096;

/// A limit that another one contradicts.
pub struct Contradiction<'a> {
    /// nginx's directive.
    pub node: Node<'a>,
    /// The bytes that it lets through.
    pub bytes: i64,
    /// Where the other limit stands.
    pub other: Span,
    /// The bytes that it lets through.
    pub other_bytes: i64,
    /// Whether the other one is written out.
    pub is_written: bool,
}

impl Deployment {
    /// Where nginx lets larger bodies through than uWSGI takes (`limit-post`).
    pub fn bodies_too_large_for_uwsgi(&self) -> Vec<Contradiction<'_>> {
        let mut found: Vec<Contradiction<'_>> = Vec::new();
        for (pass, instance) in self.passes_to_uwsgi() {
            let Some((limit, other)) = instance.set_number("limit-post") else {
                continue;
            };
            let block = pass.parent().unwrap_or(pass);
            let nginx = pass.configuration();
            let Some((bytes, node)) = nginx.named_size(block, "client_max_body_size", 0) else {
                continue;
            };
            let other_bytes = i64::from(limit);
            if bytes > other_bytes {
                add(&mut found, node, bytes, other, other_bytes, true);
            }
        }
        found
    }

    /// Where Django would take more of a form than nginx lets through.
    pub fn bodies_too_large_for_nginx<'a>(
        &'a self,
        project: &'a Project,
    ) -> Vec<Contradiction<'a>> {
        let mut found: Vec<Contradiction<'a>> = Vec::new();
        let setting = project.settings.get("DATA_UPLOAD_MAX_MEMORY_SIZE");
        let taken = setting.value.get().and_then(|object| object.integer());
        let (Some(taken), Some(place)) = (taken, setting.assignment()) else {
            return found;
        };
        for (front, server) in self.servers_of(project) {
            let Some(pass) = self.pass_to(front, server, project) else {
                continue;
            };
            let block = pass.parent().unwrap_or(pass);
            let limit = front.nginx.named_size(block, "client_max_body_size", 0);
            // 0 is no limit.
            let Some((bytes, node)) = limit.filter(|(bytes, _)| *bytes > 0) else {
                continue;
            };
            if bytes < taken {
                add(&mut found, node, bytes, place.value, taken, true);
            }
        }
        found
    }

    /// Where nginx takes larger headers than uWSGI has a buffer for.
    pub fn headers_too_large(&self) -> Vec<Contradiction<'_>> {
        let mut found: Vec<Contradiction<'_>> = Vec::new();
        for (pass, instance) in self.passes_to_uwsgi() {
            if instance.is_open() {
                continue;
            }
            let (size, other, is_written) = match instance.set_number("buffer-size") {
                Some((size, place)) => (i64::from(size), place, true),
                None if instance.last("buffer-size").is_some() => continue,
                None => (BUFFER_SIZE, instance.header_span(), false),
            };
            let nginx = pass.configuration();
            let Some(server) = pass.server() else {
                continue;
            };
            let Some((bytes, node)) = nginx.named_size(server, "large_client_header_buffers", 1)
            else {
                continue;
            };
            if bytes > size {
                add(&mut found, node, bytes, other, size, is_written);
            }
        }
        found
    }

    fn passes_to_uwsgi(&self) -> impl Iterator<Item = (Node<'_>, &crate::uwsgi::Instance)> {
        self.links.iter().filter_map(|(front, link)| {
            let End::Listener(backend, _) = &link.end else {
                return None;
            };
            let instance = self.backends.get(*backend)?.instance()?;
            Some((self.fronts[*front].pass(link), &**instance))
        })
    }
}

fn add<'a>(
    found: &mut Vec<Contradiction<'a>>,
    node: Node<'a>,
    bytes: i64,
    other: Span,
    other_bytes: i64,
    is_written: bool,
) {
    if !found
        .iter()
        .any(|own| own.node == node && own.other == other)
    {
        found.push(Contradiction {
            node,
            bytes,
            other,
            other_bytes,
            is_written,
        });
    }
}

/// A number of bytes as nginx and people write it.
pub fn shown(bytes: i64) -> String {
    match bytes {
        bytes if bytes > 0 && bytes % (1 << 20) == 0 => format!("{}m", bytes >> 20),
        bytes if bytes > 0 && bytes % (1 << 10) == 0 => format!("{}k", bytes >> 10),
        bytes => format!("{bytes}"),
    }
}
