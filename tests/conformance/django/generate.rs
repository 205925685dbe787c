//! Settings modules that are made up: the idioms of real ones, in any order, on any name.

mod expressions;

use std::collections::BTreeMap;

use super::Case;
use super::random::Random;

/// Names that statements bind and use, so that they meet.
const NAMES: &[&str] = &["A", "B", "C", "D", "E", "F", "G"];
const WORDS: &[&str] = &[
    "''", "'a'", "'b'", "'true'", "'False'", "'x,y'", "'a b'", "'/srv'", "'1'", "'12'", "' s '",
    "'a/'", "'%s'", "'{}'", "'Ab'", "'on'", "'off'",
];
const NUMBERS: &[&str] = &["0", "1", "2", "3", "-1", "10", "0o644", "7", "60", "1024"];
/// Variables of the environment; what is told of them differs from case to case.
const VARIABLES: &[&str] = &["V", "W", "X", "Y"];
const VALUES: &[&str] = &[
    "", "a", "true", "False", "0", "1", "a,b", "12", " x ", "on", "no",
];

struct Maker<'r> {
    random: &'r mut Random,
    depth: usize,
    functions: Vec<(String, usize)>,
    /// Names of the function or loop at hand.
    locals: Vec<String>,
    in_loop: bool,
    in_function: bool,
    /// Whether django-environ, python-decouple and environs are installed.
    has_libraries: bool,
}

/// A module of a dozen statements, and two that it imports.
pub(crate) fn case(random: &mut Random) -> Case {
    let mut environment = BTreeMap::new();
    for name in VARIABLES {
        if random.chance(3) {
            environment.insert((*name).to_owned(), random.of(VALUES).to_owned());
        }
    }
    let mut maker = Maker {
        random,
        depth: 0,
        functions: Vec::new(),
        locals: Vec::new(),
        in_loop: false,
        in_function: false,
        has_libraries: std::env::var_os("DJLINT_LIBRARIES").is_some(),
    };
    let mut statements: Vec<String> = Vec::new();
    for name in NAMES {
        let value = maker.expression();
        statements.push(format!("{name} = {value}\n"));
    }
    let count = 6 + maker.random.below(14);
    for _ in 0..count {
        statements.push(maker.statement(0));
    }
    let head = "import os, sys, copy, json\nimport os.path as osp\nfrom os import environ, getenv\n\
        from pathlib import Path\nfrom os.path import join, dirname, abspath\n";
    let libraries = match maker.has_libraries {
        true => {
            "from environ import Env\nfrom environs import Env as Environs\nfrom decouple import config, Csv\n\
             env = Env()\nscheme = Env(V=(bool, True), W=(list, []), X=(int, 5), Y=str)\nenvirons = Environs()\n"
        }
        false => "",
    };
    let base = "import os\nBASE_APPS = ['base']\nBASE_DICT = {'k': {'x': 1}}\nBASE_TEXT = 'base'\n\
        _hidden = 1\nDEBUG = False\n\
        def flag(name, default='0'):\n    return os.environ.get(name, default).lower() in ('1', 'true', 'on')\n\
        def twice(x):\n    return x * 2\n\
        def add(item):\n    BASE_APPS.append(item)\n    return BASE_APPS\n";
    let files = [
        ("site_settings/__init__.py", String::new()),
        ("site_settings/base.py", base.to_owned()),
        (
            "site_settings/production.py",
            format!("{head}{libraries}#STATEMENTS\n"),
        ),
    ];
    Case {
        files: files
            .into_iter()
            .map(|(path, text)| (path.to_owned(), text))
            .collect(),
        module: "site_settings.production".to_owned(),
        environment,
        statements: Some(statements),
        answer: None,
    }
}

