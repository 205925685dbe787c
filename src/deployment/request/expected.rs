//! What the configuration expects of requests, and what becomes of them.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Asked, Expectation, StaticFile, Way};
use crate::files::read_bounded;
use crate::finding::Undecided;
use crate::nginx::{Answer, Node};
use crate::source::{SourceFile, Span};
use crate::tree::MAX_FILE_SIZE;
use crate::value;
use crate::workspace::Workspace;

/// What somebody expects of a request, and where the configuration says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What is asked for.
    pub asked: Asked,
    /// What is to answer.
    pub expectation: Expectation,
    /// The file.
    pub path: PathBuf,
    /// The URL in it.
    pub url: Range<usize>,
    /// The expectation in it.
    pub expect: Range<usize>,
    /// The headers in it.
    pub headers: Option<Range<usize>>,
}

/// Something that does not answer as it should.
pub struct Missed {
    /// The expectation.
    pub expect: Span,
    /// What was asked for.
    pub url: Span,
    /// What answers instead, to be read after the URL: "is answered 404 by nginx".
    pub instead: String,
    /// The location that answers, or the server.
    pub by: Option<Span>,
}

impl Workspace {
    /// What is expected and does not come.
    pub fn missed(&self) -> Vec<Missed> {
        let expected = self.input().expected.iter();
        expected
            .filter_map(|expected| {
                let (front, request) = self.addressed(&expected.asked)?;
                let ways = self.ways(front, &request);
                if !expected.expectation.holds(&ways).is_no() {
                    return None;
                }
                let source = self.source_of(expected)?;
                let mut instead: Vec<String> = ways.iter().map(Way::in_words).collect();
                instead.dedup();
                let block = ways
                    .first()
                    .and_then(|way| way.trace.location.or(way.trace.server));
                Some(Missed {
                    expect: source.span(expected.expect.clone()),
                    url: source.span(expected.url.clone()),
                    instead: instead.join(", or "),
                    by: block.map(Node::header_span),
                })
            })
            .collect()
    }

    /// What is expected, and nobody knows whether it comes.
    pub(crate) fn undecided_routes(&self) -> Vec<Undecided> {
        let expected = self.input().expected.iter();
        expected
            .filter_map(|expected| {
                let why = match self.addressed(&expected.asked) {
                    None => "no nginx configuration is here".to_owned(),
                    Some((front, request)) => {
                        let ways = self.ways(front, &request);
                        let is_known = expected.expectation.holds(&ways) != value::Answer::Unknown;
                        if is_known {
                            return None;
                        }
                        ways.iter().map(why_unknown).next().unwrap_or_default()
                    }
                };
                let source = self.source_of(expected)?;
                let url = source.span(expected.url.clone());
                Some(Undecided {
                    what: format!("route {}", source.text(url).trim_matches(['"', '\''])),
                    why,
                    place: Some(url),
                })
            })
            .collect()
    }

    /// The configuration file. It may lie outside of what is looked through.
    fn source_of(&self, expected: &Expected) -> Option<Arc<SourceFile>> {
        let path = &expected.path;
        let known = || {
            let sources = self.files().sources();
            sources.into_iter().find(|source| source.path() == path)
        };
        let source = self.files().open(path).ok().or_else(known).or_else(|| {
            let bytes = read_bounded(path, MAX_FILE_SIZE).ok()?;
            Some(self.files().intern(path.clone(), bytes))
        })?;
        // It may be another one by now.
        if expected.expect.end.max(expected.url.end) > source.bytes().len() {
            return None;
        }
        let headers = expected.asked.headers.iter();
        let is_secret = |(name, _): &(String, String)| crate::secrets::is_secret_header(name);
        if let (true, Some(range)) = (headers.clone().any(is_secret), &expected.headers) {
            source.mark_secret(range.clone());
        }
        Some(source)
    }
}

fn why_unknown(way: &Way<'_>) -> String {
    match (&way.trace.answer, way.trace.assumed.first()) {
        (Answer::Unknown(unknown), _) => unknown.why.clone(),
        (_, Some(assumed)) => assumed.unknown.why.clone(),
        (_, None) => way.trace.why.clone(),
    }
}

impl Way<'_> {
    /// What becomes of the request, to be read after its URL.
    fn in_words(&self) -> String {
        let status = self.status();
        let with_status = |text: String| match status {
            Some(status) => format!("{text} ({status})"),
            None => text,
        };
        match &self.trace.answer {
            Answer::File(path) => with_status(format!("is the file {}", path.display())),
            Answer::Directory(path) => with_status(format!("is the list of {}", path.display())),
            Answer::Redirect { to: Some(to), .. } => {
                let to = String::from_utf8_lossy(to);
                with_status(format!("is sent on to {to}"))
            }
            Answer::Pass { address, .. } => match (&self.arrival, status) {
                (Some(arrival), Some(404)) if arrival.static_file == Some(StaticFile::Nobody) => {
                    "is answered 404 by Django, behind which nobody hands out static files"
                        .to_owned()
                }
                (Some(_), Some(status)) => format!("is answered {status} by Django"),
                _ => {
                    let address = String::from_utf8_lossy(address);
                    with_status(format!("is passed on to {address}"))
                }
            },
            Answer::Module(node) => with_status(format!("is answered by {}", node.name())),
            Answer::Closed => "gets no answer: nginx closes the connection".to_owned(),
            Answer::Return { .. } | Answer::Redirect { .. } | Answer::Error => match status {
                Some(status) => format!("is answered {status} by nginx"),
                None => "is answered by nginx".to_owned(),
            },
            Answer::Unknown(unknown) => format!("is answered as nobody knows: {}", unknown.why),
        }
    }
}
