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
    if !environment.is_closed() {
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

#[test]
fn a_later_file_changes_an_earlier_one() {
    let read = read(&[
        (
            "/p/docker-compose.yml",
            "services:\n  web:\n    build: .\n    command: a\n    environment: {A: 1, B: 1}\n    ports: ['80:80']\n    volumes: ['./a:/x', './b:/y']\n    networks: [one]\n  db:\n    image: postgres\n",
        ),
        (
            "/p/docker-compose.override.yml",
            "services:\n  web:\n    command: [b, c]\n    build: {dockerfile: Dev}\n    environment: ['B=2', C=3]\n    ports: ['81:81', '80:80']\n    volumes: ['data:/x']\n    networks: {two: }\n",
        ),
        (
            "/p/docker-compose.prod.yml",
            "services:\n  web:\n    command: !reset null\n    environment:\n      A: !reset null\n    ports: !override ['443:443']\n  db: !reset null\n",
        ),
        ("/p/local.yml", "services:\n  web:\n    image: x\n"),
        ("/p/common.yml", "services:\n  web:\n    image: x\n"),
        (
            "/q/web.yml",
            "services:\n  web:\n    extends: {file: ../p/common.yml, service: web}\n",
        ),
        ("/q/changes.yml", "services:\n  web:\n    ports: ['1:1']\n"),
        ("/q/values.yml", "a: b\n"),
    ]);
    assert_eq!(
        read.labels(),
        [
            "docker-compose.yml + docker-compose.override.yml",
            "docker-compose.yml",
            "docker-compose.yml + docker-compose.prod.yml",
            "local.yml",
            "changes.yml",
            "web.yml",
        ]
    );
    let web = service(&read.projects[0], "web");
    assert_eq!(read.words(&web.command), ["b @ b", "c @ c"]);
    assert_eq!(
        web.build.as_ref().unwrap().dockerfile.as_deref(),
        Some(Path::new("/p/Dev"))
    );
    assert_eq!(variables(&read, "web").join(";"), "A=1;B=2;C=3");
    let ports: Vec<_> = web.ports.iter().map(|port| port.target).collect();
    assert_eq!(ports, [80, 81]);
    let mounts: Vec<_> = web
        .mounts
        .iter()
        .map(|mount| format!("{:?}", mount.source))
        .collect();
    assert_eq!(mounts, ["Volume(\"data\")", "Tree(\"/p/b\")"]);
    assert_eq!(web.networks.len(), 2);
    assert_eq!(read.projects[0].services.len(), 2);

    let prod = read.project("docker-compose.yml + docker-compose.prod.yml");
    assert_eq!(prod.services.len(), 1);
    let web = service(prod, "web");
    assert!(web.command.is_none());
    assert_eq!(web.environment.variables.len(), 1);
    assert_eq!(
        web.ports.iter().map(|port| port.target).collect::<Vec<_>>(),
        [443]
    );
    assert_eq!(
        service(read.project("changes.yml"), "web").openings.len(),
        1
    );
    let web = service(read.project("web.yml"), "web");
    assert_eq!(read.shown(&web.image), "x @ x");
}

#[test]
fn services_extend_others() {
    let read = read(&[
        (
            "/p/compose.yml",
            "services:\n  web:\n    extends: {file: base/common.yml, service: app}\n    command: b\n  worker:\n    extends: web\n    environment: [B=2]\n  loop:\n    extends: pool\n    image: x\n  pool:\n    extends: loop\n  gone:\n    extends: {file: gone.yml, service: app}\n",
        ),
        (
            "/p/base/common.yml",
            "services:\n  app:\n    extends: root\n    env_file: app.env\n  root:\n    build: .\n    command: a\n    environment: [A=1]\n",
        ),
        ("/p/base/app.env", "F=1\n"),
    ]);
    assert_eq!(read.labels(), ["compose.yml"]);
    assert_eq!(variables(&read, "worker").join(";"), "F=1;A=1;B=2");
    let web = read.service("web");
    assert_eq!(
        web.build.as_ref().unwrap().context.as_deref(),
        Some(Path::new("/p/base"))
    );
    assert_eq!(read.words(&web.command), ["b @ b"]);
    assert!(web.openings.is_empty());
    assert_eq!(read.service("loop").openings.len(), 1);
    assert_eq!(read.service("gone").openings.len(), 1);
    assert_eq!(read.projects[0].read.len(), 3);
}

#[test]
fn files_include_others() {
    let read = read(&[
        (
            "/p/compose.yml",
            "include:\n  - db/compose.yml\n  - path: [x/a.yml, x/b.yml]\n    project_directory: .\n  - oci://example.org/x\nservices:\n  web:\n    image: 'a:${V}'\n",
        ),
        ("/p/.env", "V=1\n"),
        (
            "/p/db/compose.yml",
            "include: [../compose.yml]\nservices:\n  db:\n    image: 'pg:${V}-${W}'\n    volumes: ['./data:/d']\n",
        ),
        ("/p/db/.env", "V=2\nW=3\n"),
        ("/p/x/a.yml", "services:\n  a:\n    build: .\n"),
        ("/p/x/b.yml", "services:\n  a:\n    command: x\n"),
    ]);
    let project = read.project("compose.yml");
    let names: Vec<_> = project
        .services
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    assert_eq!(names, ["web", "db", "a"]);
    assert_eq!(
        read.service("db").image.as_ref().unwrap().text(),
        Some("pg:1-3")
    );
    assert_eq!(
        read.service("db").mounts[0].source,
        MountSource::Tree("/p/db/data".into())
    );
    assert_eq!(
        read.service("a").build.as_ref().unwrap().context.as_deref(),
        Some(Path::new("/p"))
    );
    assert!(read.service("a").command.is_some());
    // One that includes what includes it, and one that is elsewhere.
    assert_eq!(project.openings.len(), 2);
}

#[test]
fn the_first_format_has_its_services_at_the_top() {
    let read = read(&[(
        "/p/docker-compose.yml",
        "web:\n  build: .\n  dockerfile: Dockerfile.web\n  net: host\n  links:\n   - db\ndb:\n  image: postgres\n",
    )]);
    let web = read.service("web");
    assert_eq!(
        web.build.as_ref().unwrap().dockerfile.as_deref(),
        Some(Path::new("/p/Dockerfile.web"))
    );
    assert_eq!(read.shown(&web.network_mode), "host @ host");
    assert_eq!(read.projects[0].services.len(), 2);
}

#[test]
fn what_cannot_be_read_has_no_services_and_says_why() {
    for (text, place) in [
        (&b"services:\n  web:\n    image: a\n   b: c\n"[..], None),
        (b"services:\n\tweb:\n", None),
        (
            b"services:\n  web: {image: a}\n  web: {image: b}\n",
            Some("web"),
        ),
        (b"services:\n  web: {image: \"\xFF\"}\n", Some("\u{FFFD}")),
        (b"services: {web: [*a]}\n", None),
    ] {
        let read = read_bytes(&[("/p/compose.yml", text)]);
        let [project] = &read.projects[..] else {
            panic!("{:?}", read.labels());
        };
        assert!(project.services.is_empty());
        let [opening] = &project.openings[..] else {
            panic!("{:?}", project.openings);
        };
        if let Some(place) = place {
            assert_eq!(read.written(opening.place.unwrap()), place);
        }
    }
}

#[test]
fn large_files_and_bombs_are_bounded() {
    let mut many = "services:\n".to_owned();
    for index in 0..30_000 {
        many += &format!("  s{index}: {{image: a, extends: s{}}}\n", index + 1);
    }
    let mut bomb = "x0: &x0 {image: a, environment: &e [A=b, B=c]}\n".to_owned();
    for level in 1..30 {
        bomb += &format!(
            "x{level}: &x{level} {{<<: [*x{0}, *x{0}], ports: [*x{0}, *x{0}]}}\n",
            level - 1
        );
    }
    bomb += "services:\n";
    for index in 0..5_000 {
        bomb += &format!("  s{index}: *x29\n");
    }
    let text = "y ".repeat(200_000);
    let mut repeated = format!("x: &x {{image: a, command: '{text}'}}\nservices:\n");
    for index in 0..10_000 {
        repeated += &format!("  s{index}: *x\n");
    }
    let mut environment = "services:\n".to_owned();
    for index in 0..5_000 {
        environment += &format!("  s{index}: {{image: a, env_file: big.env}}\n");
    }
    let big: String = (0..20_000).map(|index| format!("A{index}=b\n")).collect();
    let huge = vec![b' '; 50 * 1024 * 1024];
    let flow = "[".repeat(100_000);
    for text in [
        many.as_bytes(),
        bomb.as_bytes(),
        repeated.as_bytes(),
        environment.as_bytes(),
        &huge,
        flow.as_bytes(),
        b"services: &a\n  web: *a\n",
        b"services:\n  web: &a\n    image: a\n    environment: *a\n    ports: &p [*p, *a]\n    volumes: [*a]\n    build: *a\n    <<: *a\n",
    ] {
        let read = read_bytes(&[("/p/compose.yml", text), ("/p/big.env", big.as_bytes())]);
        for project in &read.projects {
            assert!(project.services.len() <= 30_000);
        }
    }
}

mod mutated {
    use proptest::prelude::*;

    use super::*;

    const BASE: &str = "version: '3'\nx-app: &app\n  build: {context: ., args: [A=b]}\n  env_file: [.env, web.env]\n  environment: {DEBUG: True, A: \"é${X:-y}\"}\nservices:\n  web:\n    <<: *app\n    command: >\n      sh -c \"python manage.py migrate && uwsgi --ini 'x y.ini'\"\n    ports: ['127.0.0.1:8000-8002:80-82', \"${P}:80/tcp\"]\n    volumes:\n      - ./a:/b:ro\n      - {type: bind, source: ~/x, target: /y}\n    extends: {file: common.yml, service: base}\n  db:\n    image: postgres\n    networks: {back: {aliases: [pg]}}\nvolumes:\n  data: {driver_opts: {o: bind, device: /x}}\n";

    const PIECES: [&str; 24] = [
        "\n", " ", "  ", "\t", "\r\n", "*app", "&b ", "<<: ", "'", "\"", "|", ">", ": ", "- ", "[",
        "]", "{", "}", "$", "${", "!reset ", "\\", "é", "\u{feff}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn no_file_breaks_it_and_each_span_is_in_its_file(
            edits in proptest::collection::vec((0..BASE.len(), 0..6_usize, 0..PIECES.len()), 1..6),
        ) {
            let mut bytes = BASE.as_bytes().to_vec();
            for (at, length, piece) in edits {
                let at = at.min(bytes.len());
                let end = (at + length).min(bytes.len());
                bytes.splice(at..end, PIECES[piece].bytes());
            }
            let read = read_bytes(&[
                ("/p/compose.yml", &bytes),
                ("/p/common.yml", BASE.as_bytes()),
                ("/p/.env", b"X=1\n"),
            ]);
            for project in &read.projects {
                for service in &project.services {
                    prop_assert_eq!(read.written(service.name_span).trim_matches(['"', '\'']).is_empty(), service.name.is_empty());
                    let commands = [&service.command, &service.entrypoint];
                    for (invocation, span) in commands.into_iter().flatten() {
                        let Invocation::Exec(words) = invocation else { panic!() };
                        for word in words {
                            prop_assert!(span.contains(word.span), "{:?} {:?}", word, span);
                        }
                    }
                    for variable in &service.environment.variables {
                        let length = read.files.get(variable.value.span.file).bytes().len();
                        prop_assert!(variable.value.span.range().end <= length);
                        prop_assert!(variable.value.span.start <= variable.value.span.end);
                    }
                }
            }
            super::super::looks_like(&bytes);
        }
    }
}
