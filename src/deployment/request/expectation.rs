//! What somebody expects of a request.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::Way;
use crate::nginx::Answer;
use crate::value;

/// What somebody expects of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// `200`: this status.
    Status(u16),
    /// `file:/srv/shop/static/site.css`: this file is opened.
    File(PathBuf),
    /// `django`: it arrives at a Django project, whose host check lets it in.
    Django,
}

impl FromStr for Expectation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("file:") {
            return match path.starts_with('/') {
                true => Ok(Self::File(Path::new(path).components().collect())),
                false => Err(format!("`{text}`: the path begins with a slash")),
            };
        }
        match text.parse::<u16>() {
            _ if text == "django" => Ok(Self::Django),
            Ok(status) if (100..=999).contains(&status) => Ok(Self::Status(status)),
            _ => Err(format!(
                "`{text}` is none of: a status (200), file:PATH, django"
            )),
        }
    }
}

impl Expectation {
    /// Whether every way that a request may take is as expected.
    pub fn holds(&self, ways: &[Way<'_>]) -> value::Answer {
        let mut answers = ways.iter().map(|way| self.holds_for(way));
        match answers.next() {
            Some(first) if answers.all(|answer| answer == first) => first,
            _ => value::Answer::Unknown,
        }
    }

    fn holds_for(&self, way: &Way<'_>) -> value::Answer {
        let is = |holds: bool| match holds {
            true => value::Answer::Yes,
            false => value::Answer::No,
        };
        if matches!(way.trace.answer, Answer::Unknown(_)) {
            return value::Answer::Unknown;
        }
        match self {
            Self::Status(expected) => match (way.status(), &way.trace.answer) {
                (Some(status), _) => is(status == *expected),
                (None, Answer::Closed) => value::Answer::No,
                (None, _) => value::Answer::Unknown,
            },
            Self::File(expected) => match &way.trace.answer {
                Answer::File(path) => is(path.components().collect::<PathBuf>() == *expected),
                _ => value::Answer::No,
            },
            Self::Django => match (&way.arrival, &way.trace.answer) {
                (Some(arrival), _) => match &arrival.reception {
                    Some(reception) => is(!reception.is_allowed.is_no()),
                    None => value::Answer::Unknown,
                },
                (None, Answer::Pass { .. }) => value::Answer::Unknown,
                (None, _) => value::Answer::No,
            },
        }
    }
}
