mod bad;
mod projects;

use std::path::Path;

use super::*;
use crate::host::PathMap;
use crate::source::{EnvironmentSource, Origin};
use crate::tree::Memory;

struct Read {
    files: Files,
    projects: Vec<Project>,
}

/// The projects of files in memory; those that end in `.yml` or `.yaml` are compose files.
fn read(contents: &[(&str, &str)]) -> Read {
    let bytes: Vec<_> = contents
        .iter()
        .map(|(path, text)| (*path, text.as_bytes()))
        .collect();
    read_bytes(&bytes)
}

fn read_bytes(contents: &[(&str, &[u8])]) -> Read {
    let mut memory = Memory::new();
    for (path, bytes) in contents {
        memory = memory.file(path, *bytes, 0o644);
    }
    let files = Files::new(memory, PathMap::new());
    let paths: Vec<&Path> = contents
        .iter()
        .map(|(path, _)| Path::new(*path))
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "yml" || end == "yaml")
        })
        .collect();
    let projects = projects(&files, &paths);
    Read { files, projects }
}

impl Read {
    fn labels(&self) -> Vec<String> {
        self.projects.iter().map(Project::label).collect()
    }

    fn project(&self, label: &str) -> &Project {
        self.projects
            .iter()
            .find(|project| project.label() == label)
            .unwrap()
    }

    fn service(&self, name: &str) -> &Service {
        service(&self.projects[0], name)
    }

    fn written(&self, span: Span) -> String {
        self.files.get(span.file).text(span).into_owned()
    }

    fn shown(&self, word: &Option<Word>) -> String {
        word.as_ref().map_or("-".to_owned(), |word| self.word(word))
    }

    /// What a word says, and where it is written.
    fn word(&self, word: &Word) -> String {
        format!(
            "{} @ {}",
            word.text().unwrap_or("?"),
            self.written(word.span)
        )
    }

    fn words(&self, invocation: &Option<(Invocation, Span)>) -> Vec<String> {
        match invocation {
            Some((Invocation::Exec(words), _)) => {
                words.iter().map(|word| self.word(word)).collect()
            }
            other => panic!("{other:?}"),
        }
    }
}

fn service<'a>(project: &'a Project, name: &str) -> &'a Service {
    project
        .services
        .iter()
        .find(|service| service.name == name)
        .unwrap()
}

fn one(service: &str) -> Read {
    read(&[(
        "/p/compose.yml",
        &format!("services:\n  web:\n    image: a\n{service}"),
    )])
}

#[test]
fn every_field_of_a_service_is_read() {
    let text = r#"# é
version: "3"
services:
  web:
    container_name: shop
    hostname: 'web'
    image: "shop:${TAG:-1}"
    build:
      context: ./app
      dockerfile: docker/Dockerfile
      target: prod
      args:
        A: "1"
        B:
    command: uwsgi --ini "a b.ini"
    entrypoint: ["/entry.sh", '--x']
    working_dir: /app
    user: 1000:1000
    volumes_from: ["data:ro", container:x]
    expose: [8000, "9000"]
    network_mode: host
    networks:
      back:
        aliases: [app, django]
      front:
    links: ["db:database", cache]
    profiles: [prod]
    stop_signal: SIGINT
    init: true
"#;
    let read = read(&[("/p/compose.yml", text)]);
    let web = read.service("web");
    assert_eq!(read.written(web.name_span), "web");
    assert_eq!(read.shown(&web.container_name), "shop @ shop");
    assert_eq!(read.shown(&web.hostname), "web @ 'web'");
    assert_eq!(read.shown(&web.image), "shop:1 @ \"shop:${TAG:-1}\"");
    assert_eq!(
        read.words(&web.command),
        ["uwsgi @ uwsgi", "--ini @ --ini", "a b.ini @ \"a b.ini\""]
    );
    assert_eq!(
        read.words(&web.entrypoint),
        ["/entry.sh @ \"/entry.sh\"", "--x @ '--x'"]
    );
    assert_eq!(read.shown(&web.working_directory), "/app @ /app");
    assert_eq!(read.shown(&web.user), "1000:1000 @ 1000:1000");
    let from: Vec<_> = web
        .volumes_from
        .iter()
        .map(|word| read.word(word))
        .collect();
    assert_eq!(from, ["data @ data", "container:x @ container:x"]);
    let expose: Vec<_> = web.expose.iter().map(|word| word.text().unwrap()).collect();
    assert_eq!(expose, ["8000", "9000"]);
    assert_eq!(read.shown(&web.network_mode), "host @ host");
    let networks: Vec<_> = web
        .networks
        .iter()
        .map(|n| (n.name.as_str(), n.aliases.join(",")))
        .collect();
    assert_eq!(
        networks,
        [("back", "app,django".to_owned()), ("front", String::new())]
    );
    assert_eq!(
        web.links,
        [
            ("db".into(), "database".into()),
            ("cache".into(), "cache".into())
        ]
    );
    assert_eq!(web.profiles.len(), 1);
    assert_eq!(read.shown(&web.stop_signal), "SIGINT @ SIGINT");
    assert!(web.init);
    let build = web.build.as_ref().unwrap();
    assert_eq!(build.context.as_deref(), Some(Path::new("/p/app")));
    assert_eq!(
        build.dockerfile.as_deref(),
        Some(Path::new("/p/app/docker/Dockerfile"))
    );
    assert_eq!(read.shown(&build.target), "prod @ prod");
    let arguments: Vec<_> = build
        .arguments
        .iter()
        .map(|v| (v.name.as_str(), v.value.text()))
        .collect();
    assert_eq!(arguments, [("A", Some("1")), ("B", None)]);
    assert!(web.openings.is_empty(), "{:?}", web.openings);
    let Origin::Environment {
        variable, source, ..
    } = &web.image.as_ref().unwrap().value.single().unwrap().origin
    else {
        panic!();
    };
    assert_eq!(
        (variable.as_str(), *source),
        ("TAG", EnvironmentSource::Fallback)
    );
}

