//! What an instance answers.

use crate::uwsgi::Conditions;
use std::sync::Arc;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{FILE, checkout, host, instance, load, shown};
use crate::files::Files;
use crate::host::PathMap;
use crate::source::Span;
use crate::tree::Memory;
use crate::uwsgi::{Address, Instance, Location, Protocol, Target};
use crate::value::Answer;

#[test]
fn the_master_comes_in_several_ways() {
    for (text, expected) in [
        ("", Answer::No),
        ("master = true", Answer::Yes),
        ("master", Answer::Yes),
        ("master = no", Answer::No),
        ("stats = 127.0.0.1:1717", Answer::Yes),
        ("log-master = false", Answer::Yes),
        // Seen on the binary: what is written counts after all the flags.
        ("master = false\nstats = 127.0.0.1:1717", Answer::No),
        ("set = master=true", Answer::Yes),
        ("if-env = X\nstats = a:1\nendif", Answer::Unknown),
        ("ini = /elsewhere/base.ini", Answer::Unknown),
        ("ini = /elsewhere/base.ini\nmaster = true", Answer::Yes),
        ("master = true\nini = /elsewhere/base.ini", Answer::Unknown),
        ("master = $(X)", Answer::Unknown),
    ] {
        assert_eq!(
            instance(&format!("[uwsgi]\n{text}\n")).has_master(),
            expected,
            "{text}"
        );
    }
    let at = |path: &str| {
        let files = Files::new(
            Memory::new().file(path, "[uwsgi]\nsocket = :1\n", 0o644),
            PathMap::new(),
        );
        let source = files.open(Path::new(path)).unwrap();
        Instance::load(&files, source, None, &BTreeMap::new()).has_master()
    };
    assert_eq!(at("/copy/etc/uwsgi/apps-enabled/shop.ini"), Answer::Unknown);
    assert_eq!(at("/etc/uwsgi/vassals/shop.ini"), Answer::Unknown);
    assert_eq!(at("/srv/shop.ini"), Answer::No);
}

#[test]
fn what_an_option_of_ones_own_sets_is_in_force_and_not_shown() {
    for (text, expected) in [
        // It acts while the file is read, so that what stands in the file comes after it.
        ("declare-option = mine=processes=$1\nmine = 5", Some("5")),
        (
            "declare-option = mine=processes=$1\nmine = 5\nworkers = 2",
            Some("2"),
        ),
        (
            "workers = 2\ndeclare-option = mine=processes=$1\nmine = 5",
            Some("2"),
        ),
        // Used before it is declared it waits like any other.
        (
            "workers = 2\nmine = 5\ndeclare-option = mine=processes=$1",
            Some("5"),
        ),
        (
            "mine = 5\nworkers = 2\ndeclare-option = mine=processes=$1",
            Some("2"),
        ),
        (
            "declare-option = mine=processes=$1\nif-env = X\nmine = 5\nendif =",
            None,
        ),
    ] {
        let instance = instance(&format!("[uwsgi]\n{text}\n"));
        let number = instance.value("processes");
        assert_eq!(number.get().and_then(Option::as_deref), expected, "{text}");
        let shown = instance.settings().iter().filter(|it| it.is_shown());
        assert_eq!(shown.count(), text.lines().count(), "{text}");
    }
    // The flags of an option count where it is written, and nowhere else.
    let master = |text: &str| {
        let text = format!("[uwsgi]\ndeclare-option = mine={text}\nmine = 1\n");
        instance(&text).has_master()
    };
    assert_eq!(master("master=$1"), Answer::Yes);
    assert_eq!(master("stats=:$1"), Answer::No);
    assert_eq!(master("set=stats=:$1"), Answer::Yes);
    let endless = instance("[uwsgi]\ndeclare-option = mine=mine=$1;mine=$1\nmine = 5\n");
    assert!(endless.refused().is_some());
}

#[test]
fn the_environment_sets_options_before_the_file_does() {
    let files = host(b"[uwsgi]\nprocesses = 2\n");
    let environment = [
        ("UWSGI_VACUUM", "1"),
        ("UWSGI_PROCESSES", "8"),
        ("UWSGI_INI", "x"),
        ("UWSGI_RELOADS", "1"),
    ];
    let environment = environment
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let source = files.open(Path::new(FILE)).unwrap();
    let found = Instance::load(&files, source, None, &environment);
    assert_eq!(shown(&found), ["processes=8", "vacuum=1", "processes=2"]);
    assert_eq!(found.value("workers").get(), Some(&Some("2".to_owned())));
}

