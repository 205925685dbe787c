use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

/// How people, editors and packages end the names of files that are not to be read any more.
const ENDINGS: &[&str] = &[
    "~",
    ".bak",
    ".backup",
    ".old",
    ".orig",
    ".save",
    ".disabled",
    ".swp",
    ".dpkg-old",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-tmp",
    ".ucf-old",
    ".ucf-dist",
    ".rpmsave",
    ".rpmnew",
];

pub(crate) fn check(workspace: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for (include, files) in nginx.patterns() {
        for file in files {
            let source = workspace.files().get(*file);
            let name = source.name().into_owned();
            if !ENDINGS.iter().any(|ending| name.ends_with(ending)) {
                continue;
            }
            sink.push(
                Finding::warning(
                    format!(
                        "nginx reads {name} too: the pattern matches it, whatever it is called"
                    ),
                    include.header_span(),
                    format!("matches {name}"),
                )
                .label(source.span(0..source.bytes().len().min(1)), "in force")
                .help(format!("move {name} out of this directory")),
            );
        }
    }
}
