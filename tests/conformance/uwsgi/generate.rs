//! Files that are made up: sections, placeholders, logic, includes, environment, in any order.

use std::collections::BTreeMap;

use super::{Build, Case};
use crate::random::Random;

/// A case without an answer.
pub(super) fn case(random: &mut Random, build: Build) -> Case {
    let mut files = BTreeMap::new();
    files.insert("base.ini".to_owned(), ini(random, false));
    files.insert("sub/more.ini".to_owned(), ini(random, false));
    files.insert("other.xml".to_owned(), xml(random));
    files.insert("other.yaml".to_owned(), yaml(random));
    files.insert(
        "note".to_owned(),
        random.of(&["noted\n", "noted\n\n", "", "a b"]).to_owned(),
    );
    files.insert("lines".to_owned(), "one\ntwo\r\n\nthree".to_owned());
    let main = match random.below(12) {
        0 => ("app.xml", xml(random)),
        1 => ("app.yaml", yaml(random)),
        2..5 if build == Build::Debian => ("app.json", json(random)),
        _ => ("app.ini", ini(random, true)),
    };
    let mut arguments = arguments(random, main.0);
    if build == Build::Debian {
        // Python's options are those of a plugin there, which nothing loads.
        let pythons = ["-w", "-H", "-J", "-O", "--wsgi-file"];
        let ours = |word: &String| !pythons.iter().any(|own| word.starts_with(own));
        let values = ["shop.wsgi:application", "x", "1"];
        arguments.retain(|word| ours(word) && !values.contains(&word.as_str()));
    }
    files.insert(main.0.to_owned(), main.1);
    let mut environment = BTreeMap::new();
    for (name, value) in PLAIN_VARIABLES {
        if random.chance(3) {
            environment.insert((*name).to_owned(), (*value).to_owned());
        }
    }
    for _ in 0..random.below(4) {
        let (name, value) = OPTION_VARIABLES[random.below(OPTION_VARIABLES.len())];
        environment.insert(name.to_owned(), value.to_owned());
    }
    Case {
        files,
        environment,
        arguments,
        build,
        undecided: Vec::new(),
        answer: None,
    }
}

fn arguments(random: &mut Random, main: &str) -> Vec<String> {
    let section = random.of(&["", "", "", ":", ":prod", ":none"]);
    let file = match (main, random.below(5)) {
        (_, 0) => vec![main.to_owned()],
        ("app.ini", 1) => vec![format!("--ini={main}{section}")],
        ("app.ini", 2) => vec!["--ini".to_owned(), format!("/tmp/HERE/{main}{section}")],
        ("app.ini", _) => vec!["--ini".to_owned(), format!("{main}{section}")],
        ("app.json", 1) => vec![format!("--json={main}")],
        ("app.json", 2) => vec!["-j".to_owned(), main.to_owned()],
        ("app.json", _) => vec!["--json".to_owned(), main.to_owned()],
        ("app.xml", _) => vec!["--xml".to_owned(), main.to_owned()],
        _ => vec!["-y".to_owned(), main.to_owned()],
    };
    let mut arguments: Vec<Vec<String>> = Vec::new();
    for _ in 0..random.below(4) {
        let words = match random.chance(4) {
            true => random.of(UNUSUAL_WORDS),
            false => random.of(WORDS),
        };
        arguments.push(words.split('|').map(str::to_owned).collect());
    }
    let at = random.below(arguments.len() + 1);
    arguments.insert(at, file);
    arguments.concat()
}

/// Objects with members of every kind; now and then what no reader takes, or only one.
fn json(random: &mut Random) -> String {
    let mut text = random.of(&["{", "{\n  ", "{ "]).to_owned();
    for (at, name) in ["uwsgi", "prod"].into_iter().enumerate() {
        if at > 0 {
            text += random.of(&[", ", ",\n  "]);
        }
        let mut members: BTreeMap<&str, String> = BTreeMap::new();
        for _ in 0..random.below(8) {
            members.insert(KEYS[random.below(KEYS.len() - 1)], json_value(random, 0));
        }
        let members = members.iter();
        let members: Vec<String> = members
            .map(|(key, value)| format!("{}: {value}", quoted(key)))
            .collect();
        text += &format!(
            "\"{name}\" : {{{}}}",
            members.join(random.of(&[", ", " ,\n    "]))
        );
    }
    text += random.of(&["}", "}\n", "\n}\n", "}", "} x", ",}", ""]);
    text
}

