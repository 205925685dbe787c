//! Plugins: a distribution's uWSGI has Python and HTTP in files of their own, and knows none of their
//! options until they are loaded; uWSGI from PyPI has both built in.

use std::path::PathBuf;

use super::instance::Instance;
use super::options;
use super::setting::Setting;
use crate::programs::Version;
use crate::source::Span;
use crate::value::Answer;

/// A plugin that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// Its name.
    pub name: String,
    /// Whether uWSGI ends without it (`need-plugin`).
    pub is_needed: bool,
    /// The option's value.
    pub place: Span,
}

/// What distributions have as plugins and PyPI's build has built in, of what Django needs.
const BUILT_IN: [&str; 2] = ["python", "http"];

impl Instance {
    /// The plugins that are asked for, in order; nothing where not all of them are known.
    pub fn plugins(&self) -> Option<Vec<Plugin>> {
        let mut found = Vec::new();
        for setting in self.settings().iter().filter(|it| asks_for_plugin(it)) {
            let value = setting.value();
            let names = value.get().filter(|_| !setting.is_conditional())?;
            for name in names.split(',') {
                // `7:cgi` gives it a number.
                let name = name.rsplit_once(':').map_or(name, |(_, name)| name).trim();
                found.push(Plugin {
                    name: name.to_owned(),
                    is_needed: setting.key().starts_with("need-"),
                    place: setting.value_span(),
                });
            }
        }
        Some(found)
    }

    /// The plugins that PyPI's uWSGI is asked for and has built in.
    pub fn built_in_plugins(&self) -> Vec<Plugin> {
        let is_built_in =
            |plugin: &Plugin| BUILT_IN.iter().any(|origin| brings(&plugin.name, origin));
        // A directory of one's own may hold anything.
        let has_directory = self.all("plugin-dir").next().is_some();
        let all = self.plugins().filter(|_| !has_directory && !self.is_open());
        all.unwrap_or_default()
            .into_iter()
            .filter(is_built_in)
            .collect()
    }

    /// The first option of each plugin that a distribution's uWSGI does not load: it ignores them.
    pub fn options_without_plugin(&self) -> Vec<(&'static str, &Setting)> {
        let Some(plugins) = self.plugins().filter(|_| !self.is_open()) else {
            return Vec::new();
        };
        if self.is_on("autoload") != Answer::No {
            return Vec::new();
        }
        let missing = BUILT_IN
            .into_iter()
            .filter(|origin| !plugins.iter().any(|plugin| brings(&plugin.name, origin)));
        missing
            .filter_map(|origin| {
                let first = self
                    .settings()
                    .iter()
                    .find(|it| is_of(it, origin) && !it.is_conditional())?;
                Some((origin, first))
            })
            .collect()
    }

    /// The directories of packages that `pythonpath` names: `…/python3.11/site-packages`.
    pub fn package_paths(&self) -> Vec<(PathBuf, Span)> {
        let paths = self.all("pythonpath").filter(|it| !it.is_conditional());
        paths
            .filter_map(|setting| {
                let path = PathBuf::from(setting.value().get()?);
                let is_packages =
                    path.ends_with("site-packages") || path.ends_with("dist-packages");
                is_packages.then(|| (path, setting.value_span()))
            })
            .collect()
    }

    /// Whether Python's own threads may not run: nothing asks for threads, and no other way of
    /// answering requests brings some along.
    pub fn lacks_threads(&self) -> bool {
        const BRINGS: [&str; 6] = [
            "async", "asyncio", "gevent", "greenlet", "tornado", "ugreen",
        ];
        let is_alone = !BRINGS.iter().any(|name| self.last(name).is_some());
        let threads = self.number("threads");
        let is_single = threads.is(|number| number.is_none_or(|number| number < 2));
        is_alone
            && is_single.is_yes()
            && self.is_on("enable-threads").is_no()
            && self.is_application()
            && !self.is_open()
    }

    /// The options that a later release than this one has brought, each with that release.
    pub fn options_since(&self, version: &Version) -> Vec<(&Setting, &'static str)> {
        let settings = self.settings().iter();
        settings
            .filter(|it| !self.is_placeholder(it.key()))
            .filter_map(|setting| {
                let since = setting.option()?.since();
                let is_there = version.is_at_least(&since.parse().ok()?)?;
                (!is_there).then_some((setting, since))
            })
            .collect()
    }

    /// An option of Python that `strict` sees before the plugin that brings it (the option is looked
    /// for when it is read, uwsgi_opt_get in core/config.c): the option, and the plugin's line.
    pub fn option_before_its_plugin(&self) -> Option<(&Setting, &Setting)> {
        if self.is_open() || self.last("autoload").is_some() {
            return None;
        }
        let mut settings = self.settings().iter();
        settings.find(|it| {
            let is_on = |value: &String| options::is_true(value.as_bytes());
            it.key() == "strict" && !it.is_conditional() && it.value().get().is_some_and(is_on)
        })?;
        let behind = settings.as_slice();
        let of_python = |it: &Setting| {
            let value = it.value();
            let mut names = value
                .get()
                .map(|names| names.split(','))
                .into_iter()
                .flatten();
            asks_for_plugin(it) && names.any(|name| brings(name.trim(), "python"))
        };
        let all = self.settings();
        let (at, plugin) = { all.iter().enumerate() }.find(|(_, it)| of_python(it))?;
        let start = all.len() - behind.len();
        let before = all.get(start..at)?;
        let option = before
            .iter()
            .find(|it| is_of(it, "python") && !it.is_conditional())?;
        Some((option, plugin))
    }
}

fn asks_for_plugin(setting: &Setting) -> bool {
    matches!(
        setting.key(),
        "plugin" | "plugins" | "need-plugin" | "need-plugins"
    )
}

fn is_of(setting: &Setting, origin: &str) -> bool {
    setting
        .option()
        .is_some_and(|option| option.origin() == origin)
}

/// Whether a plugin of that name brings the options of `origin`: `python3` and `python311` do so for
/// `python`.
fn brings(plugin: &str, origin: &str) -> bool {
    plugin == origin || (origin == "python" && plugin.starts_with("python"))
}
