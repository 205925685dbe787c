//! uWSGI: what an instance is configured to do, as uWSGI itself reads it.

/// One uWSGI instance: the effective options in order.
pub struct Instance {}
