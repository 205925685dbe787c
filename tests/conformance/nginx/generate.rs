//! Servers and locations that nobody thought of.

use std::collections::BTreeSet;

use super::case::Asked;
use crate::random::Random;

const LISTENS: &[&str] = &[
    "8001",
    "8001",
    "8001",
    "8001 default_server",
    "127.0.0.2:8001",
    "8002",
    "127.0.0.1:8002",
];

const NAMES: &[&str] = &[
    "a.test",
    "b.test",
    "A.test",
    "*.test",
    "*.sub.test",
    ".c.test",
    "a.*",
    "a.sub.*",
    "~^(?<sub>\\w+)\\.re\\.test$",
    "~^x\\d+\\.",
    "_",
    "\"\"",
];

const HOSTS: &[&str] = &[
    "a.test",
    "a.test",
    "a.test:8001",
    "A.TEST.",
    "b.test",
    "c.test",
    "x.c.test",
    "a.sub.test",
    "a.sub.example",
    "a.example",
    "www.re.test",
    "x1.y",
    "nobody",
    "127.0.0.1",
    "a..test",
];

const PREFIXES: &[&str] = &[
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/",
    "/app/",
    "/app",
    "/static/",
    "/static",
    "/docs/",
    "/docs/x.txt",
    "/a.txt",
    "/a.",
    "nowhere/",
    "/deep/er/",
];

const REGEXES: &[&str] = &[
    "^/a",
    "\\.txt$",
    "\\.CSS$",
    "^/(a|b)/(.*)$",
    "^/static/(?<file>.+)$",
    "^/(?<file>[^/]+)/$",
    "/b/?$",
    "^/docs(/|$)",
    "x",
    "^/(?!a)",
];

/// What stands inside http.
pub(crate) fn configuration(random: &mut Random) -> String {
    let mut made = Maker {
        random,
        text: String::new(),
        depth: 0,
        places: 0,
        is_first: true,
    };
    made.http();
    made.text
}

struct Maker<'r> {
    random: &'r mut Random,
    text: String,
    depth: usize,
    /// Numbers the places, so that each has its own answer.
    places: usize,
    /// Whether the first server is still to come: it listens where most requests go.
    is_first: bool,
}

