//! From tokens to commands: what runs for sure, in which directory, with which variables.

use std::collections::BTreeMap;

use super::encoded::Encoded;
use super::lexer::Lexer;
use super::tokens::{Lexed, Operator, Token};
use super::{MAX_COMMANDS, MAX_DEPTH, Script, wrap};
use crate::launch::word::{Command, Environment, Variable, Word};
use crate::source::{Origin, SourceFile};
use crate::tree::normalize;
use crate::value::{Unknown, Value};

/// What is open around a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// `if`, `while`, `until`, `for`: what is inside may not run, or not once.
    Conditional,
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
    /// What variables are set to; nothing for one that is set to something unknown.
    pub(super) variables: BTreeMap<String, Option<String>>,
    directory: Option<Word>,
    /// The directories to go back to when a subshell ends.
    outer: Vec<Option<Word>>,
    blocks: Vec<Block>,
    /// Behind `||`, until the list ends.
    after_or: bool,
    /// A word and `()`: a function's body follows.
    function_follows: bool,
    /// In a `case`, before the `)` of a pattern.
    in_pattern: bool,
    words: Vec<Lexed>,
    found: Script,
}

/// What a script does.
pub(super) fn script(
    source: &SourceFile,
    script: &Encoded,
    known: &Environment,
    depth: usize,
) -> Script {
    let mut parser = Parser {
        source,
        script,
        lexer: Lexer::new(&script.text),
        depth,
        variables: known
            .variables
            .iter()
            .map(|variable| {
                let value = variable.value.text().map(str::to_owned);
                (variable.name.clone(), value)
            })
            .collect(),
        directory: None,
        outer: Vec::new(),
        blocks: Vec::new(),
        after_or: false,
        function_follows: false,
        in_pattern: false,
        words: Vec::new(),
        found: Script::default(),
    };
    parser.run();
    // A quote that nothing closes: a shell would refuse it, so a template fills it in, or it is none.
    if parser.lexer.is_broken {
        return Script::default();
    }
    let mut found = parser.found;
    mark_last(&mut found.commands);
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
            if self.found.commands.len() >= MAX_COMMANDS {
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
                self.finish(true);
                self.after_or = false;
            }
            Operator::Pipe if self.in_pattern => self.words.clear(),
            Operator::And | Operator::Pipe => self.finish(false),
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
                    self.words.clear();
                } else {
                    self.finish(false);
                    self.outer.push(self.directory.clone());
                    let block = match std::mem::take(&mut self.function_follows) {
                        true => Block::Function,
                        false => Block::Subshell,
                    };
                    self.blocks.push(block);
                }
            }
            Operator::Close => {
                let ends_pattern = std::mem::take(&mut self.in_pattern);
                if ends_pattern || self.function_follows {
                    self.words.clear();
                } else {
                    self.finish(false);
                    if matches!(self.blocks.last(), Some(Block::Subshell | Block::Function)) {
                        self.blocks.pop();
                        self.directory = self.outer.pop().flatten();
                    }
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
            b"if" | b"while" | b"until" => self.blocks.push(Block::Conditional),
            b"for" | b"select" => {
                self.blocks.push(Block::Conditional);
                self.skip_line();
            }
            b"case" => {
                self.blocks.push(Block::Case);
                self.skip_until_in();
                self.in_pattern = true;
            }
            b"then" | b"do" | b"else" | b"elif" | b"!" | b"time" => {}
            b"fi" | b"done" => self.close(Block::Conditional),
            b"esac" => {
                self.close(Block::Case);
                self.in_pattern = false;
            }
            b"{" => {
                let block = match std::mem::take(&mut self.function_follows) {
                    true => Block::Function,
                    false => Block::Group,
                };
                self.outer.push(self.directory.clone());
                self.blocks.push(block);
            }
            b"}" => match self.blocks.last() {
                Some(Block::Function) => {
                    self.blocks.pop();
                    self.directory = self.outer.pop().flatten();
                }
                Some(Block::Group) => {
                    self.blocks.pop();
                    self.outer.pop();
                }
                _ => {}
            },
            b"function" => {
                self.lexer.next();
                self.function_follows = true;
            }
            _ => return false,
        }
        true
    }

    fn close(&mut self, block: Block) {
        if self.blocks.last() == Some(&block) {
            self.blocks.pop();
        }
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
        let inside =
            |block: &Block| matches!(block, Block::Conditional | Block::Case | Block::Function);
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
                self.set(&variable, is_certain);
            }
            return;
        };
        let read: Vec<Word> = rest.iter().map(|word| self.resolved(word)).collect();
        let span = self
            .script
            .span(self.source, first.range.start..last.range.end);
        match read.first().and_then(Word::text) {
            Some("cd" | "pushd") => return self.change_directory(&read, is_certain),
            Some("popd") => {
                self.directory = Some(Word::unknown(span, "the shell goes back to a directory"));
                return;
            }
            Some("export" | "readonly" | "declare" | "typeset" | "local") => {
                for word in rest.iter().skip(1) {
                    if let Some(variable) = self.assigned(word) {
                        self.set(&variable, is_certain);
                        if is_certain {
                            self.found.exported.variables.push(variable);
                        }
                    }
                }
                return;
            }
            Some("unset" | "read") => {
                for word in read.iter().skip(1).filter_map(Word::text) {
                    self.variables.insert(word.to_owned(), None);
                }
                return;
            }
            Some("." | "source" | "eval") => {
                self.variables.clear();
                let why = "what this sets is not followed";
                self.found.exported.openings.push(Unknown::at(span, why));
                return;
            }
            _ => {}
        }
        let command = Command {
            words: read,
            variables,
            directory: self.directory.clone(),
            user: None,
            in_background,
            is_last: false,
            is_certain,
            span,
        };
        if self.depth < MAX_DEPTH {
            let commands = wrap::unwrap(self.source, command, self.depth);
            self.found.commands.extend(commands);
        }
    }

    fn set(&mut self, variable: &Variable, is_certain: bool) {
        let value = variable
            .value
            .text()
            .filter(|_| is_certain)
            .map(str::to_owned);
        self.variables.insert(variable.name.clone(), value);
    }

    fn change_directory(&mut self, words: &[Word], is_certain: bool) {
        let target = words.iter().skip(1).find(|word| {
            word.text()
                .is_none_or(|text| text == "-" || !text.starts_with('-'))
        });
        let Some(target) = target else {
            let span = words.first().map(|word| word.span);
            self.directory = span.map(|span| Word::unknown(span, "the home directory"));
            return;
        };
        let joined = match (target.text().filter(|text| *text != "-"), is_certain) {
            (Some(path), true) => match &self.directory {
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
        self.directory = Some(match joined {
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
