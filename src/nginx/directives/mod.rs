//! The directives that nginx knows, and the blocks that they may stand in.

mod context;
mod table;

pub use context::Context;
pub(crate) use table::{Check, Variant, all};

/// What nginx's table says of a name.
#[derive(Clone, Copy)]
pub struct Known {
    variants: &'static [Variant],
}

/// The directive of that name, where some module of nginx's own has one.
pub fn find(name: &[u8]) -> Option<Known> {
    let variants = table::variants(name);
    (!variants.is_empty()).then_some(Known { variants })
}

impl Known {
    /// The variants of every module that has a directive of that name.
    pub(crate) fn variants(self) -> &'static [Variant] {
        self.variants
    }

    /// The variants that count in this context: all of them where it is not known.
    pub(crate) fn here(self, context: Context) -> impl Iterator<Item = &'static Variant> {
        self.variants
            .iter()
            .filter(move |variant| variant.is_allowed_in(context))
    }

    /// Whether it may stand there; anything may where nothing is known.
    pub fn is_allowed_in(self, context: Context) -> bool {
        self.here(context).next().is_some()
    }

    /// Whether it opens a block there.
    pub fn can_be_block(self, context: Context) -> bool {
        self.here(context).any(|variant| variant.block)
    }

    /// Whether it ends with a `;` there.
    pub fn can_be_simple(self, context: Context) -> bool {
        self.here(context).any(|variant| !variant.block)
    }

    /// Whether it takes so many arguments there, as a block or as a simple directive.
    pub fn takes(self, context: Context, arguments: usize, block: bool) -> bool {
        self.here(context)
            .any(|variant| variant.block == block && variant.takes(arguments))
    }

    /// Whether any number of arguments beyond these is taken there.
    pub fn takes_any_more(self, context: Context) -> bool {
        self.here(context)
            .any(|variant| !variant.block && variant.takes_any_more())
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
}
