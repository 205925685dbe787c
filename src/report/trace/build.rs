//! From the model to what is told.

use std::path::Path;

use super::{
    Alternative, Application, Assumed, Django, Handler, Kind, Location, Lost, Outcome, Place,
    Request, Step, Told,
};
use crate::deployment::Deployment;
use crate::deployment::front::Front;
use crate::deployment::request::{Arrival, StaticFile, Way, known};
use crate::nginx::{self, Answer, Host, Modifier, Node};
use crate::report::path::plain;
use crate::secrets::Texts;
use crate::source::Span;
use crate::workspace::Workspace;

/// What is told of the ways of a request; with what did not win, where that is asked for.
pub fn told(
    workspace: &Workspace,
    front: &Front,
    request: &nginx::Request,
    ways: &[Way<'_>],
    with_lost: bool,
) -> Told {
    Teller::of(workspace).told(front, request, ways, with_lost)
}

/// Places and texts as they are told: paths short, secrets masked.
pub(in crate::report) struct Teller<'w> {
    workspace: &'w Workspace,
    secrets: Texts,
}

impl<'w> Teller<'w> {
    pub(in crate::report) fn of(workspace: &'w Workspace) -> Self {
        Self {
            workspace,
            secrets: Texts::of(&workspace.files().sources()),
        }
    }

