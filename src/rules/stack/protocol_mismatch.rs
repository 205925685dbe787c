use crate::deployment::Deployment;
use crate::deployment::backend::{Listener, Spoken};
use crate::finding::{Finding, Sink};
use crate::nginx::Protocol;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    for misunderstood in deployment.misunderstood() {
        let listener = misunderstood.listener;
        let Some(form) = form(misunderstood.link.protocol, listener) else {
            continue;
        };
        let pass = misunderstood.front.pass(misunderstood.link);
        sink.push(
            Finding::error(
                format!(
                    "nginx speaks {} and the server {}: {}",
                    form.nginx, form.server, form.symptom
                ),
                pass.name_span(),
                format!("speaks {}", form.nginx),
            )
            .label(listener.span, format!("{} is spoken here", form.server))
            .help(form.help),
        );
    }
}

struct Form {
    nginx: &'static str,
    server: &'static str,
    symptom: &'static str,
    help: String,
}

/// The pairs that were seen on the running programs.
fn form(protocol: Protocol, listener: &Listener) -> Option<Form> {
    let help_uwsgi = || {
        format!(
            "in nginx: proxy_pass http://… instead of uwsgi_pass\nor in uWSGI: `socket` instead of `{}`",
            listener.written_as
        )
    };
    Some(match (protocol, listener.spoken) {
        (Protocol::Http, Spoken::Uwsgi) => Form {
            nginx: "HTTP",
            server: "uwsgi",
            symptom: "502 for every request",
            help: "in nginx: uwsgi_pass with `include uwsgi_params;` instead of proxy_pass\nor in uWSGI: `http-socket` instead of `socket`".to_owned(),
        },
        (Protocol::Uwsgi, Spoken::Http) if listener.written_as == "bind" => Form {
            nginx: "uwsgi",
            server: "HTTP",
            symptom: "502 for every request",
            help: "proxy_pass http://… instead of uwsgi_pass".to_owned(),
        },
        (Protocol::Uwsgi, Spoken::Http) => Form {
            nginx: "uwsgi",
            server: "HTTP",
            symptom: "502 for every request",
            help: help_uwsgi(),
        },
        (Protocol::Uwsgi, Spoken::HttpRouter) => Form {
            nginx: "uwsgi",
            server: "HTTP",
            symptom: "every request hangs until nginx gives up with 504",
            help: help_uwsgi(),
        },
        _ => return None,
    })
}
