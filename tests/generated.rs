//! Whole deployments, made up: layouts that people use, ways to name one socket, and a fault or none.
//! A planted fault is found by its rule; a sound deployment gives no error at all.
//!
//! Each run prints its seed; `DJLINT_SEED=… cargo test --test generated` runs the same again.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use djlint::engine::{self, Selection};
use djlint::finding::Severity;
use djlint::tree::Memory;
use djlint::workspace::{Input, Workspace};

const RUNS: u32 = 1_500;

/// Numbers that follow from a seed (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[(self.next() % choices.len() as u64) as usize]
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.next().is_multiple_of(one_in)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Nothing,
    OtherSocket,
    OtherPort,
    OtherProtocol,
    OtherHost,
    NoStaticLocation,
    OtherStaticDirectory,
    NoSuchModule,
    LoopbackInContainer,
    NoSharedVolume,
    NoSuchService,
}

impl Fault {
    fn rule(self) -> Option<&'static str> {
        Some(match self {
            Self::Nothing => return None,
            Self::OtherSocket => "stack/socket-mismatch",
            Self::OtherPort => "stack/upstream-port-mismatch",
            Self::OtherProtocol => "stack/protocol-mismatch",
            Self::OtherHost => "stack/host-not-allowed",
            Self::NoStaticLocation => "stack/missing-static-location",
            Self::OtherStaticDirectory => "stack/static-path-mismatch",
            Self::NoSuchModule => "uwsgi/module-not-found",
            Self::LoopbackInContainer | Self::NoSuchService => "stack/unreachable-upstream",
            Self::NoSharedVolume => "stack/socket-hidden",
        })
    }
}

const ON_A_HOST: [Fault; 8] = [
    Fault::Nothing,
    Fault::OtherSocket,
    Fault::OtherPort,
    Fault::OtherProtocol,
    Fault::OtherHost,
    Fault::NoStaticLocation,
    Fault::OtherStaticDirectory,
    Fault::NoSuchModule,
];
/// Which of two servers nginx meant when it asks for neither is not known: no finding.
const TWO_ON_A_HOST: [Fault; 6] = [
    Fault::Nothing,
    Fault::OtherProtocol,
    Fault::OtherHost,
    Fault::NoStaticLocation,
    Fault::OtherStaticDirectory,
    Fault::NoSuchModule,
];
const IN_CONTAINERS: [Fault; 6] = [
    Fault::Nothing,
    Fault::OtherProtocol,
    Fault::OtherHost,
    Fault::LoopbackInContainer,
    Fault::NoSharedVolume,
    Fault::NoSuchService,
];

const SETTINGS: &str = "import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ['SECRET_KEY']
DEBUG = False
ALLOWED_HOSTS = ['shop.example']
ROOT_URLCONF = 'shop.urls'
INSTALLED_APPS = ['django.contrib.admin', 'django.contrib.auth', 'django.contrib.contenttypes',
                  'django.contrib.sessions', 'django.contrib.messages', 'django.contrib.staticfiles']
MIDDLEWARE = ['django.middleware.security.SecurityMiddleware',
              'django.contrib.sessions.middleware.SessionMiddleware',
              'django.middleware.common.CommonMiddleware',
              'django.contrib.auth.middleware.AuthenticationMiddleware',
              'django.contrib.messages.middleware.MessageMiddleware']
STATIC_URL = '/static/'
STATIC_ROOT = 'STATIC'
";

fn project(top: &str, root: &str) -> BTreeMap<String, String> {
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\n\
        os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n";
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    let urls = "from django.contrib import admin\nfrom django.urls import path\nurlpatterns = [path('admin/', admin.site.urls)]\n";
    [
        ("manage.py", manage.to_owned()),
        ("shop/__init__.py", String::new()),
        (
            "shop/settings.py",
            SETTINGS.replace("STATIC'", &format!("{root}'")),
        ),
        ("shop/urls.py", urls.to_owned()),
        ("shop/wsgi.py", wsgi.to_owned()),
    ]
    .into_iter()
    .map(|(name, text)| (format!("{top}{name}"), text))
    .collect()
}

