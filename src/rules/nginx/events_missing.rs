use crate::finding::Sink;
use crate::nginx::{Configuration, RefusalKind};
use crate::workspace::Workspace;

use super::refused;

pub(crate) fn check(workspace: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    // What is called otherwise may be a part that another file includes.
    if configuration.root_file().path().ends_with("nginx.conf") {
        refused::report(workspace, configuration, RefusalKind::EventsMissing, sink);
    }
}
