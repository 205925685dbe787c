//! Programs of supervisord: what its own reader makes of a file.

use std::fs;
use std::path::Path;
use std::process::Command;

use djlint::launch::Launch;
use djlint::tree::Memory;
use djlint::workspace::{Input, Workspace};
use serde_json::Value;

use crate::random::Random;

const FILES: usize = 120;

/// Reads each file as supervisord does, and prints what its programs are; null where it refuses.
const READER: &str = r#"
import json, shlex, sys
from supervisor.options import ServerOptions

def programs(path):
    options = ServerOptions()
    options.realize(["-c", path])
    found = []
    for group in options.configroot.supervisord.process_group_configs:
        for one in group.process_configs:
            found.append({
                "name": one.name,
                "words": shlex.split(one.command),
                "directory": one.directory,
                "environment": one.environment,
                "stopsignal": int(one.stopsignal),
                "autostart": one.autostart,
                "umask": one.umask,
            })
    return found

answers = []
for path in sys.argv[1:]:
    try:
        answers.append(programs(path))
    except (ValueError, SystemExit) as why:
        answers.append(None)
sys.stdout.write(json.dumps(answers))
"#;

fn word(random: &mut Random) -> &'static str {
    const WORDS: [&str; 16] = [
        "--ini",
        "/srv/shop/uwsgi.ini",
        "\"two words\"",
        "'single \"quoted\"'",
        "esc\\ aped",
        "\"a\\\"b\"",
        "%(program_name)s",
        "100%%",
        "a=b",
        "a;b",
        "a#b",
        "''",
        "a\"b\"c",
        "http://127.0.0.1:8000",
        "-b:8000",
        "\"tab\tin\"",
    ];
    WORDS[random.below(WORDS.len())]
}

fn command(random: &mut Random) -> String {
    let words: Vec<&str> = (0..1 + random.below(4)).map(|_| word(random)).collect();
    let blank = random.of(&[" ", "  ", "\n    ", "\t"]);
    format!("serve {}", words.join(blank))
}

fn setting(random: &mut Random) -> String {
    let equals = random.of(&["=", " = ", ": ", "= ", " ="]);
    let comment = random.of(&["", "", "", " ; a comment", " # a comment", "\t;x"]);
    let (key, value) = match random.below(9) {
        0 => (
            "directory",
            random.of(&["/srv/shop", "/srv/shop app", "/srv/%(program_name)s"]),
        ),
        1 => (
            "stopsignal",
            random.of(&["QUIT", "TERM", "INT", "quit", "15"]),
        ),
        2 => (
            "autostart",
            random.of(&["true", "false", "off", "no", "0", "1"]),
        ),
        3 => ("umask", random.of(&["022", "007", "0"])),
        4 => (
            "environment",
            random.of(&[
                "A=1",
                "A=\"1\",B='two words'",
                "A=\"with;semicolon\"",
                "A=x,B=y",
                "A = 1 , B = 2",
                "A=\"a,b\"\n    ,B=c",
                "A=/srv/shop,B=a.b",
                "A=\"%(program_name)s\"",
                "A=\"it's\"",
                "A='say \"it\"'",
                "A=\"\"",
                "A=1,",
                "A=b#c,B=1",
                "A=\"x#y\" ; why\n    ,B=2 # why\n ; alone\n    ,C=3",
                "A=%%,B=100%%",
            ]),
        ),
        5 => ("DIRECTORY", "/srv/upper"),
        6 => ("autorestart", "true"),
        7 => ("; environment", "A=commented"),
        _ => ("numprocs", "1"),
    };
    format!("{key}{equals}{value}{comment}\n")
}

fn file(random: &mut Random) -> String {
    let mut text = random
        .of(&[
            "[supervisord]\nnodaemon=true\n",
            "; a comment\n[supervisord]\nenvironment=Z=\"all\"\numask=077\n",
            "[supervisord]\n\n[unix_http_server]\nfile=/tmp/x.sock\n",
        ])
        .to_owned();
    for name in ["shop", "blog-1", "x"].iter().take(1 + random.below(3)) {
        text.push_str(&format!("\n[program:{name}]\n"));
        let command = command(random);
        let at = random.below(3);
        for index in 0..3 {
            if index == at {
                let comment = random.of(&["", "", " ; why", " # why"]);
                let equals = random.of(&["=", " = ", " : "]);
                text.push_str(&format!("command{equals}{command}{comment}\n"));
            } else {
                text.push_str(&setting(random));
            }
        }
    }
    // Settings that stand deeper than their section, all of them or some, and a section in two parts.
    match random.below(6) {
        0 => text = text.replace("\n", "\n  "),
        1 => text.push_str("\n[program:shop]\nautostart=false\n"),
        2 => text = text.replace("command", " command"),
        _ => {}
    }
    text
}

