//! The variables in a word, as nginx compiles it (ngx_http_script_compile), and its regexes.

use super::RefusalKind;
use super::judge::Judge;
use super::names::no_name;
use super::pattern::Pattern;
use super::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};

/// A word whose variables nginx fills in at run time.
pub(super) fn value(judge: &mut Judge<'_>, call: &Call<'_>, at: usize) -> Outcome {
    text(judge, call, at, call.word(at))
}

/// The same for a part of an argument.
pub(super) fn text(judge: &mut Judge<'_>, call: &Call<'_>, at: usize, text: &[u8]) -> Outcome {
    for name in variables(text, true).map_err(|fault| fault.invalid(at))? {
        judge.names.use_variable(name, call.span(at));
    }
    Ok(())
}

/// Whether a word holds any variable or group.
pub(super) fn has_variables(text: &[u8]) -> bool {
    text.contains(&b'$')
}

/// What is wrong with a variable in a word.
pub(super) enum Fault<'t> {
    NoName,
    /// `${name` without its `}`.
    NotClosed(&'t [u8]),
}

impl Fault<'_> {
    pub(super) fn invalid(&self, at: usize) -> Invalid {
        match self {
            Self::NoName => no_name(at, "invalid variable name"),
            Self::NotClosed(name) => {
                let name = shown(name);
                let says = format!("the closing bracket in \"{name}\" variable is missing");
                Invalid::new(RefusalKind::InvalidVariable, Place::Argument(at), says)
                    .because(
                        format!("`${{{name}` lacks its `}}`"),
                        "a `}` is missing in this",
                    )
                    .help(format!("write `${{{name}}}`"))
            }
        }
    }
}

/// The names of the variables in a word; `groups` says whether `$1` is a group of a regex.
pub(super) fn variables(text: &[u8], groups: bool) -> Result<Vec<&[u8]>, Fault<'_>> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'$', &text[at..]) {
        at += found + 1;
        if groups && matches!(text.get(at), Some(b'1'..=b'9')) {
            at += 1;
            continue;
        }
        let in_braces = text.get(at) == Some(&b'{');
        let start = at + usize::from(in_braces);
        if start >= text.len() {
            return Err(Fault::NoName);
        }
        let length = text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let name = &text[start..start + length];
        at = start + length;
        if in_braces {
            if text.get(at) != Some(&b'}') {
                return Err(Fault::NotClosed(name));
            }
            at += 1;
        }
        if name.is_empty() {
            return Err(Fault::NoName);
        }
        names.push(name);
    }
    Ok(names)
}

/// A regex of http, whose named groups are variables (ngx_http_regex_compile); gives its number of groups.
pub(super) fn regex(
    judge: &mut Judge<'_>,
    call: &Call<'_>,
    at: usize,
    pattern: &[u8],
) -> Result<usize, super::reply::Reply> {
    match Pattern::of(pattern) {
        Pattern::Sound { groups, names } => {
            for name in names {
                judge.names.define_variable(call, at, name.as_bytes())?;
            }
            Ok(groups)
        }
        Pattern::Faulty(says) => {
            refuse(faulty(at, pattern, says))?;
            Ok(0)
        }
        Pattern::Unknown => {
            if pattern.windows(2).any(|two| two == b"(?") {
                judge.names.gap = Some("a regex may name variables that are not known".to_owned());
            }
            open("only PCRE can tell whether it takes this regex")?;
            Ok(0)
        }
    }
}

/// A regex that PCRE does not take.
pub(super) fn faulty(at: usize, pattern: &[u8], fault: &str) -> Invalid {
    let says = format!("pcre2_compile() failed: {fault} in \"{}\"", shown(pattern));
    Invalid::new(RefusalKind::InvalidRegex, Place::Argument(at), says)
        .because(format!("PCRE does not take this regex: {fault}"), fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        match variables(text.as_bytes(), true) {
            Ok(names) => names.iter().map(|name| shown(name).into_owned()).collect(),
            Err(Fault::NoName) => vec!["no name".to_owned()],
            Err(Fault::NotClosed(_)) => vec!["not closed".to_owned()],
        }
    }

    #[test]
    fn variables_are_read_as_nginx_reads_them() {
        assert_eq!(names("a$b-${c}d"), ["b", "c"]);
        assert_eq!(names("$1$2x$uri"), ["uri"]);
        for none in ["$", "a$", "${", "$-", "$$x", "cost $ 5"] {
            assert_eq!(names(none), ["no name"], "{none}");
        }
        assert_eq!(names("${a"), ["not closed"]);
        assert_eq!(names("${a-b}"), ["not closed"]);
        assert!(matches!(variables(b"$1", false), Ok(names) if names == [b"1"]));
    }
}
