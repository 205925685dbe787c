//! Lua blocks: nginx hands them to its Lua module, which finds the closing brace by Lua's rules.

/// Whether a directive's block is Lua code.
pub(super) fn is_lua_block(name: &[u8]) -> bool {
    name.ends_with(b"_by_lua_block")
}

/// The offset of the `}` that closes the block whose `{` ends before `start`; nothing where none does.
pub(super) fn closing_brace(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = start;
    while let Some(byte) = text.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'"' | b'\'' => at = skip_string(text, at),
            b'-' if text.get(at + 1) == Some(&b'-') => {
                at = match long_bracket(text, at + 2) {
                    Some(end) => end,
                    None => memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end),
                };
                continue;
            }
            b'[' => {
                if let Some(end) = long_bracket(text, at) {
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The offset of the quote that ends the string at `open`, or of the line's last byte: no string spans lines.
fn skip_string(text: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return at,
            byte if *byte == text[open] => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The offset behind `[[ … ]]` or `[==[ … ]==]` at `open`, if one opens there.
fn long_bracket(text: &[u8], open: usize) -> Option<usize> {
    let rest = text.get(open..)?.strip_prefix(b"[")?;
    let level = rest.iter().take_while(|byte| **byte == b'=').count();
    if rest.get(level) != Some(&b'[') {
        return None;
    }
    let mut close = vec![b']'; level + 2];
    close[1..=level].fill(b'=');
    let start = open + level + 2;
    // One that is not closed runs to the end, as Lua sees it; looking on behind it would take for ever.
    let end = memchr::memmem::find(&text[start..], &close);
    Some(end.map_or(text.len(), |end| start + end + close.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_strings_and_comments_do_not_count() {
        for (code, rest) in [
            ("a = {1, {2}} } x", "} x"),
            ("s = '}' .. \"\\\"}\" } x", "} x"),
            ("-- }\n } x", "} x"),
            ("--[[ } ]] [==[ } ]] } ]==] } x", "} x"),
            ("a[1] = '}\n } x", "} x"),
        ] {
            let end = closing_brace(code.as_bytes(), 0).unwrap();
            assert_eq!(&code[end..], rest, "{code}");
        }
        assert_eq!(closing_brace(b"{ } '", 0), None);
        assert_eq!(closing_brace(b"[==[ ", 0), None);
    }
}
