//! Which rules are asked, where they are silent, and what their findings count as.

use std::collections::BTreeMap;
use std::path::Path;

use crate::baseline::Baseline;
use crate::discover::Patterns;
use crate::finding::{Finding, Severity};
use crate::rules::family_of;

/// Which rules are asked, and which of their findings are shown.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Ids and families to ask; all where it is empty.
    pub select: Vec<String>,
    /// Ids and families not to ask.
    pub ignore: Vec<String>,
    /// Files in which some rules are silent.
    pub silent_in: Vec<SilentIn>,
    /// What the findings of an id or a family count as, whatever the rule says.
    pub severities: BTreeMap<String, Severity>,
    /// The least severity that is shown.
    pub min_severity: Severity,
    /// The findings that are known already.
    pub baseline: Option<Baseline>,
    /// Where somebody still says a former id, and what it is called now.
    pub renamed: Vec<String>,
}

/// Files in which some rules are silent.
#[derive(Clone, Debug)]
pub struct SilentIn {
    /// The files.
    pub files: Patterns,
    /// Ids and families.
    pub rules: Vec<String>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            ignore: Vec::new(),
            silent_in: Vec::new(),
            severities: BTreeMap::new(),
            min_severity: Severity::Warning,
            baseline: None,
            renamed: Vec::new(),
        }
    }
}

impl Selection {
    /// Whether the rule is asked. An id weighs more than a family: `--ignore nginx --select nginx/syntax` asks one rule.
    pub fn selects(&self, id: &str) -> bool {
        let family = family_of(id);
        let named = |list: &[String], name: &str| list.iter().any(|entry| entry == name);
        if named(&self.ignore, id) {
            return false;
        }
        if named(&self.select, id) {
            return true;
        }
        !named(&self.ignore, family) && (self.select.is_empty() || named(&self.select, family))
    }

    /// Whether a rule's findings in that file are left out.
    pub(super) fn is_silent(&self, id: &str, path: &Path) -> bool {
        self.silent_in.iter().any(|silent| {
            let is_named = |name: &String| name == id || name == family_of(id);
            silent.rules.iter().any(is_named) && silent.files.cover(path)
        })
    }

    /// What a finding counts as. An id weighs more than a family.
    pub(super) fn severity(&self, finding: &Finding) -> Severity {
        self.severities
            .get(finding.rule)
            .or_else(|| self.severities.get(family_of(finding.rule)))
            .copied()
            .unwrap_or(finding.severity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(select: &[&str], ignore: &[&str]) -> Selection {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Selection {
            select: owned(select),
            ignore: owned(ignore),
            ..Selection::default()
        }
    }

    #[test]
    fn a_rule_is_silent_in_files_below_a_pattern() {
        let silent = Selection {
            silent_in: vec![SilentIn {
                files: Patterns::new(Path::new("/repo"), &["/contrib/".into(), "*.tmpl".into()]),
                rules: vec!["nginx".into(), "uwsgi/no-master".into()],
            }],
            ..Selection::default()
        };
        for (id, path, expected) in [
            ("nginx/syntax", "/repo/contrib/nginx.conf", true),
            ("uwsgi/no-master", "/repo/contrib/a/b/uwsgi.ini", true),
            ("uwsgi/no-vacuum", "/repo/contrib/uwsgi.ini", false),
            ("nginx/syntax", "/repo/deploy/contrib/nginx.conf", false),
            ("nginx/syntax", "/repo/deploy/nginx.conf.tmpl", true),
            ("nginx/syntax", "/elsewhere/contrib/nginx.conf", false),
        ] {
            assert_eq!(
                silent.is_silent(id, Path::new(path)),
                expected,
                "{id} {path}"
            );
        }
    }

    #[test]
    fn an_id_weighs_more_than_a_family() {
        let all = selection(&[], &[]);
        assert!(all.selects("nginx/syntax"));
        let family = selection(&["nginx"], &[]);
        assert!(family.selects("nginx/syntax") && !family.selects("uwsgi/no-master"));
        let without = selection(&[], &["nginx/syntax"]);
        assert!(!without.selects("nginx/syntax") && without.selects("nginx/alias-traversal"));
        let one = selection(&["nginx/syntax"], &["nginx"]);
        assert!(one.selects("nginx/syntax") && !one.selects("nginx/alias-traversal"));
        let both = selection(&["nginx/syntax"], &["nginx/syntax"]);
        assert!(!both.selects("nginx/syntax"));
    }
}
