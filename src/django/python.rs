//! Python as ruff's parser reads it, turned into [`super::syntax`].
//!
//! The only module that names the parser's crates.

mod expressions;

use std::borrow::Cow;
use std::sync::Arc;
use std::thread;

use ruff_python_ast::{self as ast, Stmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

use crate::source::{FileId, SourceFile, Span};

use super::guard::{self, Verdict};
use super::syntax::{
    Alias, Case, Expression, ExpressionKind, Fault, MAX_DEPTH, Module, Pattern, Statement,
    StatementKind,
};
use super::writes;
use expressions::{is_generator, operator};

/// Stack for one level of the parser's tree, when it is walked and dropped; measured
/// in debug builds, where a level of a chain takes the most.
const STACK_PER_LEVEL: usize = 1024;

/// What stands for a byte that is not UTF-8: a string that holds it is not known.
const NOT_UTF8: char = '\u{1A}';

/// Reads a file, whatever it holds.
pub(crate) fn parse(source: &SourceFile) -> Module {
    let text = decode(source.bytes());
    match guard::look(text.as_bytes()) {
        Verdict::Here => convert_all(source.id(), &text),
        Verdict::Deep(depth) => parse_on_own_stack(source, &text, depth),
        Verdict::Refused(why, offset) => refused(source, offset, why),
    }
}

fn parse_on_own_stack(source: &SourceFile, text: &str, depth: usize) -> Module {
    let stack = (1 << 20) + depth * STACK_PER_LEVEL;
    let parsed = thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(stack)
            .spawn_scoped(scope, || convert_all(source.id(), text))
            .ok()
            .and_then(|thread| thread.join().ok())
    });
    parsed.unwrap_or_else(|| refused(source, 0, "a statement is too long to be read"))
}

fn refused(source: &SourceFile, offset: usize, why: &str) -> Module {
    let end = (offset + 1).min(source.bytes().len());
    let span = source.span(offset.min(end)..end);
    Module {
        body: vec![Statement {
            span,
            kind: StatementKind::Opaque {
                what: "this file was not read as Python",
                name: None,
                writes: super::syntax::Writes {
                    anything: true,
                    ..Default::default()
                },
            },
        }],
        faults: vec![Fault {
            span,
            message: why.to_owned(),
            is_of_another_language: true,
        }],
        opening: span,
    }
}

/// The text with every byte in its place; what is not UTF-8 becomes one byte each.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let mut text = match std::str::from_utf8(bytes) {
        Ok(text) => return Cow::Borrowed(text),
        Err(_) => String::with_capacity(bytes.len()),
    };
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| NOT_UTF8));
    }
    Cow::Owned(text)
}

fn convert_all(file: FileId, text: &str) -> Module {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let is_template = !parsed.errors().is_empty()
        && (text.contains("{{") && text.contains("}}") || text.contains("{%"));
    let mut faults: Vec<Fault> = parsed
        .errors()
        .iter()
        .map(|error| Fault {
            span: Span::new(file, error.location.to_std_range()),
            message: format!("Python cannot read this: {}", error.error),
            is_of_another_language: is_template,
        })
        .collect();
    let mut first = faults.iter().take(FAULTS_TO_JUDGE_BY);
    let is_of_python_2 = first.any(|fault| is_python_2(line_at(text, fault.span)));
    if is_of_python_2 {
        for fault in &mut faults {
            fault.message = "Python 3 cannot read this: it is written for Python 2".to_owned();
            fault.is_of_another_language = true;
        }
    }
    faults.sort_by_key(|fault| fault.span);
    let converter = Converter {
        file,
        text: text.as_bytes(),
        faults: faults.iter().map(|fault| fault.span).collect(),
    };
    let body = match parsed.syntax() {
        ast::Mod::Module(module) => converter.block(&module.body, 0),
        ast::Mod::Expression(_) => Vec::new(),
    };
    let opening = converter.opening(&body);
    Module {
        body,
        faults,
        opening,
    }
}

