//! TIME_ZONE: whether there is such a zone.

use crate::source::Span;

use super::settings::Settings;

/// The zones of the IANA's database, with all names that they once had; sorted.
const ZONES: &str = include_str!("zones.txt");

/// A time zone that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchZone {
    /// What is written.
    pub written: String,
    /// Where.
    pub span: Span,
    /// The zone that was meant, where one is near enough.
    pub meant: Option<&'static str>,
}

impl Settings {
    /// The TIME_ZONE, where no zone has its name (`django.conf.Settings.__init__` looks for its file).
    pub fn no_such_time_zone(&self) -> Option<NoSuchZone> {
        let setting = self.get("TIME_ZONE");
        let written = setting.value.get()?.as_str()?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        let is_one = ZONES.lines().any(|zone| zone == written);
        if written.is_empty() || is_one || !written.bytes().all(is_name) {
            return None;
        }
        Some(NoSuchZone {
            written: written.to_owned(),
            span: setting.place()?,
            meant: nearest(written),
        })
    }
}

/// The one zone that differs in case alone, or by a slip; what people write for China.
fn nearest(written: &str) -> Option<&'static str> {
    if matches!(written, "Asia/Beijing" | "Asia/Peking" | "Asia/BeiJing") {
        return Some("Asia/Shanghai");
    }
    let same = ZONES
        .lines()
        .find(|zone| zone.eq_ignore_ascii_case(written));
    same.or_else(|| {
        let near = ZONES.lines().filter(|zone| {
            zone.len() > 5
                && zone.len().abs_diff(written.len()) <= 1
                && strsim::osa_distance(zone, written) == 1
        });
        crate::value::only(near)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_that_was_meant_is_found() {
        for (written, meant) in [
            ("europe/berlin", Some("Europe/Berlin")),
            ("Europe/Berln", Some("Europe/Berlin")),
            ("Asia/Beijing", Some("Asia/Shanghai")),
            ("Europe/Nowhere", None),
        ] {
            assert_eq!(nearest(written), meant, "{written}");
        }
        assert!(ZONES.lines().is_sorted());
    }
}
