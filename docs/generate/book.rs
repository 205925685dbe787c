//! The whole site: the pages of docs/src, one page for each rule, and what the program knows of
//! itself. Generated pages are not committed: the build makes them, so that they are never old,
//! and a change to a rule is one file and not two.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use crate::{reference, rules};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Where the pages are that people write.
pub(crate) const WRITTEN: &str = "docs/src";
/// What is no page, and where it goes below the site's directory.
const BESIDE: &[(&str, &str)] = &[
    ("docs/book.toml", "book.toml"),
    ("docs/djlint.css", "djlint.css"),
    ("tests/readme/report.svg", "src/report.svg"),
];

/// Every page, by its path below src/.
pub(crate) fn pages() -> Result<BTreeMap<String, String>> {
    let mut pages = BTreeMap::new();
    for entry in walkdir::WalkDir::new(WRITTEN) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(WRITTEN)?;
            let name = name.to_str().ok_or("a name that is no text")?;
            pages.insert(
                name.to_owned(),
                published(&fs::read_to_string(entry.path())?)?,
            );
        }
    }
    pages.extend(rules::pages()?);
    pages.extend(reference::pages()?);
    Ok(pages)
}

/// Writes what mdBook builds the site from.
pub(crate) fn write(target: &Path) -> Result<()> {
    for (name, page) in pages()? {
        let path = target.join("src").join(name);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(path, page)?;
    }
    for (from, to) in BESIDE {
        fs::copy(from, target.join(to))?;
    }
    Ok(())
}

/// A page without what is for its test alone, and with what it takes from elsewhere.
fn published(text: &str) -> Result<String> {
    let mut page = String::new();
    for line in text.lines() {
        let directive = line
            .strip_prefix("<!-- ")
            .and_then(|line| line.strip_suffix(" -->"));
        let directive = directive.and_then(|inner| inner.split_once(':'));
        match directive {
            Some(("start" | "in", _)) => {}
            Some(("include", what)) => page.push_str(&included(what.trim())?),
            Some(("rules", _)) => page.push_str(&rules::summary()?),
            _ => {
                page.push_str(line);
                page.push('\n');
            }
        }
    }
    Ok(captioned(&page))
}

/// `path`, or `path#Heading` for what stands below a heading of a Markdown file.
fn included(what: &str) -> Result<String> {
    let (path, heading) = what.split_once('#').unwrap_or((what, ""));
    let text = fs::read_to_string(path)?;
    if heading.is_empty() {
        let language = path.rsplit('.').next().unwrap_or_default();
        return Ok(format!("```{language}\n{}\n```\n", text.trim_end()));
    }
    let start = format!("\n## {heading}\n");
    let (_, below) = text
        .split_once(&start)
        .ok_or_else(|| format!("no {heading} in {path}"))?;
    let below = below.split("\n## ").next().unwrap_or_default();
    Ok(format!("{}\n", below.trim()))
}

/// Blocks with `file=NAME` get the name above them: mdBook shows nothing of it.
pub(crate) fn captioned(text: &str) -> String {
    let mut page = String::new();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => {
                let (ticks, info) = line.split_at(ticks);
                fence = Some(ticks);
                page.push_str(&opening(ticks, info));
            }
            Some(open) if line == open => {
                fence = None;
                page.push_str(line);
            }
            _ => page.push_str(line),
        }
        page.push('\n');
    }
    page
}

/// The first line of a block, and its caption before it.
fn opening(ticks: &str, info: &str) -> String {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or("text");
    let mut caption = String::new();
    for attribute in words {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let said = match name {
            "file" => format!("<code>{}</code>", escaped(value)),
            "mode" => format!(", mode {}", escaped(value)),
            "link" => format!(", a link to <code>{}</code>", escaped(value)),
            "git" => format!(", {} for git", escaped(value)),
            "generate" => ", a private key".to_owned(),
            _ => continue,
        };
        caption.push_str(&said);
    }
    match caption.is_empty() {
        true => format!("{ticks}{language}"),
        false => format!("<p class=\"file\">{caption}</p>\n\n{ticks}{language}"),
    }
}

/// Text as HTML has it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
