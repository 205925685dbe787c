//! What of an instance nobody is to see.

use super::instance::Instance;
use super::options::UwsgiOption;
use super::setting::{Setting, Source};
use crate::files::Files;
use crate::secrets;

impl Instance {
    /// A line with a secret may be shown beside another.
    pub(super) fn mark_secrets(&self, files: &Files) {
        for setting in self.settings() {
            if setting.source == Source::File
                && let Some(start) = setting.secret_part()
                && let Some(at) = self.written_from(files, setting, start)
            {
                let source = files.get(setting.value_span.file);
                source.mark_secret(at..setting.value_span.range().end);
            }
        }
    }

    /// Where the part of a value behind its first `start` bytes is written, at the earliest.
    fn written_from(&self, files: &Files, setting: &Setting, start: usize) -> Option<usize> {
        let written = files.get(setting.value_span.file);
        let written = written.slice(setting.value_span);
        let skipped = match start {
            0 => 0,
            _ => memchr::memchr(b'=', written).map_or(written.len(), |at| at + 1),
        };
        let at = setting.value_span.range().start + skipped;
        (at < setting.value_span.range().end).then_some(at)
    }
}

impl Setting {
    /// Where the part of the value begins that nobody is to see: what `env` sets may be a
    /// password, and so may what an option or a placeholder of such a name holds.
    pub fn secret_part(&self) -> Option<usize> {
        const SHOWN: [&[u8]; 7] = [
            b"DJANGO_SETTINGS_MODULE",
            b"PYTHONPATH",
            b"LANG",
            b"LC_ALL",
            b"HOME",
            b"PATH",
            b"TZ",
        ];
        let bytes = self.value.bytes();
        let name_end = memchr::memchr(b'=', bytes).unwrap_or(bytes.len());
        let name = &bytes[..name_end];
        let behind_name = Some((name_end + 1).min(bytes.len()));
        let is_secret = |name: &[u8]| secrets::is_secret_name(&String::from_utf8_lossy(name));
        match self.option().map(UwsgiOption::kind) {
            Some("env") if !SHOWN.contains(&name) => behind_name,
            Some("placeholder") if is_secret(name) => behind_name,
            None if is_secret(self.key.as_bytes()) => Some(0),
            _ => None,
        }
    }
}