impl Maker<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn block(&mut self, head: &str, inside: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line("}");
    }

    fn http(&mut self) {
        self.line("map $arg_m $mapped { default none; A /a.txt; ~^x(?<rest>.*)$ /$rest; ~*^CSS$ /static/site.css; }");
        if self.random.chance(6) {
            self.line("merge_slashes off;");
        }
        if self.random.chance(6) {
            self.line("error_page 404 /a.txt;");
        }
        // A server that makes every variable known to nginx, and that nobody asks.
        self.line("server { listen unix:/srv/other.sock; server_name ~^(?<sub>.)(?<file>.)$; set $v \"\"; set $w \"\"; }");
        for _ in 0..1 + self.random.below(3) {
            self.block("server", Self::server);
        }
    }

    fn server(&mut self) {
        let mut listens = BTreeSet::new();
        listens.insert(match std::mem::take(&mut self.is_first) {
            true => "8001",
            false => self.random.of(LISTENS),
        });
        if self.random.chance(3) {
            listens.insert(self.random.of(LISTENS));
        }
        for listen in listens {
            self.line(&format!("listen {listen};"));
        }
        let names: Vec<&str> = (0..self.random.below(3))
            .map(|_| self.random.of(NAMES))
            .collect();
        if !names.is_empty() {
            self.line(&format!("server_name {};", names.join(" ")));
        }
        if self.random.chance(3) {
            self.settings();
        }
        if self.random.chance(3) {
            self.rewrites(true);
        }
        if self.random.chance(8) {
            self.try_files();
        }
        for name in ["@one", "@two"] {
            if !self.random.chance(3) {
                self.block(&format!("location {name}"), |made| {
                    made.inside(false, true);
                });
            }
        }
        let count = 2 + self.random.below(6);
        self.locations("", count);
    }

    fn locations(&mut self, parent: &str, count: usize) {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let in_regex = parent.starts_with('~');
        for _ in 0..count {
            let (head, pattern, is_regex) = match self.random.below(10) {
                kind @ 0..=6 if !in_regex => {
                    let pattern = self.random.of(PREFIXES);
                    if !pattern.starts_with(parent) {
                        continue;
                    }
                    let (modifier, key) = match kind {
                        0 => ("= ", format!("={pattern}")),
                        1 => ("^~ ", pattern.to_owned()),
                        _ => ("", pattern.to_owned()),
                    };
                    if !seen.insert(key) {
                        continue;
                    }
                    (format!("{modifier}{pattern}"), pattern, kind == 0)
                }
                kind => {
                    let pattern = self.random.of(REGEXES);
                    let modifier = if kind % 2 == 0 { "~" } else { "~*" };
                    (format!("{modifier} \"{pattern}\""), pattern, true)
                }
            };
            let is_exact = head.starts_with('=');
            self.block(&format!("location {head}"), |made| {
                made.inside(is_regex && !is_exact, false);
                if made.depth < 4 && !is_exact && made.random.chance(4) {
                    let parent = if is_regex { "~" } else { pattern };
                    let count = 1 + made.random.below(3);
                    made.locations(parent, count);
                }
            });
        }
    }

    /// What a location holds.
    fn inside(&mut self, is_regex: bool, is_named: bool) {
        if self.random.chance(4) {
            self.settings();
        }
        if self.random.chance(10) {
            self.line("internal;");
        }
        if self.random.chance(12) {
            self.line("limit_except GET { deny all; }");
        }
        if self.random.chance(14) {
            let rule = self.random.of(&[
                "deny all;",
                "allow all; deny all;",
                "satisfy any; deny all;",
            ]);
            self.line(rule);
        }
        match self.random.below(6) {
            0 if !is_named => {
                let path = match is_regex {
                    true => self.random.of(&[
                        "/srv/static/$1",
                        "/srv/static/$file",
                        "/srv/www/",
                        "/srv/static/a.txt",
                    ]),
                    false => self.random.of(&[
                        "/srv/static/",
                        "/srv/static",
                        "/srv/other/",
                        "/srv/www/static/",
                        "/srv/$arg_d/",
                    ]),
                };
                self.line(&format!("alias {path};"));
            }
            1 => {
                let path =
                    self.random
                        .of(&["/srv/static", "/srv/other/", "/srv/www/$arg_d", "/srv/"]);
                self.line(&format!("root {path};"));
            }
            _ => {}
        }
        if self.random.chance(3) {
            self.rewrites(false);
        }
        if self.random.chance(4) {
            self.try_files();
        }
        if !self.random.chance(3) {
            self.content();
        }
    }

    fn settings(&mut self) {
        let line = self.random.of(&[
            "error_page 404 /a.txt;",
            "error_page 404 = @one;",
            "error_page 404 403 =200 /50x.html;",
            "error_page 403 404 =410 /a/nothing;",
            "error_page 404 @two; recursive_error_pages on;",
            "error_page 404 /missing/; recursive_error_pages on;",
            "error_page 404 http://elsewhere.test/;",
            "error_page 405 =301 http://elsewhere.test/x;",
            "error_page 404 $mapped;",
            "error_page 301 =200 /a.txt;",
            "index home.html index.html;",
            "index nothing.html /a.txt;",
            "index $arg_i.html;",
            "autoindex on;",
            "autoindex on; index none;",
        ]);
        self.line(line);
    }

    fn try_files(&mut self) {
        let line = self.random.of(&[
            "try_files $uri @one;",
            "try_files $uri $uri/ @two;",
            "try_files $uri /a.txt;",
            "try_files $uri/index.html $uri =404;",
            "try_files /nothing $uri.txt /a/?q=$uri&$args;",
            "try_files $uri/ $uri =403;",
            "try_files $mapped /static/site.css;",
            "try_files /a/b.css =404;",
            "try_files $uri @nowhere;",
            "try_files a.txt /docs/x.txt;",
        ]);
        self.line(line);
    }

    fn content(&mut self) {
        self.places += 1;
        let place = self.places;
        let line = match self.random.below(12) {
            0..=4 => format!("return 200 \"p{place} $uri $args $v $1 $2 $file\";"),
            5 => format!("return 403 p{place};"),
            6 => "return 404;".to_owned(),
            7 => "return 302 /elsewhere$is_args$args;".to_owned(),
            8 | 9 => "proxy_pass http://unix:/srv/backend.sock;".to_owned(),
            10 => "uwsgi_pass unix:/srv/nobody.sock;".to_owned(),
            _ => "uwsgi_pass unix:/srv/nobody.sock; proxy_pass http://unix:/srv/backend.sock;"
                .to_owned(),
        };
        self.line(&line);
    }

    fn rewrites(&mut self, is_server: bool) {
        for _ in 0..1 + self.random.below(3) {
            self.places += 1;
            let place = self.places;
            let line = match self.random.below(18) {
                0 => "set $v $uri;".to_owned(),
                1 => "set $v \"$v+$1\";".to_owned(),
                2 => "rewrite ^/a/(.*)$ /docs/$1 last;".to_owned(),
                3 => "rewrite ^/docs/(.*)$ /a/$1;".to_owned(),
                4 => "rewrite ^/app(.*)$ /static$1 break;".to_owned(),
                5 => "rewrite \\.txt$ /x?gone=$uri? last;".to_owned(),
                6 => "rewrite ^/static/(.*)$ /s/$1?old=$1 permanent;".to_owned(),
                7 => "rewrite ^(.*)/b(.*)$ $1$2?t=1;".to_owned(),
                8 => "rewrite ^/x https://elsewhere.test/;".to_owned(),
                9 => format!("if ($uri ~ ^/(a|docs)) {{ set $v i{place}; }}"),
                10 => format!("if ($request_method = POST) {{ return 403 m{place}; }}"),
                11 => "if (-f $document_root$uri) { set $v there; }".to_owned(),
                12 => "if (!-e $request_filename) { rewrite ^/(.*)$ /a.txt last; }".to_owned(),
                13 => format!(
                    "if {} {{ return 402 n{place}; }}",
                    self.random.of(&[
                        "($arg_q = \"\")",
                        "( $arg_q = \"\" )",
                        "($arg_q != \"\")",
                        "( \"$arg_q\" )",
                        "($arg_q = 1 )",
                    ])
                ),
                14 => "if ($arg_q) { break; }".to_owned(),
                15 if !is_server => format!(
                    "if ($args !~* \"^Q=\") {{ {} }}",
                    self.random.of(&[
                        "root /srv/other;",
                        "error_page 404 @one;",
                        "proxy_pass http://unix:/srv/backend.sock;",
                        "set $w x;"
                    ])
                ),
                16 => "set $args \"$args&more\";".to_owned(),
                _ => format!("if ($host = b.test) {{ return 200 h{place}; }}"),
            };
            self.line(&line);
        }
    }
}

