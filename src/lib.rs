//! Knowing, before a deploy, whether a Django site on nginx and uWSGI will work.
//!
//! ```text
//! discover  which files are there, and of what kind
//! parse     text -> tree, every node with its byte span       nginx, uwsgi, django
//! evaluate  tree -> what that program would make of it        (the same)
//! join      who starts whom and who talks to whom             deployment
//! judge     rules ask questions -> findings                   rules
//! tell      human, json, sarif, github, …                     report
//! ```
//!
//! The stages meet in a [`workspace::Workspace`], which answers memoized questions.

pub mod baseline;
pub mod cli;
pub mod config;
pub mod deployment;
pub mod discover;
pub mod django;
pub mod engine;
pub mod files;
pub mod finding;
pub mod fix;
pub mod host;
pub mod launch;
pub mod nginx;
mod parallel;
pub mod programs;
pub mod report;
mod requirements;
pub mod rules;
pub mod secrets;
pub mod source;
mod suggest;
pub mod table;
pub mod tree;
pub mod uwsgi;
pub mod value;
mod whole_file;
pub mod workspace;
