//! Names that are no option: uWSGI keeps each as a placeholder and says nothing, so that what was
//! to be set is not (uwsgi_opt_get in core/config.c).

use super::instance::Instance;
use super::options::UwsgiOption;
use super::setting::{Setting, Source};

/// Options of uWSGI's development branch, which no 2.0 release knows though the documentation lists many.
const LATER: &str = include_str!("later.txt");
/// Options of supervisord, which people take along.
const SUPERVISOR: [&str; 12] = [
    "autorestart",
    "autostart",
    "killasgroup",
    "redirect_stderr",
    "startretries",
    "startsecs",
    "stderr_logfile",
    "stdout_logfile",
    "stdout_logfile_maxbytes",
    "stopasgroup",
    "stopsignal",
    "stopwaitsecs",
];

/// To look for what a name was meant to be takes time; more of them are no configuration.
const MAX_LOOKED_AT: usize = 200;

/// A name that is no option.
pub struct UnknownOption<'a> {
    /// The line.
    pub setting: &'a Setting,
    /// What became of the name of an option.
    pub slip: Slip,
    /// Whether requests fail, or uWSGI does not start, without what was meant.
    pub is_fatal: bool,
}

/// What became of an option's name.
#[derive(Clone, Debug)]
pub enum Slip {
    /// Another letter or two; whether no other option is as near.
    Misspelt(UwsgiOption, bool),
    /// `_` for `-`, or capitals.
    Spelling(UwsgiOption),
    /// Dashes before it, as on the command line.
    Dashes(UwsgiOption),
    /// A blank or a colon where the `=` belongs; what stands behind it.
    NoEquals(UwsgiOption, String),
    /// An option that is documented, and in no release.
    Later,
    /// An option of supervisord.
    Supervisor,
}

