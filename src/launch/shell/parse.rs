//! From tokens to commands: what runs for sure, in which directory, with which variables.

use std::collections::BTreeMap;
use std::ops::Range;

use super::changes::Changes;
use super::encoded::Encoded;
use super::lexer::Lexer;
use super::scope::Scope;
use super::tokens::{Lexed, Operator, Token};
use super::{MAX_COMMANDS, MAX_DEPTH, wrap};
use crate::launch::word::{Command, Environment, Variable, Word};
use crate::source::{Origin, SourceFile, Span};
use crate::tree::normalize;
use crate::value::{Unknown, Value};

/// What is open around a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// `if`: what is inside may not run.
    Conditional,
    /// `while`, `until`, `for`: what is inside may not run, or not once.
    Loop,
    /// `case`, whose patterns end with a `)`.
    Case,
    /// `{ … }`
    Group,
    /// `( … )`
    Subshell,
    /// A function's body.
    Function,
}

pub(super) struct Parser<'a> {
    pub(super) source: &'a SourceFile,
    pub(super) script: &'a Encoded,
    pub(super) lexer: Lexer<'a>,
    depth: usize,
    pub(super) scope: Scope,
    /// What to go back to when a subshell ends, or a function's body.
    outer: Vec<Scope>,
    blocks: Vec<Block>,
    /// What the loops and functions around this change, innermost last.
    changes: Vec<Changes>,
    /// The functions of the script, and what calling them changes.
    functions: BTreeMap<String, Changes>,
    /// What the script changes anywhere, and the commands of its functions: a function sees what was
    /// changed by the time it is called.
    all_changes: Changes,
    in_functions: Vec<Range<usize>>,
    /// The name of the function whose body follows.
    function: Option<String>,
    /// Behind `||`, until the list ends.
    after_or: bool,
    /// A word and `()`: a function's body follows.
    function_follows: bool,
    /// In a `case`, before the `)` of a pattern.
    in_pattern: bool,
    words: Vec<Lexed>,
    found: Vec<Command>,
    /// Whether the script is over: `exit`, or `exec` of another program.
    is_over: bool,
}

/// The commands of a script, in order.
pub(super) fn script(
    source: &SourceFile,
    script: &Encoded,
    known: &Environment,
    depth: usize,
) -> Vec<Command> {
    let mut parser = Parser {
        source,
        script,
        lexer: Lexer::new(&script.text),
        depth,
        scope: Scope::new(known),
        outer: Vec::new(),
        blocks: Vec::new(),
        changes: Vec::new(),
        functions: BTreeMap::new(),
        all_changes: Changes::default(),
        in_functions: Vec::new(),
        function: None,
        after_or: false,
        function_follows: false,
        in_pattern: false,
        words: Vec::new(),
        found: Vec::new(),
        is_over: false,
    };
    parser.run();
    // A quote that nothing closes: a shell would refuse it, so a template fills it in, or it is none.
    if parser.lexer.is_broken {
        return Vec::new();
    }
    let mut found = parser.found;
    for range in parser.in_functions {
        for command in &mut found[range] {
            parser.all_changes.blur(command);
        }
    }
    mark_last(&mut found);
    found
}

/// The last command is what watches the script watches, if it runs for sure.
pub(super) fn mark_last(commands: &mut [Command]) {
    if let Some(last) = commands.last_mut()
        && last.is_certain
        && !last.in_background
    {
        last.is_last = true;
    }
}

