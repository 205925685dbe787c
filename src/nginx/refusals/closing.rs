//! What nginx finds when it is at the `}` of a block, and when everything is read.

use std::collections::BTreeMap;

use crate::nginx::configuration::{Configuration, Role};
use crate::nginx::directives::Context;
use crate::nginx::location::Modifier;
use crate::nginx::node::Node;
use crate::source::Span;

use super::judge::Judge;
use super::own::listen::{invalid_name, written};
use super::reply::{Call, Invalid, Reply, shown};
use super::{
    Order, Phase, Refusal, RefusalKind, Step, buffers, certificates, hosts, script, value,
};

/// Leaves a block; nothing stands for the top of the file.
pub(super) fn leave<'a>(judge: &mut Judge<'a>, block: Option<Node<'a>>) {
    match block {
        Some(block) if block.block_context() == Some(Context::Upstream) => upstream(judge, block),
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
    fn of(judge: &Judge<'_>, block: Option<Node<'_>>, phase: Phase) -> Self {
        // nginx never gets to the end of a block that is not closed.
        let is_closed = block.is_none_or(|block| {
            block.source().bytes().get(closing_brace(block).range()) == Some(b"}")
        });
        let node = match is_closed {
            true => last_in(judge.configuration, block),
            false => u32::MAX,
        };
        Self {
            order: Order {
                node,
                step: Step::Closing(phase),
            },
            noticed: block.map(closing_brace),
        }
    }

    fn push(&self, judge: &mut Judge<'_>, mut refusal: Refusal) {
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
    let invalid = Invalid::new(
        RefusalKind::InvalidUpstream,
        super::reply::Place::Name,
        "no servers are inside upstream",
    )
    .because(
        format!("the upstream `{}` has no server", name.unwrap_or_default()),
        "no `server` in this block",
    )
    .help("add one, such as `server 127.0.0.1:8000;`");
    let refusal = refusal_of(judge, block, Some(block.header_span()), invalid);
    Closing::of(judge, Some(block), Phase::Block).push(judge, refusal);
}

fn split_clients(judge: &mut Judge<'_>, block: Node<'_>) {
    let percent = judge.left_rows.percent;
    if percent <= 10_000 {
        return;
    }
    let invalid = Invalid::new(
        RefusalKind::InvalidMap,
        super::reply::Place::Name,
        "percent total is greater than 100%",
    )
    .because(
        "the shares are more than 100 % together",
        "more than all clients",
    );
    let refusal = refusal_of(judge, block, Some(block.header_span()), invalid);
    Closing::of(judge, Some(block), Phase::Block).push(judge, refusal);
}

/// ngx_http_block
fn http<'a>(judge: &mut Judge<'a>, block: Option<Node<'a>>) {
    let servers: Vec<Node<'a>> = match block {
        Some(block) => block.children(),
        None => judge.configuration.roots(),
    }
    .filter(|node| node.block_context() == Some(Context::Server))
    .collect();
    unresolved(judge, block);
    let merge = Closing::of(judge, block, Phase::Merge);
    certificates::merged(judge, &servers, &merge);
    buffers::check(judge, &servers, &merge);
    compiled_later(judge, &merge);
    caches(judge, &merge);
    referers(judge, &merge);
    duplicate_locations(judge, block);
    let modules = Closing::of(judge, block, Phase::Modules);
    certificates::listening(judge, &modules);
    variables(judge, block);
    server_names(judge, block);
}

/// Whether what nothing defines here is nowhere.
fn is_known(judge: &Judge<'_>) -> bool {
    judge.configuration.is_closed() && judge.names.gap.is_none() && !judge.has_foreign_modules
}

/// Names that requests are passed to and that are no upstream (ngx_http_upstream_init_round_robin).
fn unresolved(judge: &mut Judge<'_>, block: Option<Node<'_>>) {
    let closing = Closing::of(judge, block, Phase::Upstreams);
    let upstreams = std::mem::take(&mut judge.names.upstreams);
    for one in upstreams
        .iter()
        .filter(|one| one.block.is_none() && !one.is_address)
    {
        let name = shown(&one.name).into_owned();
        let directive = one.by.name();
        if !is_known(judge) {
            judge.open_at(
                closing.order,
                one.place,
                format!("{name} may be an upstream"),
            );
            continue;
        }
        if one.port != 0 {
            judge.assume(one.place, format!("{name} can be resolved"));
            continue;
        }
        let says = format!("no port in upstream \"{name}\"");
        let invalid = Invalid::new(
            RefusalKind::UndefinedUpstream,
            super::reply::Place::Argument(0),
            says,
        )
        .because(
            format!(
                "`{directive}` passes requests to `{name}`, which is no upstream and has no port"
            ),
            "no upstream has that name",
        );
        let names: Vec<String> = upstreams
            .iter()
            .filter(|one| one.block.is_some())
            .map(|one| shown(&one.name).into_owned())
            .collect();
        let near = crate::suggest::nearest(&name, names.iter().map(String::as_str));
        let invalid = match near {
            Some(near) => invalid.help(format!("write `{directive} {near};`")),
            None => invalid.help(format!(
                "define `upstream {name} {{ … }}` in http, or name a port, such as `{name}:8000`"
            )),
        };
        let mut refusal = refusal_of(judge, one.by, Some(one.place), invalid);
        refusal.noticed = Some(one.by.terminator());
        refusal.order = closing.order;
        judge.push(refusal);
    }
    for one in upstreams.iter().filter_map(|one| one.block) {
        let mut servers = one.children_named("server").peekable();
        let is_backup = |server: Node<'_>| {
            let mut options = server.arguments().skip(1);
            options.any(|word| *word.bytes() == *b"backup")
        };
        if servers.peek().is_some() && servers.all(is_backup) {
            let name = one
                .argument(0)
                .map(|word| word.text().into_owned())
                .unwrap_or_default();
            let says = format!("no servers in upstream \"{name}\"");
            let invalid = Invalid::new(
                RefusalKind::InvalidUpstream,
                super::reply::Place::Name,
                says,
            )
            .because(
                format!("every server of the upstream `{name}` is a backup"),
                "no server that is none",
            );
            let mut refusal = refusal_of(judge, one, Some(one.header_span()), invalid);
            refusal.noticed = Some(one.terminator());
            refusal.order = closing.order;
            judge.push(refusal);
        }
    }
    judge.names.upstreams = upstreams;
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
        let invalid = Invalid::new(RefusalKind::InvalidValue, super::reply::Place::Name, says)
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

