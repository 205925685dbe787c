use std::fs;
use std::path::Path;

use clap::CommandFactory;

use super::*;
use crate::config::Config;

/// What a run printed, and what it came to.
struct Ran {
    outcome: Outcome,
    out: String,
    err: String,
}

struct Place {
    directory: tempfile::TempDir,
    is_terminal: bool,
    may_color: bool,
    may_link: bool,
}

impl Place {
    fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            is_terminal: false,
            may_color: true,
            may_link: false,
        }
    }

    /// A key that ssh refuses: one error.
    fn with_a_fault() -> Self {
        let place = Self::new();
        place.file(
            ".ssh/shop.pem",
            "-----BEGIN RSA PRIVATE KEY-----\nTUlJRQ==\n-----END RSA PRIVATE KEY-----\n",
        );
        place
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let outcome = run(
            std::iter::once("djlint")
                .chain(arguments.iter().copied())
                .map(OsString::from),
            &mut Surroundings {
                stdin: &mut io::empty(),
                stdout: &mut out,
                stderr: &mut err,
                directory: self.directory.path().canonicalize().unwrap(),
                is_terminal: self.is_terminal,
                width: None,
                may_color: self.may_color,
                may_link: self.may_link,
                is_watched: false,
                step_summary: None,
            },
        );
        Ran {
            outcome,
            out: String::from_utf8(out).unwrap(),
            err: String::from_utf8(err).unwrap(),
        }
    }
}

#[test]
fn the_definitions_agree_with_each_other() {
    Arguments::command().debug_assert();
}

#[test]
fn questions_are_answered_and_mistakes_are_refused() {
    let place = Place::new();
    for arguments in [&["--help"][..], &["--version"], &["check", "-h"]] {
        let ran = place.run(arguments);
        assert_eq!(ran.outcome, Outcome::Sound, "{arguments:?}");
        assert!(!ran.out.is_empty() && ran.err.is_empty());
    }
    for arguments in [
        &[][..],
        &["chek"],
        &["check", "--nonsense"],
        &["check", "--min-severity", "eror"],
        &["check", "--config", "x", "--isolated"],
        &["check", "-q", "-v"],
        &["check", "--report", "json=-"],
        &["explain"],
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.outcome, Outcome::Failed, "{arguments:?}");
        assert!(ran.out.is_empty() && !ran.err.is_empty());
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let place = Place::new();
    let listed = place.run(&["rules"]);
    for rule in crate::rules::RULES {
        assert!(listed.out.lines().any(|line| line.starts_with(rule.id)));
    }
    let explained = place.run(&["explain", "key/pem-mode"]);
    for part in [
        "key/pem-mode: ",
        "refused by  ssh",
        "Broken",
        "chmod 400",
        "https://",
    ] {
        assert!(explained.out.contains(part), "{part} in {}", explained.out);
    }
    assert!(!explained.out.contains("+++") && !explained.out.contains("```"));
    let family = place.run(&["explain", "key"]);
    assert_eq!(family.outcome, Outcome::Sound);
    assert!(family.out.contains("key/pem-mode") && !family.out.contains("djlint/"));
    let unknown = place.run(&["explain", "key/pem-mod"]);
    assert_eq!(unknown.outcome, Outcome::Failed);
    assert_eq!(
        unknown.err,
        "error: no rule or family is called `key/pem-mod`; did you mean `key/pem-mode`?\n"
    );
}

#[test]
fn nothing_to_check_is_no_success() {
    let ran = Place::new().run(&["check"]);
    assert_eq!((ran.outcome, ran.out.as_str()), (Outcome::Failed, ""));
    assert!(
        ran.err.starts_with("error: nothing to check"),
        "{}",
        ran.err
    );
    assert!(
        Place::new()
            .run(&["check", "--output-format", "json"])
            .out
            .starts_with('{')
    );
}

#[test]
fn a_named_input_that_is_not_there_is_said_and_the_rest_is_checked() {
    let ran = Place::with_a_fault().run(&["check", ".", "nowhere\u{1b}.conf"]);
    assert_eq!(ran.outcome, Outcome::Failed);
    assert!(ran.out.contains("key/pem-mode"), "{}", ran.out);
    assert_eq!(
        ran.err,
        "error: nowhere␛.conf: cannot be checked: no such file or directory\n"
    );
}

