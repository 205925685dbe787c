//! From words to blocks, without recursion, and past the faults on the way.
//!
//! The file is first read as nginx reads it. Where its braces do not balance, it
//! is read again with what the indentation tells about where one is missing or
//! one too many, so that the rest of the file is seen as it was meant.

use std::ops::Range;

use crate::source::SourceFile;

use super::ast::{Ast, Body, Directive, DirectiveId};
use super::directives::{self, Context};
use super::fault::{Fault, FaultKind};
use super::lexer::{Lexer, LexicalFault, Noticed, Token};
use super::lua;
use super::repair::{Budget, Indent, Refusal};
use super::split;
use super::template::Template;
use super::word::Word;

/// More faults help no one, and a file that has them is no configuration.
const MAX_FAULTS: usize = 50;

/// More directives than any configuration has.
const MAX_DIRECTIVES: usize = 300_000;

/// More words than any configuration has.
const MAX_WORDS: usize = 2_000_000;

/// Reads a file, whose directives stand in `root` where that is known, and that may be known to be filled in before
/// nginx reads it.
pub(super) fn parse(source: &SourceFile, is_filled_in: bool, braces: Braces, root: Context) -> Ast {
    let mut template = Template::of(source.path(), source.bytes());
    if is_filled_in && template == Template::No {
        template = Template::Values;
    }
    let range = 0..source.bytes().len();
    parse_range(source, range, template, braces, root)
}

/// Reads a file that stands in a dump: nobody fills in what nginx itself printed.
pub(super) fn parse_dumped(
    source: &SourceFile,
    range: Range<usize>,
    braces: Braces,
    root: Context,
) -> Ast {
    parse_range(source, range, Template::No, braces, root)
}

/// What is made of braces that do not balance, and of a `;` that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Braces {
    /// What was meant, as far as the indentation tells.
    Meant,
    /// What nginx makes of them.
    Strict,
}

fn parse_range(
    source: &SourceFile,
    range: Range<usize>,
    template: Template,
    braces: Braces,
    root: Context,
) -> Ast {
    let mut strict = Parser::new(source, range.clone(), template, Budget::default());
    strict.braces = braces;
    strict.root = root;
    let strict = strict.run();
    let (unclosed, stray) = (strict.unclosed.len(), strict.stray);
    let is_meant = braces == Braces::Meant && template != Template::Logic;
    let mut ast = if is_meant && unclosed + stray > 0 {
        let budget = Budget::new(unclosed, stray, strict.refusal.clone());
        let mut meant = Parser::new(source, range, template, budget);
        meant.root = root;
        let mut ast = meant.run().finish();
        ast.is_repaired = true;
        ast
    } else {
        strict.finish()
    };
    if !ast.is_structural() {
        ast.faults.clear();
    }
    ast.faults.sort_by_key(|fault| fault.place);
    ast
}

/// A block that is being read.
pub(super) struct Open {
    pub(super) id: DirectiveId,
    pub(super) context: Context,
    pub(super) indent: Indent,
    last_child: Option<DirectiveId>,
}

pub(super) struct Parser<'a> {
    pub(super) source: &'a SourceFile,
    pub(super) text: &'a [u8],
    lexer: Lexer<'a>,
    pub(super) ast: Ast,
    pub(super) pending: Vec<Word>,
    pub(super) open: Vec<Open>,
    last_root: Option<DirectiveId>,
    /// What the file itself is, once a block that stands in nginx.conf alone tells.
    root: Context,
    pub(super) budget: Budget,
    /// Whether what was meant is looked for.
    pub(super) braces: Braces,
    /// Blocks that were never closed, in the order in which that was seen.
    pub(super) unclosed: Vec<DirectiveId>,
    /// How many `}` closed nothing.
    pub(super) stray: usize,
    /// The first thing that nginx itself would refuse after reading the words.
    pub(super) refusal: Option<Refusal>,
}

/// What ends a directive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Semicolon(usize),
    Open(usize),
    /// Nothing did; nginx notices at this offset and says this.
    Missing(usize, &'static str),
}

