//! Telling a uWSGI ini file from the many files that look like one.

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
}