impl Maker<'_> {
    fn name(&mut self) -> String {
        if !self.locals.is_empty() && self.random.chance(2) {
            let at = self.random.below(self.locals.len());
            return self.locals[at].clone();
        }
        self.random.of(NAMES).to_owned()
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.random.below(WORDS.len())]
    }

    fn number(&mut self) -> &'static str {
        NUMBERS[self.random.below(NUMBERS.len())]
    }

    fn variable(&mut self) -> &'static str {
        VARIABLES[self.random.below(VARIABLES.len())]
    }

    fn target(&mut self) -> String {
        match self.random.below(8) {
            0 => format!(
                "{}[{}]",
                self.name(),
                self.random.of(&["'a'", "0", "-1", "'k'", "1"])
            ),
            1 => format!("{}['a']['b']", self.name()),
            _ => self.name(),
        }
    }

    /// A statement, with the lines of its blocks.
    fn statement(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        let line = |text: String| format!("{pad}{text}\n");
        let limit = if indent < 3 { 40 } else { 18 };
        match self.random.below(limit) {
            0..5 => line(format!("{} = {}", self.target(), self.expression())),
            5..7 => {
                let operator = self.random.of(&["+=", "+=", "+=", "*=", "|=", "-="]);
                line(format!(
                    "{} {operator} {}",
                    self.target(),
                    self.expression()
                ))
            }
            7..11 => {
                let change = self.random.of(&[
                    "append(#)",
                    "append(#)",
                    "extend(#)",
                    "insert(0, #)",
                    "insert(-1, #)",
                    "remove(#)",
                    "update(#)",
                    "setdefault('a', #)",
                    "pop()",
                    "pop(0)",
                    "pop('a', None)",
                    "sort()",
                    "reverse()",
                    "clear()",
                    "add(#)",
                    "discard(#)",
                    "update(a=#)",
                    "sort(reverse=True)",
                    "insert(A.index('a'), #)",
                    "popitem()",
                ]);
                let name = self.name();
                let value = self.expression();
                line(format!("{name}.{}", change.replace('#', &value)))
            }
            11 => line(format!(
                "{} = {} = {}",
                self.name(),
                self.name(),
                self.expression()
            )),
            12 => match self.random.below(4) {
                0 => line(format!(
                    "{}, *{} = {}",
                    self.name(),
                    self.name(),
                    self.expression()
                )),
                1 => line(format!("{}: int = {}", self.name(), self.expression())),
                _ => line(format!(
                    "{}, {} = {}",
                    self.name(),
                    self.name(),
                    self.expression()
                )),
            },
            13 => match self.random.below(5) {
                0 => line(format!("del {}['a']", self.name())),
                1 => line(format!("del {}[0]", self.name())),
                2 if !self.in_function => line(format!("del {}", self.random.of(&["F", "G"]))),
                _ => line(format!("del {}[1:]", self.name())),
            },
            14 => match self.random.below(9) {
                0 => line("from .base import *".to_owned()).replace("    from", "    pass  # from"),
                1 => line("from .base import BASE_APPS".to_owned()),
                2 => line("from site_settings.base import flag, BASE_DICT as G".to_owned()),
                3 => line("from . import base".to_owned()),
                4 => line(format!(
                    "globals()['{}'] = {}",
                    self.random.of(NAMES),
                    self.expression()
                )),
                5 => line(format!(
                    "os.environ['{}'] = {}",
                    self.variable(),
                    self.word()
                )),
                6 => line("BASE_APPS.append('late')".to_owned()),
                7 => line("import site_settings.base as base2; A = base2.BASE_TEXT".to_owned()),
                _ => line(format!(
                    "vars()['{}'] = {}",
                    self.random.of(NAMES),
                    self.expression()
                )),
            },
            15 if self.in_loop => line(self.random.of(&["break", "continue"]).to_owned()),
            16 if self.in_function => line(format!("return {}", self.expression())),
            15..18 => line(format!(
                "{} = {}",
                self.random.of(NAMES),
                self.environment()
            )),
            18..23 => self.branch(indent),
            23..26 => self.attempt(indent),
            26..31 => self.repeat(indent),
            31..35 if !self.in_function => self.define(indent),
            35 => self.matching(indent),
            36 => {
                let body = self.block(indent + 1);
                format!(
                    "{pad}with {}:\n{body}",
                    self.random.of(&[
                        "open('/dev/null') as f",
                        "open('/nonexistent')",
                        "open(__file__) as f"
                    ])
                )
            }
            37 if !self.in_function => {
                let text = format!(
                    "{pad}class Kx{}:\n{pad}    {} = {}\n",
                    indent,
                    self.random.of(NAMES),
                    self.expression()
                );
                text + &line(format!(
                    "{} = Kx{indent}.{}",
                    self.name(),
                    self.random.of(NAMES)
                ))
            }
            _ => line(self.expression()),
        }
    }

    fn block(&mut self, indent: usize) -> String {
        let count = 1 + self.random.below(2);
        (0..count).map(|_| self.statement(indent)).collect()
    }

    fn branch(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        let mut text = format!("{pad}if {}:\n{}", self.condition(), self.block(indent + 1));
        if self.random.chance(3) {
            let condition = self.condition();
            text += &format!("{pad}elif {condition}:\n{}", self.block(indent + 1));
        }
        if self.random.chance(2) {
            text += &format!("{pad}else:\n{}", self.block(indent + 1));
        }
        text
    }

    fn attempt(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        let body = match self.random.below(5) {
            0 => format!("{pad}    import nonexistent\n"),
            1 => format!("{pad}    from .local import *\n")
                .replace("*", if indent == 0 { "*" } else { "x" }),
            _ => self.block(indent + 1),
        };
        let exception = self.random.of(&[
            "Exception",
            "KeyError",
            "ImportError",
            "(TypeError, ValueError, AttributeError)",
            "ValueError",
            "Exception as error",
        ]);
        let mut text = format!(
            "{pad}try:\n{body}{pad}except {exception}:\n{}",
            self.block(indent + 1)
        );
        if self.random.chance(4) {
            text += &format!("{pad}else:\n{}", self.block(indent + 1));
        }
        if self.random.chance(5) {
            text += &format!("{pad}finally:\n{}", self.block(indent + 1));
        }
        text
    }

    fn repeat(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        let was_in_loop = std::mem::replace(&mut self.in_loop, true);
        let locals = self.locals.len();
        let mut text = match self.random.below(6) {
            0 => {
                self.locals.extend(["k".to_owned(), "v".to_owned()]);
                format!("{pad}for k, v in {}.items():\n", self.random.of(NAMES))
            }
            1 => {
                self.locals.extend(["i".to_owned(), "x".to_owned()]);
                format!("{pad}for i, x in enumerate({}):\n", self.expression())
            }
            2 => {
                self.locals.push("n".to_owned());
                let count = self.random.below(4);
                format!("{pad}n = 0\n{pad}while n < {count}:\n{pad}    n += 1\n")
            }
            _ => {
                let over = self.expression();
                self.locals.push("x".to_owned());
                format!("{pad}for x in {over}:\n")
            }
        };
        if self.random.chance(2) {
            text += &format!(
                "{pad}    if {}:\n{pad}        {}\n",
                self.condition(),
                self.random.of(&["break", "continue", "A = x"])
            );
        }
        text += &self.block(indent + 1);
        self.in_loop = was_in_loop;
        if self.random.chance(6) {
            text += &format!("{pad}else:\n{}", self.block(indent + 1));
        }
        self.locals.truncate(locals);
        text
    }

    fn define(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        let name = format!("f{}", self.functions.len() % 3);
        let count = self.random.below(3);
        let was_in_loop = std::mem::replace(&mut self.in_loop, false);
        let outer = std::mem::take(&mut self.locals);
        let parameters: Vec<String> = (0..count)
            .map(|at| {
                let parameter = ["p", "q"][at];
                self.locals.push(parameter.to_owned());
                match at + 1 == count && self.random.chance(2) {
                    true => format!(
                        "{parameter}={}",
                        self.random.of(&["'d'", "[]", "None", "1", "A"])
                    ),
                    false => parameter.to_owned(),
                }
            })
            .collect();
        self.in_function = true;
        let global = match self.random.below(6) {
            0 => format!("{pad}    global B\n"),
            _ => String::new(),
        };
        let body = match self.random.below(4) {
            0 => String::new(),
            _ => self.block(indent + 1),
        };
        let text = format!(
            "{pad}def {name}({}):\n{global}{body}{pad}    return {}\n",
            parameters.join(", "),
            self.expression()
        );
        self.in_function = false;
        self.locals = outer;
        self.in_loop = was_in_loop;
        self.functions.push((name.clone(), count));
        let call = self.call();
        format!("{text}{pad}{} = {call}\n", self.random.of(NAMES))
    }

    fn matching(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        let mut text = format!("{pad}match {}:\n", self.expression());
        for _ in 0..1 + self.random.below(3) {
            let pattern = self.random.of(&[
                "'a'",
                "1",
                "None",
                "'true' | 'on'",
                "[]",
                "[x, *_]",
                "{'a': 1}",
                "str()",
                "True",
                "-1",
                "x if x",
            ]);
            text += &format!("{pad}    case {pattern}:\n{}", self.block(indent + 2));
        }
        if self.random.chance(2) {
            text += &format!("{pad}    case _:\n{}", self.block(indent + 2));
        }
        text
    }
}