impl Parser<'_> {
    fn run(&mut self) {
        loop {
            if self.is_over || self.found.len() >= MAX_COMMANDS {
                return;
            }
            match self.lexer.next() {
                Token::End => {
                    self.finish(false);
                    return;
                }
                Token::Newline => {
                    self.finish(false);
                    self.after_or = false;
                }
                Token::Redirection => {}
                Token::Word(word) => self.word(word),
                Token::Operator(operator) => self.operator(operator),
            }
        }
    }

    fn operator(&mut self, operator: Operator) {
        match operator {
            Operator::Semicolon => {
                self.finish(false);
                self.after_or = false;
            }
            Operator::Background => {
                let before = self.scope.clone();
                self.finish(true);
                self.scope = before;
                self.after_or = false;
            }
            Operator::Pipe if self.in_pattern => self.words.clear(),
            Operator::And => self.finish(false),
            Operator::Pipe => {
                // Each part of a pipeline is a shell of its own.
                let before = self.scope.clone();
                self.finish(false);
                self.scope = before;
            }
            Operator::Or => {
                self.finish(false);
                self.after_or = true;
            }
            Operator::CaseEnd => {
                self.finish(false);
                self.after_or = false;
                self.in_pattern = self.blocks.last() == Some(&Block::Case);
            }
            Operator::Open => {
                // `name()` begins a function; in a `case`, `(pattern)`.
                if self.in_pattern {
                    self.words.clear();
                } else if self.words.len() == 1 {
                    self.function_follows = true;
                    self.function = self.words.first().and_then(Lexed::text);
                    self.words.clear();
                } else {
                    self.finish(false);
                    match std::mem::take(&mut self.function_follows) {
                        true => self.open(Block::Function),
                        false => self.open(Block::Subshell),
                    }
                }
            }
            Operator::Close => {
                let ends_pattern = std::mem::take(&mut self.in_pattern);
                if ends_pattern || self.function_follows {
                    self.words.clear();
                } else {
                    self.finish(false);
                    self.close(&[Block::Subshell, Block::Function]);
                }
            }
        }
    }

    fn word(&mut self, word: Lexed) {
        if self.words.is_empty()
            && let Some(bare) = word.bare()
            && self.keyword(&bare)
        {
            return;
        }
        self.words.push(word);
    }

    /// Whether the word at the place of a command only builds the script.
    fn keyword(&mut self, word: &[u8]) -> bool {
        match word {
            b"if" => self.open(Block::Conditional),
            b"while" | b"until" => self.open(Block::Loop),
            b"for" | b"select" => {
                self.open(Block::Loop);
                self.skip_line();
            }
            b"case" => {
                self.open(Block::Case);
                self.skip_until_in();
                self.in_pattern = true;
            }
            b"then" | b"do" | b"else" | b"elif" | b"!" | b"time" => {}
            b"fi" => self.close(&[Block::Conditional]),
            b"done" => self.close(&[Block::Loop]),
            b"esac" => {
                self.close(&[Block::Case]);
                self.in_pattern = false;
            }
            b"{" => match std::mem::take(&mut self.function_follows) {
                true => self.open(Block::Function),
                false => self.open(Block::Group),
            },
            b"}" => self.close(&[Block::Function, Block::Group]),
            b"function" => {
                if let Token::Word(name) = self.lexer.next() {
                    self.function = name.text();
                }
                self.function_follows = true;
            }
            _ => return false,
        }
        true
    }

    fn open(&mut self, block: Block) {
        if matches!(block, Block::Subshell | Block::Function) {
            self.outer.push(self.scope.clone());
        }
        if matches!(block, Block::Loop | Block::Function) {
            let function = self.function.take();
            self.changes.push(Changes {
                function: function.filter(|_| block == Block::Function),
                before: self.found.len(),
                ..Changes::default()
            });
        }
        self.blocks.push(block);
    }

    /// Ends the innermost block, if it is one of these.
    fn close(&mut self, blocks: &[Block]) {
        let Some(block) = self
            .blocks
            .last()
            .copied()
            .filter(|last| blocks.contains(last))
        else {
            return;
        };
        self.blocks.pop();
        if matches!(block, Block::Subshell | Block::Function)
            && let Some(outer) = self.outer.pop()
        {
            self.scope = outer;
        }
        if matches!(block, Block::Loop | Block::Function)
            && let Some(changes) = self.changes.pop()
        {
            // The next round, or the next call, begins with what this one left.
            for command in &mut self.found[changes.before..] {
                changes.blur(command);
            }
            match (block, changes.function.clone()) {
                (Block::Function, Some(name)) => {
                    self.in_functions.push(changes.before..self.found.len());
                    // Of two of that name, the one that was defined last is called, if it was.
                    self.functions.entry(name).or_default().add(&changes);
                }
                _ => self.changed(&changes),
            }
        }
    }

    /// Remembers a change for the loops and functions around it.
    fn changed(&mut self, change: &Changes) {
        self.all_changes.add(change);
        for around in &mut self.changes {
            around.add(change);
        }
    }

    /// What a call of one of the script's functions leaves.
    fn call(&mut self, changes: &Changes, span: Span) {
        for name in changes.names.keys() {
            self.scope.doubt(name, span);
        }
        if changes.directory {
            self.scope.directory = Some(Word::unknown(span, "a function goes somewhere"));
        }
        if changes.everything {
            let why = "what this sets is not followed";
            self.scope.forget_all(Unknown::at(span, why));
        }
        self.changed(changes);
    }

    /// The words of `for x in a b`.
    fn skip_line(&mut self) {
        loop {
            match self.lexer.next() {
                Token::Newline | Token::End | Token::Operator(Operator::Semicolon) => return,
                _ => {}
            }
        }
    }

    fn skip_until_in(&mut self) {
        loop {
            match self.lexer.next() {
                Token::End => return,
                Token::Word(word) if word.bare().as_deref() == Some(b"in") => return,
                _ => {}
            }
        }
    }

    /// Whether what stands here runs, once and for sure.
    fn is_certain(&self) -> bool {
        let inside = |block: &Block| !matches!(block, Block::Group | Block::Subshell);
        !self.after_or && !self.blocks.iter().any(inside)
    }

    /// Ends the command that the words so far are.
    fn finish(&mut self, in_background: bool) {
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            return;
        }
        let assignments = words
            .iter()
            .take_while(|word| word.assignment().is_some())
            .count();
        let (before, rest) = words.split_at(assignments);
        let mut variables: Vec<Variable> = Vec::new();
        for word in before {
            variables.extend(self.assigned(word));
        }
        let is_certain = self.is_certain();
        let (Some(first), Some(last)) = (rest.first(), rest.last()) else {
            for variable in variables {
                self.scope.assign(&variable, is_certain);
                self.changed(&Changes::of(variable.name, variable.name_span));
            }
            return;
        };
        let read: Vec<Word> = rest.iter().map(|word| self.resolved(word)).collect();
        let span = self
            .script
            .span(self.source, first.range.start..last.range.end);
        // Before a function's name, they hold inside of it.
        for variable in &variables {
            let change = Changes::of(variable.name.clone(), variable.name_span);
            self.all_changes.add(&change);
        }
        let builtin = read.first().and_then(Word::text);
        match builtin {
            Some("cd" | "pushd" | "popd") => {
                self.changed(&Changes {
                    directory: true,
                    ..Changes::default()
                });
                return match builtin {
                    Some("popd") => {
                        let why = "the shell goes back to a directory";
                        self.scope.directory = Some(Word::unknown(span, why));
                    }
                    _ => self.change_directory(&read, is_certain),
                };
            }
            Some("export" | "readonly" | "declare" | "typeset" | "local") => {
                return self.declare(builtin == Some("export"), rest, &read, is_certain);
            }
            Some("unset" | "read") => {
                for word in read.iter().skip(1) {
                    if let Some(name) = word.text() {
                        match builtin {
                            Some("unset") => self.scope.unset(name, word.span, is_certain),
                            _ => self.scope.forget(name, word.span),
                        }
                        self.changed(&Changes::of(name, word.span));
                    }
                }
                return;
            }
            Some("." | "source" | "eval") => {
                let why = "what this sets is not followed";
                self.scope.forget_all(Unknown::at(span, why));
                self.changed(&Changes {
                    everything: true,
                    ..Changes::default()
                });
                return;
            }
            Some(name) => {
                if let Some(changes) = self.functions.get(name).cloned() {
                    self.call(&changes, span);
                }
            }
            None => {}
        }
        let ends = match builtin {
            Some("exit") => true,
            Some("exec") => read.len() > 1,
            _ => false,
        };
        self.is_over = ends && is_certain && self.blocks.is_empty();
        let own = Environment {
            variables,
            openings: Vec::new(),
        };
        let command = Command {
            words: read,
            environment: self.scope.exported().clone().with(&own),
            directory: self.scope.directory.clone(),
            user: None,
            in_background,
            is_last: false,
            is_certain,
            span,
        };
        if self.depth < MAX_DEPTH {
            let commands = wrap::unwrap(self.source, command, self.depth);
            self.found.extend(commands);
        }
    }

    /// `export A=b C`, and the others, which keep their names in the shell.
    fn declare(&mut self, exports: bool, words: &[Lexed], read: &[Word], is_certain: bool) {
        for (word, read) in words.iter().zip(read).skip(1) {
            match (self.assigned(word), read.text()) {
                (Some(variable), _) => {
                    self.changed(&Changes::of(variable.name.clone(), variable.name_span));
                    match exports {
                        true => self.scope.export(variable, is_certain),
                        false => self.scope.assign(&variable, is_certain),
                    }
                }
                (None, Some(name)) if exports && !name.starts_with('-') => {
                    self.changed(&Changes::of(name, read.span));
                    self.scope.export_name(name, read.span, is_certain);
                }
                _ => {}
            }
        }
    }

    fn change_directory(&mut self, words: &[Word], is_certain: bool) {
        let target = words.iter().skip(1).find(|word| {
            word.text()
                .is_none_or(|text| text == "-" || !text.starts_with('-'))
        });
        let Some(target) = target else {
            let span = words.first().map(|word| word.span);
            self.scope.directory = span.map(|span| Word::unknown(span, "the home directory"));
            return;
        };
        let joined = match (target.text().filter(|text| *text != "-"), is_certain) {
            (Some(path), true) => match &self.scope.directory {
                _ if path.starts_with('/') => Some(normalize(
                    std::path::Path::new("/"),
                    std::path::Path::new(path),
                )),
                Some(base) => base.text().map(|base| {
                    // From a directory that is not known yet, `..` cannot be taken out.
                    let base = std::path::Path::new(base);
                    match base.is_absolute() {
                        true => normalize(base, std::path::Path::new(path)),
                        false => base.join(path),
                    }
                }),
                None => Some(std::path::PathBuf::from(path)),
            },
            _ => None,
        };
        self.scope.directory = Some(match joined {
            Some(path) => Word {
                value: Value::known(
                    path.to_string_lossy().into_owned(),
                    Origin::Computed(target.span),
                ),
                span: target.span,
            },
            None => Word::unknown(target.span, "where the shell goes is not known"),
        });
    }
}
