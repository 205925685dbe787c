//! Telling a uWSGI file from the many files that look like one.

use super::options::UwsgiOption;

/// Keys of uWSGI's build profiles, which have a `[uwsgi]` section too.
const BUILD_PROFILE: [&[u8]; 6] = [
    b"main_plugin",
    b"plugin_dir",
    b"bin_name",
    b"embedded_plugins",
    b"malloc_implementation",
    b"append_version",
];

/// Whether a file that begins like this is an ini file for uWSGI: it has the section, and in it
/// an option that uWSGI knows. Upstart jobs, logrotate and supervisor files have not.
pub(crate) fn looks_like_ini(head: &[u8]) -> bool {
    let mut inside = false;
    let mut known = false;
    for line in head.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        match line.first() {
            None | Some(b'#' | b';') => continue,
            Some(b'[') => {
                // A broken header (`[uwsgi] # main`) is a fault in a uWSGI file.
                inside = line.starts_with(b"[uwsgi]") || line == b"[uwsgi";
                continue;
            }
            Some(_) if !inside => continue,
            Some(_) => {}
        }
        let key = line
            .split(|byte| *byte == b'=')
            .next()
            .unwrap_or(line)
            .trim_ascii();
        if BUILD_PROFILE.contains(&key) {
            return false;
        }
        known |= UwsgiOption::find(key).is_some_and(|option| {
            // `inherit`, `xml`, `yaml` and `json` are in build profiles just as well.
            option.kind() != "config" || option.name() == "ini"
        });
    }
    known
}

/// Whether an XML, YAML or JSON file that is called after uWSGI is for it: it says what is to be run. The
/// variables of an Ansible role or of a chart have the name too, and numbers of processes.
pub(crate) fn looks_like_other_form(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let is_meant = |key: &str| {
        let option = UwsgiOption::find(key.trim().as_bytes());
        option.is_some_and(|option| matches!(option.group(), "module" | "wsgi-file" | "emperor"))
    };
    if let Some((_, inside)) = text.split_once("\"uwsgi\"") {
        let words = inside.trim_start().strip_prefix(':').unwrap_or_default();
        return words.split('"').any(is_meant);
    }
    match text.split_once("<uwsgi") {
        Some((_, inside)) => inside
            .split('<')
            .filter_map(|element| element.split(['>', '/', ' ']).next())
            .any(is_meant),
        None => text
            .lines()
            .skip_while(|line| line.trim_end() != "uwsgi:")
            .skip(1)
            .take_while(|line| line.is_empty() || line.starts_with([' ', '\t', '#']))
            .filter_map(|line| line.split(':').next())
            .any(is_meant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ini_file_is_known_by_its_section_and_an_option() {
        for (text, expected) in [
            ("[uwsgi]\nmodule = shop.wsgi\n", true),
            ("# deployed\n[uwsgi]\r\nsocket = /run/shop.sock\r\n", true),
            ("[app:main]\nuse = egg:x\n\n[uwsgi]\nmaster = true\n", true),
            ("[uwsgi] ; main\nmodule = shop.wsgi\n", true),
            ("[uwsgi]\nmain_plugin = python\nxml = auto\n", false),
            ("[uwsgi]\ninherit = base\nbin_name = uwsgi-core\n", false),
            ("[uwsgi]\ninherit = default\nxml = auto\n", false),
            ("[uwsgi]\nunknown = 1\n", false),
            ("[uwsgi]\n", false),
            (
                "[program:uwsgi]\ncommand = uwsgi --ini x.ini\nautostart = true\n",
                false,
            ),
            ("/var/log/uwsgi/*.log {\n  daily\n}\n", false),
            ("description \"uwsgi\"\nexec uwsgi --ini x\n", false),
            ("module = shop.wsgi\n", false),
            ("", false),
        ] {
            assert_eq!(looks_like_ini(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn the_other_forms_say_what_is_run() {
        for (text, expected) in [
            (
                "<uwsgi>\n  <socket>:1</socket>\n  <module>shop.wsgi</module>\n</uwsgi>",
                true,
            ),
            (
                "<?xml version=\"1.0\"?>\n<uwsgi id=\"a\"><wsgi-file>a.py</wsgi-file></uwsgi>",
                true,
            ),
            ("<uwsgi><socket>:1</socket></uwsgi>", false),
            ("<module>uwsgi</module>", false),
            (
                "# deployed\nuwsgi:\n  socket: :1\n  module: shop.wsgi\n",
                true,
            ),
            ("uwsgi:\n  emperor: /etc/uwsgi/vassals\n", true),
            (
                "{\"uwsgi\": {\"socket\": \":1\", \"module\": \"shop.wsgi\"}}",
                true,
            ),
            ("{\"uwsgi\": {\"processes\": 4}}", false),
            ("{\"name\": \"uwsgi\", \"module\": 1}", false),
            ("uwsgi:\n  processes: 4\n", false),
            ("uwsgi:\n  processes: 4\nmodule: a\n", false),
            ("services:\n  uwsgi:\n    module: a\n", false),
            ("", false),
        ] {
            assert_eq!(looks_like_other_form(text.as_bytes()), expected, "{text:?}");
        }
    }
}
