//! `djlint explain`.

use std::io::{self, Write};

use super::{Color, Look, Outcome, Surroundings, rules};
use crate::config::unknown_rule;
use crate::report::style;
use crate::rules::page::Page;
use crate::rules::{RULES, Rule, find};

pub(super) fn run(
    name: &str,
    color: Color,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let look = surroundings.look(color);
    let name = name.trim_end_matches('/');
    if let Some(rule) = find(name)
        && let Ok(page) = rule.page()
    {
        explain(rule, &page, look, surroundings.stdout)?;
        return Ok(Outcome::Sound);
    }
    let family = RULES.iter().filter(|rule| rule.family() == name);
    if family.clone().next().is_some() {
        rules::table(family, look, surroundings.stdout)?;
        return Ok(Outcome::Sound);
    }
    let message = unknown_rule(&crate::report::sanitize::line(name));
    writeln!(surroundings.stderr, "error: {message}")?;
    Ok(Outcome::Failed)
}

fn explain(rule: &Rule, page: &Page, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let front = &page.front;
    let bold = |text: &str| style::bold(text, look.color);
    let severity = style::severity(front.severity, look.color);
    writeln!(out, "{}: {}", bold(rule.id), front.summary)?;
    writeln!(out)?;
    let mut facts = vec![("severity", severity), ("symptom", front.symptom.clone())];
    if let Some(score) = &front.security_severity {
        facts.push(("security", format!("{score} of 10")));
    }
    if let Some(program) = front.refused_by {
        facts.push(("refused by", program.as_str().to_owned()));
    }
    if !front.also.is_empty() {
        facts.push(("also", front.also.join(", ")));
    }
    facts.push(("fix", front.fix.as_str().to_owned()));
    facts.push(("since", front.since.clone()));
    for (name, value) in facts {
        let room = look.width.saturating_sub(12).max(20);
        let value = style::wrap(&value, room).join(&format!("\n{}", " ".repeat(12)));
        writeln!(out, "{name:<10}  {value}")?;
    }
    writeln!(out)?;
    body(page.body, &bold, out)?;
    if !front.refs.is_empty() {
        writeln!(out, "\n{}", bold("Read more"))?;
        for link in &front.refs {
            writeln!(out, "  {link}")?;
        }
    }
    Ok(())
}

/// Markdown as plain text: headings without their marks, code indented under its file's name.
fn body(text: &str, bold: &dyn Fn(&str) -> String, out: &mut dyn Write) -> io::Result<()> {
    let mut code = false;
    for line in text.lines() {
        if let Some(info) = line.strip_prefix("```") {
            code = !code;
            if let Some(file) = info
                .split_whitespace()
                .find_map(|word| word.strip_prefix("file="))
            {
                let rest: Vec<&str> = info
                    .split_whitespace()
                    .skip(1)
                    .filter(|word| !word.starts_with("file="))
                    .collect();
                let rest = match rest.is_empty() {
                    true => String::new(),
                    false => format!(" ({})", rest.join(", ")),
                };
                writeln!(out, "  {file}{rest}:")?;
            }
            continue;
        }
        if code {
            let indented = format!("    {line}");
            writeln!(out, "{}", indented.trim_end())?;
        } else if let Some(heading) = line.strip_prefix("## ") {
            writeln!(out, "{}", bold(heading))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
