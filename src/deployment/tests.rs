use std::path::PathBuf;

use super::front::End;
use crate::engine::{self, Selection};
use crate::finding::Severity;
use crate::tree::Memory;
use crate::workspace::{Input, Workspace};

/// A workspace over files that lie below `/srv/shop`.
fn workspace(files: &[(&str, &str)]) -> Workspace {
    let base = PathBuf::from("/srv/shop");
    let mut tree = Memory::new();
    for (path, text) in files {
        tree = tree.file(base.join(path), *text, 0o644);
    }
    let input = Input {
        base,
        ..Input::default()
    };
    Workspace::over(tree, input)
}

/// The ids of what is found at warning or above.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    found_from(Severity::Warning, files)
}

fn found_from(min_severity: Severity, files: &[(&str, &str)]) -> Vec<String> {
    let selection = Selection {
        min_severity,
        ..Selection::default()
    };
    let workspace = workspace(files);
    let report = engine::check(&workspace, &selection);
    let findings = report.findings.iter();
    findings
        .map(|reported| reported.finding.rule.to_string())
        .collect()
}

const NGINX: &str = "server {\n    listen 80;\n    server_name shop.example;\n    location / {\n        include uwsgi_params;\n        uwsgi_pass unix:/run/app.sock;\n    }\n}\n";
const UWSGI: &str = "[uwsgi]\nchdir = /srv/shop\nmodule = shop.wsgi\nsocket = /run/app.sock\nmaster = true\nvacuum = true\n";

#[test]
fn settings_of_another_framework_are_not_judged_as_djangos() {
    let flask = "from os import environ\n\nSECRET_KEY = environ.get('SECRET_KEY')\nDEBUG = False\n";
    let django = "from os import environ\n\nSECRET_KEY = environ.get('SECRET_KEY')\nDEBUG = False\nINSTALLED_APPS = []\n";
    let with = |settings| {
        found(&[
            ("nginx.conf", NGINX),
            ("uwsgi.ini", UWSGI),
            ("core/settings.py", settings),
        ])
    };
    assert!(with(flask).is_empty(), "{:?}", with(flask));
    assert_eq!(with(django), ["django/allowed-hosts-empty"]);
}

#[test]
fn an_old_django_takes_every_host_while_debug_is_on() {
    let settings = "SECRET_KEY = open('/etc/key').read()\nDEBUG = True\nALLOWED_HOSTS = []\nMIDDLEWARE_CLASSES = MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\n";
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n";
    let with = |requirements| {
        found(&[
            ("nginx.conf", NGINX),
            ("uwsgi.ini", UWSGI),
            ("requirements.txt", requirements),
            ("shop/__init__.py", ""),
            ("shop/settings.py", settings),
            ("shop/wsgi.py", wsgi),
        ])
    };
    assert_eq!(with("Django==1.9.8\n"), ["django/debug-enabled"]);
    let both = ["django/debug-enabled", "django/allowed-hosts-empty"];
    assert_eq!(with("Django==1.9.11\n"), both);
    assert_eq!(with("Django\n"), both);
}

/// Where what each nginx passes on arrives: `uwsgi` and the like, `nobody`, or `?` where that is not known.
fn ends(files: &[(&str, &str)]) -> Vec<String> {
    let workspace = workspace(files);
    let of = |deployment: &super::Deployment, end: &End| match end {
        End::Listener(backend, _) => format!("{:?}", deployment.backends[*backend].program()),
        End::Nobody(_) => "nobody".to_owned(),
        _ => "?".to_owned(),
    };
    let deployments = workspace.deployments().iter();
    deployments
        .flat_map(|deployment| {
            let links = deployment.links.iter();
            links.map(|(_, link)| of(deployment, &link.end))
        })
        .collect()
}

