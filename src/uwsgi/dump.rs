//! What `uwsgi --show-config` prints: the options in force, after everything was included, decided and
//! filled in (show_config in core/config.c).

use std::ops::Range;
use std::sync::Arc;

use super::load::{Loaded, MAX_SETTINGS};
use super::options::UwsgiOption;
use super::setting::{Setting, Source};
use super::text::Text;
use crate::source::SourceFile;

const FIRST: &[u8] = b";uWSGI instance configuration";
const LAST: &[u8] = b";end of configuration";

/// The options of a dump, as places in it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Dump {
    /// `[uwsgi]`
    header: Range<usize>,
    /// Names and values, in order.
    options: Vec<(Range<usize>, Range<usize>)>,
}

/// What a dump says to be in force, where the file is one: nothing is left to be included or filled in.
pub(super) fn load(source: &Arc<SourceFile>) -> Option<Loaded> {
    let dump = read(source.bytes())?;
    let options = dump.options.into_iter().take(MAX_SETTINGS);
    let settings: Vec<Setting> = options
        .map(|(name, value)| {
            let key = source.text(source.span(name.clone())).into_owned();
            let option = UwsgiOption::find(key.as_bytes());
            Setting {
                option,
                shared: option.map(UwsgiOption::group),
                key,
                value: Text::literal(&source.bytes()[value.clone()]),
                key_span: source.span(name),
                value_span: source.span(value),
                guards: Vec::new(),
                source: Source::File,
                variable: None,
                computed: false,
                configured: true,
            }
        })
        .collect();
    Some(Loaded {
        first_option: settings.first().map(Setting::key_span),
        settings,
        files: vec![source.id()],
        header: Some(source.span(dump.header)),
        is_dump: true,
        ..Loaded::default()
    })
}

/// Takes a dump apart; nothing for what is none.
fn read(text: &[u8]) -> Option<Dump> {
    let start = memchr::memmem::find_iter(text, FIRST).find(|at| is_line(text, *at, FIRST))?;
    let mut dump = Dump::default();
    let mut at = start;
    for line in text[start..].split_inclusive(|byte| *byte == b'\n') {
        let line_start = at;
        at += line.len();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line == LAST {
            break;
        }
        if line == b"[uwsgi]" {
            dump.header = line_start..line_start + line.len();
            continue;
        }
        let Some(equals) = memchr::memmem::find(line, b" = ") else {
            continue;
        };
        if was_carried_out(&line[..equals]) {
            continue;
        }
        let value = line_start + equals + 3..line_start + line.len();
        dump.options.push((line_start..line_start + equals, value));
    }
    (!dump.header.is_empty()).then_some(dump)
}

fn is_line(text: &[u8], at: usize, line: &[u8]) -> bool {
    let begins = at == 0 || text[at - 1] == b'\n';
    begins && matches!(text.get(at + line.len()), None | Some(b'\n' | b'\r'))
}

/// Whether the option did its work while the configuration was read: what came of it stands below it.
fn was_carried_out(name: &[u8]) -> bool {
    let ends = [&b"end"[..], b"endfor", b"endif", b"end-if", b"end-for"];
    ends.contains(&name)
        || UwsgiOption::find(name)
            .is_some_and(|option| matches!(option.kind(), "logic" | "config" | "placeholder"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_its_options_without_what_was_carried_out() {
        let text = b"[uWSGI] getting INI configuration from app.ini\n\n\
            ;uWSGI instance configuration\n\
            [uwsgi]\n\
            ini = base.ini\n\
            if-env = HOME\n\
            env = A=b = c\n\
            endif = \n\
            vacuum = \n\
            show-config = true\n\
            ;end of configuration\n\n\
            *** Starting uWSGI 2.0.31 (64bit) on [x] ***\nmaster = false\n";
        let dump = read(text).unwrap();
        assert_eq!(&text[dump.header], b"[uwsgi]");
        let options: Vec<(&str, &str)> = dump
            .options
            .iter()
            .map(|(name, value)| {
                let shown =
                    |range: &Range<usize>| std::str::from_utf8(&text[range.clone()]).unwrap();
                (shown(name), shown(value))
            })
            .collect();
        assert_eq!(
            options,
            [("env", "A=b = c"), ("vacuum", ""), ("show-config", "true")]
        );
    }

    #[test]
    fn an_ini_file_is_none() {
        for text in [
            "[uwsgi]\nmaster = true\n",
            "",
            "# ;uWSGI instance configuration\n[uwsgi]\n",
            ";uWSGI instance configuration\n",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
