use super::*;

fn parse(text: &str) -> Yaml {
    Yaml::parse(text.as_bytes()).unwrap_or_else(|fault| panic!("{fault:?}: {text:?}"))
}

fn value<'a>(yaml: &'a Yaml, name: &str) -> Entry<'a> {
    yaml.get(yaml.root().unwrap(), name).unwrap()
}

/// The scalar of `a`, and its text put together again from where each byte is said to stand.
#[track_caller]
fn assert_places(text: &str, expected: &str, slices: &[(&str, &str)]) {
    let yaml = parse(text);
    let scalar = yaml.scalar(value(&yaml, "a").value).unwrap();
    assert_eq!(scalar.text, expected, "{text:?}");
    let offsets = scalar.offsets(text.as_bytes());
    assert_eq!(offsets.len(), expected.len() + 1);
    for (part, written) in slices {
        let start = expected.find(part).unwrap();
        let range = offsets[start] as usize..offsets[start + part.len()] as usize;
        assert_eq!(&text[range], *written, "{part:?} in {text:?}");
    }
}

#[test]
fn each_byte_of_a_scalar_has_its_place() {
    assert_places("a: b c\n", "b c", &[("b", "b"), ("c", "c"), ("b c", "b c")]);
    assert_places("é: ü\na: ñ c # d\n", "ñ c", &[("ñ", "ñ"), ("c", "c")]);
    assert_places("\u{feff}a: b\r\n", "b", &[("b", "b")]);
    assert_places(
        "a: 'it''s é'\n",
        "it's é",
        &[("it", "it"), ("'s", "''s"), ("é", "é")],
    );
    assert_places(
        "a: \"x\\ty \\u00e9z\"\n",
        "x\ty éz",
        &[("x", "x"), ("y", "y"), ("é", "\\u00e9"), ("z", "z")],
    );
    assert_places(
        "a: b\n  c\n  d\n",
        "b c d",
        &[("b", "b"), ("c", "c"), ("d", "d")],
    );
    assert_places(
        "a: b\r\n  c\r\n\r\n  d\r\n",
        "b c\nd",
        &[("b", "b"), ("c", "c"), ("d", "d")],
    );
    assert_places(
        "a: \"b \\\n  c\n  d\"\n",
        "b c d",
        &[("b", "b"), ("c", "c"), ("d", "d")],
    );
    assert_places(
        "a: |\n  bé c\n    d\n\n  e\n",
        "bé c\n  d\n\ne\n",
        &[("bé", "bé"), ("c", "c"), ("d", "d"), ("e", "e")],
    );
    assert_places(
        "a: >-\n  b\n  c\n\n  d\n    e\n  f\nx: y\n",
        "b c\nd\n  e\nf",
        &[("b", "b"), ("c", "c"), ("d", "d"), ("e", "e"), ("f", "f")],
    );
    assert_places(
        "a: >\r\n  bb --x\r\n  cc\r\n",
        "bb --x cc\n",
        &[("bb", "bb"), ("--x", "--x"), ("cc", "cc")],
    );
    assert_places("a: |2\n  b\n", "b\n", &[("b", "b")]);
    assert_places(
        "a: >\n\n    b\n   \n    c\n",
        "\nb\nc\n",
        &[("b", "b"), ("c", "c")],
    );
    assert_places("a: &x b\nc: *x\n", "b", &[("b", "b")]);
    assert_places(
        "a: &x !!str 'b c'\nc: *x\n",
        "b c",
        &[("b", "b"), ("c", "c")],
    );
    assert_places(
        "a: &x |\n\n  b\n  c\n",
        "\nb\nc\n",
        &[("b", "b"), ("c", "c")],
    );
    assert_places("a: &x >-\n  b\n  c\n", "b c", &[("b", "b"), ("c", "c")]);
    assert_places(
        "a: |\n  b  \n\n  c  \nd: 1\n",
        "b  \n\nc  \n",
        &[("b", "b"), ("c", "c")],
    );
    assert_places("a: !!str 1\n", "1", &[("1", "1")]);
    assert_places("a: |\n  b\n\n\n", "b\n", &[("b", "b")]);
    assert_places("a: |+\n  b\n\n\n", "b\n\n\n", &[("b", "b")]);
}

