//! Files that another program fills in before nginx reads them.

use std::path::Path;

/// Whether a file is filled in before nginx reads it, and how much that leaves to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// nginx reads it as it is.
    No,
    /// Some values are filled in; the blocks and directives are what they are.
    Values,
    /// Conditions and loops decide which directives there are: the structure is not known.
    Logic,
}

/// No hole is longer; what looks like one and is longer is text.
const MAX_HOLE: usize = 512;

impl Template {
    /// What a file is by its name and its text.
    pub(super) fn of(path: &Path, text: &[u8]) -> Self {
        let by_name = is_named_template(path);
        let mut found = match by_name || text.split(|byte| *byte == b'\n').any(is_hole_alone) {
            true => Self::Values,
            false => Self::No,
        };
        if memchr::memchr_iter(b'%', text).any(|at| is_between_percents(&text[at..])) {
            return Self::Logic;
        }
        for at in memchr::memchr2_iter(b'{', b'<', text) {
            let rest = &text[at..];
            if is_control(rest) {
                return Self::Logic;
            }
            if found == Self::No && braces(rest).is_some() {
                found = Self::Values;
            }
        }
        found
    }

    /// Whether anything is filled in.
    pub fn is_template(self) -> bool {
        self != Self::No
    }
}

const NAMES: &[&str] = &[
    "template", "tpl", "tmpl", "j2", "jinja", "jinja2", "in", "envsubst", "erb",
];

/// Whether an ending says so, the last one or one before it: `site.conf.j2`, `nginx.template.conf`.
pub(crate) fn is_named_template(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut endings = name.split('.').skip(1);
    endings.any(|ending| NAMES.iter().any(|name| ending.eq_ignore_ascii_case(name)))
}

/// A line that is nothing but `${NAME}` or `$NAME`: envsubst puts whole directives there, and no
/// directive of nginx's begins with a variable.
fn is_hole_alone(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.first() == Some(&b'$') && hole(line, Template::Values) == Some(line.len())
}

/// `%name%`, as scripts of one's own fill it in, which may put whole blocks there.
fn is_between_percents(rest: &[u8]) -> bool {
    let name = &rest[1..rest.len().min(MAX_HOLE)];
    let length = name
        .iter()
        .take_while(|byte| byte.is_ascii_lowercase() || **byte == b'_')
        .count();
    length > 2 && name.get(length) == Some(&b'%')
}

/// `{% … %}`, `<% … %>` (but not `<%= … %>`), and the words of Go's and Handlebars' templates.
fn is_control(rest: &[u8]) -> bool {
    if rest.starts_with(b"{%") {
        return within_line(rest, b"%}").is_some();
    }
    if rest.starts_with(b"<%") {
        return rest.get(2) != Some(&b'=') && within_line(rest, b"%>").is_some();
    }
    let Some(length) = braces(rest) else {
        return false;
    };
    let inside = rest[2..length - 2]
        .trim_ascii()
        .trim_ascii_start_matches(b"-");
    let word = inside
        .split(|byte| byte.is_ascii_whitespace() || *byte == b'-')
        .next()
        .unwrap_or_default();
    matches!(
        word,
        b"if" | b"else" | b"end" | b"range" | b"with" | b"define" | b"block" | b"template"
    ) || matches!(inside.first(), Some(b'#' | b'/' | b'^'))
}

trait TrimBytes {
    fn trim_ascii_start_matches(&self, prefix: &[u8]) -> &[u8];
}

impl TrimBytes for [u8] {
    fn trim_ascii_start_matches(&self, prefix: &[u8]) -> &[u8] {
        self.strip_prefix(prefix).unwrap_or(self).trim_ascii_start()
    }
}

/// The length of the hole at the start of `rest`, if one is there in such a file.
pub(super) fn hole(rest: &[u8], template: Template) -> Option<usize> {
    if !template.is_template() {
        return None;
    }
    match rest.first()? {
        b'{' if rest.starts_with(b"{%") => within_line(rest, b"%}"),
        b'{' => braces(rest),
        b'<' if rest.starts_with(b"<%") => within_line(rest, b"%>"),
        b'@' => named(&rest[1..], b"@").map(|length| length + 2),
        b'$' if rest.get(1) == Some(&b'{') => named(&rest[2..], b"}").map(|length| length + 3),
        b'$' => named(&rest[1..], b"").map(|length| length + 1),
        _ => None,
    }
}

