//! `djlint rules`.

use std::io::{self, Write};

use super::{Look, Outcome};
use crate::report::style;
use crate::rules::{RULES, Rule};

pub(super) fn run(look: Look, out: &mut dyn Write) -> io::Result<Outcome> {
    table(RULES.iter(), look, out)?;
    Ok(Outcome::Sound)
}

/// One line for each rule: id, severity, summary.
pub(super) fn table(
    rules: impl Iterator<Item = &'static Rule> + Clone,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let column = rules.clone().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let Ok(page) = rule.page() else {
            continue;
        };
        let severity = page.front.severity;
        let word = style::severity(severity, look.color);
        let gap = " ".repeat("warning".len() - severity.as_str().len());
        let indent = column + 2 + "warning".len() + 2;
        let room = look.width.saturating_sub(indent).max(20);
        let summary = style::wrap(&page.front.summary, room);
        let summary = summary.join(&format!("\n{}", " ".repeat(indent)));
        let id = style::link(rule.id, page.front.url(), look.links);
        let fill = " ".repeat(column - rule.id.len());
        writeln!(out, "{id}{fill}  {word}{gap}  {summary}")?;
    }
    Ok(())
}
