//! Rules on Django's settings as they are deployed.

pub(super) mod allowed_hosts_empty;
pub(super) mod allowed_hosts_unmatchable;
pub(super) mod allowed_hosts_wildcard;
pub(super) mod debug_enabled;
pub(super) mod hardcoded_secret;
pub(super) mod import_not_found;
pub(super) mod middleware_order;
pub(super) mod misspelt_setting;
pub(super) mod static_root_missing;

use crate::deployment::Deployment;
use crate::nginx::ServerName;

/// The line to write: the names that nginx serves, as entries of ALLOWED_HOSTS.
fn allowed_hosts_line(deployment: &Deployment) -> String {
    let mut entries: Vec<String> = Vec::new();
    for site in &deployment.sites {
        for (_, name) in site.servers().flat_map(|server| server.names()) {
            let entry = match name {
                ServerName::Exact(name) if name.contains('.') && !name.contains('_') => name,
                ServerName::AndBelow(name) | ServerName::Below(name) => format!(".{name}"),
                _ => continue,
            };
            if !entries.contains(&entry) && entries.len() < 6 {
                entries.push(entry);
            }
        }
    }
    if entries.is_empty() {
        return "ALLOWED_HOSTS = [\"www.example.com\"]  # the names that visitors ask for"
            .to_owned();
    }
    let quoted: Vec<String> = entries.iter().map(|entry| format!("\"{entry}\"")).collect();
    format!("ALLOWED_HOSTS = [{}]", quoted.join(", "))
}
