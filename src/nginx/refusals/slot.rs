//! What the handlers that nginx's modules share take: numbers, sizes and times (ngx_conf_set_*_slot).

/// The largest number that nginx counts to (NGX_MAX_INT_T_VALUE on 64 bits).
const MAX: i64 = i64::MAX;

/// ngx_atoi: digits and nothing else.
pub(super) fn number(text: &[u8]) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0i64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// ngx_parse_size: bytes, or with `k` or `m` behind.
pub(super) fn size(text: &[u8]) -> Option<i64> {
    scaled(text, false)
}

/// ngx_parse_offset: the same, and `g`.
pub(in crate::nginx) fn offset(text: &[u8]) -> Option<i64> {
    scaled(text, true)
}

fn scaled(text: &[u8], giga: bool) -> Option<i64> {
    let (last, head) = text.split_last()?;
    let scale = match last {
        b'k' | b'K' => 1 << 10,
        b'm' | b'M' => 1 << 20,
        b'g' | b'G' if giga => 1 << 30,
        _ => return number(text),
    };
    number(head)?.checked_mul(scale)
}

/// ngx_parse_time, to the millisecond.
pub(in crate::nginx) fn milliseconds(text: &[u8]) -> Option<i64> {
    time(text, false)
}

/// ngx_parse_time, to the second.
pub(super) fn seconds(text: &[u8]) -> Option<i64> {
    time(text, true)
}

/// The units in the order in which they must stand, with their seconds.
const UNITS: [(u8, i64); 7] = [
    (b'y', 60 * 60 * 24 * 365),
    (b'M', 60 * 60 * 24 * 30),
    (b'w', 60 * 60 * 24 * 7),
    (b'd', 60 * 60 * 24),
    (b'h', 60 * 60),
    (b'm', 60),
    (b's', 1),
];
const SECOND: usize = 7;
const MILLISECOND: usize = 8;
const LAST: usize = 9;

fn time(text: &[u8], in_seconds: bool) -> Option<i64> {
    let (mut value, mut total) = (0i64, 0i64);
    let mut has_digit = false;
    // Where milliseconds are counted, years and months are too long.
    let mut step = if in_seconds { 0 } else { 2 };
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        at += 1;
        if byte.is_ascii_digit() {
            value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
            has_digit = true;
            continue;
        }
        let mut scale = if in_seconds { 1 } else { 1000 };
        if byte == b'm' && text.get(at) == Some(&b's') {
            if in_seconds || step >= MILLISECOND {
                return None;
            }
            at += 1;
            (step, scale) = (MILLISECOND, 1);
        } else if byte == b' ' {
            if step >= SECOND {
                return None;
            }
            step = LAST;
        } else {
            let unit = UNITS.iter().position(|(letter, _)| *letter == byte)?;
            let own = unit + 1;
            // A year may not even come first where a step was taken before it.
            if step >= own && !(own == 1 && step == 0) {
                return None;
            }
            step = own;
            scale *= UNITS[unit].1;
        }
        if value > MAX / scale {
            return None;
        }
        total = total.checked_add(value * scale)?;
        value = 0;
        while text.get(at) == Some(&b' ') {
            at += 1;
        }
    }
    if !has_digit {
        return None;
    }
    if !in_seconds {
        value = value.checked_mul(1000)?;
    }
    total.checked_add(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_offsets_are_nginx_s() {
        assert_eq!(size(b"8k"), Some(8192));
        assert_eq!(size(b"1M"), Some(1 << 20));
        assert_eq!(offset(b"1g"), Some(1 << 30));
        for bad in [
            "",
            "k",
            "1g",
            "1kb",
            "-1",
            "1.5m",
            " 1",
            "99999999999999999999",
        ] {
            assert_eq!(size(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn times_are_nginx_s() {
        assert_eq!(milliseconds(b"60"), Some(60_000));
        assert_eq!(milliseconds(b"1h 30m"), Some(5_400_000));
        assert_eq!(milliseconds(b"1d12h500ms"), Some(129_600_500));
        assert_eq!(seconds(b"1y"), Some(31_536_000));
        assert_eq!(seconds(b"1M1w"), Some(3_196_800));
        for bad in ["", "s", "1m1h", "1y1y", "1 2 3", "1ss", "abc", "-1s"] {
            let both = (seconds(bad.as_bytes()), milliseconds(bad.as_bytes()));
            if bad != "s" {
                assert_eq!(both, (None, None), "{bad}");
            }
        }
        assert_eq!(milliseconds(b"1y"), None);
        assert_eq!(milliseconds(b"1M"), None);
        assert_eq!(seconds(b"500ms"), None);
    }
}
