//! How long nginx waits for a server, and how long that works.

use super::Deployment;
use super::front::End;
use crate::source::Span;

/// An nginx that gives up before the server behind it does.
pub struct Impatience {
    /// The directive that says how long nginx waits.
    pub waits: Span,
    /// Its name.
    pub directive: &'static str,
    /// The seconds that it names.
    pub seconds: i64,
    /// The `harakiri` of uWSGI.
    pub harakiri: Span,
    /// The seconds after which that ends a request.
    pub harakiri_seconds: i64,
}

impl Deployment {
    /// Where both are written, and nginx's is the shorter.
    pub fn impatient(&self) -> Vec<Impatience> {
        let mut found: Vec<Impatience> = Vec::new();
        for (front, link) in &self.links {
            let End::Listener(backend, _) = &link.end else {
                continue;
            };
            let harakiri = self.backends.get(*backend).and_then(|backend| {
                let instance = backend.instance()?;
                instance.harakiri()
            });
            let Some((harakiri_seconds, harakiri)) = harakiri else {
                continue;
            };
            let front = &self.fronts[*front];
            let pass = front.pass(link);
            let directive = match pass.is("uwsgi_pass") {
                true => "uwsgi_read_timeout",
                false => "proxy_read_timeout",
            };
            let block = pass.parent().unwrap_or(pass);
            let Some((milliseconds, node)) = front.nginx.named_time(block, directive) else {
                continue;
            };
            let (seconds, harakiri_seconds) = (milliseconds / 1000, i64::from(harakiri_seconds));
            let waits = node.header_span();
            let is_new = !found
                .iter()
                .any(|own| own.waits == waits && own.harakiri == harakiri);
            if milliseconds < harakiri_seconds * 1000 && is_new {
                found.push(Impatience {
                    waits,
                    directive,
                    seconds,
                    harakiri,
                    harakiri_seconds,
                });
            }
        }
        found
    }
}
