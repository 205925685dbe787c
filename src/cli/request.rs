//! What the command line says of a request besides its URL.

use super::RequestArguments;
use crate::nginx::{Host, Request};

/// What is wrong with it.
pub(super) fn fault(arguments: &RequestArguments) -> Option<String> {
    let bad = |header: &String| !header.contains(':');
    let bad = arguments.header.iter().position(bad)?;
    // The text is not repeated: it may be a secret.
    Some(format!(
        "--header, number {}: not of the form Name: value",
        bad + 1
    ))
}

/// Adds it to a request.
pub(super) fn complete(request: &mut Request, arguments: &RequestArguments) {
    request.method = arguments.method.to_ascii_uppercase();
    request.address.clone_from(&arguments.address);
    let mut headers = Vec::new();
    for header in &arguments.header {
        let Some((name, value)) = header.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        if name.eq_ignore_ascii_case("host") {
            request.host = Host::Named(value.to_owned());
        } else {
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    request.headers = Some(headers);
}
