//! Python objects as far as settings need them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::{Origin, Span};
use crate::tree::normalize;
use crate::value::{Unknown, Value};

use super::evaluate::check_size;

/// A Python object. Containers hold [`Item`]s, so that one unknown item does not hide the others.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer; larger ones are not known.
    Int(i64),
    /// A float.
    Float(f64),
    /// A `str`.
    Str(Text),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Arc<Sequence>),
    /// A `tuple`.
    Tuple(Arc<Sequence>),
    /// A `set`, in the order it was written.
    Set(Arc<Sequence>),
    /// A `dict`.
    Dict(Arc<Mapping>),
    /// What can be iterated over once: what it gives, to the one who asks first.
    Generator(Arc<Sequence>),
    /// A `pathlib.Path`.
    Path(Text),
    /// Something that the project imports, by its dotted name: a module, a class, a function.
    External(String),
}

/// A text. Where it names a file beside the settings (`__file__`, `BASE_DIR`), its
/// beginning is the path in the tree, which has another name on the deployed host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// The characters.
    pub text: String,
    /// Whether it begins with an absolute path of the tree.
    pub local: bool,
}

/// A path that a setting names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FilePath {
    /// A path in the tree at hand, worked out from where the settings module lies.
    Local(PathBuf),
    /// An absolute path on the deployed host.
    Deployed(PathBuf),
    /// A path that depends on the directory the process is started in.
    Relative(PathBuf),
}

/// A value in its place: in a container, or bound to a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is known of it.
    pub value: Value<Object>,
    /// The look-up that it comes from, where its value is for the environment to say.
    pub environment: Option<Arc<EnvironmentRead>>,
    /// Where it is written.
    pub span: Span,
}

/// A look-up in the environment that is not decided here.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvironmentRead {
    /// The variable.
    pub variable: String,
    /// What holds where the variable is not set; nothing where the look-up then fails or gives `None`.
    pub default: Option<Item>,
    /// The look-up.
    pub place: Span,
    /// Whether the value is the variable's text as it is, and no cast or comparison follows.
    pub is_text: bool,
}

/// The items of a list, tuple or set.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// Which object it is: two names may hold the same list.
    pub(crate) identity: u64,
    /// The items that are known to be in it, in order.
    pub items: Vec<Item>,
    /// Why there may be others between them.
    pub incomplete: Option<Unknown>,
    size: Size,
}

/// The pairs of a dict.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Which object it is.
    pub(crate) identity: u64,
    /// The pairs that are known to be in it, in order; keys are hashable and known.
    pub entries: Vec<(Object, Item)>,
    /// Why there may be others.
    pub incomplete: Option<Unknown>,
    size: Size,
}

impl Text {
    /// An ordinary text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            local: false,
        }
    }

    /// The name of a file or directory of the tree.
    pub fn local(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            local: true,
        }
    }

    /// The characters, where they are the same on the deployed host.
    pub fn as_plain(&self) -> Option<&str> {
        (!self.local).then_some(self.text.as_str())
    }

    /// The path that it names.
    pub fn path(&self) -> FilePath {
        let path = Path::new(&self.text);
        if self.local {
            FilePath::Local(normalize(Path::new("/"), path))
        } else if path.is_absolute() || self.text.starts_with('/') {
            FilePath::Deployed(normalize(Path::new("/"), path))
        } else {
            FilePath::Relative(path.to_owned())
        }
    }

    /// One text after another, where that has one meaning on every host.
    pub(crate) fn concatenate(&self, next: &Self) -> Option<Self> {
        if self.text.is_empty() && !self.local {
            return Some(next.clone());
        }
        // `BASE_DIR + "static"` names a sibling of the directory, whose own name may differ there.
        let splits_a_name = self.local
            && !next.text.is_empty()
            && !self.text.ends_with('/')
            && !next.text.starts_with('/');
        (!next.local && !splits_a_name).then(|| Self {
            text: format!("{}{}", self.text, next.text),
            local: self.local,
        })
    }
}

impl FilePath {
    /// The path by its spelling, whichever host it is for.
    pub fn as_path(&self) -> &Path {
        match self {
            Self::Local(path) | Self::Deployed(path) | Self::Relative(path) => path,
        }
    }
}

