//! The way through a configuration, as nginx goes it.

use crate::finding::Label;
use crate::nginx::configuration::Configuration;
use crate::nginx::directives::{self, Context, Variant};
use crate::nginx::fault::FaultKind;
use crate::nginx::node::Node;
use crate::nginx::word::decode;
use crate::source::Span;

use super::names::Names;
use super::own::Rows;
use super::{
    Assumed, Judgement, Open, Order, Refusal, RefusalKind, Step, closing, own, placement, value,
};

/// More refusals help no one, and a file that has them is no configuration.
const MAX_REFUSALS: usize = 200;

/// Judges every directive.
pub(super) fn judge(configuration: &Configuration) -> Judgement {
    let mut judge = Judge::new(configuration);
    for node in configuration.nodes() {
        if judge.judgement.refusals.len() >= MAX_REFUSALS {
            break;
        }
        judge.leave_to(node.parent());
        if is_judged(node) {
            judge.directive(node);
        } else if node.context() == Context::Data && node.is_structural() {
            own::row(&mut judge, node);
        }
        if node.is_block() {
            judge.blocks.push(Block::of(Some(node)));
        }
    }
    while !judge.blocks.is_empty() {
        judge.leave();
    }
    judge
        .judgement
        .refusals
        .sort_by_key(|refusal| refusal.order);
    judge.judgement
}

/// Whether nginx's table tells what may stand here, and nothing of a template decides it.
pub(super) fn is_judged(node: Node<'_>) -> bool {
    node.context().is_known() && !node.is_template_statement() && node.is_structural()
}

pub(super) struct Judge<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) judgement: Judgement,
    /// The blocks that are open, from the outside in, with what may not stand in them again.
    blocks: Vec<Block<'a>>,
    /// Whether a module is loaded that is not nginx's own.
    pub(super) has_foreign_modules: bool,
    /// The last words of directives that lack their `;`: nginx never came to judge them.
    cut: Vec<Span>,
    pub(super) names: Names<'a>,
    /// Directives with an argument whose variables nginx looks at when http is read.
    pub(super) compiled_later: Vec<(Node<'a>, usize)>,
    /// `valid_referers` that let some in without a name.
    pub(super) without_names: Vec<Node<'a>>,
    /// What the rows of the block left behind that was left last.
    pub(super) left_rows: Rows,
}

struct Block<'a> {
    node: Option<Node<'a>>,
    once: Vec<(&'static Variant, Node<'a>)>,
    rows: Rows,
}

impl<'a> Block<'a> {
    fn of(node: Option<Node<'a>>) -> Self {
        Self {
            node,
            once: Vec::new(),
            rows: Rows::default(),
        }
    }
}

impl<'a> Judge<'a> {
    fn new(configuration: &'a Configuration) -> Self {
        Self {
            configuration,
            judgement: Judgement::default(),
            blocks: vec![Block::of(None)],
            has_foreign_modules: placement::has_foreign_modules(configuration),
            cut: configuration
                .faults()
                .filter(|(_, fault)| fault.kind == FaultKind::MissingSemicolon)
                .map(|(_, fault)| fault.place)
                .collect(),
            names: Names::of(configuration.release()),
            compiled_later: Vec::new(),
            without_names: Vec::new(),
            left_rows: Rows::default(),
        }
    }

    /// Leaves the blocks that a directive does not stand in.
    fn leave_to(&mut self, parent: Option<Node<'a>>) {
        while self.blocks.len() > 1 && self.blocks.last().and_then(|block| block.node) != parent {
            self.leave();
        }
    }

    /// Leaves the innermost block.
    fn leave(&mut self) {
        if let Some(block) = self.blocks.pop() {
            self.left_rows = block.rows;
            closing::leave(self, block.node);
        }
    }

    fn directive(&mut self, node: Node<'a>) {
        let Some(known) = node.known() else {
            return placement::unknown(self, node);
        };
        let Some(variant) = placement::variant(self, node, known) else {
            return;
        };
        let arguments: Vec<_> = node.arguments().collect();
        if arguments.iter().any(|argument| argument.has_hole()) {
            // What is filled in may define names.
            let why = "a template fills in what is defined here";
            self.names.gap.get_or_insert_with(|| why.to_owned());
            return;
        }
        let last = arguments.last().map(|argument| argument.span());
        if last.is_some_and(|last| self.cut.contains(&last)) {
            return;
        }
        if !placement::takes(self, node, variant, &arguments) {
            return;
        }
        if variant.once && !self.is_first(node, variant) {
            return;
        }
        if variant.name.starts_with("map_hash_") && !self.is_before_maps(node) {
            return;
        }
        value::check(self, node, variant, arguments);
    }

    /// What the rows of the table that is open left behind.
    pub(super) fn rows(&mut self) -> Option<&mut Rows> {
        self.blocks.last_mut().map(|block| &mut block.rows)
    }

    /// Whether a directive that may stand in a block once stands there for the first time.
    fn is_first(&mut self, node: Node<'a>, variant: &'static Variant) -> bool {
        let Some(block) = self.blocks.last_mut() else {
            return true;
        };
        let seen = block
            .once
            .iter()
            .find(|(other, _)| std::ptr::eq(*other, variant));
        let Some((_, first)) = seen.copied() else {
            block.once.push((variant, node));
            return true;
        };
        if LISTS.contains(&variant.name) && !is_off(first) && !is_off(node) {
            return true;
        }
        let name = node.name();
        let refusal = self
            .refusal(
                node,
                RefusalKind::DuplicateDirective,
                Step::Values,
                node.name_span(),
                format!("\"{name}\" directive is duplicate"),
            )
            .message(format!(
                "`{name}` is set twice in the same block: nginx takes it once"
            ))
            .label("the second time")
            .other(first.header_span(), "the first time")
            .help("keep one of the two");
        self.push(refusal);
        false
    }

