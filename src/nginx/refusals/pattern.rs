//! What PCRE finds wrong with a pattern, as far as that is certain, and the names of its groups.
//!
//! What is judged here, PCRE 8.39 and PCRE2 10.42 answer alike; a pattern with anything else is not judged.

/// What became of a pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// PCRE takes it: so many groups, and those that have names.
    Sound { groups: usize, names: Vec<String> },
    /// PCRE refuses it and says this.
    Faulty(&'static str),
    /// Only PCRE can tell.
    Unknown,
}

/// Stops the reading.
enum Stop {
    Faulty(&'static str),
    Unknown,
}

const NOTHING_TO_REPEAT: &str = "quantifier does not follow a repeatable item";

impl Pattern {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut reader = Reader {
            text,
            at: 0,
            depth: 0,
            groups: 0,
            names: Vec::new(),
            references: 0,
            before: Before::Nothing,
        };
        match reader.run() {
            // PCRE 1 takes `\\8` and `\\9` for digits.
            Ok(()) if reader.references > reader.groups.max(7) => Self::Unknown,
            Ok(()) if reader.references > reader.groups => {
                Self::Faulty("reference to non-existent subpattern")
            }
            Ok(()) => Self::Sound {
                groups: reader.groups,
                names: reader.names,
            },
            Err(Stop::Faulty(says)) => Self::Faulty(says),
            Err(Stop::Unknown) => Self::Unknown,
        }
    }
}

