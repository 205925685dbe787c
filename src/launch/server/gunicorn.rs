//! Gunicorn: its command line, its environment and its configuration file, the last of which counts least
//! (gunicorn/app/base.py, load_config).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bind;
use super::{Bind, Line, OptionValue, Server};
use crate::django::Settings;
use crate::files::Files;
use crate::launch::word::Word;
use crate::source::{Origin, SourceFile};
use crate::value::Value;

pub(super) fn describe(
    line: &Line<'_>,
    files: &Files,
    resolve: &dyn Fn(&str) -> Option<PathBuf>,
    server: &mut Server,
) {
    server.application = line.positional(&[
        "-b",
        "--bind",
        "-c",
        "--config",
        "-w",
        "--workers",
        "-k",
        "--worker-class",
        "-t",
        "--timeout",
        "-n",
        "--name",
        "-u",
        "--user",
        "-g",
        "--group",
        "-m",
        "--umask",
        "-p",
        "--pid",
        "-e",
        "--env",
        "--chdir",
        "--pythonpath",
        "--log-level",
        "--log-file",
        "--access-logfile",
        "--error-logfile",
        "--threads",
        "--graceful-timeout",
        "--keep-alive",
        "--max-requests",
        "--max-requests-jitter",
        "--backlog",
        "--worker-connections",
        "--worker-tmp-dir",
        "--log-config",
        "--access-logformat",
        "--forwarded-allow-ips",
        "--limit-request-line",
        "--protocol",
        "--certfile",
        "--keyfile",
        "--statsd-host",
        "--paste",
    ]);
    server.directory = line.word(None, &["--chdir"]);
    server.workers = line
        .value(Some("-w"), &["--workers"])
        .and_then(|option| Some((option.value.get()?.trim().parse().ok()?, option.span)));
    // Its configuration file may say so, too; which is not read where the command line has the address.
    server.speaks_http = line.values(None, &["--protocol"]).is_empty()
        && line.variable("GUNICORN_CMD_ARGS").is_none();
    server.daemonizes = line.has(&["-D", "--daemon"]);
    server.settings = line
        .values(Some("-e"), &["--env"])
        .into_iter()
        .filter_map(|option| {
            let text = option.value.get()?;
            let module = text.strip_prefix("DJANGO_SETTINGS_MODULE=")?;
            Some(Word {
                value: Value::known(module.to_owned(), Origin::Computed(option.span)),
                span: option.span,
            })
        })
        .next_back();
    let given: Vec<Bind> = line
        .values(Some("-b"), &["--bind"])
        .into_iter()
        .map(bind::bind)
        .collect();
    if !given.is_empty() {
        server.binds = given;
        return;
    }
    // GUNICORN_CMD_ARGS is another command line, and an environment that is not known may hold one.
    if line.variable("GUNICORN_CMD_ARGS").is_some() {
        server.binds_are_known = false;
        return;
    }
    let named = line.value(Some("-c"), &["--config"]);
    let path = match &named {
        Some(option) => match option.value.get() {
            Some(path) => path.strip_prefix("file:").unwrap_or(path).to_owned(),
            None => {
                server.binds_are_known = false;
                return;
            }
        },
        None => "gunicorn.conf.py".to_owned(),
    };
    let opened = resolve(&path).and_then(|path| files.open(&path).ok());
    match (opened, named) {
        (Some(source), _) => from_file(line, files, &source, server),
        (None, Some(_)) => {
            server.binds_are_known = false;
            return;
        }
        // The file of that name is read where it is there, which is not known without the directory.
        (None, None) => server.binds_are_known &= resolve(".").is_some(),
    }
    if server.binds.is_empty() && server.binds_are_known {
        let default = match line.variable("PORT") {
            Some(port) => bind::host_and_port(
                Some(OptionValue {
                    value: Value::known("0.0.0.0".to_owned(), Origin::Default("Gunicorn")),
                    span: port.span,
                }),
                Some(OptionValue {
                    value: port.value.clone(),
                    span: port.span,
                }),
                "",
                8000,
                server.name_span,
            ),
            None => bind::default("127.0.0.1", 8000, server.name_span),
        };
        server.binds.push(default);
    }
}

/// `bind` of the configuration file, which is a Python module: a text or a list of texts.
fn from_file(line: &Line<'_>, files: &Files, source: &Arc<SourceFile>, server: &mut Server) {
    let roots: Vec<PathBuf> = source
        .path()
        .parent()
        .map(Path::to_owned)
        .into_iter()
        .collect();
    let settings = Settings::load(files, source, &roots, &line.environment.known());
    server.speaks_http &= settings.get("protocol").assignment().is_none();
    let bind = settings.get("bind");
    let Some(assignment) = bind.assignment() else {
        server.binds_are_known &= settings.hidden().is_none();
        return;
    };
    let span = assignment.value;
    let texts: Option<Vec<String>> = bind
        .value
        .get()
        .filter(|_| !bind.optional)
        .and_then(|bind| match (bind.as_str(), bind.as_sequence()) {
            (Some(text), _) => Some(vec![text.to_owned()]),
            (None, Some(list)) if list.incomplete.is_none() => list
                .items
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect(),
            _ => None,
        });
    match texts {
        Some(texts) => server.binds.extend(texts.iter().map(|text| Bind {
            address: bind::parse(text, span),
            span,
        })),
        None => server.binds_are_known = false,
    }
}
