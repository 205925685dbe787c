//! What was checked, what was found, what stayed open and why.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Writer;
use crate::finding::{Severity, Undecided};
use crate::report::{Compared, style};

pub(super) fn write(writer: &Writer<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = writer.report;
    let width = writer.options.width;
    let checked = report.checked;
    let parts = list(&[
        count(checked.nginx, "nginx file", "nginx files"),
        count(checked.uwsgi, "uWSGI instance", "uWSGI instances"),
        count(checked.settings, "settings module", "settings modules"),
        count(checked.keys, "key", "keys"),
    ]);
    let parts = parts.unwrap_or_else(|| "nothing".to_owned());
    for sentence in [format!("Checked {parts}."), found(writer)] {
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
    let severities = [Severity::Error, Severity::Warning, Severity::Advice];
    let shown = list(&severities.map(|severity| counted(severity, report.count(severity))));
    let hidden = severities.map(|severity| {
        let number = report.hidden.get(&severity).copied().unwrap_or(0);
        of_severity(number, severity)
    });
    let least = severities
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
            writeln!(out, "  {}:", writer.line(why))?;
            for undecided in members {
                let place = undecided.place.map(|place| writer.place(place));
                let what = writer.line(&undecided.what);
                match place {
                    Some(place) => writeln!(out, "    {place}: {what}")?,
                    None => writeln!(out, "    {what}")?,
                }
            }
            continue;
        }
        let names = names(&members);
        let text = format!("{}: {}", writer.line(&names), writer.line(why));
        let lines = style::wrap(&text, width.saturating_sub(4).max(20));
        writeln!(out, "  {}", lines.join("\n    "))?;
    }
    Ok(())
}

/// The first few, and how many more there are.
fn names(members: &[&Undecided]) -> String {
    const SHOWN: usize = 3;
    let mut names: Vec<&str> = Vec::new();
    for undecided in members {
        if !names.contains(&undecided.what.as_str()) {
            names.push(&undecided.what);
        }
    }
    // "and 1 more" is longer than most names.
    if names.len() <= SHOWN + 1 {
        return join(&names);
    }
    let more = format!("{} more", names.len() - SHOWN);
    let mut shown = names[..SHOWN].to_vec();
    shown.push(&more);
    join(&shown)
}

fn of_severity(number: usize, severity: Severity) -> Option<String> {
    match severity {
        Severity::Error => count(number, "error", "errors"),
        Severity::Warning => count(number, "warning", "warnings"),
        Severity::Advice => count(number, "advice", "advice"),
    }
}

fn count(number: usize, one: &str, many: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    }
}

fn list(parts: &[Option<String>]) -> Option<String> {
    let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
    (!parts.is_empty()).then(|| join(&parts))
}

/// "a", "a and b", "a, b and c".
fn join(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_listed_as_people_list_them() {
        let parts = |numbers: &[usize]| {
            let parts: Vec<_> = numbers.iter().map(|n| count(*n, "key", "keys")).collect();
            list(&parts)
        };
        assert_eq!(parts(&[0, 0]), None);
        assert_eq!(parts(&[1, 0]).as_deref(), Some("1 key"));
        assert_eq!(
            parts(&[1, 2, 3]).as_deref(),
            Some("1 key, 2 keys and 3 keys")
        );
    }

    #[test]
    fn only_a_few_names_are_given() {
        let all: Vec<Undecided> = ('a'..='g')
            .map(|what| Undecided {
                what: what.to_string(),
                why: String::new(),
                place: None,
            })
            .collect();
        let named = |number: usize| names(&all.iter().take(number).collect::<Vec<_>>());
        assert_eq!(named(1), "a");
        assert_eq!(named(4), "a, b, c and d");
        assert_eq!(named(7), "a, b, c and 4 more");
    }
}
