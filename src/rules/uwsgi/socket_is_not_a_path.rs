use super::edits;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::{Instance, TakenFor};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for misread in instance.misread_sockets() {
        let (option, address) = (&misread.option, &misread.address);
        let message = match misread.taken_for {
            TakenFor::HostAndPort => format!(
                "uWSGI takes {address} for a host and a port, as there is a colon in it, and listens at some port that nobody asks"
            ),
            TakenFor::File => format!(
                "uWSGI makes a socket file of the name {address}: a port has a colon before it"
            ),
            TakenFor::OtherPort(port) => {
                format!("uWSGI listens on port {port}: there are no more than 65535 of them")
            }
        };
        let mut finding = Finding::error(message, misread.place, "not what was meant");
        if let Some(instead) = &misread.instead {
            finding = finding.help(format!("{option} = {instead}")).fix_if_any(
                Safety::Safe,
                "write the address as uWSGI reads it",
                edits::valued(workspace, instance, misread.place, instead),
            );
        }
        sink.push(finding);
    }
}