impl Object {
    /// An ordinary text.
    pub fn str(text: impl Into<String>) -> Self {
        Self::Str(Text::plain(text))
    }

    /// The text, where this is a `str` that reads the same on every host.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => text.as_plain(),
            _ => None,
        }
    }

    /// The items, where this is a list or a tuple.
    pub fn as_list(&self) -> Option<&Sequence> {
        match self {
            Self::List(sequence) | Self::Tuple(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The items, where this is a list, a tuple or a set.
    pub fn as_sequence(&self) -> Option<&Sequence> {
        match self {
            Self::List(sequence) | Self::Tuple(sequence) | Self::Set(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The pairs, where this is a dict.
    pub fn as_dict(&self) -> Option<&Mapping> {
        match self {
            Self::Dict(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The path that a `str` or a `pathlib.Path` names.
    pub fn as_path(&self) -> Option<FilePath> {
        match self {
            Self::Str(text) | Self::Path(text) => Some(text.path()),
            _ => None,
        }
    }

    /// `bool(object)`, where that is known.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::None => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Int(value) => Some(*value != 0),
            Self::Float(value) => Some(*value != 0.0),
            Self::Str(text) => Some(!text.text.is_empty()),
            Self::Bytes(bytes) => Some(!bytes.is_empty()),
            Self::List(sequence) | Self::Tuple(sequence) | Self::Set(sequence) => {
                truth_of(sequence.items.len(), sequence.incomplete.as_ref())
            }
            Self::Dict(mapping) => truth_of(mapping.entries.len(), mapping.incomplete.as_ref()),
            Self::Path(_) => Some(true),
            // Among them are `dict.keys()` and `range()`, which may be empty.
            Self::Generator(_) | Self::External(_) => None,
        }
    }

    /// `a == b`, where that is known.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        if let (Some(left), Some(right)) = (self.integer(), other.integer()) {
            return Some(left == right);
        }
        match (self, other) {
            (Self::External(_) | Self::Generator(_), _)
            | (_, Self::External(_) | Self::Generator(_)) => None,
            (Self::Float(left), Self::Float(right)) => Some(left == right),
            (Self::Float(float), other) | (other, Self::Float(float)) => other.equals_float(*float),
            (Self::None, Self::None) => Some(true),
            (Self::Str(left), Self::Str(right)) | (Self::Path(left), Self::Path(right)) => {
                // What a directory of the tree is called there is not known.
                (left.local == right.local && (!left.local || left == right)).then(|| left == right)
            }
            (Self::Bytes(left), Self::Bytes(right)) => Some(left == right),
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                equal_items(left, right)
            }
            (Self::Set(_), Self::Set(_)) | (Self::Dict(_), Self::Dict(_)) => None,
            _ => Some(false),
        }
    }

    /// A number, where a float has room for it.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(*value),
            #[expect(clippy::cast_precision_loss, reason = "it is small enough")]
            _ => self
                .integer()
                .filter(|value| value.unsigned_abs() < 1 << 53)
                .map(|value| value as f64),
        }
    }

    /// Integers and truth values compare with each other.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// `self == float`, for what is no float itself.
    fn equals_float(&self, float: f64) -> Option<bool> {
        let Some(integer) = self.integer() else {
            return Some(false);
        };
        // Python compares the exact values; a float has room for no larger integers.
        #[expect(clippy::cast_precision_loss, reason = "it is small enough")]
        (integer.unsigned_abs() < 1 << 53).then_some(integer as f64 == float)
    }

    /// The identity of a container that can be changed in place.
    pub(crate) fn identity(&self) -> Option<u64> {
        match self {
            Self::List(sequence) | Self::Set(sequence) => Some(sequence.identity),
            Self::Dict(mapping) => Some(mapping.identity),
            _ => None,
        }
    }
}

fn truth_of(length: usize, incomplete: Option<&Unknown>) -> Option<bool> {
    match (length, incomplete) {
        (0, None) => Some(false),
        (0, Some(_)) => None,
        _ => Some(true),
    }
}

fn equal_items(left: &Sequence, right: &Sequence) -> Option<bool> {
    if left.incomplete.is_some() || right.incomplete.is_some() {
        return None;
    }
    if left.items.len() != right.items.len() {
        return Some(false);
    }
    let mut all = Some(true);
    for (left, right) in left.items.iter().zip(&right.items) {
        match (left.value.get(), right.value.get()) {
            (Some(left), Some(right)) => match left.equals(right) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            },
            _ => all = None,
        }
    }
    all
}

