//! The settings that each project's process will have, as far as they are known.

mod text;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::path::plain;
use crate::django::{Item, Object, Setting, Settings, Text, module_name};
use crate::files::Files;
use crate::secrets::{self, Texts};
use crate::source::{EnvironmentSource, Origin, Span};
use crate::value::{Unknown, Value};
use crate::workspace::Workspace;

pub use text::write;

/// The settings modules.
#[derive(Clone, Debug, Serialize)]
pub struct Modules {
    /// In the order in which they were found.
    pub modules: Vec<Shown>,
}

/// One settings module.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Its dotted name, where that is known.
    pub module: Option<String>,
    /// Its file.
    pub path: String,
    /// What Python would refuse in it, or in what it imports.
    pub faults: Vec<Fault>,
    /// Why settings may have other values than are shown: a module that is not here, most often.
    pub hidden: Option<Hidden>,
    /// The settings that a dump gives another value than the module does.
    pub differing: Vec<String>,
    /// The releases of Django that the project may run with; empty where nothing says which.
    pub releases: Vec<String>,
    /// The settings that it assigns, and those that it leaves to Django, by name.
    pub settings: BTreeMap<String, ShownSetting>,
}

/// Something that Python would refuse.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
}

/// Why more than is shown may be set.
#[derive(Clone, Debug, Serialize)]
pub struct Hidden {
    /// The reason.
    pub why: String,
    /// The file with the line that brings it about; nothing where no line does.
    pub path: Option<String>,
    /// That line, from 1.
    pub line: Option<usize>,
}

/// One setting: what it is, or why that is not known.
#[derive(Clone, Debug, Serialize)]
pub struct ShownSetting {
    /// `{"value": …}`, `{"one_of": […]}` or `{"unknown": why}`.
    #[serde(flatten)]
    pub known: Map<String, Json>,
    /// The file that gives it its last value; nothing where it is left to Django.
    pub path: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// `literal`, `computed`, `environment` or `default`; `mixed` for one of several.
    pub origin: &'static str,
    /// The variable of the environment that decides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The value as Python would write it, for people.
    #[serde(skip)]
    text: String,
}

impl Modules {
    /// The settings of all projects.
    pub fn of(workspace: &Workspace) -> Self {
        let mut all: Vec<(&Path, &Arc<Settings>)> = Vec::new();
        for deployment in workspace.deployments() {
            for project in &deployment.projects {
                if !all
                    .iter()
                    .any(|(_, known)| Arc::ptr_eq(known, &project.settings))
                {
                    all.push((&project.directory, &project.settings));
                }
            }
        }
        let view = View {
            files: workspace.files(),
            base: workspace.base(),
            secrets: Texts::of(&workspace.files().sources()),
            environment: &workspace.input().environment,
        };
        let modules = all.into_iter();
        Self {
            modules: modules
                .map(|(directory, settings)| view.module(directory, settings))
                .collect(),
        }
    }
}

/// What the settings are shown with.
struct View<'a> {
    files: &'a Files,
    base: &'a Path,
    secrets: Texts,
    environment: &'a BTreeMap<String, String>,
}

