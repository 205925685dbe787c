//! The report for people: message, excerpt, what to type, and a summary of what was checked.

mod excerpt;
mod frame;
mod order;
mod statistics;
mod summary;

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use ariadne::{Cache, Config, LabelAttach, ReportKind, Source};

use super::{Report, sanitize, style, words};
use crate::finding::{Finding, Label, Severity};
use crate::rules;
use crate::source::{FileId, SourceFile, Span};
use frame::Section;
use order::Drawn;

/// How the report may look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether to use colour.
    pub color: bool,
    /// Whether the terminal knows hyperlinks.
    pub links: bool,
    /// Columns to fit into.
    pub width: usize,
    /// Whether to draw every finding, and to list everything that could not be decided.
    pub verbose: bool,
    /// Whether to leave the summary out.
    pub quiet: bool,
}

/// More labels than this are a list, not a picture.
const MAX_LABELS: usize = 12;
/// The color of what is said beside the primary label.
const RELATED: ariadne::Color = ariadne::Color::Blue;

/// Writes every finding, then the summary.
pub fn write(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let writer = Writer { report, options };
    for drawn in order::drawn(report, options.verbose) {
        writer.finding(&drawn, out)?;
    }
    if options.quiet {
        return Ok(());
    }
    summary::write(&writer, out)
}

/// Writes how often each rule found something, then the summary.
pub fn statistics(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    statistics::write(report, options, out)?;
    summary::write(&Writer { report, options }, out)
}

struct Writer<'a> {
    report: &'a Report<'a>,
    options: &'a Options,
}

/// What is drawn of one file.
struct Picture {
    source: Arc<SourceFile>,
    section: Section,
    text: String,
    labels: Vec<ariadne::Label<(usize, Range<usize>)>>,
}

impl Writer<'_> {
    fn finding(&self, drawn: &Drawn<'_>, out: &mut dyn Write) -> io::Result<()> {
        let finding = drawn.finding;
        self.header(finding, out)?;
        out.write_all(self.drawing(finding)?.as_bytes())?;
        if let Some(help) = &finding.help {
            self.help(help, out)?;
        }
        if !drawn.alike.is_empty() {
            self.alike(&drawn.alike, out)?;
        }
        writeln!(out)
    }

    /// The places of findings that are not drawn.
    fn alike(&self, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
        let places: Vec<String> = findings
            .iter()
            .map(|finding| self.report.at(finding.primary.span))
            .collect();
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let text = format!(
            "and {} more like it (-v draws them): {}",
            places.len(),
            words::first_few(&places)
        );
        let room = self.options.width.saturating_sub(6).max(20);
        let lines = style::wrap(&text, room).join("\n      ");
        writeln!(out, "      {lines}")
    }

    fn header(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let Options { color, width, .. } = *self.options;
        let word = finding.severity.as_str();
        let message = self.report.line(&finding.message);
        let lead = format!("{word}[{}]:", finding.rule);
        // The id is part of the first line, and wrapped with it, but is painted apart.
        let mut lines = style::wrap(&format!("{lead} {message}"), width).into_iter();
        let first = lines.next().unwrap_or_default();
        let rest = first.strip_prefix(&lead).unwrap_or_default();
        let sgr = format!("1;{}", style::severity_color(finding.severity));
        let url = rules::front(finding.rule).and_then(|front| front.url());
        let id = style::link(finding.rule, url, self.options.links);
        writeln!(
            out,
            "{}{}",
            style::paint(&format!("{word}[{id}]"), &sgr, color),
            style::bold(&format!(":{rest}"), color)
        )?;
        for line in lines {
            writeln!(out, "{}", style::bold(&line, color))?;
        }
        Ok(())
    }

    /// The line to write. It is not drawn into the frame: it is there to be copied.
    fn help(&self, help: &str, out: &mut dyn Write) -> io::Result<()> {
        let Options { color, width, .. } = *self.options;
        let lead = style::paint("help:", &format!("1;{}", style::GREEN), color);
        let lines = sanitize::lines(&self.report.text(help));
        match lines.as_slice() {
            [only] => {
                let wrapped = style::wrap(only, width.saturating_sub(6).max(20));
                writeln!(out, "{lead} {}", wrapped.join("\n      "))
            }
            [first, rest @ ..] => {
                writeln!(out, "{lead} {first}")?;
                for line in rest {
                    writeln!(out, "{}", format!("      {line}").trim_end())?;
                }
                Ok(())
            }
            [] => Ok(()),
        }
    }

    fn drawing(&self, finding: &Finding) -> io::Result<String> {
        let pictures = self.pictures(finding);
        let Some(first) = pictures.first() else {
            return Ok(String::new());
        };
        let span = (0, 0..first.text.chars().count().min(1));
        let config = Config::new()
            .with_color(true)
            .with_label_attach(LabelAttach::Start)
            .with_tab_width(1);
        let mut report = ariadne::Report::build(ReportKind::Error, span).with_config(config);
        for picture in &pictures {
            report.add_labels(picture.labels.iter().cloned());
        }
        let mut cache = Pictures(
            pictures
                .iter()
                .map(|picture| Source::from(picture.text.clone()))
                .collect(),
        );
        let mut drawn = Vec::new();
        report.finish().write(&mut cache, &mut drawn)?;
        let sections: Vec<Section> = pictures
            .into_iter()
            .map(|picture| picture.section)
            .collect();
        Ok(frame::redraw(
            &String::from_utf8_lossy(&drawn),
            &sections,
            self.options.width,
            self.options.color,
        ))
    }

    /// The files of a finding, the primary label's first, each with the lines that have labels.
    fn pictures(&self, finding: &Finding) -> Vec<Picture> {
        let color = match finding.severity {
            Severity::Error => ariadne::Color::Red,
            Severity::Warning => ariadne::Color::Yellow,
            Severity::Advice => ariadne::Color::Cyan,
        };
        let primary = (&finding.primary, color);
        let related = finding.related.iter().map(|label| (label, RELATED));
        let labels: Vec<(&Label, ariadne::Color)> = std::iter::once(primary)
            .chain(related)
            .take(MAX_LABELS)
            .collect();
        let mut order: Vec<FileId> = Vec::new();
        for (label, _) in &labels {
            if !order.contains(&label.span.file) {
                order.push(label.span.file);
            }
        }
        let mut rank = 0;
        order
            .into_iter()
            .enumerate()
            .map(|(index, file)| {
                let here: Vec<_> = labels
                    .iter()
                    .filter(|(label, _)| label.span.file == file)
                    .copied()
                    .collect();
                self.picture(index, file, &here, &mut rank)
            })
            .collect()
    }

    fn picture(
        &self,
        index: usize,
        file: FileId,
        labels: &[(&Label, ariadne::Color)],
        rank: &mut i32,
    ) -> Picture {
        let source = self.report.files.get(file);
        let counted = Arc::clone(&source);
        let line_of = |span: Span| counted.line_of(span.range().start);
        let mut numbers: Vec<usize> = labels
            .iter()
            .map(|(label, _)| line_of(label.span))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let digits = numbers.last().map_or(1, |number| number.to_string().len());
        let room = self.options.width.saturating_sub(digits + 4).max(20);
        let mut picture = Picture {
            section: Section {
                title: labels
                    .first()
                    .map_or_else(String::new, |(label, _)| self.report.at(label.span)),
                numbers: Vec::new(),
            },
            source,
            text: String::new(),
            labels: Vec::new(),
        };
        for (at, number) in numbers.iter().enumerate() {
            let previous = at.checked_sub(1).map(|at| numbers[at]);
            match previous.map(|previous| number - previous) {
                // One line between two others is shown: a mark for it would take as much room.
                Some(2) => picture.add(index, number - 1, &[], room, rank),
                Some(3..) => picture.gap(),
                _ => {}
            }
            let mut here: Vec<(Range<usize>, String, ariadne::Color)> = labels
                .iter()
                .filter(|(label, _)| line_of(label.span) == *number)
                .map(|(label, color)| (label.span.range(), self.report.line(&label.text), *color))
                .collect();
            here.dedup();
            picture.add(index, *number, &here, room, rank);
        }
        picture
    }
}

