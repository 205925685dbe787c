//! The catalogue: every rule, in one list, sorted by id.
//!
//! An id is its own address: `stack/socket-mismatch` is `rules/stack/socket-mismatch.md`
//! and `src/rules/stack/socket_mismatch.rs`.

mod django;
mod djlint;
mod former;
mod key;
mod launch;
mod nginx;
pub mod page;
mod stack;
pub mod symptom;
mod uwsgi;

use std::sync::OnceLock;

pub(crate) use former::first;
pub use former::{current, renamed};
pub(crate) use nginx::refused::report as report_refusals;
use page::Front;

use crate::deployment::{Deployment, Project};
use crate::engine::Comments;
use crate::finding::Sink;
use crate::nginx::{Configuration, RefusalKind};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

/// One rule: its id, its page, and the question it asks.
pub struct Rule {
    /// `family/name`.
    pub id: &'static str,
    /// The text of its page, front matter and all.
    pub page: &'static str,
    /// What it looks at.
    pub check: Check,
}

impl Rule {
    /// What the id begins with.
    pub fn family(&self) -> &'static str {
        family_of(self.id)
    }

    /// Whether it judges the comments that silence others.
    pub fn is_about_comments(&self) -> bool {
        matches!(self.check, Check::Comments(_))
    }

    /// The page, taken apart. A test reads every page, so no page of the catalogue is ever refused.
    pub fn page(&self) -> Result<page::Page, page::PageError> {
        page::Page::parse(self.page)
    }
}

/// What a rule is called for, and how.
pub enum Check {
    /// Once for every nginx configuration.
    Nginx(fn(&Workspace, &Configuration, &mut Sink)),
    /// Once for every nginx configuration: what nginx refuses for that reason.
    Refusal(RefusalKind),
    /// Once for every uWSGI instance.
    Uwsgi(fn(&Workspace, &Instance, &mut Sink)),
    /// Once for every Django project of every deployment.
    Project(fn(&Workspace, &Deployment, &Project, &mut Sink)),
    /// The same, of every deployment that visitors meet: what is for developers is not judged so.
    Production(fn(&Workspace, &Deployment, &Project, &mut Sink)),
    /// Once for every deployment.
    Deployment(fn(&Workspace, &Deployment, &mut Sink)),
    /// Once a run.
    Workspace(fn(&Workspace, &mut Sink)),
    /// Once a run, when all the others have answered and it is known what comments silenced.
    Comments(fn(&Workspace, &Comments, &mut Sink)),
}

