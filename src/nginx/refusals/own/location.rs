//! `location`, and `root` and `alias` in it.

use crate::nginx::location::{Matcher, Modifier};
use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, refuse, shown};
use crate::nginx::refusals::script;

/// ngx_http_core_location
pub(super) fn location(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let Some(own) = call.node.matcher() else {
        return refuse(Invalid::value(
            0,
            format!("invalid location modifier \"{}\"", call.text(0)),
            "one of `=`, `^~`, `~` and `~*`, or a path alone",
        ));
    };
    let last = call.count().saturating_sub(1);
    if own.modifier.is_regex() {
        script::regex(judge, call, last, &own.pattern)?;
    }
    let parent = call.node.parent();
    let Some(outer) = parent.and_then(|parent| parent.matcher()) else {
        return Ok(());
    };
    let place = parent.map_or(call.node.name_span(), |parent| parent.header_span());
    if outer.has_hole() {
        return Ok(());
    }
    match misnesting(&own, &outer) {
        None => Ok(()),
        Some((says, message, help)) => refuse(
            Invalid::new(RefusalKind::MisnestedLocation, Place::Argument(last), says)
                .because(message, "may not stand in that location")
                .other(place, "the location that it stands in")
                .help(help),
        ),
    }
}

/// What is wrong with a location in another one: what nginx says, a sentence, and what to do.
fn misnesting(own: &Matcher<'_>, outer: &Matcher<'_>) -> Option<(String, String, &'static str)> {
    let (name, around) = (own.text(), outer.text());
    const OUT: &str = "put it beside that location, in the server";
    Some(match outer.modifier {
        Modifier::Exact => (
            format!("location \"{name}\" cannot be inside the exact location \"{around}\""),
            format!("the location `{name}` stands in `= {around}`, which answers one path only"),
            OUT,
        ),
        Modifier::Named => (
            format!("location \"{name}\" cannot be inside the named location \"{around}\""),
            format!("the location `{name}` stands in `{around}`, which nginx enters by name only"),
            OUT,
        ),
        _ if own.modifier == Modifier::Named => (
            format!("named location \"{name}\" can be on the server level only"),
            format!("the named location `{name}` stands in another location"),
            OUT,
        ),
        _ if own.modifier.is_regex() || own.pattern.starts_with(&outer.pattern) => return None,
        _ => (
            format!("location \"{name}\" is outside location \"{around}\""),
            format!(
                "the location `{name}` stands in `{around}`, and none of its paths begins like that"
            ),
            "write the whole path, or put it beside that location",
        ),
    })
}

const METHODS: &[&[u8]] = &[
    b"GET",
    b"HEAD",
    b"POST",
    b"PUT",
    b"DELETE",
    b"MKCOL",
    b"COPY",
    b"MOVE",
    b"OPTIONS",
    b"PROPFIND",
    b"PROPPATCH",
    b"LOCK",
    b"UNLOCK",
    b"PATCH",
];

/// ngx_http_core_limit_except
pub(super) fn limit_except(call: &Call<'_>) -> Outcome {
    for (at, word) in call.words_from(0) {
        if !METHODS
            .iter()
            .any(|method| word.eq_ignore_ascii_case(method))
        {
            let says = format!("invalid method \"{}\"", shown(word));
            return refuse(Invalid::value(at, says, "a method of HTTP such as `GET`"));
        }
    }
    Ok(())
}

/// ngx_http_core_root
pub(super) fn root(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let name = call.node.name();
    let siblings = match call.node.parent() {
        Some(parent) => parent.children(),
        None => call.node.configuration().roots(),
    };
    let mut before = siblings
        .take_while(|node| *node != call.node)
        .filter(|node| node.is("root") || node.is("alias"));
    if let Some(first) = before.next() {
        let other = first.name();
        if other == name {
            return refuse(
                Invalid::new(
                    RefusalKind::DuplicateDirective,
                    Place::Name,
                    format!("\"{name}\" directive is duplicate"),
                )
                .because(
                    format!("`{name}` is set twice in the same block: nginx takes it once"),
                    "the second time",
                )
                .other(first.header_span(), "the first time")
                .help("keep one of the two"),
            );
        }
        let says = format!(
            "\"{name}\" directive is duplicate, \"{other}\" directive was specified earlier"
        );
        return refuse(
            Invalid::new(RefusalKind::AliasBesideRoot, Place::Name, says)
                .because(
                    format!(
                        "`{name}` and `{other}` stand in one location: nginx takes one of them"
                    ),
                    "a second place for the same files",
                )
                .other(first.header_span(), "the first one")
                .help("keep one of the two"),
        );
    }
    let in_named = call
        .node
        .parent()
        .and_then(|parent| parent.matcher())
        .is_some_and(|matcher| matcher.modifier == Modifier::Named);
    if in_named && name == "alias" {
        let says = "the \"alias\" directive cannot be used inside the named location";
        return refuse(
            Invalid::new(RefusalKind::MisplacedDirective, Place::Name, says)
                .because(
                    "`alias` stands in a named location, which has no path that it could replace",
                    "not in a named location",
                )
                .help("use `root`"),
        );
    }
    let word = call.word(0);
    for variable in ["document_root", "realpath_root"] {
        let is_in = |text: String| memchr::memmem::find(word, text.as_bytes()).is_some();
        if is_in(format!("${variable}")) || is_in(format!("${{{variable}}}")) {
            let says =
                format!("the ${variable} variable cannot be used in the \"{name}\" directive");
            return refuse(Invalid::value(
                0,
                says,
                "a directory that does not depend on itself",
            ));
        }
    }
    script::value(judge, call, 0)
}
