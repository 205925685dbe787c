//! What the model makes of whole files. The expected options are what
//! `uwsgi --ini FILE --show-config` of 2.0.31 printed for the same files.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::*;

mod questions;
use crate::files::Files;
use crate::host::{Completeness, PathMap};
use crate::source::Span;
use crate::tree::Memory;
use crate::value::Answer;

const FILE: &str = "/srv/shop/conf/shop.ini";

/// A host with this one ini file, and a few around it.
fn host(text: &[u8]) -> Files {
    let tree = Memory::new()
        .file(FILE, text, 0o644)
        .file(
            "/srv/shop/conf/base.ini",
            "[uwsgi]\nprocesses = 3\nname = base\nbn = %n|%x\n[other]\no = %x %(name)\n",
            0o644,
        )
        .file(
            "/srv/shop/conf/late.ini",
            "[uwsgi]\nprocesses = 9\nraw = %(name) $(KNOWN)\nfor = a b\nloop = %(_)\nendfor\n",
            0o644,
        )
        .file(
            "/srv/shop/conf/self.ini",
            "[uwsgi]\nini = %dself.ini\nmaster = true\n",
            0o644,
        )
        .file("/srv/shop/note", "from a file\n", 0o644);
    let mut paths = PathMap::new();
    paths.add("/", "/", Completeness::Host);
    Files::new(tree, paths)
}

/// A checkout: nothing says what it is called on the host.
fn checkout(text: &[u8]) -> Files {
    Files::new(Memory::new().file(FILE, text, 0o644), PathMap::new())
}

fn load(files: &Files) -> Instance {
    let environment = BTreeMap::from([("KNOWN".to_owned(), "env value".to_owned())]);
    let source = files.open(Path::new(FILE)).unwrap();
    Instance::load(files, source, None, &environment)
}

fn instance(text: &str) -> Instance {
    load(&host(text.as_bytes()))
}

/// The options as `--show-config` prints them; `?` before those under a condition.
fn shown(instance: &Instance) -> Vec<String> {
    let line = |setting: &Setting| {
        let guard = if setting.is_conditional() { "?" } else { "" };
        let value = match setting.value() {
            crate::value::Value::OneOf(found) => found[0].value.clone(),
            crate::value::Value::Unknown(_) => "<unknown>".to_owned(),
        };
        format!("{guard}{}={value}", setting.key())
    };
    instance.settings().iter().map(line).collect()
}

#[track_caller]
fn assert_shown(text: &str, expected: &[&str]) {
    assert_eq!(shown(&instance(text)), expected, "{text:?}");
}

#[test]
fn lines_are_read_as_the_binary_reads_them() {
    for (text, expected) in [
        (
            "[uwsgi]\nmaster\n vacuum =  \r\na = b = c # no comment\n; x = y\n#z\n",
            &["master=", "vacuum=", "a=b = c # no comment"][..],
        ),
        (
            "[uwsgi]\nx = \"quoted\"\nenv X\n = 3\n",
            &["x=\"quoted\"", "env X=", "=3"],
        ),
        (
            "a = 1\n[uwsgi] # main\nb = 2\n[ uwsgi ]\nc = 3\n[UWSGI]\nd = 4\n",
            &[],
        ),
        (
            "  [uwsgi]  \na = 1\n[other]\nb = 2\n[uwsgi]]\nc = 3\n[uwsgix\nd = 4\n[uwsgi]\ne = 5",
            &["a=1", "d=4", "e=5"],
        ),
        ("\u{feff}[uwsgi]\na = 1\n", &[]),
        ("\u{feff}# x\n[uwsgi]\na = 1\n", &["a=1"]),
        (
            "[uwsgi]\na = 80%\nb = 4\n# 100%\nc = 5\nd = 6\n",
            &["a=80b = 4", "d=6"],
        ),
        ("[uwsgi]\r\na = 80%\r\nb = 4\r\n", &["a=80", "b=4"]),
        ("[uwsgi]\ra = 1\r", &[]),
        (
            "[uwsgi]\nx = %n %e %c %1\ny = %Y-%m-%q",
            &["x=shop ini conf shop", "y=--"],
        ),
    ] {
        assert_shown(text, expected);
    }
}

