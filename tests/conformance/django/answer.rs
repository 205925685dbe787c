//! What Python says of a module, and whether djlint says the same.

#![cfg_attr(
    not(feature = "live"),
    allow(dead_code, reason = "what is known is counted where Python is asked")
)]

use std::collections::BTreeMap;
use std::fmt;

use djlint::django::{Item, Object, Sequence, Settings, Text};
use djlint::value::Value;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What Python says: the upper-case names of a module, or the exception that its import ends with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) names: Option<BTreeMap<String, Json>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) raised: Option<String>,
    #[serde(default, skip_serializing)]
    pub(crate) line: Option<usize>,
    #[serde(default, skip_serializing)]
    pub(crate) statements: Option<Vec<String>>,
}

/// Every name of which djlint says what is not so.
pub(crate) fn disagreements(settings: &Settings, names: &BTreeMap<String, Json>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, theirs) in names {
        let setting = settings.get(name);
        if setting.assignments.is_empty() && settings.hidden().is_none() {
            wrong.push(format!("{name} is {theirs}, and djlint sees no assignment"));
        } else if !is_value(&setting.value, theirs) {
            wrong.push(format!("{name} is {theirs}, and not {:?}", setting.value));
        }
    }
    for (name, _) in settings.assigned() {
        let setting = settings.get(name);
        if !names.contains_key(name)
            && setting.is_assigned()
            && setting.value.why_unknown().is_none()
        {
            wrong.push(format!("{name} is not bound, and not {:?}", setting.value));
        }
    }
    wrong
}

pub(crate) fn is_value(ours: &Value<Object>, theirs: &Json) -> bool {
    match ours {
        Value::Unknown(_) => true,
        Value::OneOf(alternatives) => alternatives
            .iter()
            .any(|alternative| is_object(&alternative.value, theirs)),
    }
}

fn is_item(ours: &Item, theirs: &Json) -> bool {
    is_value(&ours.value, theirs)
}

fn is_object(ours: &Object, theirs: &Json) -> bool {
    let kind = theirs[0].as_str().unwrap_or_default();
    let content = &theirs[1];
    let text = |kind_of_text: &str, text: &Text| {
        kind == kind_of_text && content.as_str() == Some(text.text.as_str())
    };
    match ours {
        Object::None => kind == "n",
        Object::Bool(value) => kind == "b" && content.as_bool() == Some(*value),
        Object::Int(value) => kind == "i" && content.as_str() == Some(value.to_string().as_str()),
        Object::Float(value) => {
            let theirs = content.as_str().and_then(|text| text.parse::<f64>().ok());
            kind == "f" && theirs.is_some_and(|theirs| theirs.to_bits() == value.to_bits())
        }
        Object::Str(value) => text("s", value),
        Object::Path(value) => text("p", value),
        Object::Bytes(bytes) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            kind == "y" && content.as_str() == Some(hex.as_str())
        }
        Object::List(sequence) => kind == "l" && are_items(sequence, content),
        Object::Tuple(sequence) => kind == "t" && are_items(sequence, content),
        Object::Set(sequence) => kind == "S" && are_members(sequence, content),
        Object::Dict(mapping) => kind == "d" && are_entries(mapping, content),
        Object::Generator(_) | Object::External(_) => kind == "o",
        #[allow(unreachable_patterns, reason = "kinds of objects are added")]
        _ => false,
    }
}

/// The items in their order; where others may be between them, as many as there are.
fn are_items(ours: &Sequence, theirs: &Json) -> bool {
    let Some(theirs) = theirs.as_array() else {
        return false;
    };
    if ours.incomplete.is_none() {
        return ours.items.len() == theirs.len()
            && ours
                .items
                .iter()
                .zip(theirs)
                .all(|(ours, theirs)| is_item(ours, theirs));
    }
    let mut rest = theirs.iter();
    ours.items
        .iter()
        .all(|ours| rest.any(|theirs| is_item(ours, theirs)))
}