#[test]
fn commands_are_words_however_they_are_written() {
    for (written, expected) in [
        ("    command: a b\n", &["a @ a", "b @ b"][..]),
        (
            "    command: >\n      a --b\n      c\n",
            &["a @ a", "--b @ --b", "c @ c"],
        ),
        (
            "    command: |\r\n      a é\r\n      c\r\n",
            &["a @ a", "é @ é", "c @ c"],
        ),
        (
            "    command: \"sh -c 'a && b'\"\n",
            &["sh @ sh", "-c @ -c", "a && b @ 'a && b'"],
        ),
        (
            "    command: bash -c \"a &&\n      b\"\n",
            &["bash @ bash", "-c @ -c", "a && b @ \"a &&\n      b\""],
        ),
        (
            "    command:\n      - sh\n      - -c\n      - |\n        a\n        b\n",
            &["sh @ sh", "-c @ -c", "a\nb\n @ a\n        b"],
        ),
        ("    command: a && b\n", &["a @ a"]),
        (
            "    command: [a, 1, \"$$X\"]\n",
            &["a @ a", "1 @ 1", "$X @ \"$$X\""],
        ),
        ("    command: a ${X} b\n", &["a @ a", "? @ ${X}", "b @ b"]),
        ("    command: []\n", &[]),
        ("    command: \"\"\n", &[]),
        ("    command: a 'b\n", &["? @ a 'b"]),
        ("    command: {a: b}\n", &["? @ {a: b}"]),
    ] {
        let read = one(written);
        assert_eq!(
            read.words(&read.service("web").command),
            expected,
            "{written:?}"
        );
    }
    assert!(one("    command:\n").service("web").command.is_none());
}

#[test]
fn ports_are_listed() {
    for (written, expected) in [
        ("\"8000:80\"", "*:8000:80"),
        ("8000", "*:-:8000"),
        ("'127.0.0.1:8000:80/tcp'", "127.0.0.1:8000:80"),
        ("127.0.0.1::80", "127.0.0.1:-:80"),
        ("'[::1]:8000:80'", "::1:8000:80"),
        ("8000-8001:80-81", "*:8000:80 *:8001:81"),
        ("3000-3001", "*:-:3000 *:-:3001"),
        ("8000-8010:80", "*:-:80"),
        ("53:53/udp", ""),
        ("${PORT:-8000}:80", "*:8000:80"),
        ("${PORT}:80", "*:?:80"),
        ("80:${PORT}", "open"),
        ("${BIND}:80:80", "open"),
        ("nonsense", "open"),
        ("1:70000", "open"),
        ("1-65535:1-65535", "open"),
        (
            "{target: 80, published: \"8000\", host_ip: 127.0.0.1}",
            "127.0.0.1:8000:80",
        ),
        ("{target: 80, published: 8000, protocol: udp}", ""),
        ("{target: 80}", "*:-:80"),
        ("{published: 80}", "open"),
    ] {
        let read = one(&format!("    ports:\n      - {written}\n"));
        let web = read.service("web");
        let shown: Vec<_> = web
            .ports
            .iter()
            .map(|port| {
                assert_eq!(read.written(port.span), written);
                let published = port.published.as_ref().map_or("-".to_owned(), |published| {
                    published.get().map_or("?".to_owned(), u16::to_string)
                });
                format!(
                    "{}:{published}:{}",
                    port.address.as_deref().unwrap_or("*"),
                    port.target
                )
            })
            .collect();
        let shown = if web.openings.is_empty() {
            shown.join(" ")
        } else {
            "open".to_owned()
        };
        assert_eq!(shown, expected, "{written}");
    }
}

