//! The way of a request for people.

use std::io::{self, Write};

use super::{Alternative, Assumed, Handler, Kind, Request, Told};
use crate::report::sanitize;
use crate::report::style::{bold, paint, width};

/// No column is wider: one long path is no reason to move every reason out of sight.
const MAX_COLUMN: usize = 44;

/// A request in one line.
pub(in crate::report) fn url(request: &Request) -> String {
    let usual = if request.scheme == "https" { 443 } else { 80 };
    let has_port = request.host.contains(':') || request.port == usual;
    let port = match has_port {
        true => String::new(),
        false => format!(":{}", request.port),
    };
    format!(
        "{} {}://{}{port}{}",
        request.method, request.scheme, request.host, request.target
    )
}

/// What is taken for granted, in one line.
pub(in crate::report) fn assumed(all: &[Assumed]) -> String {
    let shown: Vec<String> = all
        .iter()
        .map(|assumed| match assumed.holds {
            true => sanitize::line(&assumed.what),
            false => format!("not: {}", sanitize::line(&assumed.what)),
        })
        .collect();
    shown.join("; ")
}

/// Writes it.
pub fn write(told: &Told, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let url = url(&told.request);
    writeln!(out, "{}", bold(&sanitize::line(&url), color))?;
    let dim = |text: &str| paint(text, "2", color);
    let first = told.steps.iter().map(|step| step.step.len()).max();
    let first = first.unwrap_or_default();
    let whats: Vec<String> = told
        .steps
        .iter()
        .map(|step| sanitize::line(&step.what))
        .collect();
    let second = whats.iter().map(|what| width(what)).max();
    let second = second.unwrap_or_default().min(MAX_COLUMN);
    for (step, what) in told.steps.iter().zip(&whats) {
        let gap = " ".repeat(second.saturating_sub(width(what)));
        let place = match (&step.path, step.line) {
            (Some(path), Some(line)) => format!("{}:{line}", sanitize::line(path)),
            _ => String::new(),
        };
        let mut line = format!("  {:first$}  {what}{gap}", step.step);
        if !step.why.is_empty() {
            line.push_str("  ");
            line.push_str(&sanitize::line(&step.why));
        }
        if !place.is_empty() {
            line.push_str("  ");
            line.push_str(&dim(&place));
        }
        writeln!(out, "{}", line.trim_end())?;
        for lost in &step.lost {
            let place = format!("{}:{}", sanitize::line(&lost.path), lost.line);
            writeln!(
                out,
                "  {:first$}    not {}: {}  {}",
                "",
                sanitize::line(&lost.what),
                sanitize::line(&lost.why),
                dim(&place)
            )?;
        }
    }
    if told.alternatives.is_empty() {
        part(out, &Shown::of(told), "  ", color)?;
    } else {
        writeln!(out, "{}", sanitize::line(&told.outcome.why))?;
        for alternative in &told.alternatives {
            writeln!(out, "  if {}", assumed(&alternative.assumed))?;
            part(out, &Shown::from(alternative), "    ", color)?;
        }
    }
    Ok(())
}

/// What is shown at the end of a way.
struct Shown<'a> {
    handler: &'a Handler,
    application: Option<&'a super::Application>,
    django: Option<&'a super::Django>,
    outcome: &'a super::Outcome,
}

impl<'a> Shown<'a> {
    fn of(told: &'a Told) -> Self {
        Self {
            handler: &told.handler,
            application: told.application.as_ref(),
            django: told.django.as_ref(),
            outcome: &told.outcome,
        }
    }

    fn from(alternative: &'a Alternative) -> Self {
        Self {
            handler: &alternative.handler,
            application: alternative.application.as_ref(),
            django: alternative.django.as_ref(),
            outcome: &alternative.outcome,
        }
    }
}

fn part(out: &mut dyn Write, shown: &Shown<'_>, indent: &str, color: bool) -> io::Result<()> {
    if let Some(application) = shown.application {
        let runs = application.application.as_deref().unwrap_or("?");
        writeln!(
            out,
            "{indent}{} runs {}  {}",
            application.program,
            sanitize::line(runs),
            paint(
                &format!("{}:{}", sanitize::line(&application.path), application.line),
                "2",
                color
            )
        )?;
    }
    if let Some(django) = shown.django {
        let host = django.host.as_deref().unwrap_or("?");
        let allowed = match django.host_allowed {
            Some(true) => "allowed",
            Some(false) => "refused",
            None => "not known whether it is allowed",
        };
        let scheme = django.scheme.unwrap_or("not known whether http or https");
        writeln!(
            out,
            "{indent}Django sees the host {} ({allowed}) and {scheme}  {}",
            sanitize::line(host),
            paint(&sanitize::line(&django.settings), "2", color)
        )?;
    }
    let outcome = shown.outcome;
    let status = outcome
        .status
        .map_or_else(|| "not known".to_owned(), |status| status.to_string());
    let what = match shown.handler.kind {
        Kind::File | Kind::Directory => shown.handler.path.as_ref(),
        Kind::Redirect | Kind::Uwsgi | Kind::Proxy => shown.handler.target.as_ref(),
        Kind::Return => shown.handler.body.as_ref().filter(|body| !body.is_empty()),
        Kind::Error | Kind::Unknown => None,
    };
    let what = what.map_or(String::new(), |what| format!(" {}", sanitize::line(what)));
    writeln!(
        out,
        "{indent}{}{what}: {}",
        bold(&status, color),
        sanitize::line(&outcome.why)
    )
}
