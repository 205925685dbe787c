use crate::finding::{Finding, Sink};
use crate::launch;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for key in workspace.keys() {
        let path = key.source.path();
        let used_by = launch::ssh_identity(workspace, path);
        let (true, Some(mode)) = (key.is_too_open(), key.mode) else {
            continue;
        };
        if !(key.is_for_ssh() || used_by.is_some())
            || workspace.is_tls_key(path)
            || workspace.modes_mean_nothing()
        {
            continue;
        }
        let shown = workspace.in_a_shell(path);
        let finding = Finding::error(
            format!("ssh refuses this private key: its mode is {mode:04o}, and only its owner may have any access"),
            key.armour,
            format!("a private key of mode {mode:04o}"),
        )
        .help(format!("chmod 400 {shown}"))
        .label_if_any(used_by, "used here")
        .fix_mode(format!("chmod 400 {shown}"), path.to_owned(), 0o400);
        sink.push(finding);
    }
}