impl Item {
    /// A value written there.
    pub(crate) fn literal(object: Object, span: Span) -> Self {
        Self::with_origin(object, Origin::Literal(span), span)
    }

    /// A value worked out by what is written there.
    pub(crate) fn computed(object: Object, span: Span) -> Self {
        Self::with_origin(object, Origin::Computed(span), span)
    }

    pub(crate) fn with_origin(object: Object, origin: Origin, span: Span) -> Self {
        Self::of(Value::known(object, origin), span)
    }

    pub(crate) fn of(value: Value<Object>, span: Span) -> Self {
        Self {
            value,
            environment: None,
            span,
        }
    }

    /// Not known, because of what is written there.
    pub(crate) fn unknown(span: Span, why: impl Into<String>) -> Self {
        Self::of(Value::unknown(span, why), span)
    }

    /// Not known for a reason that lies elsewhere.
    pub(crate) fn because(why: Unknown, span: Span) -> Self {
        Self::of(Value::Unknown(why), span)
    }

    /// The object, where there is just one it can be.
    pub fn get(&self) -> Option<&Object> {
        self.value.get()
    }

    /// The text, where it is a known one that reads the same on every host.
    pub fn as_str(&self) -> Option<&str> {
        self.get().and_then(Object::as_str)
    }
}

impl Mapping {
    /// The item of a text key.
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.entries
            .iter()
            .find(|(known, _)| known.as_str() == Some(key))
            .map(|(_, item)| item)
    }

    pub(crate) fn position(&self, key: &Object) -> Option<usize> {
        self.entries
            .iter()
            .position(|(known, _)| known.equals(key) == Some(true))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Sequence {
    pub(crate) fn new(identity: u64, items: Vec<Item>, incomplete: Option<Unknown>) -> Self {
        Self {
            identity,
            items,
            incomplete,
            size: Size::default(),
        }
    }

    /// Measures it anew after a change; an error where it is larger than may be.
    pub(crate) fn measure(&mut self) -> Result<(), String> {
        self.size = Size::around(self.items.iter());
        self.size.check()
    }
}

impl Mapping {
    pub(crate) fn new(
        identity: u64,
        entries: Vec<(Object, Item)>,
        incomplete: Option<Unknown>,
    ) -> Self {
        Self {
            identity,
            entries,
            incomplete,
            size: Size::default(),
        }
    }

    /// Measures it anew after a change; an error where it is larger than may be.
    pub(crate) fn measure(&mut self) -> Result<(), String> {
        self.size = Size::around(self.entries.iter().map(|(_, item)| item));
        self.size.check()
    }
}

/// How large a container is, all levels together: containers are walked and dropped
/// by recursion, and one that holds another twice takes twice as long to walk.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    weight: u32,
    nesting: u32,
}

impl PartialEq for Size {
    fn eq(&self, _: &Self) -> bool {
        // What a container holds decides whether it equals another.
        true
    }
}

impl Size {
    fn around<'i>(items: impl Iterator<Item = &'i Item>) -> Self {
        let mut size = Self {
            weight: 1,
            nesting: 1,
        };
        for item in items {
            size.weight = size.weight.saturating_add(1);
            for alternative in item.value.alternatives() {
                let inner = alternative.value.size();
                size.weight = size.weight.saturating_add(inner.weight);
                size.nesting = size.nesting.max(inner.nesting + 1);
            }
            if let Some(default) = item.environment.as_ref().and_then(|e| e.default.as_ref()) {
                for alternative in default.value.alternatives() {
                    let inner = alternative.value.size();
                    size.weight = size.weight.saturating_add(inner.weight);
                    size.nesting = size.nesting.max(inner.nesting + 1);
                }
            }
        }
        size
    }

    fn check(self) -> Result<(), String> {
        check_size(self.weight, self.nesting)
    }
}

impl Object {
    fn size(&self) -> Size {
        match self {
            Self::List(sequence)
            | Self::Tuple(sequence)
            | Self::Set(sequence)
            | Self::Generator(sequence) => sequence.size,
            Self::Dict(mapping) => mapping.size,
            _ => Size::default(),
        }
    }
}
