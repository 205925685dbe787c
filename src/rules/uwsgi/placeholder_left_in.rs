use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for left_in in instance.left_in() {
        let (key, words) = (&left_in.key, &left_in.words);
        sink.push(
            Finding::warning(
                format!("`{key}` is as a tutorial has it: {words} stands for something of yours"),
                left_in.place,
                "to be filled in",
            )
            .help(format!("{key} = what it is on the host")),
        );
    }
}
