//! What the program knows of itself: its commands, the keys of its configuration, its formats.

use std::error::Error;
use std::fmt::Write as _;

use clap::CommandFactory;
use serde_json::{Map, Value};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Every page of the reference that is made, by its path below src/.
pub(crate) fn pages() -> Result<Vec<(String, String)>> {
    Ok(vec![
        ("reference/commands.md".to_owned(), commands()?),
        ("reference/keys.md".to_owned(), keys()?),
    ])
}

fn commands() -> Result<String> {
    let mut page = String::from(
        "# Commands\n\n\
         What `--help` says. The program is called `djlint-check` too, so that it can live beside the\n\
         linter of HTML templates.\n",
    );
    let mut all = djlint::cli::Arguments::command().term_width(90);
    all.build();
    for command in all.get_subcommands_mut() {
        told(command, &mut page)?;
    }
    Ok(page)
}

fn told(command: &mut clap::Command, page: &mut String) -> Result<()> {
    if command.get_name() == "help" {
        return Ok(());
    }
    if command.has_subcommands() {
        for inner in command.get_subcommands_mut() {
            told(inner, page)?;
        }
        return Ok(());
    }
    let name = command
        .get_bin_name()
        .unwrap_or(command.get_name())
        .to_owned();
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    write!(
        page,
        "\n## {name}\n\n```text\n{}\n```\n",
        help.join("\n").trim_end()
    )?;
    Ok(())
}

fn keys() -> Result<String> {
    let mut page = String::from(
        "# Every key\n\n\
         As the JSON schema has them, which `djlint config --schema` prints.\n\n\
         | key | value | |\n| --- | --- | --- |\n",
    );
    let schema = djlint::config::schema();
    table(
        schema["properties"].as_object().ok_or("a schema")?,
        "",
        &mut page,
    )?;
    Ok(page)
}

fn table(properties: &Map<String, Value>, before: &str, page: &mut String) -> Result<()> {
    for (name, key) in properties {
        let name = format!("{before}{name}");
        let about = key["description"].as_str().unwrap_or_default();
        row(&name, key, about, page)?;
    }
    Ok(())
}

fn row(name: &str, key: &Value, about: &str, page: &mut String) -> Result<()> {
    let inner = key["properties"].as_object();
    let each = &key["additionalProperties"];
    let items = key["items"]["properties"].as_object();
    if let Some(inner) = inner {
        writeln!(page, "| `[{name}]` | table | {about} |")?;
        return table(inner, &format!("{name}."), page);
    }
    if let Some(items) = items {
        writeln!(page, "| `[[{name}]]` | tables | {about} |")?;
        return table(items, &format!("{name}."), page);
    }
    if let Some(inner) = each["properties"].as_object() {
        writeln!(page, "| `[{name}.NAME]` | tables | {about} |")?;
        return table(inner, &format!("{name}.NAME."), page);
    }
    if each.is_object() {
        writeln!(page, "| `[{name}]` | table of {} | {about} |", kind(each))?;
        return Ok(());
    }
    writeln!(page, "| `{name}` | {} | {about} |", kind(key))?;
    Ok(())
}

fn kind(key: &Value) -> String {
    if let Some(words) = key["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str);
        let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    match key["type"].as_str() {
        Some("array") => format!("list of {}", kind(&key["items"])),
        Some(kind) => kind.to_owned(),
        None => "a rule or a family".to_owned(),
    }
}
