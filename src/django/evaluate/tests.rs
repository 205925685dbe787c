use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::*;
use crate::host::PathMap;
use crate::source::{EnvironmentSource, Origin};
use crate::tree::Memory;
use crate::value::Value;

/// Modules, and what their names are bound to. Each module was imported by Python 3.11
/// as well: no value here differs from what it had there.
const CASES: &str = include_str!("cases.txt");

fn run(files: &[(&str, &str)], environment: &[(&str, &str)]) -> Scope {
    let tree = files.iter().fold(Memory::new(), |tree, (path, text)| {
        tree.file(path, *text, 0o644)
    });
    let opened = Files::new(tree, PathMap::new());
    let source = opened.open(&Path::new("/").join(files[0].0)).unwrap();
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let roots = [PathBuf::from("/project")];
    let mut evaluator = Evaluator::new(&opened, &roots, &environment);
    evaluator.run(&source, Some("cases.module".to_owned())).0
}

fn module(text: &str) -> Scope {
    run(&[("project/cases/module.py", text)], &[])
}

fn shown(scope: &Scope, name: &str) -> String {
    show(&scope.names[name].item.value)
}

/// A value as Python writes it; what is not known is a question mark, and a path of
/// the tree says `here`.
fn show(value: &Value<Object>) -> String {
    match value {
        Value::Unknown(_) => "?".to_owned(),
        Value::OneOf(alternatives) => {
            let shown: Vec<String> = alternatives.iter().map(|a| show_object(&a.value)).collect();
            shown.join(" | ")
        }
    }
}

fn show_object(object: &Object) -> String {
    let text = |text: &crate::django::Text| {
        format!("{}{:?}", if text.local { "here" } else { "" }, text.text)
    };
    match object {
        Object::None => "None".to_owned(),
        Object::Bool(true) => "True".to_owned(),
        Object::Bool(false) => "False".to_owned(),
        Object::Int(value) => value.to_string(),
        Object::Float(value) => format!("{value:?}"),
        Object::Str(value) => text(value),
        Object::Bytes(bytes) => format!("b{:?}", String::from_utf8_lossy(bytes)),
        Object::List(sequence) => format!("[{}]", show_items(sequence)),
        Object::Tuple(sequence) => format!("({})", show_items(sequence)),
        Object::Set(sequence) => format!("{{{}}}", show_items(sequence)),
        Object::Generator(_) => "<generator>".to_owned(),
        Object::Dict(mapping) => {
            let entries = mapping.entries.iter();
            let mut shown: Vec<String> = entries
                .map(|(key, item)| format!("{}: {}", show_object(key), show(&item.value)))
                .collect();
            shown.extend(mapping.incomplete.iter().map(|_| "…".to_owned()));
            format!("{{{}}}", shown.join(", "))
        }
        Object::Path(path) => format!("Path({})", text(path)),
        Object::External(_) => "?".to_owned(),
    }
}

fn show_items(sequence: &Sequence) -> String {
    let mut shown: Vec<String> = sequence
        .items
        .iter()
        .map(|item| show(&item.value))
        .collect();
    shown.extend(sequence.incomplete.iter().map(|_| "…".to_owned()));
    shown.join(", ")
}

