//! The proofs, by family.

mod django;
mod key;
mod nginx;
mod stack;
mod uwsgi;
