//! The XML form, as libxml2 hands it over (core/xmlconf.c).

use roxmltree::{Document, Error, Node};

use super::load::{Loader, Place};
use super::magic::Substituted;
use super::refusal::Why;
use super::text::{STAND_IN, Text};
use crate::source::{SourceFile, Span};

/// Deeper elements than this are no configuration.
const MAX_DEPTH: usize = 64;

/// Reads the `<uwsgi>` element, or the one with the id that is asked for.
pub(super) fn read(
    loader: &mut Loader<'_>,
    source: &SourceFile,
    substituted: &Substituted,
    id: Option<&[u8]>,
    named: &Place,
) {
    let whole = source.span(0..0);
    let what = "the XML";
    if depth(substituted.bytes()) > MAX_DEPTH {
        return loader.open_at(whole, what, "an unusual file");
    }
    let text = match substituted.with_stand_ins() {
        Ok(text) => text,
        Err(why) => return loader.open_at(whole, what, why),
    };
    let text = text.as_str();
    // What libxml2 and expat make of these is their own affair.
    let body = text.strip_prefix("<?xml version=\"1.0\"?>").unwrap_or(text);
    if body.contains("<![CDATA[") || body.contains("<!DOCTYPE") || body.contains("<?") {
        return loader.open_at(whole, what, "CDATA, a DOCTYPE or an instruction");
    }
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(Error::NodesLimitReached | Error::UnknownNamespace(..)) => {
            return loader.open_at(whole, what, "an unusual file");
        }
        Err(error) => {
            loader.refuse(Why::Malformed("XML", error.to_string()), named);
            return loader.open_at(whole, what, "not well-formed");
        }
    };
    let id = id.and_then(|id| std::str::from_utf8(id).ok());
    let Some(uwsgi) = element(document.root_element(), id) else {
        return loader.open_at(whole, what, "it has no <uwsgi>");
    };
    let reader = Reader {
        source,
        substituted,
    };
    loader.loaded.header.get_or_insert_with(|| {
        let start = uwsgi.range().start;
        reader.span(start..start + "<uwsgi".len())
    });
    for option in uwsgi.children().filter(Node::is_element) {
        if option.attributes().next().is_some() || option.tag_name().name() == "app" {
            let span = reader.span(option.range());
            loader.open_at(
                span,
                "an element",
                "what its attributes ask for is not known",
            );
            continue;
        }
        reader.option(loader, option, named);
    }
}

/// How deep the elements may lie in each other, at most.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for pair in bytes.windows(2) {
        match pair {
            b"</" | b"/>" => depth = depth.saturating_sub(1),
            [b'<', next] if next.is_ascii_alphabetic() => depth += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The element that is read: the root, or the first `<uwsgi>` in it whose id does not say otherwise.
fn element<'a, 'input>(root: Node<'a, 'input>, id: Option<&str>) -> Option<Node<'a, 'input>> {
    if root.tag_name().name() == "uwsgi" {
        return Some(root);
    }
    root.children().filter(Node::is_element).find(|child| {
        let is_other = match (id, child.attribute("id")) {
            (Some(asked), Some(own)) => asked != own,
            _ => false,
        };
        child.tag_name().name() == "uwsgi" && !is_other
    })
}

struct Reader<'a> {
    source: &'a SourceFile,
    substituted: &'a Substituted,
}

impl Reader<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        self.substituted.span(self.source, range)
    }

    /// `<key>value</key>`: the value is the first thing inside, blanks and all, be it a comment; `1`
    /// where there is nothing.
    fn option(&self, loader: &mut Loader<'_>, element: Node<'_, '_>, named: &Place) {
        let whole = element.range();
        let name = element.tag_name().name();
        let key_span = self.span(whole.start + 1..whole.start + 1 + name.len());
        let (value, value_span) = match element.first_child() {
            None => (Text::literal(b"1"), key_span),
            Some(text)
                if (text.is_text() || text.is_comment())
                    && text
                        .text()
                        .is_some_and(|text| !text.contains(char::from(STAND_IN))) =>
            {
                let value = Text::literal(text.text().unwrap_or_default().as_bytes());
                (value, self.span(text.range()))
            }
            Some(text) if text.is_text() && !text.text().is_some_and(|text| text.contains('&')) => {
                let range = text.range();
                (self.substituted.text(range.clone()), self.span(range))
            }
            Some(_) => {
                return loader.open_at(
                    key_span,
                    name,
                    "what uWSGI takes for its value is not known",
                );
            }
        };
        let key = Text::literal(name.as_bytes());
        loader.add_from_file(key, value, key_span, value_span, named.guards.clone());
    }
}
