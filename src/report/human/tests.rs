use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::*;
use crate::files::Files;
use crate::finding::{Finding, Undecided};
use crate::host::PathMap;
use crate::report::{Checked, Reported, concise, json};
use crate::tree::Memory;

/// Files in memory, and findings that point at words in them.
struct Planted {
    files: Files,
    findings: Vec<Finding>,
}

impl Planted {
    fn new(files: &[(&str, &str)]) -> Self {
        let bytes: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(path, text)| (*path, text.as_bytes()))
            .collect();
        Self::of_bytes(&bytes)
    }

    fn of_bytes(files: &[(&str, &[u8])]) -> Self {
        let mut tree = Memory::new();
        for (path, bytes) in files {
            tree = tree.file(format!("srv/{path}"), *bytes, 0o644);
        }
        Self {
            files: Files::new(tree, PathMap::new()),
            findings: Vec::new(),
        }
    }

    /// The span of the first `word` in a file.
    fn span(&self, path: &str, word: &str) -> Span {
        let source = self.files.open(&Path::new("/srv").join(path)).unwrap();
        let at = memchr::memmem::find(source.bytes(), word.as_bytes()).expect("the word is there");
        source.span(at..at + word.len())
    }

    fn finding(mut self, finding: Finding) -> Self {
        self.findings.push(Finding {
            rule: "stack/planted",
            ..finding
        });
        self
    }

    fn report(&self) -> Report<'_> {
        Report {
            findings: self
                .findings
                .iter()
                .map(|finding| Reported {
                    finding: finding.clone(),
                    fingerprint: "0123456789abcdef".to_owned(),
                })
                .collect(),
            rules: Vec::new(),
            checked: Checked::default(),
            problems: Vec::new(),
            is_empty: false,
            undecided: Vec::new(),
            base: PathBuf::from("/srv"),
            repository: None,
            files: &self.files,
            hidden: BTreeMap::new(),
            baseline: None,
            suppressed: 0,
            secrets: OnceLock::new(),
        }
    }

    fn shown(&self, width: usize) -> String {
        show(&self.report(), options(width))
    }
}

fn options(width: usize) -> Options {
    Options {
        color: false,
        links: false,
        width,
        verbose: true,
        quiet: true,
    }
}

