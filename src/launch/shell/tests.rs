use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::files::Files;
use crate::host::PathMap;
use crate::tree::Memory;

fn source(text: &[u8]) -> Arc<SourceFile> {
    let files = Files::new(Memory::new(), PathMap::new());
    files.intern(PathBuf::from("/start.sh"), text.to_vec())
}

fn read_text(text: &str) -> (Arc<SourceFile>, Vec<Command>) {
    let source = source(text.as_bytes());
    let script = Encoded::plain(&source, 0..text.len());
    let commands = commands(&source, &script);
    (source, commands)
}

/// Each command as its words, with what is to be known of it in front.
fn shown(text: &str) -> Vec<String> {
    let (source, commands) = read_text(text);
    commands
        .iter()
        .map(|command| {
            let mut line = String::new();
            if !command.is_certain {
                line.push_str("? ");
            }
            if command.in_background {
                line.push_str("& ");
            }
            if command.is_last {
                line.push_str("! ");
            }
            if let Some(user) = &command.user {
                line.push_str(&format!("@{} ", user.text().unwrap_or("?")));
            }
            if let Some(directory) = &command.directory {
                line.push_str(&format!("[{}] ", directory.text().unwrap_or("?")));
            }
            for variable in &command.environment.variables {
                let value = variable.value.text().unwrap_or("?");
                line.push_str(&format!("{}={value} ", variable.name));
            }
            for word in &command.words {
                if word
                    .value
                    .single()
                    .is_some_and(|only| only.origin.is_literal())
                {
                    assert_eq!(source.text(word.span), word.text().unwrap(), "{text}");
                }
            }
            let words: Vec<&str> = command
                .words
                .iter()
                .map(|word| word.text().unwrap_or("?"))
                .collect();
            line + &words.join(" ")
        })
        .collect()
}

#[test]
fn plain_command_lines_are_taken_apart() {
    for (text, expected) in [
        ("uwsgi --ini uwsgi.ini", vec!["! uwsgi --ini uwsgi.ini"]),
        (
            "#!/bin/sh\nset -e\npython manage.py migrate\nexec uwsgi --ini \"/srv/u.ini\" # go\n",
            vec![
                "set -e",
                "python manage.py migrate",
                "! uwsgi --ini /srv/u.ini",
            ],
        ),
        (
            "cd /srv/shop && uwsgi --ini u.ini &\nnginx -g 'daemon off;'",
            vec![
                "& [/srv/shop] uwsgi --ini u.ini",
                "! [/srv/shop] nginx -g daemon off;",
            ],
        ),
        ("a || b; c", vec!["a", "? b", "! c"]),
        (
            "if [ \"$X\" ]; then a; else b; fi\nc",
            vec!["? [ ? ]", "? a", "? b", "! c"],
        ),
        (
            "case \"$1\" in\n  start) uwsgi x ;;\n  (stop|halt) b ;;\nesac\n",
            vec!["? uwsgi x", "? b"],
        ),
        ("for i in 1 2; do a $i; done; b", vec!["? a ?", "! b"]),
        ("run() { uwsgi x; }\nrun", vec!["? uwsgi x", "! run"]),
        ("(cd /x; a); b", vec!["[/x] a", "! b"]),
        ("cd a\ncd b\nx", vec!["! [a/b] x"]),
        ("PORT=80\nuwsgi --http :$PORT", vec!["! uwsgi --http :80"]),
        ("if a; then P=1; fi\nx $P", vec!["? a", "! x ?"]),
        ("A=1 B='2 3' x", vec!["! A=1 B=2 3 x"]),
        ("x > /dev/null 2>&1 <<EOF\ny\nEOF\nz", vec!["x", "! z"]),
        ("x \\\n  --y \\\n  z", vec!["! x --y z"]),
        ("x *.py ~/y {a,b} `z` $(z)", vec!["! x ? ? ? ? ?"]),
        ("x | y", vec!["x", "! y"]),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_only_runs_another_command_is_taken_off() {
    for (text, expected) in [
        ("sudo -u www -H uwsgi x", vec!["! @www uwsgi x"]),
        (
            "sudo systemctl restart x",
            vec!["! @root systemctl restart x"],
        ),
        ("env A=b -i x", vec!["! A=b -i x"]),
        ("nohup x &", vec!["& x"]),
        ("exec gosu app uwsgi x", vec!["! @app uwsgi x"]),
        ("poetry run gunicorn x", vec!["! gunicorn x"]),
        ("tini -- uwsgi x", vec!["! uwsgi x"]),
        (
            "./wait-for-it.sh db:5432 -t 60 -- uwsgi x",
            vec!["! uwsgi x"],
        ),
        ("sh -c 'cd /x && uwsgi y'", vec!["! [/x] uwsgi y"]),
        ("bash -lc \"a; b\"; c", vec!["a", "b", "! c"]),
        ("su - www -c 'uwsgi x'", vec!["! @www uwsgi x"]),
        ("runuser -u www -- uwsgi x", vec!["! @www uwsgi x"]),
        ("ssh host uwsgi x; docker exec c uwsgi x", vec![]),
        (
            "start-stop-daemon --start --background --chuid www:www --chdir /srv --exec /usr/bin/uwsgi -- --ini x",
            vec!["& @www:www [/srv] /usr/bin/uwsgi --ini x"],
        ),
        ("exec 2>&1\nx", vec!["! x"]),
        ("sh start.sh", vec!["! sh start.sh"]),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn words_of_an_inner_script_stand_where_they_stand() {
    let text = "sh -c 'cd /x && uwsgi --ini a.ini'";
    let (source, commands) = read_text(text);
    assert_eq!(source.text(commands[0].words[2].span), "a.ini");
    let json = source_of_json();
    assert_eq!(json, "a.ini");
}

fn source_of_json() -> String {
    let text = b"[\"sh\", \"-c\", \"uwsgi --ini \\\"a.ini\\\" x\"]";
    let source = source(text);
    let at = memchr::memmem::find(text, b"\"uwsgi").unwrap();
    let script = Word::literal("uwsgi --ini \"a.ini\" x", source.span(at..text.len() - 1));
    let words = vec![
        Word::literal("sh", source.span(2..4)),
        Word::literal("-c", source.span(8..10)),
        script,
    ];
    let commands = run(&source, words, source.whole());
    source
        .text(commands[0].words[2].span)
        .trim_matches(['\\', '"'])
        .to_owned()
}

#[test]
fn hostile_scripts_end() {
    for text in [
        "(".repeat(100_000),
        "$(".repeat(100_000),
        "\"$(".repeat(50_000),
        "if ".repeat(100_000),
        "sh -c 'x".to_owned(),
        "A=$A$A\n".repeat(5_000) + "x $A",
        "A=aaaaaaaa\n".to_owned() + &"A=$A$A\n".repeat(200) + "x $A",
        "case x in (((((".to_owned(),
        "a <<E".to_owned(),
        "}".repeat(1_000) + &")".repeat(1_000),
        format!("{}x", "sh -c ".repeat(10_000)),
    ] {
        let _ = read_text(&text);
    }
    let bytes: Vec<u8> = (0..=255).cycle().take(4_096).collect();
    let source = source(&bytes);
    let _ = commands(&source, &Encoded::plain(&source, 0..bytes.len()));
}
