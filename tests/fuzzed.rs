//! What cargo-fuzz feeds to djlint, from proptest: no input panics, and each place lies in its file.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "fuzzed/uwsgi.rs"]
mod uwsgi;

use proptest::prelude::*;

/// Bytes that mean something, as often as any others.
const WORDS: &[&str] = &[
    "[uwsgi]\n",
    "\n",
    " = ",
    "=",
    "%",
    "%(",
    ")",
    "$(",
    "@(",
    "a",
    "socket",
    "module",
    "processes",
    "chdir",
    "env",
    "include",
    "ini = base.ini\n",
    "ini = :a\n",
    "inherit = base.ini\n",
    "if-env = A\n",
    "for = a b\n",
    "endif\n",
    "else\n",
    "%(_)",
    "%d",
    "%n",
    "set = ",
    "declare-option = a=b=$1;a=$1\n",
    "strict = 1\n",
    "<uwsgi>",
    "</uwsgi>",
    "<a>",
    "</a>",
    "<master/>",
    "&amp;",
    "uwsgi:\n",
    "  a: ",
    "{{ x }}",
    "{% if a %}\n",
    "{% endif %}",
    "${X}",
    "\"",
    "'",
    ";",
    " # ",
    "\0",
    "\u{feff}",
    "\u{ff}",
    "unix:/",
    ":8000",
    "32k",
    "/run/a.sock",
    "uid = 0\n",
    "stats = :1\n",
    "plugin = python3\n",
    "daemonize = a:1\n",
    "~/",
];

fn data() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        6 => prop::sample::select(WORDS).prop_map(|word| word.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    let words = prop::collection::vec(word, 0..40);
    (any::<u8>(), words).prop_map(|(form, words)| [vec![form], words.concat()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_uwsgi_file_is_checked(data in data()) {
        uwsgi::survives(&data);
    }
}

/// Each form, as far as it goes.
#[test]
fn a_file_that_is_cut_off_anywhere_is_checked() {
    let forms: [&[u8]; 3] = [
        b"\x80\xef\xbb\xbf# 100%\n[uwsgi]\nini = :a\nchdir = %d%(b)\nsocket = \"unix:/run/a.sock\" # c\nmodul = a.b\n\
          if-env = A\nprocesses = auto\nelse\n[a]\nb = $(C)@(d)\ndeclare-option = e=set=f=$1\ne = 1\xff[uwsgi]\nb = 1\n",
        b"\x81<?xml version=\"1.0\"?>\n<a><uwsgi id=\"b\"><socket>/run/%n.sock</socket><!-- c --><master/></uwsgi></a>",
        b"\x82# a\nuwsgi:\n  socket: /run/%n.sock # b\n  env: A=b\n  - c\nd:\n  e: f\n",
    ];
    for form in forms {
        for end in 0..=form.len() {
            uwsgi::survives(&form[..end]);
        }
    }
    assert_ne!(uwsgi::survives(forms[0]), 0, "it is looked at");
}
