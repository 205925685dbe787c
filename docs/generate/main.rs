//! Makes the source of the site, for mdBook to build:
//!
//! ```sh
//! cargo run --example book -- target/book && mdbook build target/book
//! ```

mod book;
mod reference;
mod rules;

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args_os().nth(1);
    let target = target.ok_or("where to? `cargo run --example book -- target/book`")?;
    book::write(Path::new(&target))
}
