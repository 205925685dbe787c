//! Runs every example of every rule's page: the page is the documentation, the
//! specification and the test.
//!
//! Broken gives the rule, and nothing else at error; Sound gives nothing at warning
//! or above, and the rule at no severity. What Broken gives, and where, is pinned by a snapshot.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use djlint::config;
use djlint::engine::{self, Selection};
use djlint::finding::{Safety, Severity};
use djlint::fix::{self, Limits};
use djlint::report::Report;
use djlint::rules::{Check, RULES, Rule};
use djlint::source::Span;
use djlint::tree::git::Tracking;
use djlint::tree::{Buffer, Memory, Overlay};
use djlint::workspace::{Input, Workspace};

/// One deployment of a page.
struct Example {
    title: String,
    broken: bool,
    files: Vec<Block>,
}

struct Block {
    attributes: BTreeMap<String, String>,
    text: String,
}

#[derive(serde::Deserialize)]
struct Front {
    severity: Severity,
    fix: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    root: bool,
}

fn front(rule: &Rule) -> Front {
    let text = rule
        .page
        .strip_prefix("+++\n")
        .expect("a page begins with +++");
    let (front, _) = text
        .split_once("\n+++\n")
        .expect("front matter ends with +++");
    toml::from_str(front).unwrap_or_else(|error| panic!("{}: {error}", rule.id))
}

fn examples(rule: &Rule) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut lines = rule.page.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            let (kind, _) = heading.split_once(':').unwrap_or((heading, ""));
            if kind == "Fix" {
                continue;
            }
            assert!(
                ["Broken", "Sound"].contains(&kind),
                "{}: an unknown heading {heading:?}",
                rule.id
            );
            examples.push(Example {
                title: heading.to_owned(),
                broken: kind == "Broken",
                files: Vec::new(),
            });
        } else if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let attributes: BTreeMap<String, String> = info
                .split_whitespace()
                .skip(1)
                .map(|attribute| attribute.split_once('=').unwrap_or((attribute, "")))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            if attributes.contains_key("file") {
                let mut text = body.join("\n");
                text.push('\n');
                let example = examples.last_mut().expect("a file stands below a heading");
                example.files.push(Block { attributes, text });
            }
        }
    }
    examples
}

fn workspace(rule: &Rule, example: &Example) -> Workspace {
    mended(rule, example, Vec::new())
}

/// The example with some files replaced.
fn mended(rule: &Rule, example: &Example, buffers: Vec<Buffer>) -> Workspace {
    let mut tree = Memory::new();
    for block in &example.files {
        let attribute = |name: &str| block.attributes.get(name).map(String::as_str);
        for name in block.attributes.keys() {
            let known = ["file", "mode", "link", "generate", "git"].contains(&name.as_str());
            assert!(known, "{}: an unknown attribute {name}", rule.id);
        }
        let path = attribute("file").unwrap();
        let mode = attribute("mode").map_or(0o644, |mode| u32::from_str_radix(mode, 8).unwrap());
        if path.ends_with('/') {
            tree = tree.directory(path, mode);
            continue;
        }
        if let Some(target) = attribute("link") {
            tree = tree.link(path, target);
            continue;
        }
        let text = match attribute("generate") {
            Some("rsa-key") => rsa_key(),
            Some(other) => panic!("{}: cannot generate {other}", rule.id),
            None => block.text.clone(),
        };
        tree = tree.file(path, text, mode);
        tree = match attribute("git") {
            Some("tracked") => tree.track(path, Tracking::Tracked),
            Some("ignored") => tree.track(path, Tracking::Ignored),
            Some("untracked") => tree.track(path, Tracking::NotIgnored),
            Some(other) => panic!("{}: git knows no {other}", rule.id),
            None => tree,
        };
    }
    let front = front(rule);
    let config = example.files.iter().find_map(|block| {
        let path = block.attributes["file"].as_str();
        (path == "djlint-check.toml").then(|| {
            let path = Path::new("/djlint-check.toml");
            config::parse(path, &block.text).unwrap()
        })
    });
    let expected = config.as_ref().map(|config| config.expected());
    let programs = config.as_ref().map(|config| config.programs());
    let input = Input {
        expected: expected.unwrap_or_default(),
        programs: programs.unwrap_or_default(),
        base: PathBuf::from("/"),
        environment: front.env,
        root: front.root.then(|| PathBuf::from("/")),
        ..Input::default()
    };
    Workspace::over(Overlay::new(tree, buffers), input)
}