impl View<'_> {
    fn module(&self, directory: &Path, settings: &Settings) -> Shown {
        let faults = settings.faults().iter().map(|fault| {
            let (path, line) = self.place(fault.span);
            Fault {
                message: self.masked(&fault.message),
                path,
                line,
            }
        });
        let assigned = settings.assigned().map(|(name, place)| {
            let setting = settings.get(name);
            let last = setting.assignments.last().copied().unwrap_or(place);
            (
                name.to_owned(),
                self.setting(name, &setting, Some(last.name)),
            )
        });
        let left = settings.left_to_django();
        let left = left.map(|name| {
            (
                name.to_owned(),
                self.setting(name, &settings.get(name), None),
            )
        });
        Shown {
            module: module_name(settings.source().path(), directory),
            path: plain(settings.source().path(), self.base),
            faults: faults.collect(),
            hidden: settings.hidden().map(|why| self.hidden(why)),
            differing: settings.differing().to_vec(),
            releases: settings.releases().stated(),
            settings: assigned.chain(left).collect(),
        }
    }

    fn hidden(&self, why: &Unknown) -> Hidden {
        let place = why.place.map(|place| self.place(place));
        Hidden {
            why: self.masked(&why.why),
            path: place.as_ref().map(|(path, _)| path.clone()),
            line: place.map(|(_, line)| line),
        }
    }

    fn setting(&self, name: &str, setting: &Setting, place: Option<Span>) -> ShownSetting {
        let place = place.map(|place| self.place(place));
        let is_secret = secrets::is_secret_name(name);
        let read = setting.environment.as_ref();
        let mut variable = read.map(|read| read.variable.clone());
        let origin = match (&setting.value, setting.value.single()) {
            (_, Some(only)) => {
                if let Origin::Environment { variable: by, .. } = &only.origin {
                    variable = Some(by.clone());
                }
                origin_of(&only.origin)
            }
            (Value::OneOf(_), None) => "mixed",
            (Value::Unknown(_), None) if read.is_some() => "environment",
            (Value::Unknown(_), None) if place.is_none() => "default",
            (Value::Unknown(_), None) => "computed",
        };
        let mut known = Map::new();
        let (key, value) = match self.value(&setting.value, is_secret) {
            Ok(mut all) if all.len() == 1 => ("value", all.remove(0)),
            Ok(all) => ("one_of", Json::Array(all)),
            Err(why) => ("unknown", Json::String(why)),
        };
        let text = match (key, &value) {
            ("unknown", Json::String(why)) => format!("?  ({why})"),
            ("one_of", Json::Array(all)) => {
                let all: Vec<String> = all.iter().map(written).collect();
                all.join(" or ")
            }
            _ => written(&value),
        };
        known.insert(key.to_owned(), value);
        ShownSetting {
            known,
            path: place.as_ref().map(|(path, _)| path.clone()),
            line: place.map(|(_, line)| line),
            origin,
            variable,
            text,
        }
    }

    /// Every alternative; the reason where the value is not known.
    fn value(&self, value: &Value<Object>, is_secret: bool) -> Result<Vec<Json>, String> {
        match value {
            Value::Unknown(why) => Err(self.masked(&why.why)),
            Value::OneOf(alternatives) => {
                let mut all: Vec<Json> = Vec::with_capacity(alternatives.len());
                for alternative in alternatives {
                    let shown = self.object(&alternative.value, is_secret);
                    if !all.contains(&shown) {
                        all.push(shown);
                    }
                }
                Ok(all)
            }
        }
    }

    fn item(&self, item: &Item, is_secret: bool) -> Json {
        match self.value(&item.value, is_secret) {
            Ok(mut all) if all.len() == 1 => all.remove(0),
            Ok(all) => json!({ "$one_of": all }),
            Err(why) => json!({ "$unknown": why }),
        }
    }

    fn object(&self, object: &Object, is_secret: bool) -> Json {
        let items = |items: &[Item], incomplete: Option<&Unknown>| {
            let mut shown: Vec<Json> = items
                .iter()
                .map(|item| self.item(item, is_secret))
                .collect();
            shown.extend(incomplete.map(|why| json!({ "$unknown": self.masked(&why.why) })));
            Json::Array(shown)
        };
        match object {
            Object::None => Json::Null,
            Object::Bool(value) => Json::Bool(*value),
            Object::Int(_) | Object::Float(_) if is_secret => Json::String("********".to_owned()),
            Object::Int(value) => Json::from(*value),
            Object::Float(value) => Json::from(*value),
            Object::Str(text) => self.text(text, is_secret),
            Object::Path(text) => self.text(text, is_secret),
            Object::Bytes(bytes) => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                json!({ "$bytes": self.text(&Text::plain(text), is_secret) })
            }
            Object::List(sequence) => items(&sequence.items, sequence.incomplete.as_ref()),
            Object::Tuple(sequence) => {
                json!({ "$tuple": items(&sequence.items, sequence.incomplete.as_ref()) })
            }
            Object::Set(sequence) => {
                json!({ "$set": items(&sequence.items, sequence.incomplete.as_ref()) })
            }
            Object::Dict(mapping) => {
                let mut shown = Map::new();
                for (key, item) in &mapping.entries {
                    let name = match key {
                        Object::Str(text) => self.masked(&text.text),
                        Object::Int(value) => value.to_string(),
                        Object::Bool(true) => "True".to_owned(),
                        Object::Bool(false) => "False".to_owned(),
                        _ => "None".to_owned(),
                    };
                    let is_secret = is_secret || key.as_str().is_some_and(secrets::is_secret_name);
                    shown.insert(name, self.item(item, is_secret));
                }
                if let Some(why) = &mapping.incomplete {
                    shown.insert("$unknown".to_owned(), Json::String(self.masked(&why.why)));
                }
                Json::Object(shown)
            }
            Object::Generator(_) | Object::External(_) => {
                json!({ "$unknown": "it is not worked out" })
            }
        }
    }

    fn text(&self, text: &Text, is_secret: bool) -> Json {
        if is_secret && !text.text.is_empty() {
            return Json::String("*".repeat(text.text.chars().count().min(64)));
        }
        if text.local {
            // What the tree's directory is called on the host is not known.
            return json!({ "$here": self.masked(&plain(Path::new(&text.text), self.base)) });
        }
        Json::String(self.masked(&text.text))
    }

    fn place(&self, span: Span) -> (String, usize) {
        let source = self.files.get(span.file);
        let line = source.position(span.range().start).line;
        (plain(source.path(), self.base), line)
    }

    /// The text without what the files, the environment and addresses hold in secret.
    fn masked(&self, text: &str) -> String {
        let mut text = without_credentials(&self.secrets.mask(text));
        for (name, value) in self.environment {
            if secrets::is_secret_name(name) && !value.is_empty() {
                text = text.replace(value.as_str(), &"*".repeat(value.chars().count()));
            }
        }
        text
    }
}

