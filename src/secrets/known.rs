//! Secrets that are known by their form, whatever they are called.

use std::ops::Range;

use memchr::memmem;

/// As far as a token or the user part of a URL is followed.
const REACH: usize = 1024;

/// What tokens begin with, and the least length of what follows.
const TOKENS: [(&[u8], usize); 26] = [
    (b"AKIA", 12),
    (b"ASIA", 12),
    (b"AIza", 20),
    (b"ghp_", 16),
    (b"gho_", 16),
    (b"ghu_", 16),
    (b"ghs_", 16),
    (b"ghr_", 16),
    (b"github_pat_", 16),
    (b"glpat-", 12),
    (b"xoxa-", 8),
    (b"xoxb-", 8),
    (b"xoxe-", 8),
    (b"xoxp-", 8),
    (b"xoxr-", 8),
    (b"xoxs-", 8),
    (b"sk_live_", 8),
    (b"sk_test_", 8),
    (b"rk_live_", 8),
    (b"whsec_", 8),
    (b"npm_", 30),
    (b"pypi-AgE", 20),
    (b"dop_v1_", 20),
    (b"hf_", 30),
    (b"SG.", 30),
    (b"django-insecure-", 8),
];

/// What every other form begins with.
const MARKS: [&[u8]; 5] = [BEGIN, PUTTY, JSON_WEB_TOKEN, SCHEME, BASIC_AUTH];
const BEGIN: &[u8] = b"-----BEGIN ";
const PUTTY: &[u8] = b"\nPrivate-Lines:";
const JSON_WEB_TOKEN: &[u8] = b"eyJ";
const SCHEME: &[u8] = b"://";
const BASIC_AUTH: &[u8] = b"basicauth:";

/// The bytes that something begins with, and those that come second.
const FIRST: [bool; 256] = bytes_at(0);
const SECOND: [bool; 256] = bytes_at(1);

const fn bytes_at(place: usize) -> [bool; 256] {
    let mut there = [false; 256];
    let mut at = 0;
    while at < TOKENS.len() {
        there[TOKENS[at].0[place] as usize] = true;
        at += 1;
    }
    at = 0;
    while at < MARKS.len() {
        there[MARKS[at][place] as usize] = true;
        at += 1;
    }
    there
}

/// Whether any of it begins there: most files hold none, and are looked through once.
fn may_hold(bytes: &[u8]) -> bool {
    let begins = |rest: &[u8]| {
        let mut tokens = TOKENS.iter().map(|(prefix, _)| *prefix).chain(MARKS);
        tokens.any(|mark| rest.starts_with(mark))
    };
    bytes.windows(2).enumerate().any(|(at, pair)| {
        FIRST[usize::from(pair[0])] && SECOND[usize::from(pair[1])] && begins(&bytes[at..])
    })
}

pub(super) fn find(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !may_hold(bytes) {
        return found;
    }
    keys(bytes, &mut found);
    putty_keys(bytes, &mut found);
    tokens(bytes, &mut found);
    urls(bytes, &mut found);
    basic_auth(bytes, &mut found);
    found
}

/// The body of every PEM private key, between its first and its last line. One without an end is
/// hidden to the end of the file.
fn keys(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    const END: &[u8] = b"-----END ";
    let mut at = 0;
    while let Some(begin) = memmem::find(&bytes[at..], BEGIN) {
        let label = at + begin + BEGIN.len();
        at = label;
        let header = &bytes[label..bytes.len().min(label + 80)];
        let Some(dashes) = memmem::find(header, b"-----") else {
            continue;
        };
        if memmem::find(&header[..dashes], b"PRIVATE KEY").is_none()
            || header[..dashes].contains(&b'\n')
        {
            continue;
        }
        let body = label + dashes + 5;
        let end = memmem::find(&bytes[body..], END).map_or(bytes.len(), |end| body + end);
        // Line by line, so that an excerpt keeps the header's line end.
        found.push(trim(bytes, body..end));
        at = end;
    }
}

/// PuTTY's format: `Private-Lines: 14`, then as many lines, then a checksum.
fn putty_keys(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    for start in memmem::find_iter(bytes, PUTTY) {
        let body = line_end(bytes, start + 1);
        let end =
            memmem::find(&bytes[body..], b"\nPrivate-MAC:").map_or(bytes.len(), |end| body + end);
        found.push(trim(bytes, body..end));
        if end == bytes.len() {
            break;
        }
    }
}