/// Every rule, sorted by id.
pub static RULES: &[Rule] = &[
    Rule {
        id: "django/admin-incomplete",
        page: include_str!("../../rules/django/admin-incomplete.md"),
        check: Check::Production(django::admin_incomplete::check),
    },
    Rule {
        id: "django/allowed-hosts-empty",
        page: include_str!("../../rules/django/allowed-hosts-empty.md"),
        check: Check::Production(django::allowed_hosts_empty::check),
    },
    Rule {
        id: "django/allowed-hosts-not-a-list",
        page: include_str!("../../rules/django/allowed-hosts-not-a-list.md"),
        check: Check::Production(django::allowed_hosts_not_a_list::check),
    },
    Rule {
        id: "django/allowed-hosts-unmatchable",
        page: include_str!("../../rules/django/allowed-hosts-unmatchable.md"),
        check: Check::Production(django::allowed_hosts_unmatchable::check),
    },
    Rule {
        id: "django/allowed-hosts-wildcard",
        page: include_str!("../../rules/django/allowed-hosts-wildcard.md"),
        check: Check::Production(django::allowed_hosts_wildcard::check),
    },
    Rule {
        id: "django/cache-default-missing",
        page: include_str!("../../rules/django/cache-default-missing.md"),
        check: Check::Production(django::cache_default_missing::check),
    },
    Rule {
        id: "django/cache-location-exposed",
        page: include_str!("../../rules/django/cache-location-exposed.md"),
        check: Check::Production(django::cache_location_exposed::check),
    },
    Rule {
        id: "django/cache-not-found",
        page: include_str!("../../rules/django/cache-not-found.md"),
        check: Check::Production(django::cache_not_found::check),
    },
    Rule {
        id: "django/conflicting-settings",
        page: include_str!("../../rules/django/conflicting-settings.md"),
        check: Check::Production(django::conflicting_settings::check),
    },
    Rule {
        id: "django/cookie-domain-mismatch",
        page: include_str!("../../rules/django/cookie-domain-mismatch.md"),
        check: Check::Production(django::cookie_domain_mismatch::check),
    },
    Rule {
        id: "django/cookie-insecure",
        page: include_str!("../../rules/django/cookie-insecure.md"),
        check: Check::Production(django::cookie_insecure::check),
    },
    Rule {
        id: "django/cors-allow-all-with-credentials",
        page: include_str!("../../rules/django/cors-allow-all-with-credentials.md"),
        check: Check::Production(django::cors_allow_all_with_credentials::check),
    },
    Rule {
        id: "django/csrf-middleware-missing",
        page: include_str!("../../rules/django/csrf-middleware-missing.md"),
        check: Check::Production(django::csrf_middleware_missing::check),
    },
    Rule {
        id: "django/csrf-origin-unmatchable",
        page: include_str!("../../rules/django/csrf-origin-unmatchable.md"),
        check: Check::Production(django::csrf_origin_unmatchable::check),
    },
    Rule {
        id: "django/database-driver-missing",
        page: include_str!("../../rules/django/database-driver-missing.md"),
        check: Check::Production(django::database_driver_missing::check),
    },
    Rule {
        id: "django/database-incomplete",
        page: include_str!("../../rules/django/database-incomplete.md"),
        check: Check::Production(django::database_incomplete::check),
    },
    Rule {
        id: "django/database-key-outside",
        page: include_str!("../../rules/django/database-key-outside.md"),
        check: Check::Production(django::database_key_outside::check),
    },
    Rule {
        id: "django/database-without-tls",
        page: include_str!("../../rules/django/database-without-tls.md"),
        check: Check::Production(django::database_without_tls::check),
    },
    Rule {
        id: "django/debug-enabled",
        page: include_str!("../../rules/django/debug-enabled.md"),
        check: Check::Project(django::debug_enabled::check),
    },
    Rule {
        id: "django/debug-from-text",
        page: include_str!("../../rules/django/debug-from-text.md"),
        check: Check::Production(django::debug_from_text::check),
    },
    Rule {
        id: "django/debug-tools-deployed",
        page: include_str!("../../rules/django/debug-tools-deployed.md"),
        check: Check::Production(django::debug_tools_deployed::check),
    },
    Rule {
        id: "django/default-admin-url",
        page: include_str!("../../rules/django/default-admin-url.md"),
        check: Check::Production(django::default_admin_url::check),
    },
    Rule {
        id: "django/email-tls-and-ssl",
        page: include_str!("../../rules/django/email-tls-and-ssl.md"),
        check: Check::Production(django::email_tls_and_ssl::check),
    },
    Rule {
        id: "django/env-file-in-repository",
        page: include_str!("../../rules/django/env-file-in-repository.md"),
        check: Check::Workspace(django::env_file_in_repository::check),
    },
    Rule {
        id: "django/file-upload-permissions-decimal",
        page: include_str!("../../rules/django/file-upload-permissions-decimal.md"),
        check: Check::Production(django::file_upload_permissions_decimal::check),
    },
    Rule {
        id: "django/frames-allowed",
        page: include_str!("../../rules/django/frames-allowed.md"),
        check: Check::Production(django::frames_allowed::check),
    },
    Rule {
        id: "django/hardcoded-secret",
        page: include_str!("../../rules/django/hardcoded-secret.md"),
        check: Check::Production(django::hardcoded_secret::check),
    },
    Rule {
        id: "django/header-policy-invalid",
        page: include_str!("../../rules/django/header-policy-invalid.md"),
        check: Check::Production(django::header_policy_invalid::check),
    },
    Rule {
        id: "django/hsts-missing",
        page: include_str!("../../rules/django/hsts-missing.md"),
        check: Check::Production(django::hsts_missing::check),
    },
    Rule {
        id: "django/import-not-found",
        page: include_str!("../../rules/django/import-not-found.md"),
        check: Check::Production(django::import_not_found::check),
    },
    Rule {
        id: "django/invalid-language",
        page: include_str!("../../rules/django/invalid-language.md"),
        check: Check::Production(django::invalid_language::check),
    },
    Rule {
        id: "django/invalid-time-zone",
        page: include_str!("../../rules/django/invalid-time-zone.md"),
        check: Check::Production(django::invalid_time_zone::check),
    },
    Rule {
        id: "django/local-memory-cache-with-workers",
        page: include_str!("../../rules/django/local-memory-cache-with-workers.md"),
        check: Check::Production(django::local_memory_cache_with_workers::check),
    },
    Rule {
        id: "django/log-directory-missing",
        page: include_str!("../../rules/django/log-directory-missing.md"),
        check: Check::Production(django::log_directory_missing::check),
    },
    Rule {
        id: "django/log-path-relative",
        page: include_str!("../../rules/django/log-path-relative.md"),
        check: Check::Production(django::log_path_relative::check),
    },
    Rule {
        id: "django/logging-invalid",
        page: include_str!("../../rules/django/logging-invalid.md"),
        check: Check::Production(django::logging_invalid::check),
    },
    Rule {
        id: "django/mail-not-sent",
        page: include_str!("../../rules/django/mail-not-sent.md"),
        check: Check::Production(django::mail_not_sent::check),
    },
    Rule {
        id: "django/middleware-order",
        page: include_str!("../../rules/django/middleware-order.md"),
        check: Check::Production(django::middleware_order::check),
    },
    Rule {
        id: "django/misspelt-setting",
        page: include_str!("../../rules/django/misspelt-setting.md"),
        check: Check::Production(django::misspelt_setting::check),
    },
    Rule {
        id: "django/package-missing",
        page: include_str!("../../rules/django/package-missing.md"),
        check: Check::Production(django::package_missing::check),
    },
    Rule {
        id: "django/proxy-ssl-header-unusable",
        page: include_str!("../../rules/django/proxy-ssl-header-unusable.md"),
        check: Check::Production(django::proxy_ssl_header_unusable::check),
    },
    Rule {
        id: "django/removed-setting",
        page: include_str!("../../rules/django/removed-setting.md"),
        check: Check::Production(django::removed_setting::check),
    },
    Rule {
        id: "django/root-urlconf-missing",
        page: include_str!("../../rules/django/root-urlconf-missing.md"),
        check: Check::Production(django::root_urlconf_missing::check),
    },
    Rule {
        id: "django/s3-storage-incomplete",
        page: include_str!("../../rules/django/s3-storage-incomplete.md"),
        check: Check::Production(django::s3_storage_incomplete::check),
    },
    Rule {
        id: "django/samesite-invalid",
        page: include_str!("../../rules/django/samesite-invalid.md"),
        check: Check::Production(django::samesite_invalid::check),
    },
    Rule {
        id: "django/secret-key-empty",
        page: include_str!("../../rules/django/secret-key-empty.md"),
        check: Check::Production(django::secret_key_empty::check),
    },
    Rule {
        id: "django/secret-key-random",
        page: include_str!("../../rules/django/secret-key-random.md"),
        check: Check::Production(django::secret_key_random::check),
    },
    Rule {
        id: "django/security-middleware-missing",
        page: include_str!("../../rules/django/security-middleware-missing.md"),
        check: Check::Production(django::security_middleware_missing::check),
    },
    Rule {
        id: "django/session-cookie-readable",
        page: include_str!("../../rules/django/session-cookie-readable.md"),
        check: Check::Production(django::session_cookie_readable::check),
    },
    Rule {
        id: "django/sessions-in-local-memory",
        page: include_str!("../../rules/django/sessions-in-local-memory.md"),
        check: Check::Production(django::sessions_in_local_memory::check),
    },
    Rule {
        id: "django/site-id-invalid",
        page: include_str!("../../rules/django/site-id-invalid.md"),
        check: Check::Production(django::site_id_invalid::check),
    },
    Rule {
        id: "django/sqlite-in-container",
        page: include_str!("../../rules/django/sqlite-in-container.md"),
        check: Check::Production(django::sqlite_in_container::check),
    },
    Rule {
        id: "django/sqlite-in-production",
        page: include_str!("../../rules/django/sqlite-in-production.md"),
        check: Check::Production(django::sqlite_in_production::check),
    },
    Rule {
        id: "django/ssl-redirect-missing",
        page: include_str!("../../rules/django/ssl-redirect-missing.md"),
        check: Check::Production(django::ssl_redirect_missing::check),
    },
    Rule {
        id: "django/static-dirs-invalid",
        page: include_str!("../../rules/django/static-dirs-invalid.md"),
        check: Check::Production(django::static_dirs_invalid::check),
    },
    Rule {
        id: "django/static-media-clash",
        page: include_str!("../../rules/django/static-media-clash.md"),
        check: Check::Production(django::static_media_clash::check),
    },
    Rule {
        id: "django/static-root-missing",
        page: include_str!("../../rules/django/static-root-missing.md"),
        check: Check::Production(django::static_root_missing::check),
    },
    Rule {
        id: "django/static-url-missing",
        page: include_str!("../../rules/django/static-url-missing.md"),
        check: Check::Production(django::static_url_missing::check),
    },
    Rule {
        id: "django/storage-missing",
        page: include_str!("../../rules/django/storage-missing.md"),
        check: Check::Production(django::storage_missing::check),
    },
    Rule {
        id: "django/string-if-invalid-not-a-text",
        page: include_str!("../../rules/django/string-if-invalid-not-a-text.md"),
        check: Check::Production(django::string_if_invalid_not_a_text::check),
    },
    Rule {
        id: "django/syntax",
        page: include_str!("../../rules/django/syntax.md"),
        check: Check::Project(django::syntax::check),
    },
    Rule {
        id: "django/tuple-by-comma",
        page: include_str!("../../rules/django/tuple-by-comma.md"),
        check: Check::Production(django::tuple_by_comma::check),
    },
    Rule {
        id: "django/url-without-slash",
        page: include_str!("../../rules/django/url-without-slash.md"),
        check: Check::Production(django::url_without_slash::check),
    },
    Rule {
        id: "django/weak-secret-key",
        page: include_str!("../../rules/django/weak-secret-key.md"),
        check: Check::Production(django::weak_secret_key::check),
    },
    Rule {
        id: "django/wrong-type",
        page: include_str!("../../rules/django/wrong-type.md"),
        check: Check::Production(django::wrong_type::check),
    },
    Rule {
        id: "djlint/ignore-inside-value",
        page: include_str!("../../rules/djlint/ignore-inside-value.md"),
        check: Check::Comments(djlint::ignore_inside_value::check),
    },
    Rule {
        id: "djlint/ignore-without-reason",
        page: include_str!("../../rules/djlint/ignore-without-reason.md"),
        check: Check::Comments(djlint::ignore_without_reason::check),
    },
    Rule {
        id: "djlint/unknown-ignore",
        page: include_str!("../../rules/djlint/unknown-ignore.md"),
        check: Check::Comments(djlint::unknown_ignore::check),
    },
    Rule {
        id: "djlint/unreadable-file",
        page: include_str!("../../rules/djlint/unreadable-file.md"),
        check: Check::Workspace(djlint::unreadable_file::check),
    },
    Rule {
        id: "djlint/unused-ignore",
        page: include_str!("../../rules/djlint/unused-ignore.md"),
        check: Check::Comments(djlint::unused_ignore::check),
    },
    Rule {
        id: "key/pem-in-repository",
        page: include_str!("../../rules/key/pem-in-repository.md"),
        check: Check::Workspace(key::pem_in_repository::check),
    },
    Rule {
        id: "key/pem-mode",
        page: include_str!("../../rules/key/pem-mode.md"),
        check: Check::Workspace(key::pem_mode::check),
    },
    Rule {
        id: "launch/daemonize-under-supervisor",
        page: include_str!("../../rules/launch/daemonize-under-supervisor.md"),
        check: Check::Uwsgi(launch::daemonize_under_supervisor::check),
    },
    Rule {
        id: "launch/development-server",
        page: include_str!("../../rules/launch/development-server.md"),
        check: Check::Deployment(launch::development_server::check),
    },
    Rule {
        id: "launch/ini-path-not-found",
        page: include_str!("../../rules/launch/ini-path-not-found.md"),
        check: Check::Workspace(launch::ini_path_not_found::check),
    },
    Rule {
        id: "launch/secret-in-image",
        page: include_str!("../../rules/launch/secret-in-image.md"),
        check: Check::Workspace(launch::secret_in_image::check),
    },
    Rule {
        id: "launch/sigterm-reloads",
        page: include_str!("../../rules/launch/sigterm-reloads.md"),
        check: Check::Uwsgi(launch::sigterm_reloads::check),
    },
    Rule {
        id: "launch/static-never-collected",
        page: include_str!("../../rules/launch/static-never-collected.md"),
        check: Check::Project(launch::static_never_collected::check),
    },
    Rule {
        id: "launch/uwsgi-not-installed",
        page: include_str!("../../rules/launch/uwsgi-not-installed.md"),
        check: Check::Workspace(launch::uwsgi_not_installed::check),
    },
    Rule {
        id: "launch/uwsgi-without-compiler",
        page: include_str!("../../rules/launch/uwsgi-without-compiler.md"),
        check: Check::Workspace(launch::uwsgi_without_compiler::check),
    },
    Rule {
        id: "nginx/alias-beside-root",
        page: include_str!("../../rules/nginx/alias-beside-root.md"),
        check: Check::Refusal(RefusalKind::AliasBesideRoot),
    },
    Rule {
        id: "nginx/alias-ignores-uri",
        page: include_str!("../../rules/nginx/alias-ignores-uri.md"),
        check: Check::Nginx(nginx::alias_ignores_uri::check),
    },
    Rule {
        id: "nginx/alias-slash-mismatch",
        page: include_str!("../../rules/nginx/alias-slash-mismatch.md"),
        check: Check::Nginx(nginx::alias_slash_mismatch::check),
    },
    Rule {
        id: "nginx/alias-traversal",
        page: include_str!("../../rules/nginx/alias-traversal.md"),
        check: Check::Nginx(nginx::alias_traversal::check),
    },
    Rule {
        id: "nginx/allow-without-deny",
        page: include_str!("../../rules/nginx/allow-without-deny.md"),
        check: Check::Nginx(nginx::allow_without_deny::check),
    },
    Rule {
        id: "nginx/autoindex-enabled",
        page: include_str!("../../rules/nginx/autoindex-enabled.md"),
        check: Check::Nginx(nginx::autoindex_enabled::check),
    },
    Rule {
        id: "nginx/conflicting-server-name",
        page: include_str!("../../rules/nginx/conflicting-server-name.md"),
        check: Check::Nginx(nginx::conflicting_server_name::check),
    },
    Rule {
        id: "nginx/conflicting-zone",
        page: include_str!("../../rules/nginx/conflicting-zone.md"),
        check: Check::Refusal(RefusalKind::ConflictingZone),
    },
    Rule {
        id: "nginx/duplicate-default-server",
        page: include_str!("../../rules/nginx/duplicate-default-server.md"),
        check: Check::Refusal(RefusalKind::DuplicateDefaultServer),
    },
    Rule {
        id: "nginx/duplicate-directive",
        page: include_str!("../../rules/nginx/duplicate-directive.md"),
        check: Check::Refusal(RefusalKind::DuplicateDirective),
    },
    Rule {
        id: "nginx/duplicate-location",
        page: include_str!("../../rules/nginx/duplicate-location.md"),
        check: Check::Refusal(RefusalKind::DuplicateLocation),
    },
    Rule {
        id: "nginx/error-log-off",
        page: include_str!("../../rules/nginx/error-log-off.md"),
        check: Check::Nginx(nginx::error_log_off::check),
    },
    Rule {
        id: "nginx/events-missing",
        page: include_str!("../../rules/nginx/events-missing.md"),
        check: Check::Nginx(nginx::events_missing::check),
    },
    Rule {
        id: "nginx/header-dropped-by-inheritance",
        page: include_str!("../../rules/nginx/header-dropped-by-inheritance.md"),
        check: Check::Nginx(nginx::header_dropped_by_inheritance::check),
    },
    Rule {
        id: "nginx/header-not-always",
        page: include_str!("../../rules/nginx/header-not-always.md"),
        check: Check::Nginx(nginx::header_not_always::check),
    },
    Rule {
        id: "nginx/http-splitting",
        page: include_str!("../../rules/nginx/http-splitting.md"),
        check: Check::Nginx(nginx::http_splitting::check),
    },
    Rule {
        id: "nginx/if-is-unsafe",
        page: include_str!("../../rules/nginx/if-is-unsafe.md"),
        check: Check::Nginx(nginx::if_is_unsafe::check),
    },
    Rule {
        id: "nginx/include-cycle",
        page: include_str!("../../rules/nginx/include-cycle.md"),
        check: Check::Refusal(RefusalKind::IncludeCycle),
    },
    Rule {
        id: "nginx/include-matches-backups",
        page: include_str!("../../rules/nginx/include-matches-backups.md"),
        check: Check::Nginx(nginx::include_matches_backups::check),
    },
    Rule {
        id: "nginx/include-not-found",
        page: include_str!("../../rules/nginx/include-not-found.md"),
        check: Check::Refusal(RefusalKind::IncludeNotFound),
    },
    Rule {
        id: "nginx/invalid-capture",
        page: include_str!("../../rules/nginx/invalid-capture.md"),
        check: Check::Nginx(nginx::invalid_capture::check),
    },
    Rule {
        id: "nginx/invalid-listen",
        page: include_str!("../../rules/nginx/invalid-listen.md"),
        check: Check::Refusal(RefusalKind::InvalidListen),
    },
    Rule {
        id: "nginx/invalid-map",
        page: include_str!("../../rules/nginx/invalid-map.md"),
        check: Check::Refusal(RefusalKind::InvalidMap),
    },
    Rule {
        id: "nginx/invalid-pass-address",
        page: include_str!("../../rules/nginx/invalid-pass-address.md"),
        check: Check::Refusal(RefusalKind::InvalidPassAddress),
    },
    Rule {
        id: "nginx/invalid-regex",
        page: include_str!("../../rules/nginx/invalid-regex.md"),
        check: Check::Refusal(RefusalKind::InvalidRegex),
    },
    Rule {
        id: "nginx/invalid-rewrite",
        page: include_str!("../../rules/nginx/invalid-rewrite.md"),
        check: Check::Refusal(RefusalKind::InvalidRewrite),
    },
    Rule {
        id: "nginx/invalid-server-name",
        page: include_str!("../../rules/nginx/invalid-server-name.md"),
        check: Check::Refusal(RefusalKind::InvalidServerName),
    },
    Rule {
        id: "nginx/invalid-upstream",
        page: include_str!("../../rules/nginx/invalid-upstream.md"),
        check: Check::Refusal(RefusalKind::InvalidUpstream),
    },
    Rule {
        id: "nginx/invalid-value",
        page: include_str!("../../rules/nginx/invalid-value.md"),
        check: Check::Refusal(RefusalKind::InvalidValue),
    },
    Rule {
        id: "nginx/invalid-variable",
        page: include_str!("../../rules/nginx/invalid-variable.md"),
        check: Check::Refusal(RefusalKind::InvalidVariable),
    },
    Rule {
        id: "nginx/ipv6-only-listen",
        page: include_str!("../../rules/nginx/ipv6-only-listen.md"),
        check: Check::Nginx(nginx::ipv6_only_listen::check),
    },
    Rule {
        id: "nginx/listen-http2-deprecated",
        page: include_str!("../../rules/nginx/listen-http2-deprecated.md"),
        check: Check::Nginx(nginx::listen_http2_deprecated::check),
    },
    Rule {
        id: "nginx/location-never-matches",
        page: include_str!("../../rules/nginx/location-never-matches.md"),
        check: Check::Nginx(nginx::location_never_matches::check),
    },
    Rule {
        id: "nginx/location-shadowed",
        page: include_str!("../../rules/nginx/location-shadowed.md"),
        check: Check::Nginx(nginx::location_shadowed::check),
    },
    Rule {
        id: "nginx/mime-types-missing",
        page: include_str!("../../rules/nginx/mime-types-missing.md"),
        check: Check::Nginx(nginx::mime_types_missing::check),
    },
    Rule {
        id: "nginx/misnested-location",
        page: include_str!("../../rules/nginx/misnested-location.md"),
        check: Check::Refusal(RefusalKind::MisnestedLocation),
    },
    Rule {
        id: "nginx/misplaced-directive",
        page: include_str!("../../rules/nginx/misplaced-directive.md"),
        check: Check::Refusal(RefusalKind::MisplacedDirective),
    },
    Rule {
        id: "nginx/named-location-not-found",
        page: include_str!("../../rules/nginx/named-location-not-found.md"),
        check: Check::Nginx(nginx::named_location_not_found::check),
    },
    Rule {
        id: "nginx/not-in-this-version",
        page: include_str!("../../rules/nginx/not-in-this-version.md"),
        check: Check::Nginx(nginx::not_in_this_version::check),
    },
    Rule {
        id: "nginx/origin-check-weak",
        page: include_str!("../../rules/nginx/origin-check-weak.md"),
        check: Check::Nginx(nginx::origin_check_weak::check),
    },
    Rule {
        id: "nginx/proxy-directive-beside-uwsgi-pass",
        page: include_str!("../../rules/nginx/proxy-directive-beside-uwsgi-pass.md"),
        check: Check::Nginx(nginx::proxy_directive_beside_uwsgi_pass::check),
    },
    Rule {
        id: "nginx/relative-path",
        page: include_str!("../../rules/nginx/relative-path.md"),
        check: Check::Nginx(nginx::relative_path::check),
    },
    Rule {
        id: "nginx/resolver-not-set",
        page: include_str!("../../rules/nginx/resolver-not-set.md"),
        check: Check::Nginx(nginx::resolver_not_set::check),
    },
    Rule {
        id: "nginx/return-skips-access-rules",
        page: include_str!("../../rules/nginx/return-skips-access-rules.md"),
        check: Check::Nginx(nginx::return_skips_access_rules::check),
    },
    Rule {
        id: "nginx/rewrite-without-scheme",
        page: include_str!("../../rules/nginx/rewrite-without-scheme.md"),
        check: Check::Nginx(nginx::rewrite_without_scheme::check),
    },
    Rule {
        id: "nginx/root-doubles-path",
        page: include_str!("../../rules/nginx/root-doubles-path.md"),
        check: Check::Nginx(nginx::root_doubles_path::check),
    },
    Rule {
        id: "nginx/server-tokens",
        page: include_str!("../../rules/nginx/server-tokens.md"),
        check: Check::Nginx(nginx::server_tokens::check),
    },
    Rule {
        id: "nginx/ssl-certificate-missing",
        page: include_str!("../../rules/nginx/ssl-certificate-missing.md"),
        check: Check::Refusal(RefusalKind::SslCertificateMissing),
    },
    Rule {
        id: "nginx/ssrf",
        page: include_str!("../../rules/nginx/ssrf.md"),
        check: Check::Nginx(nginx::ssrf::check),
    },
    Rule {
        id: "nginx/status-page-exposed",
        page: include_str!("../../rules/nginx/status-page-exposed.md"),
        check: Check::Nginx(nginx::status_page_exposed::check),
    },
    Rule {
        id: "nginx/syntax",
        page: include_str!("../../rules/nginx/syntax.md"),
        check: Check::Nginx(nginx::syntax::check),
    },
    Rule {
        id: "nginx/try-files-without-slash",
        page: include_str!("../../rules/nginx/try-files-without-slash.md"),
        check: Check::Nginx(nginx::try_files_without_slash::check),
    },
    Rule {
        id: "nginx/two-content-handlers",
        page: include_str!("../../rules/nginx/two-content-handlers.md"),
        check: Check::Nginx(nginx::two_content_handlers::check),
    },
    Rule {
        id: "nginx/unanchored-regex",
        page: include_str!("../../rules/nginx/unanchored-regex.md"),
        check: Check::Nginx(nginx::unanchored_regex::check),
    },
    Rule {
        id: "nginx/undefined-log-format",
        page: include_str!("../../rules/nginx/undefined-log-format.md"),
        check: Check::Refusal(RefusalKind::UndefinedLogFormat),
    },
    Rule {
        id: "nginx/undefined-upstream",
        page: include_str!("../../rules/nginx/undefined-upstream.md"),
        check: Check::Refusal(RefusalKind::UndefinedUpstream),
    },
    Rule {
        id: "nginx/undefined-variable",
        page: include_str!("../../rules/nginx/undefined-variable.md"),
        check: Check::Refusal(RefusalKind::UndefinedVariable),
    },
    Rule {
        id: "nginx/undefined-zone",
        page: include_str!("../../rules/nginx/undefined-zone.md"),
        check: Check::Refusal(RefusalKind::UndefinedZone),
    },
    Rule {
        id: "nginx/unix-socket-relative",
        page: include_str!("../../rules/nginx/unix-socket-relative.md"),
        check: Check::Nginx(nginx::unix_socket_relative::check),
    },
    Rule {
        id: "nginx/unix-socket-with-uri",
        page: include_str!("../../rules/nginx/unix-socket-with-uri.md"),
        check: Check::Nginx(nginx::unix_socket_with_uri::check),
    },
    Rule {
        id: "nginx/unknown-directive",
        page: include_str!("../../rules/nginx/unknown-directive.md"),
        check: Check::Refusal(RefusalKind::UnknownDirective),
    },
    Rule {
        id: "nginx/upstream-without-port",
        page: include_str!("../../rules/nginx/upstream-without-port.md"),
        check: Check::Nginx(nginx::upstream_without_port::check),
    },
    Rule {
        id: "nginx/uwsgi-param-not-http",
        page: include_str!("../../rules/nginx/uwsgi-param-not-http.md"),
        check: Check::Nginx(nginx::uwsgi_param_not_http::check),
    },
    Rule {
        id: "nginx/uwsgi-params-missing",
        page: include_str!("../../rules/nginx/uwsgi-params-missing.md"),
        check: Check::Nginx(nginx::uwsgi_params_missing::check),
    },
    Rule {
        id: "nginx/weak-tls",
        page: include_str!("../../rules/nginx/weak-tls.md"),
        check: Check::Nginx(nginx::weak_tls::check),
    },
    Rule {
        id: "nginx/wrong-arguments",
        page: include_str!("../../rules/nginx/wrong-arguments.md"),
        check: Check::Refusal(RefusalKind::WrongArguments),
    },
    Rule {
        id: "stack/body-size-order",
        page: include_str!("../../rules/stack/body-size-order.md"),
        check: Check::Project(stack::body_size_order::check),
    },
    Rule {
        id: "stack/client-headers-trusted",
        page: include_str!("../../rules/stack/client-headers-trusted.md"),
        check: Check::Project(stack::client_headers_trusted::check),
    },
    Rule {
        id: "stack/csrf-origin-missing",
        page: include_str!("../../rules/stack/csrf-origin-missing.md"),
        check: Check::Project(stack::csrf_origin_missing::check),
    },
    Rule {
        id: "stack/dev-settings-deployed",
        page: include_str!("../../rules/stack/dev-settings-deployed.md"),
        check: Check::Workspace(stack::dev_settings_deployed::check),
    },
    Rule {
        id: "stack/ephemeral-host",
        page: include_str!("../../rules/stack/ephemeral-host.md"),
        check: Check::Deployment(stack::ephemeral_host::check),
    },
    Rule {
        id: "stack/header-size-order",
        page: include_str!("../../rules/stack/header-size-order.md"),
        check: Check::Deployment(stack::header_size_order::check),
    },
    Rule {
        id: "stack/host-header-missing",
        page: include_str!("../../rules/stack/host-header-missing.md"),
        check: Check::Project(stack::host_header_missing::check),
    },
    Rule {
        id: "stack/host-not-allowed",
        page: include_str!("../../rules/stack/host-not-allowed.md"),
        check: Check::Project(stack::host_not_allowed::check),
    },
    Rule {
        id: "stack/host-port-lost",
        page: include_str!("../../rules/stack/host-port-lost.md"),
        check: Check::Project(stack::host_port_lost::check),
    },
    Rule {
        id: "stack/media-executes-or-lists",
        page: include_str!("../../rules/stack/media-executes-or-lists.md"),
        check: Check::Project(stack::media_executes_or_lists::check),
    },
    Rule {
        id: "stack/missing-media-location",
        page: include_str!("../../rules/stack/missing-media-location.md"),
        check: Check::Project(stack::missing_media_location::check),
    },
    Rule {
        id: "stack/missing-static-location",
        page: include_str!("../../rules/stack/missing-static-location.md"),
        check: Check::Project(stack::missing_static_location::check),
    },
    Rule {
        id: "stack/misspelt-environment",
        page: include_str!("../../rules/stack/misspelt-environment.md"),
        check: Check::Workspace(stack::misspelt_environment::check),
    },
    Rule {
        id: "stack/no-default-server",
        page: include_str!("../../rules/stack/no-default-server.md"),
        check: Check::Project(stack::no_default_server::check),
    },
    Rule {
        id: "stack/no-tls",
        page: include_str!("../../rules/stack/no-tls.md"),
        check: Check::Project(stack::no_tls::check),
    },
    Rule {
        id: "stack/protocol-mismatch",
        page: include_str!("../../rules/stack/protocol-mismatch.md"),
        check: Check::Deployment(stack::protocol_mismatch::check),
    },
    Rule {
        id: "stack/redirect-loop",
        page: include_str!("../../rules/stack/redirect-loop.md"),
        check: Check::Project(stack::redirect_loop::check),
    },
    Rule {
        id: "stack/root-exposes-project",
        page: include_str!("../../rules/stack/root-exposes-project.md"),
        check: Check::Project(stack::root_exposes_project::check),
    },
    Rule {
        id: "stack/scheme-not-forwarded",
        page: include_str!("../../rules/stack/scheme-not-forwarded.md"),
        check: Check::Project(stack::scheme_not_forwarded::check),
    },
    Rule {
        id: "stack/script-name-mismatch",
        page: include_str!("../../rules/stack/script-name-mismatch.md"),
        check: Check::Project(stack::script_name_mismatch::check),
    },
    Rule {
        id: "stack/settings-module-mismatch",
        page: include_str!("../../rules/stack/settings-module-mismatch.md"),
        check: Check::Workspace(stack::settings_module_mismatch::check),
    },
    Rule {
        id: "stack/settings-module-not-found",
        page: include_str!("../../rules/stack/settings-module-not-found.md"),
        check: Check::Workspace(stack::settings_module_not_found::check),
    },
    Rule {
        id: "stack/socket-hidden",
        page: include_str!("../../rules/stack/socket-hidden.md"),
        check: Check::Deployment(stack::socket_hidden::check),
    },
    Rule {
        id: "stack/socket-mismatch",
        page: include_str!("../../rules/stack/socket-mismatch.md"),
        check: Check::Deployment(stack::socket_mismatch::check),
    },
    Rule {
        id: "stack/socket-permissions",
        page: include_str!("../../rules/stack/socket-permissions.md"),
        check: Check::Deployment(stack::socket_permissions::check),
    },
    Rule {
        id: "stack/static-not-readable",
        page: include_str!("../../rules/stack/static-not-readable.md"),
        check: Check::Project(stack::static_not_readable::check),
    },
    Rule {
        id: "stack/static-path-mismatch",
        page: include_str!("../../rules/stack/static-path-mismatch.md"),
        check: Check::Project(stack::static_path_mismatch::check),
    },
    Rule {
        id: "stack/timeout-order",
        page: include_str!("../../rules/stack/timeout-order.md"),
        check: Check::Deployment(stack::timeout_order::check),
    },
    Rule {
        id: "stack/unexpected-answer",
        page: include_str!("../../rules/stack/unexpected-answer.md"),
        check: Check::Workspace(stack::unexpected_answer::check),
    },
    Rule {
        id: "stack/unreachable-upstream",
        page: include_str!("../../rules/stack/unreachable-upstream.md"),
        check: Check::Deployment(stack::unreachable_upstream::check),
    },
    Rule {
        id: "stack/upstream-port-mismatch",
        page: include_str!("../../rules/stack/upstream-port-mismatch.md"),
        check: Check::Deployment(stack::upstream_port_mismatch::check),
    },
    Rule {
        id: "uwsgi/autoreload-in-production",
        page: include_str!("../../rules/uwsgi/autoreload-in-production.md"),
        check: Check::Deployment(uwsgi::autoreload_in_production::check),
    },
    Rule {
        id: "uwsgi/bad-chmod",
        page: include_str!("../../rules/uwsgi/bad-chmod.md"),
        check: Check::Uwsgi(uwsgi::bad_chmod::check),
    },
    Rule {
        id: "uwsgi/callable-not-found",
        page: include_str!("../../rules/uwsgi/callable-not-found.md"),
        check: Check::Uwsgi(uwsgi::callable_not_found::check),
    },
    Rule {
        id: "uwsgi/chdir-not-found",
        page: include_str!("../../rules/uwsgi/chdir-not-found.md"),
        check: Check::Uwsgi(uwsgi::chdir_not_found::check),
    },
    Rule {
        id: "uwsgi/cheaper-not-below-processes",
        page: include_str!("../../rules/uwsgi/cheaper-not-below-processes.md"),
        check: Check::Uwsgi(uwsgi::cheaper_not_below_processes::check),
    },
    Rule {
        id: "uwsgi/chmod-on-tcp",
        page: include_str!("../../rules/uwsgi/chmod-on-tcp.md"),
        check: Check::Uwsgi(uwsgi::chmod_on_tcp::check),
    },
    Rule {
        id: "uwsgi/conflicting-applications",
        page: include_str!("../../rules/uwsgi/conflicting-applications.md"),
        check: Check::Uwsgi(uwsgi::conflicting_applications::check),
    },
    Rule {
        id: "uwsgi/duplicate-scalar",
        page: include_str!("../../rules/uwsgi/duplicate-scalar.md"),
        check: Check::Uwsgi(uwsgi::duplicate_scalar::check),
    },
    Rule {
        id: "uwsgi/duplicate-socket",
        page: include_str!("../../rules/uwsgi/duplicate-socket.md"),
        check: Check::Workspace(uwsgi::duplicate_socket::check),
    },
    Rule {
        id: "uwsgi/else-not-supported",
        page: include_str!("../../rules/uwsgi/else-not-supported.md"),
        check: Check::Uwsgi(uwsgi::else_not_supported::check),
    },
    Rule {
        id: "uwsgi/env-without-equals",
        page: include_str!("../../rules/uwsgi/env-without-equals.md"),
        check: Check::Uwsgi(uwsgi::env_without_equals::check),
    },
    Rule {
        id: "uwsgi/harakiri-without-master",
        page: include_str!("../../rules/uwsgi/harakiri-without-master.md"),
        check: Check::Uwsgi(uwsgi::harakiri_without_master::check),
    },
    Rule {
        id: "uwsgi/include-relative",
        page: include_str!("../../rules/uwsgi/include-relative.md"),
        check: Check::Uwsgi(uwsgi::include_relative::check),
    },
    Rule {
        id: "uwsgi/include-unreadable",
        page: include_str!("../../rules/uwsgi/include-unreadable.md"),
        check: Check::Uwsgi(uwsgi::include_unreadable::check),
    },
    Rule {
        id: "uwsgi/inherit-overrides",
        page: include_str!("../../rules/uwsgi/inherit-overrides.md"),
        check: Check::Uwsgi(uwsgi::inherit_overrides::check),
    },
    Rule {
        id: "uwsgi/inline-comment",
        page: include_str!("../../rules/uwsgi/inline-comment.md"),
        check: Check::Uwsgi(uwsgi::inline_comment::check),
    },
    Rule {
        id: "uwsgi/lazy-loading",
        page: include_str!("../../rules/uwsgi/lazy-loading.md"),
        check: Check::Uwsgi(uwsgi::lazy_loading::check),
    },
    Rule {
        id: "uwsgi/listen-above-somaxconn",
        page: include_str!("../../rules/uwsgi/listen-above-somaxconn.md"),
        check: Check::Uwsgi(uwsgi::listen_above_somaxconn::check),
    },
    Rule {
        id: "uwsgi/log-directory-missing",
        page: include_str!("../../rules/uwsgi/log-directory-missing.md"),
        check: Check::Uwsgi(uwsgi::log_directory_missing::check),
    },
    Rule {
        id: "uwsgi/log-path-not-a-path",
        page: include_str!("../../rules/uwsgi/log-path-not-a-path.md"),
        check: Check::Uwsgi(uwsgi::log_path_not_a_path::check),
    },
    Rule {
        id: "uwsgi/logic-unterminated",
        page: include_str!("../../rules/uwsgi/logic-unterminated.md"),
        check: Check::Uwsgi(uwsgi::logic_unterminated::check),
    },
    Rule {
        id: "uwsgi/module-not-found",
        page: include_str!("../../rules/uwsgi/module-not-found.md"),
        check: Check::Uwsgi(uwsgi::module_not_found::check),
    },
    Rule {
        id: "uwsgi/nested-logic",
        page: include_str!("../../rules/uwsgi/nested-logic.md"),
        check: Check::Uwsgi(uwsgi::nested_logic::check),
    },
    Rule {
        id: "uwsgi/no-harakiri",
        page: include_str!("../../rules/uwsgi/no-harakiri.md"),
        check: Check::Uwsgi(uwsgi::no_harakiri::check),
    },
    Rule {
        id: "uwsgi/no-log-rotation",
        page: include_str!("../../rules/uwsgi/no-log-rotation.md"),
        check: Check::Uwsgi(uwsgi::no_log_rotation::check),
    },
    Rule {
        id: "uwsgi/no-master",
        page: include_str!("../../rules/uwsgi/no-master.md"),
        check: Check::Uwsgi(uwsgi::no_master::check),
    },
    Rule {
        id: "uwsgi/no-max-requests",
        page: include_str!("../../rules/uwsgi/no-max-requests.md"),
        check: Check::Uwsgi(uwsgi::no_max_requests::check),
    },
    Rule {
        id: "uwsgi/no-need-app",
        page: include_str!("../../rules/uwsgi/no-need-app.md"),
        check: Check::Uwsgi(uwsgi::no_need_app::check),
    },
    Rule {
        id: "uwsgi/no-single-interpreter",
        page: include_str!("../../rules/uwsgi/no-single-interpreter.md"),
        check: Check::Uwsgi(uwsgi::no_single_interpreter::check),
    },
    Rule {
        id: "uwsgi/no-strict",
        page: include_str!("../../rules/uwsgi/no-strict.md"),
        check: Check::Uwsgi(uwsgi::no_strict::check),
    },
    Rule {
        id: "uwsgi/no-vacuum",
        page: include_str!("../../rules/uwsgi/no-vacuum.md"),
        check: Check::Uwsgi(uwsgi::no_vacuum::check),
    },
    Rule {
        id: "uwsgi/not-expanded",
        page: include_str!("../../rules/uwsgi/not-expanded.md"),
        check: Check::Uwsgi(uwsgi::not_expanded::check),
    },
    Rule {
        id: "uwsgi/option-newer-than-version",
        page: include_str!("../../rules/uwsgi/option-newer-than-version.md"),
        check: Check::Uwsgi(uwsgi::option_newer_than_version::check),
    },
    Rule {
        id: "uwsgi/percent-eaten",
        page: include_str!("../../rules/uwsgi/percent-eaten.md"),
        check: Check::Uwsgi(uwsgi::percent_eaten::check),
    },
    Rule {
        id: "uwsgi/placeholder-left-in",
        page: include_str!("../../rules/uwsgi/placeholder-left-in.md"),
        check: Check::Uwsgi(uwsgi::placeholder_left_in::check),
    },
    Rule {
        id: "uwsgi/plugin-after-module",
        page: include_str!("../../rules/uwsgi/plugin-after-module.md"),
        check: Check::Uwsgi(uwsgi::plugin_after_module::check),
    },
    Rule {
        id: "uwsgi/plugin-not-loaded",
        page: include_str!("../../rules/uwsgi/plugin-not-loaded.md"),
        check: Check::Uwsgi(uwsgi::plugin_not_loaded::check),
    },
    Rule {
        id: "uwsgi/plugin-superfluous",
        page: include_str!("../../rules/uwsgi/plugin-superfluous.md"),
        check: Check::Uwsgi(uwsgi::plugin_superfluous::check),
    },
    Rule {
        id: "uwsgi/privileged-port",
        page: include_str!("../../rules/uwsgi/privileged-port.md"),
        check: Check::Uwsgi(uwsgi::privileged_port::check),
    },
    Rule {
        id: "uwsgi/public-listener",
        page: include_str!("../../rules/uwsgi/public-listener.md"),
        check: Check::Deployment(uwsgi::public_listener::check),
    },
    Rule {
        id: "uwsgi/public-stats",
        page: include_str!("../../rules/uwsgi/public-stats.md"),
        check: Check::Uwsgi(uwsgi::public_stats::check),
    },
    Rule {
        id: "uwsgi/python-version-mismatch",
        page: include_str!("../../rules/uwsgi/python-version-mismatch.md"),
        check: Check::Uwsgi(uwsgi::python_version_mismatch::check),
    },
    Rule {
        id: "uwsgi/quoted-value",
        page: include_str!("../../rules/uwsgi/quoted-value.md"),
        check: Check::Uwsgi(uwsgi::quoted_value::check),
    },
    Rule {
        id: "uwsgi/relative-log-path",
        page: include_str!("../../rules/uwsgi/relative-log-path.md"),
        check: Check::Uwsgi(uwsgi::relative_log_path::check),
    },
    Rule {
        id: "uwsgi/relative-path",
        page: include_str!("../../rules/uwsgi/relative-path.md"),
        check: Check::Uwsgi(uwsgi::relative_path::check),
    },
    Rule {
        id: "uwsgi/runs-as-root",
        page: include_str!("../../rules/uwsgi/runs-as-root.md"),
        check: Check::Uwsgi(uwsgi::runs_as_root::check),
    },
    Rule {
        id: "uwsgi/section-ignored",
        page: include_str!("../../rules/uwsgi/section-ignored.md"),
        check: Check::Uwsgi(uwsgi::section_ignored::check),
    },
    Rule {
        id: "uwsgi/self-reference",
        page: include_str!("../../rules/uwsgi/self-reference.md"),
        check: Check::Uwsgi(uwsgi::self_reference::check),
    },
    Rule {
        id: "uwsgi/size-suffix",
        page: include_str!("../../rules/uwsgi/size-suffix.md"),
        check: Check::Uwsgi(uwsgi::size_suffix::check),
    },
    Rule {
        id: "uwsgi/socket-in-tmp",
        page: include_str!("../../rules/uwsgi/socket-in-tmp.md"),
        check: Check::Uwsgi(uwsgi::socket_in_tmp::check),
    },
    Rule {
        id: "uwsgi/socket-is-not-a-path",
        page: include_str!("../../rules/uwsgi/socket-is-not-a-path.md"),
        check: Check::Uwsgi(uwsgi::socket_is_not_a_path::check),
    },
    Rule {
        id: "uwsgi/socket-path-too-long",
        page: include_str!("../../rules/uwsgi/socket-path-too-long.md"),
        check: Check::Uwsgi(uwsgi::socket_path_too_long::check),
    },
    Rule {
        id: "uwsgi/socket-world-writable",
        page: include_str!("../../rules/uwsgi/socket-world-writable.md"),
        check: Check::Uwsgi(uwsgi::socket_world_writable::check),
    },
    Rule {
        id: "uwsgi/static-map-not-found",
        page: include_str!("../../rules/uwsgi/static-map-not-found.md"),
        check: Check::Uwsgi(uwsgi::static_map_not_found::check),
    },
    Rule {
        id: "uwsgi/strict-refuses-placeholder",
        page: include_str!("../../rules/uwsgi/strict-refuses-placeholder.md"),
        check: Check::Uwsgi(uwsgi::strict_refuses_placeholder::check),
    },
    Rule {
        id: "uwsgi/threads-not-started",
        page: include_str!("../../rules/uwsgi/threads-not-started.md"),
        check: Check::Project(uwsgi::threads_not_started::check),
    },
    Rule {
        id: "uwsgi/trailing-semicolon",
        page: include_str!("../../rules/uwsgi/trailing-semicolon.md"),
        check: Check::Uwsgi(uwsgi::trailing_semicolon::check),
    },
    Rule {
        id: "uwsgi/uid-before-bind",
        page: include_str!("../../rules/uwsgi/uid-before-bind.md"),
        check: Check::Uwsgi(uwsgi::uid_before_bind::check),
    },
    Rule {
        id: "uwsgi/uid-without-gid",
        page: include_str!("../../rules/uwsgi/uid-without-gid.md"),
        check: Check::Uwsgi(uwsgi::uid_without_gid::check),
    },
    Rule {
        id: "uwsgi/umask-with-daemonize",
        page: include_str!("../../rules/uwsgi/umask-with-daemonize.md"),
        check: Check::Uwsgi(uwsgi::umask_with_daemonize::check),
    },
    Rule {
        id: "uwsgi/undefined-placeholder",
        page: include_str!("../../rules/uwsgi/undefined-placeholder.md"),
        check: Check::Uwsgi(uwsgi::undefined_placeholder::check),
    },
    Rule {
        id: "uwsgi/unknown-option",
        page: include_str!("../../rules/uwsgi/unknown-option.md"),
        check: Check::Uwsgi(uwsgi::unknown_option::check),
    },
    Rule {
        id: "uwsgi/value-becomes-zero",
        page: include_str!("../../rules/uwsgi/value-becomes-zero.md"),
        check: Check::Uwsgi(uwsgi::value_becomes_zero::check),
    },
    Rule {
        id: "uwsgi/value-refused",
        page: include_str!("../../rules/uwsgi/value-refused.md"),
        check: Check::Uwsgi(uwsgi::value_refused::check),
    },
    Rule {
        id: "uwsgi/virtualenv-not-found",
        page: include_str!("../../rules/uwsgi/virtualenv-not-found.md"),
        check: Check::Uwsgi(uwsgi::virtualenv_not_found::check),
    },
    Rule {
        id: "uwsgi/wsgi-file-not-found",
        page: include_str!("../../rules/uwsgi/wsgi-file-not-found.md"),
        check: Check::Uwsgi(uwsgi::wsgi_file_not_found::check),
    },
];

