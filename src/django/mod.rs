//! Django: the settings that a process will have, worked out without importing the project.
//!
//! ```text
//! python     a file's text -> syntax        (ruff's parser, and a guard before it)
//! evaluate   syntax -> names and objects    (what is not followed is unknown, and says why)
//! settings   names -> what they mean to Django
//! ```

mod defaults;
mod dotted;
mod dump;
mod entry;
mod evaluate;
mod guard;
mod hosts;
mod importable;
pub mod media;
mod middleware;
mod names;
mod object;
mod origin;
mod python;
mod request;
mod room;
mod secrets;
mod settings;
mod stores;
mod syntax;
pub mod usage;
mod version;
mod writes;

mod checks;
mod cookies;
mod kinds;
mod logging;
mod mail;
mod memory;
mod obsolete;
mod proxy_header;
mod requires;
mod statics;
mod time_zone;
mod trusted;

pub use dotted::{DottedPath, ImportedAt};
pub(crate) use dump::Dump;
pub use entry::{
    How, NamedModule, SETTINGS_MODULE, find_module, module_name, settings_module_named_in,
};
pub use evaluate::Assignment;
pub use hosts::{HostEntry, HostFault};
pub use importable::NotThere;
pub use middleware::Misplaced;
pub use object::{EnvironmentRead, FilePath, Item, Mapping, Object, Sequence, Text};
pub use request::{Received, Reception};
pub use room::usual_quote;
pub use secrets::WrittenSecret;
pub use settings::{Setting, Settings, StaticUrl, WHITENOISE};
pub use stores::Store;
pub use syntax::Fault;
pub use usage::Misspelt;
pub use version::{Releases, Series};

pub use checks::SystemCheck;
pub use cookies::{SameSite, StrayDomain};
pub use kinds::{Breaks, Given, Kind, Misfit};
pub use logging::{LogFile, LoggingFault};
pub use media::DecimalMode;
pub use memory::{MissingCache, OwnCache, SharedUse};
pub use obsolete::{Conflict, Removed};
pub use proxy_header::ProxyHeaderFault;
pub use requires::MissingPackage;
pub use secrets::RandomKey;
pub use statics::{Clash, MissingStorage};
pub use stores::{MissingDatabase, SqliteFile, Unencrypted};
pub use time_zone::NoSuchZone;
pub use trusted::{OriginEntry, OriginFault};
