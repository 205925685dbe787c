//! What reads the reports takes them: schemas, GitHub's runner, files, and secrets stay here.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;
#[path = "reports/runner.rs"]
mod runner;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::{FORMATS, djlint, fixtures, text};
use serde_json::Value;

const SITE: &str = "server {\n    listen 80;\n    location /static { alias /srv/static/; }\n}\n";

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

/// The directory, as a repository of git's whose top it is.
fn repository(root: &Path) {
    fs::create_dir_all(root.join(".git")).unwrap();
}

fn told(directory: &Path, format: &str, arguments: &[&str]) -> String {
    let given = [
        "check",
        "--min-severity",
        "advice",
        "--output-format",
        format,
    ];
    let output = djlint(directory, &[&given, arguments].concat());
    assert!(matches!(output.status.code(), Some(0..=2)), "{output:?}");
    text(&output.stdout)
}

fn parsed(report: &str) -> Value {
    serde_json::from_str(report).unwrap_or_else(|error| panic!("{error}: {report}"))
}

/// Deployments with findings in every fixture, one that is sound, and one that holds nothing.
fn everything(format: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = fixtures()
        .iter()
        .map(|fixture| {
            let path = fixture.to_str().unwrap();
            (path.to_owned(), told(Path::new("."), format, &[path]))
        })
        .collect();
    let sound = project(&[("uwsgi.ini", "[uwsgi]\nmodule = a.wsgi\nmaster = true\n")]);
    all.push(("sound".to_owned(), told(sound.path(), format, &[])));
    let nothing = project(&[]);
    all.push(("nothing".to_owned(), told(nothing.path(), format, &[])));
    all.push((
        "nowhere".to_owned(),
        told(nothing.path(), format, &["nowhere"]),
    ));
    all
}

#[track_caller]
fn assert_valid(schema: &str, format: &str) {
    let schema = parsed(&fs::read_to_string(schema).unwrap());
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (of, report) in everything(format) {
        let document = parsed(&report);
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{of}: {errors:#?}");
    }
}

#[test]
fn sarif_is_what_its_schema_says() {
    assert_valid("tests/schemas/sarif-2.1.0.json", "sarif");
}

#[test]
fn rdjson_is_what_its_schema_says() {
    assert_valid("tests/schemas/rdjson.json", "rdjson");
}

#[test]
fn junit_is_what_its_schema_says() {
    let schema = fs::read_to_string("tests/schemas/junit-10.xsd").unwrap();
    let schema = uppsala::parse(&schema).unwrap();
    let validator = uppsala::XsdValidator::from_schema(&schema).unwrap();
    let wrong = uppsala::parse("<testsuites><testsuite name='a'/></testsuites>").unwrap();
    assert!(
        !validator.validate(&wrong).is_empty(),
        "nothing is validated"
    );
    for (of, report) in everything("junit") {
        let document = uppsala::parse(&report).unwrap();
        let errors = validator.validate(&document);
        assert!(errors.is_empty(), "{of}: {errors:?}");
        // A build server takes the case that only says that all is well for a test, too.
        assert!(report.contains("<testcase "), "{of}: {report}");
    }
}

#[test]
fn what_could_not_be_checked_is_said_in_every_format_for_programs() {
    let root = project(&[("nginx.conf", SITE)]);
    let sarif = parsed(&told(root.path(), "sarif", &[".", "nowhere.conf"]));
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let note = &invocation["toolExecutionNotifications"][0];
    assert_eq!(note["level"], "error");
    assert!(
        note["message"]["text"]
            .as_str()
            .unwrap()
            .starts_with("nowhere.conf: ")
    );
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);

    let junit = told(root.path(), "junit", &[".", "nowhere.conf"]);
    assert!(junit.contains("failures=\"1\" errors=\"1\""), "{junit}");
    assert!(
        junit.contains("<error type=\"error\" message=\"nowhere.conf: "),
        "{junit}"
    );
    let github = told(root.path(), "github", &[".", "nowhere.conf"]);
    assert!(
        github.starts_with("::error title=djlint::nowhere.conf: "),
        "{github}"
    );
    let markdown = told(root.path(), "markdown", &[".", "nowhere.conf"]);
    assert!(
        markdown.contains("**Not done:** nowhere.conf"),
        "{markdown}"
    );
}

