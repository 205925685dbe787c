//! The YAML form. uWSGI has a reader of its own (core/yaml.c), and a build with libyaml takes that
//! instead; what they do not agree on stays open.

use super::load::{Loader, Place};
use super::magic::Substituted;
use super::text::Text;
use crate::source::SourceFile;

const BUILDS_DIFFER: &str = "uWSGI's own reader and libyaml do not agree on what follows";

/// Reads the mapping of the section that is asked for.
pub(super) fn read(
    loader: &mut Loader<'_>,
    source: &SourceFile,
    substituted: &Substituted,
    asked: &[u8],
    named: &Place,
) {
    let bytes = substituted.bytes();
    let mut inside = false;
    let mut depth_inside = None;
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let at = start;
        start += line.len();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let content = &line[..comment(line).unwrap_or(line.len())];
        let blanks = content.iter().take_while(|byte| is_blank(**byte)).count();
        let text = content[blanks..].trim_ascii_end();
        if text.is_empty() {
            continue;
        }
        let range = at + blanks..at + blanks + text.len();
        let span = substituted.span(source, range.clone());
        if !inside {
            // Only what stands at the very left is a section.
            if blanks == 0 {
                let name = memchr::memchr(b':', text).map(|colon| &text[..colon]);
                inside = name == Some(asked);
                if inside {
                    loader.loaded.header.get_or_insert(span);
                }
            }
            continue;
        }
        if blanks == 0 {
            return;
        }
        let is_even = *depth_inside.get_or_insert(blanks) == blanks && !content.contains(&b'\t');
        let parts = key_and_value(text).filter(|(key, value)| {
            is_even
                && is_plain(key)
                && (is_plain(value) || value.is_empty())
                && !line.contains(&b'\r')
        });
        let Some((key, value)) = parts else {
            loader.open_at(span, "a part of the YAML", BUILDS_DIFFER);
            return;
        };
        let part = |part: &[u8], at: usize| -> (Text, std::ops::Range<usize>) {
            let range = range.start + at..range.start + at + part.len();
            (substituted.text(range.clone()), range)
        };
        let (key_text, key_range) = part(key, 0);
        let (value_text, value_range) = part(value, text.len() - value.len());
        loader.add_from_file(
            key_text,
            value_text,
            substituted.span(source, key_range),
            substituted.span(source, value_range),
            named.guards.clone(),
        );
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// Where a comment begins. uWSGI's own reader takes any `#`, YAML only one behind a blank: the
/// other ones are left in, to be seen as what the two differ on.
fn comment(line: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'#', line).find(|at| *at == 0 || is_blank(line[at - 1]))
}

/// `key: value`.
fn key_and_value(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memmem::find(text, b": ")?;
    Some((
        text[..colon].trim_ascii_end(),
        text[colon + 2..].trim_ascii_start(),
    ))
}

/// Whether both readers take a scalar as it stands.
fn is_plain(scalar: &[u8]) -> bool {
    const INDICATORS: &[u8] = b"-?:,[]{}#&*!|>'\"%@`";
    let special = [b": ".as_slice(), b" #", b"#"];
    scalar
        .first()
        .is_some_and(|first| !INDICATORS.contains(first))
        && !special
            .iter()
            .any(|what| memchr::memmem::find(scalar, what).is_some())
        && !scalar.ends_with(b":")
}
