//! What a line says, without what is different on every machine: the signs by which one
//! fault is known from another.

use std::sync::LazyLock;

use regex::Regex;

/// More of one line is no message.
const MAX_LINE: usize = 4_000;

/// One thing that a line says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// What HTTP calls it: 502, "Bad Gateway".
    Status(u16),
    /// What the kernel calls it, by Linux's number: 13, "Permission denied", EACCES.
    Errno(u16),
    /// What failed: `connect()`.
    Call(String),
    /// A number that means something by itself: the size that uWSGI reads out of "GET".
    Number(u64),
    /// Any other word.
    Word(String),
}

/// A sign, and whether it stood in a name or a path, where each machine has its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) sign: Sign,
    pub(super) is_detail: bool,
}

/// What the kernel says, and by which number on Linux.
const ERRNOS: &[(u16, &str, &str)] = &[
    (1, "eperm", "operation not permitted"),
    (2, "enoent", "no such file or directory"),
    (11, "eagain", "resource temporarily unavailable"),
    (12, "enomem", "cannot allocate memory"),
    (13, "eacces", "permission denied"),
    (20, "enotdir", "not a directory"),
    (21, "eisdir", "is a directory"),
    (24, "emfile", "too many open files"),
    (28, "enospc", "no space left on device"),
    (36, "enametoolong", "file name too long"),
    (98, "eaddrinuse", "address already in use"),
    (99, "eaddrnotavail", "cannot assign requested address"),
    (104, "econnreset", "connection reset by peer"),
    (110, "etimedout", "connection timed out"),
    (111, "econnrefused", "connection refused"),
    (113, "ehostunreach", "no route to host"),
];

/// The statuses that a deployment gives when it does not work, or leads elsewhere.
const STATUSES: &[u16] = &[
    301, 302, 307, 308, 400, 401, 403, 404, 405, 413, 414, 421, 426, 429, 431, 494, 495, 496, 497,
    499, 500, 502, 503, 504,
];

/// How they are called, by nginx, by Django and by browsers.
const REASONS: &[(u16, &str)] = &[
    (301, "moved permanently"),
    (400, "bad request"),
    (403, "403 forbidden"),
    (404, "page not found"),
    (404, "404 not found"),
    (404, "(not found)"),
    (413, "request entity too large"),
    (413, "content too large"),
    (414, "request-uri too large"),
    (500, "internal server error"),
    (502, "bad gateway"),
    (503, "service temporarily unavailable"),
    (503, "service unavailable"),
    (504, "gateway timeout"),
    (504, "gateway time-out"),
];

/// Words that stand in any sentence.
const EMPTY: &[&str] = &[
    "a", "all", "an", "and", "any", "are", "as", "at", "be", "but", "by", "can", "core", "do",
    "does", "error", "for", "from", "get", "has", "have", "how", "http", "https", "i", "if", "in",
    "into", "is", "it", "its", "line", "log", "me", "my", "no", "not", "of", "on", "or", "so",
    "that", "the", "their", "then", "there", "they", "this", "to", "up", "was", "what", "when",
    "where", "which", "while", "why", "with", "you", "your", "emerg", "say", "logs", "shop",
    "example", "srv", "com", "upstream", "client", "file",
];

/// Parts of paths that are on every host.
const IN_PATHS: &[&str] = &[
    "app", "conf", "default", "enabled", "etc", "home", "nginx", "opt", "run", "site", "sock",
    "tmp", "ubuntu", "usr", "uwsgi", "var", "www",
];

/// What nginx, a logger or the journal write in front of a message, what nginx writes behind it,
/// and where in its source uWSGI says it.
static FRAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let parts = [
        r"^(?:\S+ )?\d{4}[/-]\d\d[/-]\d\d[ T]\d\d:\d\d:\d\d\S*(?: \[\w+\] \d+#\d+:(?: \*\d+)?)?",
        r"^\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ \S+:",
        r"^(?:nginx: )?\[(?:emerg|alert|crit|error|warn|notice)\]",
        r", client: .*$",
        r"\bin \S+:\d+$",
        r"\[\w+/\w+\.c(?: line \d+)?\]",
    ];
    Regex::new(&parts.join("|")).ok()
});

