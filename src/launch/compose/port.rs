//! `ports`.

use std::ops::RangeInclusive;

use super::Published;
use super::context::Context;
use super::text::Text;
use super::yaml::NodeId;
use crate::source::Span;
use crate::value::{Unknown, Value};

/// Larger ranges are not listed port by port.
const MAX_RANGE: usize = 256;

/// What one entry publishes of TCP; nothing of another protocol.
pub(super) fn published(context: &Context, node: NodeId) -> Result<Vec<Published>, Unknown> {
    let span = context.span(node);
    let entry = if context.is_mapping(node) {
        long(context, node)?
    } else {
        let text = context.text(node);
        short(&text.ok_or_else(|| Unknown::at(span, "this is no port"))?)?
    };
    let published = entry.listed(span)?;
    if let Some(yaml) = context.yaml() {
        published.iter().for_each(|_| {
            yaml.spend(0);
        });
    }
    Ok(published)
}

struct Entry {
    address: Option<Text>,
    published: Option<Text>,
    target: Text,
    is_tcp: bool,
}

fn long(context: &Context, node: NodeId) -> Result<Entry, Unknown> {
    let text = |name| context.text(context.get(node, name)?);
    let protocol = text("protocol");
    Ok(Entry {
        address: text("host_ip"),
        published: text("published"),
        target: text("target")
            .ok_or_else(|| Unknown::at(context.span(node), "a port without a target"))?,
        is_tcp: protocol.is_none_or(|protocol| is_tcp(protocol.as_str())),
    })
}

/// `[[address:]published:]target[/protocol]`; an address may have colons of its own.
fn short(text: &Text) -> Result<Entry, Unknown> {
    let (ports, protocol) = match text.as_str().rfind('/') {
        Some(at) => (text.slice(0..at), text.as_str().get(at + 1..)),
        None => (text.clone(), None),
    };
    let is_tcp = protocol.is_none_or(is_tcp);
    let Some(colon) = ports.as_str().rfind(':') else {
        // A variable that is alone may hold all of it.
        return match ports.hole() {
            Some(hole) => Err(hole.clone()),
            None => Ok(Entry {
                address: None,
                published: None,
                target: ports,
                is_tcp,
            }),
        };
    };
    let target = ports.slice(colon + 1..ports.as_str().len());
    let rest = ports.slice(0..colon);
    let (address, published) = match rest.as_str().rfind(':') {
        Some(at) => (
            Some(rest.slice(0..at)),
            rest.slice(at + 1..rest.as_str().len()),
        ),
        None => (None, rest),
    };
    Ok(Entry {
        address,
        published: (!published.as_str().is_empty()).then_some(published),
        target,
        is_tcp,
    })
}

fn is_tcp(protocol: &str) -> bool {
    protocol.eq_ignore_ascii_case("tcp")
}

impl Entry {
    fn listed(self, span: Span) -> Result<Vec<Published>, Unknown> {
        if !self.is_tcp {
            return Ok(Vec::new());
        }
        let no_port = || Unknown::at(span, "this is no port");
        let known = |text: &Text| text.hole().map_or(Ok(()), |hole| Err(hole.clone()));
        known(&self.target)?;
        let targets = range(self.target.as_str()).ok_or_else(no_port)?;
        let address = match &self.address {
            Some(address) => {
                known(address)?;
                let address = address.as_str();
                let address = address.trim_start_matches('[').trim_end_matches(']');
                (!address.is_empty()).then(|| address.to_owned())
            }
            None => None,
        };
        if targets.len() > MAX_RANGE {
            return Err(Unknown::at(span, "a range of so many ports is not listed"));
        }
        let count = targets.len();
        let first = match &self.published {
            None => None,
            Some(text) if text.hole().is_some() => Some(text.value(|_| 0)),
            Some(text) => {
                let published = range(text.as_str()).ok_or_else(no_port)?;
                if published.len() == count {
                    Some(text.value(|_| *published.start()))
                } else if count == 1 {
                    // Docker takes one of them that is free.
                    None
                } else {
                    return Err(no_port());
                }
            }
        };
        let entry = |(index, target): (usize, u16)| Published {
            address: address.clone(),
            published: first.clone().map(|first| later(first, index)),
            target,
            span,
        };
        Ok(targets.enumerate().map(entry).collect())
    }
}

/// The port that is so many behind the first one of a range.
fn later(first: Value<u16>, index: usize) -> Value<u16> {
    match first {
        Value::OneOf(mut alternatives) => {
            for alternative in &mut alternatives {
                let index = u16::try_from(index).unwrap_or(u16::MAX);
                alternative.value = alternative.value.saturating_add(index);
            }
            Value::OneOf(alternatives)
        }
        unknown @ Value::Unknown(_) => unknown,
    }
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (start, end) = text.split_once('-').unwrap_or((text, text));
    let (start, end) = (number(start)?, number(end)?);
    (start <= end).then_some(start..=end)
}

fn number(text: &str) -> Option<u16> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
