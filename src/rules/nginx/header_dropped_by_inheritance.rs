use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for lost in nginx.lost_headers() {
        let names: Vec<String> = lost
            .lost
            .iter()
            .filter_map(|node| Some(node.argument(0)?.text().into_owned()))
            .collect();
        let mut finding = Finding::advice(
            format!(
                "answers from here lack {}: a block that adds one header loses all that were added around it",
                names.join(", ")
            ),
            lost.own.header_span(),
            "replaces them",
        );
        for node in &lost.lost {
            finding = finding.label(node.header_span(), "not added here");
        }
        sink.push(
            finding.help("write them here again, or put all of them into a file that both include"),
        );
    }
}
