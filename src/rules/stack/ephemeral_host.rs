use crate::deployment::{Deployment, Purpose};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    if deployment.purpose != Purpose::Production {
        return;
    }
    for (place, name) in deployment.ephemeral_names() {
        sink.push(
            Finding::advice(
                format!(
                    "{name} is the name of an address that EC2 takes back when the instance stops"
                ),
                place,
                "changes at the next stop and start",
            )
            .help("use a domain, and an Elastic IP behind it"),
        );
    }
}
