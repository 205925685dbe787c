//! A rule's page: the front matter that programs read, and the prose that people read.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::finding::Severity;

/// What stands before and after the front matter.
const FENCE: &str = "+++";

/// A page taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What `+++` encloses.
    pub front: Front,
    /// What follows: prose, then the examples.
    pub body: &'static str,
}

/// The front matter of a page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// The fault in one line.
    pub summary: String,
    /// The highest severity that a finding may have.
    pub severity: Severity,
    /// What a person sees when it bites.
    pub symptom: String,
    /// More by which it is known: lines of logs, and the words of browsers and of people.
    #[serde(default)]
    pub seen: Vec<String>,
    /// The program that refuses to start or to load because of it.
    #[serde(default)]
    pub refused_by: Option<Program>,
    /// How bad it is as a hole in security, as CVSS counts: "0.1" to "10.0".
    #[serde(default)]
    pub security_severity: Option<String>,
    /// Ids of the same thing elsewhere.
    #[serde(default)]
    pub also: Vec<String>,
    /// Whether there is a fix, and whether it may be applied unasked.
    pub fix: FixKind,
    /// The release that had the rule first.
    pub since: String,
    /// Where to read more.
    pub refs: Vec<String>,
    /// Arguments that the examples are checked with.
    #[serde(default)]
    pub args: Vec<String>,
    /// Environment variables that the examples are checked with.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Versions of programs that the examples are checked with.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    /// Whether the examples are a whole host.
    #[serde(default)]
    pub root: bool,
}

/// A program that can refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Program {
    /// nginx refuses the configuration.
    Nginx,
    /// uWSGI exits.
    Uwsgi,
    /// Django raises while it starts.
    Django,
    /// ssh does not use the key.
    Ssh,
}

impl Program {
    /// The program as people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Uwsgi => "uWSGI",
            Self::Django => "Django",
            Self::Ssh => "ssh",
        }
    }
}

/// Whether a rule brings a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FixKind {
    /// There is none.
    None,
    /// It changes nothing but the fault.
    Safe,
    /// It changes behaviour on purpose.
    Unsafe,
}

impl FixKind {
    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// Why a page cannot be read. Pages are ours: a test reads every one.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// It does not begin with front matter, or the front matter does not end.
    #[error("no front matter between two lines of {FENCE}")]
    NoFrontMatter,
    /// The front matter is not what is expected.
    #[error("front matter: {}", .0.message())]
    FrontMatter(#[from] toml::de::Error),
}

impl Front {
    /// Where to read more first.
    pub fn url(&self) -> Option<&str> {
        self.refs.first().map(String::as_str)
    }
}

impl Page {
    /// Takes the text of a page apart.
    pub fn parse(text: &'static str) -> Result<Self, PageError> {
        let text = text.trim_start_matches('\u{feff}');
        let (front, body) = text
            .strip_prefix(FENCE)
            .and_then(|rest| rest.split_once(&format!("\n{FENCE}")[..]))
            .ok_or(PageError::NoFrontMatter)?;
        Ok(Self {
            front: toml::from_str(front)?,
            body: body.trim(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    const PAGE: &str = "+++\n\
        summary = \"a brace is missing\"\n\
        severity = \"error\"\n\
        symptom = \"nginx: [emerg]\"\n\
        refused_by = \"nginx\"\n\
        fix = \"none\"\n\
        since = \"0.1.0\"\n\
        refs = []\n\
        +++\n\
        \n\
        Prose.\n\
        \n\
        ## Broken\n";

    #[test]
    fn a_page_is_front_matter_and_body() {
        let page = Page::parse(PAGE).unwrap();
        assert_eq!(page.front.summary, "a brace is missing");
        assert_eq!(page.front.severity, Severity::Error);
        assert_eq!(page.front.refused_by, Some(Program::Nginx));
        assert_eq!(page.front.fix, FixKind::None);
        assert!(page.front.also.is_empty());
        assert_eq!(page.body, "Prose.\n\n## Broken");
    }

    #[test]
    fn a_page_with_an_unknown_key_or_no_front_matter_is_refused() {
        let misspelt = PAGE.replace("symptom", "symptoms").leak();
        let error = Page::parse(misspelt).unwrap_err().to_string();
        assert!(error.contains("symptoms"), "{error}");
        assert!(Page::parse("Prose.").is_err());
        assert!(Page::parse("+++\nsummary = \"\"\n").is_err());
    }

    #[test]
    fn every_page_of_the_catalogue_can_be_read() {
        for rule in RULES {
            let page =
                Page::parse(rule.page).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
            assert!(!page.body.is_empty(), "{}", rule.id);
            let summary = page.front.summary;
            assert!(
                !summary.is_empty() && !summary.ends_with('.') && !summary.contains('\n'),
                "{}: {summary:?}",
                rule.id
            );
            if let Some(score) = page.front.security_severity {
                let is_score = score
                    .parse::<f64>()
                    .is_ok_and(|number| (0.1..=10.0).contains(&number));
                assert!(is_score && score.contains('.'), "{}: {score}", rule.id);
            }
        }
    }
}
