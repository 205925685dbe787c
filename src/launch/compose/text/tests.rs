use super::*;
use crate::files::Files;
use crate::host::PathMap;
use crate::tree::Memory;

fn text(written: &str, environment: &str) -> Text {
    let files = Files::new(Memory::new(), PathMap::new());
    let source = files.intern("/x".into(), Vec::new());
    let offsets = (0..=written.len() as u32).collect();
    let mut variables = Variables::default();
    variables.add(&crate::launch::env_file::parse(environment.as_bytes()));
    Text::written(written, offsets, source.span(0..written.len())).filled(&variables)
}

#[test]
fn variables_are_filled_in_as_compose_does() {
    let environment = "A=a\nE=\nO=$X\n";
    for (written, expected) in [
        ("x", Some("x")),
        ("$A", Some("a")),
        ("${A}b$A/", Some("aba/")),
        ("$$A $${A}", Some("$A ${A}")),
        ("${E}", Some("")),
        ("${E:-d}", Some("d")),
        ("${E-d}", Some("")),
        ("${N:-d}", Some("d")),
        ("${N-}", Some("")),
        ("${N:-${M:-m}}x", Some("mx")),
        ("${N:-$A}", Some("a")),
        ("${N:-a:b-c?d}", Some("a:b-c?d")),
        ("${A:?not set}", Some("a")),
        ("${N:?not set}", None),
        ("${A:+r}", Some("r")),
        ("${E:+r}", None),
        ("${O}", None),
        ("${O:-d}", None),
        ("$N", None),
        ("x${N}y", None),
        // What Compose refuses.
        ("$", None),
        ("a $ b", None),
        ("${", None),
        ("${A", None),
        ("${1}", None),
        ("${A!b}", None),
        ("${A:b}", None),
        ("{{ x }}", None),
    ] {
        assert_eq!(text(written, environment).known(), expected, "{written:?}");
    }
    let deep = format!("{}x{}", "${A:-".repeat(50_000), "}".repeat(50_000));
    text(&deep, "");
    let wide = "${N:-".repeat(50_000);
    text(&wide, "");
}

#[test]
fn a_part_stands_where_its_bytes_do() {
    let written = "ab=${N:-d}/x$$y";
    let text = text(written, "");
    assert_eq!(text.as_str(), "ab=d/x$y");
    for (part, place) in [
        ("ab", "ab"),
        ("d", "${N:-d}"),
        ("/x", "/x"),
        ("=d/", "=${N:-d}/"),
        ("$y", "$$y"),
        ("y", "y"),
    ] {
        let start = text.as_str().find(part).unwrap();
        let slice = text.slice(start..start + part.len());
        assert_eq!(slice.as_str(), part);
        assert_eq!(&written[slice.span().range()], place, "{part:?}");
    }
    assert!(
        text.slice(0..2)
            .word()
            .value
            .single()
            .unwrap()
            .origin
            .is_literal()
    );
    let filled = text.slice(0..4).word();
    let Origin::Environment {
        variable,
        source,
        place,
    } = &filled.value.single().unwrap().origin
    else {
        panic!("{filled:?}");
    };
    assert_eq!(
        (variable.as_str(), *source),
        ("N", EnvironmentSource::Fallback)
    );
    assert_eq!(&written[place.range()], "${N:-d}");
}