fn unix(path: &str) -> Address {
    Address::Unix(Location::Host(PathBuf::from(path)))
}

fn tcp(host: &str, port: Option<u16>) -> Address {
    Address::Tcp {
        host: host.to_owned(),
        port,
    }
}

#[test]
fn sockets_are_bound_where_the_binary_binds_them() {
    use Protocol::*;
    for (text, protocol, address) in [
        ("socket = /run/a.sock", Uwsgi, unix("/run/a.sock")),
        (
            "chdir = /srv/shop\nsocket = run/a.sock",
            Uwsgi,
            unix("/srv/shop/run/a.sock"),
        ),
        (
            "socket = a.sock",
            Uwsgi,
            Address::Unix(Location::FromStart("a.sock".into())),
        ),
        ("socket = %da.sock", Uwsgi, unix("/srv/shop/conf/a.sock")),
        ("socket = unix:/run/a.sock", Uwsgi, tcp("unix", None)),
        (
            "socket = 8000",
            Uwsgi,
            Address::Unix(Location::FromStart("8000".into())),
        ),
        ("socket = :8000", Uwsgi, tcp("", Some(8000))),
        ("socket = [::1]:8000", Uwsgi, tcp("::1", Some(8000))),
        (
            "protocol = http\nsocket = 127.0.0.1:80",
            HttpSocket,
            tcp("127.0.0.1", Some(80)),
        ),
        ("http = 0.0.0.0:80", HttpRouter, tcp("0.0.0.0", Some(80))),
        ("https = :443,a.crt,a.key", HttpsRouter, tcp("", Some(443))),
        (
            "http-socket = @name",
            HttpSocket,
            Address::Abstract("name".to_owned()),
        ),
        ("fastcgi-socket = =0", FastCgi, Address::Inherited),
        (
            "abstract-socket = true\nsocket = name",
            Uwsgi,
            Address::Abstract("name".to_owned()),
        ),
    ] {
        let instance = instance(&format!("[uwsgi]\n{text}\n"));
        let found = instance.sockets();
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].protocol, Some(protocol), "{text}");
        assert_eq!(found[0].address.get(), Some(&address), "{text}");
    }
}

#[test]
fn in_a_checkout_the_directory_is_known_in_the_tree_alone() {
    let found = load(&checkout(
        b"[uwsgi]\nchdir = %d..\nsocket = %dapp.sock\nhome = venv\n",
    ));
    let tree = |path: &str| Location::Tree(PathBuf::from(path));
    assert_eq!(found.chdir().get(), Some(&Some(tree("/srv/shop"))));
    assert_eq!(
        found.virtualenv().get(),
        Some(&Some(tree("/srv/shop/venv")))
    );
    assert_eq!(
        found.sockets()[0].address.get(),
        Some(&Address::Unix(tree("/srv/shop/conf/app.sock")))
    );
    assert!(found.undecided().is_empty());
}

#[test]
fn modes_are_three_digits_or_one() {
    for (value, mode) in [
        ("660", Some(Some(0o660))),
        ("1", Some(Some(0o666))),
        ("0660", None),
        ("", None),
        ("888", None),
    ] {
        let found = instance(&format!("[uwsgi]\nchmod = 600\nchmod-socket = {value}\n"));
        assert_eq!(found.chmod_socket().get().copied(), mode, "{value}");
    }
    assert_eq!(instance("[uwsgi]\n").chmod_socket().get(), Some(&None));
}

