use super::*;

fn own(text: &str) -> Result<Config, Vec<ConfigError>> {
    read::own(Path::new("djlint-check.toml"), text)
}

#[track_caller]
fn assert_refused(text: &str, expected: &[&str]) {
    let errors = own(text).expect_err("refused");
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(shown, expected);
}

/// A configuration with every key.
const EVERYTHING: &str = r#"
select = ["key/pem-mode", "djlint"]
ignore = ["key/pem-in-repository"]
min-severity = "advice"
fail-on = "error"
baseline = "known.json"
include = ["deploy/*.tmpl"]
exclude = ["contrib/", "*.bak"]
env = { DJANGO_SETTINGS_MODULE = "shop.settings", DEBUG = "0" }
env-files = [".env"]

[per-file-ignores]
"contrib/" = ["nginx", "uwsgi/no-master"]

[severity]
"uwsgi/no-master" = "error"
key = "advice"

[inputs]
paths = ["."]
nginx = ["nginx.conf"]
uwsgi = ["uwsgi.ini"]
settings = ["shop/settings.py"]

[paths]
"/srv/shop" = "backend"

[nginx]
assume = "debian"
version = "1.24"
flavour = "openresty"
modules = ["brotli"]

[uwsgi]
version = "2.0.31"

[django]
version = "5.2"

[python]
version = "3.12"

[deployment.shop]
paths = ["deploy", "backend"]
purpose = "production"

[[routes]]
url = "https://shop.example/static/site.css"
expect = "file:/srv/shop/static/site.css"

[[routes]]
url = "/cart/"
method = "post"
headers = ["X-Forwarded-Proto: https", "Host: www.shop.example"]
address = "127.0.0.1"
expect = "django"
"#;

#[test]
fn every_key_is_read() {
    let config = own(EVERYTHING).unwrap();
    assert_eq!(config.select, ["key/pem-mode", "djlint"]);
    assert_eq!(config.ignore, ["key/pem-in-repository"]);
    assert_eq!(config.per_file_ignores["contrib/"].len(), 2);
    assert_eq!(config.severity["key"], Severity::Advice);
    assert_eq!(config.min_severity, Some(Severity::Advice));
    assert_eq!(config.fail_on, Some(Severity::Error));
    assert_eq!(config.baseline, Some("known.json".into()));
    assert_eq!(config.include, ["deploy/*.tmpl"]);
    assert_eq!(config.exclude, ["contrib/", "*.bak"]);
    assert_eq!(config.inputs.settings, [PathBuf::from("shop/settings.py")]);
    assert_eq!(config.env["DEBUG"], "0");
    assert_eq!(config.env_files, [PathBuf::from(".env")]);
    assert_eq!(config.paths[Path::new("/srv/shop")], Path::new("backend"));
    assert_eq!(config.nginx.assume, Some(Surroundings::Debian));
    let programs = config.programs();
    assert_eq!(programs.nginx, Some("1.24".parse().unwrap()));
    assert_eq!(programs.flavour, Some(Flavour::Openresty));
    assert_eq!(programs.nginx_modules, ["brotli"]);
    assert_eq!(programs.uwsgi, Some("2.0.31".parse().unwrap()));
    assert_eq!(programs.django, Some("5.2".parse().unwrap()));
    assert_eq!(programs.python, Some("3.12".parse().unwrap()));
    let declared = &config.deployment["shop"];
    assert_eq!(declared.paths.len(), 2);
    assert_eq!(declared.purpose, Some(Purpose::Production));
    let expected = config.expected();
    let texts: Vec<&str> = expected
        .iter()
        .map(|one| &EVERYTHING[one.expect.clone()])
        .collect();
    assert_eq!(texts, ["\"file:/srv/shop/static/site.css\"", "\"django\""]);
    let asked = &expected[1].asked;
    assert_eq!((&*asked.method, &*asked.target), ("POST", "/cart/"));
    assert_eq!(asked.sent_host.as_deref(), Some("www.shop.example"));
    assert_eq!(
        asked.headers,
        [("X-Forwarded-Proto".to_owned(), "https".to_owned())]
    );
    assert_eq!(own("").unwrap().nginx, Nginx::default());
}

