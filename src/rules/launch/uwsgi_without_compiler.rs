use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for image in workspace.uwsgi_images() {
        let (Some(built_at), true) = (image.built_without_compiler, image.is_whole) else {
            continue;
        };
        sink.push(
            Finding::error(
                "the image cannot be built: pip compiles uWSGI, and there is no compiler in it",
                built_at,
                "has to be compiled",
            )
            .label(image.from, "has no compiler")
            .help(image.compiler),
        );
    }
}
