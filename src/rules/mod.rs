//! The catalogue: every rule, in one list, sorted by id.
//!
//! An id is its own address: `stack/socket-mismatch` is `rules/stack/socket-mismatch.md`
//! and `src/rules/stack/socket_mismatch.rs`.

mod django;
mod djlint;
mod key;
mod stack;
mod uwsgi;

use crate::deployment::{Deployment, Project};
use crate::finding::Sink;
use crate::nginx::Configuration;
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

/// What a rule is called for, and how.
pub enum Check {
    /// Once for every nginx configuration.
    Nginx(fn(&Workspace, &Configuration, &mut Sink)),
    /// Once for every uWSGI instance.
    Uwsgi(fn(&Workspace, &Instance, &mut Sink)),
    /// Once for every Django project of every deployment.
    Project(fn(&Workspace, &Deployment, &Project, &mut Sink)),
    /// Once for every deployment.
    Deployment(fn(&Workspace, &Deployment, &mut Sink)),
    /// Once a run.
    Workspace(fn(&Workspace, &mut Sink)),
}

/// Every rule, sorted by id.
pub static RULES: &[Rule] = &[
    Rule {
        id: "django/allowed-hosts-empty",
        page: include_str!("../../rules/django/allowed-hosts-empty.md"),
        check: Check::Project(django::allowed_hosts_empty::check),
    },
    Rule {
        id: "django/allowed-hosts-unmatchable",
        page: include_str!("../../rules/django/allowed-hosts-unmatchable.md"),
        check: Check::Project(django::allowed_hosts_unmatchable::check),
    },
    Rule {
        id: "django/allowed-hosts-wildcard",
        page: include_str!("../../rules/django/allowed-hosts-wildcard.md"),
        check: Check::Project(django::allowed_hosts_wildcard::check),
    },
    Rule {
        id: "django/debug-enabled",
        page: include_str!("../../rules/django/debug-enabled.md"),
        check: Check::Project(django::debug_enabled::check),
    },
    Rule {
        id: "django/hardcoded-secret",
        page: include_str!("../../rules/django/hardcoded-secret.md"),
        check: Check::Project(django::hardcoded_secret::check),
    },
    Rule {
        id: "django/misspelt-setting",
        page: include_str!("../../rules/django/misspelt-setting.md"),
        check: Check::Project(django::misspelt_setting::check),
    },
    Rule {
        id: "django/static-root-missing",
        page: include_str!("../../rules/django/static-root-missing.md"),
        check: Check::Project(django::static_root_missing::check),
    },
    Rule {
        id: "djlint/unreadable-file",
        page: include_str!("../../rules/djlint/unreadable-file.md"),
        check: Check::Workspace(djlint::unreadable_file::check),
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
        id: "stack/missing-static-location",
        page: include_str!("../../rules/stack/missing-static-location.md"),
        check: Check::Deployment(stack::missing_static_location::check),
    },
    Rule {
        id: "uwsgi/no-master",
        page: include_str!("../../rules/uwsgi/no-master.md"),
        check: Check::Uwsgi(uwsgi::no_master::check),
    },
    Rule {
        id: "uwsgi/no-vacuum",
        page: include_str!("../../rules/uwsgi/no-vacuum.md"),
        check: Check::Uwsgi(uwsgi::no_vacuum::check),
    },
    Rule {
        id: "uwsgi/relative-log-path",
        page: include_str!("../../rules/uwsgi/relative-log-path.md"),
        check: Check::Uwsgi(uwsgi::relative_log_path::check),
    },
    Rule {
        id: "uwsgi/socket-in-tmp",
        page: include_str!("../../rules/uwsgi/socket-in-tmp.md"),
        check: Check::Uwsgi(uwsgi::socket_in_tmp::check),
    },
    Rule {
        id: "uwsgi/socket-world-writable",
        page: include_str!("../../rules/uwsgi/socket-world-writable.md"),
        check: Check::Uwsgi(uwsgi::socket_world_writable::check),
    },
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
