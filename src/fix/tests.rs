use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::engine::Selection;
use crate::tree::{Buffer, Memory, Overlay};
use crate::workspace::{Input, Workspace};

fn mended(files: &[(&str, &str)], select: &[&str], safety: Safety) -> Mended {
    let open = |buffers: Vec<Buffer>| {
        let mut tree = Memory::new();
        for (path, text) in files {
            tree = tree.file(*path, *text, 0o644);
        }
        let input = Input {
            base: PathBuf::from("/"),
            ..Input::default()
        };
        Workspace::over(Overlay::new(tree, buffers), input)
    };
    let selection = Selection {
        select: select.iter().map(|id| (*id).to_owned()).collect(),
        ..Selection::default()
    };
    let limits = Limits { safety, only: None };
    let mended = mend(&open, &selection, &limits);
    assert!(mended.has_ended);
    mended
}

fn text(mended: &Mended) -> String {
    let [changed] = mended.files.as_slice() else {
        panic!("{mended:#?}");
    };
    String::from_utf8(changed.after.clone()).unwrap()
}

fn server(inside: &str) -> String {
    format!("server {{\n    listen 80;\n    server_name shop.example;\n{inside}}}\n")
}

#[test]
fn what_has_one_answer_is_mended_where_it_stands_and_nowhere_else() {
    let site = server(
        "    # location /static { alias /srv/static/; }\r\n\tlocation /static { alias /srv/static/; } location /media { alias /srv/média/; }\r\n",
    );
    let mended = mended(&[("/etc/nginx/sites-enabled/a", &site)], &[], Safety::Safe);
    let expected = site
        .replace("\tlocation /static {", "\tlocation /static/ {")
        .replace("location /media {", "location /media/ {");
    assert_eq!(text(&mended), expected);
    let lines: Vec<usize> = mended.done.iter().map(|done| done.line).collect();
    assert_eq!(lines, [5, 5]);
    assert!(mended.held_back.is_empty(), "{:?}", mended.held_back);
}

#[test]
fn only_what_was_asked_for_is_mended() {
    let site = server(
        "    location /static { alias /srv/static/; }\n    location /m/ { alias /srv/m; }\n",
    );
    let files = [("/etc/nginx/sites-enabled/a", site.as_str())];
    let one = mended(&files, &["nginx/alias-slash-mismatch"], Safety::Safe);
    assert_eq!(text(&one), site.replace("/srv/m;", "/srv/m/;"));
    let ignored = site.replace(
        "    location /static",
        "    # djlint: ignore[nginx/alias-traversal] nothing lies beside it\n    location /static",
    );
    let files = [("/etc/nginx/sites-enabled/a", ignored.as_str())];
    let one = mended(&files, &["nginx/alias-traversal"], Safety::Safe);
    assert!(one.files.is_empty(), "{one:#?}");
}

#[test]
fn what_changes_behaviour_wants_to_be_asked_for() {
    let site = server("    location / { rewrite ^ shop.example/new permanent; }\n");
    let files = [("/etc/nginx/sites-enabled/a", site.as_str())];
    let safe = mended(&files, &["nginx/rewrite-without-scheme"], Safety::Safe);
    assert!(safe.files.is_empty());
    assert_eq!(safe.unsafe_left, 1);
    let all = mended(&files, &["nginx/rewrite-without-scheme"], Safety::Unsafe);
    assert_eq!(text(&all), site.replace("^ shop", "^ https://shop"));
    assert_eq!(all.unsafe_left, 0);
}

#[test]
fn a_template_is_left_to_its_maker() {
    let site = server(
        "    location /static { alias {{ root }}/static/; }\n    location /m { alias /srv/m/; }\n",
    );
    for (path, why) in [
        ("/etc/nginx/sites-enabled/a.j2", "the file is a template"),
        (
            "/etc/nginx/sites-enabled/a.template",
            "the file is a template",
        ),
    ] {
        let mended = mended(&[(path, &site)], &[], Safety::Safe);
        assert!(mended.files.is_empty(), "{mended:#?}");
        assert!(
            mended
                .held_back
                .iter()
                .all(|held_back| held_back.why == why),
            "{mended:#?}"
        );
    }
    let line = server("    location /m { alias /srv/m/; } location /x { alias {{ root }}/x/; }\n");
    let mended = mended(&[("/etc/nginx/sites-enabled/a", &line)], &[], Safety::Safe);
    assert!(mended.files.is_empty(), "{mended:#?}");
}

#[test]
fn a_fix_that_would_bring_another_fault_is_dropped() {
    // With its slash the location matches, and its alias has none.
    let site = server("    location static/ { alias /srv/static; }\n");
    let mended = mended(
        &[("/etc/nginx/sites-enabled/a", &site)],
        &["nginx/location-never-matches"],
        Safety::Safe,
    );
    assert!(
        mended.done.is_empty() && mended.files.is_empty(),
        "{mended:#?}"
    );
    let why: Vec<&str> = mended
        .held_back
        .iter()
        .map(|held| held.why.as_str())
        .collect();
    assert_eq!(why, ["nginx/alias-slash-mismatch would be found then"]);
}

