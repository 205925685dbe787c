//! What starts the servers.

pub(super) mod daemonize_under_supervisor;
pub(super) mod development_server;
pub(super) mod sigterm_reloads;