#[test]
fn sarif_lists_what_was_asked_and_what_stayed_open() {
    let root = project(&[
        ("nginx.conf", SITE),
        (
            "uwsgi.ini",
            "[uwsgi]\nsocket = $(SOCKET)\nmodule = a.wsgi\nmaster = true\n",
        ),
    ]);
    let sarif = parsed(&told(root.path(), "sarif", &["--select", "nginx"]));
    let driver = &sarif["runs"][0]["tool"]["driver"];
    let rules: Vec<&str> = driver["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    let expected: Vec<&str> = djlint::rules::RULES
        .iter()
        .map(|rule| rule.id)
        .filter(|id| id.starts_with("nginx/"))
        .collect();
    assert_eq!(rules, expected);
    let result = &sarif["runs"][0]["results"][0];
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(rules[index], result["ruleId"].as_str().unwrap());
    let security = &driver["rules"][index]["properties"]["security-severity"];
    assert_eq!(security, "7.5");
    assert_eq!(sarif["runs"][0]["columnKind"], "unicodeCodePoints");
    let notes = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let undecided = notes.as_array().unwrap().iter();
    let levels: BTreeSet<&str> = undecided
        .map(|note| note["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, BTreeSet::from(["note"]), "{notes}");
}

/// The regions cut out what was underlined, and GitHub's hash of a line is left out where it
/// would be one of a secret.
#[test]
fn sarif_points_at_characters_and_hashes_no_secret() {
    let files = [
        (
            "deploy/ngin€ x/nginx.conf",
            "# é𐐀\nserver {\n  # é\n  location /static { alias /srv/é/; }\n}\n",
        ),
        (
            "shop/settings.py",
            "SECRET_KEY = 'tr0ub4dor-and-3-and-more-of-it'\nDEBUG = True\n",
        ),
        (
            "shop/wsgi.py",
            "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n",
        ),
        ("uwsgi.ini", "[uwsgi]\nmodule = shop.wsgi\nmaster = true\n"),
    ];
    let root = project(&files);
    repository(root.path());
    let report = parsed(&told(&root.path().join("deploy"), "sarif", &[".."]));
    let results = report["runs"][0]["results"].as_array().unwrap();
    let of = |rule: &str| {
        results
            .iter()
            .find(|result| result["ruleId"] == rule)
            .unwrap()
    };
    let traversal = of("nginx/alias-traversal");
    let location = &traversal["locations"][0]["physicalLocation"];
    assert_eq!(
        location["artifactLocation"]["uri"],
        "deploy/ngin%E2%82%AC%20x/nginx.conf"
    );
    let region = &location["region"];
    assert_eq!(
        (&region["startLine"], &region["endLine"]),
        (&4.into(), &4.into())
    );
    let column = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
    let line: Vec<char> = files[0].1.lines().nth(3).unwrap().chars().collect();
    let cut: String = line[column("startColumn") - 1..column("endColumn") - 1]
        .iter()
        .collect();
    assert_eq!(cut, "/static");
    let hash = |result: &Value| result["partialFingerprints"]["primaryLocationLineHash"].clone();
    assert!(hash(traversal).as_str().unwrap().ends_with(":1"));
    assert_eq!(hash(of("django/hardcoded-secret")), Value::Null);
    assert!(hash(of("django/debug-enabled")).is_string());
}

#[test]
fn every_gitlab_fingerprint_is_one_findings_own() {
    let many = project(&[("nginx.conf", &SITE.repeat(20))]);
    let report = parsed(&told(many.path(), "gitlab", &[]));
    let issues = report.as_array().unwrap();
    let fingerprints: BTreeSet<&str> = issues
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(issues.len(), 20);
    assert_eq!(fingerprints.len(), 20);
    assert_eq!(issues[0]["location"]["path"], "nginx.conf");
    assert_eq!(issues[0]["location"]["lines"]["begin"], 3);
}

/// rdjson counts columns in bytes, and a suggestion has to fit the bytes.
#[test]
fn an_rdjson_suggestion_mends_the_file() {
    let site = SITE.replace("location", "server_name é𐐀.example; location");
    let root = project(&[("nginx.conf", &site)]);
    let report = parsed(&told(
        root.path(),
        "rdjson",
        &["--select", "nginx/alias-traversal"],
    ));
    let diagnostic = &report["diagnostics"][0];
    let suggestion = &diagnostic["suggestions"][0];
    let offset = |point: &Value| {
        let number = |name: &str| usize::try_from(point[name].as_u64().unwrap()).unwrap();
        let before: usize = site
            .split_inclusive('\n')
            .take(number("line") - 1)
            .map(str::len)
            .sum();
        before + number("column") - 1
    };
    let range = offset(&suggestion["range"]["start"])..offset(&suggestion["range"]["end"]);
    let mut mended = site.clone();
    mended.replace_range(range, suggestion["text"].as_str().unwrap());
    assert!(
        mended.contains("location /static/ { alias /srv/static/; }"),
        "{mended}"
    );
}

#[test]
fn annotations_are_as_the_runner_reads_them() {
    let unclosed = "server {\n  listen 80;\n  location /a {\n    alias /srv/a/;\n";
    let root = project(&[
        ("deploy/a,b:100%/nginx.conf", SITE),
        ("deploy/sites-enabled/unclosed.conf", unclosed),
        (
            "deploy/uwsgi.ini",
            "[uwsgi]\nsocket = 127.0.0.1:9000\nmodule = a.wsgi\n",
        ),
    ]);
    repository(root.path());
    let log = told(&root.path().join("deploy"), "github", &[]);
    let annotations = runner::annotations(&log);
    assert_eq!(
        annotations.len(),
        log.lines().filter(|line| line.starts_with("::")).count()
    );
    let kinds: Vec<&str> = annotations.iter().map(|one| one.kind.as_str()).collect();
    let worst_first = ["error", "warning", "notice"];
    let rank = |kind: &&str| worst_first.iter().position(|known| known == kind);
    assert!(kinds.is_sorted_by_key(rank), "{kinds:?}");
    assert!(
        kinds.contains(&"error") && kinds.contains(&"warning"),
        "{kinds:?}"
    );
    for annotation in &annotations {
        let file = annotation.property("file").unwrap();
        assert!(root.path().join(file).is_file(), "{file}");
        annotation.assert_is_shown();
    }
    let traversal = annotations
        .iter()
        .find(|one| one.property("title") == Some("nginx/alias-traversal"))
        .unwrap();
    assert_eq!(
        traversal.property("file"),
        Some("deploy/a,b:100%/nginx.conf")
    );
    assert_eq!(traversal.property("line"), Some("3"));
    // The log shows the path from where the program runs.
    assert!(
        traversal.message.starts_with("a,b:100%/nginx.conf:3:14: "),
        "{}",
        traversal.message
    );
    assert!(
        traversal.message.contains("\nhelp: "),
        "{}",
        traversal.message
    );
}

#[test]
fn what_lies_outside_the_repository_is_annotated_without_a_place() {
    let outside = project(&[("nginx.conf", SITE)]);
    let inside = project(&[]);
    repository(inside.path());
    let path = outside.path().to_str().unwrap();
    let log = told(inside.path(), "github", &[path]);
    let annotations = runner::annotations(&log);
    assert_eq!(annotations.len(), 1);
    assert_eq!(annotations[0].property("file"), None);
    assert!(annotations[0].message.contains("nginx.conf:3:14: "));
    let sarif = parsed(&told(inside.path(), "sarif", &[path]));
    let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    let uri = location["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("file:///"), "{uri}");
}

#[test]
fn a_steps_summary_gets_the_picture_of_the_stack() {
    let root = project(&[
        (
            "nginx.conf",
            "server { listen 80; location / { uwsgi_pass 127.0.0.1:9000; include uwsgi_params; } }\n",
        ),
        (
            "uwsgi.ini",
            "[uwsgi]\nsocket = 127.0.0.1:9001\nmodule = a.wsgi\nmaster = true\n",
        ),
    ]);
    let summary = root.path().join("summary.md");
    fs::write(&summary, "what came before\n").unwrap();
    let run = |format: &str, summary: &Path| {
        Command::new(env!("CARGO_BIN_EXE_djlint"))
            .current_dir(root.path())
            .args(["check", "--output-format", format])
            .env_clear()
            .env("GITHUB_STEP_SUMMARY", summary)
            .output()
            .unwrap()
    };
    assert_eq!(run("concise", &summary).status.code(), Some(1));
    assert_eq!(fs::read_to_string(&summary).unwrap(), "what came before\n");
    assert_eq!(run("github", &summary).status.code(), Some(1));
    let written = fs::read_to_string(&summary).unwrap();
    for part in [
        "what came before\n## djlint found 1 error\n",
        "\n| error | [stack/upstream-port-mismatch](https://",
        "\n```mermaid\nflowchart LR\n",
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
    let unwritable = run("github", root.path());
    assert_eq!(unwritable.status.code(), Some(2));
    assert!(text(&unwritable.stderr).contains("GITHUB_STEP_SUMMARY"));
    assert!(text(&unwritable.stdout).contains("::error"));
}

#[test]
fn one_run_writes_as_many_reports_as_are_asked_for() {
    let root = project(&[("nginx.conf", SITE)]);
    let run = |arguments: &[&str]| djlint(root.path(), &[&["check"], arguments].concat());
    let output = run(&[
        "--output-format",
        "concise",
        "--report",
        "sarif=out.sarif",
        "--report",
        "full=out.txt",
        "--report",
        "json=nowhere/out.json",
        "--report",
        "gitlab=gl.json",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).starts_with("nginx.conf:3:14: error[nginx/alias-traversal]"));
    assert_eq!(
        text(&output.stderr),
        "error: --report: nowhere/out.json cannot be written: No such file or directory (os error 2)\n"
    );
    let read = |name: &str| fs::read_to_string(root.path().join(name)).unwrap();
    assert_eq!(parsed(&read("out.sarif"))["version"], "2.1.0");
    assert_eq!(
        parsed(&read("gl.json"))[0]["check_name"],
        "nginx/alias-traversal"
    );
    assert!(read("out.txt").contains("error[nginx/alias-traversal]"));
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 4);

    let refused = |arguments: &[&str], why: &str| {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            text(&output.stderr).contains(why),
            "{}",
            text(&output.stderr)
        );
    };
    refused(
        &["--report", "json=nginx.conf"],
        "it is one of the files that were read",
    );
    assert_eq!(read("nginx.conf"), SITE);
    refused(
        &["--report", "json=a", "--report", "sarif=./a"],
        "./a is named twice",
    );
    refused(
        &["--report", "xml=a"],
        "no format is called `xml`: full, concise, json, sarif",
    );
    refused(&["--report", "json="], "not of the form FORMAT=FILE");
    refused(
        &["--statistics", "--output-format", "json"],
        "--statistics is a table for people",
    );
}

/// Whoever closes standard output early has seen enough; the files are still written.
#[cfg(unix)]
#[test]
fn a_closed_pipe_keeps_no_file_from_being_written() {
    let root = project(&[("nginx.conf", &SITE.repeat(2_000))]);
    let script = format!(
        "{} check --output-format concise --report json=out.json | head -c 10; \
         test ${{PIPESTATUS[0]}} -eq 0",
        env!("CARGO_BIN_EXE_djlint")
    );
    let output: Output = Command::new("bash")
        .current_dir(root.path())
        .args(["-c", &script])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report = parsed(&fs::read_to_string(root.path().join("out.json")).unwrap());
    assert_eq!(report["findings"].as_array().unwrap().len(), 2_000);
}

/// Secrets of every kind, where findings, labels, excerpts and pictures come near them, and
/// names and values that a terminal, a log or a page would act upon.
#[cfg(unix)]
#[test]
fn no_secret_and_no_control_character_leaves_in_any_format() {
    const SECRETS: [&str; 4] = [
        "tr0ub4dor-and-3",
        "hunter2-hunter2",
        "s3cr3t-p4ss",
        "TUlJRXZ",
    ];
    let root = project(&[
        (
            "deploy\u{1b}[31m\u{9b}1m\u{202e}\n::error::x/nginx.conf",
            "server {\n  listen 80;\n  server_name \"x\u{1b}[2J\u{85}y\" <b>`|`</b>;\n  location /static\u{7}\u{202e} { alias /srv/static/; }\n  location / { uwsgi_pass 127.0.0.1:9000; include uwsgi_params; }\n  location /b { proxy_pass http://shop:s3cr3t-p4ss@127.0.0.1:9000; }\n}\n",
        ),
        (
            "shop/settings.py",
            "SECRET_KEY = 'tr0ub4dor-and-3'; DEBUG = True\nALLOWED_HOSTS = []\nDATABASES = {'default': {'PASSWORD': 'hunter2-hunter2'}}\nALOWED_HOSTS = ['\\x1b[31m', '\u{1b}[31m']\n",
        ),
        (
            "shop/wsgi.py",
            "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n",
        ),
        (
            "uwsgi.ini",
            "[uwsgi]\nsocket = 127.0.0.1:9000\nenv = DB_PASSWORD=hunter2-hunter2\nmodule = shop.wsgi\nmaster = true\n",
        ),
        (".env", "API_KEY=s3cr3t-p4ss\n"),
        (
            "shop.pem",
            "-----BEGIN RSA PRIVATE KEY-----\nTUlJRXZRSUJBREFOQmdr\n-----END RSA PRIVATE KEY-----\n",
        ),
    ]);
    repository(root.path());
    let mut seen = BTreeSet::new();
    for format in FORMATS {
        for verbosity in [&["-v"][..], &[]] {
            let report = told(root.path(), format, verbosity);
            for secret in SECRETS {
                assert!(!report.contains(secret), "{secret} in {format}: {report}");
            }
            let acts =
                |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}' | '\u{2028}');
            assert_eq!(report.chars().find(acts), None, "{format}: {report:?}");
            assert!(!report.contains("\n::error::x"), "{format}: {report}");
            seen.extend(
                ["django/hardcoded-secret", "nginx/alias-traversal"]
                    .map(|rule| (format, rule, report.contains(rule))),
            );
        }
    }
    assert!(seen.iter().all(|(.., is_there)| *is_there), "{seen:?}");
}

/// What a person sees first is the end: the worst file's worst finding, and what was checked.
#[test]
fn the_worst_comes_last_and_many_alike_are_named() {
    let no_master = "[uwsgi]\nsocket = 127.0.0.1:9000\nmodule = a.wsgi\n";
    let root = project(&[
        ("a/nginx.conf", SITE),
        ("b/one.uwsgi.ini", no_master),
        ("b/two.uwsgi.ini", no_master),
        ("c/nginx.conf", &SITE.repeat(4)),
    ]);
    let heads = |arguments: &[&str]| -> Vec<String> {
        told(
            root.path(),
            "full",
            &[&["--select", "nginx,uwsgi/no-master"], arguments].concat(),
        )
        .lines()
        .filter(|line| line.contains("╭─[") || line.contains("like it"))
        .map(|line| line.trim_matches([' ', '╭', '─', '[', ']']).to_owned())
        .collect()
    };
    assert_eq!(
        heads(&[]),
        [
            "b/one.uwsgi.ini:1:1",
            "b/two.uwsgi.ini:1:1",
            "c/nginx.conf:7:14",
            "c/nginx.conf:11:14",
            "c/nginx.conf:15:14",
            "and 2 more like it (-v draws them): a/nginx.conf:3:14 and c/nginx.conf:3:14",
        ]
    );
    assert_eq!(heads(&["-v"]).len(), 7);
    let four = ["--ignore", "uwsgi", "c/nginx.conf"];
    assert_eq!(heads(&four).len(), 4, "one is not worth a line of its own");
    let statistics = told(root.path(), "full", &["--statistics"]);
    let lines: Vec<&str> = statistics.lines().collect();
    assert!(
        lines[0].starts_with("5  error    nginx/alias-traversal  "),
        "{statistics}"
    );
    assert!(
        lines.contains(&"Checked 2 nginx files and 2 uWSGI instances."),
        "{statistics}"
    );
    assert!(!statistics.contains("nginx.conf:"), "{statistics}");
}

/// More findings than anybody reads: every report is written, and those for people and for
/// services that refuse long ones stay short.
#[test]
fn thirty_thousand_findings_are_bounded() {
    let site = "server { location /s { alias /srv/s/; } }\n";
    let root = project(&[("nginx.conf", &site.repeat(30_000))]);
    let reports: Vec<String> = FORMATS
        .iter()
        .map(|format| format!("{format}=report.{format}"))
        .collect();
    let mut arguments = vec!["check", "--select", "nginx/alias-traversal", "--statistics"];
    arguments.extend(
        reports
            .iter()
            .flat_map(|report| ["--report", report.as_str()]),
    );
    let output = djlint(root.path(), &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("30000  error    nginx/alias-traversal  "));
    let read =
        |format: &str| fs::read_to_string(root.path().join(format!("report.{format}"))).unwrap();
    assert!(read("full").lines().count() < 100);
    assert!(read("full").contains("and 29997 more like it"));
    assert_eq!(read("concise").lines().count(), 30_000);
    assert!(read("github").lines().count() < 2_000);
    assert!(read("markdown").len() < 1 << 20);
    let sarif = parsed(&read("sarif"));
    assert_eq!(
        sarif["runs"][0]["results"].as_array().unwrap().len(),
        25_000
    );
    let notes = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(
        notes.contains("5000 more findings are not listed"),
        "{notes}"
    );
}
