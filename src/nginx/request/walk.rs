//! nginx's phases, one after the other (ngx_http_core_run_phases).

use std::collections::BTreeMap;

use super::super::configuration::Configuration;
use super::super::inherit::{self, Setting};
use super::super::location::Modifier;
use super::super::node::{Argument, Node};
use super::super::regex::Captures;
use super::super::search::Search;
use super::super::variable::filled;
use super::choice::Choices;
use super::target::escape_uri;
use super::{Answer, Disk, Handed, Kind, Request, Step, Target, Trace};
use crate::value::Unknown;

/// NGX_HTTP_MAX_URI_CHANGES
const MAX_URI_CHANGES: u8 = 10;

/// What comes next.
pub(super) enum Phase<'a> {
    /// NGX_HTTP_SERVER_REWRITE_PHASE
    ServerRewrite,
    /// NGX_HTTP_FIND_CONFIG_PHASE
    FindLocation,
    /// NGX_HTTP_REWRITE_PHASE and NGX_HTTP_POST_REWRITE_PHASE
    Rewrite,
    /// NGX_HTTP_ACCESS_PHASE
    Access,
    /// NGX_HTTP_PRECONTENT_PHASE
    TryFiles,
    /// NGX_HTTP_CONTENT_PHASE
    Content,
    /// The request is finished with this status, unless an error page stands for it
    /// (ngx_http_special_response_handler). The answer is what is sent then.
    Special(u16, Answer<'a>),
    /// This is sent.
    Sent(Answer<'a>, Option<u16>, String),
}

/// A step, or the reason why it cannot be told.
pub(super) type Next<'a> = Result<Phase<'a>, Unknown>;

fn undecided<'a>(unknown: Unknown) -> Phase<'a> {
    let why = unknown.why.clone();
    Phase::Sent(Answer::Unknown(unknown), None, why)
}

/// A request on its way.
pub(super) struct Walk<'a, 'r> {
    pub(super) nginx: &'a Configuration,
    pub(super) request: &'r Request,
    pub(super) disk: Disk<'r>,
    pub(super) choices: &'r mut Choices,
    pub(super) server: Node<'a>,
    /// The block whose settings hold (`r->loc_conf`): a location, an `if` or `limit_except` in one, the server.
    pub(super) block: Node<'a>,
    /// What makes the content (`r->content_handler`).
    pub(super) handler: Option<Node<'a>>,
    pub(super) method: String,
    pub(super) target: Target,
    pub(super) uri: Vec<u8>,
    pub(super) args: Vec<u8>,
    pub(super) captures: Vec<Vec<u8>>,
    /// What `set` and the named groups of regexes have set.
    pub(super) variables: BTreeMap<String, Result<Vec<u8>, String>>,
    /// Whether it is known what the groups of the last regex took.
    pub(super) has_groups: bool,
    pub(super) is_internal: bool,
    /// Whether the path is still the one that was sent (`r->valid_unparsed_uri`).
    pub(super) is_as_sent: bool,
    pub(super) uri_changed: bool,
    changes_left: u8,
    /// Whether the path is the one that the location was chosen for (`r->valid_location`).
    pub(super) is_location_valid: bool,
    pub(super) adds_uri_to_alias: bool,
    /// The status that is sent whatever the answer says (`r->err_status`).
    pub(super) forced_status: Option<u16>,
    pub(super) is_in_error_page: bool,
    /// How many maps are being looked up.
    pub(super) map_depth: usize,
    pub(super) steps: Vec<Step<'a>>,
    pub(super) unset: Vec<Unknown>,
    /// What the one behind is told.
    pub(super) handed: (Vec<Handed>, Option<Unknown>),
}

impl<'a, 'r> Walk<'a, 'r> {
    pub(super) fn new(
        nginx: &'a Configuration,
        request: &'r Request,
        disk: Disk<'r>,
        choices: &'r mut Choices,
        server: Node<'a>,
        target: Target,
    ) -> Self {
        Self {
            nginx,
            request,
            disk,
            choices,
            server,
            block: server,
            handler: None,
            method: request.method.clone(),
            uri: target.uri.clone(),
            args: target.args.clone(),
            target,
            captures: Vec::new(),
            variables: BTreeMap::new(),
            has_groups: true,
            is_internal: false,
            is_as_sent: true,
            uri_changed: false,
            changes_left: MAX_URI_CHANGES + 1,
            is_location_valid: true,
            adds_uri_to_alias: false,
            forced_status: None,
            is_in_error_page: false,
            map_depth: 0,
            steps: Vec::new(),
            unset: Vec::new(),
            handed: (Vec::new(), None),
        }
    }

    /// A request that nginx cannot read: it ends before the phases, at this server.
    pub(super) fn refused(
        nginx: &'a Configuration,
        request: &'r Request,
        disk: Disk<'r>,
        choices: &'r mut Choices,
        server: Node<'a>,
    ) -> Trace<'a> {
        let target = Target {
            uri: Vec::new(),
            args: Vec::new(),
            sent: request.target.clone(),
            is_quoted: false,
        };
        let walk = Self::new(nginx, request, disk, choices, server, target);
        walk.run_from(Phase::Special(400, Answer::Error))
    }

    pub(super) fn run(self) -> Trace<'a> {
        self.run_from(Phase::ServerRewrite)
    }

    /// Begins in a location that was reached.
    pub(super) fn run_in(mut self, location: Node<'a>) -> Trace<'a> {
        let entered = self.enter(location).and_then(|()| self.update_location());
        let first = match entered {
            Ok(()) => Phase::Rewrite,
            Err(unknown) => undecided(unknown),
        };
        self.run_from(first)
    }

    pub(super) fn run_from(mut self, first: Phase<'a>) -> Trace<'a> {
        let mut phase = first;
        loop {
            let next = match phase {
                Phase::ServerRewrite => self.server_rewrite(),
                Phase::FindLocation => self.find_location(),
                Phase::Rewrite => self.location_rewrite(),
                Phase::Access => self.access(),
                Phase::TryFiles => self.try_files(),
                Phase::Content => self.content(),
                Phase::Special(status, answer) => self.special(status, answer),
                Phase::Sent(answer, status, why) => return self.ended(answer, status, why),
            };
            phase = match next {
                Ok(next) => next,
                Err(unknown) => undecided(unknown),
            };
        }
    }

    fn ended(self, answer: Answer<'a>, status: Option<u16>, why: String) -> Trace<'a> {
        Trace {
            server: Some(self.server),
            location: self.block.location(),
            block: Some(self.block),
            uri: self.uri,
            args: self.args,
            status,
            answer,
            why,
            steps: self.steps,
            handed: self.handed.0,
            handed_more: self.handed.1,
            assumed: Vec::new(),
            unset: self.unset,
        }
    }

    pub(super) fn step(
        &mut self,
        kind: Kind,
        node: Option<Node<'a>>,
        what: impl Into<String>,
        why: impl Into<String>,
    ) {
        self.steps.push(Step {
            kind,
            node,
            what: what.into(),
            why: why.into(),
            uri: self.uri.clone(),
        });
    }

    /// Looks for the location of the path (ngx_http_core_find_config_phase).
    fn find_location(&mut self) -> Next<'a> {
        self.handler = None;
        self.uri_changed = false;
        let (location, is_redirect) = match self.nginx.search(self.server, &self.uri) {
            Search::Location(location) => (location, false),
            Search::Redirect(location) => (location, true),
            Search::Server => (self.server, false),
            Search::Unknown(unknown) => return Err(unknown),
        };
        self.enter(location)?;
        let (name, why) = self.why_location(location, is_redirect);
        let node = (location != self.server).then_some(location);
        self.step(Kind::Location, node, name, why);
        if !self.is_internal && location.is_internal() {
            let why = "the location is internal: only nginx itself may come here";
            self.step(Kind::Location, node, "404", why);
            return Ok(Phase::Special(404, Answer::Error));
        }
        self.update_location()?;
        if is_redirect {
            let mut to = location
                .matcher()
                .map(|matcher| escape_uri(&matcher.pattern))
                .unwrap_or_default();
            if !self.args.is_empty() {
                to.push(b'?');
                to.extend_from_slice(&self.args);
            }
            let answer = Answer::Redirect { node, to: Some(to) };
            return Ok(Phase::Special(301, answer));
        }
        Ok(Phase::Rewrite)
    }

    /// Makes a location the one whose settings hold; what its regex, and those around it, took from the path is kept.
    fn enter(&mut self, location: Node<'a>) -> Result<(), Unknown> {
        self.block = location;
        let mut chain: Vec<Node<'a>> = std::iter::once(location)
            .chain(location.ancestors())
            .collect();
        chain.reverse();
        for node in chain {
            let Some(matcher) = node.matcher().filter(|matcher| matcher.modifier.is_regex()) else {
                continue;
            };
            let caseless = matcher.modifier == Modifier::RegexCaseless;
            let uri = self.uri.clone();
            self.matches(node, &matcher.pattern, caseless, &uri)?;
        }
        Ok(())
    }

    /// `limit_except`, and who makes the content (ngx_http_update_location_config).
    pub(super) fn update_location(&mut self) -> Result<(), Unknown> {
        if let Some(limited) = self.limited() {
            // Of what makes the content it inherits what passes requests on, and nothing else.
            let handler = self.nginx.content_handler(self.block)?;
            self.handler = handler.filter(|node| self.nginx.pass(*node).is_some());
            self.block = limited;
        }
        if let Some(handler) = self.nginx.content_handler(self.block)? {
            self.handler = Some(handler);
        }
        Ok(())
    }

    /// Whether a regex matches; if it does, its groups are what variables say from now on (ngx_http_regex_exec).
    pub(super) fn matches(
        &mut self,
        node: Node<'a>,
        pattern: &[u8],
        caseless: bool,
        text: &[u8],
    ) -> Result<bool, Unknown> {
        let compiled = self.nginx.regex(pattern, caseless);
        match compiled.captures(text) {
            Some(Some(found)) => {
                self.take(found);
                Ok(true)
            }
            Some(None) => Ok(false),
            None => {
                let why = "only PCRE can tell what this regex matches";
                Err(Unknown::at(node.header_span(), why))
            }
        }
    }

    pub(super) fn take(&mut self, found: Captures) {
        self.captures = found.groups;
        self.has_groups = true;
        for (name, value) in found.named {
            self.variables.insert(name.to_ascii_lowercase(), Ok(value));
        }
    }

    /// What the groups of a regex took is not known from now on.
    pub(super) fn forget_groups(&mut self, pattern: &[u8], caseless: bool) {
        self.has_groups = false;
        for name in self.nginx.regex(pattern, caseless).group_names() {
            let why = format!("what the regex took for ${name} is not known");
            self.variables.insert(name.to_ascii_lowercase(), Err(why));
        }
    }

    /// Another round for another path (ngx_http_internal_redirect).
    pub(super) fn internal_redirect(&mut self, uri: Vec<u8>, args: Vec<u8>) -> Next<'a> {
        if !self.may_change() {
            return Ok(Phase::Special(500, Answer::Error));
        }
        self.uri = uri;
        self.args = args;
        self.block = self.server;
        self.is_internal = true;
        self.is_as_sent = false;
        self.adds_uri_to_alias = false;
        self.is_location_valid = true;
        Ok(Phase::ServerRewrite)
    }

    /// Goes on in a named location (ngx_http_named_location).
    pub(super) fn named_location(&mut self, by: Node<'a>, name: &[u8]) -> Next<'a> {
        if !self.may_change() {
            return Ok(Phase::Special(500, Answer::Error));
        }
        let shown = String::from_utf8_lossy(name).into_owned();
        let Some(location) = self.nginx.named_location(self.server, name) else {
            if let Some(unknown) = self.gap(self.server, "location") {
                return Err(unknown);
            }
            let why = format!("the server has no location {shown}");
            self.step(Kind::Location, Some(by), "500", why);
            return Ok(Phase::Special(500, Answer::Error));
        };
        self.is_internal = true;
        self.handler = None;
        self.uri_changed = false;
        self.block = location;
        self.step(
            Kind::Location,
            Some(location),
            shown,
            "it is asked for by name",
        );
        self.update_location()?;
        Ok(Phase::Rewrite)
    }

    /// Counts a change of the path; after the tenth nginx gives up.
    pub(super) fn may_change(&mut self) -> bool {
        self.changes_left = self.changes_left.saturating_sub(1);
        if self.changes_left == 0 {
            let why = "nginx ends a cycle of rewrites and internal redirects after ten rounds";
            self.step(Kind::Rewrite, None, "500", why);
        }
        self.changes_left > 0
    }

    pub(super) fn has_changes_left(&self) -> bool {
        self.changes_left > 0
    }

    /// Why what is directly in a block is not all known, as far as one directive goes.
    pub(super) fn gap(&self, block: Node<'a>, directive: &str) -> Option<Unknown> {
        self.nginx.gap(Some(block), |include| {
            inherit::holds_only_parameters(include, directive)
        })
    }

    /// The directives that hold here. What only something outside of the server could set is taken for not set.
    pub(super) fn setting(&mut self, name: &str) -> Result<Vec<Node<'a>>, Unknown> {
        self.settings(&[name])
    }

    /// The same for directives that make one list together.
    pub(super) fn settings(&mut self, names: &[&str]) -> Result<Vec<Node<'a>>, Unknown> {
        match self.nginx.settings(self.block, names) {
            Setting::Here(nodes) => Ok(nodes),
            Setting::Default => Ok(Vec::new()),
            Setting::Packaged(include, _) => Err(Unknown::at(
                include.header_span(),
                "what it sets is not followed",
            )),
            Setting::Unknown(unknown) if self.is_from_outside(names) => {
                let unset = Unknown {
                    why: format!("{}: {}", names.join(", "), unknown.why),
                    ..unknown
                };
                if !self.unset.contains(&unset) {
                    self.unset.push(unset);
                }
                Ok(Vec::new())
            }
            Setting::Unknown(unknown) => Err(unknown),
        }
    }

    /// Whether all that could set these directives within the server is known.
    fn is_from_outside(&self, names: &[&str]) -> bool {
        std::iter::once(self.block)
            .chain(self.block.ancestors())
            .filter(|block| block.server().is_some())
            .all(|block| names.iter().all(|name| self.gap(block, name).is_none()))
    }

    /// Whether a flag holds here.
    pub(super) fn flag(&mut self, name: &str, default: bool) -> Result<bool, Unknown> {
        let nodes = self.setting(name)?;
        Ok(match nodes.last().and_then(|node| node.argument(0)) {
            Some(word) => word.bytes().eq_ignore_ascii_case(b"on"),
            None => default,
        })
    }

    /// What an argument says now.
    pub(super) fn fill(&mut self, argument: Argument<'_>) -> Result<Vec<u8>, Unknown> {
        let span = argument.span();
        filled(argument, |name| {
            self.variable(name).map_err(|why| Unknown::at(span, why))
        })
    }
}
