use crate::finding::{Finding, Sink};
use crate::uwsgi::{Behind, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for eaten in instance.eaten_percents() {
        let (message, label) = match eaten.what {
            Behind::LineEnd => (
                "the % takes the end of the line along, and the next line is lost to this one",
                "no line ends here",
            ),
            Behind::NoVariable => (
                "uWSGI takes the % and its letter out before anyone else sees them",
                "stands for nothing",
            ),
            Behind::Variable => (
                "uWSGI puts something of its own for the % and its letter before anyone else sees them",
                "stands for something else",
            ),
        };
        sink.push(
            Finding::warning(message, eaten.span, label).help("%% for each % that is to stay"),
        );
    }
}
