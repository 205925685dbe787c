//! What the command line says of a request.

use super::RequestArguments;
use crate::deployment::request::Asked;

/// The request.
pub(super) fn asked(url: &str, arguments: &RequestArguments) -> Result<Asked, String> {
    let mut asked: Asked = url.parse()?;
    asked.method = arguments.method.to_ascii_uppercase();
    asked.address.clone_from(&arguments.address);
    for (index, header) in arguments.header.iter().enumerate() {
        if !asked.send(header) {
            // The text is not repeated: it may be a secret.
            let number = index + 1;
            return Err(format!(
                "--header, number {number}: not of the form Name: value"
            ));
        }
    }
    Ok(asked)
}
