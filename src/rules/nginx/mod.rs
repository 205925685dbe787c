//! Faults that nginx's own configuration shows.

pub(super) mod alias_ignores_uri;
pub(super) mod alias_slash_mismatch;
pub(super) mod alias_traversal;
pub(super) mod allow_without_deny;
pub(super) mod autoindex_enabled;
pub(super) mod conflicting_server_name;
pub(super) mod error_log_off;
pub(super) mod events_missing;
pub(super) mod header_dropped_by_inheritance;
pub(super) mod header_not_always;
pub(super) mod http_splitting;
pub(super) mod if_is_unsafe;
pub(super) mod include_matches_backups;
pub(super) mod invalid_capture;
pub(super) mod ipv6_only_listen;
pub(super) mod listen_http2_deprecated;
pub(super) mod location_never_matches;
pub(super) mod location_shadowed;
pub(super) mod mime_types_missing;
pub(super) mod named_location_not_found;
pub(super) mod not_in_this_version;
pub(super) mod origin_check_weak;
pub(super) mod proxy_directive_beside_uwsgi_pass;
pub(super) mod refused;
pub(super) mod relative_path;
pub(super) mod resolver_not_set;
pub(super) mod return_skips_access_rules;
pub(super) mod rewrite_without_scheme;
pub(super) mod root_doubles_path;
pub(super) mod server_tokens;
pub(super) mod ssrf;
pub(super) mod status_page_exposed;
pub(super) mod syntax;
pub(super) mod try_files_without_slash;
pub(super) mod two_content_handlers;
pub(super) mod unanchored_regex;
pub(super) mod unix_socket_relative;
pub(super) mod unix_socket_with_uri;
pub(super) mod upstream_without_port;
pub(super) mod uwsgi_param_not_http;
pub(super) mod uwsgi_params_missing;
pub(super) mod weak_tls;

#[cfg(test)]
mod tests;
