//! Access rules that keep nobody out.

use super::configuration::Configuration;
use super::directives::Context;
use super::inherit::{self, Setting};
use super::node::Node;

/// A rule that is never asked, because the block answers before.
pub struct Bypassed<'a> {
    /// The `deny`, `allow` or `auth_basic`.
    pub rule: Node<'a>,
    /// The `return`.
    pub answer: Node<'a>,
}

impl Configuration {
    /// The access rules of blocks that answer by `return`: it runs in an earlier phase. Nothing of an answer
    /// that gives nothing away: a refusal, or a redirect.
    pub fn bypassed_rules(&self) -> Vec<Bypassed<'_>> {
        let answers = self.named("return").filter(|node| {
            let status = node.argument(0).map(|word| word.text().into_owned());
            status.is_some_and(|status| status.len() == 3 && status.starts_with('2'))
        });
        let bypassed = answers.filter_map(|answer| {
            let block = answer.parent()?;
            let is_rule = |node: &Node<'_>| {
                let is_off = node
                    .argument(0)
                    .is_some_and(|word| *word.bytes() == *b"off");
                node.is("deny") || node.is("allow") || (node.is("auth_basic") && !is_off)
            };
            let inside = matches!(
                block.block_context(),
                Some(Context::Location | Context::Server)
            );
            let rule = block.settings().find(is_rule).filter(|_| inside)?;
            Some(Bypassed { rule, answer })
        });
        bypassed.collect()
    }

    /// The lists of `allow` that no `deny` ends, so that everybody is let in: each by its first line.
    pub fn open_lists(&self) -> Vec<Node<'_>> {
        let mut found: Vec<Node<'_>> = Vec::new();
        for (block, first) in self.first_in_blocks("allow") {
            let is_all = |node: Node<'_>| {
                node.argument(0)
                    .is_some_and(|word| *word.bytes() == *b"all")
            };
            let unread = self.gap(Some(block), |include| {
                inherit::holds_only_parameters(include, "deny")
            });
            let denies = block.settings().any(|node| node.is("deny"));
            let allows_all = block.children_named("allow").any(is_all);
            if !denies && !allows_all && unread.is_none() && !self.may_ask_otherwise(block) {
                found.push(first);
            }
        }
        found
    }

    /// Whether whoever is on no list is asked for something else, or may be (`satisfy any`).
    fn may_ask_otherwise(&self, block: Node<'_>) -> bool {
        match self.setting(block, "satisfy") {
            Setting::Here(nodes) => nodes
                .last()
                .and_then(|node| node.argument(0))
                .is_none_or(|word| *word.bytes() != *b"all"),
            Setting::Default => false,
            Setting::Packaged(..) => true,
            // What surrounds a site file sets it for no one.
            Setting::Unknown(_) => false,
        }
    }
}
