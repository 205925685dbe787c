use crate::deployment::{Deployment, Project};
use crate::django::{HostEntry, HostFault, Settings};
use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    let entries = settings.host_entries();
    let none_matches = entries.iter().all(|entry| entry.fault.is_some());
    for entry in &entries {
        let Some(fault) = entry.fault else {
            continue;
        };
        let severity = severity(settings, entry, fault, none_matches);
        let message = format!(
            "no host matches the entry {:?} of ALLOWED_HOSTS: it has {}",
            entry.text,
            fault.what()
        );
        let finding = Finding::new(severity, message, entry.span, "matches no host");
        sink.push(with_remedy(workspace, finding, entry, fault));
    }
}

/// An error where requests for the name that was meant get 400.
fn severity(
    settings: &Settings,
    entry: &HostEntry,
    fault: HostFault,
    none_matches: bool,
) -> Severity {
    // An empty text stands for no name; it hurts where nothing else is in the list.
    let names_nobody = fault == HostFault::Empty && !none_matches;
    if entry.is_covered || names_nobody {
        Severity::Advice
    } else if !settings.knows_all_hosts() || settings.compares_every_host().is_no() {
        Severity::Warning
    } else {
        Severity::Error
    }
}

fn with_remedy(
    workspace: &Workspace,
    finding: Finding,
    entry: &HostEntry,
    fault: HostFault,
) -> Finding {
    let quoted: Vec<String> = entry
        .meant
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect();
    let entries = quoted.join(", ");
    if entries.is_empty() {
        return finding.help(match fault {
            HostFault::Empty => "write the names that visitors ask for; \"\".split(\",\") gives one empty text, and not an empty list",
            HostFault::Underscore => "give the host a name without an underscore: Django refuses this one whatever the list says",
            HostFault::NotAscii => "write the name as it travels, in its xn--… form",
            HostFault::Star => "write each name, or a leading dot for a domain with all its subdomains: \".example.com\"",
            _ => "write the name or address alone, as it stands in the browser between // and the next / or :",
        });
    }
    let finding = finding.help(format!("write {entries}"));
    if !entry.is_literal {
        return finding;
    }
    let source = workspace.files().get(entry.span.file);
    let entries = match source.slice(entry.span).first() {
        Some(b'\'') => entries.replace('"', "'"),
        _ => entries,
    };
    let edit = Edit::replace(entry.span, entries);
    finding.fix(Safety::Safe, "write what matches", vec![edit])
}
