//! The buffers for answers: sizes that must fit each other, wherever they are inherited from
//! (ngx_http_proxy_merge_loc_conf and its like).

use crate::nginx::directives::Context;
use crate::nginx::node::Node;

use super::closing::{Closing, refusal_of};
use super::judge::Judge;
use super::reply::{Invalid, Place};
use super::{RefusalKind, slot};

const MODULES: &[&str] = &["proxy", "uwsgi", "fastcgi", "scgi"];

/// What the names of such directives end with.
const ENDINGS: &[&str] = &[
    "_buffer_size",
    "_buffers",
    "_buffers_size",
    "_write_size",
    "_file_size",
];

/// A page of memory, which the sizes that are not set are made of.
const PAGE: i64 = 4096;

/// What a connection's pool has where nothing is set: 64 words of the machine.
const POOL: i64 = 512;

const LARGEST_FILE: i64 = 1 << 30;

/// Looks at every block in which a size is set.
pub(super) fn check<'a>(judge: &mut Judge<'a>, servers: &[Node<'a>], closing: &Closing) {
    headers(judge, servers, closing);
    let configuration = judge.configuration;
    let Some(http) = servers.first().map(|server| server.parent()) else {
        return;
    };
    let is_inside =
        |node: Node<'_>| http.is_none_or(|http| node.ancestors().any(|around| around == http));
    let is_size = |name: &[u8]| {
        ENDINGS
            .iter()
            .any(|ending| name.ends_with(ending.as_bytes()))
    };
    if !configuration.names().any(is_size) {
        return;
    }
    for module in MODULES {
        let names = Names::of(module);
        let mut blocks: Vec<Node<'a>> = Vec::new();
        let mut is_set_around = false;
        let sizes = configuration.named_any(&names.all());
        for node in sizes.filter(|node| is_inside(*node)) {
            match node.parent() {
                Some(block) if block.block_context() != Some(Context::Http) => {
                    if blocks.last() != Some(&block) && block.context().is_known() {
                        blocks.push(block);
                    }
                }
                _ => is_set_around = true,
            }
        }
        if is_set_around {
            blocks.extend(servers);
        }
        let found = blocks.iter().find_map(|block| fault(*block, &names));
        if let Some((node, invalid)) = found {
            let mut refusal = refusal_of(judge, node, Some(node.header_span()), invalid);
            refusal.noticed = closing.noticed;
            refusal.order = closing.order;
            judge.push(refusal);
        }
    }
}

/// A header must fit into a pool (ngx_http_core_merge_srv_conf).
fn headers<'a>(judge: &mut Judge<'a>, servers: &[Node<'a>], closing: &Closing) {
    let is_closed = judge.configuration.is_closed();
    let found = servers.iter().find_map(|server| {
        let pool = setting(*server, "connection_pool_size");
        let buffers = setting(*server, "large_client_header_buffers");
        // What is not read may set it, where not all is here.
        let pool_size = match size(pool, 0)? {
            Some(size) => size,
            None if is_closed => POOL,
            None => return None,
        };
        let each = size(buffers, 1)?.unwrap_or(2 * PAGE);
        (each < pool_size).then_some(pool.or(buffers)?)
    });
    if let Some(node) = found {
        let says = "the \"large_client_header_buffers\" size must be equal to or greater than \"connection_pool_size\"";
        let invalid = Invalid::new(RefusalKind::InvalidValue, Place::Name, says);
        let invalid = match node.is("connection_pool_size") {
            true => invalid.because(
                "`connection_pool_size` is larger than a buffer of `large_client_header_buffers`",
                "larger than such a buffer",
            ),
            false => invalid.because(
                "a buffer of `large_client_header_buffers` is smaller than `connection_pool_size`, which is 512 bytes",
                "smaller than that",
            ),
        };
        let mut refusal = refusal_of(judge, node, Some(node.header_span()), invalid);
        refusal.noticed = closing.noticed;
        refusal.order = closing.order;
        judge.push(refusal);
    }
}

