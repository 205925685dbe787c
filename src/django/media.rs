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

impl Settings {
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
