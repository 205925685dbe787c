//! Input that nobody would write: cut off anywhere, with bytes that are no text, too deep or too long.

#[path = "../../fuzzed/nginx.rs"]
mod fuzzed;
#[path = "../../fuzzed/places.rs"]
mod places;

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::asked::{self, Answer};
use crate::cases::VERSION;
use crate::oracle::Oracle;

const SITE: &str = "events {}\nhttp {\n  map $host $a { default 0; \"b\" '1'; }\n  server {\n    \
    listen 80;\n    server_name a.test ~^w{2}$;\n    location ~ \"^/x{2}\\.php$\" {\n      \
    if ($a = '1') { return 404; }\n      uwsgi_param A \"${a}b\"; # no\n    }\n    location /s/ {\n      \
    alias /srv/s/;\n      expires 30d;\n    }\n  }\n}\n";

/// What it takes at the very most, on a busy machine and without optimization.
const LONG: Duration = Duration::from_secs(600);

/// That djlint answers as nginx does, where that is installed, or holds back.
fn assert_agrees(oracle: Option<&Oracle>, bytes: &[u8]) {
    let own = asked::djlint(bytes, VERSION);
    let Some(oracle) = oracle else {
        return;
    };
    let nginx = oracle.ask(bytes);
    let is_open = matches!(own, Answer::Open(_)) || matches!(nginx, Answer::Open(_));
    assert!(
        is_open || nginx.agrees(&own),
        "{:?}\nnginx: {nginx:?}\ndjlint: {own:?}",
        String::from_utf8_lossy(bytes)
    );
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_answered_as_nginx_answers_it() {
    let oracle = Oracle::find().filter(|oracle| oracle.version == VERSION);
    for end in 0..=SITE.len() {
        assert_agrees(oracle.as_ref(), &SITE.as_bytes()[..end]);
    }
}

#[test]
fn bytes_that_are_no_text_are_bytes_of_words() {
    let oracle = Oracle::find().filter(|oracle| oracle.version == VERSION);
    let strange: [&[u8]; 8] = [
        b"\0",
        b"\x01",
        b"\x7f",
        b"\x80",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\xc2\xa0",
    ];
    for (count, at) in (0..SITE.len()).step_by(3).enumerate() {
        let mut bytes = SITE.as_bytes().to_vec();
        bytes.splice(at..at, strange[count % strange.len()].iter().copied());
        assert_agrees(oracle.as_ref(), &bytes);
    }
}

#[test]
fn a_hundred_thousand_blocks_in_each_other_are_answered() {
    let start = Instant::now();
    for (open, close) in [
        ("location / { ", "} "),
        ("location /a { ", ""),
        ("x { ", "} "),
    ] {
        let (open, close) = (open.repeat(100_000), close.repeat(100_000));
        let text = format!("events {{}} http {{ server {{ {open}\n{close} }} }}\n");
        let own = asked::djlint(&text, VERSION);
        assert_ne!(own, Answer::Accepted, "{}", &text[..60]);
    }
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

#[test]
fn a_line_of_fifty_megabytes_is_answered_where_it_begins() {
    let start = Instant::now();
    let long = |text: &str| text.repeat(50_000_000 / text.len());
    let too_long = |says: &str| Answer::Refused(Some(2), says.to_owned());
    let word = format!("events {{}}\nhttp {{ server_name {}; }}\n", long("x"));
    let says = "too long parameter \"xxxxxxxxxx...\" started";
    assert!(too_long(says).agrees(&asked::djlint(&word, VERSION)));
    // The others take as long for each byte.
    let long = |text: &str| text.repeat(2_000_000 / text.len());
    let quoted = format!("events {{}}\nhttp {{ log_format a '{}'; }}\n", long("x "));
    let says = "too long parameter, probably missing terminating \"'\" character";
    assert!(too_long(says).agrees(&asked::djlint(&quoted, VERSION)));
    let blank = format!("events {{}}\nhttp {{{}x; }}\n", long(" "));
    let says = "unknown directive \"x\"";
    assert!(too_long(says).agrees(&asked::djlint(&blank, VERSION)));
    let many = format!("events {{}}\nhttp {{{} }}\n", long("gzip on; "));
    assert_ne!(asked::djlint(&many, VERSION), Answer::Accepted);
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}

proptest! {
    // What the fuzzer does at length.
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_bytes_make_djlint_fail(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    "events {", "http {", "server {", "location / {", "if (", "map $a $b {", "}", ";",
                    "\n", " ", "\"", "'", "\\", "${", "$a", "#", "listen", "80", "~", "include", "*",
                    "upstream a {", "rewrite", "(", ")", "return", "types {", "x_by_lua_block {", "\u{feff}",
                ]).prop_map(|text| text.as_bytes().to_vec()),
                prop::collection::vec(any::<u8>(), 0..4),
            ],
            0..60,
        )
    ) {
        let bytes = pieces.concat();
        fuzzed::survives(&bytes);
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
        if let Answer::Refused(Some(line), _) = asked::djlint(&bytes, VERSION) {
            prop_assert!(line <= lines, "{line} of {lines}");
        }
    }
}
