//! Upstreams that a client chooses, and origins that a client only has to resemble.

use std::collections::BTreeMap;

use super::configuration::Configuration;
use super::directives::Context;
use super::groups;
use super::inherit::Setting;
use super::node::{Argument, Node};
use super::word::{PieceKind, Quote};

/// More variables that are set from variables than anybody writes.
const MAX_DEPTH: usize = 8;

type Sets<'a> = BTreeMap<String, Vec<Node<'a>>>;

/// A pass to wherever a client says.
pub struct ClientsChoice<'a> {
    /// The directive.
    pub pass: Node<'a>,
    /// The word that names the address.
    pub word: Argument<'a>,
    /// What of the client's it is: `$arg_url`.
    pub variable: String,
}

/// A regex that lets in more origins than it seems to.
pub struct WeakOrigin<'a> {
    /// The word, or the row of a map.
    pub node: Node<'a>,
    /// The regex.
    pub regex: Argument<'a>,
    /// An origin that it lets in.
    pub lets_in: String,
}

impl Configuration {
    /// The passes whose host is in the client's hand, in locations that let everybody in and ask nothing.
    pub fn passes_by_clients_choice(&self) -> Vec<ClientsChoice<'_>> {
        let sets = self.sets();
        let chosen = self.passes().filter_map(|pass| {
            let node = pass.node;
            let word = node.argument(0)?;
            let block = node.parent()?;
            if word.has_hole() || block.is_internal() {
                return None;
            }
            let variable = host_from_client(&sets, block, word, 0)?;
            (!self.may_keep_out(block)).then_some(ClientsChoice {
                pass: node,
                word,
                variable,
            })
        });
        chosen.collect()
    }

    /// Every `set`, by its variable in lower case.
    fn sets(&self) -> Sets<'_> {
        let mut sets = Sets::new();
        for node in self.named("set") {
            if let Some(word) = node.argument(0) {
                let name = word.text().to_ascii_lowercase();
                sets.entry(name).or_default().push(node);
            }
        }
        sets
    }

    /// Whether a block may be closed to some, or may look at what they ask for first.
    fn may_keep_out(&self, block: Node<'_>) -> bool {
        let blocks = std::iter::once(block).chain(block.ancestors());
        let asks = blocks
            .filter(|block| !block.is("http"))
            .flat_map(Node::settings)
            .any(|child| {
                child.is_block() && child.block_context() != Some(Context::Data)
                    || [
                        "valid_referers",
                        "secure_link",
                        "access_by_lua_block",
                        "access_by_lua_file",
                    ]
                    .iter()
                    .any(|name| child.is(name))
                    || child.is_template_statement()
                    || matches!(
                        child.included(),
                        Some(super::configuration::Included::Unknown(_))
                    )
            });
        let names = ["allow", "deny", "auth_basic", "auth_request", "auth_jwt"];
        let guarded = names
            .iter()
            .any(|name| matches!(self.setting(block, name), Setting::Here(_)));
        asks || guarded
    }

    /// The regexes that compare the Origin of a request and let in others that resemble it.
    pub fn weak_origins(&self) -> Vec<WeakOrigin<'_>> {
        let mut found = Vec::new();
        if !self.named("add_header").any(answers_other_origins) {
            return found;
        }
        for node in self.nodes() {
            if let Some((regex, pattern, caseless)) = origin_regex(node)
                && !regex.has_hole()
                && let Some(lets_in) = self.resembling(&pattern, caseless)
            {
                found.push(WeakOrigin {
                    node,
                    regex,
                    lets_in,
                });
            }
        }
        found
    }

    /// An origin of somebody else's that a regex for one's own lets in.
    fn resembling(&self, pattern: &[u8], caseless: bool) -> Option<String> {
        let regex = self.regex(pattern, caseless);
        let text = String::from_utf8_lossy(pattern).replace("\\.", ".");
        let is_of_host = |byte: char| byte.is_ascii_alphanumeric() || byte == '-' || byte == '.';
        let hosts = text
            .split(|byte| !is_of_host(byte))
            .map(|host| host.trim_matches('.'))
            .filter(|host| host.contains('.') && host.len() > 3);
        for host in hosts {
            for origin in [
                format!("https://{host}.attacker.test"),
                format!("https://attacker-{host}"),
            ] {
                // What takes any origin does so on purpose.
                let takes_any = regex.is_match(b"https://attacker.test") != Some(false);
                if regex.is_match(origin.as_bytes()) == Some(true) && !takes_any {
                    return Some(origin);
                }
            }
        }
        None
    }
}

