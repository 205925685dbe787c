//! What the names of files and directories say about who a deployment is for.

/// What a part is for, by its path within what is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// Nothing says otherwise.
    Production,
    /// Named for development or tests.
    Development,
    /// Documentation, or a choice of alternatives: it belongs to no deployment.
    Example,
}

pub(super) fn of(path: &str) -> Use {
    const DEVELOPMENT: &[&str] = &[
        "dev",
        "devel",
        "develop",
        "development",
        "local",
        "test",
        "tests",
        "testing",
    ];
    const EXAMPLE: &[&str] = &[
        "contrib", "example", "examples", "sample", "samples", "docs", "doc", "demo",
    ];
    let path = path.to_ascii_lowercase();
    // The file system's own names say nothing.
    let path = path.replace("usr/local", "usr").replace("localhost", "");
    let words = || path.split(|character: char| !character.is_ascii_alphanumeric());
    if words().any(|word| EXAMPLE.contains(&word)) {
        Use::Example
    } else if words().any(|word| DEVELOPMENT.contains(&word)) {
        Use::Development
    } else {
        Use::Production
    }
}

/// Whether a file's name says that it is the one for production.
pub(super) fn is_named_production(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| matches!(word, "prod" | "production" | "live" | "deploy" | "release"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_whole_words() {
        for (path, expected) in [
            ("nginx/nginx.conf", Use::Production),
            ("etc/nginx/sites-enabled/default", Use::Production),
            ("usr/local/etc/nginx/nginx.conf", Use::Production),
            ("docker/nginx.dev.conf", Use::Development),
            ("uwsgi_local.ini", Use::Development),
            ("tests/nginx.conf", Use::Development),
            ("device/nginx.conf", Use::Production),
            ("latest/nginx.conf", Use::Production),
            ("contrib/nginx.conf", Use::Example),
            ("nginx.conf.example", Use::Example),
            ("docs/dev/nginx.conf", Use::Example),
        ] {
            assert_eq!(of(path), expected, "{path}");
        }
    }
}
