//! How often each rule found something.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Options;
use crate::finding::Severity;
use crate::report::{Report, style};
use crate::rules;

/// Writes a line for each rule that found something, the worst and most frequent first.
pub(super) fn write(report: &Report<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for reported in &report.findings {
        let finding = &reported.finding;
        *counts.entry((finding.rule, finding.severity)).or_insert(0) += 1;
    }
    let mut rows: Vec<((&str, Severity), usize)> = counts.into_iter().collect();
    rows.sort_by_key(|((_, severity), count)| (Reverse(*severity), Reverse(*count)));
    let digits = rows.iter().map(|(_, count)| count.to_string().len()).max();
    let digits = digits.unwrap_or(0);
    let column = rows.iter().map(|((rule, _), _)| rule.len()).max();
    let column = column.unwrap_or(0);
    for ((rule, severity), count) in &rows {
        let front = rules::front(rule);
        let word = style::severity(*severity, options.color);
        let gap = " ".repeat("warning".len() - severity.as_str().len());
        let id = style::link(rule, front.and_then(|front| front.url()), options.links);
        let indent = digits + 2 + "warning".len() + 2 + column + 2;
        let room = options.width.saturating_sub(indent).max(20);
        let summary = front.map_or("", |front| &front.summary);
        let summary = style::wrap(summary, room).join(&format!("\n{}", " ".repeat(indent)));
        let fill = " ".repeat(column - rule.len());
        writeln!(out, "{count:>digits$}  {word}{gap}  {id}{fill}  {summary}")?;
    }
    match rows.is_empty() {
        true => Ok(()),
        false => writeln!(out),
    }
}
