//! The JSON schema of the configuration, for editors. draft-07 is what those for TOML know.

use serde_json::{Map, Value, json};

use super::keys::{KEYS, Key, Names, Shape, Text};
use crate::rules::{RULES, families};

/// The whole schema, as it is committed and as `djlint config --schema` prints it.
pub fn schema() -> Value {
    let mut schema = table(KEYS);
    let head = [
        ("$schema", json!("http://json-schema.org/draft-07/schema#")),
        ("title", json!("djlint-check.toml")),
        (
            "description",
            json!(
                "What djlint knows of a deployment that no file of it says, and which rules it asks"
            ),
        ),
        (
            "definitions",
            json!({ "rule": { "type": "string", "enum": rule_names() } }),
        ),
    ];
    for (name, value) in head {
        schema.insert(name.to_owned(), value);
    }
    Value::Object(schema)
}

fn rule_names() -> Vec<&'static str> {
    families().chain(RULES.iter().map(|rule| rule.id)).collect()
}

fn table(keys: &[Key]) -> Map<String, Value> {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut shape = shape(&key.shape);
            shape.insert("description".to_owned(), json!(key.about));
            (key.name.to_owned(), Value::Object(shape))
        })
        .collect();
    object(json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    }))
}

fn shape(shape: &Shape) -> Map<String, Value> {
    match shape {
        Shape::Table(keys) => table(keys),
        Shape::Tables(keys, needed) => {
            let mut items = table(keys);
            items.insert("required".to_owned(), json!(needed));
            object(json!({ "type": "array", "items": items }))
        }
        Shape::Each(names, inner) => {
            let inner = self::shape(inner);
            let mut each = object(json!({ "type": "object", "additionalProperties": inner }));
            let names = match names {
                Names::Any | Names::Pattern => None,
                Names::Rule => Some(text(Text::Rule)),
                Names::Deployed => Some(json!({ "pattern": "^/" })),
            };
            if let Some(names) = names {
                each.insert("propertyNames".to_owned(), names);
            }
            each
        }
        Shape::List(entry) => object(json!({ "type": "array", "items": text(*entry) })),
        Shape::Text(entry) => object(text(*entry)),
    }
}

fn text(text: Text) -> Value {
    match text {
        Text::Any | Text::Pattern => json!({ "type": "string" }),
        Text::Path => json!({ "type": "string", "minLength": 1 }),
        Text::Rule => json!({ "$ref": "#/definitions/rule" }),
        Text::Version => json!({ "type": "string", "pattern": "^[0-9]{1,9}(\\.[0-9]{1,9}){0,3}$" }),
        Text::Url => json!({ "type": "string", "pattern": "^(/|[hH][tT][tT][pP][sS]?://[^/?#])" }),
        Text::Header => json!({ "type": "string", "pattern": ":" }),
        Text::Expectation => {
            json!({ "type": "string", "pattern": "^([1-9][0-9]{2}|file:/.*|django)$" })
        }
        Text::Word(words) => json!({ "type": "string", "enum": words }),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