impl End {
    pub(super) fn offset(self) -> usize {
        match self {
            Self::Semicolon(at) | Self::Open(at) | Self::Missing(at, _) => at,
        }
    }
}

const UNEXPECTED_END: &str = "unexpected end of file, expecting \";\" or \"}\"";

impl<'a> Parser<'a> {
    fn new(
        source: &'a SourceFile,
        range: Range<usize>,
        template: Template,
        budget: Budget,
    ) -> Self {
        let text = &source.bytes()[..range.end];
        let has_mark = text[range.start..].starts_with(b"\xEF\xBB\xBF");
        let start = range.start + if has_mark { 3 } else { 0 };
        let mut parser = Self {
            source,
            text,
            lexer: Lexer::new(text, start, template),
            ast: Ast {
                directives: Vec::new(),
                words: Vec::new(),
                first: None,
                faults: Vec::new(),
                template,
                stopped: None,
                is_repaired: false,
                is_split: false,
            },
            pending: Vec::new(),
            open: Vec::new(),
            last_root: None,
            root: Context::Unknown,
            budget,
            braces: Braces::Meant,
            unclosed: Vec::new(),
            stray: 0,
            refusal: None,
        };
        if has_mark {
            parser.fault(
                FaultKind::ByteOrderMark,
                range.start..start,
                range.start,
                Some("unknown directive (it begins with an invisible byte order mark)".to_owned()),
            );
        }
        parser
    }

    fn run(mut self) -> Self {
        loop {
            if self.ast.faults.len() >= MAX_FAULTS
                || self.ast.directives.len() >= MAX_DIRECTIVES
                || self.ast.words.len() + self.pending.len() >= MAX_WORDS
            {
                self.ast.stopped = Some(self.lexer.offset());
                // What is left unread closes what is open: nothing is said of it.
                self.close_all(self.lexer.offset());
                self.unclosed.clear();
                break;
            }
            let (token, fault) = self.lexer.next(self.pending.is_empty());
            if let Some(fault) = fault {
                self.lexical(fault);
            }
            match token {
                Token::Word(word) => self.pending.push(word),
                Token::Semicolon(at) if self.pending.is_empty() => {
                    let says = "unexpected \";\"".to_owned();
                    self.fault(FaultKind::StraySemicolon, at..at + 1, at, Some(says));
                }
                Token::Semicolon(at) => split::finish(&mut self, End::Semicolon(at)),
                Token::Open(at) => self.open_block(at),
                Token::Close(at) => {
                    if !self.pending.is_empty() {
                        split::finish(&mut self, End::Missing(at, "unexpected \"}\""));
                    }
                    self.close(at);
                }
                Token::Statement(range) => {
                    if self.pending.is_empty() {
                        let id = self.push(range.start, range.end, Body::Statement);
                        self.link(id);
                    }
                }
                Token::End => {
                    let end = self.text.len();
                    if !self.pending.is_empty() {
                        split::finish(&mut self, End::Missing(end, UNEXPECTED_END));
                    }
                    self.close_all(end);
                    break;
                }
            }
        }
        self.report_unclosed();
        self
    }

    fn finish(mut self) -> Ast {
        self.ast.directives.shrink_to_fit();
        self.ast.words.shrink_to_fit();
        self.ast
    }

    /// The context that directives stand in just now.
    pub(super) fn context(&self) -> Context {
        self.open.last().map_or(self.root, |open| open.context)
    }

    /// Whether nginx's table tells what may stand here: not in blocks of unknown modules, nor in data.
    pub(super) fn is_judged(&self) -> bool {
        let is_top = self.open.is_empty() && self.root != Context::Data;
        self.ast.is_structural() && (is_top || self.context().is_known())
    }

    pub(super) fn fault(
        &mut self,
        kind: FaultKind,
        place: Range<usize>,
        noticed: usize,
        says: Option<String>,
    ) {
        let end = (noticed + 1).min(self.text.len());
        self.ast.faults.push(Fault {
            kind,
            place: self.source.span(place),
            noticed: self.source.span(noticed.min(end)..end),
            says,
            others: Vec::new(),
        });
    }