/// nginx's `server`, passing to `address` over `uwsgi` or HTTP, perhaps by way of an upstream.
fn site(
    random: &mut Random,
    address: &str,
    uwsgi: bool,
    names: &str,
    statics: Option<&str>,
) -> String {
    let by_upstream = random.chance(2);
    let target = if by_upstream { "app_servers" } else { address };
    let upstream = if by_upstream {
        format!("upstream app_servers {{\n    server {address};\n}}\n")
    } else {
        String::new()
    };
    let pass = match uwsgi {
        true => format!("uwsgi_pass {target};\n        include uwsgi_params;"),
        false => format!("proxy_pass http://{target};\n        proxy_set_header Host $host;"),
    };
    let statics = statics.map_or_else(String::new, |directory| {
        let plain = format!("    location /static/ {{\n        alias {directory}/;\n    }}\n");
        let unslashed = format!("    location /static {{\n        alias {directory};\n    }}\n");
        let rooted = directory
            .strip_suffix("/static")
            .map(|root| format!("    location /static/ {{\n        root {root};\n    }}\n"));
        match (random.next() % 3, rooted) {
            (0, Some(rooted)) => rooted,
            (1, _) => unslashed,
            _ => plain,
        }
    });
    format!(
        "{upstream}server {{\n    listen 80;\n    server_name {names};\n{statics}    location / {{\n        {pass}\n    }}\n}}\n"
    )
}

/// The tail of an instance's file: what every sound one has.
const TAIL: &str = "master = true\nvacuum = true\ndie-on-term = true\nchmod-socket = 660\n";

fn on_a_host(random: &mut Random, fault: Fault) -> BTreeMap<String, String> {
    let top = random.of(&["", "backend/", "src/"]);
    let clone = random.of(&["/srv/shop", "/home/ubuntu/www/shop", "/opt/shop/current"]);
    let home = format!("{clone}/{top}");
    let home = home.trim_end_matches('/');
    let by_port = match fault {
        Fault::OtherSocket => false,
        Fault::OtherPort => true,
        _ => random.chance(3),
    };
    let uwsgi = random.chance(4) || fault == Fault::OtherProtocol || !by_port;
    // (what nginx is told, what uWSGI is told)
    let (asked, listening): (String, String) = match by_port {
        true => {
            let bound = random.of(&["127.0.0.1:8001", "127.0.0.1: 8001"]);
            let asked = random.of(&["127.0.0.1:8001", "localhost:8001"]);
            (asked.to_owned(), bound.to_owned())
        }
        false => {
            let forms = [
                (
                    "unix:/run/shop/app.sock".to_owned(),
                    "/run/shop/app.sock".to_owned(),
                ),
                (
                    "unix:///run/shop/app.sock".to_owned(),
                    "/var/run/shop/app.sock".to_owned(),
                ),
                (format!("unix:{home}/app.sock"), "app.sock".to_owned()),
                (
                    format!("unix:{home}/run/app.sock"),
                    "%(here)/run/app.sock".to_owned(),
                ),
                (
                    format!("unix:{home}/x/../app.sock"),
                    format!("{home}/./app.sock"),
                ),
            ];
            forms[(random.next() % forms.len() as u64) as usize].clone()
        }
    };
    let asked = match fault {
        Fault::OtherSocket => "unix:/run/shop/web.sock".to_owned(),
        Fault::OtherPort => "127.0.0.1:8009".to_owned(),
        _ => asked,
    };
    let option = match (uwsgi, fault) {
        (true, Fault::OtherProtocol) => "http-socket",
        (true, _) => random.of(&["socket", "uwsgi-socket"]),
        (false, _) => "http-socket",
    };
    let module = match fault {
        Fault::NoSuchModule => "shop.web:application",
        _ => random.of(&["shop.wsgi", "shop.wsgi:application"]),
    };
    let names = match fault {
        Fault::OtherHost => "shop.example www.shop.example",
        _ => random.of(&["shop.example", "shop.example _", "SHOP.example"]),
    };
    let collected = format!("{home}/static");
    let elsewhere = format!("{home}/assets");
    let statics = match fault {
        Fault::NoStaticLocation => None,
        Fault::OtherStaticDirectory => Some(elsewhere.as_str()),
        _ => Some(collected.as_str()),
    };
    let mut files = project(top, &collected);
    let ini = format!(
        "[uwsgi]\nhere = {home}\nchdir = %(here)\nmodule = {module}\n{option} = {listening}\n{TAIL}"
    );
    let (ini_at, site_at) = random.of(&[
        &("deploy/uwsgi.ini", "deploy/nginx.conf"),
        &("uwsgi.ini", "nginx.conf"),
        &("conf/uwsgi/shop.ini", "conf/nginx/shop.conf"),
        &("mysite_uwsgi.ini", "mysite_nginx.conf"),
        &("etc/uwsgi/vassals/shop.ini", "etc/nginx/sites-enabled/shop"),
    ]);
    files.insert((*ini_at).to_owned(), ini);
    files.insert(
        (*site_at).to_owned(),
        site(random, &asked, uwsgi, names, statics),
    );
    if random.chance(3) {
        files.insert(
            "deploy/shop.service".to_owned(),
            format!(
                "[Service]\nType=notify\nUser=www-data\nGroup=www-data\nWorkingDirectory={home}\n\
                 ExecStart={home}/venv/bin/uwsgi --ini {clone}/{ini_at}\nKillSignal=SIGQUIT\n"
            ),
        );
    }
    files
}

