use crate::finding::{Finding, Sink};
use crate::nginx::Address;
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for socket in configuration.socket_words() {
        let Address::UnixSocket(path) = &socket.address else {
            continue;
        };
        // An abstract socket is no file.
        if path.is_absolute() || path.as_os_str().as_encoded_bytes().starts_with(b"@") {
            continue;
        }
        let path = path.display();
        sink.push(
            Finding::warning(
                format!("where {path} is depends on the directory that nginx was started in"),
                socket.word.span(),
                "a relative path",
            )
            .help(format!(
                "write the whole path: {} unix:/…/{path};",
                socket.node.name()
            )),
        );
    }
}
