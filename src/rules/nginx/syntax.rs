use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::nginx::{Configuration, Fault, FaultKind};
use crate::source::{SourceFile, Span};
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for (source, fault) in configuration.faults() {
        sink.push(finding(source, fault));
    }
}

fn finding(source: &SourceFile, fault: &Fault) -> Finding {
    let word = shortened(source.masked(fault.place.range()));
    let (message, label, help) = words(fault.kind, &word);
    let severity = match fault.says {
        Some(_) => Severity::Error,
        // nginx takes the next line as arguments: it starts, and that line is without effect.
        None => Severity::Warning,
    };
    let mut finding = Finding::new(severity, message, fault.place, label);
    if let Some(help) = help {
        finding = finding.help(help);
    }
    if let Some((title, edits)) = remedy(source, fault) {
        // Where nginx starts all the same, another directive begins to work.
        let safety = match fault.says {
            Some(_) => Safety::Safe,
            None => Safety::Unsafe,
        };
        finding = finding.fix(safety, title, edits);
    }
    for other in &fault.others {
        finding = finding.label(*other, "and this one is left open with it");
    }
    match fault.log_line(source) {
        Some(line) if fault.noticed != fault.place => {
            finding.label(fault.noticed, format!("nginx stops here: {line}"))
        }
        Some(_) => finding,
        None => finding.label(fault.noticed, "nginx reads up to here as one directive"),
    }
}

/// What is typed to mend a fault, where there is one place for it.
fn remedy(source: &SourceFile, fault: &Fault) -> Option<(&'static str, Vec<Edit>)> {
    let place = fault.place;
    let (file, range) = (place.file, place.range());
    let insert = |at: usize, text: &str| Edit::insert(file, at, text);
    match fault.kind {
        FaultKind::MissingSemicolon => {
            let text = source.text(place);
            let looks_alike = LOOK_ALIKES
                .into_iter()
                .find(|character| text.ends_with(*character));
            let edit = match looks_alike {
                Some(character) => {
                    let at = range.end.checked_sub(character.len_utf8())?;
                    Edit::replace(Span::new(file, at..range.end), ";")
                }
                None => insert(range.end, ";"),
            };
            Some(("end the directive with a semicolon", vec![edit]))
        }
        FaultKind::MissingOpeningBrace => Some(("open the block", vec![insert(range.end, " {")])),
        FaultKind::StraySemicolon => {
            Some(("take the semicolon away", vec![Edit::replace(place, "")]))
        }
        FaultKind::BraceInRegex if !source.slice(place).contains(&b'"') => Some((
            "put the regex in quotes",
            vec![insert(range.start, "\""), insert(range.end, "\"")],
        )),
        FaultKind::ByteOrderMark => Some((
            "take the byte order mark away",
            vec![Edit::replace(place, "")],
        )),
        FaultKind::MissingClosingBrace
        | FaultKind::StrayClosingBrace
        | FaultKind::StrayOpeningBrace
        | FaultKind::UnclosedQuote
        | FaultKind::TextAfterQuote
        | FaultKind::BraceInRegex
        | FaultKind::TooLong => None,
    }
}

/// A word of a length that can be read in a sentence; its end is what faults are about.
fn shortened(word: String) -> String {
    const LONGEST: usize = 60;
    let length = word.chars().count();
    if length <= LONGEST {
        return word;
    }
    let end: String = word.chars().skip(length - LONGEST).collect();
    format!("…{end}")
}

/// What keyboards and editors write for a semicolon: the full-width one, and Greek's question mark.
const LOOK_ALIKES: [char; 2] = ['\u{ff1b}', '\u{37e}'];

/// What is said of a fault: message, label and help.
fn words(kind: FaultKind, word: &str) -> (String, &'static str, Option<String>) {
    let (message, label, help) = match kind {
        FaultKind::MissingSemicolon => match word.strip_suffix(LOOK_ALIKES) {
            Some(value) => (
                format!("the directive that ends with `{word}` lacks its `;`: what stands there is another character"),
                "it only looks like a `;`",
                Some(format!("write `{value};`")),
            ),
            None => (
                format!("the directive that ends with `{word}` lacks its `;`"),
                "a `;` is missing behind this",
                Some(format!("write `{word};`")),
            ),
        },
        FaultKind::MissingClosingBrace => (
            format!("the block that `{word}` opens is never closed"),
            "this block has no `}`",
            Some("write the missing `}` where this block should end".to_owned()),
        ),
        FaultKind::MissingOpeningBrace => (
            format!("a `{{` was expected behind `{word}`, for the directive needs a block"),
            "a `{` is missing behind this",
            Some(format!("write `{word} {{`")),
        ),
        FaultKind::StrayClosingBrace => (
            "this `}` closes nothing".to_owned(),
            "one `}` too many",
            Some("remove it, or open the block that it should close".to_owned()),
        ),
        FaultKind::StrayOpeningBrace => (
            "this `{` opens a block where nginx expects none".to_owned(),
            "no directive that takes a block stands before this",
            Some("end the directive with `;`, or put a value that holds a brace in quotes".to_owned()),
        ),
        FaultKind::StraySemicolon => (
            "this `;` ends nothing".to_owned(),
            "no directive stands before this",
            Some("remove it".to_owned()),
        ),
        FaultKind::UnclosedQuote => (
            "the quote that opens here is not closed on its line".to_owned(),
            "nothing closes this quote where it should",
            Some(format!("write another {word} behind the value")),
        ),
        FaultKind::TextAfterQuote => (
            format!("`{word}` stands right behind a closing quote, where nginx expects a blank or `;`"),
            "no blank before this",
            Some("put all of the value inside the quotes, or a blank before this".to_owned()),
        ),
        FaultKind::BraceInRegex => (
            format!("the `{{` in `{word}` starts a block, because the regex is not in quotes"),
            "nginx ends the word at its first `{`",
            Some(format!("write \"{word}\"")),
        ),
        FaultKind::TooLong => (
            "this is longer than the 4096 bytes that nginx reads at once".to_owned(),
            "longer than nginx's buffer",
            Some("break it into several, or move it to a file of its own".to_owned()),
        ),
        FaultKind::ByteOrderMark => (
            "the file begins with a byte order mark, which nginx takes for part of the first directive"
                .to_owned(),
            "three invisible bytes",
            Some("save the file as UTF-8 without a byte order mark".to_owned()),
        ),
    };
    (message, label, help)
}
