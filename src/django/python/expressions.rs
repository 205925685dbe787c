//! Expressions.

use ruff_python_ast::{self as ast, Expr};

use std::sync::Arc;

use crate::source::Span;

use super::super::syntax::{
    Call, Clause, Comparison, Comprehension, Expression, ExpressionKind, Lambda, MAX_DEPTH, Makes,
    Operator, Parameter, Piece, Statement, StatementKind, Writes,
};
use super::{Converter, NOT_UTF8};

impl Converter<'_> {
    pub(super) fn all(&self, expressions: &[Expr], depth: usize) -> Vec<Expression> {
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

    pub(super) fn expression(&self, expression: &Expr, depth: usize) -> Expression {
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
            Expr::Slice(slice) => {
                let bound = |bound: &Option<Box<Expr>>| {
                    let bound = bound.as_ref();
                    bound.map(|bound| self.boxed(bound, depth))
                };
                ExpressionKind::Slice(bound(&slice.lower), bound(&slice.upper), bound(&slice.step))
            }
            Expr::Call(call) => self.call(call, depth),
            Expr::BinOp(binary) => ExpressionKind::Binary(
                self.boxed(&binary.left, depth),
                operator(binary.op),
                self.boxed(&binary.right, depth),
            ),
            Expr::UnaryOp(unary) => match unary.op {
                ast::UnaryOp::Not => ExpressionKind::Not(self.boxed(&unary.operand, depth)),
                ast::UnaryOp::USub => ExpressionKind::Negative(self.boxed(&unary.operand, depth)),
                ast::UnaryOp::UAdd => ExpressionKind::Positive(self.boxed(&unary.operand, depth)),
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
            Expr::Compare(compare) => ExpressionKind::Compare(
                self.boxed(&compare.left, depth),
                compare
                    .ops
                    .iter()
                    .zip(&compare.comparators)
                    .map(|(op, right)| (comparison(*op), self.expression(right, depth)))
                    .collect(),
            ),
            Expr::If(conditional) => ExpressionKind::Conditional {
                test: self.boxed(&conditional.test, depth),
                body: self.boxed(&conditional.body, depth),
                otherwise: self.boxed(&conditional.orelse, depth),
            },
            Expr::ListComp(list) => self.comprehension(
                Makes::List,
                (&list.elt, None),
                &list.generators,
                span,
                depth,
            ),
            Expr::SetComp(set) => {
                self.comprehension(Makes::Set, (&set.elt, None), &set.generators, span, depth)
            }
            Expr::DictComp(dict) => match &dict.key {
                Some(key) => {
                    let pair = (&**key, Some(&*dict.value));
                    self.comprehension(Makes::Dict, pair, &dict.generators, span, depth)
                }
                None => self.not_followed(span, "a comprehension makes it"),
            },
            Expr::Generator(generator) => {
                let (element, generators) = (&*generator.elt, &generator.generators);
                self.comprehension(Makes::Generator, (element, None), generators, span, depth)
            }
            Expr::Lambda(lambda) => self.lambda(lambda, span, depth),
            Expr::Named(named) => match &*named.target {
                Expr::Name(name) => {
                    ExpressionKind::Named(name.id.to_string(), self.boxed(&named.value, depth))
                }
                _ => self.not_followed(span, "it is worked out in a way that is not followed"),
            },
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
                            ast::InterpolatedStringElement::Interpolation(hole) => {
                                let is_bare =
                                    hole.format_spec.is_none() && hole.debug_text.is_none();
                                let held = || self.expression(&hole.expression, depth);
                                pieces.push(match hole.conversion {
                                    ast::ConversionFlag::None | ast::ConversionFlag::Str
                                        if is_bare =>
                                    {
                                        Piece::Value(held())
                                    }
                                    ast::ConversionFlag::Repr if is_bare => {
                                        Piece::Representation(held())
                                    }
                                    _ => return self.not_followed(span, "an f-string formats it"),
                                });
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

    fn comprehension(
        &self,
        makes: Makes,
        (element, value): (&Expr, Option<&Expr>),
        generators: &[ast::Comprehension],
        span: Span,
        depth: usize,
    ) -> ExpressionKind {
        if generators.iter().any(|generator| generator.is_async) {
            return self.not_followed(span, "a comprehension makes it");
        }
        ExpressionKind::Comprehension(Box::new(Comprehension {
            makes,
            element: self.expression(element, depth),
            value: value.map(|value| self.expression(value, depth)),
            clauses: generators
                .iter()
                .map(|generator| Clause {
                    target: self.expression(&generator.target, depth),
                    iterable: self.expression(&generator.iter, depth),
                    conditions: self.all(&generator.ifs, depth),
                })
                .collect(),
        }))
    }

    fn lambda(&self, lambda: &ast::ExprLambda, span: Span, depth: usize) -> ExpressionKind {
        let writes = self.writes(span);
        let body = self.expression(&lambda.body, depth);
        let body = vec![Statement {
            span,
            kind: StatementKind::Return(Some(body)),
        }];
        let is_plain = !is_generator(&writes);
        let lambda = self.callable(lambda.parameters.as_deref(), body, is_plain, depth);
        ExpressionKind::Lambda(Arc::new(lambda), writes)
    }

    /// A function with these parameters.
    pub(super) fn callable(
        &self,
        parameters: Option<&ast::Parameters>,
        body: Vec<Statement>,
        is_plain: bool,
        depth: usize,
    ) -> Lambda {
        let mut own = Vec::new();
        bound_in(&body, &mut own);
        own.sort_unstable();
        own.dedup();
        let mut made = Lambda {
            parameters: Vec::new(),
            rest: None,
            others: None,
            own,
            body,
            is_plain,
        };
        let Some(parameters) = parameters else {
            return made;
        };
        let name = |parameter: &ast::Parameter| parameter.name.to_string();
        made.rest = parameters.vararg.as_deref().map(name);
        made.others = parameters.kwarg.as_deref().map(name);
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let all = positional
            .map(|parameter| (parameter, false))
            .chain(parameters.kwonlyargs.iter().map(|named| (named, true)));
        let parameter = |(parameter, is_named): (&ast::ParameterWithDefault, bool)| Parameter {
            name: parameter.parameter.name.to_string(),
            default: parameter
                .default
                .as_ref()
                .map(|default| self.expression(default, depth)),
            is_named,
        };
        made.parameters = all.map(parameter).collect();
        made
    }
}

/// The names that statements bind, but for those that an expression does (`:=`).
fn bound_in(statements: &[Statement], own: &mut Vec<String>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Assign { targets, .. } | StatementKind::Delete(targets) => {
                targets.iter().for_each(|target| bound_by(target, own));
            }
            StatementKind::Augment { target, .. } => bound_by(target, own),
            StatementKind::If { arms, otherwise } => {
                arms.iter().for_each(|(_, body)| bound_in(body, own));
                bound_in(otherwise, own);
            }
            StatementKind::Try {
                body,
                handlers,
                otherwise,
                last,
            } => {
                for body in [body, otherwise, last].into_iter().chain(handlers) {
                    bound_in(body, own);
                }
            }
            StatementKind::With { items, body } => {
                let targets = items.iter().filter_map(|(_, target)| target.as_ref());
                targets.for_each(|target| bound_by(target, own));
                bound_in(body, own);
            }
            StatementKind::For {
                target,
                body,
                otherwise,
                ..
            } => {
                bound_by(target, own);
                bound_in(body, own);
                bound_in(otherwise, own);
            }
            StatementKind::While {
                body, otherwise, ..
            } => {
                bound_in(body, own);
                bound_in(otherwise, own);
            }
            StatementKind::Match { cases, .. } => {
                cases.iter().for_each(|case| bound_in(&case.body, own));
            }
            StatementKind::Import(names) | StatementKind::ImportFrom { names, .. } => {
                for alias in names {
                    let package = alias.name.split('.').next().unwrap_or_default();
                    own.push(alias.alias.clone().unwrap_or_else(|| package.to_owned()));
                }
            }
            StatementKind::Define { name, .. } => own.push(name.clone()),
            StatementKind::Opaque { writes, .. } => {
                own.extend(writes.binds.iter().map(|(name, _)| name.clone()));
            }
            StatementKind::Expression(_)
            | StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Return(_)
            | StatementKind::Global
            | StatementKind::Raise
            | StatementKind::Assert
            | StatementKind::Pass => {}
        }
    }
}

fn bound_by(target: &Expression, own: &mut Vec<String>) {
    match &target.kind {
        ExpressionKind::Name(name) => own.push(name.clone()),
        ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
            targets.iter().for_each(|target| bound_by(target, own));
        }
        ExpressionKind::Starred(inner) => bound_by(inner, own),
        _ => {}
    }
}

/// Whether calling a function with these words only makes something that runs later.
pub(super) fn is_generator(writes: &Writes) -> bool {
    writes
        .mentions
        .iter()
        .any(|word| matches!(word.as_str(), "yield" | "await" | "async"))
}

pub(super) fn operator(operator: ast::Operator) -> Operator {
    match operator {
        ast::Operator::Add => Operator::Add,
        ast::Operator::Sub => Operator::Subtract,
        ast::Operator::Mult => Operator::Multiply,
        ast::Operator::Div => Operator::Divide,
        ast::Operator::FloorDiv => Operator::FloorDivide,
        ast::Operator::Mod => Operator::Modulo,
        ast::Operator::Pow => Operator::Power,
        ast::Operator::BitOr => Operator::Or,
        ast::Operator::BitAnd => Operator::And,
        ast::Operator::BitXor => Operator::Xor,
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