/// A name in the letters that options have.
fn usual(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

impl Slip {
    /// The option that was meant.
    pub fn meant(&self) -> Option<UwsgiOption> {
        match self {
            Self::Misspelt(option, _)
            | Self::Spelling(option)
            | Self::Dashes(option)
            | Self::NoEquals(option, _) => Some(*option),
            Self::Later | Self::Supervisor => None,
        }
    }

    /// Whether no other option may have been meant as well.
    pub fn is_unambiguous(&self) -> bool {
        !matches!(self, Self::Misspelt(_, false))
    }

    fn of(key: &str) -> Option<Self> {
        let find = |name: &str| UwsgiOption::find(name.as_bytes());
        let bare = key.trim_start_matches('-');
        if bare.len() < key.len() {
            return find(bare).map(Self::Dashes);
        }
        if let Some(option) = find(&usual(key)) {
            return Some(Self::Spelling(option));
        }
        if let Some(end) = key.find([' ', '\t', ':']) {
            let option = find(&usual(&key[..end]))?;
            let value = key[end..].trim_start_matches([' ', '\t', ':']);
            return (!value.is_empty()).then(|| Self::NoEquals(option, value.to_owned()));
        }
        if LATER.lines().any(|name| name == key) {
            return Some(Self::Later);
        }
        if SUPERVISOR.contains(&key) {
            return Some(Self::Supervisor);
        }
        misspelt(&usual(key)).map(|(option, is_alone)| Self::Misspelt(option, is_alone))
    }
}

/// The option that is a letter away, or two in a long name, and whether no other one is as near.
fn misspelt(key: &str) -> Option<(UwsgiOption, bool)> {
    let allowed = match key.len() {
        5..8 => 1,
        8..64 => 2,
        _ => return None,
    };
    // `psgi-file` has to do with `psgi`, and not with `wsgi-file`.
    let subject = key.split('-').next().filter(|word| *word != key);
    let subject = subject.filter(|word| UwsgiOption::find(word.as_bytes()).is_some());
    let near = super::options::all().filter_map(|option| {
        let name = option.name();
        if subject.is_some_and(|subject| !name.starts_with(subject)) {
            return None;
        }
        if name.len().abs_diff(key.len()) > 2 || name.len() < 5 {
            return None;
        }
        // `process` for `processes`: the end is missing.
        let is_cut = name.len() <= key.len() + 2 && name.starts_with(key);
        let distance = match is_cut {
            true => 1,
            false => strsim::damerau_levenshtein(key, name),
        };
        (distance <= allowed).then_some((distance, option))
    });
    let mut near: Vec<_> = near.collect();
    near.sort_by_key(|(distance, option)| (*distance, option.name()));
    let (distance, option) = *near.first()?;
    let mut others = near[1..].iter();
    let is_alone = others.all(|(other, near)| *other > distance || near.group() == option.group());
    Some((option, is_alone))
}

impl Instance {
    /// The names that were meant for options and are none. A name that others refer to is a
    /// placeholder, and so is one that is far from every option.
    pub fn unknown_options(&self) -> Vec<UnknownOption<'_>> {
        self.settings()
            .iter()
            .filter(|setting| {
                setting.option().is_none()
                    && setting.source == Source::File
                    && !setting.configured
                    && !self.is_placeholder(setting.key())
            })
            .take(MAX_LOOKED_AT)
            .filter_map(|setting| {
                let slip = Slip::of(setting.key())?;
                let is_fatal = slip
                    .meant()
                    .is_some_and(|meant| self.cannot_do_without(meant))
                    && !setting.is_conditional();
                Some(UnknownOption {
                    setting,
                    slip,
                    is_fatal,
                })
            })
            .collect()
    }

    /// Whether nothing answers requests for the lack of this option: it names the application or
    /// the socket, and nothing else does.
    pub(super) fn cannot_do_without(&self, option: UwsgiOption) -> bool {
        let is_set = |names: &[&str]| names.iter().any(|name| self.last(name).is_some());
        if self.is_open() || !self.is_emperor().is_no() || self.is_debian_app() {
            return false;
        }
        match option.group() {
            "module" | "wsgi-file" => {
                let others = [
                    "module",
                    "wsgi-file",
                    "mount",
                    "paste",
                    "ini-paste",
                    "pump",
                    "lazy",
                ];
                !self.sockets().is_empty() && !is_set(&others)
            }
            name if super::socket::is_socket_option(name) => {
                self.sockets().is_empty()
                    && is_set(&["module", "wsgi-file", "mount"])
                    && !is_set(&["fastrouter", "http-to", "map-socket", "shared-socket"])
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_a_placeholder() {
        let said = |key: &str| match Slip::of(key) {
            None => "nothing".to_owned(),
            Some(Slip::Misspelt(option, _)) => format!("misspelt {}", option.name()),
            Some(Slip::Spelling(option)) => format!("spelling {}", option.name()),
            Some(Slip::Dashes(option)) => format!("dashes {}", option.name()),
            Some(Slip::NoEquals(option, value)) => format!("no = {} {value}", option.name()),
            Some(Slip::Later) => "later".to_owned(),
            Some(Slip::Supervisor) => "supervisor".to_owned(),
        };
        for (key, expected) in [
            ("process", "misspelt processes"),
            ("psgi-file", "nothing"),
            ("thread", "misspelt threads"),
            ("enable-thread", "misspelt enable-threads"),
            ("deamonize", "misspelt daemonize"),
            ("chmod-sockert", "misspelt chmod-socket"),
            ("modul", "misspelt module"),
            ("chmod_socket", "spelling chmod-socket"),
            ("Master", "spelling master"),
            ("--master", "dashes master"),
            ("processes: 4", "no = processes 4"),
            (
                "env DJANGO_SETTINGS_MODULE",
                "no = env DJANGO_SETTINGS_MODULE",
            ),
            ("reload-on-uss", "later"),
            ("autostart", "supervisor"),
            ("project", "nothing"),
            ("base", "nothing"),
            ("domain", "nothing"),
            ("username", "nothing"),
            ("home_dir", "nothing"),
            ("app_name", "nothing"),
            ("<<<<<<< HEAD", "nothing"),
            ("log_dir", "nothing"),
            ("--", "nothing"),
            ("", "nothing"),
        ] {
            assert_eq!(said(key), expected, "{key}");
        }
    }
}
