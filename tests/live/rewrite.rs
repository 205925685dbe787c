//! From the paths, ports and users of the deployed host to those of a stage.

use std::collections::BTreeMap;
use std::path::Path;

use regex::{Captures, Regex};

use crate::machine;

/// The free ports that play the deployed ones.
#[derive(Default)]
pub(crate) struct Ports(BTreeMap<u16, u16>);

impl Ports {
    /// The port that plays this one.
    pub(crate) fn of(&mut self, deployed: u16) -> u16 {
        if self.0.values().any(|&port| port == deployed) {
            return deployed;
        }
        *self.0.entry(deployed).or_insert_with(machine::free_port)
    }
}

/// The text of one file for a stage whose files lie below `tree`.
///
/// A URL in nginx's configuration must not begin like one of the directories here.
pub(crate) fn text(text: &str, tree: &Path, ports: &mut Ports) -> String {
    let tree = tree.to_str().expect("a UTF-8 path");
    let text = replace(
        r#"(^|unix://|[\s"'=,:;(])/(etc|home|opt|run|srv|tmp|var)\b"#,
        text,
        |found| format!("{}{tree}/{}", &found[1], &found[2]),
    );
    // A published port has its number on both sides.
    let text = replace(r"(127\.0\.0\.1):(\d{2,5}):(\d{2,5})\b", &text, |found| {
        let (near, far) = (number(&found[2]), number(&found[3]));
        format!("{}:{}:{}", &found[1], ports.of(near), ports.of(far))
    });
    let text = replace(
        r"(127\.0\.0\.1|localhost|0\.0\.0\.0|\bweb|=[ \t]*):(\d{2,5})\b",
        &text,
        |found| format!("{}:{}", &found[1], ports.of(number(&found[2]))),
    );
    let text = replace(
        r"^(\s*listen\s+)(\[::\]:|127\.0\.0\.1:|0\.0\.0\.0:|\*:)?(\d+)\b",
        &text,
        |found| {
            let address = match found.get(2).map(|address| address.as_str()) {
                Some("[::]:") if machine::has_ipv6() => "[::1]:",
                // Nobody listens there: the line stays a line and the block keeps its place.
                Some("[::]:") => return format!("# no IPv6 here: {}", found[0].trim()),
                _ => "127.0.0.1:",
            };
            format!("{}{address}{}", &found[1], ports.of(number(&found[3])))
        },
    );
    let text = replace(r"^(\s*user\s+)([\w-]+)(?:\s+([\w-]+))?;", &text, |found| {
        let group = found
            .get(3)
            .map(|group| format!(" {}", machine::group(group.as_str())));
        format!(
            "{}{}{};",
            &found[1],
            machine::user(&found[2]),
            group.unwrap_or_default()
        )
    });
    let text = replace(
        r"^(\s*(uid|gid|user|chown-socket)\s*=\s*)([\w-]+)(?::([\w-]+))?[ \t]*$",
        &text,
        |found| match (machine::me().root, &found[2]) {
            (true, "gid") => format!("{}{}", &found[1], machine::group(&found[3])),
            (true, _) => {
                let group = found
                    .get(4)
                    .map(|group| format!(":{}", machine::group(group.as_str())));
                format!(
                    "{}{}{}",
                    &found[1],
                    machine::user(&found[3]),
                    group.unwrap_or_default()
                )
            }
            (false, "gid") => format!("{}{}", &found[1], machine::me().group),
            (false, "uid" | "user") => format!("{}{}", &found[1], machine::me().user),
            (false, _) => format!(
                "{}{}:{}",
                &found[1],
                machine::me().user,
                machine::me().group
            ),
        },
    );
    // Compiled in otherwise: nginx would take these directories from the machine's own.
    replace(r"^(\s*http\s*\{)", &text, |found| {
        let mut line = found[0].to_owned();
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            line.push_str(&format!(" {kind}_temp_path {tree}/var/lib/nginx/{kind};"));
        }
        line
    })
}

fn replace(pattern: &str, text: &str, by: impl FnMut(&Captures<'_>) -> String) -> String {
    let pattern = Regex::new(&format!("(?m){pattern}")).expect("a pattern");
    pattern.replace_all(text, by).into_owned()
}

fn number(text: &str) -> u16 {
    text.parse().expect("a port")
}

#[test]
fn what_is_deployed_is_found_below_the_stage() {
    let mut ports = Ports::default();
    let written = text(
        "uwsgi_pass unix:///tmp/app.sock;\nlocation /static/ { alias /var/www/s/; }\nx = 127.0.0.1:8001\nlisten 8001;\n",
        Path::new("/run/s"),
        &mut ports,
    );
    let port = ports.of(8001);
    assert_eq!(
        written,
        format!(
            "uwsgi_pass unix:///run/s/tmp/app.sock;\nlocation /static/ {{ alias /run/s/var/www/s/; }}\nx = 127.0.0.1:{port}\nlisten 127.0.0.1:{port};\n"
        )
    );
}
