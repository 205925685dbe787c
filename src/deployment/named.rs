//! Which settings module a process is deployed with, and what names it.

use super::backend::{Backend, Serving};
use super::purpose::{self, Use};
use crate::django::{self, How, SETTINGS_MODULE};
use crate::launch;
use crate::source::{SourceFile, Span};
use crate::workspace::Workspace;

/// A settings module by name, and what names it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its dotted name.
    pub module: String,
    /// Where it is named; nothing for the command line of this program.
    pub by: Option<Span>,
    /// What names it.
    pub kind: NamedBy,
}

/// What names a settings module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The environment: of a unit, a service, an image, a script; uWSGI's `env`; an option of the server.
    Environment,
    /// wsgi.py, manage.py.
    Module(How),
}

/// The settings module that a server's process is deployed with: what its own environment says, else wsgi.py.
pub(super) fn deployed_settings(
    workspace: &Workspace,
    backend: &Backend,
    wsgi: &SourceFile,
) -> Option<Named> {
    if let Some(named) = assigned_by_wsgi(wsgi) {
        return Some(named);
    }
    if let Some(named) = named_in_environment(workspace, backend) {
        return named;
    }
    let process = backend.process(workspace.topology());
    let Some(process) = process.filter(|process| !process.is_by_hand()) else {
        let named = named_by_wsgi_or_what_starts_it(workspace, wsgi);
        return named.filter(|named| !is_of_a_build(workspace, named));
    };
    let named = named_by_wsgi(wsgi)?;
    // A file of variables that is not here may well name another one, where this one is for developers.
    let is_in_doubt =
        process.may_be_set().is_some() && purpose::of(&named.module) != Use::Production;
    (!is_in_doubt).then_some(named)
}

/// What the environment of a server's process names; `Some(None)` where it names what is not known.
pub(super) fn named_in_environment(
    workspace: &Workspace,
    backend: &Backend,
) -> Option<Option<Named>> {
    let named = |module: &str, by: Option<Span>| {
        Some(Some(Named {
            module: module.to_owned(),
            by,
            kind: NamedBy::Environment,
        }))
    };
    if let Some(instance) = backend.instance()
        && instance.names_variable(SETTINGS_MODULE)
    {
        // A value that is not known is no reason to take another one.
        let value = instance.env_settings_module();
        return match value.single() {
            Some(only) => match &only.value {
                Some(module) => named(module, only.origin.span()),
                None => None,
            },
            None => Some(None),
        };
    }
    if let Some(module) = workspace.input().environment.get(SETTINGS_MODULE) {
        return named(module, None);
    }
    if let Serving::Other(server) = &backend.serving
        && let Some(settings) = &server.settings
    {
        return match settings.text() {
            Some(module) => named(module, Some(settings.span)),
            None => Some(None),
        };
    }
    let variable = backend
        .process(workspace.topology())?
        .environment
        .get(SETTINGS_MODULE)?;
    match variable.value.text() {
        Some(module) => named(module, Some(variable.value.span)),
        None => Some(None),
    }
}

/// The module that wsgi.py names, unless what starts the process names another one: then that one,
/// where wsgi.py lets it (`setdefault`), or none where several are named.
pub(super) fn named_by_wsgi_or_what_starts_it(
    workspace: &Workspace,
    source: &SourceFile,
) -> Option<Named> {
    if let Some(named) = assigned_by_wsgi(source) {
        return Some(named);
    }
    let is_deployed = |module: &str, span: &Span| {
        let file = workspace.files().get(span.file);
        let file = workspace.below_start(file.path());
        purpose::of(module) == Use::Production && purpose::of(&file) == Use::Production
    };
    let mut started_with: Vec<(String, Span)> = launch::settings_modules(workspace);
    started_with.retain(|(module, span)| is_deployed(module, span));
    match started_with.as_slice() {
        [] => named_by_wsgi(source),
        [(module, span)] => Some(Named {
            module: module.clone(),
            by: Some(*span),
            kind: NamedBy::Environment,
        }),
        _ => None,
    }
}

/// Whether a module was named for a command of manage.py alone: the server has another one, which
/// nothing here tells.
pub(super) fn is_of_a_build(workspace: &Workspace, named: &Named) -> bool {
    let is_told = named.kind == NamedBy::Environment;
    is_told
        && named
            .by
            .is_some_and(|place| is_for_one_command(workspace, place))
}

/// Whether a variable is set for a command of manage.py on the same line alone, as in
/// `RUN DJANGO_SETTINGS_MODULE=shop.build python manage.py collectstatic`: the server has another one.
fn is_for_one_command(workspace: &Workspace, value: Span) -> bool {
    let source = workspace.files().get(value.file);
    let line = source.line_range(source.line_of(value.range().end));
    let rest = &source.bytes()[value.range().end.min(line.end)..line.end];
    ["manage.py", "django-admin"]
        .iter()
        .any(|command| memchr::memmem::find(rest, command.as_bytes()).is_some())
}

/// The module that wsgi.py names whatever the environment says.
fn assigned_by_wsgi(source: &SourceFile) -> Option<Named> {
    named_by_wsgi(source).filter(|named| named.kind == NamedBy::Module(How::Assign))
}

pub(super) fn named_by_wsgi(source: &SourceFile) -> Option<Named> {
    let named = django::settings_module_named_in(source)?;
    Some(Named {
        module: named.name,
        by: Some(named.span),
        kind: NamedBy::Module(named.how),
    })
}