const PATHS: &[&str] = &[
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/",
    "/a/b.css",
    "/a/b/c.txt",
    "/a.txt",
    "/a.txtx",
    "/app",
    "/app/",
    "/app/x",
    "/app/site.css",
    "/static",
    "/static/",
    "/static/site.css",
    "/static/deep",
    "/static/deep/x.txt",
    "/static../x.txt",
    "/staticsite.css",
    "/docs",
    "/docs/",
    "/docs/x.txt",
    "/docs/b",
    "/b/",
    "/x",
    "/deep/er",
    "/deep/er/x",
    "/nowhere/",
    "/50x.html",
];

const TURNS: &[(&str, &str)] = &[
    ("/", "//"),
    ("/", "/./"),
    ("/a", "/%61"),
    (".", "%2e"),
    ("/", "%2f"),
    ("/b", "/c/../b"),
    ("t", "T"),
    ("x", "%20x"),
    ("x", "a+b"),
];

/// A request that may well hit something.
pub(crate) fn request(random: &mut Random) -> Asked {
    let mut target = random.of(PATHS).to_owned();
    if random.chance(5) {
        let (from, to) = TURNS[random.below(TURNS.len())];
        target = match random.chance(2) {
            true => target.replacen(from, to, 1),
            false => target.replace(from, to),
        };
    }
    if !target.starts_with('/') {
        target.insert(0, '/');
    }
    if random.chance(30) {
        target.push_str(random.of(&["/..", "/../../..", "%00", "%zz", "/."]));
    }
    if random.chance(4) {
        target.push_str(random.of(&[
            "?q=1",
            "?m=a",
            "?m=xa.txt",
            "?m=css&d=static",
            "?i=index",
            "?d=docs",
        ]));
    }
    let method = match random.below(14) {
        0 => "POST",
        1 => "HEAD",
        2 => "PUT",
        _ => "GET",
    };
    Asked {
        method: method.to_owned(),
        address: random
            .of(&["127.0.0.1", "127.0.0.1", "127.0.0.2"])
            .to_owned(),
        port: if random.chance(12) { 8002 } else { 8001 },
        host: random.of(HOSTS).to_owned(),
        target,
    }
}
