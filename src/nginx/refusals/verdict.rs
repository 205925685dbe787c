//! What `nginx -t` would say: nginx stops at the first thing that it refuses.

use crate::nginx::configuration::{Configuration, Included};
use crate::nginx::directives::Context;
use crate::nginx::fault::{Fault, FaultKind};
use crate::nginx::node::Node;
use crate::source::{SourceFile, Span};

use super::{Open, Order, Step};

/// What nginx would make of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It loads it.
    Accepted,
    /// It refuses it, and says this.
    Refused {
        /// What it logs, without the file and line.
        says: String,
        /// Where it is when it notices; nothing where it names no line.
        noticed: Option<Span>,
    },
    /// That depends on what is not known.
    Undecided {
        /// Why.
        why: String,
        /// The place that makes it so.
        place: Option<Span>,
    },
}

impl Configuration {
    /// What `nginx -t` would say of it.
    pub fn verdict(&self) -> Verdict {
        if let Some(strict) = &self.strict {
            return strict.verdict();
        }
        let fault = self.first_fault();
        let refusal = self.refusals().first();
        let refused = match (fault, refusal) {
            (Some((order, fault)), Some(refusal)) if order <= refusal.order => {
                Some((order, refused(fault)))
            }
            (_, Some(refusal)) => Some((
                refusal.order,
                Verdict::Refused {
                    says: refusal.says.clone(),
                    noticed: refusal.noticed,
                },
            )),
            (Some((order, fault)), None) => Some((order, refused(fault))),
            (None, None) => None,
        };
        // What is not known before that may be refused first.
        let unread = self.first_unread();
        let open = self.judgement().open.iter().chain(&unread);
        let open = open.min_by_key(|open| open.order);
        if let Some(open) = open
            && refused
                .as_ref()
                .is_none_or(|(order, _)| open.order < *order)
        {
            return Verdict::Undecided {
                why: open.why.clone(),
                place: Some(open.place),
            };
        }
        if let Some((_, refused)) = refused {
            return refused;
        }
        if let Some(undecided) = self.undecided().first() {
            return Verdict::Undecided {
                why: format!("{}: {}", undecided.what, undecided.why),
                place: undecided.place,
            };
        }
        if !self.is_closed() {
            return Verdict::Undecided {
                why: "the configuration around it is not here".to_owned(),
                place: None,
            };
        }
        Verdict::Accepted
    }

    /// The first `include` whose files are not known.
    fn first_unread(&self) -> Option<Open> {
        self.includes
            .iter()
            .find_map(|(id, included)| match included {
                Included::Unknown(unknown) => Some(Open {
                    order: Order {
                        node: id.0,
                        step: Step::Values,
                    },
                    place: self.node(*id).header_span(),
                    why: unknown.why.clone(),
                }),
                _ => None,
            })
    }

    /// The fault of words and braces that nginx comes to first.
    fn first_fault(&self) -> Option<(Order, &Fault)> {
        self.faults()
            .filter(|(_, fault)| fault.says.is_some())
            .map(|(source, fault)| (self.order_of(source, fault), fault))
            .min_by_key(|(order, fault)| (*order, fault.noticed))
    }

    /// When nginx comes to a fault, where its file is included first.
    fn order_of(&self, source: &SourceFile, fault: &Fault) -> Order {
        // Two directives that one `;` ends are one to nginx, and it is the first of them that is refused.
        let (reached, step) = match fault.kind {
            FaultKind::MissingSemicolon if fault.is_of_directive() => (fault.place, Step::Body),
            FaultKind::MissingSemicolon if fault.is_among_words() => (fault.place, Step::Words),
            FaultKind::MissingSemicolon => (fault.place, Step::Arguments),
            FaultKind::MissingOpeningBrace | FaultKind::StrayOpeningBrace
                if fault.is_of_directive() =>
            {
                (fault.place, Step::Body)
            }
            FaultKind::UnclosedQuote | FaultKind::TextAfterQuote => (fault.place, Step::Words),
            _ => (fault.noticed, Step::Sign),
        };
        let at = reached.range().start;
        let before = self
            .nodes()
            .filter(|node| node.source().id() == source.id())
            .take_while({
                let mut last = None;
                move |node| {
                    // The second time that the file is included begins anew.
                    let start = node.span().range().start;
                    let goes_on = last.is_none_or(|last| start >= last);
                    last = Some(start);
                    goes_on
                }
            })
            .filter(|node| match step {
                Step::Sign => node.terminator().range().start < at,
                _ => node.name_span().range().start <= at,
            })
            .last();
        let node = before.map(|node| node.id()).or_else(|| {
            let brings = |included: &Included| matches!(included, Included::Files(files) if files.contains(&source.id()));
            self.includes
                .iter()
                .find_map(|(include, included)| brings(included).then_some(*include))
        });
        let step = match (step, node) {
            (Step::Sign, Some(id)) if self.is_behind_http(self.node(id), source, at) => {
                Step::SignBehind
            }
            _ => step,
        };
        match node {
            Some(id) => Order { node: id.0, step },
            None => Order {
                node: 0,
                step: Step::Name,
            },
        }
    }
}

impl Configuration {
    /// Whether `at` is behind the `}` of the http that a directive stands in or is.
    fn is_behind_http(&self, node: Node<'_>, source: &SourceFile, at: usize) -> bool {
        std::iter::once(node).chain(node.ancestors()).any(|block| {
            block.block_context() == Some(Context::Http)
                && block.source().id() == source.id()
                && block.span().range().end <= at
        })
    }
}

fn refused(fault: &Fault) -> Verdict {
    Verdict::Refused {
        says: fault.says.clone().unwrap_or_default(),
        noticed: Some(fault.noticed),
    }
}