/// As many faults tell whether a file is written for Python 2.
const FAULTS_TO_JUDGE_BY: usize = 20;

/// No line that tells it is longer.
const LONGEST_LINE: usize = 512;

/// The line that a place begins on; nothing of one that is too long.
fn line_at(text: &str, place: Span) -> &str {
    let bytes = text.as_bytes();
    let at = place.range().start.min(bytes.len());
    let before = &bytes[at.saturating_sub(LONGEST_LINE)..at];
    let behind = &bytes[at..bytes.len().min(at + LONGEST_LINE)];
    let start = match memchr::memrchr(b'\n', before) {
        Some(end) => at - before.len() + end + 1,
        None => at - before.len(),
    };
    let end = at + memchr::memchr(b'\n', behind).unwrap_or(behind.len());
    text.get(start..end).unwrap_or_default()
}

/// Whether a line is as only Python 2 takes it: `print "x"`, `except E, e:`, `raise E, "x"`, `exec "x"`, `0755`,
/// `10L`, `a <> b`, `` `a` ``, `ur"x"`.
fn is_python_2(line: &str) -> bool {
    let line = line.trim();
    let after = |word: &str| {
        let rest = line.strip_prefix(word)?;
        rest.strip_prefix([' ', '\t']).map(str::trim_start)
    };
    let is_statement = ["print", "exec"].iter().any(|word| {
        after(word).is_some_and(|rest| !rest.starts_with(['(', '=', '.', ',', ':', ')']))
    });
    let has_comma =
        |word: &str| after(word).is_some_and(|rest| !rest.starts_with('(') && rest.contains(','));
    // `0755` and `10L`
    let is_number = |word: &str| {
        let is_octal = word.len() > 1
            && word.starts_with('0')
            && word.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
        let long = word.strip_suffix(['L', 'l']).unwrap_or_default();
        is_octal || !long.is_empty() && long.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut words = line.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '.');
    is_statement
        || has_comma("except")
        || has_comma("raise")
        || line.contains("<>")
        || ["`", "ur'", "ur\""].iter().any(|sign| line.contains(sign))
        || words.any(is_number)
}

struct Converter<'a> {
    file: FileId,
    text: &'a [u8],
    /// Where the parser had to guess, in order.
    faults: Vec<Span>,
}

