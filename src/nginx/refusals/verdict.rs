//! What `nginx -t` would say: nginx stops at the first thing that it refuses.

use crate::nginx::configuration::{Configuration, IncludeFault, Included, NodeId};
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
        // Where a file includes itself, nginx most often stumbles over what comes twice.
        let is_absent =
            |id: &NodeId| matches!(self.include_faults.get(id), Some(IncludeFault::Absent(_)));
        self.includes
            .iter()
            .find_map(|(id, included)| match included {
                Included::Unknown(unknown) if !is_absent(id) => Some(Open {
                    order: Order {
                        node: id.0,
                        step: Step::Arguments,
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
        let (step, node) = match (step, before) {
            (Step::Sign, Some(before)) => {
                let is_behind =
                    |context: Option<Context>| self.is_behind(before, context, source, at);
                let step = if is_behind(Some(Context::Http)) {
                    Step::SignBehind
                } else if is_behind(None) {
                    Step::SignBehindBlock
                } else {
                    step
                };
                (step, Some(self.last_brought_by(before)))
            }
            _ => (step, node),
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
    /// The last directive that nginx has read when it is behind one, with what that includes.
    fn last_brought_by(&self, node: Node<'_>) -> NodeId {
        if !node.is("include") {
            return node.id();
        }
        let is_brought = |other: &Node<'_>| {
            std::iter::successors(Some(*other), |node| node.included_by()).any(|up| up == node)
        };
        let behind = (node.id().0 + 1..self.nodes.len() as u32).map(|id| self.node(NodeId(id)));
        let last = behind.take_while(is_brought).last();
        last.unwrap_or(node).id()
    }

    /// Whether `at` is behind the `}` of a block, of that context or of any, that a directive
    /// stands in or is.
    fn is_behind(
        &self,
        node: Node<'_>,
        context: Option<Context>,
        source: &SourceFile,
        at: usize,
    ) -> bool {
        std::iter::once(node).chain(node.ancestors()).any(|block| {
            block.is_block()
                && (context.is_none() || block.block_context() == context)
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
