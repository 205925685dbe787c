//! What a file is, judged by its first few kilobytes.
//!
//! Names lie: a uWSGI ini may be called app.conf, an nginx site anything, and a file called
//! uwsgi_params may be the HTML page that was saved instead of it.

/// How much of a file is read to see what it is.
pub(crate) const SNIFF: usize = 4096;

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// nginx, with `events` or `http` at its top.
    NginxMain,
    /// nginx, with `server`, `upstream` or `map` at its top.
    NginxSite,
    /// nginx directives to be included somewhere.
    NginxSnippet,
    /// Something known not to be what its name says.
    Other(&'static str),
    /// Nothing recognised.
    Unknown,
}

const MAIN_BLOCKS: &[&[u8]] = &[b"events", b"http", b"stream", b"mail"];
const SITE_BLOCKS: &[&[u8]] = &[
    b"server",
    b"upstream",
    b"map",
    b"geo",
    b"split_clients",
    b"limit_req_zone",
    b"log_format",
    b"proxy_cache_path",
    b"uwsgi_cache_path",
];
const SNIPPET_BLOCKS: &[&[u8]] = &[b"location", b"if", b"limit_except", b"types"];

const DATA_BLOCKS: &[&[u8]] = &[b"types", b"map", b"geo", b"split_clients", b"charset_map"];

/// Reads the statements of `head` as nginx would and sees whether they are nginx's.
pub(crate) fn nginx(head: &[u8]) -> Shape {
    if let Some(other) = other_format(head) {
        return Shape::Other(other);
    }
    if crate::nginx::is_dump(head) {
        return Shape::NginxMain;
    }
    let (mut known, mut unknown) = (0_usize, 0_usize);
    let mut shape = Shape::NginxSnippet;
    for statement in statements(head) {
        let is_block = statement.ends_with_block;
        let name = statement.name;
        if statement.depth == 0 && is_block && MAIN_BLOCKS.contains(&name) {
            return Shape::NginxMain;
        }
        if statement.depth == 0 && SITE_BLOCKS.contains(&name) {
            if name == b"server" && !is_block {
                // `server 127.0.0.1:8000;` is what an upstream's snippet holds.
                known += 1;
                continue;
            }
            shape = Shape::NginxSite;
            known += 1;
        } else if (is_block && SNIPPET_BLOCKS.contains(&name)) || is_directive(name) {
            known += 1;
        } else if !statement.in_data {
            unknown += 1;
        }
    }
    match shape {
        // Without a block of its own making, a file is nginx's only if nginx knows every line.
        Shape::NginxSnippet if unknown > 0 => Shape::Unknown,
        _ if known > unknown => shape,
        _ => Shape::Unknown,
    }
}

fn is_directive(name: &[u8]) -> bool {
    crate::nginx::find_directive(name).is_some()
}

/// Formats that turn up under names of nginx and uWSGI files, by what gives them away.
fn other_format(head: &[u8]) -> Option<&'static str> {
    let text = head.trim_ascii_start();
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let lower: Vec<u8> = text.iter().take(256).map(u8::to_ascii_lowercase).collect();
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        return Some("an HTML page");
    }
    if lower.starts_with(b"<?xml") {
        return Some("XML");
    }
    if head.contains(&0) {
        return Some("binary");
    }
    let lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines
        .filter_map(other_format_of_line)
        .min_by_key(|format| format.0)
        .map(|format| format.1)
}

/// What a line gives away, the surest formats first.
fn other_format_of_line(line: &[u8]) -> Option<(u8, &'static str)> {
    let starts = |prefix: &[u8]| line.starts_with(prefix);
    match line.first()? {
        b's' | b'e' | b'r'
            if matches!(line, b"script" | b"end script")
                || starts(b"respawn")
                || starts(b"start on ")
                || starts(b"stop on ") =>
        {
            Some((0, "an Upstart job"))
        }
        b'<' if starts(b"<VirtualHost") || starts(b"<Directory") => {
            Some((1, "an Apache configuration"))
        }
        b'r' | b'c' if matches!(line, b"rotate" | b"copytruncate") || starts(b"rotate ") => {
            Some((2, "a logrotate configuration"))
        }
        b'i' | b'o' | b'f' if matches!(line, b"input {" | b"output {" | b"filter {") => {
            Some((3, "a Logstash pipeline"))
        }
        b'c' if starts(b"check process ") => Some((4, "a monit configuration")),
        _ => None,
    }
}

