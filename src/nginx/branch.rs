//! `if` in a location is a level of its own: what its location tries is not tried for whom the condition holds.

use super::configuration::Configuration;
use super::directives::Context;
use super::inherit;
use super::node::Node;
use super::word::PieceKind;

/// An `if` for whose requests the `try_files` of its location is left out.
pub struct Untried<'a> {
    /// The `if`.
    pub condition: Node<'a>,
    /// The `try_files`.
    pub tried: Node<'a>,
}

impl Configuration {
    /// The conditions beside `try_files` that do not send the request elsewhere (ngx_http_rewrite_if makes the
    /// location another one, and `try_files` is not handed down). Where all that is tried is what nginx does
    /// anyway, nothing is lost.
    pub fn untried(&self) -> Vec<Untried<'_>> {
        let mut found = Vec::new();
        for tried in self.named("try_files") {
            let Some(location) = tried.parent().filter(|block| block.matcher().is_some()) else {
                continue;
            };
            let is_fallback = tried
                .arguments()
                .last()
                .is_some_and(|word| !word.bytes().starts_with(b"=") && !word.has_hole());
            let unread = self.gap(Some(location), |include| {
                inherit::holds_only_parameters(include, "proxy_pass")
            });
            let is_handled = self
                .content_handler(location)
                .map_or(true, |own| own.is_some());
            if !is_fallback || is_handled || unread.is_some() {
                continue;
            }
            let conditions = location
                .settings()
                .filter(|child| child.block_context() == Some(Context::LocationIf));
            for condition in conditions {
                if !is_about_path(condition)
                    && self.gap(Some(condition), |_| false).is_none()
                    && !self.leaves(condition)
                    && self
                        .content_handler(condition)
                        .is_ok_and(|own| own.is_none())
                {
                    found.push(Untried { condition, tried });
                }
            }
        }
        found
    }

    /// Whether the requests of an `if` may go elsewhere.
    fn leaves(&self, condition: Node<'_>) -> bool {
        condition.settings().any(|child| {
            let flag = child.argument(2).map(|word| word.text().into_owned());
            child.is("return") || (child.is("rewrite") && flag.as_deref() != Some("break"))
        })
    }
}

/// Whether a condition looks at what is asked for: it may hold for files alone, and those are found anyway.
fn is_about_path(condition: Node<'_>) -> bool {
    const PATHS: [&str; 5] = [
        "uri",
        "request_uri",
        "document_uri",
        "request_filename",
        "request",
    ];
    condition.arguments().any(|word| {
        let text = word.text();
        let names_path = word.pieces().iter().any(|piece| match piece.kind {
            PieceKind::Variable(name) => PATHS
                .iter()
                .any(|path| name.eq_ignore_ascii_case(path.as_bytes())),
            _ => false,
        });
        let tests_file = text.starts_with("(-") || text.starts_with("(!-");
        names_path || tests_file || word.has_hole()
    })
}

#[cfg(test)]
mod tests {
    use crate::nginx::fixture::site;

    #[test]
    fn what_a_condition_leaves_untried_is_found() {
        let found = |lines: &str| {
            let text = format!(
                "server {{ location / {{ {lines} }} location @app {{ uwsgi_pass a:1; }} }}"
            );
            site(&text).untried().len()
        };
        let tries = "try_files $uri @app;";
        assert_eq!(
            found(&format!("{tries} if ($arg_a) {{ add_header A b; }}")),
            1
        );
        assert_eq!(found(&format!("if ($arg_a) {{ set $x 1; }} {tries}")), 1);
        assert_eq!(
            found(&format!("if ($arg_a) {{ rewrite ^/x /y break; }} {tries}")),
            1
        );
        for sound in [
            format!("if ($arg_a) {{ return 403; }} {tries}"),
            format!("if (-f $document_root/x) {{ expires max; }} {tries}"),
            format!("if (!-e $request_filename) {{ set $x 1; }} {tries}"),
            format!("if ($uri ~ css$) {{ expires max; }} {tries}"),
            format!("if ( $request_uri ~ a ) {{ set $x 1; }} {tries}"),
            format!("if ($arg_a) {{ rewrite ^ /x last; }} {tries}"),
            format!("if ($arg_a) {{ add_header A b; proxy_pass http://b:1; }} {tries}"),
            "if ($arg_a) { add_header A b; } try_files $uri =404;".to_owned(),
            "if ($arg_a) { add_header A b; } try_files $uri @app; uwsgi_pass a:1;".to_owned(),
            "if ($arg_a) { add_header A b; } uwsgi_pass a:1;".to_owned(),
        ] {
            assert_eq!(found(&sound), 0, "{sound}");
        }
    }
}
