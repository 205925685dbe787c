//! What is sent for a status (ngx_http_special_response_handler).

use super::super::node::Node;
use super::walk::{Next, Phase, Walk};
use super::{Answer, Kind};

impl<'a> Walk<'a, '_> {
    /// Finishes a request with a status: an error page, if one is set for it, else the answer.
    pub(super) fn special(&mut self, status: u16, answer: Answer<'a>) -> Next<'a> {
        self.forced_status = Some(status);
        let is_special = status >= 300;
        if is_special && !self.is_in_error_page && self.has_changes_left() {
            let pages = self.setting("error_page")?;
            if !pages.is_empty() && !self.flag("recursive_error_pages", false)? {
                self.is_in_error_page = true;
            }
            let page = pages
                .into_iter()
                .find_map(|page| Some((page, Page::of(page, status)?)));
            if let Some((node, page)) = page {
                return self.error_page(node, page);
            }
        }
        // The codes that only nginx knows are sent as this one.
        let sent = match status {
            494..=497 => 400,
            other => other,
        };
        Ok(Phase::Sent(answer, Some(sent), reason(sent).to_owned()))
    }

    fn error_page(&mut self, node: Node<'a>, page: Page<'a>) -> Next<'a> {
        match page.status {
            Overwrite::Keep => {}
            Overwrite::Answers => self.forced_status = None,
            Overwrite::With(status) => self.forced_status = Some(status),
        }
        let uri = self.fill(page.uri)?;
        let shown = String::from_utf8_lossy(&uri).into_owned();
        let why = format!("error_page is set for {}", page.of);
        self.step(Kind::ErrorPage, Some(node), shown, why);
        match uri.first() {
            Some(b'/') => {
                if self.method != "HEAD" {
                    self.method = "GET".to_owned();
                }
                let (uri, args) = split_args(uri);
                self.internal_redirect(uri, args)
            }
            Some(b'@') => self.named_location(node, &uri),
            _ => {
                let status = match self.forced_status {
                    Some(status @ (301 | 302 | 303 | 307 | 308))
                        if matches!(page.status, Overwrite::With(_)) =>
                    {
                        status
                    }
                    _ => 302,
                };
                let answer = Answer::Redirect {
                    node: Some(node),
                    to: Some(uri),
                };
                let why = "the error page is elsewhere".to_owned();
                Ok(Phase::Sent(answer, Some(status), why))
            }
        }
    }

    /// Sends an answer with its own status, unless an error page has set another.
    pub(super) fn sent(&self, answer: Answer<'a>, status: u16, why: &str) -> Phase<'a> {
        let status = self.forced_status.unwrap_or(status);
        Phase::Sent(answer, Some(status), why.to_owned())
    }
}

/// Which status an error page is sent with.
#[derive(Clone, Copy)]
enum Overwrite {
    /// The one that it is for.
    Keep,
    /// `=`: the page's own.
    Answers,
    /// `=200`
    With(u16),
}

/// An `error_page`, as far as it is for one status.
struct Page<'a> {
    of: u16,
    status: Overwrite,
    uri: super::super::node::Argument<'a>,
}

impl<'a> Page<'a> {
    fn of(node: Node<'a>, status: u16) -> Option<Self> {
        let words: Vec<_> = node.arguments().collect();
        let (uri, rest) = words.split_last()?;
        let overwrite = rest.last().map(|word| word.text().into_owned());
        let (codes, overwrite) = match overwrite.as_deref().and_then(|word| word.strip_prefix('='))
        {
            Some("") => (&rest[..rest.len() - 1], Overwrite::Answers),
            Some(code) => (&rest[..rest.len() - 1], Overwrite::With(code.parse().ok()?)),
            None if matches!(status, 494..=497) => (rest, Overwrite::With(400)),
            None => (rest, Overwrite::Keep),
        };
        let is_for = codes.iter().any(|code| code.text().parse() == Ok(status));
        is_for.then_some(Self {
            of: status,
            status: overwrite,
            uri: *uri,
        })
    }
}

/// A path and the query behind its first `?` (ngx_http_split_args).
pub(super) fn split_args(mut uri: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    match memchr::memchr(b'?', &uri) {
        Some(at) => {
            let args = uri.split_off(at + 1);
            uri.pop();
            (uri, args)
        }
        None => (uri, Vec::new()),
    }
}

/// What a status is called.
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        413 => "Request Entity Too Large",
        421 => "Misdirected Request",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "",
    }
}