    fn lexical(&mut self, fault: LexicalFault) {
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match fault {
            LexicalFault::AfterQuote { byte } => {
                let says = format!("unexpected \"{}\"", shown(&self.text[byte..=byte]));
                self.fault(FaultKind::TextAfterQuote, byte..byte + 1, byte, Some(says));
            }
            LexicalFault::BraceInWord { word, brace } => {
                let says = self.block_in_word(&word, brace);
                self.fault(FaultKind::BraceInRegex, word, brace, Some(says));
            }
            LexicalFault::TooLong { range } => {
                let first = &self.text[range.start..range.end.min(range.start + 10)];
                let says = format!("too long parameter \"{}...\" started", shown(first));
                self.fault(FaultKind::TooLong, range.clone(), range.start, Some(says));
            }
            LexicalFault::UnclosedQuote { open, noticed } => {
                let (at, says) = match noticed {
                    Noticed::At(at) => {
                        (at, format!("unexpected \"{}\"", shown(&self.text[at..=at])))
                    }
                    Noticed::End => (self.text.len(), UNEXPECTED_END.to_owned()),
                    Noticed::BufferFull => {
                        let quote = shown(&self.text[open..=open]);
                        let says = format!(
                            "too long parameter, probably missing terminating \"{quote}\" character"
                        );
                        (open, says)
                    }
                };
                self.fault(FaultKind::UnclosedQuote, open..open + 1, at, Some(says));
            }
        }
    }

    /// What nginx says where it takes the `{` of a regex for the start of a block.
    fn block_in_word(&self, word: &Range<usize>, brace: usize) -> String {
        let context = self.context();
        if context == Context::Data {
            return "unexpected \"{\"".to_owned();
        }
        let name = self.pending.first().map(|word| word.value(self.text));
        let known = name.as_deref().and_then(directives::find);
        if let (Some(name), Some(known)) = (&name, known)
            && !known.can_be_block(context)
        {
            return split::not_terminated(name);
        }
        // The word is the directive's own name, or else the body begins with the rest of it.
        let unknown = match name {
            None => &self.text[word.start..brace],
            Some(_) => &self.text[brace + 1..word.end],
        };
        let unknown = String::from_utf8_lossy(&super::word::decode(unknown)).into_owned();
        format!("unknown directive \"{unknown}\"")
    }

    /// Makes a directive of the words `from..to` of what is pending, without linking it.
    pub(super) fn push_words(&mut self, words: &[Word], end: usize) -> DirectiveId {
        let start = words.first().map_or(end, |word| word.outer().start);
        let first = self.ast.words.len();
        self.ast.words.extend_from_slice(words);
        let id = self.push(start, end, Body::None);
        self.ast.directives[id.0 as usize].words = offset(first)..offset(self.ast.words.len());
        id
    }

    fn push(&mut self, start: usize, end: usize, body: Body) -> DirectiveId {
        let id = DirectiveId(offset(self.ast.directives.len()));
        self.ast.directives.push(Directive {
            words: 0..0,
            parent: None,
            first_child: None,
            next: None,
            end: offset(end),
            open: offset(end),
            start: offset(start),
            body,
            is_closed: false,
            context: Context::Unknown,
        });
        id
    }

    /// Puts a directive at the end of the block that is open.
    pub(super) fn link(&mut self, id: DirectiveId) {
        let context = self.context();
        let (parent, last) = match self.open.last_mut() {
            Some(open) => (Some(open.id), &mut open.last_child),
            None => (None, &mut self.last_root),
        };
        let previous = last.replace(id);
        match (previous, parent) {
            (Some(previous), _) => self.ast.directives[previous.0 as usize].next = Some(id),
            (None, Some(parent)) => {
                self.ast.directives[parent.0 as usize].first_child = Some(id);
            }
            (None, None) => self.ast.first = Some(id),
        }
        let directive = &mut self.ast.directives[id.0 as usize];
        directive.parent = parent;
        directive.context = context;
    }

