//! GitHub's runner, as far as it runs a composite action: the steps in their order, expressions
//! that name a value, the environment and the files that commands are written to
//! (actions/runner, CompositeActionHandler.cs, ScriptHandler.cs and FileCommandManager.cs).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A job that is about to use the action.
pub(crate) struct Job {
    directory: tempfile::TempDir,
    /// What its workflow writes below `with`.
    pub(crate) with: BTreeMap<&'static str, String>,
    /// The job's environment, over the one that the runner gives.
    pub(crate) environment: BTreeMap<&'static str, String>,
    /// What the contexts of expressions hold, beside inputs and outputs.
    pub(crate) contexts: BTreeMap<String, String>,
}

/// What came of it.
pub(crate) struct Ran {
    /// The exit code of the last step.
    pub(crate) code: i32,
    /// What the runner reads commands from.
    pub(crate) log: String,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) summary: String,
}

impl Job {
    /// With blanks in every path, as a self-hosted runner may have them.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in ["a workspace", "temporary files"] {
            fs::create_dir(directory.path().join(name)).unwrap();
        }
        Self {
            directory,
            with: BTreeMap::new(),
            environment: BTreeMap::from([
                ("RUNNER_OS", "Linux".to_owned()),
                ("RUNNER_ARCH", "X64".to_owned()),
            ]),
            contexts: BTreeMap::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.with.insert(name, value.into());
        self
    }

    pub(crate) fn in_environment(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.insert(name, value.into());
        self
    }

    /// GITHUB_WORKSPACE.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.directory.path().join("a workspace")
    }

    /// RUNNER_TEMP.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.directory.path().join("temporary files")
    }

    /// Runs the steps of this action until one fails.
    pub(crate) fn uses(&self, action: &Path) -> Ran {
        let action = action.canonicalize().unwrap();
        let definition = fs::read_to_string(action.join("action.yml")).unwrap();
        let definition: Value = serde_saphyr::from_str(&definition).unwrap();
        let mut values = self.contexts.clone();
        for name in self.with.keys() {
            assert!(!definition["inputs"][name].is_null(), "no input {name}");
        }
        for (name, input) in definition["inputs"].as_object().unwrap() {
            let default = input["default"].as_str().unwrap_or("");
            let value = self.with.get(name.as_str()).map_or(default, String::as_str);
            values.insert(format!("inputs.{name}"), value.to_owned());
        }
        let summary = self.directory.path().join("summary");
        fs::write(&summary, "").unwrap();
        let mut ran = Ran {
            code: 0,
            log: String::new(),
            outputs: BTreeMap::new(),
            summary: String::new(),
        };
        assert_eq!(definition["runs"]["using"], "composite");
        for step in definition["runs"]["steps"].as_array().unwrap() {
            let output = self.directory.path().join("output");
            fs::write(&output, "").unwrap();
            let mut command = self.shell(step);
            command
                .env("GITHUB_ACTION_PATH", &action)
                .env("GITHUB_OUTPUT", &output)
                .env("GITHUB_STEP_SUMMARY", &summary);
            for (name, value) in step["env"].as_object().unwrap() {
                command.env(name, expanded(value.as_str().unwrap(), &values));
            }
            let came = command.output().unwrap();
            ran.code = came.status.code().expect("no signal ended it");
            ran.log.push_str(&String::from_utf8_lossy(&came.stdout));
            ran.log.push_str(&String::from_utf8_lossy(&came.stderr));
            let id = step["id"].as_str().unwrap();
            // No value here has several lines, for which the runner knows a heredoc.
            for line in fs::read_to_string(&output).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}"));
                values.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
            if ran.code != 0 {
                break;
            }
        }
        ran.summary = fs::read_to_string(&summary).unwrap();
        // Also of an action that failed.
        for (name, output) in definition["outputs"].as_object().unwrap() {
            let value = expanded(output["value"].as_str().unwrap(), &values);
            ran.outputs.insert(name.clone(), value);
        }
        ran
    }

    /// A step's shell, as the runner starts it.
    fn shell(&self, step: &Value) -> Command {
        assert_eq!(step["shell"], "bash", "{step}");
        let script = self.temporary().join("step.sh");
        fs::write(&script, step["run"].as_str().unwrap()).unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
            .arg(script)
            .current_dir(self.workspace())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.directory.path())
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_SERVER_URL", "https://github.example")
            .env("GITHUB_WORKSPACE", self.workspace())
            .env("RUNNER_TEMP", self.temporary())
            .envs(&self.environment);
        command
    }
}

/// A text with the values of its expressions. An expression that is more than a name and a
/// default is not known here.
fn expanded(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").expect("its end");
        out.push_str(before);
        let (name, default) = expression.split_once("||").unwrap_or((expression, "''"));
        let name = name.trim();
        let is_name =
            |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        assert!(name.chars().all(is_name), "{expression}");
        let value = values.get(name).filter(|value| !value.is_empty());
        out.push_str(value.map_or(default.trim().trim_matches('\''), String::as_str));
        rest = after;
    }
    out + rest
}
