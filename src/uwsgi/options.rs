//! The options of uWSGI 2.0.x: what kind each is, and what it brings along.

use crate::table::{Row, Table};

/// name, kind, arg, flags, since, group (the first name of those that share a storage), origin
static TABLE: Table = Table::new(include_str!("options.tsv"));

/// One option that some 2.0 release knows, in the core or in a plugin.
#[derive(Clone, Copy)]
pub struct UwsgiOption {
    row: Row,
}

/// Whether an option takes a value on a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// None.
    No,
    /// Behind a `=` alone.
    Optional,
    /// Behind a `=`, or as the next word.
    Required,
}

/// Every option.
pub(super) fn all() -> impl Iterator<Item = UwsgiOption> {
    TABLE.iter().map(|row| UwsgiOption { row })
}

impl std::fmt::Debug for UwsgiOption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl UwsgiOption {
    /// The option of that name. Names are case-sensitive, and `_` is no `-`.
    pub fn find(name: &[u8]) -> Option<Self> {
        // A tab or a line end is in no name, but would confuse the search.
        TABLE.get(name).map(|row| Self { row })
    }

    /// The option that a name was most likely meant to be, if any is near enough.
    pub fn nearest(name: &str) -> Option<Self> {
        let nearest = crate::suggest::nearest(name, all().map(Self::name))?;
        Self::find(nearest.as_bytes())
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row.key()
    }

    /// What its value is taken for: `bool`, `int`, `str`, `list`, `logic`, `config`, …
    pub fn kind(self) -> &'static str {
        self.row.column(1)
    }

    /// Whether it takes a value on a command line.
    pub fn takes_argument(self) -> Argument {
        match self.row.column(2) {
            "no" => Argument::No,
            "optional" => Argument::Optional,
            _ => Argument::Required,
        }
    }

    /// The first release that knows it.
    pub fn since(self) -> &'static str {
        self.row.column(4)
    }

    /// The name for all options that set the same thing: the last one wins.
    pub fn group(self) -> &'static str {
        self.row.column(5)
    }

    /// `core`, or the plugin that brings it.
    pub fn origin(self) -> &'static str {
        self.row.column(6)
    }

    /// Whether it switches the master process on by being there, whatever its value
    /// (UWSGI_OPT_MASTER and the log masters in add_exported_option_do, core/config.c).
    pub fn forces_master(self) -> bool {
        self.flags().any(|flag| flag.ends_with("MASTER"))
    }

    /// Whether it acts while the file is read, and so sees no `%(…)` and `$(…)` filled in.
    pub fn is_immediate(self) -> bool {
        self.flags().any(|flag| flag == "IMMEDIATE")
    }

    fn flags(self) -> impl Iterator<Item = &'static str> {
        self.row.column(3).split('|')
    }
}

/// The name under which an option's setting is looked up.
pub(super) fn group(name: &str) -> &str {
    match UwsgiOption::find(name.as_bytes()) {
        Some(option) => option.group(),
        None => name,
    }
}

/// uwsgi_opt_true: off for four words, on for everything else, also for nothing and for `n`.
pub(super) fn is_true(value: &[u8]) -> bool {
    !(["false", "off", "no"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
        || value == b"0")
}

/// atoi of glibc: strtol, cut to the 32 bits of an int.
pub(super) fn int(value: &[u8]) -> i32 {
    let low = atoi(value).to_le_bytes();
    i32::from_le_bytes([low[0], low[1], low[2], low[3]])
}

/// strtol of C: blanks, a sign, digits, and whatever follows is not looked at.
pub(super) fn atoi(value: &[u8]) -> i64 {
    let value = value.trim_ascii_start();
    let (negative, digits) = match value.first() {
        Some(b'-') => (true, &value[1..]),
        Some(b'+') => (false, &value[1..]),
        _ => (false, value),
    };
    let number =
        digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0_i64, |number, byte| {
                number
                    .saturating_mul(10)
                    .saturating_add(i64::from(byte - b'0'))
            });
    if negative { -number } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_group_is_led_by_an_option() {
        let names: Vec<&str> = TABLE.iter().map(Row::key).collect();
        assert!(names.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()));
        assert_eq!(names.len(), 1261);
        for row in TABLE.iter() {
            let leader = UwsgiOption::find(row.column(5).as_bytes()).unwrap();
            assert_eq!(leader.group(), leader.name());
        }
    }

    #[test]
    fn names_that_share_a_storage_are_one() {
        for (name, leader) in [
            ("workers", "processes"),
            ("virtualenv", "home"),
            ("wsgi", "module"),
            ("file", "wsgi-file"),
            ("chmod", "chmod-socket"),
            ("pp", "pythonpath"),
            ("no-such-option", "no-such-option"),
        ] {
            assert_eq!(group(name), leader);
        }
        assert!(UwsgiOption::find(b"wsgi_file").is_none());
        assert!(UwsgiOption::find(b"Master").is_none());
    }

    #[test]
    fn as_many_options_force_the_master_as_in_the_source() {
        let forcing = TABLE
            .iter()
            .filter(|row| UwsgiOption { row: *row }.forces_master());
        assert_eq!(forcing.count(), 163);
        assert!(UwsgiOption::find(b"req-logger").unwrap().forces_master());
        assert!(!UwsgiOption::find(b"master").unwrap().forces_master());
    }

    #[test]
    fn booleans_are_off_for_four_words_alone() {
        for off in ["false", "FALSE", "Off", "no", "0"] {
            assert!(!is_true(off.as_bytes()), "{off}");
        }
        for on in [
            "",
            "true",
            "n",
            "f",
            "none",
            "00",
            "-1",
            "false # c",
            "\"false\"",
        ] {
            assert!(is_true(on.as_bytes()), "{on}");
        }
    }

    #[test]
    fn numbers_are_read_as_c_does() {
        for (text, number) in [
            ("4 # four", 4),
            ("30s", 30),
            ("auto", 0),
            ("", 0),
            ("-2", -2),
            (" +7", 7),
        ] {
            assert_eq!(atoi(text.as_bytes()), number, "{text}");
        }
        assert_eq!(atoi(b"99999999999999999999999"), i64::MAX);
    }
}
