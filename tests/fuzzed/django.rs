//! A settings module, and another one that it may import, are checked by every rule.

use std::path::PathBuf;

use djlint::tree::Memory;
use djlint::workspace::{Input, Workspace};

use super::places;

/// What starts the settings: without it nothing is known of a deployment.
const INI: &str =
    "[uwsgi]\nchdir = /srv/shop\nmodule = shop.wsgi:application\nsocket = /run/shop/app.sock\n";
const WSGI: &str = "import os\nfrom django.core.wsgi import get_wsgi_application\n\
    os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n\
    application = get_wsgi_application()\n";

/// Checks what `data` says. Its first byte says whether the environment of the process is known; a
/// 0xff ends the settings, and begins `shop/base.py`. How much was found.
pub(crate) fn survives(data: &[u8]) -> usize {
    let (form, text) = data.split_first().unwrap_or((&0, data));
    let mut tree = Memory::new()
        .file("/srv/shop/manage.py", "", 0o755)
        .file("/srv/shop/shop/__init__.py", "", 0o644)
        .file("/srv/shop/shop/wsgi.py", WSGI, 0o644)
        .file("/srv/shop/uwsgi.ini", INI, 0o644);
    let mut parts = text.splitn(2, |byte| *byte == 0xff);
    for (name, text) in ["settings.py", "base.py"].iter().zip(&mut parts) {
        tree = tree.file(format!("/srv/shop/shop/{name}"), text.to_vec(), 0o644);
    }
    if form & 1 != 0 {
        let requirements = "django==4.2.1\nuwsgi==2.0.31\n";
        tree = tree.file("/srv/shop/requirements.txt", requirements, 0o644);
    }
    let mut input = Input {
        base: PathBuf::from("/"),
        ..Input::default()
    };
    if form & 2 != 0 {
        input.environment.insert("A".to_owned(), "1".to_owned());
    }
    places::found(&Workspace::over(tree, input))
}