#[test]
fn the_application_is_told_as_it_is_written() {
    let text = "[uwsgi]\nchdir = /srv/shop\nmodule = old.wsgi\nwsgi = shop.wsgi:app\ncallable = other\nfile = shop/wsgi.py\nenv = DJANGO_SETTINGS_MODULE=shop.settings\nenv = X=1\nenv = DJANGO_SETTINGS_MODULE=shop.live\n";
    let files = host(text.as_bytes());
    let found = load(&files);
    let source = found.root_file();
    let application = found.application();
    let place = |span: Option<Span>| source.text(span.unwrap()).into_owned();
    let module = application.module.single().unwrap();
    assert_eq!(module.value.as_deref(), Some("shop.wsgi"));
    assert_eq!(place(module.origin.span()), "shop.wsgi");
    let callable = application.callable.single().unwrap();
    assert_eq!(callable.value.as_deref(), Some("app"));
    assert_eq!(place(callable.origin.span()), "app");
    assert_eq!(
        application.file.get(),
        Some(&Some(Location::Host("/srv/shop/shop/wsgi.py".into())))
    );
    let settings = found.env_settings_module();
    let settings = settings.single().unwrap();
    assert_eq!(settings.value.as_deref(), Some("shop.live"));
    assert_eq!(place(settings.origin.span()), "shop.live");
    assert_eq!(found.env("Y").get(), Some(&None));
    // The value of X may be a secret; the settings module is none.
    assert_eq!(
        source
            .secret_ranges()
            .iter()
            .filter(|range| &text[(*range).clone()] == "1")
            .count(),
        1
    );
    assert!(!source.masked(0..text.len()).contains("X=1"));
    assert!(source.masked(0..text.len()).contains("shop.live"));
}

#[test]
fn logs_are_opened_where_the_binary_opens_them() {
    let chdir = |path: &str| Location::Host(PathBuf::from("/srv/shop").join(path));
    let start = |path: &str| Location::FromStart(PathBuf::from(path));
    for (text, target) in [
        ("daemonize = a.log", Target::File(start("a.log"))),
        ("logto = a.log", Target::File(start("a.log"))),
        // Opened just before the change of directory, whatever the manual says.
        ("logto2 = a.log", Target::File(start("a.log"))),
        ("daemonize2 = a.log", Target::File(chdir("a.log"))),
        ("logger = file:a.log", Target::File(chdir("a.log"))),
        ("req-logger = main file:a.log", Target::File(chdir("a.log"))),
        ("logto = 127.0.0.1:1717", Target::Udp),
    ] {
        let found = instance(&format!("[uwsgi]\nchdir = /srv/shop\n{text}\n")).logs();
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].target.get(), Some(&target), "{text}");
    }
    assert!(
        instance("[uwsgi]\nlogger = syslog\nlogger = socket:1.2.3.4:5\n")
            .logs()
            .is_empty()
    );
    assert_eq!(
        instance("[uwsgi]\ndaemonize = a\nlogto = b\n").logs().len(),
        1
    );
    let pid = instance("[uwsgi]\nchdir = /srv/shop\npidfile = a\nsafe-pidfile = b\n").pidfiles();
    assert_eq!(pid[0].target.get(), Some(&Target::File(start("a"))));
    assert_eq!(pid[1].target.get(), Some(&Target::File(chdir("b"))));
}

#[test]
fn a_lost_slash_is_told_from_a_directory_of_ones_own() {
    for (path, lost) in [
        ("home/ubuntu/uwsgi.log", true),
        ("var/log/uwsgi.log", true),
        ("home.log", false),
        ("home", false),
        ("tmp/uwsgi.log", false),
        ("var/uwsgi.log", false),
        ("logs/home/x.log", false),
        ("/home/ubuntu/uwsgi.log", false),
    ] {
        let files = host(format!("[uwsgi]\nlogto = {path}\n").as_bytes());
        let found = load(&files);
        assert_eq!(
            found.logs()[0].has_lost_its_slash(&files, &found),
            lost,
            "{path}"
        );
    }
    let text = "[uwsgi]\nlogto = home/ubuntu/uwsgi.log\n";
    let tree = Memory::new()
        .file(FILE, text, 0o644)
        .file("/srv/shop/home/.keep", "", 0o644);
    let files = Files::new(tree, PathMap::new());
    let found = load(&files);
    assert!(!found.logs()[0].has_lost_its_slash(&files, &found));
}

#[test]
fn the_header_is_the_place_for_what_is_absent() {
    for (text, expected) in [
        ("[other]\nx = 1\n[uwsgi]\na = 1\n[uwsgi]\n", "[uwsgi]"),
        ("# no header\na = 1\n", ""),
        ("", ""),
    ] {
        let files = host(text.as_bytes());
        let found = load(&files);
        assert_eq!(found.root_file().text(found.header_span()), expected);
    }
}

