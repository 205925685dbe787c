//! What becomes of uploaded files that are asked for: they are neither to be listed nor to be run.

use super::{Deployment, Project, Purpose};
use crate::nginx::{Answer, Node, Request, no_disk};

/// What becomes of an upload that it should not.
pub struct Misused<'a> {
    /// The `autoindex`, or the `fastcgi_pass`.
    pub place: Node<'a>,
    /// The location.
    pub block: Node<'a>,
    /// What is asked for.
    pub url: String,
    /// Whether it is run, and not listed.
    pub is_run: bool,
}

impl Deployment {
    /// Where uploads are listed, or a file that somebody uploads is run.
    pub fn misused_uploads<'a>(&'a self, project: &'a Project) -> Vec<Misused<'a>> {
        let mut found: Vec<Misused<'a>> = Vec::new();
        let url = project.settings.local_media_url();
        let Some(url) = url.filter(|_| self.purpose == Purpose::Production) else {
            return found;
        };
        for (front, server) in self.servers_of(project) {
            let traces = |path: &str| {
                let request = Request::get_path(path.as_bytes());
                front.nginx.trace_at(server, &request, &no_disk)
            };
            let directory = url.clone();
            let listed = traces(&directory).into_iter().find_map(|trace| {
                let block = trace
                    .block
                    .filter(|_| matches!(trace.answer, Answer::Directory(_)))?;
                let lists = front.nginx.effective(block).directives;
                let place = lists.into_iter().find(|node| node.is("autoindex"))?;
                Some((place, block))
            });
            let script = format!("{url}upload.php");
            let run = traces(&script)
                .into_iter()
                .find_map(|trace| match trace.answer {
                    Answer::Pass { node, .. } if node.is("fastcgi_pass") => {
                        Some((node, trace.block.unwrap_or(node)))
                    }
                    _ => None,
                });
            let listed = listed.map(|(place, block)| (place, block, directory, false));
            let run = run.map(|(place, block)| (place, block, script, true));
            for (place, block, url, is_run) in listed.into_iter().chain(run) {
                if !found.iter().any(|own| own.place == place) {
                    found.push(Misused {
                        place,
                        block,
                        url,
                        is_run,
                    });
                }
            }
        }
        found
    }
}