    fn told(
        &self,
        front: &Front,
        request: &nginx::Request,
        ways: &[Way<'_>],
        with_lost: bool,
    ) -> Told {
        let asked = self.request(request);
        let Some(way) = ways.first() else {
            return Told {
                request: asked,
                steps: Vec::new(),
                server: None,
                location: None,
                handler: unknown(),
                application: None,
                django: None,
                outcome: Outcome {
                    status: None,
                    why: "not known".to_owned(),
                },
                alternatives: Vec::new(),
            };
        };
        let trace = &way.trace;
        let server = trace.server.map(|server| self.place(server.name_span()));
        let mut steps: Vec<Step> = Vec::new();
        for step in &trace.steps {
            let lost = match step.kind {
                _ if !with_lost => Vec::new(),
                nginx::Kind::Server => self.lost_servers(front, request, trace.server),
                nginx::Kind::Location => self.lost_locations(trace.server, step),
                _ => Vec::new(),
            };
            let place = step.place().map(|span| self.place(span));
            steps.push(Step {
                step: step.kind.name(),
                what: self.mask(&step.what),
                why: self.mask(&step.why),
                path: place.as_ref().map(|place| place.path.clone()),
                line: place.map(|place| place.line),
                lost,
            });
        }
        let is_decided = Deployment::agree(ways);
        let alternatives: Vec<Alternative> = match is_decided {
            true => Vec::new(),
            false => ways.iter().map(|way| self.alternative(way)).collect(),
        };
        if !is_decided {
            let reasons: Vec<String> = ways
                .iter()
                .flat_map(|way| &way.trace.assumed)
                .map(|assumed| self.mask(&assumed.what))
                .fold(Vec::new(), |mut all, what| {
                    if !all.contains(&what) {
                        all.push(what);
                    }
                    all
                });
            return Told {
                request: asked,
                steps,
                server,
                location: self.location(trace.location),
                handler: unknown(),
                application: None,
                django: None,
                outcome: Outcome {
                    status: None,
                    why: format!("it depends on whether {}", reasons.join(", and whether ")),
                },
                alternatives,
            };
        }
        let alternative = self.alternative(way);
        Told {
            request: asked,
            steps,
            server,
            location: self.location(trace.location),
            handler: alternative.handler,
            application: alternative.application,
            django: alternative.django,
            outcome: alternative.outcome,
            alternatives,
        }
    }

    pub(in crate::report) fn request(&self, request: &nginx::Request) -> Request {
        let tls = request.tls == Some(true);
        Request {
            method: request.method.clone(),
            scheme: if tls { "https" } else { "http" },
            host: match &request.host {
                Host::Named(host) => self.mask(host),
                Host::Unknown => String::new(),
            },
            port: request.port.unwrap_or(if tls { 443 } else { 80 }),
            target: self.text(&request.target),
            address: request.address.clone(),
            headers: request
                .headers
                .iter()
                .flatten()
                .map(|(name, value)| {
                    let value = match crate::secrets::is_secret_header(name) {
                        true => "*".repeat(8),
                        false => self.mask(value),
                    };
                    (name.clone(), value)
                })
                .collect(),
        }
    }

    fn alternative(&self, way: &Way<'_>) -> Alternative {
        let arrival = way.arrival.as_ref();
        Alternative {
            assumed: self.assumed(&way.trace),
            handler: self.handler(way),
            application: arrival.map(|arrival| self.application(arrival)),
            django: arrival.and_then(|arrival| self.django(arrival)),
            outcome: Outcome {
                status: way.status(),
                why: self.mask(&self.why(way)),
            },
        }
    }

    pub(in crate::report) fn assumed(&self, trace: &nginx::Trace<'_>) -> Vec<Assumed> {
        let assumed = trace.assumed.iter();
        assumed
            .map(|assumed| Assumed {
                what: self.mask(&assumed.what),
                holds: assumed.holds,
                why: self.mask(&assumed.unknown.why),
            })
            .collect()
    }

    fn handler(&self, way: &Way<'_>) -> Handler {
        let mut handler = Handler {
            status: way.trace.status,
            ..unknown()
        };
        match &way.trace.answer {
            Answer::File(path) => {
                handler.kind = Kind::File;
                handler.path = Some(self.mask(&path.display().to_string()));
            }
            Answer::Directory(path) => {
                handler.kind = Kind::Directory;
                handler.path = Some(self.mask(&path.display().to_string()));
            }
            Answer::Return { body, .. } => {
                handler.kind = Kind::Return;
                handler.body = body.as_ref().map(|body| self.text(body));
            }
            Answer::Redirect { to, .. } => {
                handler.kind = Kind::Redirect;
                handler.target = to.as_ref().map(|to| self.text(to));
            }
            Answer::Pass { node, address, .. } => {
                handler.kind = match node.is("uwsgi_pass") {
                    true => Kind::Uwsgi,
                    false => Kind::Proxy,
                };
                handler.target = Some(self.text(address));
            }
            Answer::Error | Answer::Closed => handler.kind = Kind::Error,
            Answer::Module(_) | Answer::Unknown(_) => {}
        }
        handler
    }

    fn application(&self, arrival: &Arrival<'_>) -> Application {
        let place = self.place(arrival.listener.span);
        Application {
            program: arrival.backend.program().title(),
            application: arrival
                .backend
                .application()
                .map(|application| self.mask(&application)),
            path: place.path,
            line: place.line,
        }
    }

    fn django(&self, arrival: &Arrival<'_>) -> Option<Django> {
        let (project, reception) = (arrival.project?, arrival.reception.as_ref()?);
        let source = project.settings.source();
        Some(Django {
            settings: plain(source.path(), self.base()),
            host: reception.host.as_ref().map(|host| self.mask(host)),
            host_allowed: known(&reception.is_allowed),
            scheme: known(&reception.is_secure).map(|is| if is { "https" } else { "http" }),
            ssl_redirect: known(&reception.is_redirected),
            static_file: arrival.static_file.map(|file| match file {
                StaticFile::WhiteNoise => "whitenoise",
                StaticFile::Nobody => "nobody",
                StaticFile::Perhaps => "unknown",
            }),
        })
    }

    fn why(&self, way: &Way<'_>) -> String {
        let Some(arrival) = &way.arrival else {
            return way.trace.why.clone();
        };
        let program = arrival.backend.program().title();
        let Some(reception) = &arrival.reception else {
            return format!("the application behind {program} decides");
        };
        let host = reception.host.as_deref().unwrap_or("?");
        match (reception.status(), arrival.static_file) {
            (Some(400), _) => {
                format!("Django refuses the host {host}: ALLOWED_HOSTS has no such name")
            }
            (Some(_), _) => {
                "Django takes the request for plain HTTP, and SECURE_SSL_REDIRECT is on".to_owned()
            }
            (None, Some(StaticFile::WhiteNoise)) => "WhiteNoise hands the file out".to_owned(),
            (None, Some(StaticFile::Nobody)) => {
                "nobody behind nginx hands out static files".to_owned()
            }
            (None, _) => "a view of Django's decides".to_owned(),
        }
    }

    pub(in crate::report) fn location(&self, location: Option<Node<'_>>) -> Option<Location> {
        let location = location?;
        let matcher = location.matcher()?;
        let place = self.place(location.name_span());
        Some(Location {
            path: place.path,
            line: place.line,
            modifier: match matcher.modifier {
                Modifier::Exact => "=",
                Modifier::PrefixNoRegex => "^~",
                Modifier::Regex => "~",
                Modifier::RegexCaseless => "~*",
                Modifier::Prefix | Modifier::Named => "",
            },
            pattern: self.mask(&matcher.text()),
        })
    }

    fn lost_servers(
        &self,
        front: &Front,
        request: &nginx::Request,
        winner: Option<Node<'_>>,
    ) -> Vec<Lost> {
        let Some(winner) = winner else {
            return Vec::new();
        };
        let lost = front.nginx.lost_servers(request, winner);
        lost.into_iter()
            .map(|lost| {
                let names: Vec<String> = lost
                    .node
                    .names()
                    .iter()
                    .map(|(word, _)| word.text().into_owned())
                    .collect();
                self.lost(lost, names.join(" "))
            })
            .collect()
    }

    fn lost_locations(&self, server: Option<Node<'_>>, step: &nginx::Step<'_>) -> Vec<Lost> {
        let Some(server) = server else {
            return Vec::new();
        };
        let named = |node: &Node<'_>| {
            node.matcher()
                .is_some_and(|matcher| matcher.modifier == Modifier::Named)
        };
        if step.node.as_ref().is_some_and(named) {
            return Vec::new();
        }
        let lost = server.configuration().lost(server, &step.uri, step.node);
        lost.into_iter()
            .map(|lost| {
                let shown = lost.node.matcher().map(|matcher| matcher.shown());
                self.lost(lost, shown.unwrap_or_default())
            })
            .collect()
    }

    fn lost(&self, lost: nginx::Lost<'_>, what: String) -> Lost {
        let place = self.place(lost.node.name_span());
        Lost {
            what: self.mask(&what),
            why: self.mask(&lost.why),
            path: place.path,
            line: place.line,
        }
    }

    /// The directory that paths are shown relative to.
    pub(in crate::report) fn base(&self) -> &Path {
        self.workspace.base()
    }

    pub(in crate::report) fn place(&self, span: Span) -> Place {
        let source = self.workspace.files().get(span.file);
        Place {
            path: plain(source.path(), self.base()),
            line: source.position(span.range().start).line,
        }
    }

    pub(in crate::report) fn mask(&self, text: &str) -> String {
        self.secrets.mask(text).into_owned()
    }

    pub(in crate::report) fn text(&self, bytes: &[u8]) -> String {
        self.mask(&String::from_utf8_lossy(bytes))
    }
}

fn unknown() -> Handler {
    Handler {
        kind: Kind::Unknown,
        status: None,
        body: None,
        target: None,
        path: None,
    }
}