/// The variable of the client's with which the host of an address begins.
fn host_from_client(
    sets: &Sets<'_>,
    block: Node<'_>,
    word: Argument<'_>,
    depth: usize,
) -> Option<String> {
    let pieces = word.pieces();
    let is_scheme = |text: &[u8]| [&b"http://"[..], b"https://", b"uwsgi://"].contains(&text);
    // A scheme may stand before it, or another variable with one.
    let first = match &pieces[..] {
        [one, two, ..] => match (&one.kind, &two.kind) {
            (PieceKind::Literal(text), _) if is_scheme(text) => two,
            (PieceKind::Variable(_), PieceKind::Literal(text)) if **text == *b"://" => {
                pieces.get(2)?
            }
            _ => one,
        },
        [one] => one,
        [] => return None,
    };
    let PieceKind::Variable(name) = first.kind else {
        return None;
    };
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    if takes_any_host(block, &name) {
        return Some(format!("${name}"));
    }
    let is_clients = ["arg_", "http_", "cookie_"].iter().any(|start| {
        let rest = name.strip_prefix(start);
        rest.is_some_and(|rest| !rest.is_empty())
    });
    // The Host chose this server; it is what a proxy for any site is made of, and meant so.
    if is_clients && name != "http_host" {
        return Some(format!("${name}"));
    }
    let [set] = &sets.get(&format!("${name}"))?[..] else {
        return None;
    };
    let mut around = std::iter::once(block).chain(block.ancestors());
    let runs = around.any(|up| set.parent() == Some(up));
    match runs && depth < MAX_DEPTH {
        true => host_from_client(sets, block, set.argument(1)?, depth + 1),
        false => None,
    }
}

/// Whether a variable is a group of its location's regex that takes whatever stands there. Not where another
/// regex may come in between.
fn takes_any_host(block: Node<'_>, name: &str) -> bool {
    const ANYTHING: [&str; 6] = [".*", ".+", ".*?", ".+?", "[^/]+", "[^/]*"];
    let matcher = block.matcher().filter(|own| own.modifier.is_regex());
    let Some(matcher) = matcher.filter(|own| !own.has_hole()) else {
        return false;
    };
    if block.settings().any(|child| child.is("rewrite")) {
        return false;
    }
    let pattern = matcher.text();
    let groups = groups::of(&pattern);
    let own = match name.parse::<usize>() {
        Ok(number) => number.checked_sub(1).and_then(|at| groups.get(at)),
        Err(_) => groups
            .iter()
            .find(|group| group.name.is_some_and(|own| own.eq_ignore_ascii_case(name))),
    };
    own.is_some_and(|group| ANYTHING.contains(&group.inside))
}

/// `add_header Access-Control-Allow-Origin $…`
fn answers_other_origins(node: Node<'_>) -> bool {
    let is_it = node.argument(0).is_some_and(|word| {
        word.text()
            .eq_ignore_ascii_case("access-control-allow-origin")
    });
    is_it && node.argument(1).is_some_and(|word| word.has_variable())
}

/// The regex of an `if` that has to match, without the parenthesis of the condition.
pub(super) fn condition(node: Node<'_>) -> Option<(String, Argument<'_>, Vec<u8>)> {
    condition_of_any(node).filter(|(operator, ..)| !operator.starts_with('!'))
}

/// The operator of an `if` that compares with a regex, the word that has it, and the regex.
fn condition_of_any(node: Node<'_>) -> Option<(String, Argument<'_>, Vec<u8>)> {
    let words: Vec<Argument<'_>> = node.arguments().filter(|_| node.is("if")).collect();
    let [first, operator, regex, ..] = &words[..] else {
        return None;
    };
    if !first.text().starts_with("($") {
        return None;
    }
    let operator = operator.text().into_owned();
    let is_regex = ["~", "~*", "!~", "!~*"].contains(&&*operator);
    let bytes = regex.bytes();
    let pattern = match (words.len(), bytes.strip_suffix(b")")) {
        // The condition's parenthesis is glued to an unquoted word.
        (3, Some(pattern)) if regex.quote() == Quote::None => pattern.to_vec(),
        _ => bytes.into_owned(),
    };
    is_regex.then_some((operator, *regex, pattern))
}

