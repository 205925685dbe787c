//! What a configuration defines by name and what it asks for by name: variables, zones, log formats, upstreams.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::nginx::node::Node;
use crate::nginx::version::{Release, Version};
use crate::source::Span;
use crate::table::Table;

use super::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};
use super::{RefusalKind, url};

/// The variables of nginx's own, whether `set` and its like may take their names, and the first
/// release that has them, or `perhaps` where some build lacks them.
static VARIABLES: Table = Table::new(include_str!("variables.tsv"));

/// All names that were seen so far.
#[derive(Default)]
pub(super) struct Names<'a> {
    variables: BTreeSet<Vec<u8>>,
    used: Vec<Used>,
    zones: BTreeMap<Vec<u8>, Zone>,
    formats: BTreeSet<Vec<u8>>,
    pub(super) upstreams: Vec<Upstream<'a>>,
    /// Where they are, by the name in lower case and the port.
    upstream_at: BTreeMap<(Vec<u8>, u16), usize>,
    pub(super) listens: BTreeMap<(url::Host, u16), Listening<'a>>,
    pub(super) thread_pools: BTreeMap<Vec<u8>, Option<Span>>,
    /// Why there may be names that are not known, if there may.
    pub(super) gap: Option<String>,
    /// The release that reads them, where it is known.
    release: Option<Release>,
}

/// A variable that something asks for.
struct Used {
    name: Vec<u8>,
    place: Span,
    /// Whether it is written as those that envsubst or a script fills in before.
    is_filled_in: bool,
}

/// A variable that something asks for and that nothing makes.
pub(super) struct Undefined {
    pub(super) name: String,
    pub(super) place: Span,
    pub(super) is_filled_in: bool,
    /// The release that it came with, where nginx itself makes it.
    pub(super) since: Option<Version>,
}

/// A shared memory zone.
struct Zone {
    size: i64,
    owner: &'static str,
    /// The key or path that it belongs to.
    bound: bool,
    place: Span,
}

/// An `upstream { }`, or what a pass names without one.
pub(super) struct Upstream<'a> {
    pub(super) name: Vec<u8>,
    /// The block, where it was read already.
    pub(super) block: Option<Node<'a>>,
    pub(super) port: u16,
    pub(super) has_port: bool,
    pub(super) is_address: bool,
    /// The first directive that named it.
    pub(super) by: Node<'a>,
    pub(super) place: Span,
}

/// A socket that servers listen on.
pub(super) struct Listening<'a> {
    pub(super) servers: Vec<Node<'a>>,
    pub(super) first: Span,
    pub(super) default_server: Option<(Node<'a>, Span)>,
    /// A `listen` that has `ssl`.
    pub(super) tls: Option<Span>,
    pub(super) options: Option<Span>,
}

/// What is known of a variable's name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Builtin {
    Fixed,
    Changeable,
}

fn builtin(name: &[u8]) -> Option<Builtin> {
    let row = VARIABLES.get(name)?;
    match row.column(1) {
        "fixed" => Some(Builtin::Fixed),
        "changeable" => Some(Builtin::Changeable),
        _ => None,
    }
}

/// The beginnings of names that nginx makes variables of, as in `$http_…` and `$arg_…`, each with
/// what the table says of their release.
static PREFIXES: LazyLock<Vec<(&'static [u8], &'static str)>> = LazyLock::new(|| {
    let rows = VARIABLES.iter().filter(|row| row.column(1) == "prefix");
    rows.map(|row| (row.key().as_bytes(), row.column(2)))
        .collect()
});

fn prefix(name: &[u8]) -> Option<&'static str> {
    let found = PREFIXES.iter().find(|(start, _)| name.starts_with(start));
    found.map(|(_, since)| *since)
}

/// The releases that were in use when this was written have what came with this one or before.
const IN_EVERY_USE: &str = "1.22.1";

/// Whether a variable of nginx's own is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    There,
    /// That depends on the release or the build.
    Perhaps,
    /// The release came before this one, which has it.
    Before(Version),
}

fn presence(name: &[u8], release: Option<Release>) -> Presence {
    let since = match VARIABLES.get(name) {
        Some(row) => row.column(2),
        None => prefix(name).unwrap_or_default(),
    };
    if since.is_empty() {
        return Presence::There;
    }
    match (Version::parse(since), release) {
        (None, _) => Presence::Perhaps,
        (Some(since), Some(release)) if release.is_before(since) => Presence::Before(since),
        (Some(since), Some(release)) if release.is_from(since) => Presence::There,
        (Some(_), Some(_)) => Presence::Perhaps,
        (Some(since), None) if Version::parse(IN_EVERY_USE).is_some_and(|old| old >= since) => {
            Presence::There
        }
        (Some(_), None) => Presence::Perhaps,
    }
}

impl<'a> Names<'a> {
    pub(super) fn of(release: Option<Release>) -> Self {
        Self {
            release,
            ..Self::default()
        }
    }