#[test]
fn every_key_is_shown_with_its_line() {
    let config = own(EVERYTHING).unwrap();
    let shown = config.in_force();
    assert!(shown.unset.is_empty(), "{:?}", shown.unset);
    let text: Vec<&str> = EVERYTHING.lines().collect();
    for line in &shown.lines {
        let number = line
            .line
            .unwrap_or_else(|| panic!("no line for {}", line.key));
        let last = line.key.rsplit('.').next().unwrap().trim_matches('"');
        assert!(text[number - 1].contains(last), "{line:?}");
    }
    let row = |key: &str| {
        let line = shown.lines.iter().find(|line| line.key == key).unwrap();
        line.value.clone()
    };
    assert_eq!(row("select"), r#"["key/pem-mode", "djlint"]"#);
    assert_eq!(row("severity.\"uwsgi/no-master\""), "\"error\"");
    assert_eq!(row("deployment.shop.paths"), r#"["deploy", "backend"]"#);
    // What is shown is a configuration again, and the same one.
    let rows: Vec<String> = shown
        .lines
        .iter()
        .map(|line| format!("{} = {}\n", line.key, line.value))
        .collect();
    let again = own(&rows.concat()).unwrap();
    assert_eq!(
        Config {
            lines: config.lines.clone(),
            spans: config.spans.clone(),
            ..again
        },
        config
    );
    assert_eq!(Config::default().in_force().lines, []);
}

#[test]
fn a_secret_of_the_environment_is_not_shown() {
    let config = own("[env]\nSECRET_KEY = \"hunter22\"\nDATABASE_URL = \"postgres://u:hunter22@db/x\"\nDEBUG = \"1\"").unwrap();
    let shown = format!("{:?}", config.in_force());
    assert!(!shown.contains("hunter22"), "{shown}");
    assert!(shown.contains("\\\"1\\\""), "{shown}");
}

#[test]
fn a_secret_header_of_a_route_is_not_shown() {
    let config = own("[[routes]]\nurl = '/'\nexpect = '200'\nheaders = ['Authorization: Bearer hunter22', 'A: b']").unwrap();
    let shown = format!("{:?}", config.in_force());
    assert!(!shown.contains("hunter22"), "{shown}");
    assert!(shown.contains("A: b"), "{shown}");
}

#[test]
fn a_route_that_lacks_something_is_refused_where_it_stands() {
    assert_refused(
        "[[routes]]\nurl = \"/\"\n\n[[routes]]\nurl = \"shop\"\nexpect = \"djnago\"\nheaders = [\"a secret\"]\n",
        &[
            "djlint-check.toml:1:1: `routes[0]` lacks `expect`",
            "djlint-check.toml:5:7: `shop` is neither a URL nor a path",
            "djlint-check.toml:6:10: `djnago` is none of: a status (200), file:PATH, django",
            "djlint-check.toml:7:12: an entry of `routes[1].headers` is not of the form \"Name: value\"",
        ],
    );
}

/// Texts of one line, and whether a configuration may be so.
const EXAMPLES: &[(&str, bool)] = &[
    ("", true),
    ("select = []", true),
    ("select = ['nginx', 'key/pem-mode']", true),
    ("select = ['ngnix']", false),
    ("select = 'nginx'", false),
    ("ignore = [7]", false),
    ("selct = []", false),
    ("fail-on = 'error'", true),
    ("fail_on = 'error'", false),
    ("fail-on = 'eror'", false),
    ("min-severity = 3", false),
    ("baseline = 'x.json'", true),
    ("baseline = ''", false),
    ("include = ['*.tmpl']", true),
    ("exclude = 'contrib'", false),
    ("env.DEBUG = '1'", true),
    ("env.DEBUG = 1", false),
    ("env = []", false),
    ("env-files = ['.env']", true),
    ("env-files = ['']", false),
    ("per-file-ignores.'a/' = ['nginx']", true),
    ("per-file-ignores.'a/' = 'nginx'", false),
    ("per-file-ignores.'a/' = ['nginks']", false),
    ("severity.nginx = 'advice'", true),
    ("severity.'key/pem-mode' = 'warning'", true),
    ("severity.nginks = 'advice'", false),
    ("severity.nginx = 'off'", false),
    ("inputs.paths = ['.']", true),
    ("inputs.path = ['.']", false),
    ("paths.'/srv' = 'x'", true),
    ("paths.srv = 'x'", false),
    ("paths.'/srv' = ''", false),
    ("nginx.assume = 'debian'", true),
    ("nginx.assume = 'alpine'", false),
    ("nginx.version = '1.25.3.1'", true),
    ("nginx.version = '1.x'", false),
    ("nginx.version = 1.24", false),
    ("nginx.flavour = 'angie'", true),
    ("nginx.flavour = 'tengine'", false),
    ("nginx.modules = ['brotli']", true),
    ("nginx = 'debian'", false),
    ("uwsgi.version = '2.0'", true),
    ("uwsgi.flavour = 'nginx'", false),
    ("django.version = '5.2rc1'", false),
    ("python.version = '3.12'", true),
    ("python.version = '12345678901'", false),
    ("deployment.shop.paths = ['a']", true),
    ("deployment.shop.purpose = 'development'", true),
    ("deployment.shop.purpose = 'staging'", false),
    ("deployment.shop.path = ['a']", false),
    ("deployment = ['a']", false),
    ("routes = [{ url = '/', expect = 'django' }]", true),
    (
        "routes = [{ url = 'https://a.example', expect = '301' }]",
        true,
    ),
    (
        "routes = [{ url = '/', expect = '200', headers = ['A: b'] }]",
        true,
    ),
    (
        "routes = [{ url = '/', expect = '200', headers = ['A'] }]",
        false,
    ),
    ("routes = [{ url = '/', expect = 'file:a' }]", false),
    ("routes = [{ url = '/', expect = '42' }]", false),
    ("routes = [{ url = 'shop', expect = '200' }]", false),
    (
        "routes = [{ url = 'ftp://a.example', expect = '200' }]",
        false,
    ),
    ("routes = [{ url = '/' }]", false),
    ("routes = [{ expect = '200' }]", false),
    (
        "routes = [{ url = '/', expect = '200', status = '1' }]",
        false,
    ),
    ("routes = ['/']", false),
    ("routes.url = '/'", false),
];

#[test]
fn the_schema_says_what_the_reader_says() {
    let schema = jsonschema::validator_for(&schema()).unwrap();
    for (text, expected) in EXAMPLES.iter().chain(&[(EVERYTHING, true)]) {
        let value: toml::Value = toml::from_str(text).unwrap();
        let value = serde_json::to_value(value).unwrap();
        assert_eq!(own(text).is_ok(), *expected, "the reader on {text}");
        assert_eq!(schema.is_valid(&value), *expected, "the schema on {text}");
    }
}

#[test]
fn every_key_has_an_example_that_is_refused_or_taken() {
    for key in keys::KEYS {
        assert!(EVERYTHING.contains(key.name), "{}", key.name);
        assert!(!key.about.is_empty() && !key.about.ends_with('.'));
    }
}

#[test]
fn the_examples_of_the_readme_are_some() {
    let readme = include_str!("../../README.md");
    let examples = readme.split("```toml\n").skip(1);
    let examples: Vec<Config> = examples
        .map(|rest| own(rest.split_once("```").unwrap().0).unwrap())
        .collect();
    assert!(examples[0].deployment.contains_key("shop"));
    assert_eq!(examples[1].expected().len(), 2);
}

/// The schema is committed for editors to fetch; `DJLINT_UPDATE=1` writes it anew.
#[test]
fn the_committed_schema_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/djlint-check.json");
    let text = format!("{:#}\n", schema());
    if std::env::var_os("DJLINT_UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(committed == text, "DJLINT_UPDATE=1 cargo test --lib config");
}

#[test]
fn a_path_is_deployed_somewhere() {
    assert_refused(
        "[paths]\n\"srv\" = \".\"\n\"/srv\" = 1\n",
        &[
            "djlint-check.toml:2:1: `srv` is no absolute path of the deployed host",
            "djlint-check.toml:3:10: `paths.\"/srv\"` is a string, not a number; write it in quotes",
        ],
    );
}

#[test]
fn an_unknown_key_is_refused_where_it_stands() {
    assert_refused(
        "# mine\nselct = []\n",
        &["djlint-check.toml:2:1: unknown key `selct`; did you mean `select`?"],
    );
    assert_refused(
        "min_severity = \"error\"",
        &["djlint-check.toml:1:1: unknown key `min_severity`; did you mean `min-severity`?"],
    );
    assert_refused(
        "ñ = 1\n",
        &["djlint-check.toml:1:1: invalid unquoted key, expected letters, numbers, `-`, `_`"],
    );
    assert_refused(
        "[nginx]\nasume = \"debian\"\n[gunicorn]\n",
        &[
            "djlint-check.toml:2:1: unknown key `asume` in `nginx`; did you mean `assume`?",
            "djlint-check.toml:3:2: unknown key `gunicorn`; known: select, ignore, \
             per-file-ignores, severity, min-severity, fail-on, baseline, include, exclude, \
             inputs, env, env-files, paths, nginx, uwsgi, django, python, deployment, routes",
        ],
    );
}

#[test]
fn a_wrong_type_is_refused_where_it_stands() {
    assert_refused(
        "select = \"nginx\"",
        &["djlint-check.toml:1:10: `select` is a list of strings, not a string"],
    );
    assert_refused(
        "ignore = [\n  7,\n]",
        &["djlint-check.toml:2:3: `ignore` is a list of strings; this is a number"],
    );
    assert_refused(
        "[env]\nDEBUG = true\n",
        &["djlint-check.toml:2:9: `env.DEBUG` is a string, not a boolean; write it in quotes"],
    );
    assert_refused(
        "[python]\nversion = 3.12\n[django]\nversion = \"5.x\"",
        &[
            "djlint-check.toml:2:11: `python.version` is a string, not a number; write it in quotes",
            "djlint-check.toml:4:11: `5.x` is no version: a version is one to four numbers with \
             dots between them",
        ],
    );
    assert_refused(
        "[deployment]\nshop = \"deploy\"\n[severity]\nngnix = \"error\"\n",
        &[
            "djlint-check.toml:2:8: `deployment.shop` is a table, not a string",
            "djlint-check.toml:4:1: no rule or family is called `ngnix`; did you mean `nginx`?",
        ],
    );
    assert_refused(
        "env = 1\nnginx = 2",
        &[
            "djlint-check.toml:1:7: `env` is a table of NAME = \"value\", not a number",
            "djlint-check.toml:2:9: `nginx` is a table, not a number",
        ],
    );
    assert_refused(
        "fail-on = \"eror\"\nmin-severity = 3",
        &[
            "djlint-check.toml:1:11: `fail-on` is one of \"advice\", \"warning\", \"error\", \
             not \"eror\"; did you mean \"error\"?",
            "djlint-check.toml:2:16: `min-severity` is one of \"advice\", \"warning\", \"error\", \
             not a number",
        ],
    );
    assert_refused(
        "[nginx]\nassume = \"alpine\"",
        &["djlint-check.toml:2:10: `nginx.assume` is \"debian\", not \"alpine\""],
    );
}

#[test]
fn an_unknown_rule_is_refused() {
    assert_refused(
        "select = [\"key/pem-mod\", \"pem-mode\", \"kei\"]\nignore = [\"perl/strict\"]",
        &[
            "djlint-check.toml:1:11: no rule or family is called `key/pem-mod`; did you mean \
             `key/pem-mode`?",
            "djlint-check.toml:1:26: no rule or family is called `pem-mode`; did you mean \
             `key/pem-mode`?",
            "djlint-check.toml:1:38: no rule or family is called `kei`; did you mean `key`?",
            "djlint-check.toml:2:11: no rule or family is called `perl/strict`; `djlint rules` \
             lists them",
        ],
    );
}

#[test]
fn a_pattern_that_does_not_compile_is_refused() {
    let errors = own("exclude = [\"a{b\"]").unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].place, Some((1, 12)));
}

