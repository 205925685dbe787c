//! What is built of the stages: each builds on another one, or on an image of a registry.

use std::path::Path;

use super::{Base, Built, Dockerfile, Ran, Step};
use crate::launch::word::{Environment, Invocation, Word};
use crate::source::{Origin, Span};
use crate::tree::normalize;
use crate::value::{Unknown, Value};

/// Official images whose working directory is the root, and that run nothing of their own that matters here.
const FROM_ROOT: [&str; 8] = [
    "python",
    "nginx",
    "debian",
    "ubuntu",
    "alpine",
    "node",
    "busybox",
    "amazonlinux",
];

/// The stage that is asked for, with everything that comes from those it builds on.
pub(super) fn built(dockerfile: &Dockerfile, target: Option<&str>) -> Option<Built> {
    let stages = &dockerfile.stages;
    let asked = match target {
        Some(name) => {
            let name = name.to_ascii_lowercase();
            stages
                .iter()
                .rposition(|stage| stage.name.as_deref() == Some(name.as_str()))
                .or_else(|| name.parse().ok().filter(|index| *index < stages.len()))?
        }
        None => stages.len().checked_sub(1)?,
    };
    let mut chain = vec![asked];
    // A stage builds on an earlier one, so this ends.
    while let Some(Base::Stage(earlier)) = chain.last().map(|last| &stages[*last].base) {
        chain.push(*earlier);
    }
    chain.reverse();
    let first = &stages[*chain.first()?];
    let base = match &first.base {
        Base::Image(image) => Some(image.clone()),
        Base::Scratch | Base::Stage(_) => None,
    };
    let repository = base.as_ref().map(repository);
    let starts_at_root = match &repository {
        None => true,
        Some(Some(name)) => FROM_ROOT.contains(&name.as_str()),
        Some(None) => false,
    };
    let mut environment = Environment::default();
    // What else a base image sets is not known.
    if !starts_at_root {
        environment.openings.push(Unknown::at(
            first.from_span,
            "what the base image sets is not known",
        ));
    }
    let mut built = Built {
        stages: chain.clone(),
        environment,
        working_directory: starts_at_root.then(|| root(first.from_span)),
        user: None,
        copies: Vec::new(),
        runs: Vec::new(),
        entrypoint: None,
        cmd: None,
        exposed: Vec::new(),
        volumes: Vec::new(),
        stop_signal: None,
        base,
    };
    if repository.flatten().as_deref() == Some("nginx") {
        nginx(&mut built, first.from_span);
    }
    for step in chain.iter().flat_map(|stage| &stages[*stage].steps) {
        take(&mut built, step);
    }
    Some(built)
}

/// `nginx` of `docker.io/library/nginx:1.27`; nothing for what is not known.
fn repository(image: &Word) -> Option<String> {
    let text = image.text()?;
    // What such an image does when another one is built on it is not in sight.
    if text.contains("onbuild") {
        return None;
    }
    let name = text.split('@').next().unwrap_or(text);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let end = name.rfind(':').filter(|at| !name[*at..].contains('/'));
    Some(name[..end.unwrap_or(name.len())].to_owned())
}

fn root(span: Span) -> Word {
    Word {
        value: Value::known("/".to_owned(), Origin::Default("the base image")),
        span,
    }
}

/// What the official image of nginx says of itself (nginxinc/docker-nginx).
fn nginx(built: &mut Built, span: Span) {
    let word = |text: &str| Word {
        value: Value::known(text.to_owned(), Origin::Default("nginx's image")),
        span,
    };
    let words = ["nginx", "-g", "daemon off;"].map(word).to_vec();
    built.cmd = Some((Invocation::Exec(words), span));
    built.stop_signal = Some(word("SIGQUIT"));
}

fn take(built: &mut Built, step: &Step) {
    match step {
        Step::Env(variable) => built.environment.variables.push(variable.clone()),
        Step::Arg { .. } => {}
        Step::Workdir(word) => {
            built.working_directory = joined(built.working_directory.as_ref(), word);
        }
        Step::User(user, group) => built.user = Some((user.clone(), group.clone())),
        Step::Copy(copy) => {
            let mut copy = copy.clone();
            let ends_with_slash = copy
                .destination
                .text()
                .is_some_and(|text| text.ends_with('/') || text == "." || text.ends_with("/."));
            copy.destination = joined(built.working_directory.as_ref(), &copy.destination)
                .unwrap_or_else(|| {
                    let span = copy.destination.span;
                    Word::unknown(span, "it is taken from the base image's directory")
                });
            if ends_with_slash
                && let Some(text) = copy.destination.text()
                && !text.ends_with('/')
            {
                let text = format!("{text}/");
                let span = copy.destination.span;
                copy.destination.value = Value::known(text, Origin::Computed(span));
            }
            built.copies.push(copy);
        }
        Step::Run { commands, .. } => {
            for command in commands {
                built.runs.push(Ran {
                    command: command.clone(),
                    working_directory: built.working_directory.clone(),
                    user: built.user.as_ref().map(|(user, _)| user.clone()),
                });
            }
        }
        Step::Cmd(invocation, span) => built.cmd = Some((invocation.clone(), *span)),
        Step::Entrypoint(invocation, span) => {
            // The command of what it builds on was made for another entrypoint.
            built.cmd = None;
            built.entrypoint = Some((invocation.clone(), *span));
        }
        Step::Expose(word) => built.exposed.push(word.clone()),
        Step::Volume(word) => built.volumes.push(word.clone()),
        Step::StopSignal(word) => built.stop_signal = Some(word.clone()),
    }
}

/// A path taken from a working directory; nothing for a relative one where that is not known.
fn joined(base: Option<&Word>, path: &Word) -> Option<Word> {
    let Some(text) = path.text() else {
        let why = path.value.why_unknown().map(|unknown| unknown.why.clone());
        return Some(Word {
            value: Value::Unknown(Unknown::at(path.span, why.unwrap_or_default())),
            span: path.span,
        });
    };
    let absolute = match text.starts_with('/') {
        true => normalize(Path::new("/"), Path::new(text)),
        false => normalize(Path::new(base?.text()?), Path::new(text)),
    };
    let absolute = absolute.to_string_lossy().into_owned();
    let origin = match absolute == text && path.value.single()?.origin.is_literal() {
        true => Origin::Literal(path.span),
        false => Origin::Computed(path.span),
    };
    Some(Word {
        value: Value::known(absolute, origin),
        span: path.span,
    })
}