static CALL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\b([a-z][a-z0-9_]*)\((\)|")"#).ok());

static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:\((\d{1,3}): |\[errno (\d{1,3})\] |\berrno[ :=]+(\d{1,3})\b)").ok()
});

/// What one line says, in its order.
pub(super) fn of(line: &str) -> Vec<Seen> {
    let end = line
        .char_indices()
        .map(|(at, character)| at + character.len_utf8())
        .take_while(|end| *end <= MAX_LINE)
        .last();
    let line = line.get(..end.unwrap_or(0)).unwrap_or_default().trim();
    let line = match &*FRAME {
        Some(frame) => frame.replace_all(line, " ").into_owned(),
        None => line.to_owned(),
    };
    let mut text = line.to_lowercase();
    let mut signs = Vec::new();
    // What has a name of several words is taken out before the words are.
    for (number, name, said) in ERRNOS {
        if text.contains(said) || words(&text).any(|(word, _)| word == *name) {
            push(&mut signs, Sign::Errno(*number), false);
            text = text.replace(said, " ").replace(name, " ");
        }
    }
    if let Some(numbered) = &*NUMBERED {
        let number = numbered.captures(&text).and_then(|found| {
            let digits = (1..=3).find_map(|group| found.get(group))?;
            digits.as_str().parse().ok()
        });
        // By its words before its number: what is 111 on Linux is 61 on a Mac.
        if let Some(number) = number
            && signs.is_empty()
        {
            push(&mut signs, Sign::Errno(number), false);
        }
        text = numbered.replace_all(&text, " ").into_owned();
    }
    for (status, reason) in REASONS {
        if text.contains(reason) {
            push(&mut signs, Sign::Status(*status), false);
            text = text.replace(reason, " ");
        }
    }
    if let Some(call) = &*CALL {
        for found in call.captures_iter(&text) {
            // nginx says `open() "x" failed`, uWSGI says `open("x"): why`.
            let call = match &found[2] {
                "\"" => format!("{}(\"", &found[1]),
                _ => found[1].to_owned(),
            };
            push(&mut signs, Sign::Call(call), false);
        }
        text = call.replace_all(&text, " $2").into_owned();
    }
    for (word, is_detail) in words(&text) {
        if let Some(sign) = sign(word, is_detail) {
            push(&mut signs, sign, is_detail);
        }
    }
    signs
}

fn push(signs: &mut Vec<Seen>, sign: Sign, is_detail: bool) {
    match signs.iter_mut().find(|seen| seen.sign == sign) {
        Some(seen) => seen.is_detail &= is_detail,
        None => signs.push(Seen { sign, is_detail }),
    }
}

/// The words of a text, and whether each is a part of a name or a path.
fn words(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut quoted = None;
    // An apostrophe quotes nothing, nor does what a line that was cut has left of a pair.
    let quotes = ['"', '\'', '`'];
    let quotes = quotes.map(|quote| (quote, text.matches(quote).count() % 2 == 0));
    text.split_whitespace().flat_map(move |chunk| {
        let opened = quoted.is_some();
        for character in chunk.chars() {
            match quoted {
                None if quotes.contains(&(character, true)) => quoted = Some(character),
                Some(quote) if quote == character => quoted = None,
                _ => {}
            }
        }
        let inside = chunk.trim_matches(|c: char| c.is_ascii_punctuation());
        let is_detail =
            opened || chunk.contains(['"', '\'', '`']) || inside.contains(['/', '.', '=', '@']);
        chunk
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(move |word| (word, is_detail))
    })
}