#[cfg(unix)]
#[test]
fn severities_decide_what_is_shown_and_what_fails() {
    let place = Place::with_a_fault();
    let outcome = |arguments: &[&str]| {
        let ran = place.run(&[&["check"], arguments].concat());
        (ran.outcome, ran.out.contains("error[key/pem-mode]"))
    };
    assert_eq!(outcome(&[]), (Outcome::Findings, true));
    assert_eq!(outcome(&["--exit-zero"]), (Outcome::Sound, true));
    assert_eq!(outcome(&["--fail-on", "error"]), (Outcome::Findings, true));
    assert_eq!(outcome(&["--select", "key"]), (Outcome::Findings, true));
    assert_eq!(
        outcome(&["--select", "djlint,key/pem-mode"]),
        (Outcome::Findings, true)
    );
    assert_eq!(outcome(&["--select", "djlint"]), (Outcome::Sound, false));
    assert_eq!(outcome(&["--ignore", "key"]), (Outcome::Sound, false));
    assert_eq!(outcome(&["nowhere", "--exit-zero"]).0, Outcome::Failed);
    let unknown = place.run(&["check", "--select", "kez", "--ignore", "pem-mode"]);
    assert_eq!(unknown.outcome, Outcome::Failed);
    assert_eq!(
        unknown.err,
        "error: --select: no rule or family is called `kez`; did you mean `key`?\n\
         error: --ignore: no rule or family is called `pem-mode`; did you mean `key/pem-mode`?\n"
    );
}

#[cfg(unix)]
#[test]
fn the_configuration_holds_unless_the_command_line_says_otherwise() {
    let place = Place::with_a_fault();
    place.file(
        "djlint-check.toml",
        "ignore = [\"key/pem-mode\"]\nselect = [\"key\"]\n",
    );
    let outcome = |arguments: &[&str]| place.run(&[&["check"], arguments].concat()).outcome;
    assert_eq!(outcome(&[]), Outcome::Sound);
    assert_eq!(outcome(&["--isolated"]), Outcome::Findings);
    assert_eq!(outcome(&["--select", "key/pem-mode"]), Outcome::Findings);
    assert_eq!(outcome(&[".ssh/shop.pem"]), Outcome::Sound);
    place.file(
        "sub/other.toml",
        "fail-on = 'error'\nmin-severity = 'error'\n",
    );
    assert_eq!(outcome(&["--config", "sub/other.toml"]), Outcome::Findings);
    place.file("djlint-check.toml", "ignroe = []\n");
    let ran = place.run(&["check"]);
    assert_eq!(ran.outcome, Outcome::Failed);
    assert_eq!(
        ran.err,
        "error: djlint-check.toml:1:1: unknown key `ignroe`; did you mean `ignore`?\n"
    );
    assert_eq!(outcome(&["--config", "missing.toml"]), Outcome::Failed);
}

#[test]
fn variables_come_from_the_nearest_source_and_errors_do_not_repeat_them() {
    let place = Place::with_a_fault();
    place.file("prod.env", "A=file\nB=file\nC=file\nD=$HOME\n");
    let config = Config {
        env: ["A", "D", "E"]
            .map(|name| (name.to_owned(), "config".to_owned()))
            .into(),
        ..Config::default()
    };
    let arguments = InputArguments {
        env: vec!["B=line".to_owned(), "F=a=b".to_owned()],
        env_file: vec!["prod.env".into()],
        ..InputArguments::default()
    };
    let named = crate::config::Inputs::default();
    let read = input::input(&arguments, named, &config, place.directory.path()).unwrap();
    let variables: Vec<(&str, &str)> = read
        .environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    // What D is depends on who reads the file.
    assert_eq!(
        variables,
        [
            ("A", "file"),
            ("B", "line"),
            ("C", "file"),
            ("E", "config"),
            ("F", "a=b")
        ]
    );
    place.file("bad.env", "A=b\nhunter2\n");
    let ran = place.run(&[
        "check",
        "--env",
        "hunter2",
        "--env-file",
        "bad.env",
        "--env-file",
        "x",
    ]);
    assert_eq!(ran.outcome, Outcome::Failed);
    assert_eq!(
        ran.err,
        "error: bad.env:2: not of the form NAME=VALUE\n\
         error: x: no such file or directory\n\
         error: --env, number 1: not of the form NAME=VALUE\n"
    );
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let mut place = Place::with_a_fault();
    let colored = |place: &Place, when: &str| {
        let ran = place.run(&["check", "--color", when, "--select", "key"]);
        ran.out.contains('\u{1b}')
    };
    assert!(!colored(&place, "auto") && colored(&place, "always"));
    place.is_terminal = true;
    assert!(colored(&place, "auto") && !colored(&place, "never"));
    place.may_color = false;
    assert!(!colored(&place, "auto") && colored(&place, "always"));
}

/// A link is no colour, but who wants no colour wants plain text.
#[cfg(unix)]
#[test]
fn a_rule_is_a_hyperlink_where_the_terminal_knows_them() {
    let mut place = Place::with_a_fault();
    place.may_link = true;
    let linked = |place: &Place, arguments: &[&str]| {
        let link = "\u{1b}]8;;https://man.openbsd.org/ssh.1\u{1b}\\key/pem-mode\u{1b}]8;;\u{1b}\\";
        place.run(arguments).out.contains(link)
    };
    assert!(!linked(&place, &["check", "--color", "always"]));
    place.is_terminal = true;
    for arguments in [&["check"][..], &["check", "--statistics"], &["rules"]] {
        assert!(linked(&place, arguments), "{arguments:?}");
    }
    assert!(!linked(&place, &["check", "--color", "never"]));
    assert!(!linked(&place, &["check", "--output-format", "concise"]));
}

