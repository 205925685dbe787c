//! uWSGI: what an instance is configured to do, as uWSGI itself reads it.
//!
//! ```text
//! magic     %c in the raw bytes, before there are lines     core/utils.c, magic_sub
//! ini       lines, sections, keys and values                core/ini.c
//! load      includes and logic, one option at a time        core/config.c, add_exported_option_do
//! dump      what --show-config prints                    core/config.c, show_config
//! expand    $(ENV), @(file), %(name)                        core/utils.c, uwsgi_apply_config_pass
//! instance  the questions
//! ```

mod command_line;
mod dump;
mod environment;
mod expand;
mod include;
mod ini;
mod instance;
mod load;
mod logic;
mod logs;
mod magic;
mod options;
mod paths;
mod recognise;
mod setting;
mod socket;
mod statics;
mod template;
mod text;

#[cfg(test)]
mod tests;

pub use command_line::{Start, named_inis};
pub use instance::{Application, Instance};
pub use logs::{Base, Failure, Target, Written};
pub use options::UwsgiOption;
pub use paths::Location;
pub(crate) use recognise::looks_like_ini;
pub use setting::Setting;
pub use socket::{Address, Protocol, Socket};
