//! SARIF 2.1.0, as GitHub's code scanning reads it.

mod line_hash;
mod model;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::{Report, Reported, harmless};
use crate::finding::{Finding, Fix, Label, Severity};
use crate::rules;
use crate::source::{FileId, SourceFile, Span};
use model::{
    ArtifactChange, ArtifactLocation, Configuration, Descriptor, Driver, Fingerprints, Help, Id,
    Invocation, Level, Location, Log, Notification, PhysicalLocation, Properties, Region,
    Replacement, Rule, Run, Text, Tool,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// GitHub refuses a run with more results, and shows the first 5,000.
const MOST_RESULTS: usize = 25_000;
/// GitHub takes a thousand places and shows a hundred.
const MOST_PLACES: usize = 100;
/// Notes of what stayed open: a list of more tells nobody anything.
const MOST_NOTES: usize = 1_000;
/// GitHub takes no longer descriptions.
const LONGEST_DESCRIPTION: usize = 1_024;

const UNREADABLE: &str = "unreadable-input";
const UNDECIDED: &str = "undecided";
const LEFT_OUT: &str = "left-out";

/// Writes one log of one run.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "djlint",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: report
                        .rules
                        .iter()
                        .filter_map(|rule| descriptor(rule))
                        .collect(),
                    notifications: notifications(),
                },
            },
            automation_details: Id { id: "djlint/" },
            column_kind: "unicodeCodePoints",
            invocations: [invocation(report)],
            results: results(report),
        }],
    };
    harmless::write(&log, out)
}

/// Every rule that was asked is listed, so that an alert goes away for want of a finding
/// and not for want of a rule.
fn descriptor(rule: &'static rules::Rule) -> Option<Rule> {
    let page = rule.page().ok()?;
    let front = page.front;
    let prose = page.body.split("\n\n").next().unwrap_or(page.body);
    let mut tags = vec![rule.family()];
    if front.security_severity.is_some() {
        tags.push("security");
    }
    Some(Rule {
        id: rule.id,
        short_description: text(clipped(&front.summary)),
        full_description: text(clipped(&prose.replace('\n', " "))),
        help: Help {
            text: page.body,
            markdown: page.body,
        },
        help_uri: front.url().map(str::to_owned),
        default_configuration: Configuration {
            level: level(front.severity),
        },
        properties: Properties {
            tags,
            precision: "high",
            problem_severity: match front.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "recommendation",
            },
            security_severity: front.security_severity,
        },
    })
}

fn notifications() -> Vec<Descriptor> {
    [
        (
            UNREADABLE,
            "an input that could not be checked",
            "Mend it, or name the right one: what it holds was not judged.",
        ),
        (
            UNDECIDED,
            "something that could not be decided",
            "It was not judged. What is missing can be told with --env, --env-file or djlint-check.toml.",
        ),
        (
            LEFT_OUT,
            "findings that are not listed",
            "There are too many for this format: --output-format json lists all.",
        ),
    ]
    .map(|(id, about, help)| Descriptor {
        id,
        short_description: text(about.to_owned()),
        full_description: text(about.to_owned()),
        help: text(help.to_owned()),
    })
    .into()
}

fn invocation(report: &Report<'_>) -> Invocation {
    let note = |id, level, message, locations| Notification {
        descriptor: Id { id },
        level,
        message: text(message),
        locations,
    };
    let failures = report.failures();
    let execution_successful = failures.is_empty();
    let mut notes: Vec<Notification> = failures
        .iter()
        .map(|failure| note(UNREADABLE, Level::Error, plain(failure), Vec::new()))
        .collect();
    let unreadable = report
        .findings
        .iter()
        .map(|reported| &reported.finding)
        .filter(|finding| finding.rule == "djlint/unreadable-file");
    notes.extend(unreadable.map(|finding| {
        let place = vec![location(report, finding.primary.span)];
        let message = plain(&report.line(&finding.message));
        note(UNREADABLE, Level::Warning, message, place)
    }));
    notes.extend(report.undecided.iter().take(MOST_NOTES).map(|undecided| {
        let message = format!("{}: {}", undecided.what, undecided.why);
        let place = undecided.place.map(|place| location(report, place));
        let place = place.into_iter().collect();
        note(UNDECIDED, Level::Note, plain(&report.line(&message)), place)
    }));
    let left_out = [
        (report.undecided.len(), MOST_NOTES, "that stayed undecided"),
        (report.findings.len(), MOST_RESULTS, "findings"),
    ];
    notes.extend(left_out.into_iter().filter_map(|(all, most, what)| {
        let more = all.checked_sub(most).filter(|more| *more > 0)?;
        let message = format!("{more} more {what} are not listed");
        Some(note(LEFT_OUT, Level::Warning, message, Vec::new()))
    }));
    Invocation {
        execution_successful,
        tool_execution_notifications: notes,
    }
}

