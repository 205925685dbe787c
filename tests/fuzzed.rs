//! What cargo-fuzz feeds to djlint, from proptest: no input panics, and each place lies in its file.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "fuzzed/django.rs"]
mod django;
#[path = "fuzzed/places.rs"]
mod places;
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

/// The same for Python.
const PYTHON: &[&str] = &[
    "\n",
    "\n    ",
    "\n\n",
    " = ",
    "=",
    "+=",
    ":",
    ": ",
    ".",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "*",
    "**",
    "%",
    "+",
    "not ",
    " and ",
    " or ",
    " in ",
    " if ",
    " else ",
    "for a in ",
    "while ",
    "def a(b=1): ",
    "return ",
    "lambda a: ",
    "class A: ",
    "try:",
    "except KeyError:",
    "with open('a') as b:",
    "match a:",
    "case 1:",
    "import os\n",
    "from .base import *\n",
    "from pathlib import Path\n",
    "DEBUG",
    "ALLOWED_HOSTS",
    "SECRET_KEY",
    "DATABASES",
    "MIDDLEWARE",
    "a",
    "b",
    "os.environ",
    "os.path.join",
    "Path(__file__)",
    ".parent",
    ".get('A', ",
    ".append(",
    ".split(',')",
    "'django.security'",
    "'ENGINE'",
    "'a'",
    "f'{a}'",
    "'%s' % ",
    "1",
    "0.5",
    "10**9",
    "'a' * 1000000",
    "True",
    "None",
    "globals()",
    "exec(",
    "\u{ff}",
    "\0",
    "\t",
    "\u{feff}",
    "# ",
    "'''",
    "\\",
];

fn data(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        6 => prop::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    let words = prop::collection::vec(word, 0..40);
    (any::<u8>(), words).prop_map(|(form, words)| [vec![form], words.concat()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_uwsgi_file_is_checked(data in data(WORDS)) {
        uwsgi::survives(&data);
    }

    #[test]
    fn any_settings_module_is_checked(data in data(PYTHON)) {
        django::survives(&data);
    }
}

/// Each statement of it, as far as it goes.
#[test]
fn a_settings_module_that_is_cut_off_anywhere_is_checked() {
    let text = b"\x03import os\nfrom .base import *\nDEBUG = os.environ.get('A', 'b') == '1'\nALLOWED_HOSTS = [\n    'a',\n]\n\
        MIDDLEWARE.insert(0, f'{DEBUG!r:>{3}}')\nfor a in range(3):\n    B = {**C, 'a': a * 2}\n\
        match B:\n    case {'a': 1}: pass\ntry:\n    D = E['a']\nexcept (KeyError, TypeError): D = lambda: 1\n\
        class F(G):\n    @property\n    def h(self): return '''\ni'''\n\xffSECRET_KEY = 'a'\nC = {}\n";
    for end in 0..=text.len() {
        django::survives(&text[..end]);
    }
    assert_ne!(django::survives(text), 0, "it is looked at");
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
