//! The directives that nginx knows, and the blocks that they may stand in.

use crate::table::Table;

/// One row a name; its variants are one for each module family that has a directive of that name.
static DIRECTIVES: Table = Table::new(include_str!("directives.tsv"));

/// The block that a directive stands in, as nginx tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// The top of nginx.conf.
    Main,
    /// `events { }`.
    Events,
    /// `http { }`, and the top of a site file.
    Http,
    /// `server { }` in http.
    Server,
    /// `if { }` in a server.
    ServerIf,
    /// `location { }`.
    Location,
    /// `if { }` in a location.
    LocationIf,
    /// `limit_except { }`.
    LimitExcept,
    /// `upstream { }` in http.
    Upstream,
    /// `stream { }`.
    Stream,
    /// `server { }` in stream.
    StreamServer,
    /// `upstream { }` in stream.
    StreamUpstream,
    /// `mail { }`.
    Mail,
    /// `server { }` in mail.
    MailServer,
    /// The body of `types`, `map`, `geo` and their like: data, no directives.
    Data,
    /// The top of a snippet, or a block that no module of nginx's own has.
    Unknown,
}

impl Context {
    fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Events => "events",
            Self::Http => "http",
            Self::Server => "server",
            Self::ServerIf => "server-if",
            Self::Location => "location",
            Self::LocationIf => "location-if",
            Self::LimitExcept => "limit_except",
            Self::Upstream => "upstream",
            Self::Stream => "stream",
            Self::StreamServer => "stream-server",
            Self::StreamUpstream => "stream-upstream",
            Self::Mail => "mail",
            Self::MailServer => "mail-server",
            Self::Data | Self::Unknown => "",
        }
    }

    /// Whether the directives inside are nginx's, so that its table tells about them.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Data | Self::Unknown)
    }

    /// What a block of that name is when it stands here.
    pub(super) fn inside(self, name: &[u8]) -> Self {
        match (self, name) {
            (Self::Data, _) => Self::Data,
            (_, b"types" | b"map" | b"geo" | b"split_clients" | b"charset_map") => Self::Data,
            (Self::Main | Self::Unknown, b"http") => Self::Http,
            (Self::Main | Self::Unknown, b"events") => Self::Events,
            (Self::Main | Self::Unknown, b"stream") => Self::Stream,
            (Self::Main | Self::Unknown, b"mail") => Self::Mail,
            (Self::Stream, b"server") => Self::StreamServer,
            (Self::Stream, b"upstream") => Self::StreamUpstream,
            (Self::Mail, b"server") => Self::MailServer,
            (Self::Main | Self::Http | Self::Unknown, b"server") => Self::Server,
            (Self::Main | Self::Http | Self::Unknown, b"upstream") => Self::Upstream,
            (Self::Server | Self::Location | Self::Unknown, b"location") => Self::Location,
            (Self::Server, b"if") => Self::ServerIf,
            (Self::Location, b"if") => Self::LocationIf,
            (Self::Location | Self::Unknown, b"limit_except") => Self::LimitExcept,
            _ => Self::Unknown,
        }
    }
}

/// What nginx's table says of a name.
#[derive(Clone, Copy)]
pub struct Known {
    variants: &'static str,
}

/// The directive of that name, where some module of nginx's own has one.
pub fn find(name: &[u8]) -> Option<Known> {
    let row = DIRECTIVES.get(name)?;
    Some(Known {
        variants: row.column(1),
    })
}

impl Known {
    fn each(self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        self.variants.split(' ').map(|variant| {
            let mut fields = variant.split(':');
            let contexts = fields.next().unwrap_or("");
            let arguments = fields.next().unwrap_or("");
            (contexts, arguments, fields.next() == Some("block"))
        })
    }

    /// The variants that count in this context: all of them where it is not known.
    fn here(self, context: Context) -> impl Iterator<Item = (&'static str, bool)> {
        self.each()
            .filter(move |(contexts, ..)| !context.is_known() || is_in(contexts, context))
            .map(|(_, arguments, block)| (arguments, block))
    }

    /// Whether it may stand there; anything may where nothing is known.
    pub fn is_allowed_in(self, context: Context) -> bool {
        self.here(context).next().is_some()
    }

    /// Whether it opens a block there.
    pub fn can_be_block(self, context: Context) -> bool {
        self.here(context).any(|(_, block)| block)
    }

    /// Whether it ends with a `;` there.
    pub fn can_be_simple(self, context: Context) -> bool {
        self.here(context).any(|(_, block)| !block)
    }

    /// Whether it takes so many arguments there, as a block or as a simple directive.
    pub fn takes(self, context: Context, arguments: usize, block: bool) -> bool {
        self.here(context)
            .any(|(counts, is_block)| is_block == block && takes(counts, arguments))
    }

    /// Whether any number of arguments beyond these is taken there.
    pub fn takes_any_more(self, context: Context) -> bool {
        self.here(context)
            .any(|(counts, block)| !block && (counts.is_empty() || counts.ends_with('+')))
    }

    /// The contexts of every variant, as nginx's table names them.
    pub(super) fn contexts(self) -> impl Iterator<Item = &'static str> {
        self.each().flat_map(|(contexts, ..)| contexts.split(','))
    }
}

fn is_in(contexts: &str, context: Context) -> bool {
    contexts
        .split(',')
        .any(|one| one == context.name() || matches!(one, "any" | ""))
}

fn takes(counts: &str, arguments: usize) -> bool {
    match counts {
        "" => true,
        "flag" => arguments == 1,
        _ => match counts.strip_suffix('+') {
            Some(least) => least.parse().is_ok_and(|least: usize| arguments >= least),
            None => counts
                .split('|')
                .any(|count| count.parse() == Ok(arguments)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Known {
        find(name.as_bytes()).unwrap()
    }

    #[test]
    fn the_table_knows_every_variant_of_a_name() {
        assert!(known("server").can_be_block(Context::Http));
        assert!(!known("server").can_be_block(Context::Upstream));
        assert!(known("server").takes(Context::Upstream, 3, false));
        assert!(known("alias").is_allowed_in(Context::Location));
        assert!(!known("alias").is_allowed_in(Context::Server));
        assert!(known("alias").is_allowed_in(Context::Unknown));
        assert!(known("include").is_allowed_in(Context::Upstream));
        assert!(find(b"uwsgi_passs").is_none());
    }

    #[test]
    fn argument_counts_are_nginx_s() {
        assert!(known("root").takes(Context::Server, 1, false));
        assert!(!known("root").takes(Context::Server, 3, false));
        assert!(known("sendfile").takes(Context::Http, 1, false));
        assert!(known("uwsgi_param").takes(Context::Location, 3, false));
        assert!(known("server_name").takes(Context::Server, 9, false));
        assert!(known("server_name").takes_any_more(Context::Server));
        assert!(!known("root").takes_any_more(Context::Server));
        assert!(known("location").takes(Context::Server, 2, true));
    }

    #[test]
    fn every_row_is_found() {
        for row in DIRECTIVES.iter() {
            assert!(find(row.key().as_bytes()).is_some(), "{}", row.key());
        }
    }
}