#[test]
fn containers_share_volumes_by_volumes_from() {
    let compose = |of_nginx: &str, of_web: &str| {
        format!(
            "services:\n  nginx:\n    image: nginx\n    volumes:\n      - ./nginx.conf:/etc/nginx/conf.d/default.conf\n{of_nginx}  web:\n    build: .\n{of_web}"
        )
    };
    let with = |of_nginx, of_web, dockerfile: &str| {
        let dockerfile = format!(
            "FROM python:3\nWORKDIR /code\nCOPY . /code\n{dockerfile}CMD [\"uwsgi\", \"--ini\", \"uwsgi.ini\"]\n"
        );
        ends(&[
            ("compose.yml", &compose(of_nginx, of_web)),
            ("Dockerfile", &dockerfile),
            ("nginx.conf", NGINX),
            ("uwsgi.ini", UWSGI),
        ])
    };
    let from = "    volumes_from: [\"web:ro\"]\n";
    assert_eq!(with("", "", ""), ["nobody"]);
    // What lies in no volume is not shared, whoever shares the others.
    assert_eq!(with(from, "", ""), ["nobody"]);
    assert_eq!(with(from, "    volumes: [/run]\n", ""), ["Uwsgi"]);
    assert_eq!(with(from, "", "VOLUME /run\n"), ["Uwsgi"]);
    assert_eq!(with("", "", "VOLUME /run\n"), ["nobody"]);
    let of_another = "    volumes_from: [\"container:web\"]\n";
    assert_eq!(with(of_another, "", ""), ["?"]);
}

const SETTINGS: &str = "SECRET_KEY = open('/etc/key').read()\nDEBUG = True\nALLOWED_HOSTS = ['shop.example']\nINSTALLED_APPS = []\n";

#[test]
fn a_compose_file_that_passes_over_the_production_settings_is_for_developers() {
    let compose = "services:\n  web:\n    build: .\n    command: gunicorn -b :8000 shop.wsgi\n    environment:\n      DJANGO_SETTINGS_MODULE: shop.settings.docker\n";
    let with = |others: &[(&str, &str)]| {
        let mut files = vec![
            ("docker-compose.yml", compose),
            (
                "Dockerfile",
                "FROM python:3.12\nCOPY . /app\nWORKDIR /app\n",
            ),
            ("shop/settings/docker.py", SETTINGS),
        ];
        files.extend(others);
        found(&files).contains(&"django/debug-enabled".to_owned())
    };
    assert!(with(&[]));
    assert!(!with(&[("shop/settings/production.py", "DEBUG = False\n")]));
}

#[test]
fn only_what_is_put_to_use_is_told_how_to_run() {
    let uwsgi = "[uwsgi]\nmodule = shop.wsgi\nhttp-socket = :8000\n";
    let lacks_master = |files: &[(&str, &str)]| {
        let found = found(files);
        found.contains(&"uwsgi/no-master".to_owned())
    };
    assert!(lacks_master(&[("uwsgi.ini", uwsgi)]));
    let gunicorn = (
        "Dockerfile",
        "FROM python:3.12\nCMD [\"gunicorn\", \"shop.wsgi\"]\n",
    );
    assert!(!lacks_master(&[("uwsgi.ini", uwsgi), gunicorn]));
    let typed = "serve:\n\tuwsgi --http :8000 --module shop.wsgi\n";
    assert!(!lacks_master(&[("Makefile", typed)]));
    let started = (
        "Dockerfile",
        "FROM python:3.12\nCMD uwsgi --http :8000 --module shop.wsgi\n",
    );
    assert!(lacks_master(&[started]));
}

#[test]
fn who_is_not_root_stays_who_it_is() {
    let uwsgi = "[uwsgi]\nmodule = shop.wsgi\nsocket = /run/app.sock\nmaster = true\nuid = root\n";
    let started_by = |user: &str| {
        let program = format!("[program:shop]\ncommand=uwsgi --ini /srv/shop/uwsgi.ini\n{user}");
        let files = [("uwsgi.ini", uwsgi), ("supervisor.conf", &program)];
        found(&files).contains(&"uwsgi/runs-as-root".to_owned())
    };
    assert!(started_by(""));
    assert!(!started_by("user=apolo\n"));
}

