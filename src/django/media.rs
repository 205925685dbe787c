//! Uploaded files: where they are asked for, where they are kept, and whether there are any.

use std::path::Path;

use super::object::Object;
use super::settings::Settings;
use super::usage;
use crate::files::Files;
use crate::source::Span;
use crate::value::Answer;

/// The storage that Django uses unless it is told another one.
const LOCAL: &str = "django.core.files.storage.FileSystemStorage";

/// A mode of files or directories that was written in octal digits and is read as decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecimalMode {
    /// The setting.
    pub setting: &'static str,
    /// The number as it is written.
    pub written: i64,
    /// Where.
    pub span: Span,
}

impl Settings {
    /// Modes of uploaded files whose digits were meant to be octal: `644` is `0o1204`.
    pub fn decimal_modes(&self) -> Vec<DecimalMode> {
        const MEANT: [i64; 18] = [
            400, 440, 444, 600, 640, 644, 660, 664, 666, 700, 711, 750, 755, 770, 771, 775, 776,
            777,
        ];
        let settings = [
            "FILE_UPLOAD_PERMISSIONS",
            "FILE_UPLOAD_DIRECTORY_PERMISSIONS",
        ];
        let decimal = settings.into_iter().filter_map(|setting| {
            let value = self.get(setting);
            let Object::Int(written) = *value.value.get()? else {
                return None;
            };
            MEANT.contains(&written).then_some(DecimalMode {
                setting,
                written,
                span: value.place()?,
            })
        });
        decimal.collect()
    }

    /// The path below which this host is asked for uploaded files, where they lie on its disk: MEDIA_URL
    /// is a path, and the default storage is Django's own.
    pub fn local_media_url(&self) -> Option<String> {
        let prefix = self.get("FORCE_SCRIPT_NAME");
        if !prefix.value.is(|object| *object == Object::None).is_yes()
            || !self.default_storage_is_local().is_yes()
        {
            return None;
        }
        let setting = self.get("MEDIA_URL");
        setting.assignment()?;
        let url = setting.value.get()?.as_str()?;
        let is_path = !url.is_empty() && !url.contains("://") && !url.starts_with("//");
        let path = url.trim_matches('/');
        (is_path && !path.is_empty()).then(|| format!("/{path}/"))
    }

    /// Whether uploads are kept on the local disk. DEFAULT_FILE_STORAGE counts where STORAGES is not set.
    fn default_storage_is_local(&self) -> Answer {
        let is_set = |name: &str| !self.get(name).assignments.is_empty();
        if self.hidden().is_some() || is_set("STORAGES") {
            return Answer::Unknown;
        }
        match is_set("DEFAULT_FILE_STORAGE") {
            false => Answer::Yes,
            true => self
                .get("DEFAULT_FILE_STORAGE")
                .value
                .is(|object| object.as_str() == Some(LOCAL)),
        }
    }
}

/// A field for uploads in one of the project's models, where nothing of the project hands the files out
/// itself: no view of Django's for files, no mention of MEDIA_URL's path in urls.py, no X-Accel-Redirect.
pub fn uploads_without_server(files: &Files, project: &Path, url: &str) -> Option<Span> {
    const FIELDS: [&[u8]; 2] = [b"FileField(", b"ImageField("];
    const HANDED_OUT: [&[u8]; 7] = [
        b"X-Accel-Redirect",
        b"X-Sendfile",
        b"django_sendfile",
        b"sendfile",
        b"FileResponse",
        b"views.static",
        b"static.serve",
    ];
    let field = usage::first_in(files, project, "models", &FIELDS)?;
    if usage::first_in(files, project, "", &HANDED_OUT).is_some() {
        return None;
    }
    let path = url.trim_matches('/').as_bytes();
    let in_urls = usage::first_in(files, project, "urls", &[path]);
    in_urls.is_none().then_some(field)
}
