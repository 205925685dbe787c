//! What nginx finds when it is at the `}` of a block, and when everything is read.

use std::collections::{BTreeMap, BTreeSet};

use crate::nginx::configuration::{Configuration, Role};
use crate::nginx::directives::Context;
use crate::nginx::location::Modifier;
use crate::nginx::node::Node;
use crate::source::Span;

use super::judge::Judge;
use super::own::listen::{self, invalid_name, written};
use super::reply::{Call, Invalid, Place, Reply};
use super::{
    Order, Phase, Refusal, RefusalKind, Step, absent, buffers, certificates, hosts, script, value,
};

/// Leaves a block; nothing stands for the top of the file.
pub(super) fn leave<'a>(judge: &mut Judge<'a>, block: Option<Node<'a>>) {
    match block {
        Some(block) if block.block_context() == Some(Context::Upstream) => upstream(judge, block),
        Some(block) if block.block_context() == Some(Context::Server) => {
            listen::by_default(judge, block);
        }
        Some(block) if block.is("split_clients") => split_clients(judge, block),
        Some(block) if block.block_context() == Some(Context::Http) => http(judge, Some(block)),
        Some(_) => {}
        None => {
            if judge.configuration.root_context() == Context::Http {
                http(judge, None);
            }
            end(judge);
        }
    }
}

/// The last directive that stands in a block.
fn last_in(configuration: &Configuration, block: Option<Node<'_>>) -> u32 {
    let Some(block) = block else {
        return u32::MAX;
    };
    let mut last = block;
    let mut next = block.id().0 + 1;
    while (next as usize) < configuration.nodes.len() {
        let node = configuration.node(crate::nginx::NodeId(next));
        // What is in the block is all of what follows it until something stands in none of its blocks.
        let parent = node.parent();
        if parent.is_none_or(|parent| parent.id() < block.id()) {
            break;
        }
        last = node;
        next += 1;
    }
    last.id().0
}

/// The `}` of a block.
fn closing_brace(block: Node<'_>) -> Span {
    let span = block.span();
    let end = span.range().end;
    block.source().span(end.saturating_sub(1)..end)
}

/// A refusal at the `}` of a block, or without a line.
pub(super) struct Closing {
    pub(super) order: Order,
    pub(super) noticed: Option<Span>,
}

impl Closing {
    pub(super) fn of(judge: &Judge<'_>, block: Option<Node<'_>>, step: Step) -> Self {
        // nginx never gets to the end of a block that is not closed.
        let is_closed = block.is_none_or(|block| block.directive().is_closed);
        let node = match is_closed {
            true => last_in(judge.configuration, block),
            false => u32::MAX,
        };
        Self {
            order: Order { node, step },
            noticed: block.map(closing_brace),
        }
    }

    /// The same at one of the things that nginx does there.
    fn at(&self, phase: Phase) -> Self {
        Self {
            order: Order {
                step: Step::Closing(phase),
                ..self.order
            },
            noticed: self.noticed,
        }
    }

    pub(super) fn push(&self, judge: &mut Judge<'_>, mut refusal: Refusal) {
        refusal.order = self.order;
        refusal.noticed = self.noticed;
        judge.push(refusal);
    }
}

/// A refusal of a directive, at a place in it.
pub(super) fn refusal_of(
    judge: &Judge<'_>,
    node: Node<'_>,
    place: Option<Span>,
    invalid: Invalid,
) -> Refusal {
    let call = Call::new(node, node.arguments().collect());
    let mut refusal = value::refusal(judge, &call, invalid);
    if let Some(place) = place {
        refusal.label.span = place;
    }
    refusal
}

fn upstream(judge: &mut Judge<'_>, block: Node<'_>) {
    let is_whole = judge.configuration.gap(Some(block), |_| false).is_none();
    if !is_whole || block.children_named("server").next().is_some() {
        return;
    }
    let name = block.argument(0).map(|word| word.text().into_owned());
    if block
        .children()
        .any(|node| node.is("zone") || node.is("state"))
    {
        let order = Closing::of(judge, Some(block), Step::BlockEnd).order;
        let why = "nginx Plus takes an upstream whose servers come later";
        return judge.open_at(order, block.name_span(), why);
    }
    let invalid = Invalid::new(
        RefusalKind::InvalidUpstream,
        Place::Name,
        "no servers are inside upstream",
    )
    .because(
        format!("the upstream `{}` has no server", name.unwrap_or_default()),
        "no `server` in this block",
    )
    .help("add one, such as `server 127.0.0.1:8000;`");
    let refusal = refusal_of(judge, block, Some(block.header_span()), invalid);
    Closing::of(judge, Some(block), Step::BlockEnd).push(judge, refusal);
}