/// The directives of a module.
struct Names {
    buffer: String,
    buffers: String,
    busy: String,
    written: String,
    file: String,
}

impl Names {
    fn of(module: &str) -> Self {
        Self {
            buffer: format!("{module}_buffer_size"),
            buffers: format!("{module}_buffers"),
            busy: format!("{module}_busy_buffers_size"),
            written: format!("{module}_temp_file_write_size"),
            file: format!("{module}_max_temp_file_size"),
        }
    }

    fn all(&self) -> [&str; 5] {
        [
            &self.buffer,
            &self.buffers,
            &self.busy,
            &self.written,
            &self.file,
        ]
    }
}

/// The directive that counts in a block.
fn setting<'a>(block: Node<'a>, name: &str) -> Option<Node<'a>> {
    let blocks = std::iter::once(block).chain(block.ancestors()).map(Some);
    blocks.chain([None]).find_map(|block_or_top| {
        let mut settings = block.configuration().settings_in(block_or_top);
        settings.find(|child| child.is(name))
    })
}

/// Its value at an argument; the inner nothing stands for one that is not set.
fn size(node: Option<Node<'_>>, at: usize) -> Option<Option<i64>> {
    match node {
        None => Some(None),
        Some(node) => slot::size(&node.argument(at)?.bytes()).map(Some),
    }
}

fn fault<'a>(block: Node<'a>, names: &Names) -> Option<(Node<'a>, Invalid)> {
    let buffers = setting(block, &names.buffers);
    let count = match buffers {
        Some(node) => slot::number(&node.argument(0)?.bytes())?,
        None => 8,
    };
    let each = size(buffers, 1)?.unwrap_or(PAGE);
    let buffer = setting(block, &names.buffer);
    let largest = size(buffer, 0)?.unwrap_or(PAGE).max(each);
    let busy = setting(block, &names.busy);
    let written = setting(block, &names.written);
    let file = setting(block, &names.file);
    let all_but_one = (count - 1).saturating_mul(each);
    let busy_size = size(busy, 0)?.unwrap_or(largest.saturating_mul(2));
    let file_size = size(file, 0)?.unwrap_or(LARGEST_FILE);
    let maximum = format!(
        "the maximum of the value of \"{}\" and one of the \"{}\"",
        names.buffer, names.buffers
    );
    let of = |node: Option<Node<'a>>, says: String, message: String| {
        let node = node.or(busy).or(buffers).or(buffer)?;
        let invalid = Invalid::new(RefusalKind::InvalidValue, Place::Name, says)
            .because(message, "does not fit the others");
        Some((node, invalid))
    };
    if count < 2 {
        let says = format!("there must be at least 2 \"{}\"", names.buffers);
        return of(
            buffers,
            says,
            format!("`{}` are fewer than two", names.buffers),
        );
    }
    if busy_size < largest {
        let says = format!(
            "\"{}\" must be equal to or greater than {maximum}",
            names.busy
        );
        let message = format!(
            "`{}` is less than one buffer, which has {largest} bytes",
            names.busy
        );
        return of(busy, says, message);
    }
    if busy_size > all_but_one {
        let says = format!(
            "\"{}\" must be less than the size of all \"{}\" minus one buffer",
            names.busy, names.buffers
        );
        let message = format!(
            "`{}` is {busy_size} bytes, and all `{}` but one have {all_but_one}",
            names.busy, names.buffers
        );
        return of(busy.or(buffer), says, message);
    }
    if size(written, 0)?.is_some_and(|size| size < largest) {
        let says = format!(
            "\"{}\" must be equal to or greater than {maximum}",
            names.written
        );
        let message = format!(
            "`{}` is less than one buffer, which has {largest} bytes",
            names.written
        );
        return of(written, says, message);
    }
    if file_size != 0 && file_size < largest {
        let says = format!(
            "\"{}\" must be equal to zero to disable temporary files usage or must be equal to or greater than {maximum}",
            names.file
        );
        let message = format!(
            "`{}` is less than one buffer, which has {largest} bytes",
            names.file
        );
        return of(file, says, message);
    }
    None
}
