//! An nginx.conf, and a file that it may include, are checked by every rule, and asked for `nginx -t`.

use std::path::PathBuf;

use djlint::nginx::Verdict;
use djlint::tree::Memory;
use djlint::workspace::{Input, Workspace};

use super::places;

/// Checks what `data` says. Its first byte says whether the first file is nginx.conf or a site
/// alone; a 0xff ends the file, and begins `conf.d/site.conf`.
pub(super) fn survives(data: &[u8]) {
    let (form, text) = data.split_first().unwrap_or((&0, data));
    let name = match form & 1 {
        0 => "/etc/nginx/nginx.conf",
        _ => "/etc/nginx/sites-enabled/shop",
    };
    let mut parts = text.splitn(2, |byte| *byte == 0xff);
    let mut tree = Memory::new();
    for (name, text) in [name, "/etc/nginx/conf.d/site.conf"].iter().zip(&mut parts) {
        tree = tree.file(*name, text.to_vec(), 0o644);
    }
    let input = Input {
        base: PathBuf::from("/"),
        ..Input::default()
    };
    let workspace = Workspace::over(tree, input);
    places::found(&workspace);
    for configuration in workspace.configurations() {
        if let Verdict::Refused {
            noticed: Some(place),
            ..
        } = configuration.verdict()
        {
            places::is_within(&workspace, place);
        }
    }
}
