//! The manual page and the completions, under both names.

use std::path::Path;
use std::process::Command;

use crate::common::text;

const PROGRAMS: [(&str, &str); 2] = [
    ("djlint", env!("CARGO_BIN_EXE_djlint")),
    ("djlint-check", env!("CARGO_BIN_EXE_djlint-check")),
];
const COMMANDS: [&str; 8] = [
    "check",
    "show stack",
    "nginx-test",
    "rules",
    "explain",
    "init",
    "completions",
    "man",
];

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn the_page_speaks_of_every_command() {
    for (name, program) in PROGRAMS {
        let page = output(program, &["man"]);
        assert!(page.contains(&format!(".TH {name} 1 ")), "{page}");
        for command in COMMANDS {
            let heading = format!(".SH \"{} {}\"", name, command).to_uppercase();
            assert!(page.contains(&heading), "{heading}");
        }
        for part in ["EXIT STATUS", "djlint\\-check.toml", "\\-\\-fail\\-on"] {
            assert!(page.contains(part), "{part}");
        }
    }
}

#[test]
fn each_shell_completes_the_name_that_was_called() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        for (name, program) in PROGRAMS {
            let script = output(program, &["completions", shell]);
            assert!(script.contains("fail-on"), "{shell}");
            let registered = match shell {
                "bash" => format!("-o default {name}\n"),
                "zsh" => format!("#compdef {name}\n"),
                "fish" => format!("complete -c {name} "),
                "elvish" => format!("arg-completer[{name}]"),
                _ => format!("-CommandName '{name}'"),
            };
            assert!(script.contains(&registered), "{shell}: {registered}");
        }
    }
}

#[test]
fn bash_completes_with_it() {
    for (name, program) in PROGRAMS {
        let function = format!("_{}", name.replace('-', "_"));
        // As bash calls it for `djlint check --fail` and a tab.
        let script = format!(
            "eval \"$('{program}' completions bash)\"
             COMP_WORDS=({name} check --fail)
             COMP_CWORD=2
             {function} {name} --fail check
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert_eq!(
            text(&output.stdout),
            "--fail-on\n",
            "{}",
            text(&output.stderr)
        );
    }
}

/// Whoever reads may leave: `djlint completions bash | head -1`.
#[test]
fn a_closed_pipe_is_success() {
    let program = Path::new(env!("CARGO_BIN_EXE_djlint"));
    for command in ["man", "completions bash"] {
        let script = format!(
            "set -o pipefail; '{}' {command} | head -c 1 >/dev/null",
            program.display()
        );
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}
