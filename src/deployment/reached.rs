//! What was found out of who passes requests on to whom: every rule asks, and it is dear to find out.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::nginx::NodeId;

/// A front and a project, as indices into their deployment's, and a server of the front.
pub(super) type Question = (usize, NodeId, usize);

/// What passes a visitor's request on at a server to a project.
#[derive(Default)]
pub struct Reached(Mutex<BTreeMap<Question, Option<NodeId>>>);

impl Reached {
    /// The answer, as it was found before or is found now.
    pub(super) fn or_find(
        &self,
        question: Question,
        find: impl FnOnce() -> Option<NodeId>,
    ) -> Option<NodeId> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&question).copied();
        if let Some(found) = found {
            return found;
        }
        let found = find();
        known().insert(question, found);
        found
    }
}
