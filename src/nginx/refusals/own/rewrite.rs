//! `rewrite`, `return`, `set` and `if` (ngx_http_rewrite_module.c).

use std::borrow::Cow;

use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::names::no_name;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, refuse, shown};
use crate::nginx::refusals::{script, slot};

fn invalid(at: usize, says: impl Into<String>) -> Invalid {
    Invalid::new(RefusalKind::InvalidRewrite, Place::Argument(at), says)
}

/// ngx_http_rewrite
pub(super) fn rewrite(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let replacement = call.word(1);
    if replacement.is_empty() {
        return refuse(
            invalid(1, "empty replacement")
                .because("`rewrite` replaces the path by nothing", "no path"),
        );
    }
    script::regex(judge, call, 0, call.word(0))?;
    if call.count() > 2
        && ![&b"last"[..], b"break", b"redirect", b"permanent"].contains(&call.word(2))
    {
        let text = call.text(2);
        let says = format!("invalid parameter \"{text}\"");
        let refused = invalid(2, says).because(
            format!("`rewrite` knows no flag `{text}`"),
            "neither `last`, `break`, `redirect` nor `permanent`",
        );
        let near = crate::suggest::nearest(&text, ["last", "break", "redirect", "permanent"]);
        return refuse(match near {
            Some(near) => refused.help(format!("write `{near}`")),
            None => refused,
        });
    }
    let compiled = replacement.strip_suffix(b"?").unwrap_or(replacement);
    script::text(judge, call, 1, compiled)
}

/// ngx_http_rewrite_return
pub(super) fn returns(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let first = call.word(0);
    let is_url = [&b"http://"[..], b"https://", b"$scheme"]
        .iter()
        .any(|start| first.starts_with(start));
    match slot::number(first) {
        None if call.count() == 1 && is_url => script::value(judge, call, 0),
        Some(code) if code <= 999 => match call.count() {
            1 => Ok(()),
            _ => script::value(judge, call, 1),
        },
        _ => {
            let text = call.text(0);
            let says = format!("invalid return code \"{text}\"");
            let refused = invalid(0, says).because(
                format!("`{text}` is no status, and no URL that begins with http://, https:// or $scheme"),
                "neither a status nor a URL",
            );
            refuse(match first.starts_with(b"/") && call.count() == 1 {
                true => refused.help(format!("write `return 302 {text};`")),
                false => refused,
            })
        }
    }
}

/// The name behind the `$` of a variable that a directive makes.
pub(super) fn variable_name<'c>(call: &'c Call<'_>, at: usize) -> Result<&'c [u8], Box<Invalid>> {
    call.word(at).strip_prefix(b"$").ok_or_else(|| {
        let text = call.text(at);
        let says = format!("invalid variable name \"{text}\"");
        Invalid::new(RefusalKind::InvalidVariable, Place::Argument(at), says)
            .because(
                format!("`{text}` is no variable: a variable begins with `$`"),
                "no `$` before it",
            )
            .help(format!("write `${text}`"))
            .into()
    })
}

/// ngx_http_rewrite_set
pub(super) fn set(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let name = variable_name(call, 0)?;
    judge.names.define_variable(call, 0, name)?;
    script::value(judge, call, 1)
}

/// ngx_http_rewrite_if
pub(super) fn condition(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let mut words: Vec<(usize, Cow<'_, [u8]>)> = call
        .words_from(0)
        .map(|(at, word)| (at, Cow::Borrowed(word)))
        .collect();
    let last = words.len() - 1;
    if !words[0].1.starts_with(b"(") {
        return refuse(no_condition(&words[0], "no `(` before the condition"));
    }
    let opened = words[0].1.len() == 1;
    if !opened {
        words[0].1 = Cow::Owned(words[0].1[1..].to_vec());
    }
    if !words[last].1.ends_with(b")") {
        return refuse(no_condition(&words[last], "no `)` behind the condition"));
    }
    if words[last].1.len() == 1 {
        words.pop();
    } else {
        let length = words[last].1.len() - 1;
        words[last].1 = Cow::Owned(words[last].1[..length].to_vec());
    }
    if opened {
        words.remove(0);
    }
    test(judge, call, &words)
}

/// What stands between the parentheses (ngx_http_rewrite_if_condition).
fn test(judge: &mut Judge<'_>, call: &Call<'_>, words: &[(usize, Cow<'_, [u8]>)]) -> Outcome {
    let empty = (0, Cow::Borrowed(&b""[..]));
    let first = words.first().unwrap_or(&empty);
    let text = &*first.1;
    match text {
        [b'$', name @ ..] if !name.is_empty() => {
            if words.len() != 1 && words.len() != 3 {
                return refuse(no_condition(
                    first,
                    "a variable alone, or compared with one value",
                ));
            }
            judge.names.use_variable(name, call.span(first.0));
            match words {
                [_, (at, operator), (value_at, value)] => {
                    compare(judge, call, (*at, operator), (*value_at, value))
                }
                _ => Ok(()),
            }
        }
        [b'-', _] | [b'!', b'-', _] => {
            let [_, (at, value)] = words else {
                return refuse(no_condition(first, "a test of a file takes one path"));
            };
            script::text(judge, call, *at, value)?;
            if text.last().is_some_and(|test| b"fdex".contains(test)) {
                return Ok(());
            }
            refuse(no_condition(first, "neither `-f`, `-d`, `-e` nor `-x`"))
        }
        _ => refuse(no_condition(
            first,
            "neither a variable nor a test of a file",
        )),
    }
}

fn compare(
    judge: &mut Judge<'_>,
    call: &Call<'_>,
    (at, operator): (usize, &[u8]),
    (value_at, value): (usize, &[u8]),
) -> Outcome {
    match operator {
        b"=" | b"!=" => script::text(judge, call, value_at, value),
        b"~" | b"~*" | b"!~" | b"!~*" => script::regex(judge, call, value_at, value).map(drop),
        _ => {
            let text = shown(operator);
            let refused = invalid(at, format!("unexpected \"{text}\" in condition")).because(
                format!("`if` knows no `{text}`"),
                "neither `=`, `!=`, `~`, `~*`, `!~` nor `!~*`",
            );
            refuse(match operator {
                b"==" | b"===" => refused.help("write `=`"),
                _ => refused,
            })
        }
    }
}

fn no_condition((at, word): &(usize, Cow<'_, [u8]>), label: &str) -> Invalid {
    let text = shown(word);
    invalid(*at, format!("invalid condition \"{text}\""))
        .because(
            "nginx does not understand the condition of this `if`",
            label,
        )
        .help(
            "one test: `($variable)`, `($variable = value)`, `($variable ~ regex)` or `(-f path)`",
        )
}

/// A word that must be a variable alone, such as the one that `geo` looks up.
pub(super) fn use_variable(judge: &mut Judge<'_>, call: &Call<'_>, at: usize) -> Outcome {
    let name = variable_name(call, at)?;
    if name.is_empty() {
        return refuse(no_name(at, "invalid variable name \"$\""));
    }
    judge.names.use_variable(name, call.span(at));
    Ok(())
}
