//! What is typed to mend what lies between programs.

use crate::deployment::Project;
use crate::deployment::scheme::Mistaken;
use crate::deployment::stray::Stray;
use crate::deployment::topology::Topology;
use crate::finding::Edit;
use crate::fix::layout;
use crate::nginx::{Node, Protocol};
use crate::workspace::Workspace;

/// The lines that tell Django the scheme. Not where the first such line of the block would drop those
/// that it inherits.
pub(super) fn forwarding(
    found: &Mistaken<'_>,
    project: &Project,
    workspace: &Workspace,
) -> Option<Vec<Edit>> {
    let remedy = found.remedy(project);
    let mut edits = vec![in_nginx(found, &remedy.line, workspace)?];
    if let Some(setting) = &remedy.setting {
        let beside = ["ALLOWED_HOSTS", "DEBUG", "ROOT_URLCONF"];
        edits.push(settings_line(workspace, project, &beside, setting)?);
    }
    Some(edits)
}

fn in_nginx(found: &Mistaken<'_>, line: &str, workspace: &Workspace) -> Option<Edit> {
    if let Some(told) = found.told {
        return Some(Edit::replace(told, line.trim_end_matches(';')));
    }
    let directive = line.split_once(' ')?.0;
    let pass = found.pass;
    let parameters = pass.configuration().parameters(pass, directive);
    let is_of_block = |place: Node<'_>| place.parent() == pass.parent();
    let keeps_all = parameters.unknown.is_none()
        && parameters
            .all
            .iter()
            .all(|parameter| is_of_block(parameter.place));
    let source = workspace.files().get(pass.name_span().file);
    keeps_all.then(|| layout::before(&source, pass.span(), line))
}

/// The address at which the server listens, in place of the one that nginx asks for.
pub(super) fn address(
    stray: &Stray<'_>,
    topology: Topology<'_>,
    workspace: &Workspace,
) -> Option<Edit> {
    let [listener] = &stray.listeners[..] else {
        return None;
    };
    let name = stray.name_for_nginx(topology, listener)?;
    let place = stray.link.place;
    let source = workspace.files().get(place.file);
    let written = source.text(place);
    let (scheme, asked) = match written.split_once("://") {
        Some((scheme, asked)) => (format!("{scheme}://"), asked),
        None => (String::new(), &*written),
    };
    // A path behind the address stays what it is, and a socket has none.
    let is_address = match asked.strip_prefix("unix:") {
        Some(path) => stray.link.protocol == Protocol::Uwsgi && !path.contains(':'),
        None => !asked.contains('/') && (scheme.is_empty() || !name.starts_with("unix:")),
    };
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "/._-:[]@".contains(character);
    (is_address && asked.chars().all(is_plain) && name.chars().all(is_plain))
        .then(|| Edit::replace(place, format!("{scheme}{name}")))
}

/// Whether nginx reads a text as one word without quotes.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_alphanumeric() || "/._-".contains(character))
}

/// A location that opens the files of a directory, before the one that passes on what is below `url`.
pub(super) fn location(
    server: Node<'_>,
    pass: Node<'_>,
    url: &str,
    directory: &str,
) -> Option<Edit> {
    let outermost = pass
        .ancestors()
        .chain([pass])
        .find(|node| node.parent() == Some(server))?;
    let is_here = outermost.source().id() == server.source().id();
    (is_here && is_plain(url) && is_plain(directory)).then(|| {
        let lines = format!("location {url} {{\n    alias {directory}/;\n}}\n\n");
        layout::before(server.source(), outermost.span(), &lines)
    })
}

/// A line in the settings, behind the first of these that is set at the outermost level.
pub(super) fn settings_line(
    workspace: &Workspace,
    project: &Project,
    beside: &[&str],
    line: &str,
) -> Option<Edit> {
    beside.iter().find_map(|name| {
        let assignment = project.settings.get(name).assignment()?;
        let (name, value) = (assignment.name, assignment.value);
        let source = workspace.files().get(value.file);
        let start = source.line_range(source.line_of(name.range().start)).start;
        let is_outermost = name.file == value.file && name.range().start == start;
        is_outermost.then(|| layout::after(&source, name.to(value), line))
    })
}
