//! uWSGI: what an instance is configured to do, as uWSGI itself reads it.

/// One uWSGI instance: the effective options in order.
pub struct Instance {}

pub(crate) fn looks_like_ini(head: &[u8]) -> bool {
    memchr::memmem::find(head, b"[uwsgi]").is_some()
}
