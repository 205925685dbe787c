//! The picture as a tree for a terminal.

use std::io::{self, Write};

use super::{Location, Picture, Server, Stack, State};
use crate::report::sanitize;
use crate::report::style::{self, bold, paint};

const HOST: &str = "the host";

/// A line and what hangs below it.
struct Branch {
    text: String,
    below: Vec<Self>,
}

impl Branch {
    fn leaf(text: String) -> Self {
        Self {
            text,
            below: Vec::new(),
        }
    }
}

/// Writes the tree.
pub fn write(picture: &Picture, color: bool, out: &mut dyn Write) -> io::Result<()> {
    for (index, stack) in picture.deployments.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let name = match stack.name.as_str() {
            "." => "this directory",
            name => name,
        };
        let title = bold(&sanitize::line(name), color);
        writeln!(out, "{title} ({})", stack.purpose)?;
        branches(&tree(stack, color), "", out)?;
    }
    if !picture.unpaired.is_empty() {
        writeln!(out)?;
        writeln!(out, "{}", bold("Not paired", color))?;
        for part in &picture.unpaired {
            let line = sanitize::line(&part.what);
            let place = place(&part.at, color);
            writeln!(out, "  {line}{place}: {}", sanitize::line(&part.why))?;
        }
    }
    Ok(())
}

fn branches(all: &[Branch], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    for (index, branch) in all.iter().enumerate() {
        let is_last = index + 1 == all.len();
        let (fork, next) = if is_last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        writeln!(out, "{indent}{fork}{}", branch.text)?;
        branches(&branch.below, &format!("{indent}{next}"), out)?;
    }
    Ok(())
}

fn place(at: &Location, color: bool) -> String {
    let text = format!("  {}:{}", sanitize::line(&at.path), at.line);
    paint(&text, "90", color)
}

fn on(machine: &str) -> String {
    match machine {
        HOST => String::new(),
        machine => format!(", in {}", sanitize::line(machine)),
    }
}

fn tree(stack: &Stack, color: bool) -> Vec<Branch> {
    let mut all = Vec::new();
    for site in &stack.sites {
        let names = match site.names.is_empty() {
            true => "any name".to_owned(),
            false => sanitize::line(&site.names.join(" ")),
        };
        let text = format!(
            "nginx for {names} on {}{}{}",
            sanitize::line(&site.listens.join(", ")),
            on(&site.machine),
            place(&site.at, color)
        );
        let below = site.passes.iter().map(|passed| {
            let (mark, sgr) = match passed.state {
                State::Linked => ("→", style::GREEN),
                State::Broken => ("✗", style::RED),
                State::Unknown => ("?", style::AMBER),
            };
            let end = match (passed.server, &passed.why) {
                (Some(server), None) => stack
                    .servers
                    .get(server)
                    .map_or_else(String::new, |server| server.program.to_owned()),
                (_, Some(why)) => sanitize::line(why),
                (None, None) => String::new(),
            };
            Branch::leaf(format!(
                "{}  {} {} {} {end}{}",
                sanitize::line(&passed.location),
                sanitize::line(&passed.directive),
                sanitize::line(&passed.address),
                paint(mark, sgr, color),
                place(&passed.at, color)
            ))
        });
        all.push(Branch {
            text,
            below: below.collect(),
        });
    }
    all.extend(stack.servers.iter().map(|one| server(one, color)));
    for project in &stack.projects {
        let mut below = Vec::new();
        if let Some(chosen_by) = &project.chosen_by {
            below.push(Branch::leaf(format!("named by{}", place(chosen_by, color))));
        }
        for server in project
            .servers
            .iter()
            .filter_map(|at| stack.servers.get(*at))
        {
            below.push(Branch::leaf(format!(
                "run by {}{}",
                server.program,
                place(&server.at, color)
            )));
        }
        if let Some(files) = &project.static_files {
            below.push(Branch::leaf(format!(
                "static files {}",
                sanitize::line(files)
            )));
        }
        below.extend(project.storage.iter().map(|storage| {
            Branch::leaf(format!(
                "{}: {}{}",
                sanitize::line(&storage.name),
                sanitize::line(&storage.what),
                place(&storage.at, color)
            ))
        }));
        all.push(Branch {
            text: format!(
                "Django in {} with {}",
                sanitize::line(&project.directory),
                sanitize::line(&project.settings)
            ),
            below,
        });
    }
    all
}

fn server(server: &Server, color: bool) -> Branch {
    let mut below: Vec<Branch> = Vec::new();
    match &server.started_by {
        Some(started) => below.push(Branch::leaf(format!(
            "started by {}{}",
            sanitize::line(&started.what),
            place(&started.at, color)
        ))),
        None => below.push(Branch::leaf("nothing here starts it".to_owned())),
    }
    for listening in &server.listens {
        below.push(Branch::leaf(format!(
            "listens for {} on {}{}",
            listening.protocol,
            sanitize::line(&listening.address),
            place(&listening.at, color)
        )));
    }
    match (&server.application, &server.directory) {
        (Some(application), Some(directory)) => below.push(Branch::leaf(format!(
            "runs {} in {}",
            sanitize::line(application),
            sanitize::line(directory)
        ))),
        (Some(application), None) => below.push(Branch::leaf(format!(
            "runs {}",
            sanitize::line(application)
        ))),
        _ => {}
    }
    Branch {
        text: format!(
            "{}{}{}",
            server.program,
            on(&server.machine),
            place(&server.at, color)
        ),
        below,
    }
}