#[test]
fn every_file_that_was_looked_at_is_listed() {
    let place = Place::with_a_fault();
    place.file("nginx.conf", "description \"an Upstart job\"\n");
    let ran = place.run(&["check", "--show-files"]);
    assert_eq!(ran.outcome, Outcome::Sound);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], ".ssh/shop.pem  private key");
    assert!(
        lines[1].starts_with("nginx.conf     left out: "),
        "{}",
        lines[1]
    );
}

#[test]
fn each_format_has_its_shape() {
    let place = Place::with_a_fault();
    let shown = |format: &str| {
        let arguments = [
            "check",
            "--select",
            "key/pem-mode",
            "--output-format",
            format,
        ];
        place.run(&arguments).out
    };
    #[cfg(unix)]
    assert!(shown("concise").starts_with(".ssh/shop.pem:1:1: error[key/pem-mode] "));
    let document: serde_json::Value = serde_json::from_str(&shown("json")).unwrap();
    assert_eq!(document["version"], 1);
    let quiet = place.run(&["check", "-q"]);
    assert!(!quiet.out.contains("Checked"));
    assert!(shown("full").contains("Checked 1 key.\n"));
}

struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_success_and_a_full_disk_is_not() {
    let outcome = |stdout: &mut dyn Write| {
        run(
            ["djlint", "rules"].map(OsString::from),
            &mut Surroundings {
                stdin: &mut io::empty(),
                stdout,
                stderr: &mut Vec::new(),
                directory: Path::new("/").to_owned(),
                is_terminal: false,
                width: None,
                may_color: false,
                may_link: false,
                is_watched: false,
                step_summary: None,
            },
        )
    };
    assert_eq!(outcome(&mut Closed), Outcome::Sound);
    assert_eq!(outcome(&mut Full), Outcome::Failed);
}

/// A former name is taken for the new one wherever a rule is named, and the new one is said.
#[test]
fn a_rule_that_was_renamed_is_known_by_both_names() {
    const FORMER: &str = "nginx/location-outside";
    const NOW: &str = "nginx/misnested-location";
    let site = |comment: &str| {
        format!(
            "server {{\n    location /static/ {{\n        location /media/ {{ {comment}\n        }}\n    }}\n}}\n"
        )
    };
    let place = Place::new();
    place.file("nginx.conf", &site(""));
    let concise = ["check", "--output-format", "concise"];
    let check = |arguments: &[&str]| place.run(&[&concise[..], arguments].concat());
    assert!(check(&[]).out.contains(NOW));
    let note = |option: &str| format!("note: {option}: `{FORMER}` is called `{NOW}` now\n");

    let ignored = check(&["--ignore", FORMER]);
    assert_eq!(
        (ignored.outcome, ignored.err),
        (Outcome::Sound, note("--ignore"))
    );
    assert!(ignored.out.is_empty(), "{}", ignored.out);
    let selected = check(&["--select", FORMER]);
    assert!(selected.out.contains(NOW), "{}", selected.out);
    assert_eq!(selected.err, note("--select"));

    for (configuration, key, is_silent) in [
        (format!("ignore = [\"{FORMER}\"]\n"), "ignore", true),
        (format!("select = [\"{FORMER}\"]\n"), "select", false),
        (
            format!("[per-file-ignores]\n\"*.conf\" = [\"{FORMER}\"]\n"),
            "per-file-ignores",
            true,
        ),
        (
            format!("[severity]\n\"{FORMER}\" = \"advice\"\n"),
            "severity",
            true,
        ),
    ] {
        place.file("djlint-check.toml", &configuration);
        let ran = check(&[]);
        assert_eq!(
            (ran.out.is_empty(), ran.err),
            (is_silent, note(key)),
            "{key}"
        );
    }
    place.file("djlint-check.toml", "");

    place.file(
        "nginx.conf",
        &site(&format!("# djlint: ignore[{FORMER}] a test")),
    );
    let silenced = check(&[]);
    assert_eq!(silenced.outcome, Outcome::Sound, "{}", silenced.out);
    let advice = check(&["--min-severity", "advice", "--select", "djlint"]);
    let told = format!("advice[djlint/unknown-ignore] `{FORMER}` is called `{NOW}` now");
    assert!(advice.out.contains(&told), "{}", advice.out);

    let explained = place.run(&["explain", FORMER]);
    assert!(explained.out.starts_with(NOW) && explained.err.contains("is called"));
}
