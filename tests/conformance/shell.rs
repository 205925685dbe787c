//! Scripts that start uWSGI: what a shell really starts, with which words, where, in which environment.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use djlint::launch::server::Program;
use djlint::tree::Memory;
use djlint::workspace::{Input, Workspace};

use crate::random::Random;

const SCRIPTS: usize = 400;

/// Stands for uWSGI: writes down how it was called.
const WITNESS: &str = r#"#!/bin/sh
{
    printf '%s\036' "$PWD"
    for name in A B C D; do
        eval "printf '%s\036' \"\${$name-unset}\""
    done
    for word in "$@"; do
        printf '%s\036' "$word"
    done
    printf '\035'
} >> "$WITNESS"
"#;

/// One start of uWSGI: its directory, its environment, its words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Started {
    directory: String,
    environment: Vec<String>,
    words: Vec<String>,
}

/// What we say of one: nothing where a part is not known.
#[derive(Clone, Debug)]
struct Predicted {
    directory: Option<String>,
    /// Of each variable: not known, or set to this, or (`unset`) not set.
    environment: Vec<Option<String>>,
    words: Vec<Option<String>>,
    is_certain: bool,
    /// Whether what is run is not known: that may be anything.
    is_anything: bool,
}

impl Predicted {
    fn may_be(&self, started: &Started) -> bool {
        let environment = self.environment.iter().zip(&started.environment);
        self.directory
            .as_ref()
            .is_none_or(|said| *said == started.directory)
            && environment
                .into_iter()
                .all(|(said, real)| said.as_ref().is_none_or(|said| said == real))
            && agree(&self.words, &started.words)
    }
}

/// Whether the words may be these: one that is not known may be none or several.
fn agree(said: &[Option<String>], real: &[String]) -> bool {
    match said.split_first() {
        None => real.is_empty(),
        Some((Some(word), rest)) => real
            .split_first()
            .is_some_and(|(first, real)| first == word && agree(rest, real)),
        Some((None, rest)) => (0..=real.len()).any(|taken| agree(rest, &real[taken..])),
    }
}

const NAMES: [&str; 4] = ["A", "B", "C", "D"];
const HOME: &str = "/srv/shop";

/// A place where scripts run: directories, and a uWSGI that only writes down its call.
struct Ground {
    directory: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("bin")).unwrap();
        // Every directory has what any `cd` of a script goes to.
        for name in ["srv/shop", "srv/other dir"] {
            let directory = root.join(name);
            fs::create_dir_all(&directory).unwrap();
            for name in ["app", "deep", "shop"] {
                symlink(".", directory.join(name)).unwrap();
            }
        }
        let witness = root.join("bin/uwsgi");
        fs::write(&witness, WITNESS).unwrap();
        fs::set_permissions(&witness, fs::Permissions::from_mode(0o755)).unwrap();
        Self { directory }
    }

    /// What a shell starts. Paths below /srv are those of the ground.
    fn run(&self, shell: &str, script: &str) -> Vec<Started> {
        let root = self.directory.path();
        let at = |path: &str| format!("{}{path}", root.display());
        let log = root.join("log");
        let _ = fs::remove_file(&log);
        let file = root.join("srv/shop/start.sh");
        fs::write(&file, script.replace("/srv/", &at("/srv/"))).unwrap();
        Command::new(shell)
            .arg(&file)
            .current_dir(root.join("srv/shop"))
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", at("/bin")))
            .env("WITNESS", &log)
            .env("D", "from the unit")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let text = fs::read_to_string(&log).unwrap_or_default();
        let text = text.replace(&root.display().to_string(), "");
        text.split_terminator('\u{1d}')
            .map(|call| {
                let mut parts = call.split_terminator('\u{1e}').map(str::to_owned);
                Started {
                    directory: parts.next().unwrap(),
                    environment: parts.by_ref().take(NAMES.len()).collect(),
                    words: parts.collect(),
                }
            })
            .collect()
    }
}

