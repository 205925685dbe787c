//! Selects rules, asks them, and makes a report of what they answer.

mod fingerprint;
mod suppress;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::deployment::Deployment;
use crate::finding::{Finding, Severity, Sink};
use crate::report::{Checked, Report, Reported};
use crate::rules::{Check, RULES, Rule};
use crate::source::{FileId, Span};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

/// Which rules are asked, and which of their findings are shown.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Ids and families to ask; all where it is empty.
    pub select: Vec<String>,
    /// Ids and families not to ask.
    pub ignore: Vec<String>,
    /// The least severity that is shown.
    pub min_severity: Severity,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            ignore: Vec::new(),
            min_severity: Severity::Warning,
        }
    }
}

impl Selection {
    /// Whether the rule is asked. An id weighs more than a family: `--ignore nginx --select nginx/syntax` asks one rule.
    pub fn selects(&self, id: &str) -> bool {
        let family = id.split('/').next().unwrap_or(id);
        let named = |list: &[String], name: &str| list.iter().any(|entry| entry == name);
        if named(&self.ignore, id) {
            return false;
        }
        if named(&self.select, id) {
            return true;
        }
        !named(&self.ignore, family) && (self.select.is_empty() || named(&self.select, family))
    }
}

/// Judges the workspace.
pub fn check(workspace: &Workspace, selection: &Selection) -> Report {
    let mut findings: Vec<Finding> = RULES
        .iter()
        .filter(|rule| selection.selects(rule.id))
        .flat_map(|rule| ask(workspace, rule))
        .collect();
    findings = merge(findings);
    let found = findings.len();
    findings.retain(|finding| !suppress::is_ignored(workspace, finding));
    let suppressed = found - findings.len();
    let mut hidden = BTreeMap::new();
    findings.retain(|finding| {
        let shown = finding.severity >= selection.min_severity;
        if !shown {
            *hidden.entry(finding.severity).or_insert(0) += 1;
        }
        shown
    });
    let path_of = |file: FileId| workspace.files().get(file).path().to_owned();
    findings.sort_by_cached_key(|finding| {
        let span = finding.primary.span;
        (
            path_of(span.file),
            span.start,
            span.end,
            finding.rule,
            finding.message.clone(),
        )
    });
    let fingerprints = fingerprint::of(workspace, &findings);
    Report {
        findings: findings
            .into_iter()
            .zip(fingerprints)
            .map(|(finding, fingerprint)| Reported {
                finding,
                fingerprint,
            })
            .collect(),
        checked: checked(workspace),
        undecided: workspace.undecided(),
        base: workspace.base().to_owned(),
        hidden,
        suppressed,
    }
}

fn ask(workspace: &Workspace, rule: &'static Rule) -> Vec<Finding> {
    let mut all = Vec::new();
    // Which deployments it holds for is asked where something was found: an emperor has thousands.
    let mut collect = |sink: Sink, deployments: &dyn Fn() -> Vec<String>| {
        let findings = sink.into_findings();
        if findings.is_empty() {
            return;
        }
        let deployments = deployments();
        all.extend(findings.into_iter().map(|mut finding| {
            finding.rule = rule.id;
            finding.deployments = deployments.clone();
            finding
        }));
    };
    let deployments = workspace.deployments();
    let holding = |holds: &dyn Fn(&Deployment) -> bool| -> Vec<String> {
        let holding = deployments.iter().filter(|deployment| holds(deployment));
        holding.map(|deployment| deployment.name.clone()).collect()
    };
    match rule.check {
        Check::Workspace(check) => {
            let mut sink = Sink::default();
            check(workspace, &mut sink);
            collect(sink, &Vec::new);
        }
        Check::Nginx(check) => {
            for nginx in workspace.configurations() {
                let mut sink = Sink::default();
                check(workspace, nginx, &mut sink);
                collect(sink, &|| holding(&|deployment| deployment.has_site(nginx)));
            }
        }
        Check::Uwsgi(check) => {
            let of_instances = OnceCell::new();
            for instance in workspace.instances() {
                let mut sink = Sink::default();
                check(workspace, instance, &mut sink);
                collect(sink, &|| {
                    let names = of_instances.get_or_init(|| names_by_instance(deployments));
                    names
                        .get(&Arc::as_ptr(instance))
                        .cloned()
                        .unwrap_or_default()
                });
            }
        }
        Check::Project(check) => {
            for deployment in deployments {
                for project in &deployment.projects {
                    let mut sink = Sink::default();
                    check(workspace, deployment, project, &mut sink);
                    collect(sink, &|| vec![deployment.name.clone()]);
                }
            }
        }
        Check::Deployment(check) => {
            for deployment in deployments {
                let mut sink = Sink::default();
                check(workspace, deployment, &mut sink);
                collect(sink, &|| vec![deployment.name.clone()]);
            }
        }
    }
    all
}

/// The names of the deployments of each instance, which is known by where it lies.
fn names_by_instance(deployments: &[Deployment]) -> BTreeMap<*const Instance, Vec<String>> {
    let mut names: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for deployment in deployments {
        for instance in &deployment.instances {
            let names = names.entry(Arc::as_ptr(instance)).or_default();
            names.push(deployment.name.clone());
        }
    }
    names
}

/// The same fault seen from two contexts is one finding, with all that it holds for.
fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    let mut seen: BTreeMap<(&'static str, Span, String), usize> = BTreeMap::new();
    for finding in findings {
        let key = (finding.rule, finding.primary.span, finding.message.clone());
        match seen.get(&key) {
            Some(at) => {
                let first = &mut merged[*at];
                first.severity = first.severity.max(finding.severity);
                let names: BTreeSet<String> = first
                    .deployments
                    .drain(..)
                    .chain(finding.deployments)
                    .collect();
                first.deployments = names.into_iter().collect();
            }
            None => {
                seen.insert(key, merged.len());
                merged.push(finding);
            }
        }
    }
    merged
}

fn checked(workspace: &Workspace) -> Checked {
    let nginx: BTreeSet<FileId> = workspace
        .configurations()
        .iter()
        .flat_map(|nginx| nginx.files())
        .collect();
    let settings: BTreeSet<FileId> = workspace
        .deployments()
        .iter()
        .flat_map(|deployment| &deployment.projects)
        .map(|project| project.settings.source().id())
        .collect();
    Checked {
        nginx: nginx.len(),
        uwsgi: workspace.instances().len(),
        settings: settings.len(),
        keys: workspace.keys().len(),
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
