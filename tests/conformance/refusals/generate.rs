//! Configurations that no one has written.

use crate::grammar;
use crate::patterns::{
    ANYWHERE, CHARSET, CONDITION, GEO, HTTP, LOCATION, LOCATION_HEADER, LOCATION_IF, MAIN, MAP,
    SERVER, SERVER_IF, SPLIT, TYPES, UPSTREAM,
};
use crate::random::Random;
use crate::table;

/// A whole nginx.conf.
pub(crate) fn configuration(random: &mut Random) -> String {
    let mut writer = Writer {
        random,
        text: String::new(),
        depth: 0,
    };
    writer.main();
    writer.text
}

struct Writer<'a> {
    random: &'a mut Random,
    text: String,
    depth: usize,
}

impl Writer<'_> {
    fn percent(&mut self, chance: usize) -> bool {
        self.random.below(100) < chance
    }

    fn line(&mut self, pattern: &str) {
        let line = grammar::text(self.random, pattern);
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
        self.text.push_str(&line);
        self.text.push('\n');
    }

    fn one_of(&mut self, patterns: &[&str]) {
        let pattern = self.random.of(patterns).to_owned();
        self.line(&pattern);
    }

    fn of_table(&mut self, context: &str) {
        let pattern = table::directive(self.random, context);
        self.line(&pattern);
    }

    fn open(&mut self, pattern: &str) {
        self.line(&format!("{pattern} {{"));
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.line("}");
    }

    fn main(&mut self) {
        if self.percent(40) {
            self.one_of(MAIN);
        }
        self.line("<events {}|events {}|events {}|events {}|events { worker_connections <#number>; }|events { worker_connections <0|1|2|3>; }|events { use <epoll|epoll|x>; multi_accept <#flag>; accept_mutex_delay <#time>; }|>");
        self.open("http");
        for _ in 0..self.random.below(4) {
            self.http();
        }
        for _ in 0..1 + self.random.below(2) {
            self.server();
        }
        self.close();
        if self.percent(5) {
            self.one_of(MAIN);
        }
    }

    fn http(&mut self) {
        match self.random.below(12) {
            0 | 1 => self.upstream(),
            2 => self.map(),
            3 => self.of_table("http"),
            4 => self.geo(),
            5..=8 => self.one_of(HTTP),
            _ => self.one_of(ANYWHERE),
        }
    }

    fn upstream(&mut self) {
        self.open("upstream <app|app|back|APP>");
        for _ in 0..self.random.below(4) {
            self.one_of(UPSTREAM);
        }
        if self.percent(70) {
            self.line("server 127.0.0.1:8000;");
        }
        self.close();
    }

    fn map(&mut self) {
        self.open("map <<#variable>|<#variable>|$host|\"a\"> <$a|$b|$a|$b|$host|a|$arg_x|$|$uri>");
        for _ in 0..self.random.below(5) {
            self.one_of(MAP);
        }
        self.close();
    }

    fn geo(&mut self) {
        let (header, rows) = match self.random.below(5) {
            0 | 1 => ("geo <$a|$b|$host|a|$remote_addr $a|$nothing $b>", GEO),
            2 => ("split_clients <\"$host\"|$nothing|x> <$a|$b|a>", SPLIT),
            3 => ("types", TYPES),
            _ => ("charset_map <koi8-r utf-8|x x|a b>", CHARSET),
        };
        self.open(header);
        for _ in 0..self.random.below(4) {
            self.one_of(rows);
        }
        self.close();
    }

    fn server(&mut self) {
        let name = if self.random.chance(80) {
            "server x"
        } else {
            "server"
        };
        self.open(name);
        for _ in 0..self.random.below(5) {
            match self.random.below(10) {
                0..=2 => self.line(
                    "listen <80|8080|443|<#listen>><||| <#listening>| <#listening> <#listening>>;",
                ),
                3 => self.line("server_name <#name><| <#name>>;"),
                4 => self.condition(SERVER_IF, "server-if"),
                5 => self.of_table("server"),
                6 | 7 => self.one_of(SERVER),
                _ => self.one_of(ANYWHERE),
            }
        }
        for _ in 0..self.random.below(4) {
            self.location(0);
        }
        self.close();
    }

    fn location(&mut self, nested: usize) {
        self.open(LOCATION_HEADER);
        for _ in 0..self.random.below(4) {
            match self.random.below(10) {
                0 if nested < 2 => self.location(nested + 1),
                1 => self.condition(LOCATION_IF, "location-if"),
                2 => self.of_table("location"),
                3..=7 => self.one_of(LOCATION),
                _ => self.one_of(ANYWHERE),
            }
        }
        if self.percent(4) {
            self.open("limit_except <#method><| <#method>>");
            self.line(
                "<deny <#address>;|allow <#address>;|proxy_pass http://127.0.0.1<|/x>;|root /x;>",
            );
            self.close();
        }
        self.close();
    }

    fn condition(&mut self, inside: &[&str], context: &str) {
        self.open(CONDITION);
        for _ in 0..self.random.below(3) {
            if self.percent(10) {
                self.of_table(context);
            } else {
                self.one_of(inside);
            }
        }
        self.close();
    }
}
