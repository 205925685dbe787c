//! The version of Django that a project asks for.

use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::value::Answer;

/// Major, minor and patch.
pub(super) type Version = (u16, u16, u16);

/// A release series: major and minor.
pub type Series = (u16, u16);

/// The series that there are. What is older or newer is not told apart from the one next to it.
const SERIES: [Series; 22] = [
    (1, 4),
    (1, 5),
    (1, 6),
    (1, 7),
    (1, 8),
    (1, 9),
    (1, 10),
    (1, 11),
    (2, 0),
    (2, 1),
    (2, 2),
    (3, 0),
    (3, 1),
    (3, 2),
    (4, 0),
    (4, 1),
    (4, 2),
    (5, 0),
    (5, 1),
    (5, 2),
    (6, 0),
    (6, 1),
];

/// The releases of Django that a project may run with, by what its requirements say.
#[derive(Clone, Debug)]
pub struct Releases {
    mentions: Vec<Mention>,
}

/// One line that names Django: what it asks for. Empty where any version will do.
type Mention = Vec<(Relation, Written)>;

/// A version as it is written: `5`, `5.2`, `5.2.1`, `5.2.*`.
type Written = Vec<u16>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// `==5.2.1`
    Exactly,
    /// `==5.2.*`, and poetry's `5.2.*`
    Within,
    AtLeast,
    Above,
    AtMost,
    Below,
    /// `~=4.2.1`: at least that, within `4.2`.
    Compatible,
    /// Poetry's `^4.2`: at least that, within `4`.
    SameMajor,
    /// `!=4.2.3`: as good as nothing.
    Not,
}

/// Whether hosts are compared with ALLOWED_HOSTS while DEBUG is on. Before the mending of
/// CVE-2016-9014 `HttpRequest.get_host` took every host then.
fn compares_hosts_in_debug(version: Version) -> bool {
    match (version.0, version.1) {
        (1, 8) => version.2 >= 16,
        (1, 9) => version.2 >= 11,
        (1, 10) => version.2 >= 3,
        (1, minor) => minor > 10,
        (major, _) => major > 1,
    }
}

impl Releases {
    /// Any release that there is.
    #[cfg(test)]
    pub(super) fn any() -> Self {
        Self {
            mentions: Vec::new(),
        }
    }

    /// What the files in these directories of the tree, and above them, ask for.
    pub(super) fn asked_for(files: &Files, directories: &[PathBuf]) -> Self {
        let tree = files.tree();
        let mut mentions: Vec<Mention> = Vec::new();
        for directory in directories {
            let above = directory.ancestors();
            for directory in above.take_while(|ancestor| tree.is_inside(ancestor)) {
                mentions.extend(asked_for_in(files, directory));
            }
        }
        Self { mentions }
    }

    /// Whether something holds for every release that the project may run with.
    pub fn all(&self, holds: impl Fn(Series) -> bool) -> Answer {
        let (mut yes, mut no) = (false, false);
        for series in SERIES {
            if self.may_be(series) {
                match holds(series) {
                    true => yes = true,
                    false => no = true,
                }
            }
        }
        match (yes, no) {
            (true, false) => Answer::Yes,
            (false, true) => Answer::No,
            _ => Answer::Unknown,
        }
    }

    /// The series that it may be. Where nothing says which, those before 2.0 are left out: they run on
    /// no Python that is still to be had.
    pub(super) fn possible(&self) -> impl Iterator<Item = Series> {
        let oldest = if self.are_stated() { (0, 0) } else { (2, 0) };
        let series = SERIES.into_iter().filter(move |series| *series >= oldest);
        series.filter(|series| self.may_be(*series))
    }

    /// The series that it may be, oldest first, as they are written; none where nothing says which.
    pub fn stated(&self) -> Vec<String> {
        let series = self.possible().filter(|_| self.are_stated());
        series
            .map(|(major, minor)| format!("{major}.{minor}"))
            .collect()
    }

    /// Whether every release that it may be is of that series or a later one.
    pub fn is_since(&self, series: Series) -> Answer {
        self.all(|possible| possible >= series)
    }

    /// Whether anything narrows it down.
    pub fn are_stated(&self) -> bool {
        !self.mentions.is_empty() && self.mentions.iter().all(|mention| !mention.is_empty())
    }

    fn may_be(&self, series: Series) -> bool {
        self.mentions.is_empty()
            || self.mentions.iter().any(|mention| {
                mention
                    .iter()
                    .all(|(relation, version)| allows(*relation, version, series))
            })
    }

