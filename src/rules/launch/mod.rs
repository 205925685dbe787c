//! What starts the servers, and builds the images that they run in.

pub(super) mod daemonize_under_supervisor;
pub(super) mod development_server;
pub(super) mod ini_path_not_found;
pub(super) mod secret_in_image;
pub(super) mod sigterm_reloads;
pub(super) mod static_never_collected;
pub(super) mod uwsgi_not_installed;
pub(super) mod uwsgi_without_compiler;
