//! What the rewrite module does in a block: `set`, `if`, `rewrite`, `return`, `break` in the order
//! of the file (ngx_http_rewrite_module.c, ngx_http_script.c).

use super::super::configuration::Included;
use super::super::directives::Context;
use super::super::inherit;
use super::super::node::{Argument, Node};
use super::super::variable::filled;
use super::super::word::PieceKind;
use super::walk::{Next, Phase, Walk};
use super::{Answer, Kind};
use crate::value::Unknown;

/// What a directive does to those behind it.
enum Flow<'a> {
    On,
    Stop,
    Done(Phase<'a>),
}

/// Modules that put a program into these phases: what it does is not followed.
const PROGRAMS: &[&str] = &[
    "rewrite_by_lua",
    "set_by_lua",
    "access_by_lua",
    "content_by_lua",
];

impl<'a> Walk<'a, '_> {
    pub(super) fn server_rewrite(&mut self) -> Next<'a> {
        let server = self.server;
        self.block = server;
        match self.run_codes(server)? {
            Flow::Done(phase) => Ok(phase),
            Flow::On | Flow::Stop => Ok(Phase::FindLocation),
        }
    }

    pub(super) fn location_rewrite(&mut self) -> Next<'a> {
        // A server without a location did this in its own phase.
        if self.block != self.server && self.block.block_context() != Some(Context::LimitExcept) {
            let block = self.block;
            if let Flow::Done(phase) = self.run_codes(block)? {
                return Ok(phase);
            }
        }
        if !self.uri_changed {
            return Ok(Phase::Access);
        }
        if !self.may_change() {
            return Ok(Phase::Special(500, Answer::Error));
        }
        self.block = self.server;
        Ok(Phase::FindLocation)
    }

    fn run_codes(&mut self, block: Node<'a>) -> Result<Flow<'a>, Unknown> {
        // What a regex took is encoded again until the first rewrite that matches (`e->quote`).
        let mut quote = true;
        self.run_block(block, &mut quote)
    }

    fn run_block(&mut self, block: Node<'a>, quote: &mut bool) -> Result<Flow<'a>, Unknown> {
        if !block.is_structural() {
            return Err(Unknown::at(
                block.name_span(),
                "conditions of a template decide what is in it",
            ));
        }
        for child in block.settings() {
            match child.included() {
                Some(Included::Unknown(unknown))
                    if !inherit::holds_only_parameters(child, "rewrite") =>
                {
                    return Err(unknown.clone());
                }
                _ => {}
            }
            if child.is_template_statement() {
                let why = "it is filled in when the template is rendered";
                return Err(Unknown::at(child.span(), why));
            }
            let flow = match &*child.name() {
                "set" => self.set(child, *quote)?,
                "if" => self.condition_block(child, quote)?,
                "rewrite" => self.rewrite(child, quote)?,
                "return" => Flow::Done(self.answer_of_return(child)?),
                "break" => {
                    if self.uri_changed {
                        self.is_location_valid = false;
                        self.uri_changed = false;
                    }
                    Flow::Stop
                }
                name if PROGRAMS.iter().any(|program| name.starts_with(program)) => {
                    return Err(Unknown::at(child.name_span(), "a program decides here"));
                }
                _ => Flow::On,
            };
            match flow {
                Flow::On => {}
                stop => return Ok(stop),
            }
        }
        Ok(Flow::On)
    }

    /// `if`: in a location it is a block of its own, whose settings hold from now on (ngx_http_script_if_code).
    fn condition_block(&mut self, block: Node<'a>, quote: &mut bool) -> Result<Flow<'a>, Unknown> {
        let holds = self.holds(block, *quote)?;
        let why = match holds {
            true => "the condition holds",
            false => "the condition does not hold",
        };
        let what = String::from_utf8_lossy(block.source().slice(block.header_span())).into_owned();
        self.step(Kind::If, Some(block), what, why);
        if !holds {
            return Ok(Flow::On);
        }
        if block.block_context() == Some(Context::LocationIf) {
            self.block = block;
            self.update_location()?;
        }
        self.run_block(block, quote)
    }

    fn set(&mut self, set: Node<'a>, quote: bool) -> Result<Flow<'a>, Unknown> {
        let (Some(name), Some(value)) = (set.argument(0), set.argument(1)) else {
            return Ok(Flow::On);
        };
        let name = name.text().trim_start_matches('$').to_ascii_lowercase();
        let value = self.quoted(value, quote).map_err(|unknown| unknown.why);
        let shown = match &value {
            Ok(value) => format!("${name} = {}", String::from_utf8_lossy(value)),
            Err(why) => format!("${name}: {why}"),
        };
        self.step(Kind::Set, Some(set), shown, "");
        if name == "args" {
            self.args = value.map_err(|why| Unknown::at(set.span(), why))?;
        } else {
            self.variables.insert(name, value);
        }
        Ok(Flow::On)
    }

    /// What an argument says to the rewrite module.
    pub(super) fn quoted(&mut self, word: Argument<'a>, quote: bool) -> Result<Vec<u8>, Unknown> {
        let span = word.span();
        filled(word, |name| {
            self.quoted_variable(name, quote)
                .map_err(|why| Unknown::at(span, why))
        })
    }

    fn rewrite(&mut self, rewrite: Node<'a>, quote: &mut bool) -> Result<Flow<'a>, Unknown> {
        let (Some(pattern), Some(replacement)) = (rewrite.argument(0), rewrite.argument(1)) else {
            return Ok(Flow::On);
        };
        let uri = self.uri.clone();
        let matched = match pattern.literal().why_unknown() {
            Some(unknown) => Err(unknown.clone()),
            None => self.matches(rewrite, &pattern.bytes(), false, &uri),
        };
        match matched {
            Ok(true) => {}
            Ok(false) => {
                self.captures.clear();
                return Ok(Flow::On);
            }
            Err(unknown) => {
                let what = format!("rewrite {} matches", pattern.text());
                if self.choices.decide(what, unknown.clone()) {
                    return Err(unknown);
                }
                return Ok(Flow::On);
            }
        }
        let flag = rewrite.argument(2).map(|word| word.bytes().into_owned());
        let raw = replacement.bytes();
        let is_url = [&b"http://"[..], b"https://", b"$scheme"]
            .iter()
            .any(|start| raw.starts_with(start));
        let status = match flag.as_deref() {
            Some(b"permanent") => Some(301),
            Some(b"redirect") => Some(302),
            _ if is_url => Some(302),
            _ => None,
        };
        let drops_args = raw.ends_with(b"?");
        *quote = status.is_some();
        let (path, args) = self.replaced(replacement, drops_args, status.is_some())?;
        *quote = false;
        self.is_internal = true;
        self.is_as_sent = false;
        if let Some(status) = status {
            let mut to = path;
            if !drops_args && !self.args.is_empty() {
                let has_query = replacement.pieces().iter().any(|piece| match &piece.kind {
                    PieceKind::Literal(text) => text.contains(&b'?'),
                    _ => false,
                });
                to.push(if has_query { b'&' } else { b'?' });
                to.extend_from_slice(&self.args);
            }
            let shown = String::from_utf8_lossy(&to).into_owned();
            self.step(Kind::Rewrite, Some(rewrite), shown, format!("{status}"));
            let answer = Answer::Redirect {
                node: Some(rewrite),
                // nginx decodes some of it again; that is not followed.
                to: (!self.target.is_quoted).then_some(to),
            };
            return Ok(Flow::Done(Phase::Special(status, answer)));
        }
        let is_break = flag.as_deref() == Some(b"break");
        if is_break {
            self.is_location_valid = false;
        }
        self.uri_changed = !is_break;
        match args {
            Some(mut args) => {
                if !drops_args && !self.args.is_empty() {
                    args.push(b'&');
                    args.extend_from_slice(&self.args);
                }
                self.args = args;
            }
            None if drops_args => self.args.clear(),
            None => {}
        }
        let why = format!("{} matches", pattern.text());
        self.uri = path;
        let shown = String::from_utf8_lossy(&self.uri).into_owned();
        self.step(Kind::Rewrite, Some(rewrite), shown, why);
        if self.uri.is_empty() {
            self.step(
                Kind::Rewrite,
                Some(rewrite),
                "500",
                "the rewritten path is empty",
            );
            return Ok(Flow::Done(Phase::Special(500, Answer::Error)));
        }
        match is_break || flag.as_deref() == Some(b"last") {
            true => Ok(Flow::Stop),
            false => Ok(Flow::On),
        }
    }

    /// The replacement, filled in: the path, and the query if it has one of its own.
    fn replaced(
        &mut self,
        word: Argument<'a>,
        drops_args: bool,
        is_redirect: bool,
    ) -> Result<(Vec<u8>, Option<Vec<u8>>), Unknown> {
        let span = word.span();
        let mut path = Vec::new();
        let mut args: Option<Vec<u8>> = None;
        let pieces = word.pieces();
        let last = pieces.len().saturating_sub(1);
        for (index, piece) in pieces.into_iter().enumerate() {
            match piece.kind {
                PieceKind::Hole => {
                    let why = "it is filled in when the template is rendered";
                    return Err(Unknown::at(span, why));
                }
                PieceKind::Variable(name) => {
                    let value = self
                        .quoted_variable(name, is_redirect || args.is_some())
                        .map_err(|why| Unknown::at(span, why))?;
                    args.as_mut().unwrap_or(&mut path).extend(value);
                }
                PieceKind::Literal(text) => {
                    let mut text = &text[..];
                    if index == last && drops_args {
                        text = &text[..text.len() - 1];
                    }
                    // Only a `?` that is written out starts the query.
                    let question = memchr::memchr(b'?', text).filter(|_| !is_redirect);
                    match (&mut args, question) {
                        (None, Some(at)) => {
                            path.extend_from_slice(&text[..at]);
                            args = Some(text[at + 1..].to_vec());
                        }
                        (Some(args), _) => args.extend_from_slice(text),
                        (None, None) => path.extend_from_slice(text),
                    }
                }
            }
        }
        Ok((path, args))
    }

    /// `return` (ngx_http_script_return_code).
    fn answer_of_return(&mut self, node: Node<'a>) -> Next<'a> {
        let words: Vec<Argument<'a>> = node.arguments().collect();
        let (status, text) = match &words[..] {
            [only] => match only.text().parse::<u16>() {
                Ok(status) => (status, None),
                Err(_) => (302, Some(*only)),
            },
            [status, text] => match status.text().parse::<u16>() {
                Ok(status) => (status, Some(*text)),
                Err(_) => return Err(Unknown::at(status.span(), "it is no status")),
            },
            _ => return Err(Unknown::at(node.span(), "nginx refuses this return")),
        };
        if words.iter().any(|word| word.has_hole()) {
            let why = "it is filled in when the template is rendered";
            return Err(Unknown::at(node.span(), why));
        }
        self.step(Kind::Return, Some(node), format!("{status}"), "return");
        if status == 444 {
            let why = "nginx closes the connection".to_owned();
            return Ok(Phase::Sent(Answer::Closed, None, why));
        }
        let is_redirect = matches!(status, 301 | 302 | 303 | 307 | 308);
        let body = match text {
            // What a text says may stay open; the status does not.
            Some(text) => self.fill(text).ok(),
            None => Some(Vec::new()),
        };
        let has_text = text.is_some_and(|text| !text.bytes().is_empty());
        if is_redirect {
            let answer = Answer::Redirect {
                node: Some(node),
                to: body,
            };
            return Ok(Phase::Special(status, answer));
        }
        if status < 400 || has_text {
            let answer = Answer::Return { node, body };
            return Ok(self.sent(answer, status, "return"));
        }
        let body = None;
        Ok(Phase::Special(status, Answer::Return { node, body }))
    }
}
