//! The directives of modules that are not in nginx's own sources, by name.

/// A pattern of names, with the module that has them. A `*` at one end stands for anything.
const FOREIGN: &str = include_str!("foreign.tsv");

/// The module of others that has a directive of that name.
pub(super) fn module(name: &str) -> Option<&'static str> {
    FOREIGN.lines().find_map(|line| {
        let (pattern, module) = line.split_once('\t')?;
        matches(pattern, name).then_some(module)
    })
}

fn matches(pattern: &str, name: &str) -> bool {
    if let Some(end) = pattern.strip_prefix('*') {
        match end.strip_suffix('*') {
            Some(inside) => name.contains(inside),
            None => name.ends_with(end),
        }
    } else if let Some(start) = pattern.strip_suffix('*') {
        name.starts_with(start)
    } else {
        name == pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_modules_in_use_are_known() {
        for (name, module_) in [
            ("content_by_lua_block", "lua-nginx-module"),
            ("more_set_headers", "headers-more-nginx-module"),
            ("brotli_comp_level", "ngx_brotli"),
            ("passenger_enabled", "Passenger"),
            ("js_import", "njs"),
        ] {
            assert_eq!(module(name), Some(module_), "{name}");
        }
        for none in ["uwsgi_passs", "rot", "proxy_pas", "server_nam"] {
            assert_eq!(module(none), None, "{none}");
        }
    }

    #[test]
    fn no_pattern_takes_a_name_of_nginx_s_own() {
        // `server` in rtmp and `zone` in Tengine stand in blocks of theirs.
        for variant in crate::nginx::directives::all() {
            assert_eq!(module(variant.name), None, "{}", variant.name);
        }
    }
}
