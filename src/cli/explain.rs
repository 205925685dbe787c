//! `djlint explain`.

use std::ffi::OsString;
use std::io::{self, Read, Write};

use super::{Color, Look, Outcome, Surroundings, rules};
use crate::config::unknown_rule;
use crate::report::style;
use crate::rules::page::Page;
use crate::rules::symptom::{self, Told};
use crate::rules::{RULES, Rule, find, nearest, renamed};

/// More of a log is not read: what it says last is what was asked about, and `tail` gives that.
const MAX_LOG: u64 = 1_000_000;

pub(super) fn run(
    asked: &[String],
    color: Color,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let look = surroundings.look(color);
    if asked == ["-"] {
        let mut log = Vec::new();
        let mut input = surroundings.stdin.take(MAX_LOG);
        if let Err(error) = input.read_to_end(&mut log) {
            writeln!(surroundings.stderr, "error: cannot read: {error}")?;
            return Ok(Outcome::Failed);
        }
        return tell(&String::from_utf8_lossy(&log), look, surroundings);
    }
    let text = asked.join(" ");
    let name = text.trim().trim_end_matches('/');
    // A rule's own name, without its family, is no other word of ours.
    let rule = find(name).or_else(|| {
        let same = |rule: &&Rule| rule.id.split_once('/').is_some_and(|(_, own)| own == name);
        RULES.iter().find(same)
    });
    if let Some(rule) = rule
        && let Ok(page) = rule.page()
    {
        if let Some(now) = renamed(name) {
            writeln!(surroundings.stderr, "note: `{name}` is called `{now}` now")?;
        }
        explain(rule, &page, look, surroundings.stdout)?;
        return Ok(Outcome::Sound);
    }
    let family = RULES.iter().filter(|rule| rule.family() == name);
    if family.clone().next().is_some() {
        rules::table(family, look, surroundings.stdout)?;
        return Ok(Outcome::Sound);
    }
    if is_meant_as_id(name) {
        let message = unknown_rule(&crate::report::sanitize::line(name));
        writeln!(surroundings.stderr, "error: {message}")?;
        return Ok(Outcome::Failed);
    }
    tell(&text, look, surroundings)
}

/// uWSGI logs "--- no python application found": who pastes that does not think of options, so
/// it gets the `--` that ends them.
pub(super) fn text_is_no_option(
    arguments: impl IntoIterator<Item = OsString>,
) -> impl Iterator<Item = OsString> {
    let is_text = |argument: &OsString| {
        let text = argument.to_string_lossy();
        text.starts_with("--")
            && (text.contains(char::is_whitespace)
                || text.len() > 2 && text.bytes().all(|b| b == b'-'))
    };
    let mut is_explain = false;
    let mut is_ended = false;
    let all = arguments.into_iter().enumerate();
    all.flat_map(move |(at, argument)| {
        is_explain |= at == 1 && argument == "explain";
        is_ended |= argument == "--";
        let end = is_explain && !is_ended && is_text(&argument);
        is_ended |= end;
        end.then(|| OsString::from("--"))
            .into_iter()
            .chain([argument])
    })
}

/// Whether somebody means a rule by it, and not something that a program says.
fn is_meant_as_id(name: &str) -> bool {
    let is_word = |word: &str| {
        let mut bytes = word.bytes();
        !word.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    match name.split_once('/') {
        Some((family, own)) => is_word(family) && is_word(own),
        None => is_word(name) && nearest(name).is_some() && symptom::search(name).is_empty(),
    }
}

/// The rules that tell of a symptom: all of the page where there is one, else a line of each.
fn tell(text: &str, look: Look, surroundings: &mut Surroundings<'_>) -> io::Result<Outcome> {
    let found = symptom::search(text);
    if let [only] = &found[..]
        && let Ok(page) = only.rule.page()
    {
        explain(only.rule, &page, look, surroundings.stdout)?;
        return Ok(Outcome::Sound);
    }
    if found.is_empty() {
        writeln!(
            surroundings.stderr,
            "no rule tells of that. The words of the log, or of the browser, find the most: \
             djlint explain 502.\n`djlint rules` lists all rules."
        )?;
        return Ok(Outcome::NoMatch);
    }
    for told in &found {
        list(told, look, surroundings.stdout)?;
    }
    let rest = format!(
        "{} rules tell of that. `djlint check` says which of them it is here, and \
         `djlint explain ID` all about one.",
        found.len(),
    );
    writeln!(
        surroundings.stdout,
        "\n{}",
        style::wrap(&rest, look.width).join("\n")
    )?;
    Ok(Outcome::Sound)
}

/// A rule, what it finds, and how that shows.
fn list(told: &Told, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let severity = style::severity(told.front.severity, look.color);
    let id = style::link(told.rule.id, told.front.url(), look.links);
    writeln!(out, "{severity} {}", style::bold(&id, look.color))?;
    let room = look.width.saturating_sub(4).max(20);
    for text in [&told.front.summary, &told.front.symptom] {
        for line in style::wrap(text, room) {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}

fn explain(rule: &Rule, page: &Page, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let front = &page.front;
    let bold = |text: &str| style::bold(text, look.color);
    let severity = style::severity(front.severity, look.color);
    writeln!(out, "{}: {}", bold(rule.id), front.summary)?;
    writeln!(out)?;
    let mut facts = vec![("severity", severity), ("symptom", front.symptom.clone())];
    facts.extend(front.seen.iter().map(|line| ("seen as", line.clone())));
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
