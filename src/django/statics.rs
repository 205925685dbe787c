//! Static and uploaded files: settings that Django refuses together, and storages that are not there
//! (django/contrib/staticfiles/utils.py `check_settings`, django/core/files/storage/handler.py).

use crate::source::Span;
use crate::value::Answer;

use super::object::{Item, Mapping, Object};
use super::settings::Settings;

/// Two settings of one value, which Django refuses when the URL of a static file is first asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The setting of the static files.
    pub of_static: &'static str,
    /// Where it is set; nothing for Django's own value.
    pub static_at: Option<Span>,
    /// The setting of the uploaded files.
    pub of_media: &'static str,
    /// Where it is set.
    pub media_at: Span,
}

/// A storage that STORAGES does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingStorage {
    /// `default` or `staticfiles`.
    pub alias: &'static str,
    /// Where STORAGES is set.
    pub place: Span,
    /// Whether Django reads STORAGES in every release that it may be.
    pub is_certain: bool,
}

impl Settings {
    /// Whether the URL of a static file is made by a storage that asks `check_settings` first.
    fn checks_static_settings(&self) -> bool {
        self.is_installed("django.contrib.staticfiles").is_yes()
            && self.staticfiles_storage_is_local().is_yes()
    }

    /// STATIC_URL and MEDIA_URL, or STATIC_ROOT and MEDIA_ROOT, where they are the same.
    pub fn clash_of_static_and_media(&self) -> Option<Clash> {
        if !self.checks_static_settings() {
            return None;
        }
        let prefix = self.get("FORCE_SCRIPT_NAME").value;
        let is_plain = prefix.is(|object| *object == Object::None).is_yes();
        ["URL", "ROOT"].into_iter().find_map(|end| {
            let (of_static, of_media) = match end {
                "URL" => ("STATIC_URL", "MEDIA_URL"),
                _ => ("STATIC_ROOT", "MEDIA_ROOT"),
            };
            let (static_files, media) = (self.get(of_static), self.get(of_media));
            let is_same = match (static_files.value.get()?, media.value.get()?) {
                (Object::Str(one), Object::Str(other)) if end == "URL" => {
                    // A path gets the slash of the script's name in front.
                    let whole = |url: &str| match url.starts_with('/') || url.contains("://") {
                        true => url.to_owned(),
                        false => format!("/{url}"),
                    };
                    !one.text.is_empty() && is_plain && whole(&one.text) == whole(&other.text)
                }
                (one, other) => {
                    one.truth() == Some(true)
                        && matches!(one, Object::Str(_) | Object::Path(_))
                        && one.equals(other) == Some(true)
                }
            };
            is_same.then_some(Clash {
                of_static,
                static_at: static_files.place(),
                of_media,
                media_at: media.place()?,
            })
        })
    }

    /// Whether the static files of installed applications have no URL.
    pub fn has_no_static_url(&self) -> bool {
        let setting = self.get("STATIC_URL");
        let is_empty = |object: &Object| *object == Object::None || object.as_str() == Some("");
        // An empty text is a path, and gets a slash in front since 3.1.
        let counts = |object: &Object| {
            *object == Object::None || self.releases().is_since((3, 1)).is_no() && is_empty(object)
        };
        self.checks_static_settings() && setting.value.is(counts).is_yes()
    }

    /// The storages that are needed and that STORAGES does not have.
    pub fn missing_storages(&self) -> Vec<MissingStorage> {
        let setting = self.get("STORAGES");
        let reads = self.releases().is_since((4, 2));
        let (Some(place), Some(storages), false) = (
            setting.assignment(),
            setting.value.get().and_then(Object::as_dict),
            reads.is_no() || setting.optional,
        ) else {
            return Vec::new();
        };
        let lacks = |alias: &str| storages.incomplete.is_none() && storages.get(alias).is_none();
        let mut found = Vec::new();
        let is_needed = |alias: &str| match alias {
            "staticfiles" => self.is_installed("django.contrib.staticfiles").is_yes(),
            _ => true,
        };
        for alias in ["default", "staticfiles"] {
            if lacks(alias) && is_needed(alias) {
                found.push(MissingStorage {
                    alias,
                    place: place.name,
                    is_certain: reads == Answer::Yes,
                });
            }
        }
        found
    }

    /// A storage of STORAGES, or the older setting of one: its class and its options.
    pub(super) fn storage(&self, alias: &str) -> Option<(String, Option<Mapping>, Span)> {
        let storages = self.get("STORAGES");
        if !storages.assignments.is_empty() {
            let storages = storages.value.get()?.as_dict()?;
            let storage = storages.get(alias)?.get()?.as_dict()?;
            let backend = storage.get("BACKEND")?;
            let options = storage.get("OPTIONS").and_then(Item::get);
            return Some((
                backend.as_str()?.to_owned(),
                options.and_then(Object::as_dict).cloned(),
                backend.span,
            ));
        }
        if !self.releases().is_since((5, 1)).is_no() {
            return None;
        }
        let old = match alias {
            "default" => "DEFAULT_FILE_STORAGE",
            _ => "STATICFILES_STORAGE",
        };
        let setting = self.get(old);
        let class = setting.value.get()?.as_str()?.to_owned();
        Some((class, None, setting.place()?))
    }

    /// Storages of django-storages on S3 for which no bucket is named: the alias, and the class.
    pub fn storages_without_bucket(&self) -> Vec<(&'static str, Span)> {
        let bucket = self.get("AWS_STORAGE_BUCKET_NAME");
        let is_unset = bucket.assignments.is_empty() && self.hidden().is_none();
        let is_empty = |object: &Object| object.truth() == Some(false);
        if !is_unset && !bucket.value.is(is_empty).is_yes() {
            return Vec::new();
        }
        let without = ["default", "staticfiles"].into_iter().filter_map(|alias| {
            let (class, options, place) = self.storage(alias)?;
            let is_s3 = [
                "storages.backends.s3.S3Storage",
                "storages.backends.s3.S3StaticStorage",
                "storages.backends.s3boto3.S3Boto3Storage",
                "storages.backends.s3boto3.S3StaticStorage",
            ]
            .contains(&class.as_str());
            let names_bucket = options.is_some_and(|options| {
                options.incomplete.is_some() || options.get("bucket_name").is_some()
            });
            (is_s3 && !names_bucket).then_some((alias, place))
        });
        without.collect()
    }
}
