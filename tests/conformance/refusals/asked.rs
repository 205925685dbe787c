//! One configuration, and what nginx and djlint answer.

use std::path::Path;

use djlint::files::Files;
use djlint::host::{Completeness, PathMap};
use djlint::nginx::{Configuration, Reader, Release, Role, Surroundings, Verdict};
use djlint::tree::Memory;

/// What a program says of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepted,
    /// The line, where one is named, and the message.
    Refused(Option<usize>, String),
    /// It depends on what the text does not tell: a name that is to be resolved, a file.
    Open(String),
}

impl Answer {
    /// Whether two answers agree: messages are each one's own.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Accepted, Self::Accepted) => true,
            (Self::Refused(one, _), Self::Refused(other, _)) => one == other,
            _ => false,
        }
    }
}

/// The files beside nginx.conf: those of nginx's package, cut short.
pub(crate) const BESIDE: &[(&str, &str)] = &[
    (
        "uwsgi_params",
        "uwsgi_param QUERY_STRING $query_string;\nuwsgi_param REQUEST_METHOD $request_method;\n",
    ),
    ("proxy_params", "proxy_set_header Host $http_host;\n"),
    ("rows.map", "a 1;\n~^b 2;\n*.c 3;\n"),
    (
        "mime.types",
        "types {\n    text/html html htm;\n    text/css css;\n}\n",
    ),
];

/// Where nginx.conf lies.
pub(crate) const DIRECTORY: &str = "/srv/conf";

/// What djlint says.
pub(crate) fn djlint(text: impl AsRef<[u8]>, version: &str) -> Answer {
    let main = format!("{DIRECTORY}/nginx.conf");
    let mut tree = Memory::new().file(&main, text.as_ref(), 0o644);
    for (name, text) in BESIDE {
        tree = tree.file(format!("{DIRECTORY}/{name}"), *text, 0o644);
    }
    let mut paths = PathMap::new();
    paths.add(DIRECTORY, DIRECTORY, Completeness::Host);
    let files = Files::new(tree, paths);
    let root = files.open(Path::new(&main)).unwrap();
    let from = root.path().to_owned();
    let reader = Reader {
        locate: &|path| files.locate(path, &from),
        name: Some(from.clone()),
        release: Release::parse(version),
        release_at: None,
        has_other_modules: false,
        is_filled_in: &|_| false,
        is_host: true,
    };
    let read = Configuration::load(&files, root, Role::Main, Surroundings::Unknown, &reader);
    match read.verdict() {
        Verdict::Accepted => Answer::Accepted,
        Verdict::Refused { says, noticed } => {
            let line = noticed.map(|place| files.get(place.file).line_of(place.range().start));
            Answer::Refused(line, says)
        }
        Verdict::Undecided { why, .. } => Answer::Open(why),
    }
}