/// How a file is laid out.
#[derive(Clone, Copy, Debug)]
struct Layout {
    line_end: &'static str,
    indent: &'static str,
    /// Whether a block stands on one line, with others like it.
    is_dense: bool,
    /// Whether the last line has an end.
    is_ended: bool,
}

fn layouts() -> impl Strategy<Value = Layout> {
    let line_ends = prop_oneof![Just("\n"), Just("\r\n")];
    let indents = prop_oneof![Just(""), Just("\t"), Just("    "), Just(" \t")];
    (line_ends, indents, any::<bool>(), any::<bool>()).prop_map(
        |(line_end, indent, is_dense, is_ended)| Layout {
            line_end,
            indent,
            is_dense,
            is_ended,
        },
    )
}

fn laid_out(layout: Layout, lines: &[String]) -> String {
    let mut text = lines.join(layout.line_end);
    if layout.is_ended {
        text += layout.line_end;
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    // The words that the rule looked at change, and no byte beside them: not the same text in a
    // comment above, not the layout.
    #[test]
    fn nginx_keeps_its_layout(layout in layouts(), names in proptest::collection::vec("[a-zé]{1,6}", 1..4)) {
        let site = |slash: &str| {
            let mut lines = vec!["server {".to_owned(), format!("{}listen 80;", layout.indent)];
            let mut blocks = Vec::new();
            for (index, name) in names.iter().enumerate() {
                lines.push(format!("{}# location /{index}{name} {{ alias /srv/é/; }}", layout.indent));
                let (open, close) = match layout.is_dense {
                    true => (" ".to_owned(), " }".to_owned()),
                    false => (
                        format!("{}{}\t", layout.line_end, layout.indent),
                        format!("{}{}}}", layout.line_end, layout.indent),
                    ),
                };
                blocks.push(format!("location /{index}{name}{slash} {{{open}alias /srv/é/;{close}"));
            }
            lines.push(format!("{}{}", layout.indent, blocks.join(" ")));
            lines.push("}".to_owned());
            laid_out(layout, &lines)
        };
        let mended = mended(&[("/etc/nginx/sites-enabled/a", &site(""))], &["nginx/alias-traversal"], Safety::Safe);
        prop_assert!(mended.held_back.is_empty(), "{:?}", mended.held_back);
        prop_assert_eq!(text(&mended), site("/"));
    }

    // No letters that make `pw=`: a comment that holds a secret is left to its writer.
    #[test]
    fn uwsgi_keeps_its_layout(layout in layouts(), count in 1usize..4, mark in "[#;]", said in "[x-zé=]{1,8}") {
        let equals = if layout.is_dense { "=" } else { " = " };
        let options = ["lazy-apps", "vacuum", "need-app"];
        let ini = |behind: bool| {
            let mut lines = vec!["[uwsgi]".to_owned(), format!("# vacuum{equals}false # {said}")];
            for option in &options[..count] {
                let indent = layout.indent;
                match behind {
                    true => lines.push(format!("{indent}{option}{equals}false {mark} {said}")),
                    false => {
                        lines.push(format!("{indent}{mark} {said}"));
                        lines.push(format!("{indent}{option}{equals}false"));
                    }
                }
            }
            laid_out(layout, &lines)
        };
        let mended = mended(&[("/srv/shop/uwsgi.ini", &ini(true))], &["uwsgi/inline-comment"], Safety::Safe);
        prop_assert!(mended.held_back.is_empty(), "{:?}", mended.held_back);
        prop_assert_eq!(text(&mended), ini(false));
    }
}

#[test]
fn what_several_places_include_is_left_alone() {
    let main = "events {}\nhttp {\n    server { listen 80; include /etc/nginx/part; }\n    server { listen 81; include /etc/nginx/part; }\n}\n";
    let part = "location / { rewrite ^ shop.example/new permanent; }\n";
    let files = [("/etc/nginx/nginx.conf", main), ("/etc/nginx/part", part)];
    let selected = ["nginx/rewrite-without-scheme"];
    let shared = mended(&files, &selected, Safety::Unsafe);
    assert!(shared.files.is_empty(), "{shared:#?}");
    let why: Vec<&str> = shared.held_back.iter().map(|held| &*held.why).collect();
    assert_eq!(why, ["the file is included in more than one place"]);
    let once = main.replace(" include /etc/nginx/part; }\n}", " }\n}");
    let files = [("/etc/nginx/nginx.conf", &*once), ("/etc/nginx/part", part)];
    assert_eq!(mended(&files, &selected, Safety::Unsafe).files.len(), 1);
}