/// The programs that we read, in supervisord's order.
fn check(launch: &Launch, path: &Path, answer: &Value, text: &str) {
    let own: Vec<_> = launch
        .programs
        .iter()
        .filter(|program| program.file.path() == path)
        .collect();
    let told = answer.as_array().unwrap();
    let context = || {
        format!(
            "--- {}\n{text}\n--- supervisord\n{answer:#}",
            path.display()
        )
    };
    assert_eq!(own.len(), told.len(), "{}", context());
    for told in told {
        let name = told["name"].as_str().unwrap();
        let program = own
            .iter()
            .find(|program| program.name == name)
            .unwrap_or_else(|| panic!("no {name}: {}", context()));
        let words = told["words"].as_array().unwrap();
        let own = &program.commands[0].words;
        assert_eq!(
            own.len(),
            words.len(),
            "the words of {name}: {own:#?} {}",
            context()
        );
        for (own, told) in own.iter().zip(words) {
            if let Some(own) = own.text() {
                assert_eq!(
                    own,
                    told.as_str().unwrap(),
                    "a word of {name}: {}",
                    context()
                );
            }
        }
        if let Some(directory) = &program.directory
            && let Some(own) = directory.text()
        {
            assert_eq!(Some(own), told["directory"].as_str(), "{}", context());
        }
        assert_eq!(
            program.directory.is_some(),
            !told["directory"].is_null(),
            "{}",
            context()
        );
        let environment = told["environment"].as_object().unwrap();
        for (name, value) in environment {
            let Some(own) = program.environment.get(name) else {
                let is_open = !program.environment.openings.is_empty();
                assert!(is_open, "no {name}: {}", context());
                continue;
            };
            if let Some(own) = own.value.text() {
                assert_eq!(own, value.as_str().unwrap(), "{name}: {}", context());
            }
        }
        for variable in &program.environment.variables {
            assert!(
                environment.contains_key(&variable.name),
                "{}: {}",
                variable.name,
                context()
            );
        }
        assert_eq!(
            program.autostart_off,
            !told["autostart"].as_bool().unwrap(),
            "{}",
            context()
        );
        let signal = match program.stop_signal.as_ref().and_then(|word| word.text()) {
            Some("QUIT" | "quit") => 3,
            Some("INT") => 2,
            _ => 15,
        };
        assert_eq!(
            signal,
            told["stopsignal"].as_i64().unwrap(),
            "{}",
            context()
        );
        let umask = program.umask.as_ref().and_then(|word| word.text());
        let umask = umask.map(|text| i64::from_str_radix(text, 8).unwrap());
        assert_eq!(umask, told["umask"].as_i64(), "{}", context());
    }
}

#[test]
fn supervisord_reads_what_we_read() {
    let mut random = Random::seeded();
    let directory = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    for index in 0..FILES {
        let text = file(&mut random);
        let path = directory.path().join(format!("{index}.conf"));
        fs::write(&path, &text).unwrap();
        texts.push((path, text));
    }
    let output =
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("target/stack/bin/python"))
            .args(["-W", "ignore", "-c", READER])
            .args(texts.iter().map(|(path, _)| path))
            .output()
            .expect("target/stack has supervisor: tests/run installs it");
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut agreed = 0;
    for ((path, text), answer) in texts.iter().zip(&answers) {
        if answer.is_null() {
            continue;
        }
        let tree = Memory::new().file(path, text.as_str(), 0o644);
        let input = Input {
            base: "/".into(),
            ..Input::default()
        };
        let workspace = Workspace::over(tree, input);
        check(workspace.launch(), path, answer, text);
        agreed += 1;
    }
    assert!(agreed > FILES / 2, "supervisord refuses too many: {agreed}");
}