fn json_value(random: &mut Random, depth: usize) -> String {
    match random.below(12) {
        0 => random.of(&["true", "false", "null"]).to_owned(),
        1 => random
            .of(&["4", "0", "-5", "123456789012345678"])
            .to_owned(),
        2 if depth < 2 => {
            let items: Vec<String> = (0..random.below(4))
                .map(|_| json_value(random, depth + 1))
                .collect();
            format!("[{}]", items.join(random.of(&[",", " , "])))
        }
        3 if depth < 2 => format!("{{\"a\": {}}}", json_value(random, depth + 1)),
        4 => random
            .of(&[
                "\"\\u0041\"",
                "\"a\\n b\"",
                "\"\\/run\\/a.sock\"",
                "\"\\\"x\\\"\"",
                "nil",
            ])
            .to_owned(),
        _ => quoted(VALUES[random.below(VALUES.len())]),
    }
}

/// A string as JSON writes it; a character is a byte, and most that are none of ASCII's make no UTF-8.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let visible = escaped.replace('\t', "\\t").replace('\u{1b}', "");
    format!("\"{visible}\"")
}

/// What a shell has, and what containers are given.
const PLAIN_VARIABLES: &[(&str, &str)] = &[
    ("NAME", "shop"),
    ("EMPTY", ""),
    ("NEST", "$(NAME)x"),
    ("PERCENT", "%(name)"),
];

/// Variables that are options.
const OPTION_VARIABLES: &[(&str, &str)] = &[
    ("UWSGI_PROCESSES", "7"),
    ("UWSGI_SOME_NAME", "$(NAME)"),
    ("UWSGI_MINE", "a b"),
    ("UWSGI_DECLARE_OPTION", "mine=set=w=$1;set=%(two)=$2"),
    ("UWSGI_MASTER", "false"),
    ("UWSGI_INI", "base.ini"),
    ("UWSGI_INI", "app.ini:prod"),
    ("UWSGI_INCLUDE", "other.xml"),
    ("UWSGI_INHERIT", "base.ini"),
    ("UWSGI_SET", "a=%(name)"),
    ("UWSGI_SET_PH", "name=environment"),
    ("UWSGI_STRICT", "1"),
    ("UWSGI_STRICT", "off"),
    ("UWSGI_ENDIF", ""),
    ("UWSGI_CHMOD_SOCKET", "0660"),
    ("UWSGI_CHMOD_SOCKET", "660"),
    ("UWSGI_X__Y", "%(two + 1)"),
    ("UWSGI_", "nothing"),
    ("UWSGI_lower_Case", "1"),
    ("UWSGI_ENV", "A=%(name)"),
    ("UWSGI_SOCKET", ""),
    ("UWSGI_EMPEROR_PROXY_X", "1"),
    ("UWSGI_JAIL_PID", "1"),
    ("UWSGI_VASSALS_DIR", "/tmp"),
    ("UWSGI_ORIGINAL_PROC_NAME", "uwsgi"),
    ("UWSGIX", "1"),
];