/// The regex with which the Origin is compared, by an `if` or by the row of a `map`.
fn origin_regex(node: Node<'_>) -> Option<(Argument<'_>, Vec<u8>, bool)> {
    if let Some((operator, regex, pattern)) = condition_of_any(node) {
        let variable = node.argument(0)?;
        let name = variable.text();
        let is_origin = name.trim_start_matches('(').trim() == "$http_origin";
        return is_origin.then(|| (regex, pattern, operator.ends_with('*')));
    }
    let map = node.parent().filter(|map| map.is("map"))?;
    let is_origin = map
        .argument(0)
        .is_some_and(|word| word.text().eq_ignore_ascii_case("$http_origin"));
    let key = node.row().next().filter(|_| is_origin)?;
    let bytes = key.bytes();
    let pattern = bytes.strip_prefix(b"~")?;
    // What is not let in has an empty value.
    if node
        .argument(0)
        .is_none_or(|value| value.bytes().is_empty())
    {
        return None;
    }
    Some(match pattern.strip_prefix(b"*") {
        Some(pattern) => (key, pattern.to_vec(), true),
        None => (key, pattern.to_vec(), false),
    })
}

#[cfg(test)]
mod tests {
    use crate::nginx::fixture::site;

    #[test]
    fn a_host_in_the_client_s_hand_is_seen() {
        let found = |lines: &str| {
            let nginx = site(&format!("server {{ location /x {{ {lines} }} }}"));
            let chosen = nginx.passes_by_clients_choice();
            chosen.first().map(|one| one.variable.clone())
        };
        assert_eq!(
            found("proxy_pass http://$arg_to;").as_deref(),
            Some("$arg_to")
        );
        assert_eq!(found("proxy_pass $arg_url;").as_deref(), Some("$arg_url"));
        assert_eq!(
            found("proxy_pass http://$http_x_backend/a;").as_deref(),
            Some("$http_x_backend")
        );
        assert_eq!(
            found("set $to $cookie_to; uwsgi_pass $to;").as_deref(),
            Some("$cookie_to")
        );
        let regex = |pattern: &str, lines: &str| {
            let nginx = site(&format!("server {{ location ~ {pattern} {{ {lines} }} }}"));
            let chosen = nginx.passes_by_clients_choice();
            chosen.first().map(|one| one.variable.clone())
        };
        assert_eq!(
            regex("^/p/(.*)$", "proxy_pass http://$1;").as_deref(),
            Some("$1")
        );
        assert_eq!(
            regex("^/p/(?<to>.+)$", "proxy_pass $to;").as_deref(),
            Some("$to")
        );
        let set = "set $host_of $2; proxy_pass $1://$host_of/$3;";
        assert_eq!(
            regex("^/p/(https?)/([^/]+)/(.*)$", set).as_deref(),
            Some("$2")
        );
        assert_eq!(regex("^/p/(a|b)/(.*)$", "proxy_pass http://$1/$2;"), None);
        assert_eq!(regex("^/p/(.*)$", "proxy_pass http://app/$1;"), None);
        assert_eq!(
            regex(
                "^/p/(.*)$",
                "rewrite ^/p/(a)/ / break; proxy_pass http://$1;"
            ),
            None
        );
        for sound in [
            "proxy_pass http://app$arg_to;",
            "proxy_pass http://$host;",
            "proxy_pass http://app/?x=$arg_to;",
            "internal; proxy_pass http://$arg_to;",
            "allow 10.0.0.0/8; deny all; proxy_pass http://$arg_to;",
            "if ($arg_to !~ ^a$) { return 403; } proxy_pass http://$arg_to;",
            "proxy_pass http://$backend;",
        ] {
            assert_eq!(found(sound), None, "{sound}");
        }
    }

    #[test]
    fn an_origin_that_only_resembles_is_seen() {
        let found = |condition: &str| {
            let nginx = site(&format!(
                "server {{ location / {{ if ({condition}) {{ add_header Access-Control-Allow-Origin $http_origin; }} }} }}"
            ));
            let weak = nginx.weak_origins();
            weak.first().map(|one| one.lets_in.clone())
        };
        assert_eq!(
            found(r"$http_origin ~* shop\.example").as_deref(),
            Some("https://shop.example.attacker.test")
        );
        assert_eq!(
            found(r"$http_origin ~* (www|m)?shop\.example$").as_deref(),
            Some("https://attacker-shop.example")
        );
        assert_eq!(
            found(r#"$http_origin ~ "^https://(www\.)?shop\.example""#).as_deref(),
            Some("https://shop.example.attacker.test")
        );
        for sound in [
            r"$http_origin ~ ^https://(www\.)?shop\.example$",
            r"$http_origin ~ ^https://([a-z]+\.)*shop\.example(:\d+)?$",
            r"$http_origin ~ .*",
            "$http_origin = https://shop.example",
            r"$http_referer ~ shop\.example",
        ] {
            assert_eq!(found(sound), None, "{sound}");
        }
        let map = r"map $http_origin $cors { default ''; ~shop\.example $http_origin; }
            server { add_header Access-Control-Allow-Origin $cors; }";
        assert_eq!(site(map).weak_origins().len(), 1);
    }
}
