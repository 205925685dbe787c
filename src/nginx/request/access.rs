//! Who is let in: `limit_except`, `allow`, `deny`, passwords (NGX_HTTP_ACCESS_PHASE).

use super::super::directives::Context;
use super::super::node::Node;
use super::walk::{Next, Phase, Walk};
use super::{Answer, Kind};
use crate::value::Unknown;

/// What one of the modules says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It has no say.
    Declined,
    In,
    Out(u16),
}

impl<'a> Walk<'a, '_> {
    /// The `limit_except` of the block that holds, if it is for this method.
    pub(super) fn limited(&self) -> Option<Node<'a>> {
        self.block
            .settings()
            .find(|child| child.block_context() == Some(Context::LimitExcept))
            .filter(|limit| {
                let has = |method: &str| {
                    limit
                        .arguments()
                        .any(|word| word.text().eq_ignore_ascii_case(method))
                };
                // Who allows GET allows HEAD.
                let is_allowed = has(&self.method) || (self.method == "HEAD" && has("GET"));
                !is_allowed
            })
    }

    pub(super) fn access(&mut self) -> Next<'a> {
        let satisfies_any = self
            .setting("satisfy")?
            .last()
            .and_then(|node| node.argument(0))
            .is_some_and(|word| *word.bytes() == *b"any");
        let mut refused = None;
        let checks = [Self::by_address, Self::by_password, Self::by_request];
        for check in checks {
            match check(self)? {
                Verdict::Declined => {}
                Verdict::In if satisfies_any => return Ok(Phase::TryFiles),
                Verdict::In => {}
                Verdict::Out(status) if satisfies_any => {
                    // A password that is asked for is the better answer.
                    if refused != Some(401) {
                        refused = Some(status);
                    }
                }
                Verdict::Out(status) => {
                    return Ok(Phase::Special(status, Answer::Error));
                }
            }
        }
        match refused {
            Some(status) => Ok(Phase::Special(status, Answer::Error)),
            None => Ok(Phase::TryFiles),
        }
    }

    /// `allow` and `deny`: the first that names the client decides.
    fn by_address(&mut self) -> Result<Verdict, Unknown> {
        let rules = self.settings(&["allow", "deny"])?;
        let Some(first) = rules.first().copied() else {
            return Ok(Verdict::Declined);
        };
        let is_all = |rule: &Node<'_>| {
            rule.argument(0)
                .is_some_and(|word| *word.bytes() == *b"all")
        };
        let opens = |rule: &Node<'_>| rule.is("allow");
        // Rules behind the one for all are never asked.
        let end = rules
            .iter()
            .position(is_all)
            .map_or(rules.len(), |at| at + 1);
        let asked = &rules[..end];
        // Whom no rule names may enter.
        let is_open = asked.last().is_none_or(|rule| opens(rule) || !is_all(rule));
        let agree = asked.iter().all(|rule| opens(rule) == is_open);
        let is_in = match agree {
            true => is_open,
            false => {
                let why = "it depends on the address of the client";
                let unknown = Unknown::at(first.header_span(), why);
                self.choices
                    .decide("the address of the client is let in".to_owned(), unknown)
            }
        };
        match is_in {
            true => Ok(Verdict::In),
            false => {
                self.step(
                    Kind::Access,
                    Some(first),
                    "403",
                    "the address is not let in",
                );
                Ok(Verdict::Out(403))
            }
        }
    }

    /// `auth_basic`
    fn by_password(&mut self) -> Result<Verdict, Unknown> {
        let realm = self.setting("auth_basic")?.last().copied();
        let Some(realm) = realm else {
            return Ok(Verdict::Declined);
        };
        let is_off = realm
            .argument(0)
            .is_some_and(|word| *word.bytes() == *b"off");
        if is_off || self.setting("auth_basic_user_file")?.is_empty() {
            return Ok(Verdict::Declined);
        }
        let is_in = match self.request.header("authorization") {
            Some(None) => false,
            _ => {
                let unknown = Unknown::at(realm.header_span(), "it depends on name and password");
                self.choices
                    .decide("the client knows the password".to_owned(), unknown)
            }
        };
        match is_in {
            true => Ok(Verdict::In),
            false => {
                self.step(Kind::Access, Some(realm), "401", "a password is asked for");
                Ok(Verdict::Out(401))
            }
        }
    }

    /// `auth_request`: another server decides.
    fn by_request(&mut self) -> Result<Verdict, Unknown> {
        let Some(node) = self.setting("auth_request")?.last().copied() else {
            return Ok(Verdict::Declined);
        };
        if node
            .argument(0)
            .is_some_and(|word| *word.bytes() == *b"off")
        {
            return Ok(Verdict::Declined);
        }
        let unknown = Unknown::at(node.header_span(), "the one that is asked decides");
        match self
            .choices
            .decide("auth_request lets it in".to_owned(), unknown.clone())
        {
            true => Ok(Verdict::In),
            false => Err(unknown),
        }
    }
}