#[test]
fn mounts_say_what_they_mount() {
    for (written, expected) in [
        ("./a:/b", "Tree(\"/p/a\") /b"),
        (".:/b:ro", "Tree(\"/p\") /b ro"),
        ("../a:/b:rw,z", "Tree(\"/a\") /b"),
        ("/run/x.sock:/b", "Host(\"/run/x.sock\") /b"),
        ("~/a:/b", "Unknown /b"),
        ("C:\\a:/b", "Host(\"C:\\\\a\") /b"),
        ("data:/b", "Volume(\"data\") /b"),
        ("bound:/b", "Host(\"/srv/x\") /b"),
        ("/b", "Own /b"),
        ("${D:-./a}:/b", "Tree(\"/p/a\") /b"),
        ("${D}:/b", "Unknown /b"),
        ("./${D}/x:/b", "Unknown /b"),
        ("./a:${D}", "Tree(\"/p/a\") ?"),
        (
            "{type: bind, source: ./a, target: /b, read_only: true}",
            "Tree(\"/p/a\") /b ro",
        ),
        ("{type: bind, source: a, target: /b}", "Tree(\"/p/a\") /b"),
        (
            "{type: volume, source: data, target: /b}",
            "Volume(\"data\") /b",
        ),
        ("{type: volume, target: /b}", "Own /b"),
        ("{type: tmpfs, target: /b}", "Own /b"),
        (
            "{type: volume, source: data, target: /b, volume: {subpath: x}}",
            "Unknown /b",
        ),
        ("aa:/b:ro:c", "open"),
    ] {
        let text = format!(
            "services:\n  web:\n    image: a\n    volumes:\n      - {written}\nvolumes:\n  data:\n  bound: {{driver_opts: {{type: none, o: bind, device: /srv/x}}}}\n"
        );
        let read = read(&[("/p/compose.yml", &text)]);
        let web = read.service("web");
        let shown: Vec<_> = web
            .mounts
            .iter()
            .map(|mount| {
                let source = match &mount.source {
                    MountSource::Unknown(_) => "Unknown".to_owned(),
                    other => format!("{other:?}"),
                };
                let mode = if mount.read_only { " ro" } else { "" };
                format!("{source} {}{mode}", mount.target.text().unwrap_or("?"))
            })
            .collect();
        let shown = if web.openings.is_empty() {
            shown.join(" ")
        } else {
            "open".to_owned()
        };
        assert_eq!(shown, expected, "{written}");
    }
    let read = read(&[(
        "/p/compose.yml",
        "services:\n  web:\n    image: a\n    tmpfs: /run:size=1m\n    secrets: [key]\n    configs:\n      - {source: site, target: /etc/nginx/conf.d/site.conf}\nsecrets:\n  key: {file: ./key.txt}\nconfigs:\n  site: {file: nginx/site.conf}\n",
    )]);
    let shown: Vec<_> = read
        .service("web")
        .mounts
        .iter()
        .map(|mount| format!("{:?} {}", mount.source, mount.target.text().unwrap()))
        .collect();
    assert_eq!(
        shown,
        [
            "Own /run",
            "Tree(\"/p/key.txt\") /run/secrets/key",
            "Tree(\"/p/nginx/site.conf\") /etc/nginx/conf.d/site.conf"
        ]
    );
}

fn variables(read: &Read, name: &str) -> Vec<String> {
    let environment = &read.service(name).environment;
    let shown = environment.variables.iter();
    let mut shown: Vec<_> = shown
        .map(|variable| {
            assert_eq!(read.written(variable.name_span), variable.name);
            format!("{}={}", variable.name, variable.value.text().unwrap_or("?"))
        })
        .collect();
    if !environment.openings.is_empty() {
        shown.push("open".to_owned());
    }
    shown
}

#[test]
fn environments_are_put_together() {
    for (written, expected) in [
        ("environment: [A=b=c, 'B=d e', C]", "A=b=c;B=d e;C=?"),
        (
            "environment: {A: b, B: 1, C: true, D: True, E: 1.10, F: '010', G: 010, H: , I: '', J: yes}",
            "A=b;B=1;C=true;D=true;E=?;F=010;G=?;H=?;I=;J=yes",
        ),
        ("environment: [FROM_ENV]", "FROM_ENV=x"),
        ("environment: ['A=${FROM_ENV}', 'B=${N}']", "A=x;B=?"),
        ("environment: ['A=1', '${N}=2']", "A=?;open"),
        ("env_file: web.env", "A=file;B=file"),
        (
            "env_file: [web.env, {path: other.env, required: false}]\n    environment: [B=own]",
            "A=file;B=file;B=other;B=own",
        ),
        (
            "env_file: [web.env, gone.env]\n    environment: [B=own]",
            "A=?;B=?;B=own;open",
        ),
        ("env_file: [gone.env, web.env]", "A=file;B=file;open"),
        (
            "environment:\n      <<: *common\n      B: own",
            "B=own;A=common",
        ),
    ] {
        let text = format!(
            "x-c: &common {{A: common, B: common}}\nservices:\n  web:\n    image: a\n    {written}\n"
        );
        let read = read(&[
            ("/p/compose.yml", &text),
            ("/p/.env", "FROM_ENV=x\n"),
            ("/p/web.env", "A=file\nB=file\n"),
            ("/p/other.env", "B=other\n"),
        ]);
        assert_eq!(variables(&read, "web").join(";"), expected, "{written}");
    }
}