fn results(report: &Report<'_>) -> Vec<model::Result> {
    let mut findings = report.worst_first();
    findings.truncate(MOST_RESULTS);
    let hashes = line_hashes(report, &findings);
    let index: BTreeMap<&str, usize> = report
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| (rule.id, index))
        .collect();
    findings
        .into_iter()
        .map(|reported| {
            let finding = &reported.finding;
            let span = finding.primary.span;
            let line = report.place(span).start.line;
            model::Result {
                rule_id: finding.rule,
                rule_index: index.get(finding.rule).copied(),
                level: level(finding.severity),
                message: text(message(report, finding)),
                locations: [location(report, span)],
                related_locations: finding
                    .related
                    .iter()
                    .take(MOST_PLACES)
                    .enumerate()
                    .map(|(at, label)| related(report, at + 1, label))
                    .collect(),
                partial_fingerprints: Fingerprints {
                    line_hash: hashes.get(&(span.file, line)).cloned(),
                    own: reported.fingerprint.clone(),
                },
                fixes: finding
                    .fix
                    .iter()
                    .filter_map(|fix| self::fix(report, fix))
                    .collect(),
            }
        })
        .collect()
}

/// The changes of text that mend it. Permission bits are no text.
fn fix(report: &Report<'_>, fix: &Fix) -> Option<model::Fix> {
    let mut changes: BTreeMap<FileId, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let inserted = (!edit.text.is_empty()).then(|| text(report.text(&edit.text)));
        changes
            .entry(edit.span.file)
            .or_default()
            .push(Replacement {
                deleted_region: region(report, edit.span),
                inserted_content: inserted,
            });
    }
    let changes = changes.into_iter().map(|(file, replacements)| {
        let source = report.files.get(file);
        ArtifactChange {
            artifact_location: ArtifactLocation {
                uri: uri(report, source.path()),
            },
            replacements,
        }
    });
    (!fix.edits.is_empty()).then(|| model::Fix {
        description: text(report.line(&fix.title)),
        artifact_changes: changes.collect(),
    })
}

/// The message with what to type, and links to the other places.
fn message(report: &Report<'_>, finding: &Finding) -> String {
    let mut lines = vec![plain(&report.line(&finding.message))];
    lines.extend(report.help(finding).map(|help| plain(&help)));
    let places = finding.related.iter().take(MOST_PLACES).enumerate();
    lines.extend(places.map(|(at, label)| {
        let said = match label.text.is_empty() {
            true => report.at(label.span),
            false => report.line(&label.text),
        };
        format!("[{}]({})", plain(&said), at + 1)
    }));
    lines.join("\n")
}

/// Text in which nothing is taken for a link (SARIF 2.1.0, 3.11.6).
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn related(report: &Report<'_>, id: usize, label: &Label) -> Location {
    Location {
        id: Some(id),
        message: Some(text(plain(&report.line(&label.text)))),
        ..location(report, label.span)
    }
}

fn location(report: &Report<'_>, span: Span) -> Location {
    let place = report.place(span);
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: uri(report, place.source.path()),
            },
            region: Some(region(report, span)),
        },
        message: None,
    }
}

fn region(report: &Report<'_>, span: Span) -> Region {
    let place = report.place(span);
    Region {
        start_line: place.start.line,
        start_column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
    }
}

/// What may stand in a path as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The path within the repository as a relative reference; an absolute URI for what lies outside.
fn uri(report: &Report<'_>, path: &Path) -> String {
    let within = report.within(path);
    let scheme = if within.is_some() { "" } else { "file://" };
    let path = within.unwrap_or_else(|| report.path(path));
    let slash = if scheme.is_empty() || path.starts_with('/') {
        ""
    } else {
        "/"
    };
    let encoded = percent_encode(path.as_bytes(), PATH);
    format!("{scheme}{slash}{encoded}")
}

/// The hash of each line that a finding begins on.
fn line_hashes(report: &Report<'_>, findings: &[&Reported]) -> BTreeMap<(FileId, usize), String> {
    let mut lines: BTreeMap<FileId, BTreeSet<usize>> = BTreeMap::new();
    for reported in findings {
        let span = reported.finding.primary.span;
        let line = report.place(span).start.line;
        lines.entry(span.file).or_default().insert(line);
    }
    let mut hashes = BTreeMap::new();
    for (file, lines) in lines {
        let source = report.files.get(file);
        for (line, hash) in of_public_text(&source, &lines) {
            hashes.insert((file, line), hash);
        }
    }
    hashes
}

/// The hashes that no secret is part of: who knows the rest of a line could work the secret out.
fn of_public_text(source: &SourceFile, lines: &BTreeSet<usize>) -> BTreeMap<usize, String> {
    // GitHub's action reads the file as UTF-8, and takes U+FFFD for what is none.
    let text = String::from_utf8_lossy(source.bytes());
    let masked = line_hash::of(&source.masked(source.whole().range()), lines);
    let hash_of = |named: &str| named.split(':').next().map(str::to_owned);
    let mut hashes = line_hash::of(&text, lines);
    hashes.retain(|line, hash| {
        let masked = masked.get(line).and_then(|masked| hash_of(masked));
        masked == hash_of(hash)
    });
    hashes
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Advice => Level::Note,
    }
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST_DESCRIPTION) {
        Some(_) => {
            let kept: String = text.chars().take(LONGEST_DESCRIPTION - 1).collect();
            kept + "…"
        }
        None => text.to_owned(),
    }
}

fn text(text: String) -> Text {
    Text { text }
}
