use super::garbled;
use crate::finding::Sink;
use crate::uwsgi::{Consequence, Garble, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let messages = |consequence| match consequence {
        Consequence::None => {
            "uWSGI knows no comments behind a value; here it reads no further than it needs"
        }
        Consequence::Other | Consequence::Fatal => {
            "uWSGI knows no comments behind a value, and takes this one for a part of it"
        }
    };
    garbled(
        workspace,
        instance,
        Garble::Comment,
        messages,
        "the comment belongs to it",
        sink,
    );
}
