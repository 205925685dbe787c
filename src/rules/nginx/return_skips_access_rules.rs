use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for bypassed in nginx.bypassed_rules() {
        let rule = bypassed.rule.name();
        sink.push(
            Finding::warning(
                format!("everybody gets this answer: return comes before {rule} is asked"),
                bypassed.rule.header_span(),
                "never asked",
            )
            .label(bypassed.answer.header_span(), "answers everybody")
            .help("try_files /nothing @answer;\nand the return into location @answer: then the rules are asked first"),
        );
    }
}
