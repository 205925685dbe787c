//! uWSGI: what an instance is configured to do, as uWSGI itself reads it.
//!
//! ```text
//! magic     %c in the raw bytes, before there are lines     core/utils.c, magic_sub
//! ini       lines, sections, keys and values                core/ini.c
//! xml, yaml the other two forms that every build reads      core/xmlconf.c, core/yaml.c
//! json      the form that some builds read                   core/json.c
//! load      files and includes, one option at a time         core/config.c, add_exported_option_do
//! act       logic, placeholders: what acts at once            core/config.c, uwsgi_opt_…
//! expand    $(ENV), @(file), %(name)                        core/utils.c, uwsgi_apply_config_pass
//! dump      what --show-config prints                    core/config.c, show_config
//! refusal   what ends the start while all this goes on
//! instance  the questions
//! ```

mod act;
mod command_line;
mod custom;
mod dump;
mod eaten;
mod environment;
mod expand;
mod fill;
mod garbled;
mod identity;
mod include;
mod ini;
mod instance;
mod json;
mod left_in;
mod line;
mod load;
mod logic;
mod logs;
mod magic;
mod misread;
mod numbers;
mod options;
mod oversights;
mod paths;
mod plugins;
mod recognise;
mod refusal;
mod relative;
mod secrets;
mod setting;
mod socket;
mod statics;
mod template;
mod text;
mod unended;
mod unfilled;
mod unknown;
mod vassal;
mod workers;
mod xml;
mod yaml;

#[cfg(test)]
mod tests;

pub use command_line::{Start, named_inis};
pub use eaten::{Behind, Eaten};
pub use garbled::{Consequence, Garble, Garbled};
pub use ini::IgnoredHeader;
pub use instance::{Application, Instance};
pub use left_in::LeftIn;
pub use line::Line;
pub use load::{Conditions, Resolve};
pub use logs::{Base, Failure, Target, Written};
pub use misread::{MAX_SOCKET_PATH, Misread, TakenFor};
pub use numbers::Misnumber;
pub use options::UwsgiOption;
pub use oversights::{Conflict, Tilde};
pub use paths::Location;
pub use plugins::Plugin;
pub(crate) use recognise::{looks_like_ini, looks_like_other_form};
pub use refusal::{Refusal, Why};
pub use relative::Relative;
pub use setting::Setting;
pub use socket::{Address, Protocol, Socket};
pub use unended::Unended;
pub use unfilled::Unfilled;
pub use unknown::{Slip, UnknownOption};
pub use workers::Cheaper;
