//! The blocks that directives stand in.

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
    /// Every context that the table knows.
    pub(super) const ALL: [Self; 14] = [
        Self::Main,
        Self::Events,
        Self::Http,
        Self::Server,
        Self::ServerIf,
        Self::Location,
        Self::LocationIf,
        Self::LimitExcept,
        Self::Upstream,
        Self::Stream,
        Self::StreamServer,
        Self::StreamUpstream,
        Self::Mail,
        Self::MailServer,
    ];

    /// Its bit in a set of contexts.
    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// What nginx's table calls it.
    pub(super) const fn name(self) -> &'static str {
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

    /// Where that is, in words.
    pub fn place(self) -> &'static str {
        match self {
            Self::Main => "at the top of nginx.conf",
            Self::Events => "in events",
            Self::Http => "in http",
            Self::Server => "in a server",
            Self::ServerIf => "in an if of a server",
            Self::Location => "in a location",
            Self::LocationIf => "in an if of a location",
            Self::LimitExcept => "in limit_except",
            Self::Upstream => "in an upstream",
            Self::Stream => "in stream",
            Self::StreamServer => "in a server of stream",
            Self::StreamUpstream => "in an upstream of stream",
            Self::Mail => "in mail",
            Self::MailServer => "in a server of mail",
            Self::Data => "in a table",
            Self::Unknown => "here",
        }
    }

    /// Whether the directives inside are nginx's, so that its table tells about them.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Data | Self::Unknown)
    }

    /// What a block of that name is when it stands here.
    pub(crate) fn inside(self, name: &[u8]) -> Self {
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
