//! A block of logic that nothing ends: all that is read after it belongs to it, further files and the
//! rest of the command line too (add_exported_option_do in core/config.c).

use super::garbled::Consequence;
use super::instance::Instance;
use super::load::Loader;
use super::logic::Taken;
use super::options::UwsgiOption;
use super::socket::is_socket_option;
use crate::source::Span;

/// A block that nothing ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unended {
    /// `if-env`, `for`, …
    pub block: String,
    /// The line that opens it.
    pub place: Span,
    /// How often what stands behind it counts; nothing where that is not known.
    pub rounds: Option<usize>,
    /// The options behind it, by name.
    behind: Vec<String>,
}

impl Loader<'_> {
    /// All is read; a block that is open now stays so.
    pub(super) fn end_of_files(&mut self) {
        let Some((block, around)) = &self.block else {
            return;
        };
        let rounds = match self.outcome(block) {
            Taken::Times(contexts) => around.is_empty().then_some(contexts.len()),
            Taken::Maybe(_) => None,
        };
        self.loaded.unended = Some(Unended {
            block: block.name.clone(),
            place: block.span,
            rounds,
            behind: std::mem::take(&mut self.in_block),
        });
    }
}

impl Instance {
    /// The block that nothing ends, and what comes of the options behind it.
    pub fn unended(&self) -> Option<(&Unended, Consequence)> {
        let unended = self.unended_block().filter(|it| !it.behind.is_empty())?;
        let consequence = match unended.rounds {
            Some(0) if self.cannot_do_without_all(&unended.behind) => Consequence::Fatal,
            Some(1) => Consequence::None,
            None if !unended.behind.iter().any(|name| is_needed(name)) => Consequence::None,
            _ => Consequence::Other,
        };
        Some((unended, consequence))
    }

    /// Whether nothing is served without these options.
    fn cannot_do_without_all(&self, names: &[String]) -> bool {
        let named = names
            .iter()
            .filter_map(|name| UwsgiOption::find(name.as_bytes()));
        let is_closed = !self.is_open() && self.is_emperor().is_no() && !self.is_debian_app();
        let brings_all = names.iter().any(|name| is_socket_option(name))
            && names.iter().any(|name| is_application(name))
            && !self.is_application();
        (is_closed && brings_all) || { named }.any(|option| self.cannot_do_without(option))
    }
}

fn is_needed(name: &str) -> bool {
    is_socket_option(name) || is_application(name)
}

fn is_application(name: &str) -> bool {
    matches!(
        super::options::group(name),
        "module" | "wsgi-file" | "mount"
    )
}
