//! Files that nobody should have written.

use proptest::prelude::*;

use super::*;

#[test]
fn what_cannot_be_read_has_no_services_and_says_why() {
    for (text, place) in [
        (&b"services:\n  web:\n    image: a\n   b: c\n"[..], None),
        (b"services:\n\tweb:\n", None),
        (
            b"services:\n  web: {image: a}\n  web: {image: b}\n",
            Some("web"),
        ),
        (b"services:\n  web: {image: \"\xFF\"}\n", Some("\u{FFFD}")),
        (b"services: {web: [*a]}\n", None),
    ] {
        let read = read_bytes(&[("/p/compose.yml", text)]);
        let [project] = &read.projects[..] else {
            panic!("{:?}", read.labels());
        };
        assert!(project.services.is_empty());
        let [opening] = &project.openings[..] else {
            panic!("{:?}", project.openings);
        };
        if let Some(place) = place {
            assert_eq!(read.written(opening.place.unwrap()), place);
        }
    }
}

#[test]
fn large_files_and_bombs_are_bounded() {
    let mut many = "services:\n".to_owned();
    for index in 0..30_000 {
        many += &format!("  s{index}: {{image: a, extends: s{}}}\n", index + 1);
    }
    let mut bomb = "x0: &x0 {image: a, environment: &e [A=b, B=c]}\n".to_owned();
    for level in 1..30 {
        bomb += &format!(
            "x{level}: &x{level} {{<<: [*x{0}, *x{0}], ports: [*x{0}, *x{0}]}}\n",
            level - 1
        );
    }
    bomb += "services:\n";
    for index in 0..5_000 {
        bomb += &format!("  s{index}: *x29\n");
    }
    let text = "y ".repeat(200_000);
    let mut repeated = format!("x: &x {{image: a, command: '{text}'}}\nservices:\n");
    for index in 0..10_000 {
        repeated += &format!("  s{index}: *x\n");
    }
    let mut environment = "services:\n".to_owned();
    for index in 0..5_000 {
        environment += &format!("  s{index}: {{image: a, env_file: big.env}}\n");
    }
    let big: String = (0..20_000).map(|index| format!("A{index}=b\n")).collect();
    let huge = vec![b' '; 50 * 1024 * 1024];
    let flow = "[".repeat(100_000);
    for text in [
        many.as_bytes(),
        bomb.as_bytes(),
        repeated.as_bytes(),
        environment.as_bytes(),
        &huge,
        flow.as_bytes(),
        b"services: &a\n  web: *a\n",
        b"services:\n  web: &a\n    image: a\n    environment: *a\n    ports: &p [*p, *a]\n    volumes: [*a]\n    build: *a\n    <<: *a\n",
    ] {
        let read = read_bytes(&[("/p/compose.yml", text), ("/p/big.env", big.as_bytes())]);
        for project in &read.projects {
            assert!(project.services.len() <= 30_000);
        }
    }
}

const BASE: &str = "version: '3'\nx-app: &app\n  build: {context: ., args: [A=b]}\n  env_file: [.env, web.env]\n  environment: {DEBUG: True, A: \"é${X:-y}\"}\nservices:\n  web:\n    <<: *app\n    command: >\n      sh -c \"python manage.py migrate && uwsgi --ini 'x y.ini'\"\n    ports: ['127.0.0.1:8000-8002:80-82', \"${P}:80/tcp\"]\n    volumes:\n      - ./a:/b:ro\n      - {type: bind, source: ~/x, target: /y}\n    extends: {file: common.yml, service: base}\n  db:\n    image: postgres\n    networks: {back: {aliases: [pg]}}\nvolumes:\n  data: {driver_opts: {o: bind, device: /x}}\n";

const PIECES: [&str; 24] = [
    "\n", " ", "  ", "\t", "\r\n", "*app", "&b ", "<<: ", "'", "\"", "|", ">", ": ", "- ", "[",
    "]", "{", "}", "$", "${", "!reset ", "\\", "é", "\u{feff}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_file_breaks_it_and_each_span_is_in_its_file(
        edits in proptest::collection::vec((0..BASE.len(), 0..6_usize, 0..PIECES.len()), 1..6),
    ) {
        let mut bytes = BASE.as_bytes().to_vec();
        for (at, length, piece) in edits {
            let at = at.min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, PIECES[piece].bytes());
        }
        let read = read_bytes(&[
            ("/p/compose.yml", &bytes),
            ("/p/common.yml", BASE.as_bytes()),
            ("/p/.env", b"X=1\n"),
        ]);
        for project in &read.projects {
            for service in &project.services {
                prop_assert_eq!(read.written(service.name_span).trim_matches(['"', '\'']).is_empty(), service.name.is_empty());
                let commands = [&service.command, &service.entrypoint];
                for (invocation, span) in commands.into_iter().flatten() {
                    let Invocation::Exec(words) = invocation else { panic!() };
                    for word in words {
                        prop_assert!(span.contains(word.span), "{:?} {:?}", word, span);
                    }
                }
                for variable in &service.environment.variables {
                    let length = read.files.get(variable.value.span.file).bytes().len();
                    prop_assert!(variable.value.span.range().end <= length);
                    prop_assert!(variable.value.span.start <= variable.value.span.end);
                }
            }
        }
        looks_like(&bytes);
    }
}
