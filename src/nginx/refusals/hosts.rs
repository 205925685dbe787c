//! Names with a `*` at one end, as nginx puts them into its hashes (ngx_hash_add_key).

use std::collections::BTreeSet;

/// Names that may not come twice.
#[derive(Default)]
pub(super) struct Hosts {
    exact: BTreeSet<Vec<u8>>,
    heads: BTreeSet<Vec<u8>>,
    tails: BTreeSet<Vec<u8>>,
}

/// Why a name cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostFault {
    /// It is no name and no pattern.
    Invalid,
    /// It is there already.
    Conflicting,
}

impl HostFault {
    /// nginx's words before the name.
    pub(super) fn says(self, kind: &str) -> String {
        match self {
            Self::Invalid => format!("invalid {kind}"),
            Self::Conflicting => "conflicting parameter".to_owned(),
        }
    }
}

impl Hosts {
    /// Adds a name; `patterns` says whether a `*` or a dot at its start means more than itself.
    pub(super) fn add(&mut self, name: &[u8], patterns: bool) -> Result<(), HostFault> {
        let name = name.to_ascii_lowercase();
        let is_new = |set: &mut BTreeSet<Vec<u8>>, name: &[u8]| match set.insert(name.to_vec()) {
            true => Ok(()),
            false => Err(HostFault::Conflicting),
        };
        if !patterns {
            return is_new(&mut self.exact, &name);
        }
        let stars = name.iter().filter(|byte| **byte == b'*').count();
        if stars > 1 || name.windows(2).any(|two| two == b"..") || name.contains(&0) {
            return Err(HostFault::Invalid);
        }
        if name.len() > 1 && name[0] == b'.' {
            // `.example.com` is also the name itself.
            is_new(&mut self.exact, &name[1..])?;
            return is_new(&mut self.heads, &name[1..]);
        }
        if name.len() > 2 {
            if let Some(rest) = name.strip_prefix(b"*.") {
                return is_new(&mut self.heads, rest);
            }
            if let Some(rest) = name.strip_suffix(b".*") {
                return is_new(&mut self.tails, rest);
            }
        }
        match stars {
            0 => is_new(&mut self.exact, &name),
            _ => Err(HostFault::Invalid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_the_first_or_the_last_part() {
        let mut hosts = Hosts::default();
        for good in ["example.com", "*.example.com", "www.example.*", "", "_"] {
            assert_eq!(hosts.add(good.as_bytes(), true), Ok(()), "{good}");
        }
        for bad in ["a.*.b", "**", "*a.b", "a..b", "*"] {
            let added = hosts.add(bad.as_bytes(), true);
            assert_eq!(added, Err(HostFault::Invalid), "{bad}");
        }
        for again in ["EXAMPLE.com", ".example.com", "*.example.com"] {
            let added = hosts.add(again.as_bytes(), true);
            assert_eq!(added, Err(HostFault::Conflicting), "{again}");
        }
        assert_eq!(hosts.add(b"a*b", false), Ok(()));
    }
}
