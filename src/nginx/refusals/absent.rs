//! What a configuration asks for by name and nothing in it makes: upstreams, caches, zones, variables.

use crate::nginx::node::Node;
use crate::source::Span;

use super::closing::{Closing, refusal_of};
use super::judge::Judge;
use super::names::Undefined;
use super::reply::{Invalid, Place, shown};
use super::{Order, Phase, Refusal, RefusalKind, Step};

/// Whether what nothing defines here is nowhere.
fn is_known(judge: &Judge<'_>) -> bool {
    judge.configuration.is_closed() && judge.names.gap.is_none() && !judge.has_foreign_modules
}

/// Names that requests are passed to and that are no upstream (ngx_http_upstream_init_round_robin).
pub(super) fn unresolved(judge: &mut Judge<'_>, closing: &Closing) {
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
            Place::Argument(0),
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
            Some(near) => invalid
                .help(format!("write `{directive} {near};`"))
                .meant(near),
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
            let invalid = Invalid::new(RefusalKind::InvalidUpstream, Place::Name, says).because(
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

/// Caches without a path to keep their files in.
pub(super) fn caches(judge: &mut Judge<'_>, closing: &Closing) {
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
        meant: None,
        others: Vec::new(),
        is_filled_in: false,
        order: Order {
            node: u32::MAX,
            step: Step::Closing(Phase::Zones),
        },
    }
}

/// ngx_http_variables_init_vars
pub(super) fn variables(judge: &mut Judge<'_>, closing: &Closing) {
    let undefined = judge.names.undefined_variables();
    if let Some(why) = judge.names.gap.clone() {
        if let Some(first) = undefined.first() {
            judge.open_at(closing.order, first.place, why);
        }
        return;
    }
    if !is_known(judge) {
        if let Some(first) = undefined.first() {
            let why = format!("${} may be set elsewhere", first.name);
            judge.open_at(closing.order, first.place, why);
        }
        return;
    }
    let known: Vec<String> = judge.names.variables().collect();
    for Undefined {
        name,
        place,
        is_filled_in,
        since,
    } in undefined
    {
        let near = crate::suggest::nearest(&name, known.iter().map(String::as_str));
        let meant = near
            .filter(|_| since.is_none())
            .map(|near| format!("${near}"));
        let (kind, text, message, help) = match since {
            Some(since) => (
                RefusalKind::NotInThisVersion,
                "not in this release".to_owned(),
                format!(
                    "nginx {} has no variable ${name}: it came with {since}",
                    judge.release()
                ),
                format!("run nginx {since} or later, or do without it"),
            ),
            None => (
                RefusalKind::UndefinedVariable,
                "nothing sets this variable".to_owned(),
                format!("there is no variable ${name}"),
                match near {
                    Some(near) => format!("write `${near}`"),
                    None => format!("set it with `set`, `map` or `geo`, as in `set ${name} …;`"),
                },
            ),
        };
        let refusal = Refusal {
            kind,
            label: crate::finding::Label { span: place, text },
            noticed: None,
            says: format!("unknown \"{name}\" variable"),
            meant,
            message,
            help: Some(help),
            others: Vec::new(),
            is_filled_in,
            order: closing.order,
        };
        judge.push(refusal);
    }
}

/// Zones without a size.
pub(super) fn zones(judge: &mut Judge<'_>) {
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