fn tokens(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    for (prefix, least) in TOKENS {
        let mut from = 0;
        for start in memmem::find_iter(bytes, prefix) {
            let begins_a_word = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
            if !begins_a_word || start < from {
                continue;
            }
            let rest = start + prefix.len();
            let end = run(bytes, rest, is_token);
            // Django's own prefix marks keys that hold any sign.
            let end = match prefix {
                b"django-insecure-" => run(bytes, rest, |b| {
                    !b.is_ascii_whitespace() && !b"'\"".contains(&b)
                }),
                _ => end,
            };
            if end - rest >= least {
                found.push(start..end);
            }
            from = end;
        }
    }
    json_web_tokens(bytes, found);
}

/// Whether all of it is one token. What begins with `sk_test_` opens a place for tests, a key of Google's for
/// maps stands in every page, and names of AWS keys are no secret.
pub(super) fn is_one_token(bytes: &[u8]) -> bool {
    const OPEN: [&[u8]; 5] = [b"sk_test_", b"AIza", b"AKIA", b"ASIA", b"django-insecure-"];
    TOKENS.iter().any(|(prefix, least)| {
        let rest = bytes.strip_prefix(*prefix);
        !OPEN.contains(prefix)
            && rest
                .is_some_and(|rest| rest.len() >= *least && rest.iter().all(|byte| is_token(*byte)))
    })
}

/// `eyJ….eyJ….…`: two objects in base64, then a signature.
fn json_web_tokens(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    for start in memmem::find_iter(bytes, JSON_WEB_TOKEN) {
        if start < from {
            continue;
        }
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let header = run(bytes, start, is_part);
        if bytes[header..].starts_with(b".eyJ") {
            let end = run(bytes, header, |byte| is_part(byte) || byte == b'.');
            found.push(start..end);
            from = end;
        } else {
            from = header;
        }
    }
}

/// The password in `scheme://user:password@host`, and a key that stands there for a user.
fn urls(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    for scheme in memmem::find_iter(bytes, SCHEME) {
        let start = scheme + SCHEME.len();
        if start < from {
            continue;
        }
        // A password may hold a slash that should have been quoted; a host and a port may not be taken for it.
        let authority = run(bytes, start, |b| {
            !b.is_ascii_whitespace() && !b"/'\"<>`".contains(&b)
        });
        let whole = run(bytes, start, |b| {
            !b.is_ascii_whitespace() && !b"'\"<>`?#".contains(&b)
        });
        let at = memchr::memrchr(b'@', &bytes[start..authority]).or_else(|| {
            let colon = memchr::memchr(b':', &bytes[start..authority])?;
            let is_port = bytes[start + colon + 1..authority]
                .iter()
                .all(u8::is_ascii_digit);
            let at = memchr::memrchr(b'@', &bytes[start..whole])?;
            (!is_port || authority == start + colon + 1).then_some(at)
        });
        let Some(end) = at.map(|at| start + at) else {
            if !bytes[start..whole].contains(&b'@') {
                from = whole;
            }
            continue;
        };
        from = end;
        let user = &bytes[start..end];
        match memchr::memchr(b':', user) {
            Some(colon) => found.push(super::text::without_references(
                bytes,
                start + colon + 1..end,
            )),
            // Sentry's and others' keys stand in the user's place.
            None if user.len() >= 20 && user.iter().all(u8::is_ascii_alphanumeric) => {
                found.push(start..end);
            }
            None => {}
        }
    }
}

/// uWSGI's `basicauth:Realm,user:password`.
fn basic_auth(bytes: &[u8], found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    for start in memmem::find_iter(bytes, BASIC_AUTH) {
        let realm = start + BASIC_AUTH.len();
        if realm < from {
            continue;
        }
        from = run(bytes, realm, |byte| byte != b'\n');
        if let Some(comma) = memchr::memchr(b',', &bytes[realm..from]) {
            found.push(trim(bytes, realm + comma + 1..from));
        }
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./+=".contains(&byte)
}

/// Where the run of such bytes ends that begins at `from`.
fn run(bytes: &[u8], from: usize, accept: impl Fn(u8) -> bool) -> usize {
    let limit = bytes.len().min(from + REACH);
    bytes[from..limit]
        .iter()
        .position(|byte| !accept(*byte))
        .map_or(limit, |length| from + length)
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |at| from + at)
}

/// Without the blanks and line ends around it.
fn trim(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let text = &bytes[range.clone()];
    let start = range.start + (text.len() - text.trim_ascii_start().len());
    let end = range.start + text.trim_ascii_end().len();
    start..end.max(start)
}