/// Words of command lines; a `|` is between two of them.
const WORDS: &[&str] = &[
    "-M",
    "-p4",
    "-p|4",
    "-Mp|4",
    "-Mp4",
    "-MLT",
    "--set=a=cli",
    "--set|name=cli",
    "-S|two=cli",
    "--processes=%(two)",
    "--workers|3",
    "--proces=3",
    "--sock|:80",
    "--chmod-socket",
    "--chmod-socket=660",
    "--chmod-socket|660",
    "-C660",
    "-C",
    "--env=X=%(name)",
    "--env|X=$(NAME)",
    "--if-env=NAME",
    "--if-not-env|NAME",
    "--endif",
    "--end",
    "--max-requests=$(NAME)",
    "--strict",
    "-s|x.sock",
    "-s:80",
    "-H/srv/venv",
    "-w|shop.wsgi:application",
    "--wsgi-file=shop/wsgi.py",
    "--chdir|%d",
    "--chdir=%(a)",
    "--include|base.ini",
    "--inherit=base.ini",
    "--ini|base.ini:prod",
    "-x|other.xml",
    "base.ini",
    "other.yaml",
    "-b|32k",
    "-R5",
    "-z|5",
    "-t30",
    "-l|100",
    "-i",
    "-m",
];

/// Those that end the start, most of the time.
const UNUSUAL_WORDS: &[&str] = &[
    "--mine=5",
    "--mine",
    "--declare-option=mine=set=z=$1",
    "--declare-option=mine=set=z=1",
    "--static-map|/m",
    "--static-map=/m=n",
    "--master=1",
    "--pro=1",
    "--no-such",
    "--no-such=1",
    "--for|one two",
    "--processes",
    "-p",
    "-p|-5",
    "[shop",
    "app.conf",
    "nope.ini",
    "--",
    "--|base.ini",
    "-C|660",
    "--exit=2",
    "--chmod-socket=0660",
    "--set|nothing",
    "--set-ph|processes=3",
    "-O|1",
    "-J|x",
];

const SECTIONS: &[&str] = &[
    "[uwsgi]",
    "[uwsgi]",
    "[uwsgi]",
    "[prod]",
    "  [uwsgi] \t",
    "[uwsgi] # main",
    "[ uwsgi ]",
    "[UWSGI]",
    "[uwsgi",
    "[uwsgix",
    "[",
];

const KEYS: &[&str] = &[
    "name",
    "two",
    "a",
    "b",
    "c",
    "x-y",
    "x_y",
    "processes",
    "workers",
    "master",
    "vacuum",
    "chdir",
    "env",
    "module",
    "pythonpath",
    "harakiri",
    "touch-reload",
    "buffer-size",
    "prio",
    "threads",
    "socket",
    "static-map",
    "mine",
    "chmod_socket",
    "Master",
    "--master",
    "set",
    "set-ph",
    "set-placeholder",
    "\u{c2}\u{a0}a",
];

const VALUES: &[&str] = &[
    "shop",
    "2",
    "true",
    "false # no",
    "\"quoted\"",
    "4;",
    "%(name)",
    "x%(name)y%(two)",
    "%(nope)",
    "%(two + 1)",
    "%(two * 3 - a)",
    "%(two ++)",
    "%(two / 0)",
    "%(two two)",
    "%(two+1)",
    "%(na%(b))",
    "%(%(b))",
    "%()",
    "%( name )",
    "%(name",
    "$(NAME)",
    "$(NOPE)",
    "$(NEST)$(PERCENT)",
    "~/x",
    "%d%n.sock",
    "%s|%e|%c|%0|%2|%x|%X",
    "%N %S %D %E %C",
    "%p",
    "%o",
    "%O",
    "%v",
    "%%(name)",
    "%%%",
    "%Y-%m-%q",
    "80%",
    "a=b",
    "name=%(name)",
    "x=$(NAME)",
    "@(note)",
    "@(/tmp/HERE/note)!",
    "$(EMPTY)",
    "",
    "a = b = c",
    "tab\there",
    "\\",
    "%(_)",
    "\u{c3}\u{a9}",
    "-5",
    "660",
    "%(processes * 2)",
    "%(a b)",
    " ; note",
    "\u{1b}%[x",
    "=",
    ")",
];