fn split_clients(judge: &mut Judge<'_>, block: Node<'_>) {
    let percent = judge.left_rows.percent;
    if percent <= 10_000 {
        return;
    }
    let invalid = Invalid::new(
        RefusalKind::InvalidMap,
        Place::Name,
        "percent total is greater than 100%",
    )
    .because(
        "the shares are more than 100 % together",
        "more than all clients",
    );
    let refusal = refusal_of(judge, block, Some(block.header_span()), invalid);
    Closing::of(judge, Some(block), Step::BlockEnd).push(judge, refusal);
}

/// ngx_http_block
fn http<'a>(judge: &mut Judge<'a>, block: Option<Node<'a>>) {
    let servers: Vec<Node<'a>> = match block {
        Some(block) => block.children(),
        None => judge.configuration.roots(),
    }
    .filter(|node| node.block_context() == Some(Context::Server))
    .collect();
    let closing = Closing::of(judge, block, Step::BlockEnd);
    absent::unresolved(judge, &closing.at(Phase::Upstreams));
    let merge = closing.at(Phase::Merge);
    certificates::merged(judge, &servers, &merge);
    buffers::check(judge, &servers, &merge);
    // What is set in http alone is looked at when a server inherits it.
    if !servers.is_empty() {
        compiled_later(judge, &merge);
    }
    absent::caches(judge, &merge);
    referers(judge, &merge);
    duplicate_locations(judge, block, &closing.at(Phase::Locations));
    certificates::listening(judge, &closing.at(Phase::Modules));
    absent::variables(judge, &closing.at(Phase::Variables));
    server_names(judge, &closing.at(Phase::Servers));
}

/// The values of `uwsgi_param` and its like, which nginx compiles when it knows where they are inherited.
fn compiled_later(judge: &mut Judge<'_>, closing: &Closing) {
    for (node, at) in std::mem::take(&mut judge.compiled_later) {
        let call = Call::new(node, node.arguments().collect());
        if let Err(Reply::Invalid(invalid)) = script::value(judge, &call, at) {
            let refusal = value::refusal(judge, &call, *invalid);
            closing.push(judge, refusal);
        }
    }
}

/// `valid_referers none` without any name (ngx_http_referer_merge_conf).
fn referers(judge: &mut Judge<'_>, closing: &Closing) {
    for node in std::mem::take(&mut judge.without_names) {
        let says = "the \"none\" or \"blocked\" referers are specified in the \"valid_referers\" directive without any valid referer";
        let invalid = Invalid::new(RefusalKind::InvalidValue, Place::Name, says)
            .because(
                "`valid_referers` names no site that may refer to this one",
                "no name in this",
            )
            .help("add a name, such as `example.com` or `*.example.com`");
        let mut refusal = refusal_of(judge, node, Some(node.header_span()), invalid);
        refusal.noticed = None;
        refusal.order = closing.order;
        judge.push(refusal);
    }
}

/// ngx_http_join_exact_locations
fn duplicate_locations(judge: &mut Judge<'_>, block: Option<Node<'_>>, closing: &Closing) {
    let configuration = judge.configuration;
    // By the block that they stand in, whether they are exact, and the path.
    let mut seen: BTreeMap<(Option<u32>, bool, Vec<u8>), Node<'_>> = BTreeMap::new();
    let is_inside =
        |node: Node<'_>| block.is_none_or(|block| node.ancestors().any(|around| around == block));
    for location in configuration.locations().filter(|node| is_inside(*node)) {
        let Some(matcher) = location.matcher() else {
            continue;
        };
        if matcher.has_hole() || matcher.modifier.is_regex() || matcher.modifier == Modifier::Named
        {
            continue;
        }
        let is_exact = matcher.modifier == Modifier::Exact;
        let parent = location.parent().map(|parent| parent.id().0);
        let key = (parent, is_exact, matcher.pattern.to_vec());
        let Some(first) = seen.get(&key).copied() else {
            seen.insert(key, location);
            continue;
        };
        let name = matcher.text();
        let says = format!("duplicate location \"{name}\"");
        let invalid = Invalid::new(RefusalKind::DuplicateLocation, Place::Name, says)
            .because(
                format!(
                    "there is a location `{}{name}` here already",
                    matcher.modifier_shown()
                ),
                "a second one for the same paths",
            )
            .other(first.header_span(), "the first one")
            .help("put what is in both into one");
        let mut refusal = refusal_of(judge, location, Some(matcher.span), invalid);
        refusal.noticed = Some(location.terminator());
        refusal.order = closing.order;
        judge.push(refusal);
    }
}

