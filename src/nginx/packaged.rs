//! The files that Debian's nginx package brings, so that an include of one is not unknown.

use std::path::Path;

use crate::table::{Row, Table};

static FILES: Table = Table::new(include_str!("packaged.tsv"));

/// certbot writes it outside of nginx's directory.
const CERTBOT: &str = "/etc/letsencrypt/options-ssl-nginx.conf";

const CERTBOT_SETS: &str = "ssl_session_cache ssl_session_timeout ssl_session_tickets ssl_protocols ssl_prefer_server_ciphers ssl_ciphers";

/// A packaged file: the directives that it sets and, for those that add to a list, the names in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packaged {
    /// Its path below nginx's directory, or its whole path.
    pub name: &'static str,
    sets: &'static str,
    parameters: &'static str,
}

impl Packaged {
    /// The packaged file at a deployed path.
    pub(super) fn at(deployed: &Path) -> Option<Self> {
        if deployed == Path::new(CERTBOT) {
            return Some(Self {
                name: CERTBOT,
                sets: CERTBOT_SETS,
                parameters: "",
            });
        }
        // What Debian's packages put there loads modules and does nothing else.
        if deployed.starts_with("/etc/nginx/modules-enabled")
            || deployed.starts_with("/usr/share/nginx/modules")
        {
            return Some(Self {
                name: "modules-enabled/*.conf",
                sets: "load_module",
                parameters: "",
            });
        }
        let inside = deployed.strip_prefix("/etc/nginx").ok()?;
        FILES
            .get(inside.as_os_str().as_encoded_bytes())
            .map(Self::of)
    }

    /// The directive that a file of that name holds and nothing else, wherever it lies: people copy these about.
    pub(super) fn only_directive(path: &Path) -> Option<&'static str> {
        match path.file_name()?.as_encoded_bytes() {
            b"uwsgi_params" => Some("uwsgi_param"),
            b"fastcgi_params" | b"fastcgi.conf" => Some("fastcgi_param"),
            b"scgi_params" => Some("scgi_param"),
            b"proxy_params" => Some("proxy_set_header"),
            b"mime.types" => Some("types"),
            _ => None,
        }
    }

    fn of(row: Row) -> Self {
        Self {
            name: row.key(),
            sets: row.column(1),
            parameters: row.column(2),
        }
    }

    /// The directives that it sets.
    pub fn directives(self) -> impl Iterator<Item = &'static str> {
        self.sets.split(' ')
    }

    /// Whether it sets this directive.
    pub fn sets(self, directive: &[u8]) -> bool {
        self.directives().any(|name| name.as_bytes() == directive)
    }

    /// The first arguments of the list directive that it sets (the parameters, the header names).
    pub fn parameters(self) -> impl Iterator<Item = &'static str> {
        self.parameters.split(' ').filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Option<Packaged> {
        Packaged::at(Path::new(path))
    }

    #[test]
    fn what_the_package_brings_is_known_at_its_own_place_only() {
        let params = at("/etc/nginx/uwsgi_params").unwrap();
        assert!(params.sets(b"uwsgi_param"));
        assert!(!params.sets(b"uwsgi_pass"));
        assert!(params.parameters().any(|name| name == "REQUEST_METHOD"));
        assert_eq!(at("/srv/app/uwsgi_params"), None);
        assert!(at("/etc/nginx/snippets/snakeoil.conf").is_some());
        assert_eq!(at("/etc/nginx/snippets/mine.conf"), None);
        let certbot = at("/etc/letsencrypt/options-ssl-nginx.conf").unwrap();
        assert!(certbot.sets(b"ssl_protocols"));
    }

    #[test]
    fn the_table_is_sorted() {
        for row in FILES.iter() {
            assert!(FILES.get(row.key().as_bytes()).is_some(), "{}", row.key());
        }
    }
}
