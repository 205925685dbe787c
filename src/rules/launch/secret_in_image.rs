use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for secret in workspace.secrets_in_images() {
        sink.push(
            Finding::warning(
                format!("{} stands in the image: whoever has the image has it", secret.name),
                secret.place,
                "a secret in a layer of the image",
            )
            .help("give it to the container when it is started: `environment:` or `env_file:` in the compose file, or a secret"),
        );
    }
}