/// The armour of a key around what is none: nothing to find for scanners of leaked keys.
fn rsa_key() -> String {
    let filler = "bm90IGEga2V5IGF0IGFsbCwganVzdCBzb21ldGhpbmcgdG8gZmlsbCBpdCB3aXRo\n".repeat(6);
    [
        "-----BEGIN RSA PRIVATE",
        " KEY-----\n",
        &filler,
        "-----END RSA PRIVATE",
        " KEY-----\n",
    ]
    .concat()
}

fn judge(workspace: &Workspace) -> Report<'_> {
    let selection = Selection {
        min_severity: Severity::Advice,
        ..Selection::default()
    };
    engine::check(workspace, &selection)
}

fn place(workspace: &Workspace, span: Span) -> String {
    let source = workspace.files().get(span.file);
    let start = source.position(span.start as usize);
    let path = source.path().strip_prefix("/").unwrap_or(source.path());
    let text = source.masked(span.range());
    format!(
        "{}:{}:{} `{}`",
        path.display(),
        start.line,
        start.column,
        text.replace('\n', "⏎")
    )
}

/// What is pinned of a finding: all that its reader sees.
fn describe(workspace: &Workspace, report: &Report, rule: &str) -> String {
    let mut text = String::new();
    for reported in report
        .findings
        .iter()
        .filter(|reported| reported.finding.rule == rule)
    {
        let finding = &reported.finding;
        writeln!(text, "{}: {}", finding.severity.as_str(), finding.message).unwrap();
        for label in std::iter::once(&finding.primary).chain(&finding.related) {
            writeln!(text, "  {} — {}", place(workspace, label.span), label.text).unwrap();
        }
        for line in finding.help.iter().flat_map(|help| help.lines()) {
            writeln!(text, "  help: {line}").unwrap();
        }
        if let Some(fix) = &finding.fix {
            writeln!(text, "  fix: {}", fix.title).unwrap();
        }
    }
    text
}

fn everything(workspace: &Workspace, report: &Report) -> String {
    RULES
        .iter()
        .map(|rule| (rule.id, describe(workspace, report, rule.id)))
        .filter(|(_, text)| !text.is_empty())
        .map(|(id, text)| format!("{id}\n{text}"))
        .collect()
}

#[test]
fn broken_gives_the_rule_and_no_other_error() {
    for rule in RULES {
        let broken: Vec<Example> = examples(rule)
            .into_iter()
            .filter(|example| example.broken)
            .collect();
        assert!(!broken.is_empty(), "{}: no Broken example", rule.id);
        let mut pinned = String::new();
        for example in &broken {
            let workspace = workspace(rule, example);
            let report = judge(&workspace);
            let found = describe(&workspace, &report, rule.id);
            assert!(
                !found.is_empty(),
                "{} · {}: not reported, but\n{}",
                rule.id,
                example.title,
                everything(&workspace, &report)
            );
            for reported in &report.findings {
                let finding = &reported.finding;
                let other_error = finding.severity == Severity::Error && finding.rule != rule.id;
                assert!(
                    !other_error,
                    "{} · {}: also an error\n{}",
                    rule.id,
                    example.title,
                    everything(&workspace, &report)
                );
            }
            writeln!(pinned, "## {}\n{found}", example.title).unwrap();
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("pages__{}", rule.id.replace('/', "__")), pinned.trim_end());
        });
    }
}

#[test]
fn sound_gives_nothing() {
    for rule in RULES {
        let sound: Vec<Example> = examples(rule)
            .into_iter()
            .filter(|example| !example.broken)
            .collect();
        assert!(!sound.is_empty(), "{}: no Sound example", rule.id);
        for example in &sound {
            let workspace = workspace(rule, example);
            let report = judge(&workspace);
            for reported in &report.findings {
                let finding = &reported.finding;
                let silent = finding.severity < Severity::Warning && finding.rule != rule.id;
                assert!(
                    silent,
                    "{} · {}:\n{}",
                    rule.id,
                    example.title,
                    everything(&workspace, &report)
                );
            }
        }
    }
}

#[test]
fn no_finding_is_worse_than_its_page_says() {
    for rule in RULES {
        for example in examples(rule) {
            let workspace = workspace(rule, &example);
            for reported in judge(&workspace).findings {
                let page = djlint::rules::find(reported.finding.rule).unwrap();
                let worst = front(page).severity;
                assert!(
                    reported.finding.severity <= worst,
                    "{} on the page of {}",
                    page.id,
                    rule.id
                );
            }
        }
    }
}