fn origin_of(origin: &Origin) -> &'static str {
    match origin {
        Origin::Literal(_) => "literal",
        Origin::Environment {
            source: EnvironmentSource::Supplied | EnvironmentSource::Fallback,
            ..
        } => "environment",
        Origin::Computed(_) => "computed",
        Origin::Default(_) => "default",
    }
}

/// `redis://:password@cache` with its password masked; a password may hold any character but a space.
fn without_credentials(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(before);
        let end = after.find(char::is_whitespace).unwrap_or(after.len());
        let (address, behind) = after.split_at(end);
        match address.rsplit_once('@').map(|(user, _)| user.len()) {
            Some(length) => {
                let (user, host) = address.split_at(length);
                let name = user.find(':').map_or(user.len(), |colon| colon + 1);
                shown.push_str(&user[..name]);
                shown.push_str(&"*".repeat(user[name..].chars().count()));
                shown.push_str(host);
            }
            None => shown.push_str(address),
        }
        rest = behind;
    }
    shown.push_str(rest);
    shown
}

/// A value as Python would write it.
fn written(value: &Json) -> String {
    let all = |items: &[Json]| {
        let items: Vec<String> = items.iter().map(written).collect();
        items.join(", ")
    };
    match value {
        Json::Null => "None".to_owned(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'");
            format!("'{text}'")
        }
        Json::Array(items) => format!("[{}]", all(items)),
        Json::Object(map) => {
            if let (1, Some((key, value))) = (map.len(), map.iter().next()) {
                match (key.as_str(), value) {
                    ("$unknown", Json::String(why)) => return format!("? ({why})"),
                    ("$here", value) => return format!("here:{}", written(value)),
                    ("$bytes", value) => return format!("b{}", written(value)),
                    ("$tuple", Json::Array(items)) if items.len() == 1 => {
                        return format!("({},)", all(items));
                    }
                    ("$tuple", Json::Array(items)) => return format!("({})", all(items)),
                    ("$set", Json::Array(items)) => return format!("{{{}}}", all(items)),
                    ("$one_of", Json::Array(items)) => {
                        let items: Vec<String> = items.iter().map(written).collect();
                        return items.join(" or ");
                    }
                    _ => {}
                }
            }
            let pairs: Vec<String> = map
                .iter()
                .map(|(key, value)| match (key.as_str(), value) {
                    ("$unknown", Json::String(why)) => format!("… ({why})"),
                    _ => format!("'{key}': {}", written(value)),
                })
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (text, shown) in [
            ("redis://:pw@cache/1", "redis://:**@cache/1"),
            (
                "postgres://me:p@s/w@db:5432/x",
                "postgres://me:*****@db:5432/x",
            ),
            ("http://a/ and amqp://u:v@q", "http://a/ and amqp://u:*@q"),
            ("https://shop.example/@me", "https://shop.example/@me"),
            ("me@shop.example", "me@shop.example"),
        ] {
            assert_eq!(without_credentials(text), shown);
        }
    }

    #[test]
    fn a_value_is_written_as_python_writes_it() {
        let value = json!({
            "a": [1, true, null, "it's"],
            "b": {"$tuple": ["x"]},
            "c": {"$here": "static"},
            "d": {"$unknown": "who knows"},
        });
        assert_eq!(
            written(&value),
            "{'a': [1, True, None, 'it\\'s'], 'b': ('x',), 'c': here:'static', 'd': ? (who knows)}"
        );
    }
}