fn sign(word: &str, is_detail: bool) -> Option<Sign> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: u64 = word.parse().ok()?;
        if let Ok(status) = u16::try_from(number)
            && STATUSES.contains(&status)
            && !is_detail
        {
            return Some(Sign::Status(status));
        }
        return (number >= 1_000 && !is_detail).then(|| Sign::Number(spoken(number)));
    }
    let word = stem(word);
    let is_empty = EMPTY.contains(&word) || (is_detail && IN_PATHS.contains(&word));
    let says_something = word.chars().count() > 1 && !is_empty;
    (says_something && word.chars().any(char::is_alphabetic)).then(|| Sign::Word(word.to_owned()))
}

/// uWSGI takes the second and third letter of what is no uwsgi packet for a length: of "GET "
/// that is 21573, and of any other method it tells of the same mistake.
fn spoken(number: u64) -> u64 {
    const METHODS: [&[u8; 2]; 7] = [b"ET", b"OS", b"EA", b"UT", b"EL", b"PT", b"AT"];
    let [low, high] = match u16::try_from(number) {
        Ok(number) => number.to_le_bytes(),
        Err(_) => return number,
    };
    match METHODS.contains(&&[low, high]) {
        true => u64::from(u16::from_le_bytes(*b"ET")),
        false => number,
    }
}

/// One worker and two workers are the same word.
fn stem(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(one) if one.len() > 2 && !one.ends_with(['s', 'u', 'i']) => one,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(line: &str) -> Vec<Sign> {
        of(line).into_iter().map(|seen| seen.sign).collect()
    }

    fn word(word: &str) -> Sign {
        Sign::Word(word.to_owned())
    }

    #[test]
    fn what_is_of_one_machine_alone_is_left_out() {
        let line = "2026/11/30 10:11:12 [crit] 404#500: *502 connect() to unix:/run/x.sock failed \
            (13: Permission denied) while connecting to upstream, client: 10.0.0.1, server: _, \
            request: \"GET /404 HTTP/1.1\"";
        assert_eq!(
            signs(line),
            [
                Sign::Errno(13),
                Sign::Call("connect".to_owned()),
                word("unix"),
                word("failed"),
                word("connecting"),
            ]
        );
        let emerg = "nginx: [emerg] unknown directive \"locaton\" in /etc/nginx/a.conf:404";
        assert_eq!(
            signs(emerg),
            [word("unknown"), word("directive"), word("locaton")]
        );
        assert_eq!(
            signs("chdir(): No such file or directory [core/uwsgi.c line 2637]"),
            [Sign::Errno(2), Sign::Call("chdir".to_owned())]
        );
    }

    #[test]
    fn one_thing_has_one_sign_by_whatever_name() {
        for line in [
            "502",
            "502 Bad Gateway",
            "bad gateway!",
            "HTTP/1.1\" 502 157",
        ] {
            assert_eq!(signs(line)[..1], [Sign::Status(502)], "{line}");
        }
        for line in ["[Errno 13] x", "EACCES", "permission denied", "(13: x"] {
            assert!(signs(line).contains(&Sign::Errno(13)), "{line}");
        }
        // A Mac's number for it.
        assert_eq!(signs("(61: Connection refused)"), [Sign::Errno(111)]);
        for size in [21573, 21327, 16709, 21589] {
            assert_eq!(signs(&size.to_string()), [Sign::Number(21573)]);
        }
        assert_eq!(signs("18245"), [Sign::Number(18245)]);
    }

    #[test]
    fn numbers_that_say_nothing_are_no_signs() {
        for line in [
            "127.0.0.1:502",
            "/srv/404",
            "port 80",
            "12 msecs",
            "404.html",
        ] {
            let found = signs(line);
            assert!(
                found.iter().all(|sign| matches!(sign, Sign::Word(_))),
                "{line}: {found:?}"
            );
        }
    }

    #[test]
    fn no_line_is_too_long_or_too_strange() {
        for text in [
            "é".repeat(10_000),
            "(\u{1b}[31m".repeat(3_000),
            "'".repeat(9),
        ] {
            of(&text);
        }
        assert!(signs(&"é".repeat(10_000)).len() <= 1);
        assert!(of("").is_empty());
    }
}
