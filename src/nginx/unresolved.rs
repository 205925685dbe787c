//! Names that nginx looks up while it serves: it needs a `resolver` for them (ngx_http_upstream_init_request).

use std::collections::BTreeSet;

use super::address::Address;
use super::configuration::Configuration;
use super::inherit::Setting;
use super::node::Node;

/// A pass to a name that nothing tells nginx the address of.
pub struct Unresolved<'a> {
    /// The directive.
    pub pass: Node<'a>,
    /// The name.
    pub name: String,
}

impl Configuration {
    /// The passes whose address has a variable in it and is a name, where there is no `resolver` and no upstream
    /// of that name: a name without a variable is looked up when nginx starts.
    pub fn unresolved_names(&self) -> Vec<Unresolved<'_>> {
        let mut found = Vec::new();
        if !self.is_closed() {
            return found;
        }
        let at_start = self.looked_up_at_start();
        for pass in self.passes() {
            let node = pass.node;
            if !node.argument(0).is_some_and(|word| word.has_variable()) {
                continue;
            }
            let Some(name) = host_of(&pass.address) else {
                continue;
            };
            let block = node.parent().unwrap_or(node);
            let is_known = self.upstream(name).is_some()
                || at_start.contains(&name.to_ascii_lowercase())
                || name.parse::<std::net::IpAddr>().is_ok();
            if !is_known && self.setting(block, "resolver") == Setting::Default {
                let name = name.to_owned();
                found.push(Unresolved { pass: node, name });
            }
        }
        found
    }

    /// The names that passes have without a variable: each makes an upstream.
    fn looked_up_at_start(&self) -> BTreeSet<String> {
        let fixed = self.passes().filter(|pass| {
            let word = pass.node.argument(0);
            word.is_some_and(|word| !word.has_variable())
        });
        fixed
            .filter_map(|pass| Some(host_of(&pass.address)?.to_ascii_lowercase()))
            .collect()
    }
}

fn host_of(address: &Address) -> Option<&str> {
    match address {
        Address::Tcp { host, .. } => Some(host),
        Address::Upstream(host) => Some(host),
        Address::UnixSocket(_) | Address::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::nginx::{Role, Surroundings, fixture};

    fn found(http: &str) -> Vec<String> {
        let text = format!("events {{}}\nhttp {{\n{http}\n}}\n");
        let files = [("/etc/nginx/nginx.conf", text.as_str())];
        let nginx = fixture::load(Role::Main, Surroundings::Unknown, &files);
        let names = nginx.unresolved_names().into_iter();
        names.map(|found| found.name).collect()
    }

    #[test]
    fn a_name_behind_a_variable_needs_a_resolver() {
        let server = |lines: &str| format!("server {{ location / {{ {lines} }} }}");
        let late = "set $app http://web:8000; proxy_pass $app;";
        assert_eq!(found(&server(late)), ["web"]);
        assert_eq!(
            found(&server("proxy_pass http://web:8000$request_uri;")),
            ["web"]
        );
        for sound in [
            format!("resolver 127.0.0.11; {}", server(late)),
            format!(
                "upstream web {{ server 127.0.0.1:1; }} {}",
                server("set $a web; uwsgi_pass $a;")
            ),
            server("proxy_pass http://web:8000;"),
            server("set $app http://127.0.0.1:8000; proxy_pass $app;"),
            server("set $app unix:/run/a.sock; uwsgi_pass $app;"),
            server("proxy_pass http://$arg_to;"),
            format!(
                "server {{ location /a {{ proxy_pass http://web:8000; }} location / {{ {late} }} }}"
            ),
        ] {
            assert!(found(&sound).is_empty(), "{sound}");
        }
    }
}
