use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    // In a container root is the container's.
    if !workspace.is_put_to_use_on_a_host(instance) {
        return;
    }
    let topology = workspace.topology();
    let backend = workspace.backend_of(instance);
    // Only root can become another: whoever else starts it, `uid` does nothing.
    if backend.is_some_and(|backend| backend.is_started_as_user(topology)) {
        return;
    }
    if let Some(root) = instance.asks_for_root() {
        sink.push(
            Finding::warning(
                "uWSGI keeps running as root: whoever breaks into the application has the machine",
                root,
                "root",
            )
            .help("uid = www-data\ngid = www-data"),
        );
        return;
    }
    let Some(backend) = backend else {
        return;
    };
    let (Some(process), Some(unit)) = (backend.process(topology), backend.unit(topology)) else {
        return;
    };
    let drops = [
        "uid",
        "gid",
        "drop-after-init",
        "drop-after-apps",
        "emperor-tyrant",
    ]
    .iter()
    .any(|name| instance.last(name).is_some());
    let is_root = match &process.user {
        None => unit.dynamic_user.is_none_or(|(on, _)| !on),
        Some(user) => user.is("root") || user.is("0"),
    };
    if drops || !is_root || instance.is_open() || instance.is_emperor().is_yes() {
        return;
    }
    let place = process.user.as_ref().map_or(unit.header, |user| user.span);
    sink.push(
        Finding::warning(
            "uWSGI runs as root: neither the unit nor the instance names another user",
            place,
            "starts it as root",
        )
        .label(instance.header_span(), "no `uid` here")
        .help("in the unit: User=www-data\nGroup=www-data"),
    );
}