const BLOCKS: &[&str] = &[
    "for = one  two",
    "for = %(name)",
    "for-times = 2",
    "for-times = x",
    "for-readline = lines",
    "for-glob = *.ini",
    "for-glob = /tmp/HERE/no*",
    "for-glob = nothing*",
    "if-env = NAME",
    "ifenv = NAME=shop",
    "if-not-env = NAME",
    "if-not-env = NAME=x",
    "if-opt = name",
    "if-opt = name=shop",
    "if-not-opt = two",
    "if-not-opt = two=2",
    "if-exists = note",
    "ifexists = /tmp/HERE/note",
    "if-not-exists = nope",
    "if-file = base.ini",
    "if-not-file = sub",
    "if-dir = sub",
    "ifdir = note",
    "if-directory = sub",
    "if-reload",
    "if-not-reload",
];

const ENDS: &[&str] = &[
    "endif",
    "endfor =",
    "end = x",
    "end-if",
    "end-for",
    "else",
    "endif # x",
];

const INCLUDES: &[&str] = &[
    "ini = base.ini",
    "ini = %dbase.ini:prod",
    "ini = :prod",
    "include = base.ini",
    "include = %dsub/more.ini",
    "include = other.xml",
    "include = other.yaml",
    "inherit = base.ini",
    "inherit = %dsub/more.ini",
];

/// Rare: they mostly end the start.
const ENDINGS: &[&str] = &[
    "strict = true",
    "strict = off",
    "ini = nope.ini",
    "include = base.ini:prod",
    "include = app.conf",
    "include = %(name).ini",
    "ini =",
    "set = novalue",
    "set-ph = processes=3",
    "chmod-socket = 0660",
    "chmod-socket = 1",
    "processes = -1",
    "listen = 4294967290",
    "exit = 0",
    "blacklist = processes chdir",
    "end-blacklist",
    "whitelist = name two a end-whitelist",
    "end-whitelist",
    "declare-option = mine=set=z=$1",
    "declare-option = mine=processes=$1;env=N=$2",
    "declare-option = mine",
    "declare-option2 = mine=set=q=$1$2",
    "declare-option = mine=ini=$1;set=c=$10",
    "declare-option = mine=include=base.ini",
    "declare-option = mine=if-env=$1",
    "declare-option = mine=set-ph=$1=$2;set=two=$2",
    "declare-option = mine=mine=$1",
    "declare-option = mine=master=$1;set=d=$1;novalue;set=e=1",
    "declare-option = other=mine=$1 x;other=y",
    "declare-option = two=set=name=$1",
    "declare-option = processes=set=name=$1",
    "declare-option = mine=chmod-socket=$1;nope=$1",
    "mine = base.ini",
    "mine = NAME  x",
    "mine",
    "other = x",
    "logfile-chmod = 1",
    "socket = ",
    "socket = =0",
    "https-socket = :443",
    "mount = /app",
    "mine = 5",
    "static-map = /static",
    "a = x%(a)",
    "b = @(nope)",
    "config = base.ini",
    "if-env = NAME\nif-env = NAME",
];

fn ini(random: &mut Random, includes: bool) -> String {
    let end = random.of(&["\n", "\n", "\n", "\r\n"]).to_owned();
    let mut text = random
        .of(&["", "", "", "\u{ef}\u{bb}\u{bf}", "# 100%\n"])
        .to_owned();
    if !random.chance(12) {
        text += "[uwsgi]";
        text += &end;
    }
    // Some files have many of what others have one of.
    let rare = if random.chance(5) { 26 } else { 18 };
    for _ in 0..2 + random.below(10) {
        let line = match random.below(40) {
            0..=2 => random.of(SECTIONS).to_owned(),
            3..=8 => random.of(BLOCKS).to_owned(),
            9..=13 => random.of(ENDS).to_owned(),
            14..=17 if includes => random.of(INCLUDES).to_owned(),
            at @ 18..=26 if at <= rare => random.of(ENDINGS).to_owned(),
            27 => random
                .of(&["; x = y", "#a = b", "", "   ", "\t", "= 3", "lonely"])
                .to_owned(),
            _ => option(random),
        };
        text += &line;
        text += if random.chance(30) { "" } else { &end };
    }
    let mut text = mutated(random, text);
    // What is known on the host alone is another matter.
    for letter in "hkuUgGtTVbiIjJ".chars() {
        text = text.replace(&format!("%{letter}"), "%y");
    }
    if text.ends_with('%') {
        // What stands behind the file in memory is nobody's to know.
        text += &end;
    }
    text
}