#[test]
fn a_node_ends_where_its_last_word_does() {
    for (text, name, expected) in [
        (
            "a:\n  b: 1\n  c: 2  # x\n\n# y\nd: 3\n",
            "a",
            "b: 1\n  c: 2",
        ),
        ("a:\n  - 1\n  - 2\n\nd: 3\n", "a", "- 1\n  - 2"),
        ("a:\n- 1\n- 2\nd: 3\n", "a", "- 1\n- 2"),
        ("a: [1, 'é' ]\nd: 3\n", "a", "[1, 'é' ]"),
        ("a: {b: 1,\n  c: 2 }  \nd: 3\n", "a", "{b: 1,\n  c: 2 }"),
        ("a: &x [1]\nd: 3\n", "a", "&x [1]"),
        ("a:\n-\n  - b\n  - c\nd: 1", "a", "-\n  - b\n  - c"),
        ("a: 'it''s' # é\nd: 3\n", "a", "'it''s'"),
        ("a: \"b \\\" c\" \t# é\nd: 3\n", "a", "\"b \\\" c\""),
        ("a: &x 'b' # c", "a", "'b'"),
        ("a: [b] # c", "a", "[b]"),
        ("a: ['b' # c\n ] # ]", "a", "['b' # c\n ]"),
        ("a: []\n", "a", "[]"),
        ("a: 'é'\nd: 3\n", "a", "'é'"),
    ] {
        let yaml = parse(text);
        let range = yaml.range(value(&yaml, name).value);
        assert_eq!(&text[range], expected, "{text:?}");
    }
}

#[test]
fn merges_give_what_the_mapping_does_not_have() {
    let yaml = parse(
        "x: &x {a: 1, b: 1, c: 1}\ny: &y\n  <<: *x\n  b: 2\nz:\n  c: 3\n  <<: [*y, {a: 9, d: 9}]\n",
    );
    let z = value(&yaml, "z").value;
    let names: Vec<_> = yaml
        .mapping(z)
        .unwrap()
        .iter()
        .map(|entry| (entry.name, yaml.scalar(entry.value).unwrap().text))
        .collect();
    assert_eq!(names, [("c", "3"), ("b", "2"), ("a", "1"), ("d", "9")]);
    assert_eq!(
        yaml.scalar(yaml.get(z, "a").unwrap().value).unwrap().text,
        "1"
    );
    assert!(yaml.get(z, "e").is_none());
}

#[test]
fn what_is_no_single_document_is_a_fault_with_its_place() {
    for (text, place) in [
        (&b"a: b\n\tc: d\n"[..], None),
        (b"a: [1\n", None),
        (b"a: 1\nb: 2\na: 3\n", Some(10..11)),
        (b"a: *b\n", None),
        (b"a: \xFF\n", Some(3..4)),
        (b"a: 1\n---\nb: 2\n", None),
        (b"a: {{ x }\n", None),
        (b"\0", None),
    ] {
        let fault = Yaml::parse(text).expect_err("a fault");
        if let Some(place) = place {
            assert_eq!(fault.range, place, "{text:?}");
        }
        assert!(fault.range.end <= text.len(), "{text:?}");
    }
}

#[test]
fn bombs_and_cycles_cost_what_they_weigh() {
    let mut bomb = "a0: &a0 {x: y}\n".to_owned();
    for level in 1..40 {
        let below = format!("*a{}", level - 1);
        bomb += &format!(
            "a{level}: &a{level} {{<<: [{0}, {0}, {0}, {0}], b{level}: [{0}, {0}]}}\n",
            below
        );
    }
    let yaml = parse(&bomb);
    let entries = yaml.mapping(value(&yaml, "a39").value).unwrap();
    assert_eq!(entries.len(), 40);
    assert!(!yaml.is_exhausted());

    let cycle = parse("a: &a [*a]\nb: &b\n  <<: *b\n  c: d\n");
    let items = cycle.sequence(value(&cycle, "a").value).unwrap();
    assert_eq!(items, [value(&cycle, "a").value]);
    assert_eq!(cycle.mapping(value(&cycle, "b").value).unwrap().len(), 1);
}

#[test]
fn what_is_nested_or_large_beyond_reason_is_refused() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
        (0..2000).map(|depth| " ".repeat(depth) + "a:\n").collect(),
    ] {
        Yaml::parse(text.as_bytes()).expect_err("a fault");
    }
    let large = vec![b'a'; MAX_SIZE + 1];
    Yaml::parse(&large).expect_err("a fault");
}

#[test]
fn a_repeated_text_is_paid_for() {
    let yaml = parse(&format!("a: {}\n", "x".repeat(900_000)));
    let id = value(&yaml, "a").value;
    let reads = (0..1000).take_while(|_| yaml.scalar(id).is_some()).count();
    assert!(reads < 100, "{reads}");
    assert!(yaml.is_exhausted());
}
