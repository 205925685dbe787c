//! Our own input.

pub(super) mod ignore_inside_value;
pub(super) mod ignore_without_reason;
pub(super) mod unknown_ignore;
pub(super) mod unreadable_file;
pub(super) mod unused_ignore;
