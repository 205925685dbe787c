use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for (node, old) in nginx.old_protocols() {
        let names: Vec<String> = old.iter().map(|word| word.text().into_owned()).collect();
        let mut finding = Finding::advice(
            format!(
                "what was given up long ago is offered: {}",
                names.join(", ")
            ),
            old[0].span(),
            "can be broken, and nobody who is up to date needs it",
        );
        for word in &old[1..] {
            finding = finding.label(word.span(), "so can this one");
        }
        let kept: Vec<String> = node
            .arguments()
            .filter(|word| !old.iter().any(|own| own.span() == word.span()))
            .map(|word| word.text().into_owned())
            .collect();
        let kept = match kept.is_empty() {
            true => "TLSv1.2 TLSv1.3".to_owned(),
            false => kept.join(" "),
        };
        sink.push(finding.help(format!("ssl_protocols {kept};")));
    }
}
