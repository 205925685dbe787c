//! nginx: what a configuration says, and what nginx would make of it.

/// A configuration as nginx would load it from one root file.
pub struct Configuration {}

pub(crate) fn is_directive(_name: &[u8]) -> bool {
    [&b"listen"[..], b"uwsgi_param", b"server_name", b"uwsgi_pass"].contains(&_name)
}
