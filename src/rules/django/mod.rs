//! Rules on Django's settings as they are deployed.

pub(super) mod admin_incomplete;
pub(super) mod allowed_hosts_empty;
pub(super) mod allowed_hosts_not_a_list;
pub(super) mod allowed_hosts_unmatchable;
pub(super) mod allowed_hosts_wildcard;
pub(super) mod cache_default_missing;
pub(super) mod cache_location_exposed;
pub(super) mod cache_not_found;
pub(super) mod conflicting_settings;
pub(super) mod cookie_domain_mismatch;
pub(super) mod cookie_insecure;
pub(super) mod cors_allow_all_with_credentials;
pub(super) mod csrf_middleware_missing;
pub(super) mod csrf_origin_unmatchable;
pub(super) mod database_driver_missing;
pub(super) mod database_incomplete;
pub(super) mod database_key_outside;
pub(super) mod database_without_tls;
pub(super) mod debug_enabled;
pub(super) mod debug_from_text;
pub(super) mod debug_tools_deployed;
pub(super) mod default_admin_url;
pub(super) mod email_tls_and_ssl;
pub(super) mod env_file_in_repository;
pub(super) mod file_upload_permissions_decimal;
pub(super) mod frames_allowed;
pub(super) mod hardcoded_secret;
pub(super) mod header_policy_invalid;
pub(super) mod hsts_missing;
pub(super) mod import_not_found;
pub(super) mod invalid_language;
pub(super) mod invalid_time_zone;
pub(super) mod local_memory_cache_with_workers;
pub(super) mod log_directory_missing;
pub(super) mod log_path_relative;
pub(super) mod logging_invalid;
pub(super) mod mail_not_sent;
pub(super) mod middleware_order;
pub(super) mod misspelt_setting;
pub(super) mod package_missing;
pub(super) mod proxy_ssl_header_unusable;
pub(super) mod removed_setting;
pub(super) mod root_urlconf_missing;
pub(super) mod s3_storage_incomplete;
pub(super) mod samesite_invalid;
pub(super) mod secret_key_empty;
pub(super) mod secret_key_random;
pub(super) mod security_middleware_missing;
pub(super) mod session_cookie_readable;
pub(super) mod sessions_in_local_memory;
pub(super) mod site_id_invalid;
pub(super) mod sqlite_in_container;
pub(super) mod sqlite_in_production;
pub(super) mod ssl_redirect_missing;
pub(super) mod static_dirs_invalid;
pub(super) mod static_media_clash;
pub(super) mod static_root_missing;
pub(super) mod static_url_missing;
pub(super) mod storage_missing;
pub(super) mod string_if_invalid_not_a_text;
pub(super) mod syntax;
pub(super) mod tuple_by_comma;
pub(super) mod url_without_slash;
pub(super) mod weak_secret_key;
pub(super) mod wrong_type;

use crate::deployment::{Deployment, Project, hosts};
use crate::django::SystemCheck;
use crate::nginx::ServerName;
use crate::source::Span;

/// What Django's own checks find in the settings, each with its place: what is not written is missing
/// in the settings as a whole.
fn system_checks(project: &Project) -> impl Iterator<Item = (&SystemCheck, Span)> {
    let settings = &project.settings;
    let found = settings.system_checks().iter();
    found.map(|check| (check, check.place.unwrap_or(settings.opening())))
}

/// The names that nginx serves, as entries of ALLOWED_HOSTS.
fn served_names(deployment: &Deployment) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for site in &deployment.sites {
        for (_, name) in site.servers().flat_map(|server| server.names()) {
            let entry = match name {
                ServerName::Exact(name) if name.contains('.') && !name.contains('_') => name,
                ServerName::AndBelow(name) | ServerName::Below(name) => format!(".{name}"),
                _ => continue,
            };
            let is_asked_for = hosts::is_public(entry.trim_start_matches('.'));
            if is_asked_for && !entries.contains(&entry) && entries.len() < 6 {
                entries.push(entry);
            }
        }
    }
    entries
}

/// The line to write.
fn allowed_hosts_line(entries: &[String]) -> String {
    if entries.is_empty() {
        return "ALLOWED_HOSTS = [\"www.example.com\"]  # the names that visitors ask for"
            .to_owned();
    }
    let quoted: Vec<String> = entries.iter().map(|entry| format!("\"{entry}\"")).collect();
    format!("ALLOWED_HOSTS = [{}]", quoted.join(", "))
}
