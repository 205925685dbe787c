use crate::deployment::{Deployment, Project};
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for mode in project.settings.decimal_modes() {
        let written = mode.written;
        sink.push(
            Finding::warning(
                format!(
                    "{} = {written} is a decimal number, and so the mode 0o{written:o}, which is not the one that its digits show",
                    mode.setting
                ),
                mode.span,
                "decimal",
            )
            .help(format!("{} = 0o{written}", mode.setting))
            .fix(
                Safety::Safe,
                "write it in octal",
                vec![Edit {
                    span: mode.span,
                    text: format!("0o{written}"),
                }],
            ),
        );
    }
}
