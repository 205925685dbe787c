//! Requests, and what comes back.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::machine;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// One request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) path: &'static str,
    pub(crate) host: Option<&'static str>,
    pub(crate) tls: bool,
    pub(crate) header: Option<&'static str>,
}

/// GET, from nginx's port 80 and for the deployment's host.
pub(crate) fn get(path: &'static str) -> Request {
    Request {
        path,
        host: None,
        tls: false,
        header: None,
    }
}

impl Request {
    /// Asks for this host.
    pub(crate) fn host(self, host: &'static str) -> Self {
        Self {
            host: Some(host),
            ..self
        }
    }

    /// Goes to port 443, with TLS.
    pub(crate) fn tls(self) -> Self {
        Self { tls: true, ..self }
    }

    /// Sends this line too.
    pub(crate) fn header(self, line: &'static str) -> Self {
        Self {
            header: Some(line),
            ..self
        }
    }
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }
}

/// The answer at a port of the loopback interface; nothing where the connection is
/// refused, or closed before an answer.
pub(crate) fn plain(port: u16, host: &str, request: Request) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let path = request.path;
    let header = request
        .header
        .map(|line| format!("{line}\r\n"))
        .unwrap_or_default();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\n{header}Connection: close\r\n\r\n"
    )
    .ok()?;
    let mut bytes = Vec::new();
    // A reset after the answer is an answer all the same.
    let _ = stream.read_to_end(&mut bytes);
    Answer::read(&bytes)
}

/// The same with TLS, whoever signed the certificate. `arguments` are curl's own.
pub(crate) fn tls(port: u16, host: &str, path: &str, arguments: &[&str]) -> Option<Answer> {
    let output = Command::new(machine::program("curl"))
        .args([
            "--silent",
            "--insecure",
            "--include",
            "--http1.1",
            "--path-as-is",
            "--noproxy",
            "*",
        ])
        .args(["--max-time", &PATIENCE.as_secs().to_string()])
        .args(["--connect-to", &format!("{host}:443:127.0.0.1:{port}")])
        .args(arguments)
        .arg(format!("https://{host}{path}"))
        .stdin(Stdio::null())
        .output()
        .expect("curl starts");
    if output.status.success() {
        Answer::read(&output.stdout)
    } else {
        None
    }
}