#[test]
fn an_emperor_is_no_application() {
    let emperor = instance("[uwsgi]\nemperor = /etc/uwsgi/vassals\n");
    assert_eq!(emperor.is_emperor(), Answer::Yes);
    assert!(!emperor.is_application());
    assert!(instance("[uwsgi]\nwsgi-file = x.py\n").is_application());
    assert!(!instance("[uwsgi]\nmaster = true\n").is_application());
}

/// What `uwsgi ARGUMENTS --show-config` of 2.0.31 printed, without its own line.
#[test]
fn a_command_line_is_taken_in_order() {
    use crate::launch::word::Word;
    for (arguments, expected) in [
        (
            "--ini x.ini --socket :8000 -Mp4",
            "ini=x.ini module=a.b processes=3 socket=:8000 master=true processes=4",
        ),
        (
            "-s :80 x.ini --env A=b",
            "socket=:80 env=A=b module=a.b processes=3",
        ),
        (
            "--chmod-socket=660 --ini=x.ini:uwsgi --socket s1",
            "chmod-socket=660 ini=x.ini:uwsgi module=a.b processes=3 socket=s1",
        ),
        (
            "--set foo=bar --socket /%(foo).s",
            "set=foo=bar foo=bar socket=/bar.s",
        ),
    ] {
        let ini = "[uwsgi]\nmodule = a.b\nprocesses = 3\n";
        let tree = Memory::new().file("/srv/x.ini", ini, 0o644);
        let files = Files::new(tree, PathMap::new());
        let line = format!("uwsgi {arguments}");
        let file = files.intern("/start.sh".into(), line.clone().into());
        let mut at = "uwsgi ".len();
        let words: Vec<Word> = arguments
            .split(' ')
            .map(|word| {
                let start = at;
                at += word.len() + 1;
                Word::literal(word, file.span(start..start + word.len()))
            })
            .collect();
        let instance = Instance::start(
            &files,
            &crate::uwsgi::Start {
                arguments: &words,
                program: file.span(0..5),
                file: Arc::clone(&file),
                conditions: Conditions::with(&BTreeMap::new()),
                resolve: &|path| Some(Path::new("/srv").join(path)),
            },
        );
        let settings: Vec<String> = instance
            .settings()
            .iter()
            .map(|setting| {
                let value = setting.value();
                format!(
                    "{}={}",
                    setting.key(),
                    value.get().map_or("?", String::as_str)
                )
            })
            .collect();
        assert_eq!(settings.join(" "), expected, "{arguments}");
        for setting in instance.settings() {
            let source = files.get(setting.value_span().file);
            let written = source.text(setting.value_span()).into_owned();
            let value = setting.value();
            let is_same = value.get().is_some_and(|value| *value == written);
            assert!(
                is_same || written.is_empty() || written.contains("%(") || written.contains('='),
                "{arguments}: {written}"
            );
        }
        assert!(!instance.is_open(), "{arguments}");
    }
}

#[test]
fn an_emperor_adds_to_its_vassals_what_it_is_told_to() {
    let tree = Memory::new()
        .file(
            "/repo/etc/uwsgi/emperor.ini",
            "[uwsgi]\nemperor = /etc/uwsgi/vassals\nvassal-set = threads=4\nchmod-socket = 666\n\
             vassals-include = /etc/uwsgi/common.ini\nvassals-set = processes=2\n",
            0o644,
        )
        .file(
            "/repo/etc/uwsgi/vassals/shop.ini",
            "[uwsgi]\nmodule = shop.wsgi\nsocket = /run/shop.sock\nprocesses = 8\n",
            0o644,
        );
    let input = crate::workspace::Input {
        base: PathBuf::from("/repo"),
        ..Default::default()
    };
    let workspace = crate::workspace::Workspace::over(tree, input);
    let vassal = workspace
        .instances()
        .iter()
        .find(|it| it.root_file().path().ends_with("shop.ini"))
        .unwrap();
    // As `ps` shows it of the binary: --set threads=4 --set processes=2 --ini shop.ini --include common.ini
    assert_eq!(
        shown(vassal)[..6],
        [
            "set=threads=4",
            "threads=4",
            "set=processes=2",
            "processes=2",
            "ini=/repo/etc/uwsgi/vassals/shop.ini",
            "module=shop.wsgi",
        ]
    );
    assert!(vassal.is_open(), "common.ini is not here");
    assert!(vassal.last("chmod-socket").is_none());
}