/// The family that an id begins with.
pub fn family_of(id: &str) -> &str {
    id.split_once('/').map_or(id, |(family, _)| family)
}

/// The rule of that id, or that had it once.
pub fn find(id: &str) -> Option<&'static Rule> {
    let id = current(id);
    RULES.iter().find(|rule| rule.id == id)
}

/// The front matter of the rule of that id.
pub fn front(id: &str) -> Option<&'static Front> {
    // A report may have a hundred thousand findings, and asks for each; most have a few, and to read every
    // page would take longer than all else.
    static FRONTS: [OnceLock<Option<Front>>; RULES.len()] =
        [const { OnceLock::new() }; RULES.len()];
    let at = RULES.binary_search_by_key(&id, |rule| rule.id).ok()?;
    let read = || RULES[at].page().ok().map(|page| page.front);
    FRONTS[at].get_or_init(read).as_ref()
}

/// The families, each once, in order.
pub fn families() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    RULES.iter().map(Rule::family).filter(move |family| {
        let new = *family != last;
        last = family;
        new
    })
}

/// The id or family that a misspelt one was meant to be.
pub fn nearest(name: &str) -> Option<&'static str> {
    let ids = RULES.iter().map(|rule| rule.id);
    // `pem-mode` for `key/pem-mode`: the family was left out.
    ids.clone()
        .find(|id| id.rsplit('/').next() == Some(name))
        .or_else(|| crate::suggest::nearest(name, ids.chain(families())))
}

/// Whether this is the id of a rule, or a family of rules.
pub fn is_known(name: &str) -> bool {
    find(name).is_some() || families().any(|family| family == name)
}