/// Caches without a path to keep their files in.
fn caches(judge: &mut Judge<'_>, closing: &Closing) {
    let undefined: Vec<(String, &'static str, Span)> = judge
        .names
        .undefined_caches()
        .map(|(name, module, place)| (shown(name).into_owned(), module, place))
        .collect();
    for (name, module, place) in undefined {
        if !is_known(judge) {
            let why = format!("the cache {name} may be defined elsewhere");
            judge.open_at(closing.order, place, why);
            continue;
        }
        let says = format!("\"{module}_cache\" zone \"{name}\" is unknown");
        let refusal = undefined_zone(&name, &format!("{module}_cache_path"), place, says);
        closing.push(judge, refusal);
    }
}

/// A zone that something asks for and that nothing makes.
fn undefined_zone(name: &str, maker: &str, place: Span, says: String) -> Refusal {
    Refusal {
        kind: RefusalKind::UndefinedZone,
        label: crate::finding::Label {
            span: place,
            text: "nothing makes a zone of that name".to_owned(),
        },
        noticed: None,
        says,
        message: format!("there is no zone `{name}`"),
        help: Some(format!("define it in http with `{maker}`")),
        others: Vec::new(),
        order: Order {
            node: u32::MAX,
            step: Step::Closing(Phase::Zones),
        },
    }
}

/// ngx_http_join_exact_locations
fn duplicate_locations(judge: &mut Judge<'_>, block: Option<Node<'_>>) {
    let closing = Closing::of(judge, block, Phase::Locations);
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
        let invalid = Invalid::new(
            RefusalKind::DuplicateLocation,
            super::reply::Place::Name,
            says,
        )
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

/// ngx_http_variables_init_vars
fn variables(judge: &mut Judge<'_>, block: Option<Node<'_>>) {
    let closing = Closing::of(judge, block, Phase::Variables);
    let undefined: Vec<(String, Span)> = judge
        .names
        .undefined_variables()
        .into_iter()
        .map(|(name, place)| (shown(name).into_owned(), place))
        .collect();
    if let Some(why) = judge.names.gap.clone() {
        if let Some((_, place)) = undefined.first() {
            judge.open_at(closing.order, *place, why);
        }
        return;
    }
    if !is_known(judge) {
        if let Some((name, place)) = undefined.first() {
            let why = format!("${name} may be set elsewhere");
            judge.open_at(closing.order, *place, why);
        }
        return;
    }
    let known: Vec<String> = judge.names.variables().collect();
    for (name, place) in undefined {
        let near = crate::suggest::nearest(&name, known.iter().map(String::as_str));
        let refusal = Refusal {
            kind: RefusalKind::UndefinedVariable,
            label: crate::finding::Label {
                span: place,
                text: "nothing sets this variable".to_owned(),
            },
            noticed: None,
            says: format!("unknown \"{name}\" variable"),
            message: format!("there is no variable ${name}"),
            help: Some(match near {
                Some(near) => format!("write `${near}`"),
                None => format!("set it with `set`, `map` or `geo`, as in `set ${name} …;`"),
            }),
            others: Vec::new(),
            order: closing.order,
        };
        judge.push(refusal);
    }
}

/// ngx_http_server_names: nginx looks at the names only where there is more than one server on a socket.
fn server_names(judge: &mut Judge<'_>, block: Option<Node<'_>>) {
    let closing = Closing::of(judge, block, Phase::Servers);
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
            others: Vec::new(),
            order,
        };
        judge.push(refusal);
    }
    let order = Order {
        node: u32::MAX,
        step: Step::Closing(Phase::Zones),
    };
    let undefined: Vec<(String, &'static str, Span)> = judge
        .names
        .undefined_zones()
        .map(|(name, owner, place)| (shown(name).into_owned(), owner, place))
        .collect();
    for (name, owner, place) in undefined {
        if !is_known(judge) {
            judge.open_at(
                order,
                place,
                format!("the zone {name} may be defined elsewhere"),
            );
            continue;
        }
        let maker = match owner {
            "upstream" => "zone",
            maker => maker,
        };
        let says = format!("zero size shared memory zone \"{name}\"");
        let refusal = undefined_zone(&name, maker, place, says);
        judge.push(refusal);
    }
}
