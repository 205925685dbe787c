use crate::finding::{Finding, Severity, Sink};
use crate::tree::git::Tracking;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for key in workspace.keys() {
        let path = key.source.path();
        let (mut severity, message, label) = match workspace.files().tree().tracking(path) {
            Tracking::Tracked => (
                Severity::Error,
                "git tracks this private key: every clone has it",
                "a private key in the repository",
            ),
            Tracking::NotIgnored => (
                Severity::Warning,
                "nothing keeps this private key out of git: the next `git add .` takes it along",
                "a private key that no .gitignore names",
            ),
            Tracking::Ignored | Tracking::Unknown => continue,
        };
        if key.encrypted || workspace.is_a_specimen(key) {
            severity = Severity::Advice;
        }
        let line = format!("/{}", workspace.within_project(path));
        let help = match severity {
            Severity::Error => format!(
                "git rm --cached {}, write {line} into .gitignore, and replace the key: whoever has a clone has it",
                workspace.in_a_shell(path)
            ),
            Severity::Warning | Severity::Advice => {
                format!("move the key out of the repository, or write {line} into .gitignore")
            }
        };
        sink.push(Finding::new(severity, message, key.armour, label).help(help));
    }
}
