//! What needs more than one program to go wrong.

pub(super) mod missing_static_location;
