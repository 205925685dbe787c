use super::garbled;
use crate::finding::Sink;
use crate::uwsgi::{Consequence, Garble, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let messages = |consequence| match consequence {
        Consequence::None => "a line of uWSGI's ends without a semicolon; here it does no harm",
        Consequence::Other | Consequence::Fatal => {
            "a line of uWSGI's ends without a semicolon, and uWSGI takes it for a part of the value"
        }
    };
    garbled(
        workspace,
        instance,
        Garble::Semicolon,
        messages,
        "the semicolon belongs to it",
        sink,
    );
}