#[test]
fn who_is_asked_by_its_own_machine_alone_answers_it_with_debug_on() {
    let settings = SETTINGS.replace("['shop.example']", "[]")
        + "MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\n";
    let is_an_error = |name: &str| {
        let nginx = NGINX.replace("shop.example", name);
        let files = [
            ("nginx.conf", &*nginx),
            ("uwsgi.ini", UWSGI),
            ("shop/settings.py", &settings),
        ];
        found_from(Severity::Error, &files).contains(&"django/allowed-hosts-empty".to_owned())
    };
    assert!(is_an_error("shop.example"));
    assert!(is_an_error("localhost shop.example"));
    assert!(!is_an_error("localhost 127.0.0.1"));
}

#[test]
fn a_stand_in_for_a_password_is_no_secret() {
    let with = |password: &str| {
        let settings = format!(
            "import os\n{SETTINGS}DATABASES = {{'default': {{'ENGINE': 'django.db.backends.mysql', 'HOST': 'db', 'PASSWORD': {password}}}}}\n"
        );
        let files = [("shop/settings.py", &*settings), ("uwsgi.ini", UWSGI)];
        found_from(Severity::Advice, &files).contains(&"django/hardcoded-secret".to_owned())
    };
    assert!(with("os.getenv('DB_PASSWORD', 'hP93kd_2')"));
    assert!(!with("os.getenv('DB_PASSWORD', 'password')"));
    assert!(!with("os.getenv('DB_PASSWORD', '1234')"));
    assert!(with("'password'"));
}

#[test]
fn the_umask_of_a_supervised_program_is_its_sockets() {
    let uwsgi = "[uwsgi]\nmodule = shop.wsgi\nsocket = /run/app.sock\nmaster = true\n";
    let main = "user www-data;\nevents {}\nhttp {\n    server {\n        listen 80;\n        location / {\n            include uwsgi_params;\n            uwsgi_pass unix:/run/app.sock;\n        }\n    }\n}\n";
    let with = |umask: &str| {
        let program = format!(
            "[program:shop]\ncommand=/usr/bin/uwsgi --ini /srv/shop/uwsgi.ini\nuser=shop\n{umask}"
        );
        found(&[
            ("nginx.conf", main),
            ("uwsgi.ini", uwsgi),
            ("supervisor.conf", &program),
        ])
        .contains(&"stack/socket-permissions".to_owned())
    };
    assert!(with("umask=022\n"));
    assert!(!with("umask=000\n"));
    // supervisord's own is not known.
    assert!(!with(""));
}

#[test]
fn a_script_of_a_project_inside_collects_nothing_for_the_one_around_it() {
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    let settings = format!(
        "{SETTINGS}STATIC_URL = '/static/'\nINSTALLED_APPS = ['django.contrib.staticfiles', 'django.contrib.admin']\n"
    );
    let with = |script: &str| {
        let files = [
            ("manage.py", manage),
            ("shop/settings.py", settings.as_str()),
            ("legacy/manage.py", manage),
            ("uwsgi.ini", UWSGI),
            (
                script,
                "#!/bin/sh\npython manage.py collectstatic --noinput\n",
            ),
        ];
        found(&files).contains(&"django/static-root-missing".to_owned())
    };
    assert!(with("start.sh"));
    assert!(!with("legacy/start.sh"));
}

