//! `volumes`, `tmpfs`, and the files that `configs` and `secrets` bring.

use super::context::{Context, has_drive};
use super::model::Model;
use super::text::Text;
use super::yaml::NodeId;
use super::{Mount, MountSource};
use crate::value::Unknown;

/// An entry of `volumes`.
pub(super) fn mount(model: &Model, context: &Context, node: NodeId) -> Result<Mount, Unknown> {
    if context.is_mapping(node) {
        return long(model, context, node);
    }
    let no_volume = || Unknown::at(context.span(node), "this is no volume");
    let text = context.text(node).ok_or_else(no_volume)?;
    short(model, context, &text).ok_or_else(no_volume)
}

/// `[source:]target[:options]`, as `compose-go`'s `format.ParseVolume` takes it apart.
fn short(model: &Model, context: &Context, text: &Text) -> Option<Mount> {
    let mut parts = parts(text).into_iter();
    let first = parts.next()?;
    let (source, target) = match parts.next() {
        Some(target) => (Some(first), target),
        None => (None, first),
    };
    let options = parts.next();
    if parts.next().is_some() || target.as_str().is_empty() {
        return None;
    }
    let read_only = options.is_some_and(|options| options.as_str().split(',').any(|o| o == "ro"));
    let source = match source {
        // A variable that is alone may hold source and target.
        None => match target.hole() {
            Some(hole) => MountSource::Unknown(hole.clone()),
            None => MountSource::Own,
        },
        Some(source) => {
            let name = source.as_str();
            let is_path = name.starts_with(['.', '/', '~', '\\']) || has_drive(name);
            if is_path || source.hole().is_some() {
                context.path(&source)
            } else if name.is_empty() {
                return None;
            } else {
                model.volume(name)
            }
        }
    };
    Some(Mount {
        source,
        target: target.word(),
        read_only,
        span: text.span(),
    })
}

/// The parts between colons; that of a Windows drive is no separator.
fn parts(text: &Text) -> Vec<Text> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.as_str().match_indices(':').take(8) {
        let part = text.as_str().get(start..at).unwrap_or_default();
        let mut characters = part.chars();
        let is_letter = characters.next().is_some_and(char::is_alphabetic);
        if is_letter && characters.next().is_none() {
            continue;
        }
        parts.push(text.slice(start..at));
        start = at + 1;
    }
    parts.push(text.slice(start..text.as_str().len()));
    parts
}

fn long(model: &Model, context: &Context, node: NodeId) -> Result<Mount, Unknown> {
    let span = context.span(node);
    let text = |name| context.text(context.get(node, name)?);
    let target = text("target").ok_or_else(|| Unknown::at(span, "a volume without a target"))?;
    let kind = text("type");
    let source = text("source");
    let is_part = context
        .get(node, "volume")
        .is_some_and(|volume| context.get(volume, "subpath").is_some());
    let kind = kind.as_ref().map_or("volume", Text::as_str);
    let source = match (kind, &source) {
        (_, Some(source)) if is_part => {
            MountSource::Unknown(Unknown::at(source.span(), "a part of a volume"))
        }
        ("bind" | "npipe", Some(source)) => context.path(source),
        ("tmpfs", _) | ("volume", None) => MountSource::Own,
        ("volume", Some(source)) => match source.hole() {
            Some(hole) => MountSource::Unknown(hole.clone()),
            None => model.volume(source.as_str()),
        },
        _ => MountSource::Unknown(Unknown::at(span, "a mount of another kind")),
    };
    let read_only = text("read_only").is_some_and(|text| text.as_str() == "true");
    Ok(Mount {
        source,
        target: target.word(),
        read_only,
        span,
    })
}

/// An entry of `tmpfs`: a directory, and options behind a colon.
pub(super) fn tmpfs(text: &Text) -> Mount {
    let target = text
        .split_once(':')
        .map_or_else(|| text.clone(), |split| split.0);
    Mount {
        source: MountSource::Own,
        target: target.word(),
        read_only: false,
        span: text.span(),
    }
}

/// An entry of `secrets` or `configs`, where it is a file: `kind` says which, and `directory` where
/// Compose mounts those whose target is no path.
pub(super) fn file(
    model: &Model,
    context: &Context,
    node: NodeId,
    kind: &str,
    directory: &str,
) -> Option<Mount> {
    let (name, target) = if context.is_mapping(node) {
        let text = |name| context.text(context.get(node, name)?);
        (text("source")?, text("target"))
    } else {
        (context.text(node)?, None)
    };
    let (definition, definition_node) = model.definition(kind, name.known()?)?;
    let path = definition.text(definition.get(definition_node, "file")?)?;
    let mut target = target.unwrap_or_else(|| name.clone()).word();
    if let Some(text) = target.text().filter(|text| !text.starts_with('/')) {
        let absolute = format!("{directory}/{text}");
        let span = target.span;
        target = super::super::word::Word::literal(absolute, span);
    }
    Some(Mount {
        source: definition.path(&path),
        target,
        read_only: true,
        span: context.span(node),
    })
}
