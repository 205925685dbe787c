//! Settings that hold a secret, and whether it stands in the file.

use crate::files::Files;
use crate::source::{Origin, Span};

use super::object::{Item, Mapping, Object};
use super::settings::Settings;

/// Settings whose text is a secret.
const SECRETS: &[&str] = &[
    "AWS_S3_SECRET_ACCESS_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "EMAIL_HOST_PASSWORD",
    "SECRET_KEY",
];

/// Names of AWS keys: no secret in themselves, and never alone.
const KEY_IDS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_S3_ACCESS_KEY_ID"];

/// A secret that stands in a file of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenSecret {
    /// The setting, with keys: `DATABASES["default"]["PASSWORD"]`.
    pub setting: String,
    /// The text, quotes and all.
    pub span: Span,
    /// The variable for which it is the default, where it is one.
    pub default_of: Option<String>,
    /// Whether it opens only what runs on the same host.
    pub is_local: bool,
}

/// A SECRET_KEY that every start of the process makes anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomKey {
    /// Where it is made.
    pub place: Span,
    /// The variable that is taken before it, where one is.
    pub unless: Option<String>,
}

impl Settings {
    /// Where SECRET_KEY is made by a function that gives another one each time. Nothing where the settings
    /// have anything to do with a file, which may keep it.
    pub fn random_secret_key(&self, files: &Files) -> Option<RandomKey> {
        const MAKERS: [&str; 8] = [
            "get_random_secret_key(",
            "get_random_string(",
            "secrets.token_hex(",
            "secrets.token_urlsafe(",
            "secrets.token_bytes(",
            "os.urandom(",
            "uuid.uuid4(",
            "uuid4(",
        ];
        const FILES: [&[u8]; 3] = [b"open(", b"write_text", b"read_text"];
        let setting = self.get("SECRET_KEY");
        let [assignment] = &setting.assignments[..] else {
            return None;
        };
        if setting.optional || self.hidden().is_some() || setting.value.get().is_some() {
            return None;
        }
        let source = files.get(assignment.value.file);
        let is_in_files = FILES
            .iter()
            .any(|word| memchr::memmem::find(source.bytes(), word).is_some());
        let text = source.text(assignment.value);
        let code = text.split_whitespace().collect::<String>();
        let made = |code: &str| MAKERS.iter().any(|maker| code.starts_with(maker));
        // `get_random_secret_key()`, or a look-up with that for its default.
        let unless = setting
            .environment
            .as_ref()
            .map(|read| read.variable.clone());
        let is_made = match &unless {
            None => made(&code),
            Some(variable) => [
                format!("os.environ.get(\"{variable}\","),
                format!("os.environ.get('{variable}',"),
                format!("os.getenv(\"{variable}\","),
                format!("os.getenv('{variable}',"),
                format!("config(\"{variable}\",default="),
                format!("config('{variable}',default="),
                format!("env(\"{variable}\",default="),
                format!("env('{variable}',default="),
            ]
            .iter()
            .any(|look_up| code.strip_prefix(look_up.as_str()).is_some_and(made)),
        };
        (is_made && !is_in_files).then_some(RandomKey {
            place: assignment.value,
            unless,
        })
    }
}

impl Settings {
    /// Where SECRET_KEY is empty or `None` for certain: whatever asks for it fails.
    pub fn empty_secret_key(&self) -> Option<Span> {
        let setting = self.get("SECRET_KEY");
        let is_empty = |object: &Object| object.truth() == Some(false);
        let is_empty = setting.value.is(is_empty).is_yes() && setting.is_assigned();
        setting.place().filter(|_| is_empty)
    }

    /// The secrets that stand in the settings as text.
    pub fn written_secrets(&self) -> Vec<WrittenSecret> {
        let mut found = Vec::new();
        for name in SECRETS {
            self.add_secret(&mut found, name, |_| true);
        }
        for name in KEY_IDS {
            self.add_secret(&mut found, name, is_key_id);
        }
        self.add_tokens(&mut found);
        let databases = self.get("DATABASES").value;
        for alternative in databases.alternatives() {
            let Some(databases) = alternative.value.as_dict() else {
                continue;
            };
            for (alias, database) in &databases.entries {
                let database = database.get().and_then(Object::as_dict);
                if let (Some(alias), Some(database)) = (alias.as_str(), database) {
                    add_password(&mut found, alias, database);
                }
            }
        }
        found.sort_by_key(|secret| secret.span);
        found.dedup_by_key(|secret| secret.span);
        found
    }

