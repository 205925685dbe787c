//! Our own input.

pub(super) mod unreadable_file;
