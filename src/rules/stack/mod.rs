//! What needs more than one program to go wrong.

pub(super) mod missing_static_location;
pub(super) mod protocol_mismatch;
pub(super) mod socket_mismatch;
pub(super) mod upstream_port_mismatch;
