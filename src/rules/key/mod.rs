//! Private keys: who may read them, and whether they are published.

pub(super) mod pem_in_repository;
pub(super) mod pem_mode;