fn in_containers(random: &mut Random, fault: Fault) -> BTreeMap<String, String> {
    let unix = fault == Fault::NoSharedVolume
        || (random.chance(3)
            && !matches!(fault, Fault::LoopbackInContainer | Fault::NoSuchService));
    let service = random.of(&["web", "app", "django"]);
    let (asked, listening) = match (unix, fault) {
        (true, _) => (
            "unix:/sockets/app.sock".to_owned(),
            "/run/shop/app.sock".to_owned(),
        ),
        (false, Fault::LoopbackInContainer) => ("127.0.0.1:8000".to_owned(), ":8000".to_owned()),
        (false, Fault::NoSuchService) => ("backend:8000".to_owned(), ":8000".to_owned()),
        (false, _) => (
            format!("{service}:8000"),
            random.of(&[":8000", "0.0.0.0:8000"]).to_owned(),
        ),
    };
    let asked = match fault {
        Fault::NoSharedVolume => "unix:/run/shop/app.sock".to_owned(),
        _ => asked,
    };
    let option = match fault {
        Fault::OtherProtocol => random.of(&["http-socket", "http"]),
        _ => "socket",
    };
    let names = match fault {
        Fault::OtherHost => "shop.example www.shop.example",
        _ => "shop.example",
    };
    let (for_app, for_nginx) = match (unix, fault) {
        (true, Fault::NoSharedVolume) => ("", ""),
        (true, _) => ("      - sockets:/run/shop\n", "      - sockets:/sockets\n"),
        (false, _) => ("", ""),
    };
    let command = random.of(&[
        "command: uwsgi --ini /code/uwsgi.ini",
        "command: [\"uwsgi\", \"--ini\", \"uwsgi.ini\"]",
        "command: sh -c \"python manage.py migrate && uwsgi --ini uwsgi.ini\"",
        "entrypoint: ./entrypoint.sh",
    ]);
    let mut files = project("", "/static");
    files.insert(
        "entrypoint.sh".to_owned(),
        "#!/bin/sh\nset -e\npython manage.py collectstatic --noinput\nexec uwsgi --ini uwsgi.ini\n"
            .to_owned(),
    );
    files.insert(
        "Dockerfile".to_owned(),
        "FROM python:3.12\nWORKDIR /code\nRUN pip install django uwsgi\nCOPY . /code\n".to_owned(),
    );
    files.insert(
        "docker-compose.yml".to_owned(),
        format!(
            "services:\n  {service}:\n    build: .\n    {command}\n    volumes:\n      - .:/code\n      - static:/static\n{for_app}  \
             nginx:\n    image: nginx:1.27\n    volumes:\n      - ./nginx.conf:/etc/nginx/conf.d/default.conf:ro\n      - static:/srv/static:ro\n{for_nginx}    \
             ports: ['80:80']\nvolumes:\n  static:\n  sockets:\n"
        ),
    );
    files.insert(
        "uwsgi.ini".to_owned(),
        format!("[uwsgi]\nchdir = /code\nmodule = shop.wsgi\n{option} = {listening}\n{TAIL}"),
    );
    files.insert(
        "nginx.conf".to_owned(),
        site(random, &asked, true, names, Some("/srv/static")),
    );
    files
}

