use super::garbled;
use crate::finding::Sink;
use crate::uwsgi::{Consequence, Garble, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let messages = |consequence| match consequence {
        Consequence::None => "uWSGI knows no quotes; here they do no harm",
        Consequence::Other | Consequence::Fatal => {
            "uWSGI knows no quotes, and takes them for a part of the value"
        }
    };
    garbled(
        workspace,
        instance,
        Garble::Quotes,
        messages,
        "the quotes belong to it",
        sink,
    );
}
