//! The name of a directive, the block that it stands in and how many arguments it has (ngx_conf_handler).

use std::fmt::Write as _;

use crate::nginx::configuration::Configuration;
use crate::nginx::directives::{self, Context, Known, Variant};
use crate::nginx::node::{Argument, Node};
use crate::nginx::version::Release;

use super::judge::Judge;
use super::{RefusalKind, Step, foreign, instead};

/// Whether a module may be loaded that is not nginx's own, so that a name that is not in the table may be its.
pub(super) fn has_foreign_modules(configuration: &Configuration) -> bool {
    let mut loaded = configuration.roots().filter(|node| node.is("load_module"));
    configuration.has_other_modules
        || loaded.any(|node| {
            let path = node.argument(0).map(|word| word.text().into_owned());
            let name = path.as_deref().and_then(|path| path.rsplit('/').next());
            !name.is_some_and(|name| OWN_MODULES.contains(&name))
        })
}

/// The modules that nginx's own sources bring as files to load.
const OWN_MODULES: &[&str] = &[
    "ngx_http_geoip_module.so",
    "ngx_http_image_filter_module.so",
    "ngx_http_perl_module.so",
    "ngx_http_xslt_filter_module.so",
    "ngx_mail_module.so",
    "ngx_stream_geoip_module.so",
    "ngx_stream_module.so",
];

/// A name that nginx's table does not have.
pub(super) fn unknown(judge: &mut Judge<'_>, node: Node<'_>) {
    let name = node.name();
    if node.has_hole_in_name() {
        return;
    }
    if let Some(module) = foreign::module(&name) {
        let why = format!("`{name}` is of {module}, which may be loaded or not");
        return judge.open(node, Step::Name, node.name_span(), why);
    }
    let near = near(&name, node.context());
    // A module that is not known here may have it, where one may be loaded.
    let is_a_name = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let may_be_loaded = !judge.configuration.is_closed() || judge.has_foreign_modules;
    if is_a_name && near.is_none() && may_be_loaded {
        let why =
            format!("nginx itself has no `{name}`, and which modules are loaded is not known");
        return judge.open(node, Step::Name, node.name_span(), why);
    }
    let shown = shortened(&name);
    let refusal = judge
        .refusal(
            node,
            RefusalKind::UnknownDirective,
            Step::Name,
            node.name_span(),
            format!("unknown directive \"{name}\""),
        )
        .message(format!("nginx has no directive `{shown}`"));
    let refusal = match near {
        Some(near) => refusal
            .label(format!("did you mean `{near}`?"))
            .help(format!("write `{near}`"))
            .meant(near),
        None if is_a_name => refusal.label("no module of nginx's own has it"),
        None => refusal
            .label("no directive is called that")
            .help("is a `;` or a quote missing before it?"),
    };
    judge.push(refusal);
}

/// A name of a length that can be read in a sentence.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 60;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let start: String = name.chars().take(LONGEST).collect();
    format!("{start}…")
}

/// The directive that a misspelt one was most likely meant to be, among those that may stand there.
fn near(name: &str, context: Context) -> Option<&'static str> {
    let found = crate::suggest::nearest(
        name,
        directives::all()
            .iter()
            .filter(|variant| variant.is_allowed_in(context))
            .map(|variant| variant.name),
    )?;
    let most = if found.len() < 6 { 1 } else { 2 };
    (strsim::damerau_levenshtein(name, found) <= most).then_some(found)
}

/// The variant of a directive that counts where it stands; refuses one that may not stand there.
pub(super) fn variant(
    judge: &mut Judge<'_>,
    node: Node<'_>,
    known: Known,
) -> Option<&'static Variant> {
    let release = judge.configuration.release();
    let first = known.here(node.context()).next();
    if let Some(variant) = of_release(node, known, release) {
        if let Some(module) = optional(variant.module) {
            let why = format!(
                "`{}` is of {module}, which may be built in or not",
                node.name()
            );
            judge.open(node, Step::Name, node.name_span(), why);
        }
        if !variant.lifetime.includes(release) && variant.lifetime.removed.is_some() {
            judge.assume(
                node.name_span(),
                format!("nginx still has `{}`: {}", node.name(), variant.lifetime),
            );
        }
        // The parser has told about a missing brace, and about one too many.
        return (variant.block == node.is_block()).then_some(variant);
    }
    let name = node.name();
    if let Some(variant) = first {
        let refusal = judge
            .refusal(
                node,
                RefusalKind::NotInThisVersion,
                Step::Name,
                node.name_span(),
                format!("unknown directive \"{name}\""),
            )
            .message(format!(
                "nginx {} has no directive `{name}`: {}",
                judge.release(),
                variant.lifetime
            ))
            .label("not in this release")
            .help(instead::of(variant));
        judge.push(refusal);
        return None;
    }
    if foreign::module(&name).is_some() {
        let why = format!("another module has a `{name}` too");
        judge.open(node, Step::Name, node.name_span(), why);
        return None;
    }
    if node.is_repaired() {
        // It is where it seems to have been meant: the brace is what is wrong.
        return None;
    }
    let here = node.context();
    let places = places(known);
    let refusal = judge
        .refusal(
            node,
            RefusalKind::MisplacedDirective,
            Step::Name,
            node.name_span(),
            format!("\"{name}\" directive is not allowed here"),
        )
        .message(format!(
            "`{name}` may not stand {}: its place is {places}",
            here.place()
        ))
        .label("not allowed here");
    let refusal = match node.parent() {
        Some(block) => refusal.other(block.header_span(), "the block that it stands in"),
        None => refusal,
    };
    let refusal = match node.included_by() {
        Some(include) if include.parent() == node.parent() => {
            refusal.other(include.header_span(), "the file is included here")
        }
        _ => refusal,
    };
    judge.push(refusal);
    None
}

