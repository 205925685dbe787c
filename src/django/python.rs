//! Python as ruff's parser reads it, turned into [`super::syntax`].
//!
//! The only module that names the parser's crates.

use std::borrow::Cow;
use std::thread;

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

use crate::source::{FileId, SourceFile, Span};

use super::guard::{self, Verdict};
use super::syntax::{
    Alias, Call, Comparison, Comprehension, Expression, ExpressionKind, Fault, MAX_DEPTH, Makes,
    Module, Operator, Piece, Statement, StatementKind,
};
use super::writes;

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
                writes: super::syntax::Writes {
                    anything: true,
                    ..Default::default()
                },
            },
        }],
        faults: vec![Fault {
            span,
            message: why.to_owned(),
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
    let mut faults: Vec<Fault> = parsed
        .errors()
        .iter()
        .map(|error| Fault {
            span: Span::new(file, error.location.to_std_range()),
            message: format!("Python cannot read this: {}", error.error),
        })
        .collect();
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
            writes: self.writes(span),
        }
    }

    fn statement(&self, statement: &Stmt, depth: usize) -> Statement {
        let span = self.span(statement);
        let compound = matches!(statement, Stmt::If(_) | Stmt::Try(_) | Stmt::With(_));
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
                    .map(|ast::ExceptHandler::ExceptHandler(handler)| {
                        self.block(&handler.body, depth)
                    })
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
                StatementKind::Define {
                    name: function.name.to_string(),
                    body: self.block(&function.body, depth),
                    writes: self.writes(span),
                }
            }
            Stmt::Raise(_) => StatementKind::Raise,
            Stmt::Pass(_) | Stmt::Global(_) | Stmt::Assert(_) => StatementKind::Pass,
            Stmt::For(_) => self.opaque(span, "a loop decides it"),
            Stmt::While(_) => self.opaque(span, "a loop decides it"),
            Stmt::ClassDef(_) => self.opaque(span, "it is a class"),
            Stmt::FunctionDef(_) => self.opaque(span, "it is a decorated function"),
            Stmt::Match(_) => self.opaque(span, "a match statement decides it"),
            _ => self.opaque(span, "it is set in a way that is not followed"),
        }
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

    fn all(&self, expressions: &[Expr], depth: usize) -> Vec<Expression> {
        expressions
            .iter()
            .map(|expression| self.expression(expression, depth))
            .collect()
    }

    fn boxed(&self, expression: &Expr, depth: usize) -> Box<Expression> {
        Box::new(self.expression(expression, depth))
    }

    fn not_followed(&self, span: Span, what: &'static str) -> ExpressionKind {
        ExpressionKind::Opaque {
            what,
            writes: self.writes(span),
        }
    }

    fn expression(&self, expression: &Expr, depth: usize) -> Expression {
        let span = self.span(expression);
        let kind = if depth >= MAX_DEPTH {
            self.not_followed(span, "it is nested too deeply")
        } else {
            self.kind(expression, span, depth + 1)
        };
        Expression { span, kind }
    }

    fn kind(&self, expression: &Expr, span: Span, depth: usize) -> ExpressionKind {
        match expression {
            Expr::NoneLiteral(_) => ExpressionKind::None,
            Expr::BooleanLiteral(literal) => ExpressionKind::Bool(literal.value),
            Expr::NumberLiteral(literal) => self.number(&literal.value, span),
            Expr::StringLiteral(literal) => self.string(literal.value.to_str(), span),
            Expr::BytesLiteral(literal) => ExpressionKind::Bytes(literal.value.bytes().collect()),
            Expr::FString(format) => self.format(format, span, depth),
            Expr::Name(name) => ExpressionKind::Name(name.id.to_string()),
            Expr::List(list) => ExpressionKind::List(self.all(&list.elts, depth)),
            Expr::Tuple(tuple) => ExpressionKind::Tuple(self.all(&tuple.elts, depth)),
            Expr::Set(set) => ExpressionKind::Set(self.all(&set.elts, depth)),
            Expr::Dict(dict) => ExpressionKind::Dict(
                dict.items
                    .iter()
                    .map(|item| {
                        let key = item.key.as_ref();
                        (
                            key.map(|key| self.expression(key, depth)),
                            self.expression(&item.value, depth),
                        )
                    })
                    .collect(),
            ),
            Expr::Starred(starred) => ExpressionKind::Starred(self.boxed(&starred.value, depth)),
            Expr::Attribute(attribute) => ExpressionKind::Attribute(
                self.boxed(&attribute.value, depth),
                attribute.attr.to_string(),
            ),
            Expr::Subscript(subscript) => ExpressionKind::Subscript(
                self.boxed(&subscript.value, depth),
                self.boxed(&subscript.slice, depth),
            ),
            Expr::Slice(slice) if slice.step.is_none() => ExpressionKind::Slice(
                slice.lower.as_ref().map(|lower| self.boxed(lower, depth)),
                slice.upper.as_ref().map(|upper| self.boxed(upper, depth)),
            ),
            Expr::Call(call) => self.call(call, depth),
            Expr::BinOp(binary) => ExpressionKind::Binary(
                self.boxed(&binary.left, depth),
                operator(binary.op),
                self.boxed(&binary.right, depth),
            ),
            Expr::UnaryOp(unary) => match unary.op {
                ast::UnaryOp::Not => ExpressionKind::Not(self.boxed(&unary.operand, depth)),
                ast::UnaryOp::USub => ExpressionKind::Negative(self.boxed(&unary.operand, depth)),
                _ => {
                    self.not_followed(span, "it is worked out by an operator that is not followed")
                }
            },
            Expr::BoolOp(boolean) => {
                let values = self.all(&boolean.values, depth);
                match boolean.op {
                    ast::BoolOp::And => ExpressionKind::And(values),
                    ast::BoolOp::Or => ExpressionKind::Or(values),
                }
            }
            Expr::Compare(compare) => self.compare(compare, span, depth),
            Expr::If(conditional) => ExpressionKind::Conditional {
                test: self.boxed(&conditional.test, depth),
                body: self.boxed(&conditional.body, depth),
                otherwise: self.boxed(&conditional.orelse, depth),
            },
            Expr::ListComp(list) => {
                self.comprehension(Makes::List, &list.elt, &list.generators, span, depth)
            }
            Expr::SetComp(set) => {
                self.comprehension(Makes::Set, &set.elt, &set.generators, span, depth)
            }
            Expr::Generator(generator) => {
                let (element, generators) = (&generator.elt, &generator.generators);
                self.comprehension(Makes::Generator, element, generators, span, depth)
            }
            Expr::DictComp(_) => self.not_followed(span, "a comprehension makes it"),
            Expr::Lambda(_) => self.not_followed(span, "it is a function"),
            _ => self.not_followed(span, "it is worked out in a way that is not followed"),
        }
    }

    fn number(&self, number: &ast::Number, span: Span) -> ExpressionKind {
        match number {
            ast::Number::Int(int) => int.as_i64().map_or_else(
                || self.not_followed(span, "the number is too large"),
                ExpressionKind::Int,
            ),
            ast::Number::Float(float) => ExpressionKind::Float(*float),
            ast::Number::Complex { .. } => self.not_followed(span, "it is a complex number"),
        }
    }

    fn string(&self, text: &str, span: Span) -> ExpressionKind {
        if text.contains(NOT_UTF8) {
            return self.not_followed(span, "the text is not UTF-8");
        }
        ExpressionKind::Str(text.to_owned())
    }

    fn format(&self, format: &ast::ExprFString, span: Span, depth: usize) -> ExpressionKind {
        let mut pieces = Vec::new();
        for part in &format.value {
            match part {
                ast::FStringPart::Literal(literal) => {
                    pieces.push(Piece::Text(literal.value.to_string()));
                }
                ast::FStringPart::FString(format) => {
                    for element in &format.elements {
                        match element {
                            ast::InterpolatedStringElement::Literal(literal) => {
                                pieces.push(Piece::Text(literal.value.to_string()));
                            }
                            ast::InterpolatedStringElement::Interpolation(hole)
                                if hole.format_spec.is_none()
                                    && hole.debug_text.is_none()
                                    && matches!(
                                        hole.conversion,
                                        ast::ConversionFlag::None | ast::ConversionFlag::Str
                                    ) =>
                            {
                                pieces.push(Piece::Value(self.expression(&hole.expression, depth)));
                            }
                            ast::InterpolatedStringElement::Interpolation(_) => {
                                return self.not_followed(span, "an f-string formats it");
                            }
                        }
                    }
                }
            }
        }
        let broken = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(NOT_UTF8));
        if pieces.iter().any(broken) {
            return self.not_followed(span, "the text is not UTF-8");
        }
        ExpressionKind::Format(pieces)
    }

    fn call(&self, call: &ast::ExprCall, depth: usize) -> ExpressionKind {
        ExpressionKind::Call(Box::new(Call {
            function: self.expression(&call.func, depth),
            arguments: self.all(&call.arguments.args, depth),
            keywords: call
                .arguments
                .keywords
                .iter()
                .map(|keyword| {
                    let name = keyword.arg.as_ref().map(ToString::to_string);
                    (name, self.expression(&keyword.value, depth))
                })
                .collect(),
        }))
    }

    fn compare(&self, compare: &ast::ExprCompare, span: Span, depth: usize) -> ExpressionKind {
        let ([op], [right]) = (&*compare.ops, &*compare.comparators) else {
            return self.not_followed(span, "a chain of comparisons decides it");
        };
        ExpressionKind::Compare(
            self.boxed(&compare.left, depth),
            comparison(*op),
            self.boxed(right, depth),
        )
    }

    fn comprehension(
        &self,
        makes: Makes,
        element: &Expr,
        generators: &[ast::Comprehension],
        span: Span,
        depth: usize,
    ) -> ExpressionKind {
        let [generator] = generators else {
            return self.not_followed(span, "a comprehension makes it");
        };
        let Expr::Name(target) = &generator.target else {
            return self.not_followed(span, "a comprehension makes it");
        };
        if generator.is_async {
            return self.not_followed(span, "a comprehension makes it");
        }
        ExpressionKind::Comprehension(Box::new(Comprehension {
            makes,
            element: self.expression(element, depth),
            target: target.id.to_string(),
            iterable: self.expression(&generator.iter, depth),
            conditions: self.all(&generator.ifs, depth),
        }))
    }
}

