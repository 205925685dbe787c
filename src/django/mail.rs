//! Mail: the settings of django.core.mail's SMTP.

use crate::source::Span;
use crate::value::Answer;

use super::settings::{Settings, item_in};

const SMTP: &str = "django.core.mail.backends.smtp.EmailBackend";

impl Settings {
    /// Whether mail goes out by Django's own SMTP.
    fn sends_by_smtp(&self) -> bool {
        let backend = self.get("EMAIL_BACKEND");
        let is_unset = backend.assignments.is_empty() && self.hidden().is_none();
        is_unset
            || backend
                .value
                .is(|object| object.as_str() == Some(SMTP))
                .is_yes()
    }

    /// The backend that mail goes to and that sends none: it prints, keeps or drops it. From 6.1 on the default
    /// one of MAILERS counts.
    pub fn mail_that_is_not_sent(&self) -> Option<(String, Span)> {
        const BACKENDS: [&str; 4] = ["console", "dummy", "filebased", "locmem"];
        let class = |path: &str| {
            let name = path.strip_prefix("django.core.mail.backends.")?;
            let name = name.strip_suffix(".EmailBackend")?;
            BACKENDS.contains(&name).then(|| path.to_owned())
        };
        let mailers = self.get("MAILERS");
        if self.releases().is_since((6, 1)).is_yes() && !mailers.assignments.is_empty() {
            let mailers = mailers.value.get()?.as_dict()?;
            let backend = item_in(mailers.get("default")?.get()?, "BACKEND")?;
            return Some((class(backend.as_str()?)?, backend.span));
        }
        let backend = self.get("EMAIL_BACKEND");
        Some((class(backend.value.get()?.as_str()?)?, backend.place()?))
    }

    /// Where MAILERS has no default mailer, and this Django reads it.
    pub fn has_no_default_mailer(&self) -> Option<Span> {
        let mailers = self.get("MAILERS");
        let dict = mailers.value.get()?.as_dict()?;
        let lacks =
            dict.incomplete.is_none() && !dict.entries.is_empty() && dict.get("default").is_none();
        let is_read = self.releases().is_since((6, 1)).is_yes();
        mailers
            .assignment()
            .filter(|_| lacks && is_read)
            .map(|assignment| assignment.name)
    }

    /// Where EMAIL_USE_TLS and EMAIL_USE_SSL are both on, which the backend refuses.
    pub fn mail_is_encrypted_twice(&self) -> Option<(Span, Span)> {
        let is_on = |name: &str| {
            let setting = self.get(name);
            let is_on = setting.value.is(|object| object.truth() == Some(true)) == Answer::Yes;
            setting.assignment().filter(|_| is_on)
        };
        let (tls, ssl) = (is_on("EMAIL_USE_TLS")?, is_on("EMAIL_USE_SSL")?);
        self.sends_by_smtp().then_some((tls.name, ssl.name))
    }

    /// The port that by agreement is for the other way of encrypting: 465 for TLS from the first byte, 587
    /// for STARTTLS. The setting that is on, and where port and setting stand.
    pub fn mail_port_of_the_other_way(&self) -> Option<(&'static str, Span, Span)> {
        let port = self.get("EMAIL_PORT");
        let number = match port.value.get()? {
            super::object::Object::Int(number) => *number,
            super::object::Object::Str(text) => text.text.parse().ok()?,
            _ => return None,
        };
        let wrong = match number {
            465 => "EMAIL_USE_TLS",
            587 => "EMAIL_USE_SSL",
            _ => return None,
        };
        let (tls, ssl) = (
            self.truth_of("EMAIL_USE_TLS"),
            self.truth_of("EMAIL_USE_SSL"),
        );
        let is_wrong = match wrong {
            "EMAIL_USE_TLS" => tls.is_yes() && ssl.is_no(),
            _ => ssl.is_yes() && tls.is_no(),
        };
        let switched = self.get(wrong).place()?;
        (is_wrong && self.sends_by_smtp()).then_some((wrong, port.place()?, switched))
    }
}