    /// Texts that have the form of a known service's token, under whatever name.
    fn add_tokens(&self, found: &mut Vec<WrittenSecret>) {
        for (name, _) in self.assigned() {
            // What those begin with is no token's own.
            if name == "SECRET_KEY" || KEY_IDS.contains(&name) {
                continue;
            }
            let setting = self.get(name);
            for alternative in setting.value.alternatives() {
                if let (Some(text), Origin::Literal(span)) =
                    (alternative.value.as_str(), &alternative.origin)
                    && is_secret(text)
                    && crate::secrets::is_token(text)
                {
                    found.push(WrittenSecret {
                        setting: name.to_owned(),
                        span: *span,
                        default_of: None,
                        is_local: false,
                    });
                }
            }
        }
    }

    /// Keeps the secrets out of everything that leaves the program.
    pub(crate) fn mask_secrets(&self, files: &Files) {
        for secret in self.written_secrets() {
            files.get(secret.span.file).mark_secret(secret.span.range());
        }
    }

    fn add_secret(
        &self,
        found: &mut Vec<WrittenSecret>,
        name: &str,
        counts: impl Fn(&str) -> bool,
    ) {
        let setting = self.get(name);
        for alternative in setting.value.alternatives() {
            if let (Some(text), Origin::Literal(span)) =
                (alternative.value.as_str(), &alternative.origin)
                && is_secret(text)
                && counts(text)
                && !(name.ends_with("PASSWORD") && is_stand_in(text))
            {
                found.push(WrittenSecret {
                    setting: name.to_owned(),
                    span: *span,
                    default_of: None,
                    is_local: false,
                });
            }
        }
        let default = setting.environment.as_ref().and_then(|read| {
            let default = read.default.as_ref()?;
            literal(default)
                .filter(|(text, _)| counts(text) && !is_stand_in(text))
                .map(|(_, span)| (read, span))
        });
        if let Some((read, span)) = default {
            found.push(WrittenSecret {
                setting: name.to_owned(),
                span,
                default_of: Some(read.variable.clone()),
                is_local: false,
            });
        }
    }
}

fn add_password(found: &mut Vec<WrittenSecret>, alias: &str, database: &Mapping) {
    let text = |key: &str| database.get(key).and_then(Item::as_str);
    if text("ENGINE")
        .is_some_and(|engine| engine.ends_with("sqlite3") || engine.ends_with("spatialite"))
    {
        return;
    }
    let Some(password) = database.get("PASSWORD") else {
        return;
    };
    let is_local = match database.get("HOST") {
        None => true,
        Some(host) => host.as_str().is_some_and(|host| {
            host.is_empty()
                || host.starts_with('/')
                || matches!(host, "localhost" | "127.0.0.1" | "::1")
        }),
    };
    let setting = format!("DATABASES[\"{alias}\"][\"PASSWORD\"]");
    if let Some((_, span)) = literal(password) {
        found.push(WrittenSecret {
            setting: setting.clone(),
            span,
            default_of: None,
            is_local,
        });
    }
    let read = password.environment.as_ref();
    if let Some((read, span)) = read.and_then(|read| {
        let (text, span) = literal(read.default.as_ref()?)?;
        (!is_stand_in(text)).then_some((read, span))
    }) {
        found.push(WrittenSecret {
            setting,
            span,
            default_of: Some(read.variable.clone()),
            is_local,
        });
    }
}

/// The text of an item that stands in a file just so, where it can be a secret.
fn literal(item: &Item) -> Option<(&str, Span)> {
    let alternative = item.value.single()?;
    let Origin::Literal(span) = alternative.origin else {
        return None;
    };
    let text = alternative.value.as_str()?;
    is_secret(text).then_some((text, span))
}

/// Whether a text can be a secret: it says something, and is not still to be filled in.
fn is_secret(text: &str) -> bool {
    let hole = ["{{", "{%", "${", "%(", "<", "***"];
    !text.trim().is_empty() && !hole.iter().any(|hole| text.contains(hole))
}

/// Whether a text stands where a password belongs and keeps nothing safe: the word itself, an
/// account's name, or the first digits. As a default it serves developers, and whoever deploys sets
/// the variable; a mail server knows no such password.
fn is_stand_in(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "admin", "changeme", "django", "example", "mysql", "pass", "passwd", "password",
        "postgres", "root", "secret", "test", "user",
    ];
    let is_count = !text.is_empty() && "1234567890".starts_with(text);
    is_count || WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// An AWS key's name: `AKIA` or `ASIA`, and sixteen more.
fn is_key_id(text: &str) -> bool {
    text.len() == 20
        && (text.starts_with("AKIA") || text.starts_with("ASIA"))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