fn are_members(ours: &Sequence, theirs: &Json) -> bool {
    let Some(theirs) = theirs.as_array() else {
        return false;
    };
    let has = |ours: &Item| theirs.iter().any(|theirs| is_item(ours, theirs));
    let is_there = |theirs: &Json| ours.items.iter().any(|ours| is_item(ours, theirs));
    ours.items.iter().all(has) && (ours.incomplete.is_some() || theirs.iter().all(is_there))
}

fn are_entries(ours: &djlint::django::Mapping, theirs: &Json) -> bool {
    let Some(theirs) = theirs.as_array() else {
        return false;
    };
    if ours.incomplete.is_none() {
        return ours.entries.len() == theirs.len()
            && ours
                .entries
                .iter()
                .zip(theirs)
                .all(|((key, item), pair)| is_object(key, &pair[0]) && is_item(item, &pair[1]));
    }
    ours.entries.iter().all(|(key, item)| {
        theirs
            .iter()
            .any(|pair| is_object(key, &pair[0]) && is_item(item, &pair[1]))
    })
}

/// How much is known.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    pub(crate) bindings: usize,
    pub(crate) known: usize,
    pub(crate) environment: usize,
    pub(crate) files: usize,
    /// Why the others are not, and of how many.
    reasons: BTreeMap<String, usize>,
}

/// What is known of one binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Wholly,
    /// But for what the environment says.
    UpToTheEnvironment,
    /// But for what a module or file says that is not here, and that the deployed machine may have.
    UpToAFile,
    /// Not, for this reason.
    Not(String),
}

impl Coverage {
    pub(crate) fn count(&mut self, settings: &Settings, names: &BTreeMap<String, Json>) {
        for name in names.keys() {
            self.add(name, settings);
        }
    }

    pub(crate) fn add(&mut self, name: &str, settings: &Settings) {
        let setting = settings.get(name);
        self.bindings += 1;
        match known(&setting.value, setting.environment.is_some()) {
            Known::Wholly => self.known += 1,
            Known::UpToTheEnvironment => self.environment += 1,
            Known::UpToAFile => self.files += 1,
            Known::Not(why) => *self.reasons.entry(why).or_default() += 1,
        }
    }
}

pub(crate) fn known(value: &Value<Object>, from_environment: bool) -> Known {
    let alternatives = match value {
        Value::Unknown(_) if from_environment => return Known::UpToTheEnvironment,
        Value::Unknown(why) if why.why.contains("environment") => {
            return Known::UpToTheEnvironment;
        }
        Value::Unknown(why) if why.why.ends_with("is not here") => return Known::UpToAFile,
        Value::Unknown(why) => return Known::Not(why.why.clone()),
        Value::OneOf(alternatives) => alternatives,
    };
    let mut all = Known::Wholly;
    let mut open = None;
    for alternative in alternatives {
        let items: Vec<&Item> = match &alternative.value {
            Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
                open = open.or(sequence.incomplete.as_ref());
                sequence.items.iter().collect()
            }
            Object::Dict(mapping) => {
                open = open.or(mapping.incomplete.as_ref());
                mapping.entries.iter().map(|(_, item)| item).collect()
            }
            _ => Vec::new(),
        };
        for item in items {
            match known(&item.value, item.environment.is_some()) {
                Known::Wholly => {}
                Known::UpToAFile => all = Known::UpToAFile,
                Known::UpToTheEnvironment => all = Known::UpToTheEnvironment,
                not @ Known::Not(_) => return not,
            }
        }
    }
    match open {
        Some(why) if why.why.contains("environment") => Known::UpToTheEnvironment,
        Some(why) if why.why.ends_with("is not here") => Known::UpToAFile,
        Some(why) => Known::Not(why.why.clone()),
        None => all,
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |count: usize| 100.0 * count as f64 / self.bindings.max(1) as f64;
        writeln!(
            f,
            "{} bindings: {:.1} % known, {:.1} % up to the environment, {:.1} % up to a file that is not here",
            self.bindings,
            share(self.known),
            share(self.environment),
            share(self.files)
        )?;
        let mut reasons: Vec<(&String, &usize)> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (why, count) in reasons.into_iter().take(60) {
            writeln!(f, "{count:6} {why}")?;
        }
        Ok(())
    }
}