/// Two projects behind one nginx, each in a directory of its own; the first one may have a fault.
fn two_on_a_host(random: &mut Random, fault: Fault) -> BTreeMap<String, String> {
    let other = |text: &str| {
        text.replace("shop", "blog")
            .replace("SHOP", "BLOG")
            .replace("8001", "8002")
            .replace("app_servers", "blog_servers")
    };
    let first = on_a_host(random, fault);
    let second = on_a_host(random, Fault::Nothing);
    let mut files: BTreeMap<String, String> = first
        .iter()
        .map(|(path, text)| (format!("shop/{path}"), text.clone()))
        .chain(
            second
                .iter()
                .map(|(path, text)| (format!("blog/{}", other(path)), other(text))),
        )
        .collect();
    if random.chance(2) {
        let sites: Vec<String> = files
            .keys()
            .filter(|path| path.contains("nginx"))
            .cloned()
            .collect();
        let one: String = sites.iter().filter_map(|path| files.remove(path)).collect();
        files.insert("nginx/sites.conf".to_owned(), one);
    }
    files
}

type Layout = fn(&mut Random, Fault) -> BTreeMap<String, String>;

fn errors(files: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let mut tree = Memory::new();
    for (path, text) in files {
        tree = tree.file(path, text.as_str(), 0o644);
    }
    let input = Input {
        base: PathBuf::from("/"),
        ..Input::default()
    };
    let workspace = Workspace::over(tree, input);
    engine::check(&workspace, &Selection::default())
        .findings
        .iter()
        .filter(|reported| reported.finding.severity == Severity::Error)
        .map(|reported| {
            let finding = &reported.finding;
            (finding.rule.to_owned(), finding.message.clone())
        })
        .collect()
}

#[test]
fn planted_faults_are_found_and_sound_deployments_are_silent() {
    let seed = std::env::var("DJLINT_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(1, |now| now.as_nanos() as u64 | 1)
        });
    println!("DJLINT_SEED={seed}");
    let mut random = Random(seed);
    for _ in 0..RUNS {
        let (faults, layout): (&[Fault], Layout) = match random.next() % 6 {
            0..3 => (&IN_CONTAINERS, in_containers),
            3 => (&TWO_ON_A_HOST, two_on_a_host),
            _ => (&ON_A_HOST, on_a_host),
        };
        let fault = faults[(random.next() % faults.len() as u64) as usize];
        let files = layout(&mut random, fault);
        let found = errors(&files);
        let rules: Vec<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        let is_right = match fault.rule() {
            Some(rule) => rules.contains(&rule) && rules.iter().all(|other| *other == rule),
            None => rules.is_empty(),
        };
        assert!(
            is_right,
            "DJLINT_SEED={seed}: {fault:?} gave {found:#?}\n{}",
            files
                .iter()
                .filter(|(name, _)| !name.ends_with(".py"))
                .map(|(name, text)| format!("--- {name}\n{text}"))
                .collect::<String>()
        );
    }
}
