//! LOGGING: the files that its handlers open while the settings are loaded (`logging.config.dictConfig`).

use crate::source::Span;

use super::object::{FilePath, Item, Object};
use super::settings::{Settings, item_in};

/// A file that a handler opens at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFile {
    /// The handler's name.
    pub handler: String,
    /// The file.
    pub path: FilePath,
    /// Where it is written.
    pub span: Span,
}

/// What `logging.config.dictConfig` refuses: Django does not load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggingFault {
    /// There is no `version`.
    NoVersion,
    /// A logger names a handler, a handler a formatter, either a filter, that is not there.
    NotThere {
        /// `handler`, `formatter`, `filter`.
        what: &'static str,
        /// Its name.
        name: String,
    },
}

impl Settings {
    /// LOGGING, where it is Django's to read and all that it says is here.
    fn logging(&self) -> Option<(Object, Span)> {
        // `None` leaves logging to the project.
        if !self.get("LOGGING_CONFIG").assignments.is_empty() || self.hidden().is_some() {
            return None;
        }
        let setting = self.get("LOGGING");
        let place = setting.assignment().filter(|_| !setting.optional)?;
        Some((setting.value.get()?.clone(), place.name))
    }

    /// What is wrong with LOGGING, and where (`DictConfigurator.configure` in Lib/logging/config.py).
    pub fn logging_faults(&self) -> Vec<(LoggingFault, Span)> {
        let Some((logging, place)) = self.logging() else {
            return Vec::new();
        };
        let Some(dict) = logging.as_dict() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let is_incremental = dict.get("incremental").is_some();
        if dict.incomplete.is_some() || dict.entries.is_empty() || is_incremental {
            return found;
        }
        if dict.get("version").is_none() {
            found.push((LoggingFault::NoVersion, place));
        }
        let named = |key: &str| Named::of(dict.get(key));
        let (handlers, formatters, filters) =
            (named("handlers"), named("formatters"), named("filters"));
        let section = |key: &str| {
            let section = dict.get(key).and_then(Item::get).and_then(Object::as_dict);
            section
                .map(|section| section.entries.clone())
                .unwrap_or_default()
        };
        for (_, handler) in section("handlers") {
            let formatter = handler
                .get()
                .and_then(|handler| item_in(handler, "formatter"));
            found.extend(formatter.and_then(|item| formatters.lacks("formatter", item)));
            found.extend(filters.lack("filter", &handler, "filters"));
        }
        let root = dict.get("root").cloned();
        let loggers = section("loggers").into_iter().map(|(_, logger)| logger);
        for logger in loggers.chain(root) {
            found.extend(handlers.lack("handler", &logger, "handlers"));
            found.extend(filters.lack("filter", &logger, "filters"));
        }
        found
    }

    /// The files of the handlers of LOGGING. One with `delay` opens its file with the first line only.
    pub fn log_files(&self) -> Vec<LogFile> {
        const CLASSES: [&str; 5] = [
            "logging.FileHandler",
            "logging.handlers.RotatingFileHandler",
            "logging.handlers.TimedRotatingFileHandler",
            "logging.handlers.WatchedFileHandler",
            "logging.handlers.BaseRotatingHandler",
        ];
        // `None` leaves logging to the project.
        if !self.get("LOGGING_CONFIG").assignments.is_empty() || self.hidden().is_some() {
            return Vec::new();
        }
        let logging = self.get("LOGGING");
        let handlers = logging
            .value
            .get()
            .and_then(|logging| item_in(logging, "handlers")?.get()?.as_dict());
        let file = |(name, handler): &(Object, Item)| {
            let options = handler.get()?;
            let class = item_in(options, "class")?.as_str()?;
            let delay = item_in(options, "delay");
            let is_late = delay.is_some_and(|delay| {
                !delay
                    .value
                    .is(|object| object.truth() == Some(false))
                    .is_yes()
            });
            let path = item_in(options, "filename")?;
            (CLASSES.contains(&class) && !is_late).then_some(LogFile {
                handler: name.as_str()?.to_owned(),
                path: path.get()?.as_path()?,
                span: path.span,
            })
        };
        handlers
            .map(|handlers| handlers.entries.iter().filter_map(file).collect())
            .unwrap_or_default()
    }
}

/// The names of a section of LOGGING; nothing where not all are known.
struct Named(Option<Vec<String>>);

impl Named {
    fn of(section: Option<&Item>) -> Self {
        let Some(section) = section else {
            return Self(Some(Vec::new()));
        };
        let names = section.get().and_then(Object::as_dict).and_then(|section| {
            let names = section
                .entries
                .iter()
                .map(|(name, _)| name.as_str().map(str::to_owned));
            names
                .collect::<Option<Vec<String>>>()
                .filter(|_| section.incomplete.is_none())
        });
        Self(names)
    }

    /// The fault of a name that is not among them.
    fn lacks(&self, what: &'static str, item: &Item) -> Option<(LoggingFault, Span)> {
        let name = item.as_str().filter(|name| !name.is_empty())?;
        let is_missing = !self.0.as_ref()?.iter().any(|own| own == name);
        is_missing.then(|| {
            let name = name.to_owned();
            (LoggingFault::NotThere { what, name }, place(item))
        })
    }

    /// The faults of the names in a list of a handler's or a logger's.
    fn lack(&self, what: &'static str, of: &Item, key: &str) -> Vec<(LoggingFault, Span)> {
        let list = of.get().and_then(|of| item_in(of, key)).and_then(Item::get);
        let list = list.and_then(Object::as_sequence);
        let items = list.iter().flat_map(|list| &list.items);
        items.filter_map(|item| self.lacks(what, item)).collect()
    }
}

fn place(item: &Item) -> Span {
    let single = item.value.single();
    single
        .and_then(|single| single.origin.span())
        .unwrap_or(item.span)
}
