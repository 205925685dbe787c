//! What is known of a value, and what is not.
//!
//! Every question to a model is answered in these terms, so that a rule cannot
//! take a guess for a fact: an error needs every alternative to agree.

use crate::source::{Origin, Span};

/// More alternatives than this are no help to anyone: the value is unknown.
pub const MAX_ALTERNATIVES: usize = 8;

/// A value as far as it can be known without running the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<T> {
    /// One of these, and nothing else; one alternative is a known value. Never empty.
    OneOf(Vec<Alternative<T>>),
    /// Not known, and why.
    Unknown(Unknown),
}

/// One thing that a value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
    /// What must hold for this alternative; empty where nothing must.
    pub guards: Vec<Guard>,
}

/// A condition whose outcome is not known, taken one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The condition as the source has it.
    pub place: Span,
    /// Whether the condition is taken to hold.
    pub holds: bool,
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// The reason, to be read after "not known: ".
    pub why: String,
    /// The place that makes it so.
    pub place: Option<Span>,
}

impl Unknown {
    /// Unknown for this reason, because of what stands there.
    pub fn at(place: Span, why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            place: Some(place),
        }
    }

    /// Unknown for a reason that no line is to blame for.
    pub fn because(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            place: None,
        }
    }
}

/// The answer to a question about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds for every alternative.
    Yes,
    /// It holds for none.
    No,
    /// It holds for some, or the value is not known.
    Unknown,
}

impl Answer {
    /// Whether it is known to hold.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// Whether it is known not to hold.
    pub fn is_no(&self) -> bool {
        *self == Self::No
    }
}

/// The only item, where there is just one.
pub fn only<T>(items: impl IntoIterator<Item = T>) -> Option<T> {
    let mut items = items.into_iter();
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

impl<T> Value<T> {
    /// A known value.
    pub fn known(value: T, origin: Origin) -> Self {
        Self::OneOf(vec![Alternative {
            value,
            origin,
            guards: Vec::new(),
        }])
    }

    /// A value that is not known because of what stands at `place`.
    pub fn unknown(place: Span, why: impl Into<String>) -> Self {
        Self::Unknown(Unknown::at(place, why))
    }

    /// The alternatives; none where the value is not known.
    pub fn alternatives(&self) -> &[Alternative<T>] {
        match self {
            Self::OneOf(alternatives) => alternatives,
            Self::Unknown(_) => &[],
        }
    }

    /// The only alternative, where there is just one.
    pub fn single(&self) -> Option<&Alternative<T>> {
        match self.alternatives() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The known value, where there is just one alternative.
    pub fn get(&self) -> Option<&T> {
        self.single().map(|only| &only.value)
    }

    /// Whether `holds` is true of the value.
    pub fn is(&self, holds: impl Fn(&T) -> bool) -> Answer {
        let alternatives = self.alternatives();
        let yes = alternatives
            .iter()
            .filter(|alternative| holds(&alternative.value))
            .count();
        match (alternatives.len(), yes) {
            (0, _) => Answer::Unknown,
            (all, yes) if all == yes => Answer::Yes,
            (_, 0) => Answer::No,
            _ => Answer::Unknown,
        }
    }

    /// Why the value is not known, where it is not.
    pub fn why_unknown(&self) -> Option<&Unknown> {
        match self {
            Self::OneOf(_) => None,
            Self::Unknown(unknown) => Some(unknown),
        }
    }

    /// The value that `change` makes of each alternative, with the same origins and guards.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Value<U> {
        match self {
            Self::OneOf(alternatives) => Value::OneOf(
                alternatives
                    .into_iter()
                    .map(|alternative| Alternative {
                        value: change(alternative.value),
                        origin: alternative.origin,
                        guards: alternative.guards,
                    })
                    .collect(),
            ),
            Self::Unknown(unknown) => Value::Unknown(unknown),
        }
    }

    /// [`Value::map`] for a change that moves the origin too: a part of a value stands in a part of its place.
    pub fn map_with_origin<U>(self, mut change: impl FnMut(T, &Origin) -> (U, Origin)) -> Value<U> {
        match self {
            Self::OneOf(alternatives) => Value::OneOf(
                alternatives
                    .into_iter()
                    .map(|alternative| {
                        let (value, origin) = change(alternative.value, &alternative.origin);
                        Alternative {
                            value,
                            origin,
                            guards: alternative.guards,
                        }
                    })
                    .collect(),
            ),
            Self::Unknown(unknown) => Value::Unknown(unknown),
        }
    }

    /// Either of two values: known only if both are, and few enough.
    pub fn or(self, other: Self) -> Self
    where
        T: PartialEq,
    {
        match (self, other) {
            (Self::OneOf(mut alternatives), Self::OneOf(others)) => {
                for other in others {
                    if !alternatives.contains(&other) {
                        alternatives.push(other);
                    }
                }
                if alternatives.len() > MAX_ALTERNATIVES {
                    let place = alternatives
                        .first()
                        .and_then(|alternative| alternative.origin.span());
                    return Self::Unknown(Unknown {
                        why: "it may be one of too many things".to_owned(),
                        place,
                    });
                }
                Self::OneOf(alternatives)
            }
            (Self::Unknown(unknown), _) | (_, Self::Unknown(unknown)) => Self::Unknown(unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(numbers: &[usize]) -> Value<usize> {
        Value::OneOf(
            numbers
                .iter()
                .map(|number| Alternative {
                    value: *number,
                    origin: Origin::Default("test"),
                    guards: Vec::new(),
                })
                .collect(),
        )
    }

    #[test]
    fn an_answer_needs_every_alternative_to_agree() {
        assert_eq!(value(&[2, 4]).is(|n| n % 2 == 0), Answer::Yes);
        assert_eq!(value(&[1, 3]).is(|n| n % 2 == 0), Answer::No);
        assert_eq!(value(&[1, 2]).is(|n| n % 2 == 0), Answer::Unknown);
        let unknown: Value<usize> = Value::Unknown(Unknown::because("test"));
        assert_eq!(unknown.is(|_| true), Answer::Unknown);
    }

    #[test]
    fn either_of_a_known_and_an_unknown_value_is_unknown() {
        let unknown = Value::Unknown(Unknown::because("test"));
        assert_eq!(value(&[1]).or(unknown).get(), None);
        assert_eq!(value(&[1]).or(value(&[1])).get(), Some(&1));
        assert_eq!(value(&[1]).or(value(&[2])).alternatives().len(), 2);
    }

    #[test]
    fn too_many_alternatives_are_unknown() {
        let many: Vec<usize> = (0..=MAX_ALTERNATIVES).collect();
        assert!(value(&[]).or(value(&many)).why_unknown().is_some());
    }
}
