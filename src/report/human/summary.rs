//! What was checked, what was found, what stayed open and why.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Writer;
use crate::finding::{Safety, Severity, Undecided};
use crate::report::words::{self, SEVERITIES, list, of_severity};
use crate::report::{Compared, Report, style};

pub(super) fn write(writer: &Writer<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = writer.report;
    // Where nothing was checked, a summary of it would sound like praise.
    if report.is_empty && report.findings.is_empty() {
        return Ok(());
    }
    let width = writer.options.width;
    let sentences = [words::checked(report), found(writer)];
    for sentence in sentences.into_iter().chain(mendable(report)) {
        writeln!(out, "{}", style::wrap(&sentence, width).join("\n"))?;
    }
    undecided(writer, width, out)
}

fn found(writer: &Writer<'_>) -> String {
    let report = writer.report;
    let color = writer.options.color;
    let counted = |severity: Severity, number: usize| {
        let text = of_severity(number, severity)?;
        let sgr = format!("1;{}", style::severity_color(severity));
        Some(style::paint(&text, &sgr, color))
    };
    let shown = list(&SEVERITIES.map(|severity| counted(severity, report.count(severity))));
    let hidden = SEVERITIES.map(|severity| {
        let number = report.hidden.get(&severity).copied().unwrap_or(0);
        of_severity(number, severity)
    });
    let least = SEVERITIES
        .into_iter()
        .filter(|severity| {
            report
                .hidden
                .get(severity)
                .is_some_and(|number| *number > 0)
        })
        .min();
    let mut asides = Vec::new();
    if let (Some(hidden), Some(least)) = (list(&hidden), least) {
        asides.push(format!(
            "{hidden} hidden, shown with --min-severity {}",
            least.as_str()
        ));
    }
    if report.suppressed > 0 {
        asides.push(format!("{} silenced", report.suppressed));
    }
    if let Some(Compared {
        known: known @ 1.., ..
    }) = report.baseline
    {
        asides.push(format!("{known} known by the baseline"));
    }
    let asides = match asides.is_empty() {
        true => String::new(),
        false => format!(" ({})", asides.join("; ")),
    };
    match shown {
        Some(shown) => format!("Found {shown}{asides}."),
        None => format!("Found nothing wrong{asides}."),
    }
}

/// How much of it djlint can mend itself.
fn mendable(report: &Report<'_>) -> Option<String> {
    let count = |safety: Safety| {
        let fixes = report.findings.iter().map(|reported| &reported.finding.fix);
        fixes.flatten().filter(|fix| fix.safety == safety).count()
    };
    match (count(Safety::Safe), count(Safety::Unsafe)) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} can be fixed with --fix.")),
        (0, more) => Some(format!(
            "{more} can be fixed with --fix --unsafe-fixes, which changes behaviour: --diff shows it first."
        )),
        (safe, more) => Some(format!(
            "{safe} can be fixed with --fix, {more} more with --unsafe-fixes too, which changes behaviour: --diff shows it first."
        )),
    }
}

fn undecided(writer: &Writer<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let all = &writer.report.undecided;
    if all.is_empty() {
        return Ok(());
    }
    let mut by_reason: BTreeMap<&str, Vec<&Undecided>> = BTreeMap::new();
    for undecided in all {
        by_reason.entry(&undecided.why).or_default().push(undecided);
    }
    let mut groups: Vec<(&str, Vec<&Undecided>)> = by_reason.into_iter().collect();
    groups.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    if writer.options.verbose {
        writeln!(out, "Undecided:")?;
    } else {
        writeln!(out, "Undecided (-v lists all, with their places):")?;
    }
    for (why, members) in groups {
        if writer.options.verbose {
            writeln!(out, "  {}:", writer.report.line(why))?;
            for undecided in members {
                let place = undecided.place.map(|place| writer.report.at(place));
                let what = writer.report.line(&undecided.what);
                match place {
                    Some(place) => writeln!(out, "    {place}: {what}")?,
                    None => writeln!(out, "    {what}")?,
                }
            }
            continue;
        }
        let names = names(&members);
        let text = format!(
            "{}: {}",
            writer.report.line(&names),
            writer.report.line(why)
        );
        let lines = style::wrap(&text, width.saturating_sub(4).max(20));
        writeln!(out, "  {}", lines.join("\n    "))?;
    }
    Ok(())
}

/// The first few, each once, and how many more there are.
fn names(members: &[&Undecided]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for undecided in members {
        if !names.contains(&undecided.what.as_str()) {
            names.push(&undecided.what);
        }
    }
    words::first_few(&names)
}
