//! Numbers as people read them.

use super::{Checked, Report};
use crate::finding::Severity;

/// The severities, worst first.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Advice];

/// "Checked 2 nginx files and 1 uWSGI instance."
pub(super) fn checked(report: &Report<'_>) -> String {
    let Checked {
        nginx,
        uwsgi,
        settings,
        keys,
    } = report.checked;
    let parts = list(&[
        count(nginx, "nginx file", "nginx files"),
        count(uwsgi, "uWSGI instance", "uWSGI instances"),
        count(settings, "settings module", "settings modules"),
        count(keys, "key", "keys"),
    ]);
    format!("Checked {}.", parts.as_deref().unwrap_or("nothing"))
}

/// "found 3 errors and 1 warning". Where nothing was checked, "nothing wrong" would sound like praise.
pub(super) fn found(report: &Report<'_>) -> String {
    let found = list(&SEVERITIES.map(|severity| of_severity(report.count(severity), severity)));
    match found {
        Some(found) => format!("found {found}"),
        None if report.is_empty => "had nothing to check".to_owned(),
        None => "found nothing wrong".to_owned(),
    }
}

/// "2 warnings"; nothing for none.
pub(super) fn of_severity(number: usize, severity: Severity) -> Option<String> {
    match severity {
        Severity::Error => count(number, "error", "errors"),
        Severity::Warning => count(number, "warning", "warnings"),
        Severity::Advice => count(number, "advice", "advice"),
    }
}

/// "1 key", "2 keys"; nothing for none.
fn count(number: usize, one: &str, many: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    }
}

/// The parts that there are, as people list them.
pub(super) fn list(parts: &[Option<String>]) -> Option<String> {
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

/// The first few, and how many more there are.
pub(super) fn first_few(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    // "and 1 more" is longer than most names.
    if names.len() <= SHOWN + 1 {
        return join(names);
    }
    let more = format!("{} more", names.len() - SHOWN);
    let mut shown = names[..SHOWN].to_vec();
    shown.push(&more);
    join(&shown)
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
        let all = ["a", "b", "c", "d", "e", "f", "g"];
        assert_eq!(first_few(&all[..1]), "a");
        assert_eq!(first_few(&all[..4]), "a, b, c and d");
        assert_eq!(first_few(&all), "a, b, c and 4 more");
    }
}
