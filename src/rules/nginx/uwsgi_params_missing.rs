use crate::finding::{Edit, Finding, Safety, Sink};
use crate::fix::layout;
use crate::nginx::{Configuration, Node, Parameters, Protocol, Setting};
use crate::workspace::Workspace;

/// Without it no request of any kind is answered: WSGI asks for it, and Django reads it first.
const REQUIRED: &str = "REQUEST_METHOD";

const INCLUDE: &str = "include uwsgi_params;";

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for pass in configuration.passes() {
        if pass.protocol != Protocol::Uwsgi || !speaks_wsgi(configuration, pass.node) {
            continue;
        }
        let parameters = configuration.parameters(pass.node, "uwsgi_param");
        if parameters.unknown.is_none() && !parameters.has(REQUIRED) {
            sink.push(finding(pass.node, &parameters));
        }
    }
}

/// A modifier hands the request to another plugin of uWSGI's, which has needs of its own.
fn speaks_wsgi(configuration: &Configuration, pass: Node<'_>) -> bool {
    match configuration.setting(pass, "uwsgi_modifier1") {
        Setting::Here(nodes) => nodes
            .iter()
            .filter_map(|node| node.argument(0))
            .all(|modifier| modifier.text() == "0"),
        Setting::Packaged(..) | Setting::Default | Setting::Unknown(_) => true,
    }
}

fn finding(pass: Node<'_>, parameters: &Parameters<'_>) -> Finding {
    let address = pass.header_span();
    let Some(first) = parameters.all.first() else {
        let block = pass.location().unwrap_or(pass);
        return Finding::error(
            "requests are passed to uWSGI without a single uwsgi_param, so that it lacks REQUEST_METHOD and all others",
            block.name_span(),
            "no uwsgi_param holds here",
        )
        .label(address, "passed from here")
        .help(INCLUDE)
        .fix(Safety::Safe, "include uwsgi_params", vec![before(pass)]);
    };
    let finding = Finding::error(
        format!(
            "the uwsgi_param in this block replaces every inherited one, and {REQUIRED} is not among those that are left"
        ),
        first.place.name_span(),
        "one uwsgi_param here, and none is inherited",
    )
    .label(address, "passed with these parameters only")
    .help(INCLUDE)
    .fix(Safety::Safe, "include uwsgi_params", vec![before(first.place)]);
    match parameters.replaced.first() {
        Some(outer) => finding.label(
            outer.name_span(),
            "the parameters of this block are dropped",
        ),
        None => finding,
    }
}

/// The include on a line of its own before a directive.
fn before(node: Node<'_>) -> Edit {
    layout::before(node.source(), node.name_span(), INCLUDE)
}