/// ngx_http_server_names: nginx looks at the names only where there is more than one server on a socket.
fn server_names(judge: &mut Judge<'_>, closing: &Closing) {
    let mut found = Vec::new();
    for (socket, listening) in &judge.names.listens {
        for server in &listening.servers {
            let names = server
                .children_named("server_name")
                .flat_map(Node::arguments);
            for (at, word) in names.enumerate() {
                if word.has_hole() || matches!(word.bytes().first(), Some(b'~')) {
                    continue;
                }
                let mut alone = hosts::Hosts::default();
                if alone.add(&word.bytes(), true) == Err(hosts::HostFault::Invalid) {
                    let is_looked_at = listening.servers.len() > 1;
                    found.push((*server, at, word, written(socket), is_looked_at));
                }
            }
        }
    }
    for (server, at, word, socket, is_looked_at) in found {
        if !is_looked_at {
            continue;
        }
        let text = word.text();
        let says = format!("invalid server name or wildcard \"{text}\" on {socket}");
        let invalid = invalid_name(at, says, &text);
        let mut refusal = refusal_of(judge, server, Some(word.span()), invalid);
        refusal.order = closing.order;
        refusal.noticed = None;
        judge.push(refusal);
    }
}

/// When all files are read: zones that nothing makes, and whether there were `events` at all.
fn end(judge: &mut Judge<'_>) {
    let configuration = judge.configuration;
    let order = Order {
        node: u32::MAX,
        step: Step::Closing(Phase::End),
    };
    if configuration.role() == Role::Main
        && configuration.is_closed()
        && !configuration.roots().any(|node| node.is("events"))
    {
        let refusal = Refusal {
            kind: RefusalKind::EventsMissing,
            label: crate::finding::Label {
                span: configuration.root_file().span(0..0),
                text: "no `events { }` in this file".to_owned(),
            },
            noticed: None,
            says: "no \"events\" section in configuration".to_owned(),
            message: "nginx.conf has no `events { }`".to_owned(),
            help: Some("add `events { }`, which may be empty".to_owned()),
            meant: None,
            others: Vec::new(),
            is_filled_in: false,
            order,
        };
        judge.push(refusal);
    }
    connections(judge, order);
    absent::zones(judge);
}

/// A connection for each listening socket, and one to the master (ngx_event_init_conf).
fn connections(judge: &mut Judge<'_>, order: Order) {
    let Some(setting) = judge.configuration.named("worker_connections").next() else {
        return;
    };
    let word = setting.argument(0).filter(|word| !word.has_hole());
    let number = word.and_then(|word| word.text().parse::<usize>().ok());
    // Addresses of one port may share a socket.
    let ports: BTreeSet<u16> = judge.names.listens.keys().map(|(_, port)| *port).collect();
    let Some(number) = number.filter(|number| *number < ports.len() + 1) else {
        return;
    };
    let sockets = ports.len();
    let says =
        format!("{number} worker_connections are not enough for {sockets} listening sockets");
    let invalid = Invalid::new(RefusalKind::InvalidValue, Place::Argument(0), says)
        .because(
            format!("{number} connections are fewer than nginx needs to listen"),
            "one for each port, and one more",
        )
        .help("worker_connections 768;");
    let place = word.map(|word| word.span());
    let mut refusal = refusal_of(judge, setting, place, invalid);
    refusal.noticed = None;
    refusal.order = order;
    judge.push(refusal);
}
