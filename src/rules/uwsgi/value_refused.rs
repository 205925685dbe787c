use super::refused;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, Why};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((refusal, why)) = refused(instance) else {
        return;
    };
    let help = match why {
        Why::Negative(_) => "a number of 0 or more",
        Why::NoEquals => "NAME=VALUE",
        Why::EmptySocket => "socket = /run/uwsgi/app.sock",
        Why::NoCertificate => "https-socket = :443,/etc/ssl/site.crt,/etc/ssl/site.key",
        Why::NoSharedSocket => "shared-socket = :8000, before it",
        Why::PlaceholderIsOption(_) => "give the placeholder a name of its own",
        _ => return,
    };
    sink.push(
        Finding::error(
            format!("uWSGI does not start: {why}"),
            refusal.value,
            "uWSGI ends here",
        )
        .help(help),
    );
}