#[test]
fn what_developers_start_on_the_same_port_hides_no_other_protocol() {
    let nginx = "upstream django { server 127.0.0.1:8000; }\nserver {\n    listen 80;\n    server_name shop.org;\n    location / {\n        include uwsgi_params;\n        uwsgi_pass django;\n    }\n}\n";
    let with = |command: &str| {
        let compose = format!(
            "services:\n  wsgi:\n    image: shop\n    network_mode: host\n    command: {command}\n"
        );
        let found = found(&[
            ("deploy/nginx.conf", nginx),
            ("docker-compose.yml", &compose),
            (
                "docker-compose.dev.yml",
                "services:\n  app:\n    build: .\n    ports: ['8000:8000']\n    command: ./manage.py runserver 0.0.0.0:8000\n",
            ),
        ]);
        found.contains(&"stack/protocol-mismatch".to_owned())
    };
    assert!(with("gunicorn shop.wsgi -b 0.0.0.0:8000"));
    assert!(!with("gunicorn shop.wsgi -b 0.0.0.0:8000 --protocol uwsgi"));
    // What understands nginx is no developers' server that is only beside.
    assert!(!with("uwsgi --socket 0.0.0.0:8000 --module shop.wsgi"));
}

const TLS: &str = "uwsgi_pass unix:/run/app.sock;";

/// Whether browsers are said not to be told of HTTPS, and plain HTTP to be served, with these blocks of nginx's.
fn told_of_https(nginx: &str) -> (bool, bool) {
    let settings = "SECRET_KEY = open('/etc/key').read()\nDEBUG = False\nALLOWED_HOSTS = ['shop.org']\nINSTALLED_APPS = ['django.contrib.staticfiles']\nMIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n";
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n";
    let found = found_from(
        Severity::Advice,
        &[
            ("nginx.conf", nginx),
            ("uwsgi.ini", UWSGI),
            ("shop/__init__.py", ""),
            ("shop/settings.py", settings),
            ("shop/wsgi.py", wsgi),
        ],
    );
    let has = |rule: &str| found.iter().any(|own| own == rule);
    (
        has("django/hsts-missing"),
        has("django/ssl-redirect-missing"),
    )
}

#[test]
fn what_nginx_says_of_https_django_need_not() {
    let server = |head: &str, location: &str| {
        format!(
            "server {{\n    listen 443 ssl;\n    server_name shop.org;\n    {head}\n    location / {{ {location} include uwsgi_params; {TLS} }}\n}}\n"
        )
    };
    let hsts = "add_header Strict-Transport-Security \"max-age=63072000\" always;";
    let other = "add_header X-Robots-Tag none;";
    // Without a word of nginx's.
    assert_eq!(told_of_https(&server("", "")), (true, false));
    assert_eq!(told_of_https(&server(hsts, "")), (false, false));
    assert_eq!(told_of_https(&server("", hsts)), (false, false));
    // What a file adds that is not here, nobody knows.
    assert_eq!(
        told_of_https(&server("include /etc/nginx/shop/headers.conf;", "")),
        (false, false)
    );
    // That it is lost is told by nginx/header-dropped-by-inheritance.
    assert_eq!(told_of_https(&server(hsts, other)), (false, false));
    // Another server's says nothing of this host.
    let beside = server(hsts, "").replace("shop.org", "www.shop.org");
    assert_eq!(
        told_of_https(&format!("{beside}{}", server("", ""))),
        (true, false)
    );
    // Plain HTTP beside: passed on, redirected by name, and by what stands in front.
    let plain = "listen 80;";
    assert_eq!(told_of_https(&server(plain, hsts)), (false, true));
    let by_name = "listen 80;\n    if ($scheme = http) { return 301 https://$host$request_uri; }";
    assert_eq!(told_of_https(&server(by_name, hsts)), (false, false));
    let by_front = "listen 80;\n    if ($http_x_forwarded_proto = http) { return 301 https://$host$request_uri; }";
    assert_eq!(told_of_https(&server(by_front, hsts)), (false, false));
    let certbot = "listen 80;\n    if ($host = shop.org) { return 301 https://$host$request_uri; }";
    assert_eq!(told_of_https(&server(certbot, hsts)), (false, false));
}
