//! From the model to the picture.

use super::{
    Django, Listening, Location, Passed, Server, Site, Stack, StartedBy, State, Storage, Unpaired,
};
use crate::deployment::backend::{At, Bound, Listener, Serving, Spoken};
use crate::deployment::front::{End, Front, Link, Named};
use crate::deployment::{Backend, Deployment, Project, Purpose, Topology};
use crate::django::{StaticUrl, Store};
use crate::launch::{Place, Starter};
use crate::nginx::{self, Node, ServerName};
use crate::report::path::plain;
use crate::source::Span;
use crate::uwsgi;
use crate::workspace::Workspace;

pub(super) fn unpaired(workspace: &Workspace, deployment: &Deployment) -> Vec<Unpaired> {
    let mut all = Vec::new();
    for (part, why) in deployment.unpaired() {
        all.push(Unpaired {
            what: part.what,
            at: at(workspace, part.span),
            why,
        });
    }
    all
}

fn at(workspace: &Workspace, span: Span) -> Location {
    let source = workspace.files().get(span.file);
    Location {
        path: plain(source.path(), workspace.base()),
        line: source.position(span.range().start).line,
    }
}

pub(super) fn stack(workspace: &Workspace, deployment: &Deployment) -> Stack {
    let strays: Vec<Span> = deployment
        .strays(workspace.topology())
        .iter()
        .map(|stray| stray.link.place)
        .collect();
    let mut sites = Vec::new();
    for (index, front) in deployment.fronts.iter().enumerate() {
        let links: Vec<&Link> = deployment
            .links
            .iter()
            .filter(|(of, _)| *of == index)
            .map(|(_, link)| link)
            .collect();
        for server in front.nginx.servers() {
            sites.push(site(workspace, front, server, &links, &strays));
        }
    }
    Stack {
        name: deployment.name.clone(),
        purpose: match deployment.purpose {
            Purpose::Production => "production",
            Purpose::Development => "development",
        },
        sites,
        servers: deployment
            .backends
            .iter()
            .map(|backend| server(workspace, backend))
            .collect(),
        projects: deployment
            .projects
            .iter()
            .map(|project| django(workspace, project))
            .collect(),
    }
}

fn site(
    workspace: &Workspace,
    front: &Front,
    server: Node<'_>,
    links: &[&Link],
    strays: &[Span],
) -> Site {
    let names = server
        .names()
        .into_iter()
        .map(|(word, name)| match name {
            ServerName::Unknown(_) => "?".to_owned(),
            _ => word.text().into_owned(),
        })
        .filter(|name| name != "_" && !name.is_empty())
        .collect();
    let listens = server
        .listens()
        .into_iter()
        .map(|listen| {
            let port = listen.port.map_or("?".to_owned(), |port| port.to_string());
            let address = match listen.host {
                nginx::ListenHost::AnyV4 => port,
                nginx::ListenHost::AnyV6 => format!("[::]:{port}"),
                nginx::ListenHost::Address(host) => format!("{host}:{port}"),
                nginx::ListenHost::Unix(path) => format!("unix:{path}"),
                nginx::ListenHost::Unknown(_) => "?".to_owned(),
            };
            match listen.tls {
                true => format!("{address} (TLS)"),
                false => address,
            }
        })
        .collect();
    // One address may be several places; the one where something listens says it all.
    let own: Vec<&&Link> = links
        .iter()
        .filter(|link| front.pass(link).server().map(Node::id) == Some(server.id()))
        .collect();
    let arrives = |link: &Link| matches!(link.end, End::Listener(..));
    let mut passes: Vec<Passed> = Vec::new();
    for (at, link) in own.iter().enumerate() {
        let same = |other: &&&&Link| other.pass == link.pass && other.place == link.place;
        let is_said = own[..at].iter().any(|other| same(&other));
        let best = own.iter().filter(same).find(|other| arrives(other));
        if !is_said {
            passes.push(passed(workspace, front, best.unwrap_or(link), strays));
        }
    }
    Site {
        names,
        listens,
        at: at(workspace, server.name_span()),
        machine: workspace.launch().name_of(front.machine),
        passes,
    }
}

fn passed(workspace: &Workspace, front: &Front, link: &Link, strays: &[Span]) -> Passed {
    let pass = front.pass(link);
    let location = pass.location().map_or_else(
        || "/".to_owned(),
        |location| {
            let words: Vec<String> = location
                .arguments()
                .map(|word| word.text().into_owned())
                .collect();
            words.join(" ")
        },
    );
    let (state, why, server) = match &link.end {
        End::Listener(server, _) => (State::Linked, None, Some(*server)),
        End::OutOfReach(server, _) => (
            State::Broken,
            Some("it listens on an address that nginx does not reach".to_owned()),
            Some(*server),
        ),
        End::Nobody(_) => (
            match strays.contains(&link.place) {
                true => State::Broken,
                false => State::Unknown,
            },
            Some("nothing that is here listens there".to_owned()),
            None,
        ),
        End::NoSuchName(name) => (
            State::Broken,
            Some(format!("no service is called {name}")),
            None,
        ),
        End::Unknown(unknown) => (State::Unknown, Some(unknown.why.clone()), None),
    };
    let source = workspace.files().get(link.place.file);
    Passed {
        location,
        directive: pass.name().into_owned(),
        address: source.masked(link.place.range()),
        at: at(workspace, link.place),
        state,
        why,
        server,
    }
}

