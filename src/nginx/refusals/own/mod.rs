//! What the handlers of single directives make of their arguments, by the name of the function in nginx's sources.

mod access;
mod cache;
mod core;
pub(super) mod listen;
mod location;
mod log;
mod main;
mod pass;
mod proxy;
mod rewrite;
mod tables;
mod tls;
mod upstream;
mod zones;

pub(super) use tables::{Rows, row};

use super::judge::Judge;
use super::reply::{Call, Outcome, open};
use super::script;

/// Handlers that take anything, as far as the count is right.
const TAKES_ANYTHING: &[&str] = &[
    "events_block",
    "http_auth_request",
    "http_block",
    "http_core_internal",
    "http_core_server",
    "http_empty_gif",
    "http_flv",
    "http_mirror",
    "http_mp4",
    "http_realip",
    "http_rewrite_break",
    "http_set_stub_status",
    "http_types_slot",
    "http_upstream_ip_hash",
    "http_upstream_least_conn",
    "http_v2_obsolete",
    "load_module",
    "set_env",
];

/// Refuses what the handler of that name refuses.
pub(super) fn check<'a>(judge: &mut Judge<'a>, call: &Call<'a>, handler: &str) -> Outcome {
    match handler {
        "conf_include" => main::include(call),
        "http_core_location" => location::location(judge, call),
        "http_core_limit_except" => location::limit_except(call),
        "http_core_root" => location::root(judge, call),
        "http_core_listen" => listen::listen(judge, call),
        "http_core_server_name" => listen::server_name(judge, call),
        "http_upstream" => upstream::block(judge, call),
        "http_upstream_server" => upstream::server(judge, call),
        "http_upstream_keepalive" => upstream::keepalive(call),
        "http_upstream_hash" => upstream::hash(judge, call),
        "http_upstream_random" => upstream::random(call),
        "http_upstream_zone" => upstream::zone(judge, call),
        "http_uwsgi_pass" => pass::uwsgi(judge, call),
        "http_proxy_pass" => pass::proxy(judge, call),
        "http_fastcgi_pass" | "http_scgi_pass" | "http_memcached_pass" => pass::plain(judge, call),
        "http_grpc_pass" => pass::grpc(judge, call),
        "http_rewrite" => rewrite::rewrite(judge, call),
        "http_rewrite_return" => rewrite::returns(judge, call),
        "http_rewrite_set" => rewrite::set(judge, call),
        "http_rewrite_if" => rewrite::condition(judge, call),
        "http_map_block" => tables::map(judge, call),
        "http_geo_block" => tables::geo(judge, call),
        "conf_split_clients_block" => tables::split_clients(judge, call),
        "http_charset_map_block" => tables::charset_map(call),
        "http_core_types" => Ok(()),
        "http_log_set_log" => log::access_log(judge, call),
        "http_log_set_format" => log::format(judge, call),
        "http_log_open_file_cache" => log::open_file_cache(call),
        "error_log" | "http_core_error_log" => log::error_log(call),
        "http_limit_req_zone" => zones::limit_req_zone(judge, call),
        "http_limit_req" => zones::limit_req(judge, call),
        "http_limit_conn_zone" => zones::limit_conn_zone(judge, call),
        "http_limit_conn" => zones::limit_conn(judge, call),
        "http_file_cache_set_slot" => cache::path(judge, call),
        "http_file_cache_valid_set_slot" => cache::valid(call),
        "http_proxy_cache" | "http_uwsgi_cache" | "http_fastcgi_cache" | "http_scgi_cache" => {
            cache::cache(judge, call)
        }
        "http_proxy_store" | "http_uwsgi_store" | "http_fastcgi_store" | "http_scgi_store" => {
            cache::store(judge, call)
        }
        "http_proxy_cache_key"
        | "http_uwsgi_cache_key"
        | "http_fastcgi_cache_key"
        | "http_scgi_cache_key"
        | "http_set_complex_value_slot"
        | "http_set_complex_value_zero_slot" => script::value(judge, call, 0),
        "http_set_complex_value_size_slot" => core::size(judge, call),
        "http_set_predicate_slot" => core::predicate(judge, call),
        "http_proxy_redirect" => proxy::redirect(judge, call),
        "http_proxy_cookie_path" => proxy::cookie_path(judge, call),
        "http_proxy_cookie_domain" => proxy::cookie_domain(judge, call),
        "http_proxy_cookie_flags" => proxy::cookie_flags(judge, call),
        "http_upstream_bind_set_slot" => proxy::bind(judge, call),
        "http_upstream_param_set_slot" => proxy::param(judge, call),
        "http_fastcgi_split_path_info" => proxy::split_path_info(call),
        "http_headers_add" => core::add_header(judge, call),
        "http_headers_expires" => core::expires(judge, call),
        "http_index_set_index" => core::index(judge, call),
        "http_try_files" | "http_core_try_files" => core::try_files(judge, call),
        "http_core_error_page" => core::error_page(judge, call),
        "http_core_keepalive" => core::keepalive_timeout(call),
        "http_core_open_file_cache" => core::open_file_cache(call),
        "http_core_directio" => core::directio(call),
        "http_core_set_aio" => core::aio(judge, call),
        "http_core_resolver" => core::resolver(judge, call),
        "http_gzip_disable" => core::gzip_disable(call),
        "http_disable_symlinks" => core::disable_symlinks(judge, call),
        "http_set_charset_slot" => core::charset(judge, call),
        "http_sub_filter" => core::sub_filter(judge, call),
        "http_auth_request_set" => core::auth_request_set(judge, call),
        "http_auth_basic_user_file" => script::value(judge, call, 0),
        "http_access_rule" => access::rule(call),
        "http_realip_from" => access::real_ip_from(judge, call),
        "http_valid_referers" => access::valid_referers(judge, call),
        "http_ssl_session_cache" => tls::session_cache(judge, call),
        "http_ssl_enable" => tls::enable(call),
        "set_user" => main::user(),
        "set_worker_processes" => main::worker_processes(call),
        "set_priority" => main::priority(call),
        "set_cpu_affinity" => main::cpu_affinity(call),
        "event_use" => main::event_use(call),
        "event_connections" => main::connections(call),
        "event_debug_connection" => main::debug_connection(call),
        "thread_pool" => main::thread_pool(judge, call),
        _ if TAKES_ANYTHING.contains(&handler) => Ok(()),
        _ => open(format!("what `{}` takes is not known", call.node.name())),
    }
}
