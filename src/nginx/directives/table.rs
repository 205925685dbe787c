//! nginx's table of directives, as its modules declare them (`ngx_command_t`).
//!
//! The text beside this file is taken apart by the compiler: what the program
//! holds is a sorted slice, and a table of hashes that leads into it.

use super::super::version::{Lifetime, Version};
use super::context::Context;

const TEXT: &str = include_str!("directives.tsv");

/// One directive as one module declares it.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    /// The contexts that it may stand in, a bit each.
    contexts: u32,
    counts: Counts,
    pub(crate) block: bool,
    pub(crate) check: Check,
    /// Whether a second one in the same block is refused.
    pub(crate) once: bool,
    /// The module that has it.
    pub(crate) module: &'static str,
    pub(crate) lifetime: Lifetime,
}

/// How many arguments a directive takes.
#[derive(Clone, Copy)]
struct Counts {
    /// A bit for each number from 0 to 7.
    exact: u8,
    /// Whether more than the largest of them are taken too.
    more: bool,
}

/// What a directive does with its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// `on` or `off`.
    Flag,
    /// A number within these bounds.
    Number(&'static str),
    /// Bytes, with `k` or `m`.
    Size,
    /// Bytes, with `k`, `m` or `g`.
    Offset,
    /// A time, to the millisecond.
    Milliseconds,
    /// A time in seconds or more.
    Seconds,
    /// A number and a size.
    Buffers,
    /// One of these words, apart by `|`.
    Enum(&'static str),
    /// Any of these words.
    Bitmask(&'static str),
    /// A directory and the lengths of the names below it.
    Path,
    /// Who may read and write.
    Access,
    /// Anything.
    Text,
    /// What the module's own function of that name makes of it.
    Own(&'static str),
    /// Not known.
    Unchecked,
}

impl Variant {
    const EMPTY: Self = Self {
        name: "",
        contexts: 0,
        counts: Counts {
            exact: 0,
            more: false,
        },
        block: false,
        check: Check::Unchecked,
        once: false,
        module: "",
        lifetime: Lifetime {
            since: None,
            removed: None,
        },
    };

    /// Whether it may stand there; anything may where nothing is known.
    pub(crate) fn is_allowed_in(&self, context: Context) -> bool {
        !context.is_known() || self.contexts & context.bit() != 0
    }

    /// Whether it takes so many arguments.
    pub(crate) fn takes(&self, arguments: usize) -> bool {
        match arguments {
            0..8 => self.counts.exact >> arguments & 1 == 1,
            _ => self.counts.more,
        }
    }

    /// Whether it takes any number of arguments beyond some.
    pub(crate) fn takes_any_more(&self) -> bool {
        self.counts.more
    }

    /// The fewest and the most arguments that it takes; the most is open where there is no bound.
    pub(crate) fn bounds(&self) -> (u32, Option<u32>) {
        let exact = self.counts.exact;
        let most = 7u32.saturating_sub(exact.leading_zeros());
        (exact.trailing_zeros(), (!self.counts.more).then_some(most))
    }

    /// The contexts that it may stand in.
    pub(crate) fn contexts(&self) -> impl Iterator<Item = Context> {
        Context::ALL
            .iter()
            .copied()
            .filter(|context| self.contexts & context.bit() != 0)
    }
}

const COUNT: usize = count_rows(TEXT.as_bytes());

#[allow(long_running_const_eval, reason = "it reads the whole table, once")]
static VARIANTS: [Variant; COUNT] = rows(TEXT);

/// At least twice as many as there are names, so that most are found at once.
const SLOTS: usize = 2048;

/// For each hash the first variant of a name, counted from 1; 0 where there is none.
static FIRST: [u16; SLOTS] = hashes();

/// The variants of a name, one for each module that has a directive of it.
pub(crate) fn variants(name: &[u8]) -> &'static [Variant] {
    let mut slot = hash(name);
    loop {
        let Some(first) = (FIRST[slot] as usize).checked_sub(1) else {
            return &[];
        };
        if VARIANTS[first].name.as_bytes() == name {
            let length = VARIANTS[first..]
                .iter()
                .take_while(|variant| variant.name.as_bytes() == name)
                .count();
            return &VARIANTS[first..first + length];
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// Every variant, sorted by name.
pub(crate) fn all() -> &'static [Variant] {
    &VARIANTS
}

const fn hash(name: &[u8]) -> usize {
    crate::table::hash(name) as usize % SLOTS
}

const fn hashes() -> [u16; SLOTS] {
    let rows = rows(TEXT);
    let mut first = [0u16; SLOTS];
    let mut row = 0;
    while row < COUNT {
        let name = rows[row].name;
        if row == 0 || !equal(name, rows[row - 1].name) {
            let mut slot = hash(name.as_bytes());
            while first[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            first[slot] = row as u16 + 1;
        }
        row += 1;
    }
    first
}

const fn count_rows(text: &[u8]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < text.len() {
        if text[at] == b'\n' {
            count += 1;
        }
        at += 1;
    }
    // The first line names the columns.
    count - 1
}

const fn rows(text: &'static str) -> [Variant; COUNT] {
    let mut rows = [const { Variant::EMPTY }; COUNT];
    let (_, mut rest) = cut(text, b'\n');
    let mut row = 0;
    while row < COUNT {
        let (line, after) = cut(rest, b'\n');
        rest = after;
        let (name, line) = cut(line, b'\t');
        let (contexts, line) = cut(line, b'\t');
        let (counts, line) = cut(line, b'\t');
        let (body, line) = cut(line, b'\t');
        let (check, line) = cut(line, b'\t');
        let (once, line) = cut(line, b'\t');
        let (module, line) = cut(line, b'\t');
        let (since, removed) = cut(line, b'\t');
        rows[row] = Variant {
            name,
            contexts: contexts_of(contexts),
            counts: counts_of(counts),
            block: equal(body, "block"),
            check: check_of(check),
            once: equal(once, "once"),
            module,
            lifetime: Lifetime {
                since: Version::parse(since),
                removed: Version::parse(removed),
            },
        };
        row += 1;
    }
    rows
}

const fn contexts_of(mut rest: &'static str) -> u32 {
    if equal(rest, "any") || rest.is_empty() {
        return u32::MAX;
    }
    let mut contexts = 0;
    while !rest.is_empty() {
        let (name, after) = cut(rest, b',');
        let mut at = 0;
        while at < Context::ALL.len() {
            if equal(name, Context::ALL[at].name()) {
                contexts |= Context::ALL[at].bit();
            }
            at += 1;
        }
        rest = after;
    }
    contexts
}

const fn counts_of(mut rest: &'static str) -> Counts {
    let mut counts = Counts {
        exact: 0,
        more: false,
    };
    if equal(rest, "flag") {
        counts.exact = 1 << 1;
        return counts;
    }
    if rest.is_empty() {
        counts.exact = u8::MAX;
        counts.more = true;
    }
    while !rest.is_empty() {
        let (count, after) = cut(rest, b'|');
        rest = after;
        let number = count.as_bytes()[0] - b'0';
        if count.len() == 2 {
            counts.exact |= u8::MAX << number;
            counts.more = true;
        } else {
            counts.exact |= 1 << number;
        }
    }
    counts
}

const fn check_of(text: &'static str) -> Check {
    let (kind, rest) = cut(text, b' ');
    match kind.as_bytes() {
        b"flag" => Check::Flag,
        b"number" => Check::Number(rest),
        b"size" => Check::Size,
        b"offset" => Check::Offset,
        b"msec" => Check::Milliseconds,
        b"sec" => Check::Seconds,
        b"buffers" => Check::Buffers,
        b"enum" => Check::Enum(rest),
        b"bitmask" => Check::Bitmask(rest),
        b"path" => Check::Path,
        b"access" => Check::Access,
        b"text" | b"texts" | b"pair" => Check::Text,
        b"own" => Check::Own(rest),
        _ => Check::Unchecked,
    }
}

/// What stands before the first `end`, and what stands behind it.
const fn cut(text: &'static str, end: u8) -> (&'static str, &'static str) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at] != end {
        at += 1;
    }
    let (before, rest) = text.split_at(at);
    if rest.is_empty() {
        return (before, rest);
    }
    (before, rest.split_at(1).1)
}

const fn equal(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_name() {
        for (at, variant) in VARIANTS.iter().enumerate() {
            let found = variants(variant.name.as_bytes());
            assert!(
                found
                    .iter()
                    .any(|one| std::ptr::eq(one, &raw const VARIANTS[at])),
                "{}",
                variant.name
            );
        }
        for absent in ["", "uwsgi_passs", "name", "\n"] {
            assert!(variants(absent.as_bytes()).is_empty(), "{absent:?}");
        }
    }

    /// Debian's 1.22.1 has `max_headers`, which nginx itself has from 1.29.8 on: it bounds what a
    /// client may send, and was carried back.
    #[test]
    fn what_distributions_carry_back_is_in_every_release() {
        let of = |name: &[u8]| variants(name)[0].lifetime.since;
        assert_eq!(of(b"max_headers"), None);
        assert!(of(b"add_header_inherit").is_some());
    }

    #[test]
    fn every_row_says_all_that_it_should() {
        for variant in all() {
            assert!(variant.counts.exact != 0, "{}", variant.name);
            assert!(variant.contexts != 0, "{}", variant.name);
            assert!(!variant.module.is_empty(), "{}", variant.name);
            assert!(
                variant.check != Check::Unchecked || variant.module == "ngx_conf_file",
                "{}",
                variant.name
            );
        }
    }
}
