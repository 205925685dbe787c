//! What needs more than one program to go wrong.

pub(super) mod dev_settings_deployed;
pub(super) mod ephemeral_host;
pub(super) mod host_not_allowed;
pub(super) mod missing_media_location;
pub(super) mod missing_static_location;
pub(super) mod misspelt_environment;
pub(super) mod protocol_mismatch;
pub(super) mod redirect_loop;
pub(super) mod root_exposes_project;
pub(super) mod scheme_not_forwarded;
pub(super) mod settings_module_mismatch;
pub(super) mod settings_module_not_found;
pub(super) mod socket_hidden;
pub(super) mod socket_mismatch;
pub(super) mod socket_permissions;
pub(super) mod static_path_mismatch;
pub(super) mod timeout_order;
pub(super) mod unexpected_answer;
pub(super) mod unreachable_upstream;
pub(super) mod upstream_port_mismatch;
