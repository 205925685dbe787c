//! Parsing the files of one `include` on all cores, before it is their turn.

use super::{Loader, Part, part_id};
use crate::nginx::directives::Context;
use crate::nginx::parser;
use crate::parallel;

/// How many bytes of files are parsed ahead of what is looked at.
const AHEAD: usize = 1 << 20;

impl Loader<'_> {
    /// Parses the next files on all cores, where none of them is yet.
    pub(super) fn parse_ahead(&mut self, parts: &[Part], root: Context) {
        let id = |part: &Part| part_id(&part.source, 0, root);
        let is_next = parts.first().is_some_and(|part| {
            part.dumped.is_none()
                && !self.by_file.contains_key(&id(part))
                && !self.ahead.contains_key(&id(part))
        });
        if !is_next {
            return;
        }
        let mut bytes = 0;
        let next: Vec<&Part> = parts
            .iter()
            .take_while(|part| {
                bytes += part.source.bytes().len();
                bytes <= AHEAD
            })
            .filter(|part| !self.by_file.contains_key(&id(part)))
            .collect();
        let is_filled_in = |part: &&Part| (self.reader.is_filled_in)(part.source.path());
        let filled_in: Vec<bool> = next.iter().map(is_filled_in).collect();
        let next: Vec<(&Part, bool)> = next.into_iter().zip(filled_in).collect();
        let braces = self.braces;
        let parsed = parallel::map(&next, |(part, is_filled_in)| {
            parser::parse(&part.source, *is_filled_in, braces, root)
        });
        let ids = next.iter().map(|(part, _)| id(part));
        self.ahead.extend(ids.zip(parsed));
    }
}