fn operator(operator: ast::Operator) -> Operator {
    match operator {
        ast::Operator::Add => Operator::Add,
        ast::Operator::Sub => Operator::Subtract,
        ast::Operator::Mult => Operator::Multiply,
        ast::Operator::Div => Operator::Divide,
        ast::Operator::FloorDiv => Operator::FloorDivide,
        ast::Operator::Mod => Operator::Modulo,
        ast::Operator::Pow => Operator::Power,
        ast::Operator::BitOr => Operator::Or,
        _ => Operator::Other,
    }
}

fn comparison(op: ast::CmpOp) -> Comparison {
    match op {
        ast::CmpOp::Eq => Comparison::Equal,
        ast::CmpOp::NotEq => Comparison::NotEqual,
        ast::CmpOp::Lt => Comparison::Less,
        ast::CmpOp::LtE => Comparison::LessOrEqual,
        ast::CmpOp::Gt => Comparison::Greater,
        ast::CmpOp::GtE => Comparison::GreaterOrEqual,
        ast::CmpOp::Is => Comparison::Is,
        ast::CmpOp::IsNot => Comparison::IsNot,
        ast::CmpOp::In => Comparison::In,
        ast::CmpOp::NotIn => Comparison::NotIn,
    }
}

#[cfg(test)]
mod tests;
