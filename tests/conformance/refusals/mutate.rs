//! Configurations that were sound, with a word or sign of them changed.

use std::path::Path;

use crate::random::Random;

/// The nginx files of the fixtures, the rule pages, and of the folder that `DJLINT_CORPUS` names.
pub(crate) fn files() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    walk(&root.join("fixtures"), &mut texts);
    pages(&root.join("rules"), &mut texts);
    if let Some(folder) = std::env::var_os("DJLINT_CORPUS") {
        walk(Path::new(&folder), &mut texts);
    }
    texts.sort();
    texts
}

fn walk(directory: &Path, texts: &mut Vec<String>) {
    for entry in walkdir::WalkDir::new(directory).into_iter().flatten() {
        let Ok(text) = std::fs::read_to_string(entry.path()) else {
            continue;
        };
        let is_nginx = text.contains("server {") && text.contains("listen") && text.len() < 4000;
        if is_nginx && !text.contains("{%") && !text.contains("{{") && !text.contains("apiVersion")
        // What lies elsewhere on this machine is not in the text.
        && !text.contains("include /")
        {
            texts.push(text);
        }
    }
}

fn pages(directory: &Path, texts: &mut Vec<String>) {
    for entry in walkdir::WalkDir::new(directory).into_iter().flatten() {
        let Ok(text) = std::fs::read_to_string(entry.path()) else {
            continue;
        };
        let blocks = text.split("```nginx ").skip(1);
        texts.extend(blocks.filter_map(|block| {
            let (_, rest) = block.split_once('\n')?;
            let (body, _) = rest.split_once("```")?;
            Some(body.to_owned()).filter(|body| !body.contains("include /"))
        }));
    }
}

/// One of them, changed, as a main file.
pub(crate) fn one_of(files: &[String], random: &mut Random) -> String {
    let text = framed(&files[random.below(files.len())]);
    let mut tokens = tokens(&text);
    for _ in 0..=random.below(2) {
        change(&mut tokens, random);
    }
    tokens.concat()
}

fn framed(text: &str) -> String {
    if text.contains("http {") || text.contains("events {") {
        return text.to_owned();
    }
    format!("events {{}}\nhttp {{\n{text}\n}}\n")
}

/// Words, signs and blanks, each by itself.
fn tokens(text: &str) -> Vec<String> {
    let kind = |letter: char| match letter {
        ';' | '{' | '}' | '"' | '\'' => 0,
        ' ' | '\t' | '\n' | '\r' => 1,
        _ => 2,
    };
    let mut tokens: Vec<String> = Vec::new();
    let mut last = 0;
    for letter in text.chars() {
        match tokens.last_mut() {
            Some(token) if kind(letter) == last && last != 0 => token.push(letter),
            _ => tokens.push(letter.to_string()),
        }
        last = kind(letter);
    }
    tokens
}

/// What may stand where another word stood.
const STRANGE: &[&str] = &[
    "",
    "0",
    "-1",
    "on",
    "off",
    "$x",
    "$host",
    "1m",
    "{",
    "}",
    ";",
    "\"",
    "~",
    "=",
    "@a",
    "/",
    "*",
    "unix:/s",
    "127.0.0.1:80",
    "[::1]:80",
    "http://127.0.0.1",
    "default",
];

fn change(tokens: &mut Vec<String>, random: &mut Random) {
    if tokens.len() < 4 {
        return;
    }
    let at = random.below(tokens.len());
    let other = random.below(tokens.len());
    match random.below(10) {
        0 | 1 => {
            tokens.remove(at);
        }
        2 => tokens.insert(at, tokens[at].clone()),
        3 => tokens.swap(at, other),
        4 if random.chance(3) => tokens.truncate(at),
        5 => tokens[at] = random.of(STRANGE).to_owned(),
        6 | 7 => {
            let mut letters: Vec<char> = tokens[at].chars().collect();
            if letters.is_empty() {
                return;
            }
            let letter = random.below(letters.len());
            if random.chance(2) {
                letters.remove(letter);
            } else {
                letters.insert(letter, ['a', 'x', '0', '_', '$', '/', ':'][random.below(7)]);
            }
            tokens[at] = letters.into_iter().collect();
        }
        _ => tokens[at] = tokens[other].clone(),
    }
}
