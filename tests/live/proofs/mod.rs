//! The proofs, by family.

mod django;
mod key;
mod links;
mod nginx;
mod stack;
mod uwsgi;
