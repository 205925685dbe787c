//! What a person was to fill in, and did not: `/path/to/your/project`.

use super::instance::Instance;
use super::setting::Source;
use super::socket::is_socket_option;
use crate::source::Span;

/// Options with a path or a name that has to be one's own.
const ASKED: [&str; 14] = [
    "chdir",
    "daemonize",
    "home",
    "logto",
    "module",
    "pidfile",
    "pythonpath",
    "safe-pidfile",
    "static-map",
    "touch-reload",
    "uid",
    "gid",
    "wsgi-file",
    "chown-socket",
];
/// How a tutorial says "yours", at the start of a word.
const YOURS: [&str; 7] = [
    "path to",
    "your project",
    "your app",
    "your virtualenv",
    "your venv",
    "your django",
    "your user",
];

/// How it says "the user that you have made".
const SOMEBODY: [&str; 5] = ["USER", "USERNAME", "USER_NAME", "GROUP", "GROUPNAME"];

/// A value that a tutorial, an example or a template has left for somebody to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftIn {
    /// The option's name.
    pub key: String,
    /// The words that stand for something.
    pub words: String,
    /// The value.
    pub place: Span,
}

impl Instance {
    /// The values that still say what is to be put there. A file that says by its name that it is
    /// an example may.
    pub fn left_in(&self) -> Vec<LeftIn> {
        let name = self.root_file().name().to_ascii_lowercase();
        let is_example = [
            "example", "sample", "template", "skel", "dist", "tmpl", "tpl",
        ]
        .iter()
        .any(|word| name.contains(word));
        let settings = self.settings().iter().filter(|_| !is_example);
        settings
            .filter(|setting| {
                setting.source == Source::File
                    && (ASKED.contains(&setting.group()) || is_socket_option(setting.key()))
            })
            .filter_map(|setting| {
                let value = std::str::from_utf8(setting.value.known()?).ok()?;
                let somebody = || {
                    let is_name = matches!(setting.group(), "uid" | "gid");
                    (is_name && SOMEBODY.contains(&value)).then(|| value.to_owned())
                };
                Some(LeftIn {
                    key: setting.key().to_owned(),
                    words: stand_in(value).or_else(somebody)?,
                    place: setting.value_span(),
                })
            })
            .collect()
    }
}

/// The part of a value that stands for something else.
fn stand_in(value: &str) -> Option<String> {
    if let Some(words) = in_angle_brackets(value) {
        return Some(words.to_owned());
    }
    let lower = value.to_ascii_lowercase();
    if !["path", "your", "project"]
        .iter()
        .any(|word| lower.contains(word))
    {
        return None;
    }
    let parts = value.split(['/', ':', '=', '.']);
    let mut before = "";
    for part in parts {
        let words = part.to_ascii_lowercase().replace(['-', '_'], " ");
        if before == "path" && words == "to" {
            return Some("/path/to/".to_owned());
        }
        let is_yours = |yours: &&str| {
            let glued = yours.replace(' ', "");
            words.starts_with(*yours) || (glued.len() > 6 && words.starts_with(&glued))
        };
        if YOURS.iter().any(is_yours) || words == "project dir" {
            return Some(part.to_owned());
        }
        before = part;
    }
    None
}

/// `<path_to_your_app>`, with its brackets: words alone. Only XML can say it, where they are escaped:
/// elsewhere it is something that a template fills in, and the value is not known.
fn in_angle_brackets(value: &str) -> Option<&str> {
    let start = value.find('<')?;
    let length = value[start..].find('>')?;
    let words = &value[start + 1..start + length];
    let is_word = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'_' | b'-');
    let are_words = !words.is_empty() && words.bytes().all(is_word);
    are_words.then(|| &value[start..=start + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_filled_in_is_told_from_a_name() {
        for (value, expected) in [
            ("/path/to/your/project", Some("/path/to/")),
            ("/path/to/my.sock", Some("/path/to/")),
            ("path_to_your_app", Some("path_to_your_app")),
            ("/home/user/yourproject", Some("yourproject")),
            ("/srv/your-project/venv", Some("your-project")),
            ("your_project.wsgi:application", Some("your_project")),
            ("project dir", Some("project dir")),
            ("<path_to_your_app>", Some("<path_to_your_app>")),
            ("/home/<user>/shop", Some("<user>")),
            ("/srv/a<b", None),
            ("/srv/<1>/x", None),
            ("/srv/shop", None),
            ("/srv/paths/to", None),
            ("/srv/yours/app", None),
            ("project.wsgi", None),
            ("/srv/tell-your-story", None),
            ("", None),
        ] {
            assert_eq!(stand_in(value).as_deref(), expected, "{value}");
        }
    }
}
