//! A settings module as the evaluator sees it: the small part of Python that it understands.
//!
//! Everything else is opaque, and says which names it may touch. The tree is never
//! deeper than [`MAX_DEPTH`], so that nothing that walks or drops it can run out of stack.

use std::sync::Arc;

use crate::source::Span;

/// Deeper expressions and blocks are opaque. CPython itself gives up at 200 brackets
/// (`MAXLEVEL` in its tokenizer) and at 100 levels of indentation.
pub(crate) const MAX_DEPTH: usize = 100;

/// A parsed file.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    /// What it says, as far as it could be read.
    pub(crate) body: Vec<Statement>,
    /// What Python would refuse.
    pub(crate) faults: Vec<Fault>,
    /// The first word of the first statement: the place to point at for something absent.
    pub(crate) opening: Span,
}

/// Something in a file that Python would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub span: Span,
    /// What is wrong there.
    pub message: String,
    /// Whether Python 2 reads it, or something fills it in before: then it is no fault of the file's.
    pub is_of_another_language: bool,
}

/// What a piece of code that is not understood may do to the names around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Writes {
    /// Names that it may bind.
    pub(crate) binds: Vec<(String, Span)>,
    /// Names that it mentions: a list or dict of that name may be changed in place.
    pub(crate) mentions: Vec<String>,
    /// Whether it changes any object in place, seen by its words.
    pub(crate) mutates: bool,
    /// Whether it could bind any name at all (`globals()`, `exec`, a star import).
    pub(crate) anything: bool,
}

/// One statement.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) span: Span,
    pub(crate) kind: StatementKind,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub(crate) enum StatementKind {
    /// `a = b = value`, and `a: type = value`.
    Assign {
        targets: Vec<Expression>,
        value: Expression,
    },
    /// `a += value` and its like.
    Augment {
        target: Expression,
        operator: Operator,
        value: Expression,
    },
    /// An expression on its own: most often a call.
    Expression(Expression),
    /// `if`, its `elif`s, and its `else`.
    If {
        arms: Vec<(Expression, Vec<Statement>)>,
        otherwise: Vec<Statement>,
    },
    /// `try` with its handlers.
    Try {
        body: Vec<Statement>,
        handlers: Vec<Vec<Statement>>,
        otherwise: Vec<Statement>,
        last: Vec<Statement>,
    },
    /// `with`; a body whose exceptions the context may swallow says so.
    With {
        items: Vec<(Expression, Option<Expression>)>,
        body: Vec<Statement>,
    },
    /// `import a.b as c`.
    Import(Vec<Alias>),
    /// `from ..a import b as c`; a single name `*` is the star.
    ImportFrom {
        level: usize,
        module: String,
        names: Vec<Alias>,
    },
    /// `del a`.
    Delete(Vec<Expression>),
    /// `for target in iterable`, with its `else`.
    For {
        target: Expression,
        iterable: Expression,
        body: Vec<Statement>,
        otherwise: Vec<Statement>,
    },
    /// `while test`, with its `else`.
    While {
        test: Expression,
        body: Vec<Statement>,
        otherwise: Vec<Statement>,
    },
    /// `match subject`.
    Match {
        subject: Expression,
        cases: Vec<Case>,
    },
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `return value`.
    Return(Option<Expression>),
    /// `def name(…)`: what calling it gives, and what it may do.
    Define {
        name: String,
        lambda: Arc<Lambda>,
        writes: Writes,
    },
    /// `global name`: a function binds names that are not its own.
    Global,
    /// `raise`: nothing after it happens.
    Raise,
    /// `assert`.
    Assert,
    /// Nothing.
    Pass,
    /// A statement that is not understood; a class or a decorated function has a name to be called by.
    Opaque {
        what: &'static str,
        name: Option<String>,
        writes: Writes,
    },
}

/// A function: what it takes, and what it does. The body of a lambda is one `return`.
#[derive(Clone, Debug)]
pub(crate) struct Lambda {
    pub(crate) parameters: Vec<Parameter>,
    /// `*rest`
    pub(crate) rest: Option<String>,
    /// `**others`
    pub(crate) others: Option<String>,
    pub(crate) body: Vec<Statement>,
    /// Names that it binds, which are its own all through its body.
    pub(crate) own: Vec<String>,
    /// Whether calling it runs its body and gives what that returns: no generator, and no coroutine.
    pub(crate) is_plain: bool,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) default: Option<Expression>,
    /// Whether it is taken by its name alone.
    pub(crate) is_named: bool,
}

/// A case of a `match`.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) pattern: Pattern,
    pub(crate) guard: Option<Expression>,
    pub(crate) body: Vec<Statement>,
}

/// A pattern of a `match`.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// `_`
    Any,
    /// A value to be equal to.
    Value(Expression),
    /// `None`, `True`, `False`: the object to be.
    Singleton(Expression),
    /// `a | b`
    Or(Vec<Self>),
    /// Another: whether it matches is not known, nor what it binds.
    Other,
}

/// A name in an import.
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    pub(crate) span: Span,
}

/// One expression.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub(crate) span: Span,
    pub(crate) kind: ExpressionKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(crate) enum ExpressionKind {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    Bytes(Vec<u8>),
    Name(String),
    List(Vec<Expression>),
    Tuple(Vec<Expression>),
    Set(Vec<Expression>),
    /// Pairs; `**other` has no key.
    Dict(Vec<(Option<Expression>, Expression)>),
    Starred(Box<Expression>),
    Attribute(Box<Expression>, String),
    Subscript(Box<Expression>, Box<Expression>),
    /// `[lower:upper:step]`.
    Slice(
        Option<Box<Expression>>,
        Option<Box<Expression>>,
        Option<Box<Expression>>,
    ),
    Call(Box<Call>),
    Binary(Box<Expression>, Operator, Box<Expression>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Positive(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    /// `a < b <= c`: the first operand, and each that is compared with the one before.
    Compare(Box<Expression>, Vec<(Comparison, Expression)>),
    Conditional {
        test: Box<Expression>,
        body: Box<Expression>,
        otherwise: Box<Expression>,
    },
    /// An f-string.
    Format(Vec<Piece>),
    /// `[element for target in iterable if condition]`.
    Comprehension(Box<Comprehension>),
    /// `lambda x: …`, with what calling it may do.
    Lambda(Arc<Lambda>, Writes),
    /// `name := value`.
    Named(String, Box<Expression>),
    /// An expression that is not understood.
    Opaque {
        what: &'static str,
        writes: Writes,
    },
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) function: Expression,
    pub(crate) arguments: Vec<Expression>,
    /// Named arguments; `**other` has no name.
    pub(crate) keywords: Vec<(Option<String>, Expression)>,
}

/// A comprehension.
#[derive(Clone, Debug)]
pub(crate) struct Comprehension {
    pub(crate) makes: Makes,
    /// The item, or the key where it makes a dict.
    pub(crate) element: Expression,
    /// The value, where it makes a dict.
    pub(crate) value: Option<Expression>,
    pub(crate) clauses: Vec<Clause>,
}

/// `for target in iterable if condition` of a comprehension.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    pub(crate) target: Expression,
    pub(crate) iterable: Expression,
    pub(crate) conditions: Vec<Expression>,
}

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Makes {
    List,
    Set,
    Dict,
    /// A generator: used up once, by the call that it is handed to.
    Generator,
}

/// A piece of an f-string.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String),
    /// `{expression}`, without a format.
    Value(Expression),
    /// `{expression!r}`.
    Representation(Expression),
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    Or,
    And,
    Xor,
    Other,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Is,
    IsNot,
    In,
    NotIn,
}
