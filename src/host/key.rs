//! Files with a private key inside: what kind, who uses it, who may read it.

use std::path::Component;
use std::sync::Arc;

use crate::source::{SourceFile, Span};

/// A private key, known by its armour.
#[derive(Clone)]
pub struct Key {
    /// The file.
    pub source: Arc<SourceFile>,
    /// The `-----BEGIN … PRIVATE KEY-----` line.
    pub armour: Span,
    /// Whether a passphrase is needed to use it.
    pub encrypted: bool,
    /// Whether the armour is OpenSSH's own, which nothing but ssh reads.
    pub openssh: bool,
    /// Permission bits of the file, where it has any.
    pub mode: Option<u32>,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const LABEL: &[u8] = b"PRIVATE KEY-----";

/// What the body of an OpenSSH key starts with whose cipher is "none":
/// the magic `openssh-key-v1` and the cipher's name, in base64.
const OPENSSH_PLAIN: &[u8] = b"b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";

/// Whether a text holds the armour of a private key.
pub fn holds_private_key(text: &[u8]) -> bool {
    find_armour(text).is_some()
}

fn find_armour(text: &[u8]) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&text[at..], BEGIN) {
        let start = at + found;
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |end| start + end);
        let line = text[start..end].trim_ascii_end();
        let own_line =
            start == 0 || text[start - 1] == b'\n' || text[start..].starts_with(b"\xEF\xBB\xBF");
        if own_line && line.ends_with(LABEL) {
            return Some(start..start + line.len());
        }
        at = end;
    }
    None
}

impl Key {
    /// The key in a file, if there is one.
    pub fn read(source: Arc<SourceFile>, mode: Option<u32>) -> Option<Self> {
        let armour = find_armour(source.bytes())?;
        let label = &source.bytes()[armour.clone()];
        let body = &source.bytes()[armour.end..];
        let openssh = label.starts_with(b"-----BEGIN OPENSSH ");
        let head = &body[..body.len().min(256)];
        let encrypted = if openssh {
            !head.trim_ascii_start().starts_with(OPENSSH_PLAIN)
        } else {
            label.starts_with(b"-----BEGIN ENCRYPTED ")
                || memchr::memmem::find(head, b"Proc-Type: 4,ENCRYPTED").is_some()
        };
        Some(Self {
            armour: source.span(armour),
            source,
            encrypted,
            openssh,
            mode,
        })
    }

    /// Whether ssh is what this key is for, by its format, its name or its place.
    pub fn is_for_ssh(&self) -> bool {
        let path = self.source.path();
        let name = self.source.name();
        self.openssh
            || ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"].contains(&name.as_ref())
            || path.parent().is_some_and(|parent| {
                parent.components().any(|component| {
                    matches!(component, Component::Normal(name) if name.as_encoded_bytes().starts_with(b".ssh"))
                })
            })
    }

    /// Whether ssh refuses to use a key with these permission bits (`sshkey_perm_ok` in OpenSSH's authfile.c).
    pub fn is_too_open(&self) -> bool {
        self.mode.is_some_and(|mode| mode & 0o077 != 0)
    }
}

/// Whether a key's path within its project says that it protects nothing.
pub fn is_a_specimen(path: &str) -> bool {
    const WORDS: &[&str] = &[
        "test",
        "tests",
        "testing",
        "testdata",
        "fixture",
        "fixtures",
        "example",
        "examples",
        "sample",
        "samples",
        "dummy",
        "snakeoil",
        "localhost",
        "selfsigned",
        "mock",
        "demo",
    ];
    path.to_ascii_lowercase()
        .split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::source::FileId;

    fn key(path: &str, text: &str, mode: u32) -> Option<Key> {
        let source = SourceFile::new(FileId(0), PathBuf::from(path), text.as_bytes().to_vec());
        Key::read(Arc::new(source), Some(mode))
    }

    // The bodies are no keys; only the armour is looked at. It is put together
    // here so that scanners for leaked keys have nothing to find in this file.
    fn armour(kind: &str, body: &str) -> String {
        format!("-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----\n")
    }

    #[test]
    fn a_private_key_is_known_by_its_armour() {
        assert!(key("/a.pem", &armour("RSA ", "AAAA"), 0o600).is_some());
        assert!(key("/a.pem", &armour("", "AAAA"), 0o600).is_some());
        assert!(
            key(
                "/a.pem",
                &armour("EC ", "AAAA").replace('\n', "\r\n"),
                0o600
            )
            .is_some()
        );
        let certificate_first = format!(
            "-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n{}",
            armour("", "A")
        );
        let found = key("/a.pem", &certificate_first, 0o600).unwrap();
        assert_eq!(
            found.source.text(found.armour),
            armour("", "").lines().next().unwrap()
        );
        for text in [
            "",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n",
            "say -----BEGIN PRIVATE KEY----- here",
            "-----BEGIN ",
        ] {
            assert!(key("/a.pem", text, 0o600).is_none(), "{text}");
        }
    }

    #[test]
    fn encryption_is_seen_in_every_format() {
        let encrypted = |text: &str| key("/a", text, 0o600).unwrap().encrypted;
        assert!(!encrypted(&armour("RSA ", "AAAA")));
        assert!(encrypted(&armour(
            "RSA ",
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA"
        )));
        assert!(encrypted(&armour("ENCRYPTED ", "AAAA")));
        assert!(!encrypted(&armour(
            "OPENSSH ",
            "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"
        )));
        assert!(encrypted(&armour(
            "OPENSSH ",
            "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAA"
        )));
    }

    #[test]
    fn ssh_keys_are_known_by_format_name_and_place() {
        let is_for_ssh = |path: &str, kind: &str| {
            key(path, &armour(kind, "AAAA"), 0o600)
                .unwrap()
                .is_for_ssh()
        };
        assert!(is_for_ssh("/deploy/key", "OPENSSH "));
        assert!(is_for_ssh("/home/ubuntu/.ssh-ls/site.pem", "RSA "));
        assert!(is_for_ssh("/deploy/id_rsa", "RSA "));
        assert!(!is_for_ssh("/etc/ssl/site.pem", "RSA "));
    }

    #[test]
    fn any_bit_for_group_or_others_is_too_open() {
        for (mode, expected) in [
            (0o400, false),
            (0o600, false),
            (0o700, false),
            (0o440, true),
            (0o644, true),
            (0o601, true),
        ] {
            assert_eq!(
                key("/a", &armour("", "A"), mode).unwrap().is_too_open(),
                expected,
                "{mode:o}"
            );
        }
    }

    #[test]
    fn a_specimen_is_known_by_a_whole_word() {
        assert!(is_a_specimen("tests/server.key"));
        assert!(is_a_specimen("nginx/ssl-cert-snakeoil.key"));
        assert!(!is_a_specimen("deploy/site.key"));
        assert!(!is_a_specimen("deploy/latest.key"));
    }
}
