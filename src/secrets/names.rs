//! Which names say that their value is a secret.

/// Words that say it wherever they stand in a name, also run together with others (`dbpassword`).
const ANYWHERE: [&[u8]; 8] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"passcode",
    b"secret",
    b"credential",
    b"apikey",
    b"accesskey",
];
/// Words that say it as a word of the name.
const WORDS: [&[u8]; 9] = [
    b"pwd",
    b"pass",
    b"pw",
    b"token",
    b"authtoken",
    b"privatekey",
    b"authorization",
    b"salt",
    b"passwords",
];
/// What a key is for, if it is a secret one (`API_KEY`); `ssl_certificate_key` is a path.
const KEY_OF: [&[u8]; 28] = [
    b"access",
    b"account",
    b"aes",
    b"api",
    b"app",
    b"auth",
    b"cipher",
    b"client",
    b"consumer",
    b"crypto",
    b"deploy",
    b"encryption",
    b"fernet",
    b"hmac",
    b"jwt",
    b"license",
    b"mailgun",
    b"master",
    b"private",
    b"rsa",
    b"secret",
    b"sendgrid",
    b"server",
    b"session",
    b"shared",
    b"signing",
    b"storage",
    b"stripe",
];
/// Last words that say what a name's value is: not the secret, but something about it.
const ABOUT: [&[u8]; 36] = [
    b"age",
    b"algorithm",
    b"backend",
    b"backends",
    b"class",
    b"classes",
    b"cookie",
    b"days",
    b"dir",
    b"directory",
    b"enabled",
    b"endpoint",
    b"expire",
    b"expires",
    b"expiry",
    b"field",
    b"file",
    b"form",
    b"hashers",
    b"header",
    b"hint",
    b"hours",
    b"length",
    b"lifetime",
    b"minutes",
    b"model",
    b"module",
    b"path",
    b"prefix",
    b"required",
    b"seconds",
    b"serializer",
    b"timeout",
    b"ttl",
    b"type",
    b"validators",
];
/// Names that hold such words and no secret; nginx's directives among them.
const HARMLESS: [&[u8]; 15] = [
    b"csrf_cookie_name",
    b"fastcgi_pass",
    b"grpc_pass",
    b"imap_auth",
    b"memcached_pass",
    b"pop3_auth",
    b"proxy_pass",
    b"scgi_pass",
    b"server_tokens",
    b"smtp_auth",
    b"ssl_session_ticket_key",
    b"uwsgi_pass",
    b"secrets",
    b"proxy_pass_header",
    b"fastcgi_pass_header",
];
/// Names that hold no such word, and a secret: nginx's secure_link_md5 ends with it, uWSGI's legion too.
const SECRET: [&[u8]; 4] = [
    b"secure_link_md5",
    b"secure_link_secret",
    b"legion",
    b"legion-mcast",
];
const LONGEST: usize = 128;

/// Whether a value of this name is not to be shown.
pub(super) fn is_secret(name: &[u8]) -> bool {
    if name.len() < 2 || name.len() > LONGEST {
        return false;
    }
    if !may_be(name) {
        return false;
    }
    let lower = name.to_ascii_lowercase();
    if SECRET.contains(&lower.as_slice()) {
        return true;
    }
    if HARMLESS.contains(&lower.as_slice()) || names_an_upstream(&lower) {
        return false;
    }
    let words = words(name);
    let Some(last) = words.last() else {
        return false;
    };
    if ABOUT.contains(&last.as_slice()) {
        return false;
    }
    let joined: Vec<u8> = words.concat();
    ANYWHERE
        .iter()
        .any(|part| memchr::memmem::find(&joined, part).is_some())
        || words.iter().any(|word| WORDS.contains(&word.as_slice()))
        || last == b"auth"
        || last == b"tokens"
        || words.windows(2).any(|pair| {
            KEY_OF.contains(&pair[0].as_slice()) && (pair[1] == b"key" || pair[1] == b"keys")
        })
}

/// `SHOP_UWSGI_PASS`: what a template puts behind nginx's directive.
fn names_an_upstream(lower: &[u8]) -> bool {
    const ENDS: [&[u8]; 5] = [
        b"_uwsgi_pass",
        b"_proxy_pass",
        b"_fastcgi_pass",
        b"_grpc_pass",
        b"_scgi_pass",
    ];
    ENDS.iter().any(|end| lower.ends_with(end))
}

