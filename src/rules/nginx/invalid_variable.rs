use crate::finding::Sink;
use crate::nginx::{Configuration, RefusalKind};
use crate::workspace::Workspace;

use super::refused;

pub(crate) fn check(workspace: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    refused::report(workspace, configuration, RefusalKind::InvalidVariable, sink);
}
