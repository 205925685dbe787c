//! Markdown for a step's summary or a comment: a table, and the picture of the stack.

use std::io::{self, Write};

use super::stack::{Picture, mermaid};
use super::{Report, Reported, sanitize, words};
use crate::rules;

/// GitHub takes a mebibyte for a step's summary, and shows nothing of a longer one. The rest of it
/// is for what other commands of the step wrote.
const MOST_BYTES: usize = 400_000;
/// Nobody reads a longer table.
const MOST_ROWS: usize = 200;
const MOST_UNDECIDED: usize = 50;
/// mermaid draws no longer text.
const LONGEST_PICTURE: usize = 50_000;

/// Writes the whole report, worst findings first.
pub fn write(report: &Report<'_>, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## djlint {}\n", words::found(report))?;
    writeln!(out, "{}", words::checked(report))?;
    for failure in report.failures() {
        writeln!(out, "\n**Not done:** {}", escaped(&failure))?;
    }
    table(report, out)?;
    stack(report, picture, out)?;
    undecided(report, out)
}

fn table(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.worst_first();
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| severity | rule | place | what is wrong |")?;
    writeln!(out, "| --- | --- | --- | --- |")?;
    let mut written = 0;
    let mut room = MOST_BYTES;
    for reported in findings.iter().take(MOST_ROWS) {
        let row = row(report, reported);
        let Some(left) = room.checked_sub(row.len()) else {
            break;
        };
        room = left;
        written += 1;
        writeln!(out, "{row}")?;
    }
    if written < findings.len() {
        writeln!(out, "\nand {} more", findings.len() - written)?;
    }
    Ok(())
}

fn row(report: &Report<'_>, reported: &Reported) -> String {
    let finding = &reported.finding;
    let place = report.place(finding.primary.span);
    let path = report.path(place.source.path());
    let at = format!("{path}:{}:{}", place.start.line, place.start.column);
    let rule = match rules::front(finding.rule).and_then(|front| front.url()) {
        Some(url) => format!("[{}]({url})", finding.rule),
        None => finding.rule.to_owned(),
    };
    let mut what = escaped(&report.line(&finding.message));
    if let Some(help) = report.help(finding) {
        let lines: Vec<String> = help.lines().map(escaped).collect();
        what = format!("{what}<br>{}", lines.join("<br>"));
    }
    let severity = finding.severity.as_str();
    format!("| {severity} | {rule} | {} | {what} |", escaped(&at))
}

fn stack(report: &Report<'_>, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    if picture.deployments.is_empty() {
        return Ok(());
    }
    let mut drawn = Vec::new();
    mermaid::write(picture, &mut drawn)?;
    let drawn = report.text(&String::from_utf8_lossy(&drawn));
    writeln!(out, "\n### The stack\n")?;
    match drawn.len() > LONGEST_PICTURE {
        true => writeln!(
            out,
            "It is too large to be drawn here: see `djlint show stack`."
        ),
        false => writeln!(out, "```mermaid\n{}\n```", drawn.trim_end()),
    }
}

fn undecided(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let all = &report.undecided;
    if all.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n<details><summary>{} undecided</summary>\n",
        all.len()
    )?;
    for undecided in all.iter().take(MOST_UNDECIDED) {
        let said = report.line(&format!("{}: {}", undecided.what, undecided.why));
        let place = undecided
            .place
            .map(|place| format!("{}: ", report.at(place)));
        let place = place.unwrap_or_default();
        writeln!(out, "- {}{}", escaped(&place), escaped(&said))?;
    }
    if all.len() > MOST_UNDECIDED {
        writeln!(out, "- and {} more", all.len() - MOST_UNDECIDED)?;
    }
    writeln!(out, "\n</details>")
}

/// Text of which nothing is taken for markup: neither for Markdown nor for HTML, emoji, a formula
/// or a link.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in sanitize::line(text).chars() {
        if matches!(
            character,
            '\\' | '`'
                | '*'
                | '_'
                | '['
                | ']'
                | '<'
                | '>'
                | '|'
                | '~'
                | '&'
                | '$'
                | ':'
                | '#'
                | '!'
        ) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            escaped("a|b `c` <img src=x> [d](https://e) $f$ *g*\n# h"),
            "a\\|b \\`c\\` \\<img src=x\\> \\[d\\](https\\://e) \\$f\\$ \\*g\\*␊\\# h"
        );
    }
}
