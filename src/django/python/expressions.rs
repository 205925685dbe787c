//! Expressions.

use ruff_python_ast::{self as ast, Expr};

use crate::source::Span;

use super::super::syntax::{
    Call, Comparison, Comprehension, Expression, ExpressionKind, MAX_DEPTH, Makes, Operator, Piece,
};
use super::{Converter, FUNCTION, NOT_UTF8};

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
            Expr::Lambda(_) => self.not_followed(span, FUNCTION),
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