fn server(workspace: &Workspace, backend: &Backend) -> Server {
    let topology = workspace.topology();
    let program = backend.program().title();
    let directory = match &backend.serving {
        Serving::Uwsgi(instance) => {
            let directory = instance.chdir().get().cloned().flatten();
            directory.map(|location| match location {
                uwsgi::Location::Tree(path) => plain(&path, workspace.base()),
                known => known.path().display().to_string(),
            })
        }
        Serving::Other(server) => {
            let word = server.directory.as_ref();
            word.and_then(|word| word.text()).map(str::to_owned)
        }
    };
    let own = backend
        .process(topology)
        .and_then(|process| process.directory.as_ref())
        .map(|directory| directory.display().to_string());
    Server {
        program,
        at: at(workspace, backend.span()),
        machine: workspace.launch().name_of(backend.machine),
        started_by: started_by(workspace, topology, backend),
        listens: backend
            .listeners(topology)
            .iter()
            // What Debian's package would open is no line of anybody's.
            .filter(|listener| listener.is_certain || !matches!(listener.at, At::File(..)))
            .map(|listener| listening(workspace, topology, listener))
            .collect(),
        application: backend.application(),
        directory: directory.or(own),
    }
}

fn started_by(
    workspace: &Workspace,
    topology: Topology<'_>,
    backend: &Backend,
) -> Option<StartedBy> {
    let process = backend.process(topology)?;
    let launch = topology.launch();
    let what = match process.starter {
        Starter::Unit(unit) => launch.units.get(unit)?.name.clone(),
        Starter::Service(..) => format!("the service {}", launch.service(process.machine)?.name),
        Starter::Image(image) => launch.images.get(image)?.file.name().into_owned(),
        Starter::Program(program) => {
            format!("supervisord's {}", launch.programs.get(program)?.name)
        }
        Starter::Procfile => "the Procfile".to_owned(),
        Starter::Script => "hand".to_owned(),
    };
    Some(StartedBy {
        what,
        at: at(workspace, process.program_span()),
    })
}

fn listening(workspace: &Workspace, topology: Topology<'_>, listener: &Listener) -> Listening {
    let protocol = match listener.spoken {
        Spoken::Uwsgi => "uwsgi",
        Spoken::Http | Spoken::HttpRouter => "http",
        Spoken::Https => "https",
        Spoken::FastCgi => "fastcgi",
        Spoken::Scgi => "scgi",
        Spoken::Other => "?",
    };
    let address = match &listener.at {
        At::File(Some(path), place) => match place {
            Place::Volume(volume, _) => {
                format!("unix:{} (volume {})", path.display(), volume.text())
            }
            _ => format!("unix:{}", path.display()),
        },
        At::File(None, Place::Tree(path)) => {
            format!("unix:{}", plain(path, workspace.base()))
        }
        At::File(None, _) => "unix:?".to_owned(),
        At::Port { bound, port, .. } => match bound {
            Bound::Everywhere => format!("*:{port}"),
            Bound::Loopback => format!("127.0.0.1:{port}"),
            Bound::Address(host) => format!("{host}:{port}"),
        },
        At::Abstract(name) => format!("@{name}"),
        At::Unknown(unknown) => format!("? ({})", unknown.why),
    };
    let published = match &listener.at {
        At::Port { network, port, .. } => network
            .and_then(|network| topology.service(network))
            .and_then(|service| {
                let mut ports = service.ports.iter();
                let published = ports.find(|published| published.target == *port)?;
                published.published.as_ref()?.get().copied()
            }),
        _ => None,
    };
    Listening {
        protocol,
        address: match published {
            Some(port) => format!("{address}, published as {port}"),
            None => address,
        },
        at: at(workspace, listener.span),
    }
}

fn django(workspace: &Workspace, project: &Project) -> Django {
    let settings = &project.settings;
    let static_files = match settings.static_url().get() {
        Some(StaticUrl::Local(url)) => {
            let root = settings.static_root();
            let root = root
                .get()
                .and_then(|root| project.on_the_host(root.as_ref()?))
                .map_or_else(String::new, |root| format!(" in {}", root.display()));
            Some(format!("{url}{root}"))
        }
        Some(StaticUrl::Remote) => Some("on another host".to_owned()),
        Some(StaticUrl::Unset) | None => None,
    };
    Django {
        directory: plain(&project.directory, workspace.base()),
        settings: plain(settings.source().path(), workspace.base()),
        chosen_by: project.chosen_by.map(|span| at(workspace, span)),
        servers: project.backends.clone(),
        static_files,
        storage: settings
            .stores()
            .iter()
            .map(|store| storage(workspace, project, store))
            .collect(),
    }
}

fn storage(workspace: &Workspace, project: &Project, store: &Store) -> Storage {
    let kind = match store.setting {
        "CACHES" => "cache",
        _ => "database",
    };
    let name = match store.alias.as_str() {
        "default" => kind.to_owned(),
        alias => format!("{kind} {alias}"),
    };
    let mut what = store.kind.unwrap_or("not known").to_owned();
    if let Some(host) = &store.host {
        what.push_str(&format!(" at {host}"));
        if let Some(port) = &store.port {
            what.push_str(&format!(":{port}"));
        }
        let launch = workspace.launch();
        if let Named::Machines(machines) = launch.named(project.machine, host)
            && let Some(machine) = machines.first()
        {
            what.push_str(&format!(", {}", launch.name_of(*machine)));
        }
    }
    Storage {
        name,
        what,
        at: at(workspace, store.span),
    }
}