    /// Whether anything here says which release it is.
    pub(super) fn are_told(&self) -> bool {
        !self.mentions.is_empty()
    }

    /// Whether hosts are compared with ALLOWED_HOSTS even where DEBUG is on, in every version that is pinned.
    pub(super) fn compares_hosts_in_debug(&self) -> bool {
        self.mentions
            .iter()
            .filter_map(|mention| match mention.as_slice() {
                [(Relation::Exactly, version)] => Some((
                    *version.first()?,
                    version.get(1).copied().unwrap_or(0),
                    version.get(2).copied().unwrap_or(0),
                )),
                _ => None,
            })
            .all(compares_hosts_in_debug)
    }
}

/// Whether a release of the series may be what is asked for.
fn allows(relation: Relation, version: &[u16], series: Series) -> bool {
    let (Some(&major), minor) = (version.first(), version.get(1).copied()) else {
        return true;
    };
    let is_whole_series = version.get(2).is_none_or(|patch| *patch == 0);
    let asked = (major, minor.unwrap_or(0));
    match relation {
        Relation::Exactly => nearest(asked) == series,
        Relation::Within => match minor {
            Some(_) => nearest(asked) == series,
            None => series.0 == major,
        },
        Relation::AtLeast | Relation::Above => series >= nearest(asked),
        Relation::AtMost => series <= nearest(asked),
        // `<4.2` leaves 4.2 out, and `<4.2.3` does not.
        Relation::Below if is_whole_series => series < asked,
        Relation::Below => series <= nearest(asked),
        Relation::Compatible if version.len() > 2 => series == nearest(asked),
        Relation::Compatible | Relation::SameMajor => {
            series >= nearest(asked) && series.0 == nearest(asked).0
        }
        Relation::Not => true,
    }
}

/// The series itself, or the one that it is not told apart from.
fn nearest(series: Series) -> Series {
    let before = SERIES.iter().rev().find(|known| **known <= series);
    before.copied().unwrap_or(SERIES[0])
}

/// What one directory's files ask for: a lock file says what is installed, and what it was made
/// from only what would do.
fn asked_for_in(files: &Files, directory: &Path) -> Vec<Mention> {
    let read = |path: &Path| {
        let source = files.open(path).ok()?;
        Some(String::from_utf8_lossy(source.bytes()).into_owned())
    };
    let mut found: Vec<Mention> = Vec::new();
    for path in files.requirements(directory).iter() {
        let text = read(path).unwrap_or_default();
        found.extend(text.lines().filter_map(requirement));
    }
    for name in ["poetry.lock", "uv.lock", "pdm.lock"] {
        found.extend(read(&directory.join(name)).and_then(|text| in_toml_lock(&text)));
    }
    found.extend(read(&directory.join("Pipfile.lock")).and_then(|text| in_pipfile_lock(&text)));
    if found.is_empty() {
        let text = read(&directory.join("pyproject.toml"));
        found.extend(text.and_then(|text| in_pyproject(&text)));
        let text = read(&directory.join("Pipfile"));
        found.extend(text.and_then(|text| in_pipfile(&text)));
    }
    if found.is_empty() {
        let text = read(&directory.join("Dockerfile")).unwrap_or_default();
        found.extend(installed_by(&text));
    }
    found
}

/// `[packages]` of a Pipfile: `django = "~=4.2.0"`, or a table with a version.
fn in_pipfile(text: &str) -> Option<Mention> {
    let project: toml::Table = text.parse().ok()?;
    let packages = project.get("packages")?.as_table()?;
    let (_, asked) = packages
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("django"))?;
    let asked = asked.as_str().or_else(|| asked.get("version")?.as_str())?;
    Some(specifiers(asked, false)).filter(|mention| !mention.is_empty())
}

/// `RUN pip install "Django>=4.2,<5" gunicorn`; what names no version leaves all to choose from.
fn installed_by(text: &str) -> Vec<Mention> {
    let lines = text.lines().map(str::trim_start);
    let installs = lines.filter(|line| !line.starts_with('#') && line.contains("pip install"));
    let words = installs.flat_map(str::split_whitespace);
    words
        .filter_map(|word| requirement(word.trim_matches(['"', '\'', ';', ','])))
        .filter(|mention| !mention.is_empty())
        .collect()
}