#[test]
fn what_is_no_toml_is_refused() {
    let errors = own("select = [").unwrap_err();
    assert_eq!(errors[0].place.map(|(line, _)| line), Some(1));
    assert!(own("a = 1\na = 2").is_err());
}

#[test]
fn the_nearest_file_above_is_found_and_never_the_html_linters() {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("djlint-check.toml", "exclude = [\"outer\"]");
    write("a/pyproject.toml", "[tool.djlint]\nprofile = \"django\"");
    write("a/djlint.toml", "exclude = [\"html\"]");
    write(
        "b/pyproject.toml",
        "[tool.djlint-check]\nexclude = [\"shared\"]",
    );
    write("c/pyproject.toml", "[tool.djlint-check]\nexclud = []");
    write("d/pyproject.toml", "this is = = no toml");
    write("e/x/y.conf", "");
    write("f/pyproject.toml", "[tool]\ndjlint-check = 1");
    let found = |at: &str| discover(&root.path().join(at)).map(|config| config.exclude);
    assert_eq!(found("a").unwrap(), ["outer"]);
    assert_eq!(found("b").unwrap(), ["shared"]);
    assert_eq!(found("d").unwrap(), ["outer"]);
    assert_eq!(found("e/x/y.conf").unwrap(), ["outer"]);
    let refused = found("c").unwrap_err()[0].to_string();
    assert!(
        refused.ends_with("c/pyproject.toml:2:1: unknown key `exclud`; did you mean `exclude`?"),
        "{refused}"
    );
    let refused = found("f").unwrap_err()[0].to_string();
    assert!(
        refused.ends_with("pyproject.toml:2:16: `tool.djlint-check` is a table, not a number"),
        "{refused}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_said() {
    let root = tempfile::tempdir().unwrap();
    let missing = load(&root.path().join("x.toml")).unwrap_err();
    assert!(
        missing[0].message.contains("no such file"),
        "{}",
        missing[0].message
    );
    fs::write(root.path().join(FILE_NAME), b"\xff").unwrap();
    let binary = discover(root.path()).unwrap_err();
    assert_eq!(binary[0].message, "is not UTF-8");
    assert_eq!(
        load(root.path()).unwrap_err()[0].message,
        "cannot be read: is a directory"
    );
    fs::write(root.path().join(FILE_NAME), "#".repeat(1_000_001)).unwrap();
    let large = discover(root.path()).unwrap_err();
    assert_eq!(
        large[0].message,
        "cannot be read: larger than the 1 MB that are read"
    );
}
