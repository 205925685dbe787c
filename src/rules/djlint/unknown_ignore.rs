use crate::engine::Comments;
use crate::finding::{Finding, Sink};
use crate::rules;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, comments: &Comments, sink: &mut Sink) {
    for name in comments.all().iter().flat_map(|comment| &comment.names) {
        if let Some(now) = rules::renamed(&name.text) {
            let finding = Finding::advice(
                format!("`{}` is called `{now}` now", name.text),
                name.span,
                "the former name still silences it, until the next major release",
            );
            sink.push(finding.help(format!("write {now}")));
        }
        if rules::is_known(&name.text) {
            continue;
        }
        let finding = Finding::warning(
            format!("no rule or family is called `{}`", name.text),
            name.span,
            "silences nothing",
        );
        sink.push(match rules::nearest(&name.text) {
            Some(meant) => finding.help(format!("write {meant}")),
            None => finding.help("`djlint rules` lists what there is"),
        });
    }
    for span in comments.not_understood() {
        sink.push(
            Finding::warning("this comment is not understood", *span, "silences nothing")
                .help("# djlint: ignore[family/name] why this is right here"),
        );
    }
}