    /// Whether no `map` stands before: it takes the sizes that are set by then, and sets them.
    fn is_before_maps(&mut self, node: Node<'a>) -> bool {
        let siblings = match node.parent() {
            Some(parent) => parent.children(),
            None => self.configuration.roots(),
        };
        let mut before = siblings.take_while(|other| *other != node);
        let Some(map) = before.find(|other| other.is("map")) else {
            return true;
        };
        let name = node.name();
        let says = format!("\"{name}\" directive is duplicate");
        let refusal = self
            .refusal(
                node,
                RefusalKind::DuplicateDirective,
                Step::Values,
                node.name_span(),
                says,
            )
            .message(format!(
                "`{name}` stands behind a `map`, which has set it already"
            ))
            .label("too late here")
            .other(map.header_span(), "the `map`")
            .help("put it before the first `map`");
        self.push(refusal);
        false
    }

    /// A refusal of a directive; `place` is the word to edit.
    pub(super) fn refusal(
        &self,
        node: Node<'_>,
        kind: RefusalKind,
        step: Step,
        place: Span,
        says: impl Into<String>,
    ) -> Refusal {
        let says = says.into();
        Refusal {
            kind,
            label: Label {
                span: place,
                text: String::new(),
            },
            noticed: Some(node.terminator()),
            message: says.clone(),
            says,
            help: None,
            meant: None,
            others: Vec::new(),
            is_filled_in: false,
            order: Order {
                node: node.id().0,
                step,
            },
        }
    }

    /// The release in words, where it is known.
    pub(super) fn release(&self) -> String {
        let release = self.configuration.release();
        release.map_or_else(String::new, |release| release.to_string())
    }

    pub(super) fn push(&mut self, mut refusal: Refusal) {
        self.mask(&mut refusal);
        if let (RefusalKind::NotInThisVersion, Some(place)) =
            (refusal.kind, self.configuration.release_at)
        {
            refusal = refusal.other(place, format!("nginx {} is started here", self.release()));
        }
        self.judgement.refusals.push(refusal);
    }

    /// Takes a secret out of what is said of it.
    fn mask(&self, refusal: &mut Refusal) {
        let place = refusal.label.span;
        let mut trees = self.configuration.trees.iter();
        let Some(tree) = trees.find(|tree| tree.source.id() == place.file) else {
            return;
        };
        let word = tree.source.bytes().get(place.range()).unwrap_or_default();
        let word = String::from_utf8_lossy(word);
        let masked = tree.source.masked(place.range());
        if *word == *masked {
            return;
        }
        refusal.meant = None;
        let quotes: &[char] = &['"', '\''];
        let (word, masked) = (word.trim_matches(quotes), masked.trim_matches(quotes));
        let texts = [
            &mut refusal.says,
            &mut refusal.message,
            &mut refusal.label.text,
        ];
        let decoded = decode(word.as_bytes());
        let decoded = String::from_utf8_lossy(&decoded);
        for text in texts.into_iter().chain(&mut refusal.help) {
            *text = text.replace(word, masked).replace(&*decoded, masked);
        }
    }

    /// Remembers that nginx may refuse this or not.
    pub(super) fn open(&mut self, node: Node<'_>, step: Step, place: Span, why: impl Into<String>) {
        let order = Order {
            node: node.id().0,
            step,
        };
        let why = why.into();
        if step == Step::Name {
            // A directive of another module may make variables, and whatever else has a name.
            self.names.gap.get_or_insert_with(|| why.clone());
        }
        self.open_at(order, place, why);
    }

    /// Takes for granted what the machine decides.
    pub(super) fn assume(&mut self, place: Span, what: impl Into<String>) {
        if self.judgement.assumed.len() < MAX_REFUSALS {
            let what = what.into();
            self.judgement.assumed.push(Assumed { place, what });
        }
    }

    /// The same for what nginx looks at later.
    pub(super) fn open_at(&mut self, order: Order, place: Span, why: impl Into<String>) {
        if self.judgement.open.len() < MAX_REFUSALS {
            let why = why.into();
            self.judgement.open.push(Open { order, place, why });
        }
    }
}

/// Directives that make a list, unless one of them says `off`.
const LISTS: &[&str] = &[
    "mirror",
    "proxy_cookie_domain",
    "proxy_cookie_flags",
    "proxy_cookie_path",
    "proxy_redirect",
];

fn is_off(node: Node<'_>) -> bool {
    node.argument(0)
        .is_some_and(|word| *word.bytes() == *b"off")
}

impl Refusal {
    /// Says what was found and what was expected.
    pub(super) fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Says what stands beside the underline.
    pub(super) fn label(mut self, text: impl Into<String>) -> Self {
        self.label.text = text.into();
        self
    }
}

impl<'a> Node<'a> {
    /// What nginx's table says of its name.
    fn known(self) -> Option<directives::Known> {
        directives::find(self.name().as_bytes())
    }
}
