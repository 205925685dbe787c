//! The picture as a mermaid flowchart, as GitHub draws it.

use std::io::{self, Write};

use super::{Picture, Stack, State};
use crate::report::sanitize;

/// Writes the flowchart.
pub fn write(picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (index, stack) in picture.deployments.iter().enumerate() {
        let name = match stack.name.as_str() {
            "." => "this directory",
            name => name,
        };
        let title = format!("{name} ({})", stack.purpose);
        writeln!(out, "  subgraph d{index}[{}]", quoted(&title))?;
        nodes(stack, index, out)?;
        writeln!(out, "  end")?;
    }
    writeln!(out, "  classDef broken stroke:#d1242f,stroke-width:2px;")?;
    writeln!(out, "  classDef unknown stroke-dasharray:4 3;")?;
    Ok(())
}

fn nodes(stack: &Stack, index: usize, out: &mut dyn Write) -> io::Result<()> {
    let id = |kind: &str, at: usize| format!("d{index}{kind}{at}");
    let mut starters: Vec<&str> = Vec::new();
    for (at, server) in stack.servers.iter().enumerate() {
        let mut lines = vec![server.program.to_owned()];
        lines.extend(
            server
                .listens
                .iter()
                .map(|listening| listening.address.clone()),
        );
        writeln!(out, "    {}[{}]", id("a", at), quoted(&lines.join("\n")))?;
        if let Some(started) = &server.started_by {
            let starter = match starters.iter().position(|other| *other == started.what) {
                Some(starter) => starter,
                None => {
                    starters.push(&started.what);
                    let starter = starters.len() - 1;
                    writeln!(out, "    {}([{}])", id("s", starter), quoted(&started.what))?;
                    starter
                }
            };
            writeln!(
                out,
                "    {} -. starts .-> {}",
                id("s", starter),
                id("a", at)
            )?;
        }
    }
    let mut stores: Vec<String> = Vec::new();
    for (at, project) in stack.projects.iter().enumerate() {
        let text = format!("Django\n{}", project.settings);
        writeln!(out, "    {}[{}]", id("p", at), quoted(&text))?;
        for server in &project.servers {
            writeln!(out, "    {} --> {}", id("a", *server), id("p", at))?;
        }
        for storage in &project.storage {
            let text = format!("{}\n{}", storage.name, storage.what);
            let store = match stores.iter().position(|other| *other == text) {
                Some(store) => store,
                None => {
                    writeln!(out, "    {}[({})]", id("d", stores.len()), quoted(&text))?;
                    stores.push(text);
                    stores.len() - 1
                }
            };
            writeln!(out, "    {} --> {}", id("p", at), id("d", store))?;
        }
    }
    let mut ends = 0;
    for (at, site) in stack.sites.iter().enumerate() {
        let names = match site.names.is_empty() {
            true => "any name".to_owned(),
            false => site.names.join(" "),
        };
        let text = format!("nginx\n{names}\n{}", site.listens.join(", "));
        writeln!(out, "    {}[{}]", id("n", at), quoted(&text))?;
        let mut drawn = Vec::new();
        for passed in &site.passes {
            let label = quoted(&passed.location);
            let line = match (passed.state, passed.server) {
                (State::Linked, Some(server)) => {
                    format!("    {} -- {label} --> {}", id("n", at), id("a", server))
                }
                (state, _) => {
                    let class = match state {
                        State::Broken => "broken",
                        _ => "unknown",
                    };
                    let end = id("x", ends);
                    ends += 1;
                    let why = passed.why.as_deref().unwrap_or_default();
                    let text = quoted(&format!("{}\n{why}", passed.address));
                    let arrow = match state {
                        State::Broken => "--x",
                        _ => "-.->",
                    };
                    format!(
                        "    {end}[{text}]:::{class}\n    {} {arrow}|{label}| {end}",
                        id("n", at)
                    )
                }
            };
            if !drawn.contains(&line) {
                writeln!(out, "{line}")?;
                drawn.push(line);
            }
        }
    }
    Ok(())
}

/// A text that mermaid takes as it is: its own entities for what would end the text or be markup.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            let mut escaped = String::new();
            for character in sanitize::line(line).chars() {
                match character {
                    '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '{' | '}' | ';' => {
                        escaped.push_str(&format!("#{};", u32::from(character)));
                    }
                    other => escaped.push(other),
                }
            }
            escaped
        })
        .collect();
    format!("\"{}\"", lines.join("<br>"))
}
