//! What rules were called in earlier releases: their old ids are taken for the new ones, in
//! ignore comments, on the command line, in the configuration and in baselines, until the next
//! major release. An old id never becomes the name of another fault.

/// A former id, and the id that the fault has now. No rule was renamed yet.
static FORMER: &[(&str, &str)] = &[
    // So that the tests have one.
    #[cfg(test)]
    ("nginx/location-outside", "nginx/misnested-location"),
];

/// What the rule of that former id is called now; nothing where it is no former id.
pub fn renamed(name: &str) -> Option<&'static str> {
    let mut found = FORMER.iter().filter(|(former, _)| *former == name);
    found.next().map(|(_, now)| *now)
}

/// The id as it is now.
pub fn current(name: &str) -> &str {
    renamed(name).unwrap_or(name)
}

/// The id that a rule had first: fingerprints are made of it, so that they outlive a new name.
pub(crate) fn first(id: &str) -> &str {
    let mut found = FORMER.iter().filter(|(_, now)| *now == id);
    found.next().map_or(id, |(former, _)| *former)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RULES, find, is_known};

    #[test]
    fn a_former_name_is_nobodys_and_leads_to_a_rule() {
        for (former, now) in FORMER {
            assert!(RULES.iter().all(|rule| rule.id != *former), "{former}");
            assert!(RULES.iter().any(|rule| rule.id == *now), "{now}");
            assert!(is_known(former) && find(former).unwrap().id == *now);
        }
        assert_eq!(current("nginx/syntax"), "nginx/syntax");
        assert_eq!(first("nginx/syntax"), "nginx/syntax");
        assert_eq!(first("nginx/misnested-location"), "nginx/location-outside");
    }
}
