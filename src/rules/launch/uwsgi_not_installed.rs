use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for image in workspace.uwsgi_images() {
        if image.is_installed || !image.is_whole {
            continue;
        }
        sink.push(
            Finding::error(
                "the container ends at once: uwsgi is started, and nothing in its image installs it",
                image.program,
                "uwsgi: not found",
            )
            .label(image.from, "this image has none")
            .help("RUN pip install uwsgi"),
        );
    }
}