#[test]
fn expansion_and_logic_are_as_the_binary_shows_them() {
    for (text, expected) in [
        (
            "[uwsgi]\na = %(b)\nb = %(c)\nc = x\nd = z%(b)\n",
            &["a=%(c)", "b=x", "c=x", "d=zx"][..],
        ),
        (
            "[uwsgi]\nname = one\nname = two\nx = %(name)\ny = %(nope) $(KNOWN)\n",
            &["name=one", "name=two", "x=one", "y=%(nope) env value"],
        ),
        (
            "[uwsgi]\nset = a=$(KNOWN)\nset-ph = b=$(KNOWN)\nc = %(b)\n",
            &[
                "set=a=$(KNOWN)",
                "a=env value",
                "set-ph=b=$(KNOWN)",
                "b=$(KNOWN)",
                "c=$(KNOWN)",
            ],
        ),
        ("[uwsgi]\nx = @(/srv/shop/note)!\n", &["x=from a file!"]),
        (
            "[uwsgi]\nfor = a  b\nk = %(_)%(_)\nendfor =\nz = %(_)\n",
            &["for=a  b", "k=aa", "k=bb", "endfor=", "z=%(_)"],
        ),
        (
            "[uwsgi]\nfor-times = 2\nk = %(_)\nend\n",
            &["for-times=2", "k=1", "k=2", "end="],
        ),
        (
            "[uwsgi]\nif-env = KNOWN\na = %(_)\nendif\nif-env = KNOWN=no\nb = 1\nendif\nif-not-env = KNOWN=no\nc = 1\nend-if\n",
            &[
                "if-env=KNOWN",
                "a=env value",
                "endif=",
                "if-env=KNOWN=no",
                "endif=",
                "if-not-env=KNOWN=no",
                "c=1",
                "end-if=",
            ],
        ),
        (
            "[uwsgi]\nn = x\nif-opt = n=x\na = 1\nendif\nif-not-opt = n\nb = 1\nendif\nif-not-opt = m\nc = %(_)\nendif\n",
            &[
                "n=x",
                "if-opt=n=x",
                "a=1",
                "endif=",
                "if-not-opt=n",
                "endif=",
                "if-not-opt=m",
                "c=%(_)",
                "endif=",
            ],
        ),
        (
            "[uwsgi]\nif-exists = /srv/shop/note\na = %(_)\nendif\nif-dir = /nope\nb = 1\nelse =\nc = 1\nendif\nd = 1\n",
            &[
                "if-exists=/srv/shop/note",
                "a=/srv/shop/note",
                "endif=",
                "if-dir=/nope",
                "endif=",
                "d=1",
            ],
        ),
        (
            "[uwsgi]\nif-exists = /nope\na = 1\nb = 2\n",
            &["if-exists=/nope"],
        ),
    ] {
        assert_shown(text, expected);
    }
}

#[test]
fn includes_come_in_place_and_inherit_comes_last() {
    for (text, expected) in [
        (
            "[uwsgi]\na = 1\nini = %dbase.ini\nb = %(name)\n",
            &[
                "a=1",
                "ini=/srv/shop/conf/base.ini",
                "processes=3",
                "name=base",
                "bn=base|",
                "b=base",
            ][..],
        ),
        (
            "[uwsgi]\nname = x\nini = /srv/shop/conf/base.ini:other\n",
            &["name=x", "ini=/srv/shop/conf/base.ini:other", "o=other x"],
        ),
        (
            "[uwsgi]\nini = :more\na = 1\n[more]\nb = %x\n",
            &["ini=:more", "b=more", "a=1"],
        ),
        (
            "[uwsgi]\ninherit = %dlate.ini\nname = x\nprocesses = 2\n",
            &[
                "inherit=/srv/shop/conf/late.ini",
                "name=x",
                "processes=2",
                "processes=9",
                "raw=%(name) $(KNOWN)",
                "for=a b",
                "loop=a",
                "loop=b",
                "endfor=",
            ],
        ),
        (
            "[uwsgi]\nif-env = KNOWN\nini = base.ini\nendif\n",
            &[
                "if-env=KNOWN",
                "ini=base.ini",
                "processes=3",
                "name=base",
                "bn=base|",
                "endif=",
            ],
        ),
    ] {
        assert_shown(text, expected);
    }
}

