use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for vain in nginx.proxy_directives_beside_uwsgi() {
        let name = vain.node.name();
        let severity = match vain.is_missed {
            true => Severity::Warning,
            false => Severity::Advice,
        };
        // Of the others nobody can tell what they were for.
        let edit = match vain.is_missed {
            true => name
                .strip_prefix("proxy_")
                .map(|rest| Edit::replace(vain.node.name_span(), format!("uwsgi_{rest}"))),
            false => None,
        };
        let help = match vain.instead {
            Some(line) => line,
            None => "take it out: uwsgi_pass hands on what the client sends".to_owned(),
        };
        sink.push(
            Finding::new(
                severity,
                format!("{name} does nothing here: requests are passed on by uwsgi_pass"),
                vain.node.header_span(),
                "only for proxy_pass",
            )
            .label(vain.pass.name_span(), "passes on")
            .help(help)
            .fix_if_any(Safety::Unsafe, "write the directive of uwsgi_pass", edit),
        );
    }
}
