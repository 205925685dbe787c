//! The tokens of a shell's input: words in pieces, operators, redirections with what they lead to.

use std::ops::Range;

use super::encoded::HOLE;
use super::skip;
use super::tokens::{Lexed, Operator, Piece, Token, is_name_byte};

/// A word longer than this in pieces is not worth keeping; no command line has one.
const MAX_PIECES: usize = 64 * 1024;

/// A here-document that is announced and begins after the line.
#[derive(Clone, Debug)]
pub(super) struct Heredoc {
    pub(super) delimiter: Vec<u8>,
    pub(super) strips_tabs: bool,
}

pub(super) struct Lexer<'text> {
    pub(super) text: &'text [u8],
    pub(super) at: usize,
    heredocs: Vec<Heredoc>,
    /// A quote or a substitution that nothing closes: what a shell would refuse.
    pub(super) is_broken: bool,
    /// The names of `${X:=d}`, which assigns.
    pub(super) assigned: Vec<Range<usize>>,
}

impl<'text> Lexer<'text> {
    pub(super) fn new(text: &'text [u8]) -> Self {
        Self {
            text,
            at: 0,
            heredocs: Vec::new(),
            is_broken: false,
            assigned: Vec::new(),
        }
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at.saturating_add(ahead)).copied()
    }

    pub(super) fn rest(&self) -> &'text [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn next(&mut self) -> Token {
        self.skip_blanks();
        let Some(byte) = self.peek(0) else {
            return Token::End;
        };
        let next = self.peek(1);
        match (byte, next) {
            (b'\n', _) => {
                self.at += 1;
                self.skip_heredocs();
                Token::Newline
            }
            (b'\r', _) if self.is_line_end(self.at) => {
                self.at += 1;
                self.next_after_return()
            }
            (b';', Some(b';')) => {
                let length = if self.peek(2) == Some(b'&') { 3 } else { 2 };
                self.operator(Operator::CaseEnd, length)
            }
            (b';', Some(b'&')) => self.operator(Operator::CaseEnd, 2),
            (b';', _) => self.operator(Operator::Semicolon, 1),
            (b'&', Some(b'&')) => self.operator(Operator::And, 2),
            (b'&', Some(b'>')) => self.redirection(),
            (b'&', _) => self.operator(Operator::Background, 1),
            (b'|', Some(b'|')) => self.operator(Operator::Or, 2),
            (b'|', Some(b'&')) => self.operator(Operator::Pipe, 2),
            (b'|', _) => self.operator(Operator::Pipe, 1),
            (b'(', _) => self.operator(Operator::Open, 1),
            (b')', _) => self.operator(Operator::Close, 1),
            (b'<' | b'>', Some(b'(')) => Token::Word(self.word()),
            (b'<' | b'>', _) => self.redirection(),
            (b'0'..=b'9', _) if self.is_descriptor() => self.redirection(),
            _ => Token::Word(self.word()),
        }
    }

    /// A carriage return that only ends a line is no part of it here: git turns them into line ends and back.
    fn next_after_return(&mut self) -> Token {
        if self.peek(0) == Some(b'\n') {
            self.at += 1;
        }
        self.skip_heredocs();
        Token::Newline
    }

    fn operator(&mut self, operator: Operator, length: usize) -> Token {
        self.at += length;
        Token::Operator(operator)
    }

    fn is_line_end(&self, at: usize) -> bool {
        self.text.get(at) == Some(&b'\r') && matches!(self.text.get(at + 1), None | Some(b'\n'))
    }

    /// The length of a backslash and the line end that it takes away, if they stand at `at`.
    fn continuation(&self, at: usize) -> Option<usize> {
        match self.text.get(at..)? {
            [b'\\', b'\n', ..] => Some(2),
            [b'\\', b'\r', b'\n', ..] => Some(3),
            _ => None,
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek(0) {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'#') => {
                    let rest = self.rest();
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                Some(b'\\') => match self.continuation(self.at) {
                    Some(length) => self.at += length,
                    None => return,
                },
                _ => return,
            }
        }
    }

    fn skip_heredocs(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            self.at = skip::heredoc(self.text, self.at, &heredoc);
        }
    }

    /// Whether the digits here are the descriptor of a redirection: `2>&1`.
    fn is_descriptor(&self) -> bool {
        let rest = self.rest();
        // More digits than a descriptor can have are a word; so this looks at a few bytes only.
        let digits = rest
            .iter()
            .take(12)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        matches!(rest.get(digits), Some(b'<' | b'>'))
    }

    fn redirection(&mut self) -> Token {
        while self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let operators: [&[u8]; 12] = [
            b"&>>", b"<<<", b"<<-", b"&>", b">>", b"<<", b"<&", b">&", b"<>", b">|", b"<", b">",
        ];
        let rest = self.rest();
        let Some(operator) = operators.iter().find(|operator| rest.starts_with(operator)) else {
            self.at += 1;
            return Token::Redirection;
        };
        self.at += operator.len();
        while matches!(self.peek(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        if matches!(**operator, [b'<', b'<'] | [b'<', b'<', b'-']) {
            let (delimiter, end) = skip::heredoc_delimiter(self.text, self.at);
            self.at = end;
            self.heredocs.push(Heredoc {
                delimiter,
                strips_tabs: operator.len() == 3,
            });
        } else {
            self.word();
        }
        Token::Redirection
    }

    fn word(&mut self) -> Lexed {
        let start = self.at;
        let mut pieces = Vec::new();
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b')' => break,
                b'\r' if self.is_line_end(self.at) => break,
                b'<' | b'>' => {
                    if self.at != start || self.peek(1) != Some(b'(') {
                        break;
                    }
                    self.substitution(2, "a process fills it in", &mut pieces);
                }
                b'(' => {
                    // `A=(…)`, bash's list.
                    let after_equals = matches!(
                        pieces.last(),
                        Some(Piece::Byte {
                            byte: b'=',
                            is_quoted: false,
                            ..
                        })
                    );
                    if !after_equals {
                        break;
                    }
                    self.substitution(1, "it is a list", &mut pieces);
                }
                b'\'' => self.single_quotes(&mut pieces),
                b'"' => self.double_quotes(&mut pieces),
                _ => self.piece(byte, false, &mut pieces),
            }
            if pieces.len() > MAX_PIECES {
                self.skip_long_word(&mut pieces);
                break;
            }
        }
        Lexed {
            range: start..self.at,
            pieces,
        }
    }

    fn skip_long_word(&mut self, pieces: &mut Vec<Piece>) {
        let rest = self.rest();
        let end = rest
            .iter()
            .position(|byte| b" \t\n;&|()<>".contains(byte))
            .unwrap_or(rest.len());
        self.at += end;
        *pieces = vec![Piece::Unknown {
            why: "it is too long",
        }];
    }

    fn single_quotes(&mut self, pieces: &mut Vec<Piece>) {
        pieces.push(Piece::Quote);
        self.at += 1;
        let rest = self.rest();
        let length = memchr::memchr(b'\'', rest).unwrap_or_else(|| {
            self.is_broken = true;
            rest.len()
        });
        for byte in rest.iter().take(length.min(MAX_PIECES + 1)) {
            pieces.push(literal(*byte, true));
        }
        self.at = (self.at + length + 1).min(self.text.len());
    }

    fn double_quotes(&mut self, pieces: &mut Vec<Piece>) {
        pieces.push(Piece::Quote);
        self.at += 1;
        loop {
            match self.peek(0) {
                None => {
                    self.is_broken = true;
                    return;
                }
                Some(b'"') => {
                    self.at += 1;
                    return;
                }
                Some(byte) => self.piece(byte, true, pieces),
            }
            if pieces.len() > MAX_PIECES {
                // Only the closing quote is still of interest.
                let end = skip::double_quotes(self.text, self.at);
                self.is_broken |= end.is_none();
                self.at = end.unwrap_or(self.text.len());
                return;
            }
        }
    }

    /// A byte, an escape or a substitution, in double quotes or outside of quotes.
    fn piece(&mut self, byte: u8, is_quoted: bool, pieces: &mut Vec<Piece>) {
        match byte {
            b'\\' => {
                if let Some(length) = self.continuation(self.at) {
                    self.at += length;
                    return;
                }
                let next = self.peek(1);
                let escapes = match next {
                    None => false,
                    Some(next) => !is_quoted || b"$`\"\\".contains(&next),
                };
                match next {
                    Some(next) if escapes => {
                        pieces.push(literal(next, true));
                        self.at += 2;
                    }
                    _ => {
                        pieces.push(literal(b'\\', true));
                        self.at += 1;
                    }
                }
            }
            b'`' => self.substitution(1, "a command's output fills it in", pieces),
            b'$' => self.dollar(is_quoted, pieces),
            _ => {
                pieces.push(literal(byte, is_quoted));
                self.at += 1;
            }
        }
    }

    fn dollar(&mut self, is_quoted: bool, pieces: &mut Vec<Piece>) {
        let at = self.at;
        match self.peek(1) {
            Some(b'(') => self.substitution(2, "a command's output fills it in", pieces),
            Some(b'{') => self.braces(is_quoted, pieces),
            Some(b'\'') if !is_quoted => {
                // Bash reads escapes in it, dash does not know it.
                self.at += 2;
                pieces.push(Piece::Unknown {
                    why: "shells disagree on $'…'",
                });
                loop {
                    match self.peek(0) {
                        None => {
                            self.is_broken = true;
                            break;
                        }
                        Some(b'\'') => {
                            self.at += 1;
                            break;
                        }
                        Some(b'\\') => self.at = (self.at + 2).min(self.text.len()),
                        Some(_) => self.at += 1,
                    }
                }
            }
            Some(b'"') if !is_quoted => {
                self.at += 1;
                pieces.push(Piece::Unknown {
                    why: "shells disagree on $\"…\"",
                });
            }
            Some(b'@' | b'*') => {
                self.at += 2;
                pieces.push(Piece::Unknown {
                    why: super::ARGUMENTS,
                });
            }
            Some(b'0'..=b'9' | b'#' | b'?' | b'$' | b'!' | b'-') => {
                self.at += 2;
                pieces.push(Piece::Unknown {
                    why: "the shell fills it in",
                });
            }
            Some(byte) if is_name_byte(byte, true) => {
                let length = self.name_length(at + 1);
                self.at += 1 + length;
                pieces.push(Piece::Parameter {
                    name: at + 1..at + 1 + length,
                    is_quoted,
                    not_empty: false,
                });
            }
            _ => {
                pieces.push(literal(b'$', is_quoted));
                self.at += 1;
            }
        }
    }

    fn name_length(&self, at: usize) -> usize {
        self.text
            .get(at..)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .take_while(|(index, byte)| is_name_byte(**byte, *index == 0))
            .count()
    }

    /// `${X}`, `${X:-d}` and the like.
    fn braces(&mut self, is_quoted: bool, pieces: &mut Vec<Piece>) {
        let at = self.at;
        let length = self.name_length(at + 2);
        let name = at + 2..at + 2 + length;
        let operator = self.text.get(name.end..).unwrap_or_default();
        let end = skip::substitution(self.text, at + 2, skip::Kind::Braces { is_quoted });
        self.is_broken |= end.is_none();
        self.at = end.unwrap_or(self.text.len());
        let not_empty = match operator {
            [b'}', ..] => Some(false),
            [b':', b'-' | b'=' | b'?', ..] => Some(true),
            [b'-' | b'=' | b'?', ..] => Some(false),
            _ => None,
        };
        if matches!(operator, [b':', b'=', ..] | [b'=', ..]) {
            self.assigned.push(name.clone());
        }
        pieces.push(match not_empty {
            Some(not_empty) if length > 0 => Piece::Parameter {
                name,
                is_quoted,
                not_empty,
            },
            _ if matches!(self.text.get(at + 2..self.at), Some(b"@}" | b"*}")) => Piece::Unknown {
                why: super::ARGUMENTS,
            },
            _ => Piece::Unknown {
                why: "the shell fills it in",
            },
        });
    }

    /// Something in parentheses or backticks that is left out as a whole.
    fn substitution(&mut self, opening: usize, why: &'static str, pieces: &mut Vec<Piece>) {
        let at = self.at;
        let kind = if self.peek(0) == Some(b'`') {
            skip::Kind::Backticks
        } else {
            skip::Kind::Parentheses
        };
        let end = skip::substitution(self.text, at + opening, kind);
        self.is_broken |= end.is_none();
        self.at = end.unwrap_or(self.text.len());
        pieces.push(Piece::Unknown { why });
    }
}

fn literal(byte: u8, is_quoted: bool) -> Piece {
    if byte == HOLE {
        Piece::Unknown {
            why: "something that is not here fills it in",
        }
    } else {
        Piece::Byte { byte, is_quoted }
    }
}
