use crate::deployment::front::End;
use crate::deployment::{Deployment, Purpose};
use crate::finding::{Finding, Sink};
use crate::launch::server::Program;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    if deployment.purpose != Purpose::Production || deployment.fronts.is_empty() {
        return;
    }
    let topology = workspace.topology();
    for backend in &deployment.backends {
        let Some(process) = backend.process(topology) else {
            continue;
        };
        if backend.program() != Program::Runserver || process.is_by_hand() {
            continue;
        }
        let is_reached = deployment.links.iter().any(|(_, link)| {
            matches!(&link.end, End::Listener(at, _) if deployment.backends[*at].id == backend.id)
        });
        let project = topology.launch().project_of(backend.machine);
        let is_with_nginx = project.is_some()
            && deployment
                .fronts
                .iter()
                .any(|front| topology.launch().project_of(front.machine) == project);
        if !is_reached && !is_with_nginx {
            continue;
        }
        sink.push(
            Finding::warning(
                "visitors are served by Django's development server: it is slow, and not made to be safe",
                backend.span(),
                "the development server",
            )
            .help("start an application server instead: uwsgi --ini uwsgi.ini, or gunicorn --bind 0.0.0.0:8000 PROJECT.wsgi"),
        );
    }
}