/// Now and then some characters are lost, doubled or strange.
fn mutated(random: &mut Random, text: String) -> String {
    // Half a character of UTF-8 is none, and the answers are held as text.
    if !random.chance(4) || !text.is_ascii() {
        return text;
    }
    let mut text: Vec<char> = text.chars().collect();
    for _ in 0..1 + random.below(3) {
        let at = random.below(text.len().max(1)).min(text.len());
        match random.below(5) {
            0 => text.truncate(at),
            1 => {
                let strange = random.of(&["\n", "\r", "%(", "=", "[", "\0", "("]);
                text.splice(at..at, strange.chars());
            }
            // `$NAME` is what a shell fills in.
            2 if at < text.len() && text[at] != '(' => drop(text.remove(at)),
            3 => {
                let copy = text[at..(at + 8).min(text.len())].to_vec();
                text.splice(at..at, copy);
            }
            _ => text.extend(random.of(&["[uwsgi]\n", "x = 1\n", "%\n"]).chars()),
        }
    }
    text.into_iter().collect()
}

fn option(random: &mut Random) -> String {
    let key = random.of(KEYS).to_owned();
    let value = match key.as_str() {
        // Anything else ends the start, most of the time.
        "static-map" if !random.chance(10) => format!("/m={}", random.of(VALUES)),
        "socket" if !random.chance(10) => format!("x{}", random.of(VALUES)),
        "set" | "set-ph" | "set-placeholder" => {
            let name = random.of(&["a", "b", "name", "two", "new"]).to_owned();
            format!("{name}={}", random.of(VALUES))
        }
        _ => random.of(VALUES).to_owned(),
    };
    let equals = random
        .of(&[" = ", " = ", "=", "=  ", " ", "\t=\t", ": "])
        .to_owned();
    let indent = random.of(&["", "", "", "  ", "\t"]).to_owned();
    format!("{indent}{key}{equals}{value}")
}

fn xml(random: &mut Random) -> String {
    let (opening, closing) = match random.below(5) {
        0 => ("<config><uwsgi id=\"x\">\n", "</uwsgi></config>\n"),
        1 => ("<?xml version=\"1.0\"?>\n<uwsgi>\n", "</uwsgi>\n"),
        _ => ("<uwsgi>\n", "</uwsgi>\n"),
    };
    let mut text = opening.to_owned();
    for _ in 0..1 + random.below(5) {
        let key = random.of(&["name", "two", "a", "master", "x-y"]).to_owned();
        let value = random.of(&[
            "shop",
            " 2 ",
            "%(name)",
            "a &amp; b",
            "%n",
            "$(NAME)",
            "&#65;",
        ]);
        text += &match random.below(4) {
            0 => format!("  <{key}/>\n"),
            1 if random.chance(3) => format!("  <{key}><!-- n -->{value}</{key}>"),
            1 => format!("  <!-- 50%% --><{key}>{value}</{key}>"),
            _ => format!("  <{key}>{value}</{key}>\n"),
        };
    }
    text + closing
}

fn yaml(random: &mut Random) -> String {
    let mut text = random.of(&["", "# first\n", "other:\n  a: 1\n"]).to_owned();
    text += random.of(&["uwsgi:\n", "uwsgi:\n", "prod:\n  b: 1\nuwsgi:\n"]);
    for _ in 0..1 + random.below(5) {
        let key = random.of(&["name", "two", "a", "master", "x-y"]).to_owned();
        let value = random.of(&["shop", "2", "$(NAME)", "/x/y:z", "true", "x y  # note"]);
        text += &format!("  {key}: {value}\n");
    }
    text
}
