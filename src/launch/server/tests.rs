use super::*;
use crate::host::PathMap;
use crate::launch::shell::{self, Encoded};
use crate::tree::Memory;

/// The server of a command line, with a configuration file of Gunicorn's in its directory.
fn described(line: &str, configuration: &str) -> Option<Server> {
    let tree = Memory::new()
        .file("app/gunicorn.conf.py", configuration, 0o644)
        .file(
            "app/other.py",
            "bind = ['unix:/run/x.sock', '0.0.0.0:81']\n",
            0o644,
        );
    let files = Files::new(tree, PathMap::new());
    let source = files.intern("/start.sh".into(), line.into());
    let commands = shell::commands(&source, &Encoded::plain(&source, 0..line.len()));
    let resolve = |path: &str| {
        let path = crate::tree::normalize(std::path::Path::new("/app"), std::path::Path::new(path));
        files.tree().stat(&path).is_ok().then_some(path)
    };
    let command = commands.first()?;
    server(&files, command, &command.environment, &resolve)
}

fn shown(line: &str, configuration: &str) -> String {
    let Some(server) = described(line, configuration) else {
        return "none".to_owned();
    };
    let mut text = format!("{:?}", server.program).to_lowercase();
    for bind in &server.binds {
        text.push_str(&match bind.address.get() {
            Some(Address::Unix(path)) => format!(" unix:{}", path.display()),
            Some(Address::Tcp { host, port }) => format!(" {host}:{port}"),
            Some(Address::Inherited) => " fd".to_owned(),
            None => " ?".to_owned(),
        });
    }
    if !server.binds_are_known {
        text.push_str(" …");
    }
    if let Some(application) = server.application.as_ref().and_then(Word::text) {
        text.push_str(&format!(" {application}"));
    }
    text
}

#[test]
fn servers_are_known_by_their_command_lines() {
    for (line, expected) in [
        ("gunicorn shop.wsgi", "gunicorn 127.0.0.1:8000 shop.wsgi"),
        (
            "/venv/bin/gunicorn -b :8000 --workers 3 shop.wsgi:application",
            "gunicorn :8000 shop.wsgi:application",
        ),
        (
            "gunicorn --bind=unix:/run/a.sock -b127.0.0.1:9 -w 3 a.wsgi",
            "gunicorn unix:/run/a.sock 127.0.0.1:9 a.wsgi",
        ),
        (
            "gunicorn -c other.py a.wsgi",
            "gunicorn unix:/run/x.sock 0.0.0.0:81 a.wsgi",
        ),
        ("gunicorn -c none.py a.wsgi", "gunicorn … a.wsgi"),
        ("PORT=5000 gunicorn a.wsgi", "gunicorn 0.0.0.0:5000 a.wsgi"),
        ("gunicorn -b :$X a.wsgi", "gunicorn ? … a.wsgi"),
        (
            "python -m gunicorn a.wsgi",
            "gunicorn 127.0.0.1:8000 a.wsgi",
        ),
        (
            "daphne -b 0.0.0.0 -p 8001 shop.asgi:application",
            "daphne 0.0.0.0:8001 shop.asgi:application",
        ),
        (
            "daphne shop.asgi:application",
            "daphne 127.0.0.1:8000 shop.asgi:application",
        ),
        (
            "daphne -u /run/d.sock a.asgi:a",
            "daphne unix:/run/d.sock a.asgi:a",
        ),
        ("daphne -e tcp:80 a.asgi:a", "daphne … a.asgi:a"),
        (
            "uvicorn --host 0.0.0.0 shop.asgi:application",
            "uvicorn 0.0.0.0:8000 shop.asgi:application",
        ),
        ("uvicorn a:b --uds /x", "uvicorn unix:/x a:b"),
        ("hypercorn a:b", "hypercorn 127.0.0.1:8000 a:b"),
        ("waitress-serve --port=8041 a:b", "waitress :8041 a:b"),
        ("python manage.py runserver", "runserver 127.0.0.1:8000"),
        (
            "python3 -u ./manage.py runserver 0:8000 --noreload",
            "runserver 0.0.0.0:8000",
        ),
        (
            "./manage.py runserver --settings=x.y 8080",
            "runserver 127.0.0.1:8080",
        ),
        ("django-admin runserver '[::]:80'", "runserver :::80"),
        ("python manage.py migrate", "none"),
        ("nginx -g 'daemon off;'", "nginx"),
        ("uwsgi --ini x.ini", "uwsgi"),
        ("celery -A shop worker", "none"),
    ] {
        assert_eq!(shown(line, "workers = 3\n"), expected, "{line}");
    }
    let bound = "import os\nbind = '0.0.0.0:' + os.environ.get('NO', '1')\n";
    assert_eq!(
        shown("gunicorn a.wsgi", "bind = ':7000'\n"),
        "gunicorn :7000 a.wsgi"
    );
    assert!(shown("gunicorn a.wsgi", bound).contains("…"));
    let settings = described(
        "gunicorn -e A=b --env DJANGO_SETTINGS_MODULE=x.y a.wsgi",
        "",
    );
    assert!(settings.unwrap().settings.unwrap().is("x.y"));
}