/// `Django[argon2]>=4.2,<5.0 ; python_version >= "3.8"  # why`; nothing for another package.
fn requirement(line: &str) -> Option<Mention> {
    let line = line.split(['#', ';']).next()?.trim();
    let end = line
        .find(|character: char| !(character.is_ascii_alphanumeric() || "-_.".contains(character)))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if !name.eq_ignore_ascii_case("django") {
        return None;
    }
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None => rest,
    };
    // pip-compile's hashes follow on the same line.
    let rest = rest.split(" --").next()?;
    Some(specifiers(
        rest.trim_matches(['(', ')', ' ', '\t', '\\']),
        false,
    ))
}

/// `>=4.2,<5.0`; what is not understood asks for nothing. A bare version is one to have exactly, in
/// Poetry's terms.
fn specifiers(text: &str, is_poetry: bool) -> Mention {
    const RELATIONS: [(&str, Relation); 9] = [
        ("===", Relation::Exactly),
        ("==", Relation::Exactly),
        ("~=", Relation::Compatible),
        (">=", Relation::AtLeast),
        ("<=", Relation::AtMost),
        ("!=", Relation::Not),
        (">", Relation::Above),
        ("<", Relation::Below),
        ("^", Relation::SameMajor),
    ];
    let mut found = Vec::new();
    for part in text.split(',').map(str::trim) {
        let related = RELATIONS
            .iter()
            .find_map(|(sign, relation)| Some((part.strip_prefix(sign)?, *relation)));
        let (version, relation) = match related {
            Some(related) => related,
            None if is_poetry => match part.strip_prefix('~') {
                Some(version) => (version, Relation::Within),
                None => (part, Relation::Exactly),
            },
            None => continue,
        };
        let version = version.trim();
        let (version, relation) = match version.strip_suffix(".*") {
            Some(version) if relation == Relation::Exactly => (version, Relation::Within),
            _ => (version, relation),
        };
        found.extend(written(version).map(|version| (relation, version)));
    }
    found
}

/// `5.2.1`, `5.2rc1`.
fn written(version: &str) -> Option<Written> {
    let end = version
        .find(|character: char| !(character.is_ascii_digit() || character == '.'))
        .unwrap_or(version.len());
    let numbers = version[..end].trim_end_matches('.').split('.');
    numbers.map(|number| number.parse().ok()).collect()
}

/// The version of Django in `poetry.lock` and its like: `name = "django"`, and `version` on the next line.
fn in_toml_lock(text: &str) -> Option<Mention> {
    let value = |line: &str, key: &str| {
        let rest = line.trim().strip_prefix(key)?.trim_start();
        Some(rest.strip_prefix('=')?.trim().trim_matches('"').to_owned())
    };
    let mut lines = text.lines();
    lines
        .find(|line| value(line, "name").is_some_and(|name| name.eq_ignore_ascii_case("django")))?;
    let version = lines
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| value(line, "version"))?;
    Some(vec![(Relation::Exactly, written(&version)?)])
}

/// `{"default": {"django": {"version": "==4.2.7"}}}`
fn in_pipfile_lock(text: &str) -> Option<Mention> {
    let lock: serde_json::Value = serde_json::from_str(text).ok()?;
    let version = lock.get("default")?.get("django")?.get("version")?;
    Some(specifiers(version.as_str()?, false)).filter(|mention| !mention.is_empty())
}