/// The length of `{{ … }}` at the start of `rest`.
///
/// nginx refuses a `{` after a `{`, so that this is never nginx's own outside of quotes.
pub(super) fn braces(rest: &[u8]) -> Option<usize> {
    let inside = rest.strip_prefix(b"{{")?;
    let window = &inside[..inside.len().min(MAX_HOLE)];
    let end = memchr::memchr3(b'{', b'}', b'\n', window)?;
    if !window[end..].starts_with(b"}}") {
        return None;
    }
    let first = window[..end].trim_ascii().first()?;
    let named = first.is_ascii_alphabetic() || b"_.$#/^-&(".contains(first);
    named.then_some(end + 4)
}

/// The length up to and with `end` (`%}` or `%>`), on the same line and not too far.
fn within_line(rest: &[u8], end: &[u8]) -> Option<usize> {
    // A few `%` may be arithmetic; many are text, and each of them may ask this anew.
    let inside = &rest[2..rest.len().min(MAX_HOLE)];
    memchr::memchr2_iter(b'%', b'\n', inside)
        .take(4)
        .take_while(|at| inside[*at] == b'%')
        .find(|at| inside[*at..].starts_with(end))
        .map(|at| 2 + at + end.len())
}

/// The length of a NAME that begins in UPPER CASE and is followed by `end` (`MAX_UPLOAD_MiB`): nginx's own variables
/// are lower case.
fn named(rest: &[u8], end: &[u8]) -> Option<usize> {
    let is_upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let length = rest
        .iter()
        .take_while(|byte| is_upper(byte) || byte.is_ascii_lowercase())
        .count();
    let is_name = length > 1 && rest[0].is_ascii_uppercase() && is_upper(&rest[1]);
    let is_whole = match end {
        b"" => rest
            .get(length)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric()),
        end => rest[length..].starts_with(end),
    };
    (is_name && is_whole).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_is(name: &str, text: &str, template: Template) {
        assert_eq!(
            Template::of(Path::new(name), text.as_bytes()),
            template,
            "{text}"
        );
    }

    #[test]
    fn a_template_is_known_by_its_name_or_its_holes() {
        assert_is("site.conf", "listen 80;", Template::No);
        assert_is("site.conf", "location ~ ^/\\d{4}/$ {}", Template::No);
        assert_is(
            "site.conf",
            "log_format j '{\"a\": {\"b\": 1}}';",
            Template::No,
        );
        assert_is("site.conf", "server_name {{ domain }};", Template::Values);
        assert_is("site.conf", "${MAX_MiB}\n", Template::Values);
        assert_is("site.conf", "${Host}\n", Template::No);
        assert_is("site.conf.template", "listen ${PORT};", Template::Values);
        assert_is("site.conf.J2", "", Template::Values);
        assert_is(
            "site.conf",
            "{% if tls %}listen 443;{% endif %}",
            Template::Logic,
        );
        assert_is(
            "nginx.tmpl",
            "{{ range $c := . }}\n{{- end }}",
            Template::Logic,
        );
        assert_is("site.conf", "<% if x %>", Template::Logic);
        assert_is("site.conf", "root <%= x %>;", Template::No);
        assert_is("site.conf", "server {{\n}}", Template::No);
        assert_is(
            "site.conf",
            "name=x\nserver { server_name %name%; }",
            Template::Logic,
        );
        assert_is("site.conf", "rewrite ^ /a%20b%c3%a4;", Template::No);
        assert_is("nginx.template.conf", "listen 80;", Template::Values);
        assert_is("events.conf", "events {\n  ${EVENTS}\n}", Template::Values);
        assert_is("site.conf", "server {\n  $TLS_BLOCK\r\n}", Template::Values);
        assert_is(
            "site.conf",
            "set $A 1;\nreturn 200\n  $uri\n;",
            Template::No,
        );
        assert_is("site.conf", "return 200 \"a $NAME\";", Template::No);
    }

    #[test]
    fn a_hole_ends_where_it_ends() {
        assert_eq!(hole(b"{{ a }}b }}", Template::Values), Some(7));
        assert_eq!(hole(b"{{ a }}", Template::No), None);
        assert_eq!(hole(b"${PORT};", Template::Values), Some(7));
        assert_eq!(hole(b"$PORT;", Template::Values), Some(5));
        assert_eq!(hole(b"$Port", Template::Values), None);
        assert_eq!(hole(b"@HOST@", Template::Values), Some(6));
        assert_eq!(hole(b"@host", Template::Values), None);
    }
}