#[test]
fn what_never_ends_is_not_known() {
    let own = instance("[uwsgi]\na = x%(a)\n");
    assert_eq!(shown(&own), ["a=<unknown>"]);
    let cycle = instance("[uwsgi]\nini = /srv/shop/conf/self.ini\n");
    assert!(cycle.is_open());
    assert!(cycle.value("vacuum").why_unknown().is_some());
}

#[test]
fn unknown_conditions_keep_both_outcomes() {
    let found = instance(
        "[uwsgi]\nchdir = /a\nif-env = ELSEWHERE\nchdir = /b\nmaster = true\nendif\nx = $(ELSEWHERE)\n",
    );
    assert_eq!(
        shown(&found),
        [
            "chdir=/a",
            "if-env=ELSEWHERE",
            "?chdir=/b",
            "?master=true",
            "endif=",
            "x=<unknown>"
        ]
    );
    assert_eq!(found.chdir().alternatives().len(), 2);
    assert_eq!(found.has_master(), Answer::Unknown);
    assert_eq!(found.is_on("vacuum"), Answer::No);
    assert_eq!(found.last("chdir").unwrap().guards().len(), 1);
}

#[test]
fn a_template_leaves_holes() {
    let found = instance(
        "[uwsgi]\nsocket = /run/{{ name }}.sock\n{% if x %}\nmaster = true\n{% endif %}\n{{ more }}\nprocesses = ${N}\n",
    );
    assert_eq!(
        shown(&found),
        ["socket=<unknown>", "?master=true", "processes=<unknown>"]
    );
    let sockets = found.sockets();
    assert_eq!(sockets[0].is_unix, Answer::Yes);
    assert_eq!(sockets[0].address.get(), None);
    assert_eq!(found.has_master(), Answer::Unknown);
    assert!(found.is_open());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Loading never panics, and every span lies inside its file.
    #[test]
    fn any_bytes_load(text in any_ini()) {
        let files = host(&text);
        let found = load(&files);
        let inside = |span: Span| {
            let source = files.get(span.file);
            span.start <= span.end && span.end as usize <= source.bytes().len()
        };
        prop_assert!(inside(found.header_span()));
        for setting in found.settings() {
            prop_assert!(inside(setting.key_span()) && inside(setting.value_span()));
        }
        for undecided in found.undecided() {
            prop_assert!(undecided.place.is_none_or(inside));
        }
        for log in found.logs().iter().chain(&found.pidfiles()) {
            prop_assert!(inside(log.value_span));
            let _ = log.has_lost_its_slash(&files, &found);
        }
        let _ = (found.sockets(), found.application(), found.has_master(), looks_like_ini(&text));
        for place in places_of_faults(&found) {
            prop_assert!(inside(place));
        }
    }
}

