//! Numbers that are none, or end before their unit: atoi reads digits and stops at the rest.

use super::garbled::Consequence;
use super::instance::Instance;
use super::options;
use super::setting::{Setting, Source};
use crate::source::Span;

/// A number that is read otherwise than it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misnumber {
    /// The option's name.
    pub key: String,
    /// The value as it is written.
    pub written: String,
    /// The number that it stands for.
    pub number: i32,
    /// The number with its unit, where there is one.
    pub meant: Option<i64>,
    /// What comes of it.
    pub consequence: Consequence,
    /// The option's name.
    pub key_span: Span,
    /// Its value; empty where it has none.
    pub value_span: Span,
}

impl Instance {
    /// The options whose value is no number although they take one, and so is 0.
    pub fn words_for_numbers(&self) -> Vec<Misnumber> {
        self.numbers(|setting, value| {
            let is_off = ["false", "no", "off", "none", "disabled", "n", "f"]
                .iter()
                .any(|word| value.eq_ignore_ascii_case(word));
            // What is garbled or left unfilled has rules of its own.
            let is_word = value
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
            let is_processes = setting.group() == "processes";
            match value.is_empty() {
                true => is_processes,
                false => is_word && !is_off && value != "-",
            }
            .then_some(None)
        })
    }

    /// The options with a unit behind their number, which nobody reads.
    pub fn units_behind_numbers(&self) -> Vec<Misnumber> {
        self.numbers(|setting, value| {
            let digits = value.bytes().take_while(u8::is_ascii_digit).count();
            let (number, unit) = value.split_at(digits);
            let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
            let unit = unit.trim().to_ascii_lowercase();
            let is_megabytes = setting.option()?.kind() == "megabytes";
            let factor = match unit.strip_suffix('b').unwrap_or(&unit) {
                "k" => 1 << 10,
                "m" => 1 << 20,
                "g" => 1 << 30,
                "min" if !is_megabytes => 60,
                "h" if !is_megabytes => 3600,
                "d" if !is_megabytes => 86_400,
                _ => return None,
            };
            let factor = if is_megabytes { factor >> 20 } else { factor };
            let meant = number.checked_mul(factor)?;
            (meant != number).then_some(Some(meant))
        })
    }

    fn numbers(&self, read: impl Fn(&Setting, &str) -> Option<Option<i64>>) -> Vec<Misnumber> {
        let settings = self.settings().iter();
        settings
            .filter_map(|setting| {
                let kind = setting.option()?.kind();
                if !matches!(kind, "int" | "int16" | "megabytes") || setting.source != Source::File
                {
                    return None;
                }
                let value = std::str::from_utf8(setting.value.known()?).ok()?;
                let meant = read(setting, value)?;
                let number = options::int(value.as_bytes());
                Some(Misnumber {
                    key: setting.key().to_owned(),
                    written: value.to_owned(),
                    number,
                    meant,
                    consequence: self.consequence_of(setting, number),
                    key_span: setting.key_span(),
                    value_span: setting.value_span(),
                })
            })
            .collect()
    }

    /// No worker answers requests, and no request fits into a few bytes (uwsgi_parse_packet).
    fn consequence_of(&self, setting: &Setting, number: i32) -> Consequence {
        let wins = self
            .last(setting.key())
            .is_some_and(|last| std::ptr::eq(last, setting));
        let is_fatal = match setting.group() {
            "processes" => number == 0,
            "buffer-size" => number < 256,
            _ => false,
        };
        match is_fatal && wins && !setting.is_conditional() {
            true => Consequence::Fatal,
            false => Consequence::Other,
        }
    }
}