impl Converter<'_> {
    fn span(&self, node: impl Ranged) -> Span {
        Span::new(self.file, node.range().to_std_range())
    }

    fn opening(&self, body: &[Statement]) -> Span {
        let is_docstring = |statement: &&Statement| {
            matches!(
                &statement.kind,
                StatementKind::Expression(Expression {
                    kind: ExpressionKind::Str(_),
                    ..
                })
            )
        };
        let first = body.iter().find(|s| !is_docstring(s)).or(body.first());
        let start = first.map_or(0, |statement| statement.span.range().start);
        let length = self.text[start.min(self.text.len())..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let end = (start + length.max(1)).min(self.text.len());
        Span::new(self.file, start.min(end)..end)
    }

    fn writes(&self, span: Span) -> super::syntax::Writes {
        let range = span.range();
        let end = range.end.min(self.text.len());
        let text = &self.text[range.start.min(end)..end];
        writes::scan(self.file, range.start, text)
    }

    fn is_broken(&self, span: Span) -> bool {
        let next = self.faults.partition_point(|fault| fault.end < span.start);
        self.faults
            .get(next)
            .is_some_and(|fault| fault.start <= span.end)
    }

    fn block(&self, statements: &[Stmt], depth: usize) -> Vec<Statement> {
        statements
            .iter()
            .map(|statement| self.statement(statement, depth))
            .collect()
    }

    fn opaque(&self, span: Span, what: &'static str) -> StatementKind {
        StatementKind::Opaque {
            what,
            name: None,
            writes: self.writes(span),
        }
    }

    fn named(&self, span: Span, what: &'static str, name: &ast::Identifier) -> StatementKind {
        StatementKind::Opaque {
            what,
            name: Some(name.to_string()),
            writes: self.writes(span),
        }
    }

    fn statement(&self, statement: &Stmt, depth: usize) -> Statement {
        let span = self.span(statement);
        let compound = matches!(
            statement,
            Stmt::If(_) | Stmt::Try(_) | Stmt::With(_) | Stmt::For(_) | Stmt::While(_)
        );
        let kind = if depth >= MAX_DEPTH {
            self.opaque(span, "it is nested too deeply")
        } else if !compound && self.is_broken(span) {
            self.opaque(span, "Python cannot read it")
        } else {
            self.statement_kind(statement, span, depth + 1)
        };
        Statement { span, kind }
    }

    fn statement_kind(&self, statement: &Stmt, span: Span, depth: usize) -> StatementKind {
        match statement {
            Stmt::Assign(assign) => StatementKind::Assign {
                targets: self.all(&assign.targets, depth),
                value: self.expression(&assign.value, depth),
            },
            Stmt::AnnAssign(assign) => match &assign.value {
                Some(value) => StatementKind::Assign {
                    targets: vec![self.expression(&assign.target, depth)],
                    value: self.expression(value, depth),
                },
                None => StatementKind::Pass,
            },
            Stmt::AugAssign(assign) => StatementKind::Augment {
                target: self.expression(&assign.target, depth),
                operator: operator(assign.op),
                value: self.expression(&assign.value, depth),
            },
            Stmt::Expr(expression) => {
                StatementKind::Expression(self.expression(&expression.value, depth))
            }
            Stmt::If(branch) => self.branch(branch, depth),
            Stmt::Try(attempt) if !attempt.is_star => StatementKind::Try {
                body: self.block(&attempt.body, depth),
                handlers: attempt
                    .handlers
                    .iter()
                    .map(|ast::ExceptHandler::ExceptHandler(handler)| self.handler(handler, depth))
                    .collect(),
                otherwise: self.block(&attempt.orelse, depth),
                last: self.block(&attempt.finalbody, depth),
            },
            Stmt::With(with) if !with.is_async => StatementKind::With {
                items: with
                    .items
                    .iter()
                    .map(|item| {
                        let target = item.optional_vars.as_ref();
                        (
                            self.expression(&item.context_expr, depth),
                            target.map(|target| self.expression(target, depth)),
                        )
                    })
                    .collect(),
                body: self.block(&with.body, depth),
            },
            Stmt::Import(import) => StatementKind::Import(self.aliases(&import.names)),
            Stmt::ImportFrom(import) => StatementKind::ImportFrom {
                level: import.level as usize,
                module: import
                    .module
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
                names: self.aliases(&import.names),
            },
            Stmt::Delete(delete) => StatementKind::Delete(self.all(&delete.targets, depth)),
            Stmt::FunctionDef(function) if function.decorator_list.is_empty() => {
                let writes = self.writes(span);
                let is_plain = !function.is_async && !is_generator(&writes);
                let body = self.block(&function.body, depth);
                let lambda = self.callable(Some(&function.parameters), body, is_plain, depth);
                StatementKind::Define {
                    name: function.name.to_string(),
                    lambda: Arc::new(lambda),
                    writes,
                }
            }
            Stmt::Raise(_) => StatementKind::Raise,
            Stmt::Assert(_) => StatementKind::Assert,
            Stmt::Pass(_) => StatementKind::Pass,
            Stmt::Global(_) => StatementKind::Global,
            Stmt::Break(_) => StatementKind::Break,
            Stmt::Continue(_) => StatementKind::Continue,
            Stmt::Return(given) => StatementKind::Return(
                given
                    .value
                    .as_ref()
                    .map(|value| self.expression(value, depth)),
            ),
            Stmt::For(repeat) if !repeat.is_async => StatementKind::For {
                target: self.expression(&repeat.target, depth),
                iterable: self.expression(&repeat.iter, depth),
                body: self.block(&repeat.body, depth),
                otherwise: self.block(&repeat.orelse, depth),
            },
            Stmt::While(repeat) => StatementKind::While {
                test: self.expression(&repeat.test, depth),
                body: self.block(&repeat.body, depth),
                otherwise: self.block(&repeat.orelse, depth),
            },
            Stmt::Match(choice) => StatementKind::Match {
                subject: self.expression(&choice.subject, depth),
                cases: choice
                    .cases
                    .iter()
                    .map(|case| Case {
                        pattern: self.pattern(&case.pattern, depth),
                        guard: case
                            .guard
                            .as_ref()
                            .map(|guard| self.expression(guard, depth)),
                        body: self.block(&case.body, depth),
                    })
                    .collect(),
            },
            Stmt::ClassDef(class) => self.named(span, "it is a class", &class.name),
            Stmt::FunctionDef(function) => {
                self.named(span, "it is a decorated function", &function.name)
            }
            _ => self.opaque(span, "it is set in a way that is not followed"),
        }
    }

    /// A handler: the name of its exception is bound while it runs, and to nothing behind it.
    fn handler(&self, handler: &ast::ExceptHandlerExceptHandler, depth: usize) -> Vec<Statement> {
        let mut body = self.block(&handler.body, depth);
        if let Some(name) = &handler.name {
            let span = self.span(name);
            let expression = |kind| Expression { span, kind };
            let statement = |kind| Statement { span, kind };
            let target = expression(ExpressionKind::Name(name.to_string()));
            let exception = expression(ExpressionKind::Opaque {
                what: "it is an exception",
                writes: super::syntax::Writes::default(),
            });
            let bind = StatementKind::Assign {
                targets: vec![target.clone()],
                value: exception,
            };
            body.insert(0, statement(bind));
            body.push(statement(StatementKind::Delete(vec![target])));
        }
        body
    }

    fn branch(&self, branch: &ast::StmtIf, depth: usize) -> StatementKind {
        let mut arms = vec![(
            self.expression(&branch.test, depth),
            self.block(&branch.body, depth),
        )];
        let mut otherwise = Vec::new();
        for clause in &branch.elif_else_clauses {
            let body = self.block(&clause.body, depth);
            match &clause.test {
                Some(test) => arms.push((self.expression(test, depth), body)),
                None => otherwise = body,
            }
        }
        StatementKind::If { arms, otherwise }
    }

    fn pattern(&self, pattern: &ast::Pattern, depth: usize) -> Pattern {
        if depth >= MAX_DEPTH {
            return Pattern::Other;
        }
        match pattern {
            ast::Pattern::MatchValue(value) => Pattern::Value(self.expression(&value.value, depth)),
            ast::Pattern::MatchSingleton(singleton) => Pattern::Singleton(Expression {
                span: self.span(singleton),
                kind: match singleton.value {
                    ast::Singleton::None => ExpressionKind::None,
                    ast::Singleton::True => ExpressionKind::Bool(true),
                    ast::Singleton::False => ExpressionKind::Bool(false),
                },
            }),
            ast::Pattern::MatchOr(any) => {
                let patterns = any.patterns.iter();
                Pattern::Or(
                    patterns
                        .map(|pattern| self.pattern(pattern, depth + 1))
                        .collect(),
                )
            }
            ast::Pattern::MatchAs(ast::PatternMatchAs {
                pattern: None,
                name: None,
                ..
            }) => Pattern::Any,
            _ => Pattern::Other,
        }
    }

    fn aliases(&self, names: &[ast::Alias]) -> Vec<Alias> {
        names
            .iter()
            .map(|alias| Alias {
                name: alias.name.to_string(),
                alias: alias.asname.as_ref().map(ToString::to_string),
                span: self.span(alias),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