/// Every place that a rule may point at.
fn places_of_faults(instance: &Instance) -> Vec<Span> {
    let mut places = Vec::new();
    places.extend(instance.refused().map(|refusal| refusal.value));
    places.extend(instance.garbled().iter().map(|garbled| garbled.value_span));
    let unknown = instance.unknown_options();
    places.extend(unknown.iter().map(|unknown| unknown.setting.key_span()));
    places.extend(instance.ignored_headers().iter().map(|header| header.span));
    let numbers = [
        instance.words_for_numbers(),
        instance.units_behind_numbers(),
    ];
    places.extend(numbers.iter().flatten().map(|number| number.value_span));
    let unfilled = instance.unfilled_placeholders();
    places.extend(unfilled.iter().map(|unfilled| unfilled.place));
    places.extend(instance.eaten_percents().iter().map(|eaten| eaten.span));
    places.extend(instance.misread_sockets().iter().map(|socket| socket.place));
    places.extend(
        instance
            .overlong_sockets()
            .iter()
            .map(|(_, _, place)| *place),
    );
    places.extend(instance.tildes().iter().map(|tilde| tilde.place));
    places.extend(instance.elses());
    places.extend(instance.cheaper_is_refused().map(|cheaper| cheaper.place));
    places.extend(instance.harakiri_ends_all());
    places.extend(instance.public_stats().map(|(_, place)| place));
    places.extend(instance.autoreload().map(|(_, place)| place));
    places.extend(instance.uid_without_gid());
    let silent = instance.variables_without_value();
    places.extend(silent.iter().map(|setting| setting.value_span()));
    let conflict = instance.conflicting_applications();
    places.extend(conflict.map(|conflict| conflict.file.key_span()));
    places
}

/// A file with a fault of each kind.
const FAULTY: &str = "\u{feff}; 100%\n[uwsgi] # main\n[uwsgi]\nmodul = a:b # c\nprocess: 4\n\
    socket = \"unix:/run/a.sock\" ; x\nhttp-socket = 8000\nchdir = ~/%(nope)\nprocesses = auto\n\
    buffer-size = 32k\nenv = A\nlog-date = %Y-%m\nuid = www\nstats = :1717\nif-env = B\nelse\n\
    cheaper = 2;\nendif\nharakiri = 3\nfor = a b\nx = %(_)%(x)\nendfor\nwsgi-file = a.py\nmodule = b\n";

#[test]
fn a_file_that_is_cut_off_anywhere_is_read() {
    let whole = FAULTY.as_bytes();
    for end in 0..=whole.len() {
        let files = host(&whole[..end]);
        for place in places_of_faults(&load(&files)) {
            let length = files.get(place.file).bytes().len();
            assert!(place.end as usize <= length, "{end}: {place:?}");
        }
    }
    assert!(places_of_faults(&instance(FAULTY)).len() >= 15);
}

/// Bytes, and pieces that mean something to uWSGI or to a template engine.
fn any_ini() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&str; 52] = [
        "[uwsgi] # x\n",
        "else\n",
        " # x",
        "\"",
        ";\n",
        "processes = auto\n",
        "buffer-size = 32k\n",
        "~/",
        "%Y",
        "%\n",
        "modul = a\n",
        "unix:/x\n",
        "[uwsgi]\n",
        "[other]\n",
        "\n",
        "\r\n",
        " = ",
        "=",
        "%",
        "%(",
        ")",
        "%d",
        "%n",
        "%(a)",
        "a",
        "$(KNOWN)",
        "$(X)",
        "@(/srv/shop/note)",
        "ini = %dbase.ini\n",
        "ini = :other\n",
        "inherit = %dlate.ini\n",
        "ini = %d",
        "socket = ",
        "logger = file:",
        "chdir = ",
        "env = A=b\n",
        "module = a:b\n",
        "for = a b\n",
        "if-env = ",
        "endif\n",
        "set = ",
        "{{ x }}",
        "{% if x %}",
        "{% endif %}",
        "{{",
        "%{{ x }}",
        "${X}",
        "\0",
        "#",
        "/",
        ":",
        "\u{e9}",
    ];
    let piece = prop_oneof![
        4 => proptest::sample::select(PIECES.as_slice()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| {
        let mut text = b"[uwsgi]\n".to_vec();
        text.extend(pieces.concat());
        text
    })
}
