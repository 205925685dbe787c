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

#[test]
fn every_key_is_read() {
    let config = own(r#"
        select = ["key/pem-mode", "djlint"]
        ignore = ["key/pem-in-repository"]
        exclude = ["contrib/", "*.bak"]
        min-severity = "advice"
        fail-on = "error"
        env = { DJANGO_SETTINGS_MODULE = "shop.settings", DEBUG = "0" }

        [nginx]
        assume = "debian"

        [paths]
        "/srv/shop" = "backend"
    "#)
    .unwrap();
    assert_eq!(config.select, ["key/pem-mode", "djlint"]);
    assert_eq!(config.ignore, ["key/pem-in-repository"]);
    assert_eq!(config.exclude, ["contrib/", "*.bak"]);
    assert_eq!(config.min_severity, Some(Severity::Advice));
    assert_eq!(config.fail_on, Some(Severity::Error));
    assert_eq!(config.env["DEBUG"], "0");
    assert_eq!(config.surroundings, Surroundings::Debian);
    assert_eq!(config.paths, [("/srv/shop".into(), "backend".into())]);
    assert_eq!(own("").unwrap().surroundings, Surroundings::Unknown);
}

#[test]
fn a_path_is_deployed_somewhere() {
    assert_refused(
        "[paths]\n\"srv\" = \".\"\n\"/srv\" = 1\n",
        &[
            "djlint-check.toml:2:1: `srv` is no absolute path of the deployed host",
            "djlint-check.toml:3:10: `paths.\"/srv\"` is a string, not a number",
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
        "[nginx]\nasume = \"debian\"\n[uwsgi]\n",
        &[
            "djlint-check.toml:2:1: unknown key `asume` in `nginx`; did you mean `assume`?",
            "djlint-check.toml:3:2: unknown key `uwsgi`; known: select, ignore, exclude, env, \
             min-severity, fail-on, nginx, paths",
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
        "is not a regular file"
    );
}
