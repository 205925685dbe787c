//! One uWSGI instance on its own: what its ini file makes of logs, sockets and processes.

use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::fix::layout;
use crate::source::Span;
use crate::uwsgi::{Consequence, Garble, Garbled, Instance, Refusal, Socket, Why};
use crate::value::Answer;
use crate::workspace::Workspace;

pub(super) mod autoreload_in_production;
pub(super) mod bad_chmod;
pub(super) mod callable_not_found;
pub(super) mod chdir_not_found;
pub(super) mod cheaper_not_below_processes;
pub(super) mod chmod_on_tcp;
pub(super) mod conflicting_applications;
pub(super) mod duplicate_scalar;
pub(super) mod duplicate_socket;
pub(in crate::rules) mod edits;
pub(super) mod else_not_supported;
pub(super) mod env_without_equals;
pub(super) mod harakiri_without_master;
pub(super) mod include_relative;
pub(super) mod include_unreadable;
pub(super) mod inherit_overrides;
pub(super) mod inline_comment;
pub(super) mod lazy_loading;
pub(super) mod listen_above_somaxconn;
pub(super) mod log_directory_missing;
pub(super) mod log_path_not_a_path;
pub(super) mod logic_unterminated;
pub(super) mod module_not_found;
pub(super) mod nested_logic;
pub(super) mod no_harakiri;
pub(super) mod no_log_rotation;
pub(super) mod no_master;
pub(super) mod no_max_requests;
pub(super) mod no_need_app;
pub(super) mod no_single_interpreter;
pub(super) mod no_strict;
pub(super) mod no_vacuum;
pub(super) mod not_expanded;
pub(super) mod option_newer_than_version;
pub(super) mod percent_eaten;
pub(super) mod placeholder_left_in;
pub(super) mod plugin_after_module;
pub(super) mod plugin_not_loaded;
pub(super) mod plugin_superfluous;
pub(super) mod privileged_port;
pub(super) mod public_listener;
pub(super) mod public_stats;
pub(super) mod python_version_mismatch;
pub(super) mod quoted_value;
pub(super) mod relative_log_path;
pub(super) mod relative_path;
pub(super) mod runs_as_root;
pub(super) mod section_ignored;
pub(super) mod self_reference;
pub(super) mod size_suffix;
pub(super) mod socket_in_tmp;
pub(super) mod socket_is_not_a_path;
pub(super) mod socket_path_too_long;
pub(super) mod socket_world_writable;
pub(super) mod static_map_not_found;
pub(super) mod strict_refuses_placeholder;
pub(super) mod threads_not_started;
pub(super) mod trailing_semicolon;
pub(super) mod uid_before_bind;
pub(super) mod uid_without_gid;
pub(super) mod umask_with_daemonize;
pub(super) mod undefined_placeholder;
pub(super) mod unknown_option;
pub(super) mod value_becomes_zero;
pub(super) mod value_refused;
pub(super) mod virtualenv_not_found;
pub(super) mod wsgi_file_not_found;

/// The sockets that are files on the host, whatever their path is.
fn unix_sockets(instance: &Instance) -> Vec<Socket> {
    let sockets = instance.sockets().iter();
    let is_unix = |socket: &&Socket| socket.is_unix == Answer::Yes;
    sockets.filter(is_unix).cloned().collect()
}

/// What ends the start of uWSGI while it reads its configuration, and why.
fn refused(instance: &Instance) -> Option<(&Refusal, &Why)> {
    let refusal = instance.refused()?;
    Some((refusal, &refusal.why))
}

/// How bad it is that a value is not what was meant.
fn severity(consequence: Consequence) -> Severity {
    match consequence {
        Consequence::None => Severity::Advice,
        Consequence::Other => Severity::Warning,
        Consequence::Fatal => Severity::Error,
    }
}

/// Reports what is garbled in this way.
fn garbled(
    workspace: &Workspace,
    instance: &Instance,
    by: Garble,
    message: impl Fn(Consequence) -> &'static str,
    label: &str,
    sink: &mut Sink,
) {
    for garbled in instance.garbled() {
        if garbled.by != by {
            continue;
        }
        let consequence = garbled.consequence;
        let message = format!("`{}`: {}", garbled.key, message(consequence));
        let finding = Finding::new(severity(consequence), message, garbled.value_span, label)
            .help(format!("{} = {}", garbled.key, garbled.meant));
        sink.push(match cleared(workspace, instance, &garbled) {
            Some(edits) => finding.fix(Safety::Safe, by.remedy(), edits),
            None => finding,
        });
    }
}

/// What does not belong into the value taken out of it. A comment goes to a line of its own.
fn cleared(workspace: &Workspace, instance: &Instance, garbled: &Garbled<'_>) -> Option<Vec<Edit>> {
    let line = instance.literal_line(workspace.files(), garbled.setting)?;
    let start = line.value.range().start;
    let surplus = garbled.surplus.iter();
    let mut edits: Vec<Edit> = surplus
        .map(|range| Span::new(line.value.file, start + range.start..start + range.end))
        .map(|span| Edit::replace(span, ""))
        .collect();
    if garbled.by == Garble::Comment {
        let comment = edits.last()?.span;
        // What stands beside a secret may be one.
        let secrets = line.source.secret_ranges();
        if secrets
            .iter()
            .any(|secret| secret.start < comment.range().end && comment.range().start < secret.end)
        {
            return None;
        }
        let text = line.source.text(comment);
        edits.push(layout::before(&line.source, line.span, text.trim()));
    }
    Some(edits)
}

/// Advises to set an option that is not set, where an application is served.
fn lacking(
    workspace: &Workspace,
    instance: &Instance,
    option: &str,
    message: &str,
    help: &str,
    sink: &mut Sink,
) {
    if instance.is_lacking(option) && workspace.is_put_to_use(instance) {
        let label = format!("no `{option}` in this section");
        let finding = Finding::advice(message, instance.header_span(), label).help(help);
        let is_switch = help == format!("{option} = true");
        let edit = is_switch
            .then(|| edits::added(workspace, instance, option, "true"))
            .flatten();
        sink.push(finding.fix_if_any(Safety::Unsafe, format!("switch {option} on"), edit));
    }
}