fn show(report: &Report<'_>, options: Options) -> String {
    let mut out = Vec::new();
    write(report, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const SITE: &str = "server {\n    listen 80;\n    server_name shop.example;\n\n    location / {\n        uwsgi_pass unix:///tmp/app.sock;\n        include uwsgi_params;\n    }\n}\n";
const INI: &str = "[uwsgi]\nchdir = /srv/shop\nsocket = /run/shop.sock\n";

#[test]
fn labels_in_several_files() {
    let planted = Planted::new(&[
        ("etc/nginx/sites-enabled/shop", SITE),
        ("shop/uwsgi.ini", INI),
    ]);
    let asked = planted.span("etc/nginx/sites-enabled/shop", "unix:///tmp/app.sock");
    let server = planted.span("etc/nginx/sites-enabled/shop", "server_name");
    let bound = planted.span("shop/uwsgi.ini", "/run/shop.sock");
    let planted = planted.finding(
        Finding::error(
            "nginx passes requests to /tmp/app.sock, and uWSGI listens on /run/shop.sock",
            asked,
            "nginx asks for this socket",
        )
        .label(bound, "uWSGI listens here")
        .label(server, "for this site")
        .help("uwsgi_pass unix:///run/shop.sock;"),
    );
    insta::assert_snapshot!(planted.shown(80));
}

#[test]
fn several_labels_in_one_line() {
    let planted = Planted::new(&[("a.conf", "location /static { alias /srv/static/; }\n")]);
    let location = planted.span("a.conf", "/static");
    let alias = planted.span("a.conf", "/srv/static/");
    let block = planted.span("a.conf", "location");
    let planted = planted.finding(
        Finding::error(
            "the location does not end with a slash",
            location,
            "no slash here",
        )
        .label(alias, "but one here")
        .label(block, "in this block")
        .label(location, "said twice, of the same word"),
    );
    insta::assert_snapshot!(planted.shown(80));
}

#[test]
fn lines_far_apart_and_lines_near() {
    let text: String = (1..=1200).map(|n| format!("line {n};\n")).collect();
    let planted = Planted::new(&[("a.conf", &text)]);
    let [first, near, far] =
        ["line 8;", "line 10;", "line 1100;"].map(|word| planted.span("a.conf", word));
    let planted = planted.finding(
        Finding::warning("three lines", first, "here")
            .label(near, "two lines on")
            .label(far, "far away"),
    );
    insta::assert_snapshot!(planted.shown(80));
}

#[test]
fn texts_find_room() {
    let line = "    proxy_set_header  Host                                  $proxy_host;  # end\n";
    let planted = Planted::new(&[("a.conf", line)]);
    let far = planted.span("a.conf", "$proxy_host");
    let near = planted.span("a.conf", "Host");
    let long =
        "a text that needs more room than there is to its right, and so is broken into lines";
    let planted = planted
        .finding(Finding::error("far to the right", far, long))
        .finding(Finding::error("to the left", near, long))
        .finding(Finding::error("both", far, long).label(near, long))
        .finding(Finding::error(
            "a message that is itself so long that it has to be broken, with /a/path/in/it/that/stays/whole",
            near,
            "",
        ));
    insta::assert_snapshot!(planted.shown(80));
}

#[test]
fn long_lines_are_cropped() {
    let line = format!("{} needle {}\n", "a".repeat(400), "b".repeat(400));
    let planted = Planted::new(&[("a.conf", &line)]);
    let needle = planted.span("a.conf", "needle");
    let start = planted.span("a.conf", "aaa");
    let planted = planted
        .finding(Finding::error("in the middle", needle, "here"))
        .finding(Finding::error("two far apart", needle, "here").label(start, "and there"));
    let shown = planted.shown(60);
    let widest = shown.lines().map(style::width).max();
    assert!(widest <= Some(60), "{widest:?}");
    insta::assert_snapshot!(shown);
}

#[test]
fn what_a_terminal_must_not_see() {
    let text = "a \u{1b}[31mred\u{1b}[0m;\u{b}\u{c}b\u{85}c\u{2028}d \u{202e}word\u{200b};\r\n\tтаб\t漢字 word2;\r\n";
    let planted = Planted::new(&[("a\u{1b}\u{202e}.conf", text)]);
    let word = planted.span("a\u{1b}\u{202e}.conf", "word");
    let second = planted.span("a\u{1b}\u{202e}.conf", "word2");
    let planted = planted.finding(
        Finding::error("found \u{1b}[31m\r\nand more", word, "label \u{7}\u{202e}")
            .label(second, "in the second line")
            .help("write\n\tthis \u{1b}[0m;\n"),
    );
    let shown = planted.shown(100);
    let odd = |c: &char| c.is_control() && *c != '\n';
    assert_eq!(shown.chars().find(odd), None);
    insta::assert_snapshot!(shown);
    let mut out = Vec::new();
    concise::write(&planted.report(), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"a␛�.conf:1:25: error[stack/planted] found ␛[31m␍␊and more");
}

#[test]
fn odd_places() {
    let planted = Planted::of_bytes(&[
        ("empty.conf", b""),
        ("bom.conf", b"\xEF\xBB\xBFuser www-data;\n"),
        ("latin1.conf", b"# caf\xe9\nserver_name caf\xe9.example;\n"),
        ("end.conf", b"server {\n"),
    ]);
    let file = |name: &str| planted.files.open(&Path::new("/srv").join(name)).unwrap();
    let empty = file("empty.conf").whole();
    let bom = file("bom.conf").span(3..7);
    let latin1 = file("latin1.conf").span(19..31);
    let end = file("end.conf").span(9..9);
    let end_of_line = file("end.conf").span(8..8);
    let past = file("end.conf").span(40..50);
    let lines = file("bom.conf").span(8..99);
    let planted = planted
        .finding(Finding::error("an empty file", empty, "nothing is here"))
        .finding(Finding::error("a byte order mark", bom, "the first word"))
        .finding(Finding::error("not UTF-8", latin1, "a name in Latin-1"))
        .finding(Finding::error("the end of the file", end, "`}` expected"))
        .finding(Finding::error(
            "the end of a line",
            end_of_line,
            "`}` expected",
        ))
        .finding(Finding::error("past the end", past, "cut"))
        .finding(Finding::error(
            "over several lines",
            lines,
            "only the first is shown",
        ));
    insta::assert_snapshot!(planted.shown(80));
}

#[test]
fn secrets_are_shown_nowhere() {
    let settings = "DEBUG = True\nSECRET_KEY = 'tr0ub4dor-and-3'\nDATABASES = {'default': {\n    'PASSWORD': 'hunter2-hunter2',\n    'HOST': 'db'}}\n";
    let planted = Planted::new(&[
        ("settings.py", settings),
        (".env", "MAIL=smtp-Passw0rd!\nX=y\n"),
    ]);
    let key = planted.span("settings.py", "tr0ub4dor-and-3");
    let host = planted.span("settings.py", "'HOST'");
    let mail = planted.span(".env", "smtp-Passw0rd!");
    let planted = planted.finding(
        Finding::error(
            "the key tr0ub4dor-and-3 is in the repository",
            key,
            "tr0ub4dor-and-3",
        )
        .label(host, "hunter2-hunter2 goes there")
        .label(mail, "smtp-Passw0rd!")
        .help("SECRET_KEY = 'tr0ub4dor-and-3'\nMAIL=smtp-Passw0rd!")
        .fix(
            crate::finding::Safety::Unsafe,
            "write hunter2-hunter2",
            vec![crate::finding::Edit {
                span: key,
                text: "tr0ub4dor-and-3".to_owned(),
            }],
        ),
    );
    let mut report = planted.report();
    report.undecided.push(Undecided {
        what: "tr0ub4dor-and-3".to_owned(),
        why: "hunter2-hunter2 is not known".to_owned(),
        place: Some(key),
    });
    let mut full = options(80);
    full.quiet = false;
    full.verbose = false;
    let human = show(&report, full);
    full.verbose = true;
    let verbose = show(&report, full);
    let mut short = Vec::new();
    concise::write(&report, &mut short).unwrap();
    let mut machine = Vec::new();
    json::write(&report, &mut machine).unwrap();
    let short = String::from_utf8(short).unwrap();
    let machine = String::from_utf8(machine).unwrap();
    for shown in [&human, &verbose, &short, &machine] {
        for secret in ["tr0ub4dor", "hunter2", "Passw0rd"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
    insta::assert_snapshot!(human);
}

#[test]
fn json_has_the_shape_that_was_promised() {
    let planted = Planted::new(&[("etc/nginx/shop", SITE), ("shop/uwsgi.ini", INI)]);
    let asked = planted.span("etc/nginx/shop", "unix:///tmp/app.sock");
    let bound = planted.span("shop/uwsgi.ini", "/run/shop.sock");
    let planted = planted
        .finding(
            Finding::error("they differ", asked, "nginx asks for this socket")
                .label(bound, "uWSGI listens here")
                .help("uwsgi_pass unix:///run/shop.sock;")
                .fix(
                    crate::finding::Safety::Safe,
                    "Name uWSGI's socket",
                    vec![crate::finding::Edit {
                        span: asked,
                        text: "unix:///run/shop.sock".to_owned(),
                    }],
                ),
        )
        .finding(Finding::warning("open", bound, "").fix_mode(
            "Take access away",
            PathBuf::from("/srv/key.pem"),
            0o400,
        ));
    let mut report = planted.report();
    report.findings[1].finding.rule = "key/pem-mode";
    report.findings[0].finding.deployments = vec!["shop".to_owned()];
    report.checked = Checked {
        nginx: 1,
        uwsgi: 1,
        settings: 0,
        keys: 0,
    };
    report.undecided = vec![
        Undecided {
            what: "STATIC_URL".to_owned(),
            why: "local_settings.py is not here".to_owned(),
            place: Some(bound),
        },
        Undecided {
            what: "x".to_owned(),
            why: "y".to_owned(),
            place: None,
        },
    ];
    let mut out = Vec::new();
    json::write(&report, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn the_summary_says_what_was_checked_found_and_left_open() {
    let planted = Planted::new(&[("shop/uwsgi.ini", INI)]);
    let chdir = planted.span("shop/uwsgi.ini", "chdir");
    let planted = planted
        .finding(Finding::error("one", chdir, "here"))
        .finding(Finding::warning("two", chdir, "here"))
        .finding(Finding::warning("three", chdir, "here"));
    let mut report = planted.report();
    report.checked = Checked {
        nginx: 2,
        uwsgi: 1,
        settings: 1,
        keys: 0,
    };
    report.hidden.insert(Severity::Advice, 2);
    report.suppressed = 1;
    for what in [
        "STATIC_URL",
        "MEDIA_URL",
        "DEBUG",
        "ALLOWED_HOSTS",
        "SECRET_KEY",
    ] {
        report.undecided.push(Undecided {
            what: what.to_owned(),
            why: "config/local_settings.py is not here".to_owned(),
            place: Some(chdir),
        });
    }
    report.undecided.push(Undecided {
        what: "include snippets/tls.conf".to_owned(),
        why: "the file is not here, and no package brings it".to_owned(),
        place: None,
    });
    let summary = |report: &Report, verbose: bool| {
        let options = Options {
            quiet: false,
            verbose,
            ..options(80)
        };
        let shown = show(report, options);
        let at = shown.find("Checked").unwrap();
        shown[at..].to_owned()
    };
    insta::assert_snapshot!(summary(&report, false));
    insta::assert_snapshot!(summary(&report, true));
    report.findings.clear();
    report.undecided.clear();
    report.suppressed = 0;
    insta::assert_snapshot!(summary(&report, false), @r"
    Checked 2 nginx files, 1 uWSGI instance and 1 settings module.
    Found nothing wrong (2 advice hidden, shown with --min-severity advice).
    ");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let planted = Planted::new(&[("a.conf", SITE)]);
    let asked = planted.span("a.conf", "unix:///tmp/app.sock");
    let server = planted.span("a.conf", "server_name");
    let planted = planted.finding(
        Finding::warning("a message", asked, "primary")
            .label(server, "related")
            .help("type this"),
    );
    let plain = planted.shown(80);
    let colored = Options {
        color: true,
        ..options(80)
    };
    let colored = show(&planted.report(), colored);
    assert!(
        colored.contains("\x1b[1;38;5;136mwarning[stack/planted]\x1b[0m"),
        "{colored}"
    );
    assert!(colored.contains("\x1b[94m╰── related\x1b[0m"), "{colored}");
    let stripped = colored
        .split('\x1b')
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once('m').map_or(part, |(_, text)| text),
        })
        .collect::<String>();
    assert_eq!(stripped, plain);
}

proptest::proptest! {
    #[test]
    fn any_bytes_and_any_labels_can_be_drawn(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        spans in proptest::collection::vec((0usize..220, 0usize..220), 1..6),
        width in 40usize..120,
    ) {
        let planted = Planted::of_bytes(&[("a.conf", &bytes)]);
        let source = planted.files.open(Path::new("/srv/a.conf")).unwrap();
        let span = |(a, b): (usize, usize)| source.span(a.min(b)..a.max(b));
        let mut finding = Finding::error("m", span(spans[0]), "primary");
        for (index, other) in spans.iter().enumerate().skip(1) {
            finding = finding.label(span(*other), format!("related{index}"));
        }
        let planted = planted.finding(finding);
        let shown = planted.shown(width);
        let odd = |c: &char| c.is_control() && *c != '\n';
        assert_eq!(shown.chars().find(odd), None);
        assert!(shown.contains("primary"), "{shown}");
        for index in 1..spans.len() {
            assert!(shown.contains(&format!("related{index}")), "{shown}");
        }
    }
}