#[test]
fn modules_have_the_values_that_python_gives_them() {
    let base = "APPS = ['base']\nBASE_VALUE = 'bv'\n_private = 'p'\nDEBUG = False\n";
    let mut count = 0;
    let mut all = String::new();
    let mut differ = Vec::new();
    for case in CASES.split("### ").skip(1) {
        let (name, rest) = case.split_once('\n').unwrap();
        let (code, expected) = rest.split_once("\n---\n").unwrap();
        let scope = run(
            &[
                (&format!("project/cases/{name}.py"), code),
                ("project/cases/base_mod.py", base),
                ("project/cases/__init__.py", ""),
            ],
            &[],
        );
        let mut found = String::new();
        for (name, binding) in &scope.names {
            if name.chars().all(|character| character.is_ascii_uppercase()) {
                found.push_str(&format!("{name} = {}\n", show(&binding.item.value)));
            }
        }
        if found.trim_end() != expected.trim_end() {
            differ.push(format!("{name}:\n{code}\n---\n{found}"));
        }
        all.push_str(&format!("### {name}\n{code}\n---\n{found}\n"));
        count += 1;
    }
    if std::env::var_os("DJLINT_UPDATE").is_some() {
        std::fs::write(
            "src/django/evaluate/cases.txt",
            all.trim_end().to_owned() + "\n",
        )
        .unwrap();
        return;
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(count > 50, "only {count} modules");
}

#[test]
fn what_the_environment_says_is_known_only_where_it_was_told() {
    let text = "import os\n\
        from decouple import config\n\
        import environ\n\
        env = environ.Env()\n\
        A = os.environ.get('A', 'x')\n\
        B = config('B', default=True, cast=bool)\n\
        C = env.bool('C', default=True)\n\
        D = env('D')\n\
        E = env.int('E', 3)\n\
        F = 'A' in os.environ\n\
        G = os.environ['A'].split(',')\n\
        H = env('H', default='literal')\n";
    let files = [("project/s.py", text)];
    let unknown = run(&files, &[]);
    for name in ["A", "B", "C", "D", "E", "F", "G", "H"] {
        assert_eq!(shown(&unknown, name), "?", "{name}");
    }
    let default = |name: &str| {
        let read = unknown.names[name].item.environment.clone().unwrap();
        let default = read.default.as_ref().map(|default| show(&default.value));
        (read.variable.clone(), default, read.is_text)
    };
    assert_eq!(default("A"), ("A".into(), Some("\"x\"".into()), true));
    assert_eq!(default("B"), ("B".into(), Some("True".into()), false));
    assert_eq!(default("D"), ("D".into(), None, true));
    assert_eq!(default("G"), ("A".into(), None, false));
    assert_eq!(default("H"), ("H".into(), Some("\"literal\"".into()), true));

    let supplied = [
        ("A", "a,b"),
        ("B", "off"),
        ("C", "enable"),
        ("D", "d"),
        ("E", "7"),
    ];
    let known = run(&files, &supplied);
    for (name, expected) in [
        ("A", "\"a,b\""),
        ("B", "False"),
        // django-environ takes what it does not know for false.
        ("C", "False"),
        ("D", "\"d\""),
        ("E", "7"),
        ("F", "True"),
        ("G", "[\"a\", \"b\"]"),
        ("H", "?"),
    ] {
        assert_eq!(shown(&known, name), expected, "{name}");
    }
    let origin = &known.names["A"].item.value.single().unwrap().origin;
    assert!(matches!(
        origin,
        Origin::Environment { variable, source: EnvironmentSource::Supplied, .. } if variable == "A"
    ));
}

#[test]
fn what_the_module_does_to_the_environment_counts() {
    let told = [("A", "told"), ("B", "told")];
    let read = "\nA = os.environ['A']\nB = os.environ['B']\n";
    for (code, a, b) in [
        ("import os\nos.environ['A'] = 'set'", "?", "\"told\""),
        (
            "import os\nfrom dotenv import load_dotenv\nload_dotenv()",
            "\"told\"",
            "\"told\"",
        ),
        (
            "import os\nfrom dotenv import load_dotenv\nload_dotenv(override=True)",
            "?",
            "?",
        ),
        (
            "import os, environ\nenviron.Env.read_env('.env', overwrite=True)",
            "?",
            "?",
        ),
        ("import os\nos.environ.update(x)", "?", "?"),
    ] {
        let scope = run(&[("project/s.py", &(code.to_owned() + read))], &told);
        assert_eq!(
            (shown(&scope, "A").as_str(), shown(&scope, "B").as_str()),
            (a, b),
            "{code}"
        );
    }
}

#[test]
fn a_module_that_is_not_here_hides_what_stood_before_it() {
    let scope = module(
        "import os\nA = 1\nfrom .local_settings import *\nB = 2\nC = os.path.join('/a', 'b')\n",
    );
    assert_eq!(shown(&scope, "A"), "?");
    assert_eq!(shown(&scope, "B"), "2");
    assert_eq!(shown(&scope, "C"), "\"/a/b\"");
    let why = scope.hidden.unwrap();
    assert_eq!(why.why, "cases/local_settings.py is not here");
    assert!(why.place.is_some());
}

#[test]
fn the_reason_comes_along_from_the_module_that_has_it() {
    let scope = run(
        &[
            (
                "project/config/production.py",
                "from .base import *\nB = 1\n",
            ),
            (
                "project/config/base.py",
                "A = 1\nfrom config.secret import *\nC = 3\n",
            ),
        ],
        &[],
    );
    assert_eq!(shown(&scope, "A"), "?");
    assert_eq!(shown(&scope, "B"), "1");
    assert_eq!(shown(&scope, "C"), "3");
    assert_eq!(scope.hidden.unwrap().why, "config/secret.py is not here");
}

/// A function is followed where it leaves alone what is not its own.
#[test]
fn functions_of_other_modules_are_followed() {
    let scope = run(
        &[
            (
                "project/config/production.py",
                "from .helpers import flag, add, here\nfrom . import helpers\n\
                 A = flag('A')\nB = flag('B', default='yes')\nC = helpers.joined('x', 'y')\n\
                 D = add('late')\nE = here('static')\nF = [flag(n) for n in ['A', 'A']]\n",
            ),
            (
                "project/config/helpers.py",
                "import os\nWORDS = ['1', 'yes']\nAPPS = ['a']\n\
                 def flag(name, default='no'):\n    \"\"\"For each name that is in WORDS.\"\"\"\n    \
                 return os.environ.get(name, default) in WORDS\n\
                 def joined(*parts, **more):\n    return '/'.join(parts)\n\
                 def add(app):\n    APPS.append(app)\n    return APPS\n\
                 def here(*parts):\n    return os.path.join(os.path.dirname(__file__), *parts)\n",
            ),
        ],
        &[("A", "1")],
    );
    assert_eq!(shown(&scope, "A"), "True");
    assert_eq!(shown(&scope, "B"), "?");
    assert!(
        scope.names["B"]
            .item
            .value
            .why_unknown()
            .unwrap()
            .why
            .contains("variable B")
    );
    assert_eq!(shown(&scope, "C"), "\"x/y\"");
    assert_eq!(shown(&scope, "D"), "?");
    assert_eq!(shown(&scope, "E"), "here\"/project/config/static\"");
    assert_eq!(shown(&scope, "F"), "[True, True]");
}

#[test]
fn of_a_list_with_many_conditions_the_common_part_is_known() {
    let text = (0..6).fold("import os\nA = ['a']\n".to_owned(), |text, n| {
        text + &format!("if os.environ.get('X{n}'):\n    A += ['x{n}']\n")
    });
    let scope = module(&(text + "A += ['z']\n"));
    let shown = shown(&scope, "A");
    assert!(shown.contains("\"a\""), "{shown}");
    assert!(shown.contains("\"z\""), "{shown}");
    assert!(shown.contains('…'), "{shown}");
}

/// What a loop iterates over and changes is not followed: Python sees the change on its way.
#[test]
fn a_loop_that_changes_what_it_goes_through_is_not_followed() {
    for change in [
        "for x in A:\n    A.append(x)\n    if len(A) > 5:\n        break",
        "for k, v in D.items():\n    D['b'] = v + 1",
        "for i, x in enumerate(A):\n    A[-1] = x",
        "for x in (y for y in A):\n    A[-1] = x",
    ] {
        let scope = module(&format!("A = [1, 2]\nD = {{'a': 1, 'b': 2}}\n{change}\n"));
        let is_open = shown(&scope, "A") == "?" || shown(&scope, "D") == "?";
        assert!(is_open, "{change}");
    }
    let scope = module("D = {'a': {}, 'b': {}}\nfor d in D.values():\n    d['x'] = 1\n");
    assert_eq!(shown(&scope, "D"), "{\"a\": {\"x\": 1}, \"b\": {\"x\": 1}}");
}

#[test]
fn modules_that_import_each_other_end() {
    let scope = run(
        &[
            ("project/a.py", "from b import *\nA = 1\n"),
            ("project/b.py", "from a import *\nB = 1\n"),
        ],
        &[],
    );
    assert_eq!(shown(&scope, "A"), "1");
    assert_eq!(shown(&scope, "B"), "1");
    assert!(scope.hidden.is_some());
}

#[test]
fn a_chain_of_modules_ends() {
    let files: Vec<(String, String)> = (0..200)
        .map(|n| {
            (
                format!("project/m{n}.py"),
                format!("from m{} import *\nA{n} = 1\n", n + 1),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(shown(&run(&files, &[]), "A0"), "1");
}

#[test]
fn hostile_modules_end_soon() {
    let started = Instant::now();
    let lines = |line: &str, times: usize| line.repeat(times);
    let doubled = (0..60).fold("A = ['x']\n".to_owned(), |text, _| text + "A = A + A\n");
    for text in [
        "A = 'a' * 10**9\n".to_owned(),
        "A = [1] * 10**9\n".to_owned(),
        "A = 10 ** 10 ** 10\n".to_owned(),
        "A = 1 << 10**9\n".to_owned(),
        doubled,
        "A = []\n".to_owned() + &lines("A = [A, A]\n", 5_000),
        "A = {}\n".to_owned() + &lines("A = {'a': A}\n", 5_000),
        "A = []\n".to_owned() + &lines("A.append(A)\n", 5_000),
        "import os\nA = ''\n".to_owned() + &lines("A = os.environ.get('A', A)\n", 5_000),
        "A = 'x'\n".to_owned() + &lines("A = A.replace('x', 'xx')\n", 100),
        "import os\n".to_owned()
            + &lines("if os.environ.get('X'):\n  A = 1\nelse:\n  A = 2\n", 3_000),
        "import x\nA = 1\n".to_owned() + &lines("if x.y:\n  A += 1\n", 3_000),
        "import x\nif x.y:\n  A = 1\n".to_owned() + &lines("elif x.z:\n  A = 2\n", 3_000),
        lines("try:\n  import x\nexcept E:\n  A = 1\n", 3_000),
        (0..3_000).fold(String::new(), |text, n| text + &format!("A{n} = 1\n"))
            + &lines("if x:\n  B = 1\n", 3_000),
        format!("A = [{}]\nB = [y for x in A]\n", lines("1, ", 30_000)),
        format!(
            "A = {{{}}}\n",
            (0..20_000).fold(String::new(), |t, n| t + &format!("{n}: 1, "))
        ),
        "A = [x for x in [1, 2, 3]]\n".to_owned() + &lines("A = [[y for y in A] for x in A]\n", 60),
        lines("def f(): f()\nf()\n", 3_000),
        "def f(x): return f(x) + f(x)\nA = f(1)\n".to_owned(),
        "f = lambda x: f(f(x))\nA = f(1)\n".to_owned(),
        "for a in range(2000):\n for b in range(2000):\n  for c in range(2000):\n   A = 1\n"
            .to_owned(),
        "while True:\n  A = 1\n".to_owned(),
        "A = [0] * 9000\nB = [x for x in A for y in A for z in A]\n".to_owned(),
        "A = ['x']\nfor i in range(2000):\n  A = A + A\n".to_owned(),
        "A = 'x'\nfor i in range(2000):\n  A += A\n".to_owned(),
        "A = 'a,' * 30000\n".to_owned() + &lines("B = A.split(',')\n", 3_000),
        "A = [1] * 9999\n".to_owned() + &lines("B = sorted(A)\nC = any(A)\nD = 2 in A\n", 3_000),
        "D = {}\nfor i in range(2000):\n  D[i] = D\n".to_owned(),
        "def f(n):\n  for i in range(2000):\n    f(n)\n  return n\nA = f(1)\n".to_owned(),
        "match x:\n".to_owned() + &lines("  case 1: A = 1\n", 3_000),
    ] {
        module(&text);
    }
    // Seconds here, in a build without optimization; a bound that fails is minutes.
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
}

proptest::proptest! {
    #[test]
    fn no_module_makes_the_evaluator_fail(
        lines in proptest::collection::vec(
            proptest::sample::select(CASES.lines().filter(|line| !line.starts_with("###")).collect::<Vec<_>>()),
            0..40,
        )
    ) {
        module(&lines.join("\n"));
    }
}
