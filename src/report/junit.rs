//! JUnit's XML, which build servers show as tests that failed.

use std::io::{self, Write};

use quick_xml::events::BytesText;
use quick_xml::writer::{ElementWriter, Writer};

use super::{Report, Reported, sanitize};

type Xml<'a> = Writer<&'a mut dyn Write>;

/// Writes a suite for each file with findings; what could not be checked is an error.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let failures = report.failures();
    let by_file: Vec<&[Reported]> = report
        .findings
        .chunk_by(|a, b| a.finding.primary.span.file == b.finding.primary.span.file)
        .collect();
    let is_sound = by_file.is_empty() && failures.is_empty();
    let tests = report.findings.len() + failures.len() + usize::from(is_sound);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let mut xml: Xml<'_> = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.create_element("testsuites")
        .with_attributes([("name", "djlint")])
        .with_attributes(counts(tests, report.findings.len(), failures.len()).each())
        .write_inner_content(|xml| {
            if is_sound {
                suite(xml, "djlint", counts(1, 0, 0), |xml| {
                    case(xml, "nothing found", "djlint").write_empty().map(drop)
                })?;
            }
            if !failures.is_empty() {
                let failed = failures.len();
                suite(xml, "djlint", counts(failed, 0, failed), |xml| {
                    failures.iter().try_for_each(|failure| error(xml, failure))
                })?;
            }
            by_file
                .into_iter()
                .try_for_each(|findings| file(xml, report, findings))
        })?;
    writeln!(out)
}

/// The attributes that count, as XML has them.
struct Counts([(&'static str, String); 3]);

impl Counts {
    fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, number)| (*name, number.as_str()))
    }
}

fn counts(tests: usize, failures: usize, errors: usize) -> Counts {
    Counts([
        ("tests", tests.to_string()),
        ("failures", failures.to_string()),
        ("errors", errors.to_string()),
    ])
}

fn suite<'a>(
    xml: &mut Xml<'a>,
    name: &str,
    counts: Counts,
    cases: impl FnOnce(&mut Xml<'a>) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element("testsuite")
        .with_attribute(("name", name))
        .with_attributes(counts.each())
        .write_inner_content(cases)
        .map(drop)
}

fn case<'x, 'a>(
    xml: &'x mut Xml<'a>,
    name: &str,
    class: &str,
) -> ElementWriter<'x, &'a mut dyn Write> {
    xml.create_element("testcase")
        .with_attributes([("name", name), ("classname", class)])
}

fn error(xml: &mut Xml<'_>, failure: &str) -> io::Result<()> {
    case(xml, failure, "djlint")
        .write_inner_content(|xml| {
            xml.create_element("error")
                .with_attributes([("type", "error"), ("message", failure)])
                .write_empty()
                .map(drop)
        })
        .map(drop)
}

fn file(xml: &mut Xml<'_>, report: &Report<'_>, findings: &[Reported]) -> io::Result<()> {
    let Some(first) = findings.first() else {
        return Ok(());
    };
    let source = report.files.get(first.finding.primary.span.file);
    let name = sanitize::line(&report.path(source.path()));
    suite(
        xml,
        &name,
        counts(findings.len(), findings.len(), 0),
        |xml| {
            findings
                .iter()
                .try_for_each(|reported| failure(xml, report, reported, &name))
        },
    )
}

fn failure(
    xml: &mut Xml<'_>,
    report: &Report<'_>,
    reported: &Reported,
    file: &str,
) -> io::Result<()> {
    let finding = &reported.finding;
    let start = report.place(finding.primary.span).start;
    // Build servers take two cases of one name for one.
    let name = format!("{} at {}:{}", finding.rule, start.line, start.column);
    let said = report.said(finding);
    case(xml, &name, file)
        .write_inner_content(|xml| {
            xml.create_element("failure")
                .with_attributes([("type", finding.severity.as_str()), ("message", &said[0])])
                .write_text_content(BytesText::new(&said.join("\n")))
                .map(drop)
        })
        .map(drop)
}