    fn open_block(&mut self, at: usize) {
        if self.pending.is_empty() {
            let says = "unexpected \"{\"".to_owned();
            self.fault(FaultKind::StrayOpeningBrace, at..at + 1, at, Some(says));
            let id = self.push_words(&[], at);
            self.link(id);
            self.enter(id, at, Context::Unknown);
        } else {
            split::finish(self, End::Open(at));
        }
    }

    /// Makes a linked directive the block that is open; `at` is its `{`, or where it should stand.
    pub(super) fn enter(&mut self, id: DirectiveId, at: usize, inside: Context) {
        let directive = &mut self.ast.directives[id.0 as usize];
        directive.body = Body::Block;
        directive.open = offset(at);
        let start = directive.start as usize;
        let name = self
            .ast
            .words(id)
            .first()
            .map(|word| word.value(self.text).into_owned())
            .unwrap_or_default();
        if self.open.is_empty() && matches!(&name[..], b"http" | b"events") {
            self.root = Context::Main;
        }
        if lua::is_lua_block(&name) {
            self.ast.directives[id.0 as usize].body = Body::Raw;
            if let Some(close) = lua::closing_brace(self.text, at + 1) {
                self.lexer.go_to(close + 1);
                self.ast.directives[id.0 as usize].end = offset(close + 1);
                return;
            }
            self.lexer.go_to(self.text.len());
        }
        self.open.push(Open {
            id,
            context: inside,
            indent: Indent::of(self.text, start),
            last_child: None,
        });
    }

    fn close(&mut self, at: usize) {
        let indent = Indent::of(self.text, at);
        if self.is_stray(at) {
            let (noticed, says) = self.budget.stray_noticed(at);
            self.fault(
                FaultKind::StrayClosingBrace,
                at..at + 1,
                noticed,
                Some(says),
            );
            return;
        }
        for _ in 0..self.blocks_missed_by(indent) {
            self.close_unclosed(at);
        }
        match self.open.pop() {
            Some(open) => {
                let directive = &mut self.ast.directives[open.id.0 as usize];
                directive.end = offset(at + 1);
                directive.is_closed = true;
            }
            None => {
                self.stray += 1;
                let says = "unexpected \"}\"".to_owned();
                self.fault(
                    FaultKind::StrayClosingBrace,
                    at..at + 1,
                    at,
                    Some(says.clone()),
                );
                self.refuse(at, says);
            }
        }
    }

    /// Ends the innermost block although nothing closes it.
    pub(super) fn close_unclosed(&mut self, end: usize) {
        if let Some(open) = self.open.pop() {
            self.ast.directives[open.id.0 as usize].end = offset(end);
            self.unclosed.push(open.id);
        }
    }

    fn close_all(&mut self, end: usize) {
        while !self.open.is_empty() {
            self.close_unclosed(end);
        }
    }

    /// The first thing that nginx refuses: it stops there.
    pub(super) fn refuse(&mut self, at: usize, says: String) {
        if self.refusal.is_none() {
            self.refusal = Some(Refusal { at, says });
        }
    }

    fn report_unclosed(&mut self) {
        let Some(first) = self.unclosed.first().copied() else {
            return;
        };
        let place = |parser: &Self, id: DirectiveId| {
            let directive = parser.ast.get(id);
            match parser.ast.words(id).first() {
                Some(word) => word.outer(),
                None => directive.open as usize..directive.open as usize + 1,
            }
        };
        let (noticed, says) = self.budget.unclosed_noticed(self.text.len());
        let range = place(self, first);
        self.fault(FaultKind::MissingClosingBrace, range, noticed, Some(says));
        let others: Vec<_> = self.unclosed[1..]
            .iter()
            .take(8)
            .map(|id| self.source.span(place(self, *id)))
            .collect();
        if let Some(fault) = self.ast.faults.last_mut() {
            fault.others = others;
        }
    }

    /// What a block of that name is, in the block that is open.
    pub(super) fn inside(&self, name: &[u8]) -> Context {
        let context = self.context();
        if !self.open.is_empty() && context == Context::Unknown {
            return Context::Unknown;
        }
        context.inside(name)
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
