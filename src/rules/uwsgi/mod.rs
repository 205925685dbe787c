//! One uWSGI instance on its own: what its ini file makes of logs, sockets and processes.

use crate::uwsgi::{Instance, Socket};
use crate::value::Answer;

pub(super) mod chdir_not_found;
pub(super) mod duplicate_socket;
pub(super) mod module_not_found;
pub(super) mod no_master;
pub(super) mod no_vacuum;
pub(super) mod public_listener;
pub(super) mod relative_log_path;
pub(super) mod runs_as_root;
pub(super) mod socket_in_tmp;
pub(super) mod socket_world_writable;
pub(super) mod wsgi_file_not_found;

/// The sockets that are files on the host, whatever their path is.
fn unix_sockets(instance: &Instance) -> Vec<Socket> {
    let mut sockets = instance.sockets();
    sockets.retain(|socket| socket.is_unix == Answer::Yes);
    sockets
}
