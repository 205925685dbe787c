use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    // Where that is known, it is known too whether the file is there.
    if workspace.start_of(instance).is_some() {
        return;
    }
    for (setting, path) in instance.relative_includes() {
        let key = setting.key();
        sink.push(
            Finding::advice(
                format!("`{key}` reads {path} in the directory that uWSGI is started in, which need not be this file's"),
                setting.value_span(),
                "a relative path",
            )
            .help(format!("{key} = %d{path}")),
        );
    }
}
