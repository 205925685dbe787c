//! A page for each rule, out of rules/, and the lists that lead there.

use std::error::Error;
use std::fmt::Write as _;

use djlint::rules::page::Front;
use djlint::rules::{RULES, Rule, families, symptom};

use crate::book::{captioned, escaped};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What each family is about.
const FAMILIES: &[(&str, &str)] = &[
    ("django", "Django's settings"),
    ("djlint", "What djlint is told, and what it cannot read"),
    ("key", "Keys"),
    ("launch", "What builds and starts uWSGI"),
    ("nginx", "nginx's configuration"),
    ("stack", "What nginx, uWSGI and Django make of each other"),
    ("uwsgi", "uWSGI's ini files"),
];

/// What people search for when nothing works, as it is written in browsers and logs.
const SEARCHED: &[&str] = &[
    "502 Bad Gateway",
    "connect() to unix:/run/shop.sock failed (2: No such file or directory) while connecting to upstream",
    "connect() to unix:/run/shop.sock failed (13: Permission denied) while connecting to upstream",
    "connect() failed (111: Connection refused) while connecting to upstream",
    "504 Gateway Time-out",
    "500 Internal Server Error",
    "404 Not Found",
    "403 Forbidden",
    "400 Bad Request",
    "DisallowedHost",
    "CSRF verification failed",
    "ERR_TOO_MANY_REDIRECTS",
    "static files not loading",
    "invalid request block size: 21573 (max 4096)...skip",
    "no python application found",
    "ModuleNotFoundError: No module named 'shop'",
    "KeyError: 'REQUEST_METHOD'",
    "bind(): Address already in use",
    "bind(): Permission denied",
    "chdir(): No such file or directory",
    "WARNING: UNPROTECTED PRIVATE KEY FILE!",
];

/// Every page that is made of rules, by its path below src/.
pub(crate) fn pages() -> Result<Vec<(String, String)>> {
    let mut pages = vec![("symptoms.md".to_owned(), by_symptom())];
    for family in families() {
        pages.push((format!("rules/{family}.md"), of_family(family)?));
    }
    for rule in RULES {
        pages.push((format!("rules/{}.md", rule.id), of_rule(rule)?));
    }
    Ok(pages)
}

/// The lines of SUMMARY.md for them.
pub(crate) fn summary() -> Result<String> {
    let mut lines = String::new();
    for family in families() {
        writeln!(lines, "- [{family}](rules/{family}.md)")?;
        for rule in RULES.iter().filter(|rule| rule.family() == family) {
            writeln!(lines, "  - [{id}](rules/{id}.md)", id = rule.id)?;
        }
    }
    Ok(lines)
}

fn of_family(family: &str) -> Result<String> {
    let about = FAMILIES.iter().find(|(name, _)| *name == family);
    let (_, about) = about.ok_or_else(|| format!("what is {family} about?"))?;
    let mut page = format!(
        "# {family}\n\n{about}.\n\n| rule | severity | what it finds |\n| --- | --- | --- |\n"
    );
    for rule in RULES.iter().filter(|rule| rule.family() == family) {
        let front = rule.page()?.front;
        writeln!(
            page,
            "| [{id}]({id}.md) | {severity} | {summary} |",
            id = rule.id,
            severity = front.severity.as_str(),
            summary = prose(&front.summary).replace('|', "\\|"),
        )?;
    }
    Ok(page)
}

fn of_rule(rule: &Rule) -> Result<String> {
    let page = rule.page()?;
    let front = &page.front;
    let mut text = format!(
        "# {}\n\n{}.\n\n",
        rule.id,
        prose(&capitalized(&front.summary))
    );
    text.push_str(&facts(front));
    text.push_str(&captioned(page.body));
    if !front.refs.is_empty() {
        text.push_str("\n## Read more\n\n");
        for link in &front.refs {
            writeln!(text, "- <{link}>")?;
        }
    }
    Ok(text)
}

/// A table in HTML: one of Markdown wants a head, and its cells no lines.
fn facts(front: &Front) -> String {
    let code = |text: &str| format!("<code>{}</code>", escaped(text));
    let seen: Vec<String> = front.seen.iter().map(|line| code(line)).collect();
    let mut rows = vec![
        ("Severity", front.severity.as_str().to_owned()),
        ("Symptom", escaped(&front.symptom)),
    ];
    if !seen.is_empty() {
        rows.push(("Seen as", seen.join("<br>")));
    }
    if let Some(program) = front.refused_by {
        rows.push(("Refused by", program.as_str().to_owned()));
    }
    if let Some(score) = &front.security_severity {
        rows.push(("Security", format!("{score} of 10")));
    }
    if !front.also.is_empty() {
        rows.push(("Elsewhere", escaped(&front.also.join(", "))));
    }
    rows.push(("Fix", front.fix.as_str().to_owned()));
    rows.push(("Since", front.since.clone()));
    let rows: String = rows
        .into_iter()
        .map(|(name, value)| format!("<tr><td>{name}</td><td>{value}</td></tr>\n"))
        .collect();
    format!("<table class=\"facts\">\n{rows}</table>\n\n")
}

/// What to do with a message: the rules that `djlint explain` would name.
fn by_symptom() -> String {
    let mut page = String::from(
        "# By what you see\n\n\
         `djlint explain` finds the rules by the words of a browser or by a line out of a log, and\n\
         this is what it says of the most common ones. `djlint check` says which of them it is.\n",
    );
    for asked in SEARCHED {
        // What is to be found again as it stands is code.
        let heading = match asked.contains(['(', ':', '_']) {
            true => format!("`{asked}`"),
            false => prose(asked),
        };
        page.push_str(&format!("\n## {heading}\n\n"));
        for told in symptom::search(asked) {
            page.push_str(&format!(
                "- [{id}](rules/{id}.md): {summary}\n",
                id = told.rule.id,
                summary = prose(&told.front.summary)
            ));
        }
    }
    page.push_str("\n## All of them\n\n| seen | rule |\n| --- | --- |\n");
    for rule in RULES {
        let Ok(rule_page) = rule.page() else { continue };
        let symptom = prose(&rule_page.front.symptom).replace('|', "\\|");
        page.push_str(&format!(
            "| {symptom} | [{id}](rules/{id}.md) |\n",
            id = rule.id
        ));
    }
    page
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    // The names of programs stay as they are.
    let stays = ["nginx", "uWSGI", "ssh", "wsgi", "systemd", "env"];
    let first = characters.next();
    match first {
        Some(first) if !stays.iter().any(|name| text.starts_with(name)) => {
            first.to_uppercase().chain(characters).collect()
        }
        _ => text.to_owned(),
    }
}

/// Text that is no Markdown, in Markdown.
fn prose(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        if matches!(
            character,
            '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '&' | '\\'
        ) {
            shown.push('\\');
        }
        shown.push(character);
    }
    shown
}
