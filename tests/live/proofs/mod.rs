//! The proofs, by family.

mod choices;
mod django;
mod django_kinds;
mod django_load;
mod key;
mod launch;
mod links;
mod names;
mod nginx;
mod stack;
mod uwsgi;
mod uwsgi_reading;
mod uwsgi_running;
