use crate::deployment::Deployment;
use crate::deployment::sizes::shown;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    for found in deployment.headers_too_large() {
        let (nginx, uwsgi) = (shown(found.bytes), found.other_bytes);
        let says = match found.is_written {
            true => "has room for no more",
            false => "no buffer-size: there is room for 4096 bytes",
        };
        sink.push(
            Finding::warning(
                format!("requests with more than {uwsgi} bytes of headers are answered 502: nginx is set to take lines of {nginx}, and uWSGI has no room for them"),
                found.node.header_span(),
                "takes larger headers",
            )
            .label(found.other, says)
            .help(format!("buffer-size = {}\nin uWSGI's section", found.bytes.clamp(4096, 65535))),
        );
    }
}
