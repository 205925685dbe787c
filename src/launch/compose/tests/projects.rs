//! Files that belong together.

use super::*;

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
    let mode = read.service("db").network_mode.as_ref().unwrap();
    assert_eq!(mode.text(), Some("bridge"));
    assert_eq!(
        mode.value.single().unwrap().origin,
        Origin::Default("docker-compose")
    );
}

#[test]
fn a_file_may_change_what_the_override_brings() {
    let read = read(&[
        ("/p/compose.yml", "services:\n  web: {image: a}\n"),
        ("/p/compose.override.yml", "services:\n  db: {image: b}\n"),
        ("/p/compose.ci.yml", "services:\n  db: {ports: ['1:1']}\n"),
    ]);
    let label = "compose.yml + compose.override.yml + compose.ci.yml";
    assert_eq!(read.labels().last().map(String::as_str), Some(label));
    assert!(
        read.projects
            .iter()
            .all(|p| p.services.iter().all(|s| s.openings.is_empty()))
    );
}