/// A quick look: most names hold none of the beginnings of words that matter.
fn may_be(name: &[u8]) -> bool {
    name.windows(2).enumerate().any(|(at, pair)| {
        let begins = |start: &[u8]| {
            let rest = name.get(at..at + start.len());
            rest.is_some_and(|rest| rest.eq_ignore_ascii_case(start))
        };
        match pair[0].to_ascii_lowercase() {
            b'p' => begins(b"pas") || begins(b"pw"),
            b's' => begins(b"sec") || begins(b"salt"),
            b't' => begins(b"tok"),
            b'k' => begins(b"key"),
            b'a' => begins(b"auth"),
            b'c' => begins(b"cred"),
            b'l' => begins(b"legion"),
            _ => false,
        }
    })
}

/// `DB_PASSWORD`, `db-password` and `dbPassword` are the words db and password.
fn words(name: &[u8]) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = vec![Vec::new()];
    let mut last = 0;
    for byte in name {
        let begins = !byte.is_ascii_alphanumeric()
            || (byte.is_ascii_uppercase() && u8::is_ascii_lowercase(&last));
        if begins {
            words.push(Vec::new());
        }
        if byte.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(byte.to_ascii_lowercase());
        }
        last = *byte;
    }
    words.retain(|word| !word.is_empty());
    // `PASSWORD_2` and `SECRET_KEY_1` are no other names.
    while words.len() > 1
        && words
            .last()
            .is_some_and(|w| w.iter().all(u8::is_ascii_digit))
    {
        words.pop();
    }
    words
}

/// The line that a search has come to. It only moves on: a line may be as long as its file,
/// and looking for its ends anew for every name in it would take for ever.
pub(super) struct Line {
    /// Its first byte.
    pub(super) start: usize,
    /// Its first byte that is no blank.
    pub(super) text: usize,
    /// Its line end.
    pub(super) end: usize,
}

impl Line {
    pub(super) fn first(bytes: &[u8]) -> Self {
        Self::from(bytes, 0)
    }

    fn from(bytes: &[u8], start: usize) -> Self {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let blanks = bytes[start..end]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'));
        Self {
            start,
            text: start + blanks.count(),
            end,
        }
    }

    /// Moves on to the line that holds `at`.
    pub(super) fn reach(&mut self, bytes: &[u8], at: usize) {
        if at > self.end {
            let start = memchr::memrchr(b'\n', &bytes[self.end..at])
                .map_or(self.end, |end| self.end + end + 1);
            *self = Self::from(bytes, start);
        }
    }
}

/// A byte that names are made of, in any of the formats.
pub(super) fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte) || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_whether_their_value_is_a_secret() {
        for name in [
            "SECRET_KEY",
            "DJANGO_SECRET_KEY",
            "secret",
            "PASSWORD",
            "DB_PASSWORD",
            "dbPassword",
            "EMAIL_HOST_PASSWORD",
            "passwd",
            "PWD",
            "db-pwd",
            "PASSPHRASE",
            "TOKEN",
            "auth_token",
            "API_KEY",
            "apiKey",
            "X-Api-Key",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "PRIVATE_KEY",
            "privateKey",
            "CREDENTIALS",
            "REDIS_AUTH",
            "AUTH",
            "Authorization",
            "SECRET_KEY_FALLBACKS",
            "PASSWORD_2",
            "FERNET_KEYS",
            "HASHID_SALT",
            "--password",
            "secure_link_secret",
            "SECRET_KEY_BASE",
            "ACCESS_TOKENS",
            "POSTGRES_PASSWORD",
            "DB_PASS",
            "STRIPE_SECRET",
            "CLIENT_SECRET",
            "mysql_root_password",
        ] {
            assert!(is_secret(name.as_bytes()), "{name}");
        }
        for name in [
            "ALLOWED_HOSTS",
            "DEBUG",
            "AUTHENTICATION_BACKENDS",
            "AUTH_PASSWORD_VALIDATORS",
            "PASSWORD_HASHERS",
            "AUTH_USER_MODEL",
            "PASSWORD_RESET_TIMEOUT",
            "CSRF_COOKIE_NAME",
            "ssl_certificate_key",
            "ssl_certificate",
            "server_tokens",
            "uwsgi_pass",
            "DD_UWSGI_PASS",
            "proxy_pass",
            "auth_basic",
            "auth_basic_user_file",
            "ssl_password_file",
            "auth_request",
            "keepalive",
            "STATIC_URL",
            "STATIC_ROOT",
            "DATABASE_URL",
            "author",
            "key",
            "KEY_PREFIX",
            "primary_key",
            "keys_zone",
            "compass",
            "bypass",
            "DJANGO_SETTINGS_MODULE",
            "TOKEN_LIFETIME",
            "secrets",
            "django.contrib.auth.password_validation.NumericPasswordValidator.path",
            "X_FRAME_OPTIONS",
        ] {
            assert!(!is_secret(name.as_bytes()), "{name}");
        }
    }
}
