use super::severity;
use crate::finding::{Finding, Sink};
use crate::uwsgi::{Consequence, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((unended, consequence)) = instance.unended() else {
        return;
    };
    let block = &unended.block;
    let what = match (unended.rounds, consequence) {
        (Some(0), Consequence::Fatal) => {
            "does not hold, so that the application or its socket is left out".to_owned()
        }
        (Some(0), _) => "does not hold, so that it is left out".to_owned(),
        (Some(1), _) => "happens to hold".to_owned(),
        (Some(rounds), _) => format!("has {rounds} rounds, so that it counts so often"),
        (None, _) => "may not hold".to_owned(),
    };
    let end = if block.starts_with("for") {
        "endfor ="
    } else {
        "endif ="
    };
    sink.push(
        Finding::new(
            severity(consequence),
            format!("nothing ends this block, and all that is read behind it belongs to it: `{block}` {what}"),
            unended.place,
            "has no end",
        )
        .help(end),
    );
}