struct Statement<'a> {
    name: &'a [u8],
    depth: usize,
    ends_with_block: bool,
    /// Whether it stands in `types`, `map` or their like, where every line is data.
    in_data: bool,
}

/// The statements of the head in order: first word, depth, and whether a block follows.
fn statements(head: &[u8]) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut data_from: Option<usize> = None;
    let mut name: Option<&[u8]> = None;
    let mut at = 0;
    while at < head.len() {
        match head[at] {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at += line_length(&head[at..]),
            // A line of a template engine is no statement.
            b'{' if matches!(head.get(at + 1), Some(b'%' | b'#')) => at += line_length(&head[at..]),
            b'{' | b';' => {
                let ends_with_block = head[at] == b'{';
                if let Some(name) = name.take() {
                    found.push(Statement {
                        name,
                        depth,
                        ends_with_block,
                        in_data: data_from.is_some(),
                    });
                    if ends_with_block && DATA_BLOCKS.contains(&name) {
                        data_from.get_or_insert(depth);
                    }
                }
                depth += usize::from(ends_with_block);
                at += 1;
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                data_from = data_from.filter(|from| *from < depth);
                name = None;
                at += 1;
            }
            _ => {
                let length = word_length(&head[at..]);
                if name.is_none() {
                    name = Some(&head[at..at + length]);
                }
                at += length;
            }
        }
    }
    found
}

fn line_length(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1)
}

fn word_length(text: &[u8]) -> usize {
    if let quote @ (b'"' | b'\'') = text[0] {
        let mut at = 1;
        while at < text.len() && text[at] != quote {
            at += 1 + usize::from(text[at] == b'\\');
        }
        return (at + 1).min(text.len());
    }
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b' ' | b'\t' | b'\r' | b'\n' | b';' => break,
            // `${name}` and `{{ name }}` are parts of a word.
            b'{' if at > 0 && text[at - 1] == b'$' => at += 1,
            b'{' if text.get(at + 1) == Some(&b'{') => {
                at += memchr::memmem::find(&text[at..], b"}}").map_or(2, |end| end + 2);
            }
            b'{' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at.clamp(1, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_shape(text: &str, expected: Shape) {
        assert_eq!(nginx(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn nginx_files_are_told_by_their_blocks() {
        assert_shape("user www-data;\nevents { }\nhttp { }", Shape::NginxMain);
        assert_shape(
            "# site\nupstream django { server unix:///tmp/a.sock; }\nserver { listen 80; }",
            Shape::NginxSite,
        );
        assert_shape("server{listen 80;}", Shape::NginxSite);
        assert_shape("location / { uwsgi_pass app; }", Shape::NginxSnippet);
        assert_shape(
            "uwsgi_param QUERY_STRING $query_string;\n",
            Shape::NginxSnippet,
        );
        assert_shape(
            "server {\n  server_name {{ domain }};\n  listen ${PORT};\n",
            Shape::NginxSite,
        );
        assert_shape(
            "{% if tls %}\nserver { listen 443 ssl; }\n{% endif %}",
            Shape::NginxSite,
        );
    }

    #[test]
    fn files_that_only_look_right_are_named() {
        assert_shape("<!DOCTYPE html><html>", Shape::Other("an HTML page"));
        assert_shape(
            "description \"uwsgi\"\nstart on runlevel [2345]\nexec uwsgi",
            Shape::Other("an Upstart job"),
        );
        assert_shape(
            "/var/log/nginx/*.log {\n  weekly\n  rotate 4\n}",
            Shape::Other("a logrotate configuration"),
        );
        assert_shape(
            "input {\n  file { path => \"/var/log/nginx/a\" }\n}",
            Shape::Other("a Logstash pipeline"),
        );
        assert_shape(
            "<VirtualHost *:80>\n</VirtualHost>",
            Shape::Other("an Apache configuration"),
        );
    }

    #[test]
    fn other_texts_are_nothing() {
        for text in [
            "package Uwsgi;\nuse strict;\nsub run {\n  my ($s) = @_;\n  return $s;\n}\nif ($x) { return 1; }\n",
            "",
            "[uwsgi]\nmaster = true\n",
            "key = value\n",
            "int main() { return 0; }\nvoid f() {}\n",
        ] {
            assert_shape(text, Shape::Unknown);
        }
    }
}
