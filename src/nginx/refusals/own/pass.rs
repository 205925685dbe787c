//! `uwsgi_pass`, `proxy_pass` and their like.

use crate::nginx::directives::Context;
use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::names::Upstream;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, refuse, shown};
use crate::nginx::refusals::script;
use crate::nginx::refusals::url::{Host, Url, Wanted};

/// ngx_http_uwsgi_pass
pub(super) fn uwsgi<'a>(judge: &mut Judge<'a>, call: &Call<'a>) -> Outcome {
    pass(judge, call, &[b"uwsgi://", b"suwsgi://"])
}

/// ngx_http_grpc_pass
pub(super) fn grpc<'a>(judge: &mut Judge<'a>, call: &Call<'a>) -> Outcome {
    pass(judge, call, &[b"grpc://", b"grpcs://"])
}

/// ngx_http_fastcgi_pass, ngx_http_scgi_pass and ngx_http_memcached_pass
pub(super) fn plain<'a>(judge: &mut Judge<'a>, call: &Call<'a>) -> Outcome {
    if call.node.is("memcached_pass") {
        judge
            .names
            .use_variable(b"memcached_key", call.node.name_span());
    }
    pass(judge, call, &[])
}

fn pass<'a>(judge: &mut Judge<'a>, call: &Call<'a>, schemes: &[&[u8]]) -> Outcome {
    let text = call.word(0);
    if script::has_variables(text) && !call.node.is("memcached_pass") {
        return script::value(judge, call, 0);
    }
    let scheme = schemes.iter().find(|scheme| has_scheme(text, scheme));
    let address = &text[scheme.map_or(0, |scheme| scheme.len())..];
    let url =
        Url::of(address, Wanted::default()).map_err(|fault| no_address(call, address, fault))?;
    add(judge, call, &url)
}

fn has_scheme(text: &[u8], scheme: &[u8]) -> bool {
    text.get(..scheme.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
}

/// ngx_http_proxy_pass
pub(super) fn proxy<'a>(judge: &mut Judge<'a>, call: &Call<'a>) -> Outcome {
    let text = call.word(0);
    if script::has_variables(text) {
        return script::value(judge, call, 0);
    }
    let scheme: &[(&[u8], u16)] = &[(b"http://", 80), (b"https://", 443)];
    let Some((scheme, port)) = scheme.iter().find(|(scheme, _)| has_scheme(text, scheme)) else {
        let invalid = Invalid::new(
            RefusalKind::InvalidPassAddress,
            Place::Argument(0),
            "invalid URL prefix",
        )
        .because(
            format!(
                "`{}` begins with no scheme that `proxy_pass` speaks",
                call.text(0)
            ),
            "neither http:// nor https:// before it",
        );
        let help = format!("write `proxy_pass http://{};`", call.text(0));
        return refuse(match memchr::memmem::find(text, b"://") {
            None => invalid.help(help).meant(format!("http://{}", call.text(0))),
            Some(_) => invalid,
        });
    };
    let address = &text[scheme.len()..];
    let wanted = Wanted {
        uri: true,
        default_port: *port,
        ..Wanted::default()
    };
    let url = Url::of(address, wanted).map_err(|fault| no_address(call, address, fault))?;
    add(judge, call, &url)?;
    let block = call.node.parent();
    let takes_no_path = matches!(
        call.node.context(),
        Context::LocationIf | Context::LimitExcept
    ) || block
        .and_then(|block| block.matcher())
        .is_some_and(|matcher| {
            matcher.modifier.is_regex() || matcher.modifier == crate::nginx::Modifier::Named
        });
    if url.has_uri && takes_no_path {
        let says = "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside named location, or inside \"if\" statement, or inside \"limit_except\" block";
        let invalid = Invalid::new(RefusalKind::InvalidPassAddress, Place::Argument(0), says)
            .because(
                format!("`{}` has a path, and nothing here tells nginx which part of the request's path it replaces", call.text(0)),
                "no path may stand here",
            )
            .help("leave the path out, also a `/` alone; a `rewrite … break;` before it can change the path");
        return refuse(match block {
            Some(block) => invalid.other(block.header_span(), "it stands in this"),
            None => invalid,
        });
    }
    Ok(())
}

fn no_address(call: &Call<'_>, address: &[u8], fault: &'static str) -> Invalid {
    let text = shown(address);
    let says = format!("{fault} in upstream \"{text}\"");
    let invalid = Invalid::new(RefusalKind::InvalidPassAddress, Place::Argument(0), says).because(
        format!(
            "`{}` is no address to pass requests to: {fault}",
            call.text(0)
        ),
        fault,
    );
    let name = call.node.name();
    if address.starts_with(b"/") && fault == "invalid host" {
        return invalid
            .help(format!("write `{name} unix:{text};`"))
            .meant(format!("unix:{text}"));
    }
    if has_scheme(address, b"http://") || has_scheme(address, b"https://") {
        return invalid.help(format!(
            "`{name}` speaks no HTTP: leave the scheme and the path out"
        ));
    }
    match memchr::memchr(b'/', address) {
        Some(at) if at > 0 => {
            let address = shown(&address[..at]);
            invalid
                .help(format!("write `{name} {address};`"))
                .meant(address)
        }
        _ => invalid,
    }
}

/// ngx_http_upstream_add
fn add<'a>(judge: &mut Judge<'a>, call: &Call<'a>, url: &Url) -> Outcome {
    let name = &url.text;
    let same = judge.names.upstream(name, url.port);
    if let Some(block) = same.and_then(|one| one.block)
        && url.has_port
    {
        let text = shown(name);
        let says = format!("upstream \"{text}\" may not have port {}", url.port);
        return refuse(
            Invalid::new(RefusalKind::InvalidPassAddress, Place::Argument(0), says)
                .because(
                    format!("`{text}` is an upstream, whose servers have the ports"),
                    "a port behind the name of an upstream",
                )
                .other(block.header_span(), "the upstream")
                .help("leave the port out"),
        );
    }
    if same.is_some() {
        return Ok(());
    }
    judge.names.add_upstream(Upstream {
        name: name.clone(),
        block: None,
        port: url.port,
        has_port: url.has_port,
        is_address: !matches!(url.host, Host::Name(_))
            && (url.port != 0 || matches!(url.host, Host::Unix(_))),
        by: call.node,
        place: call.span(0),
    });
    Ok(())
}
