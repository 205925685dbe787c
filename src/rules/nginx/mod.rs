//! Faults that nginx's own configuration shows.

pub(super) mod alias_slash_mismatch;
pub(super) mod alias_traversal;
pub(super) mod syntax;
pub(super) mod uwsgi_params_missing;

#[cfg(test)]
mod tests;