/// What we say that a unit with this script starts.
fn predicted(script: &str) -> Vec<Predicted> {
    let unit = format!(
        "[Service]\nWorkingDirectory={HOME}\nEnvironment=\"D=from the unit\"\nExecStart=/bin/sh {HOME}/start.sh\n"
    );
    let tree = Memory::new()
        .file("etc/systemd/system/shop.service", unit.as_str(), 0o644)
        .file("srv/shop/start.sh", script, 0o755);
    let workspace = Workspace::over(
        tree,
        Input {
            base: PathBuf::from("/"),
            root: Some(PathBuf::from("/")),
            ..Input::default()
        },
    );
    let launch = workspace.launch();
    launch
        .processes
        .iter()
        .filter(|process| process.runs(Program::Uwsgi) || process.command.program().is_none())
        .map(|process| {
            let known: BTreeMap<String, String> = process.environment.known();
            let environment =
                NAMES.map(
                    |name| match (known.get(name), process.environment.get(name)) {
                        (Some(value), _) => Some(value.clone()),
                        (None, Some(_)) => None,
                        (None, None) if process.may_be_set().is_some() => None,
                        (None, None) => Some("unset".to_owned()),
                    },
                );
            Predicted {
                directory: process.directory.as_deref().map(shown),
                environment: environment.to_vec(),
                words: process.command.words[1..]
                    .iter()
                    .map(|word| word.text().map(str::to_owned))
                    .collect(),
                is_certain: process.command.is_certain && process.runs(Program::Uwsgi),
                is_anything: !process.runs(Program::Uwsgi),
            }
        })
        .collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A word, in one of the forms that people write.
fn word(random: &mut Random) -> String {
    random
        .of(&[
            "plain",
            "--ini=uwsgi.ini",
            "'single quoted; \"x\" $A'",
            "\"double $A quoted\"",
            "\"${B:-default b}\"",
            "${C:-c}",
            "$A",
            "\"$A\"$B",
            "esc\\ aped",
            "\"a\\\"b\\$c\\\\d\"",
            "''",
            "\"\"",
            "a\"b\"'c'\\d",
            "${A}x",
            "${A:+set}",
            "${D}",
            "http://127.0.0.1:8000/?a=b",
            "a#b",
            "--env=X=1",
            "~nobody-there",
            "{a}",
            "a=b",
            "\"$(echo from a command)\"",
            "$((1 + 2))",
            "con\\\ntinued",
            "\"two\nlines\"",
            "$@",
            "\"$UNSET_ANYWHERE\"",
            "'it'\\''s'",
            "$'tab'",
        ])
        .to_owned()
}

/// A command that starts uWSGI, perhaps by way of another one.
fn start(random: &mut Random) -> String {
    let words: Vec<String> = (0..1 + random.below(3)).map(|_| word(random)).collect();
    let words = words.join(" ");
    match random.below(12) {
        0 => format!("A=given uwsgi {words}"),
        1 => format!("env B=by-env uwsgi {words}"),
        2 => format!("nohup uwsgi {words}"),
        3 => "sh -c 'uwsgi in-a-shell'".to_owned(),
        4 => "sh -c \"uwsgi $A\" ignored".to_owned(),
        5 => format!("uwsgi {words} >/dev/null 2>&1"),
        6 => format!("uwsgi {words} </dev/null # a comment"),
        7 => format!("nice -n 5 uwsgi {words}"),
        8 => format!("command uwsgi {words}"),
        9 => format!("env -u A C=c uwsgi {words}"),
        _ => format!("uwsgi {words}"),
    }
}

/// A statement of a script; none that would not end, and none that writes anywhere.
fn statement(random: &mut Random, depth: usize) -> String {
    let deeper = depth < 3;
    match random.below(if deeper { 26 } else { 14 }) {
        0 => format!("A={}", value(random)),
        1 => format!("export B={}", value(random)),
        2 => format!("{}={}", random.of(&NAMES), value(random)),
        3 => format!("export {}", random.of(&NAMES)),
        4 => format!("unset {}", random.of(&NAMES)),
        5 => format!(
            "cd {}",
            random.of(&[
                "app",
                "/srv/shop",
                "\"/srv/other dir\"",
                "../shop",
                "\"$(echo app)\"",
                "app/deep",
                "-",
                ".",
                "./shop/../app"
            ])
        ),
        6 => "# uwsgi in a comment".to_owned(),
        7 => "cat <<END >/dev/null\nuwsgi in a document $A\nEND".to_owned(),
        8 => "cat <<'END' >/dev/null\nuwsgi 'in a document\nEND".to_owned(),
        9 => "true".to_owned(),
        10 => "echo uwsgi in an argument >/dev/null".to_owned(),
        14 => format!(
            "if {}; then\n{}\nfi",
            random.of(&["true", "false", "[ -d app ]", "test -n \"$A\""]),
            block(random, depth)
        ),
        15 => format!(
            "if false; then\n{}\nelse\n{}\nfi",
            block(random, depth),
            block(random, depth)
        ),
        16 => format!("for one in 1 2; do\n{}\ndone", block(random, depth)),
        17 => format!("({}\n)", block(random, depth)),
        18 => format!("{{ {}\n}}", block(random, depth)),
        19 => format!(
            "serve() {{\n{}\n}}",
            block(random, depth).replace("serve\n", "true\n")
        ),
        20 => "serve".to_owned(),
        21 => format!(
            "case \"$A\" in\n    one|two) {} ;;\n    *) {} ;;\nesac",
            uncommented(random),
            uncommented(random)
        ),
        22 => format!("{} && {}", assignment(random), uncommented(random)),
        23 => format!("false || {}", start(random)),
        24 => format!("true && {} || {}", uncommented(random), start(random)),
        25 => format!("while false; do\n{}\ndone", block(random, depth)),
        _ => start(random),
    }
}

/// A start that something may stand behind.
fn uncommented(random: &mut Random) -> String {
    start(random).replace("# a comment", "")
}

fn assignment(random: &mut Random) -> String {
    let export = random.of(&["", "export "]);
    format!("{export}{}={}", random.of(&NAMES), value(random))
}

fn value(random: &mut Random) -> String {
    random
        .of(&[
            "one",
            "'with blank'",
            "\"$A-more\"",
            "$B",
            "",
            "\"\"",
            "${D}",
            "$(echo computed)",
            "app",
            "a\\ b",
            "x=y",
        ])
        .to_owned()
}

fn block(random: &mut Random, depth: usize) -> String {
    let count = 1 + random.below(2);
    let lines: Vec<String> = (0..count).map(|_| statement(random, depth + 1)).collect();
    // A comment alone is no block.
    lines.join("\n") + "\ntrue"
}

fn script(random: &mut Random) -> String {
    let mut lines = Vec::new();
    for _ in 0..1 + random.below(6) {
        lines.push(statement(random, 0));
    }
    if random.chance(3) {
        // `exec` takes no builtin and no assignment.
        let start = start(random)
            .replacen("command ", "", 1)
            .replacen("A=given ", "", 1);
        lines.push(format!("exec {start}"));
    }
    let body = lines.join("\n");
    // What may fail would end the script.
    let may_fail = ["$A", "cd -", "serve"]
        .iter()
        .any(|word| body.contains(word));
    let strict = if may_fail { "" } else { "set -e\n" };
    format!("#!/bin/sh\n{strict}{body}\n")
}

/// Every start that we are certain of happens, in this order, as we say; and every start that happens
/// is one that we named, as far as we know it.
fn disagreement(predicted: &[Predicted], real: &[Started]) -> Option<String> {
    let mut at = 0;
    for one in predicted.iter().filter(|one| one.is_certain) {
        match real[at..].iter().position(|started| one.may_be(started)) {
            Some(found) => at += found + 1,
            None => return Some(format!("does not happen: {one:?}")),
        }
    }
    real.iter()
        .find(|started| {
            !predicted
                .iter()
                .any(|one| one.is_anything || one.may_be(started))
        })
        .map(|started| format!("was not named: {started:?}"))
}

#[test]
fn a_script_starts_what_we_say() {
    let mut random = Random::seeded();
    let ground = Ground::new();
    let mut starts = 0;
    for _ in 0..SCRIPTS {
        let script = script(&mut random);
        let real = ground.run("/bin/sh", &script);
        starts += real.len();
        let said = predicted(&script);
        if let Some(why) = disagreement(&said, &real) {
            panic!("{why}\n--- script\n{script}--- real\n{real:?}\n--- said\n{said:?}");
        }
    }
    assert!(
        starts > SCRIPTS / 4,
        "hardly anything was started: {starts}"
    );
}
