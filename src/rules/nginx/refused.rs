//! The rules that tell nginx's own refusals.

use crate::finding::{Edit, Finding, Safety, Sink};
use crate::fix::layout;
use crate::nginx::{Configuration, Refusal, RefusalKind};
use crate::source::Span;
use crate::workspace::Workspace;

use super::not_in_this_version;

/// Reports every refusal of one kind.
pub(crate) fn report(
    workspace: &Workspace,
    configuration: &Configuration,
    kind: RefusalKind,
    sink: &mut Sink,
) {
    for refusal in configuration.refusals() {
        if refusal.kind == kind && !is_filled_in(workspace, refusal) {
            let told = finding(workspace, refusal);
            sink.push(match (kind, configuration.refused_directive(refusal)) {
                (RefusalKind::NotInThisVersion, Some(directive)) => {
                    not_in_this_version::fixed(told, directive)
                }
                _ => told,
            });
        }
    }
}

/// Whether another program seems to fill the word in before nginx reads the file.
fn is_filled_in(workspace: &Workspace, refusal: &Refusal) -> bool {
    let place = refusal.label.span;
    let source = workspace.files().get(place.file);
    let word = source.bytes().get(place.range()).unwrap_or_default();
    refusal.is_filled_in || (PLACEHOLDERS.contains(&refusal.kind) && holds_placeholder(word))
}

/// Faults of words that scripts like to put in: addresses and names.
const PLACEHOLDERS: &[RefusalKind] = &[
    RefusalKind::InvalidListen,
    RefusalKind::InvalidPassAddress,
    RefusalKind::InvalidServerName,
    RefusalKind::InvalidUpstream,
    RefusalKind::InvalidValue,
];

/// `NGINX_PORT`, `<port>`, `%port%`: no value of nginx's is written so.
fn holds_placeholder(word: &[u8]) -> bool {
    let is_name = |part: &[u8]| {
        part.len() > 3
            && part.iter().any(u8::is_ascii_uppercase)
            && part
                .iter()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
    };
    word.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .any(is_name)
        || word.iter().any(|byte| b"<>%".contains(byte))
}

fn finding(workspace: &Workspace, refusal: &Refusal) -> Finding {
    let place = refusal.label.span;
    let mut finding = Finding::error(&*refusal.message, place, &*refusal.label.text);
    for other in &refusal.others {
        finding = finding.label(other.span, &*other.text);
    }
    finding.help.clone_from(&refusal.help);
    if refusal.kind == RefusalKind::EventsMissing {
        let source = workspace.files().get(place.file);
        let edit = layout::before(&source, place, "events { }");
        finding = finding.fix(Safety::Safe, "begin with `events { }`", vec![edit]);
    }
    if let Some(edit) = meant(workspace, refusal) {
        finding = finding.fix(Safety::Safe, "write what was meant", vec![edit]);
    }
    match refusal.noticed {
        Some(noticed) if line(workspace, noticed) != line(workspace, place) => {
            finding.label(noticed, format!("nginx stops here: {}", refusal.says))
        }
        _ => finding,
    }
}

/// The word that was meant in place of the one that is refused. A word with quotes or escapes is left
/// to its writer.
fn meant(workspace: &Workspace, refusal: &Refusal) -> Option<Edit> {
    let text = refusal.meant.as_deref()?;
    let place = refusal.label.span;
    let source = workspace.files().get(place.file);
    let is_plain = |bytes: &[u8]| !bytes.iter().any(|byte| b"\"'\\ \t\r\n;{}#".contains(byte));
    (is_plain(source.slice(place)) && is_plain(text.as_bytes())).then(|| Edit::replace(place, text))
}

fn line(workspace: &Workspace, span: Span) -> (u32, usize) {
    let line = workspace.files().get(span.file).line_of(span.range().start);
    (span.file.0, line)
}
