//! Selects rules, asks them, and makes a report of what they answer.

pub mod comment;
mod fingerprint;
mod selection;
mod suppress;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use std::thread;

use crate::baseline::{Baseline, Entry};
use crate::deployment::{Deployment, Purpose};
use crate::finding::{Finding, Sink};
use crate::parallel;
use crate::report::{Checked, Compared, Report, Reported};
use crate::rules::{self, Check, RULES, Rule};
use crate::source::{FileId, SourceFile, Span};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub use selection::{Selection, SilentIn};
pub use suppress::Comments;

/// Judges the workspace.
pub fn check<'w>(workspace: &'w Workspace, selection: &Selection) -> Report<'w> {
    let asked = || RULES.iter().filter(|rule| selection.selects(rule.id));
    let mut findings = merge(ask_all(workspace, asked()));
    let found = findings.len();
    let mut comments = Comments::of(workspace, selection);
    findings.retain(|finding| !comments.silence(workspace, finding));
    let about_comments: Vec<Finding> = asked()
        .flat_map(|rule| ask_about_comments(workspace, &comments, rule))
        .collect();
    let found = found + about_comments.len();
    findings.extend(about_comments);
    findings.retain(|finding| {
        let source = workspace.files().get(finding.primary.span.file);
        !selection.is_silent(finding.rule, source.path())
    });
    let suppressed = found - findings.len();
    for finding in &mut findings {
        finding.severity = selection.severity(finding);
    }
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
    // What is hidden counts for the numbers of equal findings, or a baseline would hang on what is shown;
    // but only findings of one rule are ever equal.
    let is_shown = |finding: &&Finding| finding.severity >= selection.min_severity;
    let shown: BTreeSet<&str> = findings
        .iter()
        .filter(is_shown)
        .map(|one| one.rule)
        .collect();
    let is_asked = |finding: &Finding| selection.baseline.is_some() || shown.contains(finding.rule);
    let fingerprints = fingerprint::of(workspace, &findings, is_asked);
    let mut reported: Vec<Reported> = findings
        .into_iter()
        .zip(fingerprints)
        .map(|(finding, fingerprint)| Reported {
            finding,
            fingerprint,
        })
        .collect();
    let baseline = selection
        .baseline
        .as_ref()
        .map(|baseline| compare(workspace, selection, baseline, &mut reported));
    if let Some(focus) = workspace.focus() {
        reported.retain(|reported| {
            reported
                .finding
                .labels()
                .any(|label| label.span.file == focus)
        });
    }
    let mut hidden = BTreeMap::new();
    reported.retain(|reported| {
        let severity = reported.finding.severity;
        let shown = severity >= selection.min_severity;
        if !shown {
            *hidden.entry(severity).or_insert(0) += 1;
        }
        shown
    });
    Report {
        findings: reported,
        rules: asked().collect(),
        checked: checked(workspace),
        problems: workspace.problems().to_vec(),
        is_empty: workspace.is_empty(),
        undecided: workspace.undecided(),
        base: workspace.base().to_owned(),
        repository: workspace.files().tree().repository(workspace.base()),
        files: workspace.files(),
        hidden,
        suppressed,
        baseline,
        secrets: OnceLock::new(),
    }
}

/// Takes out of the findings what the baseline knows, and says what of it is gone.
fn compare(
    workspace: &Workspace,
    selection: &Selection,
    baseline: &Baseline,
    reported: &mut Vec<Reported>,
) -> Compared {
    let found: BTreeSet<&str> = reported
        .iter()
        .map(|reported| reported.fingerprint.as_str())
        .collect();
    let was_asked = |id: &str| rules::find(id).is_none_or(|rule| selection.selects(rule.id));
    let gone: Vec<&Entry> = baseline
        .entries()
        .filter(|entry| !found.contains(entry.fingerprint.as_str()) && was_asked(&entry.rule))
        .collect();
    // A file that this run did not look at may still hold what it held.
    let read: BTreeSet<String> = match gone.is_empty() {
        true => BTreeSet::new(),
        false => {
            let sources = workspace.files().sources();
            let within = |source: &Arc<SourceFile>| workspace.within_project(source.path());
            sources.iter().map(within).collect()
        }
    };
    let gone = gone
        .into_iter()
        .filter(|entry| read.contains(&entry.path) || workspace.is_gone(&entry.path))
        .cloned()
        .collect();
    let before = reported.len();
    reported.retain(|reported| !baseline.holds(&reported.fingerprint));
    Compared {
        known: before - reported.len(),
        gone,
    }
}

/// Asks all rules, on all cores. What many of them would wait for is worked out before, or while others are asked.
fn ask_all(workspace: &Workspace, rules: impl Iterator<Item = &'static Rule>) -> Vec<Finding> {
    workspace.deployments();
    let is_refusal = |rule: &&Rule| matches!(rule.check, Check::Refusal(_));
    let (refusals, others): (Vec<&Rule>, Vec<&Rule>) = rules.partition(is_refusal);
    let mut findings = thread::scope(|scope| {
        if !refusals.is_empty() {
            scope.spawn(|| {
                for nginx in workspace.configurations() {
                    nginx.refusals();
                }
            });
        }
        parallel::map(&others, |rule| ask(workspace, rule))
    });
    findings.extend(refusals.iter().map(|rule| ask(workspace, rule)));
    findings.into_iter().flatten().collect()
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
        // Asked when all the others have answered.
        Check::Comments(_) => {}
        Check::Nginx(check) => {
            for nginx in workspace.configurations() {
                let mut sink = Sink::default();
                check(workspace, nginx, &mut sink);
                collect(sink, &|| holding(&|deployment| deployment.has_site(nginx)));
            }
        }
        Check::Refusal(kind) => {
            for nginx in workspace.configurations() {
                let mut sink = Sink::default();
                rules::report_refusals(workspace, nginx, kind, &mut sink);
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
        Check::Project(check) | Check::Production(check) => {
            let for_visitors = matches!(rule.check, Check::Production(_));
            for deployment in deployments {
                if for_visitors && deployment.purpose != Purpose::Production {
                    continue;
                }
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

fn ask_about_comments(
    workspace: &Workspace,
    comments: &Comments,
    rule: &'static Rule,
) -> Vec<Finding> {
    let Check::Comments(check) = rule.check else {
        return Vec::new();
    };
    let mut sink = Sink::default();
    check(workspace, comments, &mut sink);
    let mut findings = sink.into_findings();
    for finding in &mut findings {
        finding.rule = rule.id;
    }
    findings
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