    /// Adds an upstream, or an address that is one of its own.
    pub(super) fn add_upstream(&mut self, upstream: Upstream<'a>) {
        let key = (upstream.name.to_ascii_lowercase(), upstream.port);
        self.upstream_at.insert(key, self.upstreams.len());
        self.upstreams.push(upstream);
    }

    /// The upstream of that name and port: one without a port is of every port.
    pub(super) fn upstream(&self, name: &[u8], port: u16) -> Option<&Upstream<'a>> {
        let name = name.to_ascii_lowercase();
        let of_port = |port| self.upstream_at.get(&(name.clone(), port)).copied();
        let any = || {
            let ports = (name.clone(), 0)..=(name.clone(), u16::MAX);
            self.upstream_at.range(ports).next().map(|(_, at)| *at)
        };
        let at = match port {
            0 => any(),
            port => of_port(0).or_else(|| of_port(port)),
        };
        self.upstreams.get(at?)
    }

    /// The first one of that name, whatever its port.
    pub(super) fn upstream_called(&self, name: &[u8]) -> Option<&Upstream<'a>> {
        self.upstreams.get(self.first_called(name)?)
    }

    fn first_called(&self, name: &[u8]) -> Option<usize> {
        let name = name.to_ascii_lowercase();
        let ports = (name.clone(), 0)..=(name, u16::MAX);
        self.upstream_at.range(ports).map(|(_, at)| *at).min()
    }

    /// What was passed to by name is an upstream with a block.
    pub(super) fn open_upstream(&mut self, name: &[u8], block: Node<'a>) {
        let first = self.first_called(name);
        if let Some((at, upstream)) = first.and_then(|at| Some((at, self.upstreams.get_mut(at)?))) {
            upstream.block = Some(block);
            upstream.port = 0;
            self.upstream_at.insert((name.to_ascii_lowercase(), 0), at);
        }
    }

    /// Something asks for a variable (ngx_http_get_variable_index).
    pub(super) fn use_variable(&mut self, name: &[u8], place: Span) {
        let is_filled_in = name.len() > 1
            && name.iter().any(u8::is_ascii_uppercase)
            && !name.iter().any(u8::is_ascii_lowercase);
        let name = name.to_ascii_lowercase();
        if presence(&name, self.release) == Presence::Perhaps && self.gap.is_none() {
            let text = shown(&name).into_owned();
            self.gap = Some(format!("not every nginx has ${text}"));
        }
        self.used.push(Used {
            name,
            place,
            is_filled_in,
        });
    }

    /// A directive makes a variable (ngx_http_add_variable); its name stands in that argument.
    pub(super) fn define_variable(&mut self, call: &Call<'_>, at: usize, name: &[u8]) -> Outcome {
        if name.is_empty() {
            return refuse(no_name(at, "invalid variable name \"$\""));
        }
        let name = name.to_ascii_lowercase();
        let presence = presence(&name, self.release);
        if builtin(&name) == Some(Builtin::Fixed) && presence == Presence::Perhaps {
            let text = shown(&name);
            return open(format!("some nginx has a ${text} of its own"));
        }
        if builtin(&name) == Some(Builtin::Fixed) && presence == Presence::There {
            let text = shown(&name).into_owned();
            let says = format!("the duplicate \"{text}\" variable");
            return refuse(
                Invalid::new(RefusalKind::InvalidVariable, Place::Argument(at), says)
                    .because(
                        format!(
                            "`{}` may not set ${text}: it is nginx's own variable",
                            call.node.name()
                        ),
                        "nginx fills this one in itself",
                    )
                    .help("take another name"),
            );
        }
        self.variables.insert(name);
        Ok(())
    }

    /// A directive makes a variable whose name it does not say.
    pub(super) fn define(&mut self, name: &[u8]) {
        self.variables.insert(name.to_vec());
    }

    /// The variables that nothing defines, each where it is asked for first.
    pub(super) fn undefined_variables(&self) -> Vec<Undefined> {
        let mut seen = BTreeSet::new();
        let mut undefined = Vec::new();
        for used in &self.used {
            if self.variables.contains(&used.name) || seen.contains(&*used.name) {
                continue;
            }
            let is_own = builtin(&used.name).is_some() || prefix(&used.name).is_some();
            let since = match presence(&used.name, self.release) {
                Presence::Before(since) => Some(since),
                _ if is_own => continue,
                _ => None,
            };
            seen.insert(&*used.name);
            undefined.push(Undefined {
                name: shown(&used.name).into_owned(),
                place: used.place,
                is_filled_in: used.is_filled_in,
                since,
            });
        }
        undefined
    }

    /// Every variable that may be meant by a misspelt one.
    pub(super) fn variables(&self) -> impl Iterator<Item = String> {
        let own = self.variables.iter().map(|name| shown(name).into_owned());
        own.chain(VARIABLES.iter().map(|row| row.key().to_owned()))
    }

    /// A zone of shared memory: of that size where it is defined, of 0 where it is asked for
    /// (ngx_shared_memory_add).
    pub(super) fn zone(
        &mut self,
        call: &Call<'_>,
        at: usize,
        name: &[u8],
        size: i64,
        owner: &'static str,
    ) -> Outcome {
        let text = shown(name).into_owned();
        let place = call.span(at);
        let Some(zone) = self.zones.get_mut(name) else {
            let zone = Zone {
                size,
                owner,
                bound: false,
                place,
            };
            self.zones.insert(name.to_vec(), zone);
            return Ok(());
        };
        let conflict = |says: String, message: String| {
            Invalid::new(RefusalKind::ConflictingZone, Place::Argument(at), says)
                .because(message, "another zone has the name")
                .other(zone.place, "the other one")
                .help("give the zone a name of its own")
        };
        if zone.owner != owner {
            return refuse(conflict(
                format!(
                    "the shared memory zone \"{text}\" is already declared for a different use"
                ),
                format!("the zone `{text}` is there for something else already"),
            ));
        }
        if zone.size == 0 {
            zone.size = size;
        }
        if size != 0 && size != zone.size {
            return refuse(conflict(
                format!(
                    "the size {size} of shared memory zone \"{text}\" conflicts with already declared size {}",
                    zone.size
                ),
                format!("the zone `{text}` is there with another size already"),
            ));
        }
        Ok(())
    }

    /// Binds a zone to what is kept in it; whether it was free.
    pub(super) fn bind_zone(&mut self, name: &[u8]) -> Result<(), Span> {
        match self.zones.get_mut(name) {
            Some(zone) if zone.bound => Err(zone.place),
            Some(zone) => {
                zone.bound = true;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The caches that are asked for and that have no path.
    pub(super) fn undefined_caches(&self) -> impl Iterator<Item = (&[u8], &'static str, Span)> {
        self.zones
            .iter()
            .filter(|(_, zone)| !zone.bound && is_of_cache(zone.owner))
            .map(|(name, zone)| (&**name, zone.owner, zone.place))
    }

    /// The zones that are asked for and that nothing defines.
    pub(super) fn undefined_zones(&self) -> impl Iterator<Item = (&[u8], &'static str, Span)> {
        self.zones
            .iter()
            .filter(|(_, zone)| zone.size == 0 && !is_of_cache(zone.owner))
            .map(|(name, zone)| (&**name, zone.owner, zone.place))
    }

    /// Adds a log format; whether the name was free.
    pub(super) fn define_format(&mut self, name: &[u8]) -> bool {
        self.formats.insert(name.to_vec())
    }

    /// Whether there is a log format of that name by now. nginx compares without regard to case.
    pub(super) fn has_format(&self, name: &[u8]) -> bool {
        name.eq_ignore_ascii_case(b"combined")
            || self
                .formats
                .iter()
                .any(|one| one.eq_ignore_ascii_case(name))
    }

    /// The log formats by now.
    pub(super) fn formats(&self) -> impl Iterator<Item = String> {
        self.formats.iter().map(|name| shown(name).into_owned())
    }
}

/// Whether a zone holds the keys of a cache, by its module.
fn is_of_cache(owner: &str) -> bool {
    matches!(owner, "proxy" | "uwsgi" | "fastcgi" | "scgi")
}

/// A `$` without the name of a variable behind it.
pub(super) fn no_name(at: usize, says: &str) -> Invalid {
    Invalid::new(RefusalKind::InvalidVariable, Place::Argument(at), says)
        .because(
            "a `$` stands here without the name of a variable",
            "no variable's name behind the `$`",
        )
        .help("nginx has no escape for `$`: name a variable that holds it, set by `geo` or `map`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nginx_s_own_variables_are_known() {
        assert!(builtin(b"host") == Some(Builtin::Fixed));
        assert!(builtin(b"limit_rate") == Some(Builtin::Changeable));
        assert!(builtin(b"http_x").is_none() && prefix(b"http_x").is_some());
        assert!(builtin(b"hosts").is_none() && prefix(b"hosts").is_none());
        assert_eq!(presence(b"geoip_city", None), Presence::Perhaps);
        assert_eq!(presence(b"host", None), Presence::There);
    }

    #[test]
    fn a_variable_is_there_from_its_release_on() {
        let ask = |name: &str, release| presence(name.as_bytes(), Release::parse(release));
        let since = |text| Presence::Before(Version::parse(text).unwrap());
        assert_eq!(ask("ssl_sigalg", "1.28.1"), since("1.29.3"));
        assert_eq!(ask("ssl_sigalg", "1.29"), Presence::Perhaps);
        assert_eq!(ask("ssl_sigalg", ""), Presence::Perhaps);
        assert_eq!(ask("ssl_sigalg", "1.31.4"), Presence::There);
        assert_eq!(ask("ssl_curve", ""), Presence::There);
        assert_eq!(ask("proxy_protocol_tlv_alpn", "1.22.1"), since("1.23.2"));
    }

    #[test]
    fn the_table_is_sorted() {
        for row in VARIABLES.iter() {
            assert!(
                VARIABLES.get(row.key().as_bytes()).is_some(),
                "{}",
                row.key()
            );
        }
    }
}
