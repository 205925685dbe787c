use crate::finding::{Edit, Finding, Safety, Sink};
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
        let twice = Edit::insert(eaten.span.file, eaten.span.range().start, "%");
        let mut finding =
            Finding::warning(message, eaten.span, label).help("%% for each % that is to stay");
        // A letter that stands for something may have been meant for it.
        if eaten.what != Behind::Variable {
            finding = finding.fix(Safety::Safe, "write the % twice", vec![twice]);
        }
        sink.push(finding);
    }
}
