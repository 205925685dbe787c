//! The catalogue: every rule, in one list, sorted by id.
//!
//! An id is its own address: `stack/socket-mismatch` is `rules/stack/socket-mismatch.md`
//! and `src/rules/stack/socket_mismatch.rs`.

mod nginx;

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
        id: "nginx/syntax",
        page: include_str!("../../rules/nginx/syntax.md"),
        check: Check::Nginx(nginx::syntax::check),
    },
    Rule {
        id: "nginx/uwsgi-params-missing",
        page: include_str!("../../rules/nginx/uwsgi-params-missing.md"),
        check: Check::Nginx(nginx::uwsgi_params_missing::check),
    },
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