/// What a quantifier would repeat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Item,
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
    groups: usize,
    names: Vec<String>,
    /// The largest back-reference.
    references: usize,
    before: Before,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn rest(&self) -> &[u8] {
        &self.text[self.at..]
    }

    fn run(&mut self) -> Result<(), Stop> {
        while let Some(byte) = self.next() {
            match byte {
                b'\\' => self.escape()?,
                b'[' => self.set()?,
                b'(' => self.group()?,
                b')' => {
                    self.depth = self
                        .depth
                        .checked_sub(1)
                        .ok_or(Stop::Faulty("unmatched closing parenthesis"))?;
                    self.before = Before::Item;
                }
                b'*' | b'+' | b'?' => self.repeat()?,
                b'{' => self.count()?,
                b'|' => self.before = Before::Nothing,
                b'^' | b'$' => self.before = Before::Nothing,
                _ => self.before = Before::Item,
            }
        }
        match self.depth {
            0 => Ok(()),
            _ => Err(Stop::Faulty("missing closing parenthesis")),
        }
    }

    fn escape(&mut self) -> Result<(), Stop> {
        let Some(byte) = self.next() else {
            return Err(Stop::Faulty("\\ at end of pattern"));
        };
        self.before = match byte {
            b'b' | b'B' | b'A' | b'z' | b'Z' => Before::Nothing,
            b'd' | b'D' | b'w' | b'W' | b's' | b'S' | b'n' | b'r' | b't' | b'f' | b'a' | b'e'
            | b'h' | b'H' | b'v' | b'V' | b'R' => Before::Item,
            b'1'..=b'9' => {
                self.references = self.references.max(usize::from(byte - b'0'));
                if self.rest().first().is_some_and(u8::is_ascii_digit) {
                    return Err(Stop::Unknown);
                }
                Before::Item
            }
            b'L' | b'U' | b'l' | b'u' => {
                return Err(Stop::Faulty(
                    "PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u",
                ));
            }
            byte if byte.is_ascii_alphanumeric() => return Err(Stop::Unknown),
            _ => Before::Item,
        };
        Ok(())
    }

    fn set(&mut self) -> Result<(), Stop> {
        const MISSING: Stop = Stop::Faulty("missing terminating ] for character class");
        if self.rest().first() == Some(&b'^') {
            self.at += 1;
        }
        let start = self.at;
        loop {
            let Some(byte) = self.next() else {
                return Err(MISSING);
            };
            match byte {
                b']' if self.at > start + 1 => break,
                b'\\' => match self.next() {
                    None => return Err(Stop::Faulty("\\ at end of pattern")),
                    Some(b'Q' | b'E' | b'c' | b'p' | b'P' | b'o' | b'N') => {
                        return Err(Stop::Unknown);
                    }
                    Some(_) => {}
                },
                b'[' if matches!(self.rest().first(), Some(b':' | b'.' | b'=')) => {
                    let Some(end) = memchr::memmem::find(self.rest(), b":]") else {
                        return Err(Stop::Unknown);
                    };
                    if !self.rest()[1..end].iter().all(u8::is_ascii_lowercase) {
                        return Err(Stop::Unknown);
                    }
                    self.at += end + 2;
                }
                first => {
                    if let [b'-', last, ..] = self.rest()
                        && !matches!(last, b']' | b'\\' | b'[')
                        && *last < first
                    {
                        return Err(Stop::Faulty("range out of order in character class"));
                    }
                }
            }
        }
        self.before = Before::Item;
        Ok(())
    }

    fn group(&mut self) -> Result<(), Stop> {
        self.before = Before::Nothing;
        if self.rest().first() == Some(&b'*') {
            return Err(Stop::Unknown);
        }
        if self.rest().first() != Some(&b'?') {
            self.groups += 1;
            self.depth += 1;
            return Ok(());
        }
        self.at += 1;
        match self.next() {
            Some(b':' | b'=' | b'!' | b'>') => self.depth += 1,
            Some(b'<') if matches!(self.rest().first(), Some(b'=' | b'!')) => {
                // Of what has no plain length, it depends on the version.
                let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/_-= ".contains(byte);
                let length = self.rest()[1..].iter().take_while(is_plain).count();
                if self.rest().get(1 + length) != Some(&b')') {
                    return Err(Stop::Unknown);
                }
                self.at += length + 2;
                self.before = Before::Item;
            }
            Some(b'<') => self.name(b'>')?,
            Some(b'P') if self.rest().first() == Some(&b'<') => {
                self.at += 1;
                self.name(b'>')?;
            }
            Some(b'P') if !matches!(self.rest().first(), Some(b'=' | b'>')) => {
                return Err(Stop::Faulty("unrecognized character after (?P"));
            }
            Some(b'\'') => self.name(b'\'')?,
            Some(b'i' | b's' | b'm' | b'-') => {
                self.at -= 1;
                let length = self.rest().iter().take_while(|byte| b"ism-".contains(byte));
                self.at += length.count();
                match self.next() {
                    Some(b')') => {}
                    Some(b':') => self.depth += 1,
                    Some(_) => {
                        self.at -= 1;
                        return Err(self.options());
                    }
                    None => return Err(Stop::Unknown),
                }
            }
            Some(b'a' | b'n' | b'x' | b'r' | b'J' | b'U' | b'^') => return Err(self.options()),
            Some(b'0'..=b'9') => return Err(self.recursion()),
            Some(byte) if b"bdefghjklopqrtuvwyz/;,~@\"".contains(&byte) => {
                return Err(Stop::Faulty("unrecognized character after (? or (?-"));
            }
            _ => return Err(Stop::Unknown),
        }
        Ok(())
    }

    /// What is wrong with options of which each release knows others: what is none to any of them.
    fn options(&self) -> Stop {
        let rest = self.rest();
        let is_option = |byte: &&u8| b"aimsnxrJU^-DSPTW".contains(byte);
        match rest.get(rest.iter().take_while(is_option).count()) {
            None | Some(b')' | b':') => Stop::Unknown,
            Some(_) => Stop::Faulty("unrecognized character after (? or (?-"),
        }
    }

    /// What is wrong with `(?1`: what follows it must close it, or say what it returns, since 10.46.
    fn recursion(&self) -> Stop {
        let rest = self.rest();
        match rest.get(rest.iter().take_while(|byte| byte.is_ascii_digit()).count()) {
            None | Some(b')' | b'(') => Stop::Unknown,
            Some(_) => Stop::Faulty("missing closing parenthesis"),
        }
    }

    fn name(&mut self, end: u8) -> Result<(), Stop> {
        let rest = self.rest();
        if rest.first().is_some_and(u8::is_ascii_digit) {
            return Err(Stop::Faulty("subpattern name must start with a non-digit"));
        }
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        // Of letters that are not ASCII, it depends on the version, as it does of long names.
        if length == 0 || length > 32 || rest.get(length).is_some_and(|byte| !byte.is_ascii()) {
            return Err(Stop::Unknown);
        }
        if rest.get(length) != Some(&end) {
            return Err(Stop::Faulty(
                "syntax error in subpattern name (missing terminator?)",
            ));
        }
        let name = String::from_utf8_lossy(&rest[..length]).into_owned();
        if self.names.contains(&name) {
            return Err(Stop::Faulty("two named subpatterns have the same name"));
        }
        self.names.push(name);
        self.at += length + 1;
        self.groups += 1;
        self.depth += 1;
        Ok(())
    }

    fn repeat(&mut self) -> Result<(), Stop> {
        match self.before {
            Before::Nothing => return Err(Stop::Faulty(NOTHING_TO_REPEAT)),
            Before::Item => {}
        }
        // Lazy or possessive.
        if matches!(self.rest().first(), Some(b'?' | b'+')) {
            self.at += 1;
        }
        self.before = Before::Nothing;
        Ok(())
    }

    /// `{2}`, `{2,}` or `{2,3}`; anything else is text.
    fn count(&mut self) -> Result<(), Stop> {
        let rest = self.rest();
        let digits = |from: usize| {
            let length = rest[from..].iter().take_while(|byte| byte.is_ascii_digit());
            length.count()
        };
        let least = digits(0);
        let mut end = least;
        if least == 0 {
            // `{,3}` is text or a quantifier, by version.
            if rest.first() == Some(&b',') {
                return Err(Stop::Unknown);
            }
            self.before = Before::Item;
            return Ok(());
        }
        if rest.get(end) == Some(&b',') {
            end += 1;
            end += digits(end);
        }
        if rest.get(end) != Some(&b'}') {
            self.before = Before::Item;
            return Ok(());
        }
        if end > 8 {
            return Err(Stop::Unknown);
        }
        let text = String::from_utf8_lossy(&rest[..end]).into_owned();
        let (low, high) = text.split_once(',').unwrap_or((&text, ""));
        let (low, high) = (low.parse::<u32>().ok(), high.parse::<u32>().ok());
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return Err(Stop::Faulty("numbers out of order in {} quantifier"));
        }
        self.at += end + 1;
        self.repeat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pcre_refuses_for_certain_is_known() {
        for (pattern, says) in [
            ("(", "missing closing parenthesis"),
            ("a)", "unmatched closing parenthesis"),
            ("[a-", "missing terminating ] for character class"),
            ("[]", "missing terminating ] for character class"),
            ("*.php", NOTHING_TO_REPEAT),
            ("a**", NOTHING_TO_REPEAT),
            ("(|+)", NOTHING_TO_REPEAT),
            ("a\\", "\\ at end of pattern"),
            ("[z-a]", "range out of order in character class"),
            ("(?<1>a)", "subpattern name must start with a non-digit"),
            ("a{3,2}", "numbers out of order in {} quantifier"),
            ("^*", NOTHING_TO_REPEAT),
            ("a$+", NOTHING_TO_REPEAT),
            ("\\b?x", NOTHING_TO_REPEAT),
            ("(?i)*", NOTHING_TO_REPEAT),
            ("(a)\\2", "reference to non-existent subpattern"),
            ("(?Pbx)", "unrecognized character after (?P"),
            ("(?a.+)", "unrecognized character after (? or (?-"),
            ("(?i.x)", "unrecognized character after (? or (?-"),
            ("(?1a)", "missing closing parenthesis"),
            (
                "(?<a b>x)",
                "syntax error in subpattern name (missing terminator?)",
            ),
            ("(?<a>x)(?<a>y)", "two named subpatterns have the same name"),
            (
                "\\u0041",
                "PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u",
            ),
        ] {
            assert_eq!(
                Pattern::of(pattern.as_bytes()),
                Pattern::Faulty(says),
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_is_not_certain_is_not_judged() {
        for pattern in [
            "(?<=a*)b", "(?<*a>x)", "(?P=a)", "\\p{L}", "(?x) a", "(?R)", "\\Q(\\E", "a\\9",
            "x{,2}",
        ] {
            assert_eq!(
                Pattern::of(pattern.as_bytes()),
                Pattern::Unknown,
                "{pattern}"
            );
        }
    }

    #[test]
    fn groups_are_counted_and_named() {
        let sound = |groups, names: &[&str]| Pattern::Sound {
            groups,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        };
        for (pattern, expected) in [
            ("\\.(css|js)$", sound(1, &[])),
            ("^/(?<a>\\w+)/(?P<b>[^]/]+)(?:x)?", sound(2, &["a", "b"])),
            ("^/(a)\\1{2,}$", sound(1, &[])),
            ("[[:alpha:]-]+?x{a", sound(0, &[])),
            ("(?i)\\.PHP$", sound(0, &[])),
            ("(?<!/static)/x(^)*", sound(1, &[])),
            ("\\1(a)", sound(1, &[])),
        ] {
            assert_eq!(Pattern::of(pattern.as_bytes()), expected, "{pattern}");
        }
    }
}
