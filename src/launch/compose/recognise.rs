//! Telling a compose file by how it begins.

/// Keys of a service that nothing else has at that place.
const SERVICE_KEYS: [&str; 22] = [
    "build",
    "command",
    "container_name",
    "depends_on",
    "deploy",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extends",
    "healthcheck",
    "image",
    "links",
    "logging",
    "network_mode",
    "networks",
    "ports",
    "restart",
    "secrets",
    "tty",
    "volumes",
    "volumes_from",
];

/// Keys at the top of a compose file.
const TOP_KEYS: [&str; 8] = [
    "version", "name", "services", "volumes", "networks", "secrets", "configs", "include",
];

/// Keys of jobs, which have images too: GitLab, Drone, and the like.
const JOB_KEYS: [&str; 8] = [
    "script",
    "stage",
    "steps",
    "runs-on",
    "rules",
    "repository",
    "replicas",
    "before_script",
];

/// A key of a block mapping: how far it is indented, its name, and whether a value follows.
struct Key<'a> {
    indent: usize,
    name: &'a str,
    has_value: bool,
}

/// Whether the first bytes of a file look like a compose file.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let keys: Vec<Key<'_>> = text
        .trim_start_matches('\u{FEFF}')
        .lines()
        .filter_map(key)
        .collect();
    let is_top = |key: &&Key<'_>| key.indent == 0;
    let mut top = keys.iter().filter(is_top);
    if keys
        .iter()
        .any(|key| key.indent == 0 && key.name == "services")
    {
        return top.all(|key| TOP_KEYS.contains(&key.name) || key.name.starts_with("x-"))
            && has_services(&keys);
    }
    let has_version = keys
        .iter()
        .any(|key| key.indent == 0 && key.name == "version");
    let all_extensions = top
        .clone()
        .all(|key| TOP_KEYS.contains(&key.name) || key.name.starts_with("x-"));
    if all_extensions {
        // What is common to its services may fill the first kilobytes.
        return has_version
            && keys
                .iter()
                .any(|key| key.indent > 0 && SERVICE_KEYS.contains(&key.name));
    }
    top.all(|key| !key.has_value) && is_first_format(&keys)
}

fn key(line: &str) -> Option<Key<'_>> {
    let content = line.trim_start_matches(' ');
    let indent = line.len() - content.len();
    let (name, value) = content.split_once(':')?;
    let name = name.trim_matches(['"', '\'']);
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        && (value.is_empty() || value.starts_with([' ', '\t']));
    let value = value.trim_start();
    is_name.then_some(Key {
        indent,
        name,
        has_value: !value.is_empty() && !value.starts_with(['#', '&']),
    })
}

/// Whether `services:` has mappings below it, and one of those a key of a service.
fn has_services(keys: &[Key<'_>]) -> bool {
    let mut below = keys
        .iter()
        .skip_while(|key| key.indent > 0 || key.name != "services");
    if below.next().is_none_or(|services| services.has_value) {
        return false;
    }
    let below: Vec<_> = below.take_while(|key| key.indent > 0).collect();
    let Some(first) = below.first() else {
        return false;
    };
    below
        .iter()
        .any(|key| key.indent > first.indent && SERVICE_KEYS.contains(&key.name))
}

/// Whether each mapping at the top has an image or is built, and one has something else of a service.
fn is_first_format(keys: &[Key<'_>]) -> bool {
    let blocks: Vec<&[Key<'_>]> = keys.chunk_by(|_, next| next.indent > 0).collect();
    let is_service = |block: &[Key<'_>]| {
        block
            .iter()
            .any(|key| key.indent > 0 && key.has_value && matches!(key.name, "image" | "build"))
    };
    let Some((last, others)) = blocks.split_last() else {
        return false;
    };
    let is_cut = !is_service(last);
    let is_job = |key: &Key<'_>| JOB_KEYS.contains(&key.name);
    let others_are = others.iter().all(|block| is_service(block));
    others_are
        && (!is_cut || !others.is_empty())
        && !keys.iter().any(is_job)
        && keys
            .iter()
            .any(|key| key.indent > 0 && key.name != "image" && SERVICE_KEYS.contains(&key.name))
}

#[cfg(test)]
mod tests {
    use super::looks_like;

    #[test]
    fn a_compose_file_is_told_by_its_services() {
        for text in [
            "version: '3'\n\nservices:\n  web:\n    build: .\n",
            "\u{feff}services: # all\r\n    db:\r\n        image: postgres\r\n",
            "version: '2'\nx-app: &app\n  build: .\nservices:\n  web:\n    <<: *app\n    ports:\n      - \"80:80\"\n",
            "version: '3.7'\nx-app: &app\n  build: .\n  env_file: .env\n",
            "services:\n  web:\n    environment:\n      A: b\nvolumes:\n  data: {}\n",
            "web:\n  build: .\n  ports:\n   - \"8000:8000\"\ndb:\n  image: postgres\n",
            "name: shop\nservices:\n  web:\n    image: shop\n",
        ] {
            assert!(looks_like(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_else_has_services_or_images_is_none() {
        for text in [
            "",
            "services:\n",
            "apiVersion: v1\nkind: Service\nspec:\n  ports:\n  - port: 80\n",
            "name: CI\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    services:\n      postgres:\n        image: postgres\n",
            "language: python\nservices:\n  - docker\n  - postgresql\nscript: make\n",
            "image: python:3\nservices:\n  - postgres\ntest:\n  script:\n    - pytest\n",
            "test:\n  image: python:3\n  services:\n    - postgres\n  script:\n    - pytest\n",
            "pipeline:\n  test:\n    image: python\n    commands: [x]\nservices:\n  database:\n    image: mysql\n",
            "- hosts: all\n  tasks:\n  - name: x\n    docker_container:\n      image: a\n",
            "openapi: 3.0.0\ninfo:\n  title: x\npaths:\n  /a:\n    get:\n",
            "version: 2\njobs:\n  build:\n    docker:\n      - image: circleci/python\n",
            "image:\n  repository: nginx\n  tag: latest\nservice:\n  type: ClusterIP\n",
            "services:\n  _defaults:\n    autowire: true\n  App\\Foo:\n    class: X\n",
            "version: 2\nupdates:\n  - package-ecosystem: pip\n",
            "[uwsgi]\nhttp = :8000\n",
        ] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }
}