impl Picture {
    fn gap(&mut self) {
        self.text.push('\n');
        self.section.numbers.push(None);
    }

    /// Adds a line. Labels that stand further right are ranked first: their texts are drawn first,
    /// and each has the rest of its row to itself.
    fn add(
        &mut self,
        index: usize,
        number: usize,
        labels: &[(Range<usize>, String, ariadne::Color)],
        room: usize,
        rank: &mut i32,
    ) {
        let ranges: Vec<Range<usize>> = labels.iter().map(|(range, ..)| range.clone()).collect();
        let line = excerpt::line(&self.source, number, &ranges, room);
        let start = self.text.chars().count();
        self.text.push_str(&line.text);
        self.text.push('\n');
        self.section.numbers.push(Some(line.number));
        if labels.is_empty() {
            // ariadne draws a line only if it has a label; one without a text leaves no trace.
            self.labels
                .push(ariadne::Label::new((index, start..start + 1)).with_order(*rank));
            *rank += 1;
        }
        let mut drawn: Vec<_> = line.labels.iter().zip(labels).collect();
        drawn.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, (_, text, color)) in drawn {
            let span = start + range.start..start + range.end;
            // Without a text there would be no underline; frame.rs takes the arrow to nothing away.
            let text = if text.is_empty() { " " } else { text };
            self.labels.push(
                ariadne::Label::new((index, span))
                    .with_message(text)
                    .with_color(*color)
                    .with_order(*rank),
            );
            *rank += 1;
        }
    }
}

/// The display copies, by their number.
struct Pictures(Vec<Source<String>>);

impl Cache<usize> for &mut Pictures {
    type Storage = String;

    fn fetch(&mut self, index: &usize) -> Result<&Source<String>, impl std::fmt::Debug> {
        self.0.get(*index).ok_or("there is no such picture")
    }

    fn display<'a>(&self, _: &'a usize) -> Option<impl std::fmt::Display + 'a> {
        // frame.rs writes the place: ariadne knows the display copy only.
        Some("-")
    }
}

#[cfg(test)]
mod tests;