/// The variant that a release has where the directive stands: the one that takes so many arguments,
/// where several modules or releases have one.
fn of_release(node: Node<'_>, known: Known, release: Option<Release>) -> Option<&'static Variant> {
    let mut there = known
        .here(node.context())
        .filter(|variant| !variant.lifetime.excludes(release));
    let first = there.next()?;
    let count = node.arguments().len();
    if first.takes(count) {
        return Some(first);
    }
    Some(there.find(|variant| variant.takes(count)).unwrap_or(first))
}

/// A module that many builds of nginx lack, or load from a file.
fn optional(module: &'static str) -> Option<&'static str> {
    const FAMILIES: &[&str] = &[
        "ngx_mail",
        "ngx_stream",
        "ngx_http_geoip_module",
        "ngx_http_image_filter_module",
        "ngx_http_perl_module",
        "ngx_http_xslt_filter_module",
        "ngx_http_degradation_module",
        "ngx_http_v3_module",
        "ngx_event_quic_bpf",
        "ngx_google_perftools_module",
    ];
    FAMILIES
        .iter()
        .any(|family| module.starts_with(family))
        .then_some(module)
}

/// Where a directive may stand, in words.
fn places(known: Known) -> String {
    let mut contexts: Vec<Context> = known
        .variants()
        .iter()
        .flat_map(|variant| variant.contexts())
        .collect();
    contexts.sort_by_key(|context| *context as u8);
    contexts.dedup();
    let mut text = String::new();
    for (index, context) in contexts.iter().enumerate() {
        let separator = match index {
            0 => "",
            _ if index + 1 == contexts.len() => " or ",
            _ => ", ",
        };
        let _ = write!(text, "{separator}{}", context.place());
    }
    text
}

/// Whether a directive takes so many arguments; refuses it if not.
pub(super) fn takes(
    judge: &mut Judge<'_>,
    node: Node<'_>,
    variant: &Variant,
    arguments: &[Argument<'_>],
) -> bool {
    if variant.takes(arguments.len()) {
        return true;
    }
    let name = node.name();
    let (least, most) = variant.bounds();
    let found = arguments.len();
    let surplus = most.and_then(|most| {
        Some(
            arguments
                .get(most as usize)?
                .span()
                .to(arguments.last()?.span()),
        )
    });
    let place = surplus.unwrap_or(node.header_span());
    let label = match (surplus, found < least as usize) {
        (Some(_), _) => "more than it takes",
        (None, true) => "something is missing here",
        (None, false) => "not so many",
    };
    let expected = match (least, most) {
        (0, Some(0)) => "no argument".to_owned(),
        (1, Some(1)) => "one argument".to_owned(),
        (least, Some(most)) if least == most => format!("{least} arguments"),
        (least, Some(most)) if least + 1 == most => format!("{least} or {most} arguments"),
        (least, Some(most)) => format!("{least} to {most} arguments"),
        (1, None) => "at least one argument".to_owned(),
        (least, None) => format!("at least {least} arguments"),
    };
    let found = match found {
        0 => "none was".to_owned(),
        1 => "1 was".to_owned(),
        found => format!("{found} were"),
    };
    let refusal = judge
        .refusal(
            node,
            RefusalKind::WrongArguments,
            Step::Arguments,
            place,
            format!("invalid number of arguments in \"{name}\" directive"),
        )
        .message(format!("`{name}` takes {expected}, and {found} given"))
        .label(label);
    let refusal = match surplus {
        Some(_) if arguments.len() > 1 => {
            refusal.help("put a value with blanks in quotes, and end the directive with `;`")
        }
        _ => refusal,
    };
    judge.push(refusal);
    false
}
