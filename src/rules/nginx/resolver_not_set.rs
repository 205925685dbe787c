use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for found in nginx.unresolved_names() {
        let name = &found.name;
        sink.push(
            Finding::error(
                format!("every request is answered 502: nginx looks {name} up when a request comes, for there is a variable in the address, and has nobody to ask"),
                found.pass.header_span(),
                "no resolver is set here or around",
            )
            .help(match name.contains('.') {
                true => "resolver followed by the address of a DNS server;",
                false => "resolver 127.0.0.11;\nwhich is Docker's own; or an upstream of this name",
            }),
        );
    }
}
