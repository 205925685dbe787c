//! Faults that nginx's own configuration shows.

pub(super) mod alias_ignores_uri;
pub(super) mod alias_slash_mismatch;
pub(super) mod alias_traversal;
pub(super) mod conflicting_server_name;
pub(super) mod duplicate_directive;
pub(super) mod header_dropped_by_inheritance;
pub(super) mod http_splitting;
pub(super) mod include_matches_backups;
pub(super) mod invalid_value;
pub(super) mod ipv6_only_listen;
pub(super) mod location_never_matches;
pub(super) mod location_shadowed;
pub(super) mod misplaced_directive;
pub(super) mod named_location_not_found;
pub(super) mod proxy_directive_beside_uwsgi_pass;
mod refused;
pub(super) mod relative_path;
pub(super) mod rewrite_without_scheme;
pub(super) mod root_doubles_path;
pub(super) mod syntax;
pub(super) mod try_files_without_slash;
pub(super) mod two_content_handlers;
pub(super) mod unix_socket_relative;
pub(super) mod unix_socket_with_uri;
pub(super) mod unknown_directive;
pub(super) mod upstream_without_port;
pub(super) mod uwsgi_param_not_http;
pub(super) mod uwsgi_params_missing;
pub(super) mod wrong_arguments;

#[cfg(test)]
mod tests;
