//! Our own JSON, version 1. Fields are only ever added.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Report, Reported, harmless, path};
use crate::baseline::Entry;
use crate::finding::{Edit, Fix, Label, Safety, Severity};
use crate::rules;
use crate::rules::page::Program;
use crate::source::{Position, Span};

#[derive(Serialize)]
struct Document {
    version: u32,
    tool: Tool,
    summary: Summary,
    baseline: Option<Baseline>,
    undecided: Vec<Undecided>,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    advice: usize,
    checked: Checked,
    hidden: BTreeMap<Severity, usize>,
    silenced: usize,
}

/// What a baseline made of the findings.
#[derive(Serialize)]
struct Baseline {
    known: usize,
    gone: Vec<Gone>,
}

/// What a baseline holds and is not found any more.
#[derive(Serialize)]
struct Gone {
    rule: String,
    path: String,
    fingerprint: String,
}

#[derive(Serialize)]
struct Checked {
    nginx: usize,
    uwsgi: usize,
    settings: usize,
    keys: usize,
}

#[derive(Serialize)]
struct Undecided {
    what: String,
    why: String,
    path: Option<String>,
    line: Option<usize>,
}

#[derive(Serialize)]
struct Finding {
    rule: &'static str,
    severity: Severity,
    message: String,
    help: Option<String>,
    refused_by: Option<Program>,
    also: Vec<String>,
    fingerprint: String,
    #[serde(flatten)]
    place: Place,
    related: Vec<Related>,
    deployments: Vec<String>,
    fix: Option<FixJson>,
}

#[derive(Serialize)]
struct Related {
    message: String,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct FixJson {
    safety: Safety,
    title: String,
    edits: Vec<EditJson>,
    mode: Option<Mode>,
}

#[derive(Serialize)]
struct EditJson {
    #[serde(flatten)]
    place: Place,
    text: String,
}

#[derive(Serialize)]
struct Mode {
    path: String,
    mode: String,
}

/// Writes the whole report.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    harmless::write(&Writer { report }.document(), out)
}

struct Writer<'a> {
    report: &'a Report<'a>,
}

impl Writer<'_> {
    fn document(&self) -> Document {
        let report = self.report;
        let checked = report.checked;
        Document {
            version: 1,
            tool: Tool {
                name: "djlint",
                version: env!("CARGO_PKG_VERSION"),
            },
            summary: Summary {
                errors: report.count(Severity::Error),
                warnings: report.count(Severity::Warning),
                advice: report.count(Severity::Advice),
                checked: Checked {
                    nginx: checked.nginx,
                    uwsgi: checked.uwsgi,
                    settings: checked.settings,
                    keys: checked.keys,
                },
                hidden: report.hidden.clone(),
                silenced: report.suppressed,
            },
            baseline: report.baseline.as_ref().map(|compared| Baseline {
                known: compared.known,
                gone: compared.gone.iter().map(|entry| self.gone(entry)).collect(),
            }),
            undecided: report
                .undecided
                .iter()
                .map(|undecided| Undecided {
                    what: report.text(&undecided.what),
                    why: report.text(&undecided.why),
                    path: undecided.place.map(|place| self.path(place)),
                    line: undecided.place.map(|place| report.place(place).start.line),
                })
                .collect(),
            findings: report
                .findings
                .iter()
                .map(|reported| self.finding(reported))
                .collect(),
        }
    }

    /// It comes from a file that anybody may have written.
    fn gone(&self, entry: &Entry) -> Gone {
        Gone {
            rule: self.report.text(&entry.rule),
            path: self.report.text(&entry.path),
            fingerprint: self.report.text(&entry.fingerprint),
        }
    }

    fn finding(&self, reported: &Reported) -> Finding {
        let finding = &reported.finding;
        let front = rules::front(finding.rule);
        Finding {
            rule: finding.rule,
            severity: finding.severity,
            message: self.report.text(&finding.message),
            help: finding.help.as_deref().map(|help| self.report.text(help)),
            refused_by: front.and_then(|front| front.refused_by),
            also: front.map(|front| front.also.clone()).unwrap_or_default(),
            fingerprint: reported.fingerprint.clone(),
            place: self.place(finding.primary.span),
            related: finding
                .related
                .iter()
                .map(|label| self.related(label))
                .collect(),
            deployments: finding.deployments.clone(),
            fix: finding.fix.as_ref().map(|fix| self.fix(fix)),
        }
    }

    fn related(&self, label: &Label) -> Related {
        Related {
            message: self.report.text(&label.text),
            place: self.place(label.span),
        }
    }

    fn fix(&self, fix: &Fix) -> FixJson {
        FixJson {
            safety: fix.safety,
            title: self.report.text(&fix.title),
            edits: fix.edits.iter().map(|edit| self.edit(edit)).collect(),
            mode: fix.mode.as_ref().map(|(file, mode)| Mode {
                path: path::plain(file, &self.report.base),
                mode: format!("{mode:04o}"),
            }),
        }
    }

    fn edit(&self, edit: &Edit) -> EditJson {
        EditJson {
            place: self.place(edit.span),
            text: self.report.text(&edit.text),
        }
    }

    fn place(&self, span: Span) -> Place {
        let place = self.report.place(span);
        Place {
            path: path::plain(place.source.path(), &self.report.base),
            start: point(place.start),
            end: point(place.end),
        }
    }

    fn path(&self, span: Span) -> String {
        path::plain(self.report.files.get(span.file).path(), &self.report.base)
    }
}

fn point(position: Position) -> Point {
    Point {
        line: position.line,
        column: position.column,
        offset: position.offset,
    }
}
