use std::path::Path;

use super::unix_sockets;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Address, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for socket in unix_sockets(instance) {
        let in_tmp = socket.address.is(|address| {
            let Address::Unix(location) = address else {
                return false;
            };
            let path = location.host().unwrap_or(Path::new(""));
            path.starts_with("/tmp") || path.starts_with("/var/tmp")
        });
        if !in_tmp.is_yes() {
            continue;
        }
        sink.push(
            Finding::advice(
                "the socket lies in a directory for temporary files, where PrivateTmp hides it from nginx and anyone's stale file blocks it",
                socket.value_span,
                "in a directory for everyone",
            )
            .help(format!("{} = /run/uwsgi/app.sock", socket.option)),
        );
    }
}
