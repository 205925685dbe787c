//! Settings for people.

use std::io::{self, Write};

use super::{Modules, ShownSetting};
use crate::report::sanitize;
use crate::report::style::{bold, paint};

/// Of what is left to Django, what is worth a line to everyone: where most deployments need another
/// value, or where what they have decides how nginx is to be set up.
const TOLD: &[&str] = &[
    "ALLOWED_HOSTS",
    "CSRF_COOKIE_SECURE",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASES",
    "DEBUG",
    "FORCE_SCRIPT_NAME",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "MIDDLEWARE",
    "SECRET_KEY",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_SECURE",
    "STATIC_ROOT",
    "STATIC_URL",
    "USE_X_FORWARDED_HOST",
    "USE_X_FORWARDED_PORT",
];

/// Writes them as Python would, with the place of each, and why it is not known. Of what is left to
/// Django only the few that are worth it, unless all are asked for.
pub fn write(
    modules: &Modules,
    is_verbose: bool,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, module) in modules.modules.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let path = sanitize::line(&module.path);
        let title = match &module.module {
            Some(name) => format!("{} ({path})", sanitize::line(name)),
            None => path.to_string(),
        };
        writeln!(out, "{}", bold(&title, color))?;
        for fault in &module.faults {
            let place = format!("{}:{}", sanitize::line(&fault.path), fault.line);
            let text = format!("  {} ({place})", sanitize::line(&fault.message));
            writeln!(out, "{}", paint(&text, "31", color))?;
        }
        if let Some(hidden) = &module.hidden {
            let why = sanitize::line(&hidden.why);
            let text = format!("  any setting may have another value: {why}");
            writeln!(out, "{}", paint(&text, "31", color))?;
        }
        let is_told = |name: &str, setting: &ShownSetting| {
            is_verbose || setting.path.is_some() || TOLD.contains(&name)
        };
        let mut left_out = 0;
        for (name, setting) in &module.settings {
            if !is_told(name, setting) {
                left_out += 1;
                continue;
            }
            let shown = sanitize::line(name);
            write!(out, "  {shown} = {}", sanitize::line(&setting.text))?;
            let variable = setting.variable.as_ref();
            let variable = variable.map(|name| format!(", variable {}", sanitize::line(name)));
            let place = match (&setting.path, setting.line) {
                (Some(path), Some(line)) => format!(
                    "  {}:{line} ({}{})",
                    sanitize::line(path),
                    setting.origin,
                    variable.unwrap_or_default()
                ),
                _ if setting.known.contains_key("unknown") => "  (not assigned)".to_owned(),
                _ => "  (Django's default)".to_owned(),
            };
            writeln!(out, "{}", paint(&place, "90", color))?;
            if module.differing.contains(name) {
                let text = "    the dump has another value than the module gives it";
                writeln!(out, "{}", paint(text, "31", color))?;
            }
        }
        if left_out > 0 {
            let release = match module.releases.as_slice() {
                [] => String::new(),
                [only] => format!(" of Django {only}"),
                [first, .., last] => format!(" of Django {first} to {last}"),
            };
            let text = format!("  {left_out} more have the defaults{release}: -v lists them");
            writeln!(out, "{}", paint(&text, "90", color))?;
        }
    }
    Ok(())
}
