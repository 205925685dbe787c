use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(release) = workspace.uwsgi_release(instance) else {
        return;
    };
    for (setting, since) in instance.options_since(&release.version) {
        let (key, version) = (setting.key(), &release.version);
        sink.push(
            Finding::warning(
                format!("uWSGI {version} ignores `{key}`, which is there since {since}"),
                setting.key_span(),
                "not known yet",
            )
            .label_if_any(release.place, "pins the release")
            .help(format!("uwsgi>={since}")),
        );
    }
}
