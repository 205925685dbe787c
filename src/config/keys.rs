//! Every key of the configuration: what it takes, and what it is for.
//!
//! One table, so that the reader, the JSON schema and `djlint config` cannot disagree.

/// What a value may be.
#[derive(Debug)]
pub(super) enum Shape {
    /// A table of these keys and no others.
    Table(&'static [Key]),
    /// A table of any names of a kind, each with a value of this shape.
    Each(Names, &'static Self),
    /// A list of tables, each of these keys and no others.
    Tables(&'static [Key], Needed),
    /// A list of values of this shape.
    List(Text),
    /// A string.
    Text(Text),
}

/// The keys that no table of a list may lack.
pub(super) type Needed = &'static [&'static str];

/// What a string may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// Anything.
    Any,
    /// A file or directory, relative to the configuration file.
    Path,
    /// The id of a rule, or a family of rules.
    Rule,
    /// A pattern as in a .gitignore, relative to the configuration file.
    Pattern,
    /// Numbers with dots.
    Version,
    /// A URL, or a path of the site that nginx hands to Django.
    Url,
    /// `Name: value`
    Header,
    /// As `djlint trace --expect` has it.
    Expectation,
    /// One of these.
    Word(&'static [&'static str]),
}

/// What the names in a table may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// Anything.
    Any,
    /// As [`Text::Rule`].
    Rule,
    /// As [`Text::Pattern`].
    Pattern,
    /// Paths of the deployed host.
    Deployed,
}

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// What it takes.
    pub(super) shape: Shape,
    /// What it is for, in one line.
    pub(super) about: &'static str,
}

const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, about }
}

const RULES: Shape = Shape::List(Text::Rule);
const PATTERNS: Shape = Shape::List(Text::Pattern);
const PATHS: Shape = Shape::List(Text::Path);
const SEVERITY: Shape = Shape::Text(Text::Word(&["advice", "warning", "error"]));
const VERSION: Shape = Shape::Text(Text::Version);

/// The keys, in the order in which they are shown.
pub(super) static KEYS: &[Key] = &[
    key("select", RULES, "Ask only these rules or families"),
    key("ignore", RULES, "Do not ask these rules or families"),
    key(
        "per-file-ignores",
        Shape::Each(Names::Pattern, &RULES),
        "Rules and families that are silent in files that match a pattern",
    ),
    key(
        "severity",
        Shape::Each(Names::Rule, &SEVERITY),
        "What the findings of a rule or family count as",
    ),
    key("min-severity", SEVERITY, "Hide what is less severe"),
    key(
        "fail-on",
        SEVERITY,
        "Exit with 1 if something is found that is at least this severe",
    ),
    key(
        "baseline",
        Shape::Text(Text::Path),
        "Say nothing of the findings that this file lists",
    ),
    key(
        "include",
        PATTERNS,
        "Files to look into whatever they are called",
    ),
    key("exclude", PATTERNS, "What is not looked into"),
    key(
        "inputs",
        Shape::Table(&[
            key("paths", PATHS, "Files and directories to look through"),
            key("nginx", PATHS, "nginx files; no other is looked for"),
            key("uwsgi", PATHS, "uWSGI ini files; no other is looked for"),
            key(
                "settings",
                PATHS,
                "Settings modules that are deployed; no other is looked for",
            ),
        ]),
        "What is read where the command line does not say it",
    ),
    key(
        "env",
        Shape::Each(Names::Any, &Shape::Text(Text::Any)),
        "Environment variables of the deployed processes",
    ),
    key(
        "env-files",
        PATHS,
        "Files like .env with environment variables of the deployed processes",
    ),
    key(
        "paths",
        Shape::Each(Names::Deployed, &Shape::Text(Text::Path)),
        "Directories of the deployed host, and what they are here",
    ),
    key(
        "nginx",
        Shape::Table(&[
            key(
                "assume",
                Shape::Text(Text::Word(&["debian"])),
                "What surrounds a site file without its nginx.conf",
            ),
            key("version", VERSION, "The release that is deployed"),
            key(
                "flavour",
                Shape::Text(Text::Word(&["nginx", "openresty", "angie"])),
                "Who builds it",
            ),
            key(
                "modules",
                Shape::List(Text::Any),
                "Modules beyond nginx's own that are built in or loaded",
            ),
        ]),
        "The nginx that is deployed",
    ),
    key(
        "uwsgi",
        Shape::Table(&[key("version", VERSION, "The release that is deployed")]),
        "The uWSGI that is deployed",
    ),
    key(
        "django",
        Shape::Table(&[key("version", VERSION, "The release that is deployed")]),
        "The Django that is deployed",
    ),
    key(
        "python",
        Shape::Table(&[key("version", VERSION, "The release that is deployed")]),
        "The Python that is deployed",
    ),
    key(
        "deployment",
        Shape::Each(
            Names::Any,
            &Shape::Table(&[
                key(
                    "paths",
                    PATHS,
                    "The files and directories of which it is made",
                ),
                key(
                    "purpose",
                    Shape::Text(Text::Word(&["production", "development"])),
                    "Whom it is for",
                ),
            ]),
        ),
        "What belongs together, under a name",
    ),
    key(
        "routes",
        Shape::Tables(
            &[
                key(
                    "url",
                    Shape::Text(Text::Url),
                    "A URL, or a path of the site that nginx hands to Django",
                ),
                key(
                    "expect",
                    Shape::Text(Text::Expectation),
                    "What answers it: a status (\"200\"), \"file:/path\", or \"django\"",
                ),
                key(
                    "method",
                    Shape::Text(Text::Any),
                    "The method; GET otherwise",
                ),
                key(
                    "headers",
                    Shape::List(Text::Header),
                    "Headers that the client sends, each \"Name: value\"",
                ),
                key(
                    "address",
                    Shape::Text(Text::Any),
                    "The address of the host that it comes to, where nginx listens on several",
                ),
            ],
            &["url", "expect"],
        ),
        "What is asked for, and what is to answer",
    ),
];

impl Shape {
    /// What it is called in a message.
    pub(super) fn wanted(&self) -> String {
        match self {
            Self::Table(_) => "a table".to_owned(),
            Self::Tables(..) => "a list of tables".to_owned(),
            Self::Each(Names::Deployed, _) => {
                "a table of \"/deployed/directory\" = \"directory here\"".to_owned()
            }
            Self::Each(names, inner) => match inner {
                Self::Table(_) => "a table of tables".to_owned(),
                _ => format!("a table of {} = {}", names.specimen(), inner.specimen()),
            },
            Self::List(_) => "a list of strings".to_owned(),
            Self::Text(Text::Word([only])) => format!("\"{only}\""),
            Self::Text(Text::Word(words)) => format!("one of \"{}\"", words.join("\", \"")),
            Self::Text(_) => "a string".to_owned(),
        }
    }

    fn specimen(&self) -> &'static str {
        match self {
            Self::List(_) => "[\"…\"]",
            Self::Text(Text::Word(_)) => "\"severity\"",
            _ => "\"value\"",
        }
    }
}

impl Names {
    fn specimen(self) -> &'static str {
        match self {
            Self::Any => "NAME",
            Self::Rule => "\"rule\"",
            Self::Pattern => "\"pattern\"",
            Self::Deployed => "\"/deployed/directory\"",
        }
    }
}