/// `dependencies = ["Django>=4.2"]` of PEP 621, or Poetry's `django = "^4.2"`.
fn in_pyproject(text: &str) -> Option<Mention> {
    let project: toml::Table = text.parse().ok()?;
    let standard = || {
        let listed = project.get("project")?.get("dependencies")?.as_array()?;
        listed.iter().find_map(|line| requirement(line.as_str()?))
    };
    let poetry = || {
        let named = project.get("tool")?.get("poetry")?.get("dependencies")?;
        let named = named.as_table()?;
        let (_, asked) = named
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("django"))?;
        let asked = asked.as_str().or_else(|| asked.get("version")?.as_str())?;
        // `||` is "or".
        (!asked.contains('|')).then(|| specifiers(asked, true))
    };
    standard().or_else(poetry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::PathMap;
    use crate::tree::Memory;

    fn possible(releases: &Releases) -> Vec<Series> {
        let series = SERIES.into_iter();
        series.filter(|series| releases.may_be(*series)).collect()
    }

    #[track_caller]
    fn assert_asks(line: &str, expected: &[Series]) {
        let mentions = requirement(line).into_iter().collect();
        assert_eq!(possible(&Releases { mentions }), expected, "{line}");
    }

    /// As `packaging.specifiers` has it.
    #[test]
    fn a_requirement_is_read_as_pip_reads_it() {
        assert_asks("Django==1.9.8", &[(1, 9)]);
        assert_asks("django == 5.2 # the framework", &[(5, 2)]);
        assert_asks("Django[argon2]===4.2.19", &[(4, 2)]);
        assert_asks("django==3.1.4; python_version >= '3.6'", &[(3, 1)]);
        assert_asks("django==1.9.*", &[(1, 9)]);
        assert_asks("django==4.*", &[(4, 0), (4, 1), (4, 2)]);
        assert_asks("Django>=4.2,<5.1", &[(4, 2), (5, 0)]);
        assert_asks("Django>=4.2,<5.1.3", &[(4, 2), (5, 0), (5, 1)]);
        assert_asks("django~=4.2.1", &[(4, 2)]);
        assert_asks("django~=4.1", &[(4, 1), (4, 2)]);
        assert_asks("django>5.2", &[(5, 2), (6, 0), (6, 1)]);
        assert_asks("django>=2028.1", &[(6, 1)]);
        assert_asks("django==5.2.1 --hash=sha256:00", &[(5, 2)]);
        assert_asks("django==5.2rc1 \\", &[(5, 2)]);
    }

    #[test]
    fn what_says_nothing_leaves_every_series() {
        for line in ["django-redis==4.10.0", "# Django==1.9.8", "django", "-r x"] {
            let mentions = requirement(line).into_iter().collect();
            let releases = Releases { mentions };
            assert_eq!(possible(&releases).len(), SERIES.len(), "{line}");
            assert!(!releases.are_stated());
        }
    }

    fn asked_for(given: &[(&str, &str)]) -> Vec<Series> {
        let mut tree = Memory::new();
        for (path, text) in given {
            tree = tree.file(path, *text, 0o644);
        }
        let files = Files::new(tree, PathMap::new());
        possible(&Releases::asked_for(&files, &[PathBuf::from("/p/web")]))
    }

    #[test]
    fn every_kind_of_file_that_names_it_is_read() {
        for (path, text, expected) in [
            ("p/requirements.txt", "Django==4.2.1\n", (4, 2)),
            ("p/web/requirements/base.txt", "django~=3.2.0\n", (3, 2)),
            (
                "p/poetry.lock",
                "[[package]]\nname = \"django\"\nversion = \"4.1.2\"\n",
                (4, 1),
            ),
            (
                "p/Pipfile.lock",
                "{\"default\": {\"django\": {\"version\": \"==2.2.7\"}}}",
                (2, 2),
            ),
            (
                "p/pyproject.toml",
                "[project]\ndependencies = [\"Django>=5.2,<6\"]\n",
                (5, 2),
            ),
            ("p/Pipfile", "[packages]\nDjango = \"~=4.2.0\"\n", (4, 2)),
            (
                "p/Pipfile",
                "[packages]\ndjango = {version = \"==3.2.5\", extras = [\"argon2\"]}\n",
                (3, 2),
            ),
            (
                "p/Dockerfile",
                "FROM python:3.12\n# pip install django==1.8\nRUN pip install \"Django>=5.1,<5.2\" uwsgi\n",
                (5, 1),
            ),
            (
                "p/pyproject.toml",
                "[tool.poetry.dependencies]\nDjango = \"^3.2\"\n",
                (3, 2),
            ),
            (
                "p/pyproject.toml",
                "[tool.poetry.dependencies]\ndjango = {version = \"~4.1.3\"}\n",
                (4, 1),
            ),
        ] {
            assert_eq!(asked_for(&[(path, text)]), [expected], "{text}");
        }
    }

    #[test]
    fn files_that_disagree_leave_both_and_a_lock_file_is_nearer() {
        let requirements = ("p/requirements.txt", "Django==4.2.1\n");
        let others = ("p/web/requirements.txt", "Django==5.2\n");
        assert_eq!(asked_for(&[requirements, others]), [(4, 2), (5, 2)]);
        let project = (
            "p/pyproject.toml",
            "[project]\ndependencies = [\"Django>=4.2\"]\n",
        );
        assert_eq!(asked_for(&[requirements, project]), [(4, 2)]);
    }

    /// As django/http/request.py of these releases has it.
    #[test]
    fn hosts_are_compared_since_the_mending_of_cve_2016_9014() {
        for version in [(1, 5, 1), (1, 8, 15), (1, 9, 8), (1, 10, 2)] {
            assert!(!compares_hosts_in_debug(version), "{version:?}");
        }
        for version in [(1, 8, 16), (1, 9, 11), (1, 10, 3), (1, 11, 0), (5, 2, 0)] {
            assert!(compares_hosts_in_debug(version), "{version:?}");
        }
    }
}