#[test]
fn rules_and_pages_agree_one_to_one() {
    let mut pages: Vec<String> = Vec::new();
    for family in std::fs::read_dir("rules").unwrap() {
        let family = family.unwrap().path();
        for page in std::fs::read_dir(&family).unwrap() {
            let page = page.unwrap().path();
            let id = page.strip_prefix("rules").unwrap().with_extension("");
            pages.push(id.to_str().unwrap().to_owned());
        }
    }
    pages.sort();
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids, pages, "RULES is sorted by id, and has a page for each");
    for rule in RULES {
        let (family, name) = rule.id.split_once('/').unwrap();
        let code = format!("src/rules/{family}/{}.rs", name.replace('-', "_"));
        // What nginx refuses is found by the model; a kind of refusal needs no code of its own.
        assert!(
            matches!(rule.check, Check::Refusal(_)) || Path::new(&code).exists(),
            "{} is not at its address {code}",
            rule.id
        );
        let page = std::fs::read_to_string(format!("rules/{}.md", rule.id)).unwrap();
        assert_eq!(page, rule.page, "{}", rule.id);
    }
}

/// What a page calls "Sound: as fixed" is what the fix makes of its first Broken, byte by byte.
#[test]
fn fixing_broken_gives_sound_where_the_page_says_so() {
    let mut compared = 0;
    let mut wrong = String::new();
    for rule in RULES {
        let examples = examples(rule);
        let Some(sound) = examples.iter().find(|one| one.title == "Sound: as fixed") else {
            continue;
        };
        compared += 1;
        let broken = examples.iter().find(|one| one.broken).unwrap();
        let selection = Selection {
            select: vec![rule.id.to_owned()],
            min_severity: Severity::Advice,
            ..Selection::default()
        };
        let limits = Limits {
            safety: Safety::Unsafe,
            only: None,
        };
        let done = fix::mend(
            &|buffers| mended(rule, broken, buffers),
            &selection,
            &limits,
        );
        let text_of = |block: &Block| {
            let path = Path::new("/").join(&block.attributes["file"]);
            let changed = done.files.iter().find(|changed| changed.path == path);
            changed.map_or_else(
                || block.text.clone().into_bytes(),
                |changed| changed.after.clone(),
            )
        };
        for (before, after) in broken.files.iter().zip(&sound.files) {
            let same_file = before.attributes["file"] == after.attributes["file"];
            if !same_file || text_of(before) != after.text.as_bytes() {
                let fixed = String::from_utf8_lossy(&text_of(before)).into_owned();
                writeln!(wrong, "{}: {fixed}", rule.id).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(compared >= 10, "{compared}");
}

#[test]
fn fixing_broken_ends_every_finding_that_has_a_fix() {
    let mut fixed = 0;
    let mut wrong = String::new();
    for rule in RULES {
        let mut offered = Vec::new();
        for example in examples(rule).iter().filter(|example| example.broken) {
            let selection = Selection {
                select: vec![rule.id.to_owned()],
                min_severity: Severity::Advice,
                ..Selection::default()
            };
            let limits = Limits {
                safety: Safety::Unsafe,
                only: None,
            };
            let open = |buffers| mended(rule, example, buffers);
            let before = open(Vec::new());
            let report = engine::check(&before, &selection);
            let fixes = report.findings.iter();
            let fixes = fixes.filter_map(|reported| reported.finding.fix.as_ref());
            offered.extend(fixes.map(|fix| fix.safety));
            let done = fix::mend(&open, &selection, &limits);
            fixed += done.done.len();
            let buffers = done.files.iter().map(|changed| Buffer {
                path: changed.path.clone(),
                bytes: changed.after.clone(),
                mode: changed.mode.map(|(_, mode)| mode),
            });
            let after = open(buffers.collect());
            let report = engine::check(&after, &selection);
            let left = report
                .findings
                .iter()
                .filter(|left| left.finding.fix.is_some());
            let left = left.count();
            if left > 0 || !done.has_ended || !done.held_back.is_empty() {
                writeln!(
                    wrong,
                    "{} · {}: {left} left, {:#?}",
                    rule.id, example.title, done.held_back
                )
                .unwrap();
            }
        }
        let kind = match (offered.contains(&Safety::Safe), offered.is_empty()) {
            (true, _) => "safe",
            (false, false) => "unsafe",
            (false, true) => "none",
        };
        if front(rule).fix != kind {
            writeln!(wrong, "{}: the page should say fix = {kind:?}", rule.id).unwrap();
        }
        // What it does, why it waits to be asked for, or why there is none.
        if !rule.page.contains("\n## Fix\n\n") {
            writeln!(wrong, "{}: no section `## Fix`", rule.id).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(fixed > 20, "{fixed}");
}
