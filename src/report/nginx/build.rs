//! From the model to what is shown.

use super::{At, Block, Configuration, Configurations, Open, Passed, Setting, Told, Way};
use crate::deployment::Deployment;
use crate::deployment::front::Front;
use crate::deployment::request;
use crate::nginx::{self, Answer, Context, Effective, Node};
use crate::report::path::plain;
use crate::report::trace::Teller;
use crate::secrets::is_secret_header;
use crate::value::Unknown;
use crate::workspace::Workspace;

/// No one nests blocks deeper.
const MAX_DEPTH: usize = 32;

/// Every configuration; with what blocks inherit, where that is asked for.
pub fn all(workspace: &Workspace, with_inherited: bool) -> Configurations {
    let shower = Shower {
        teller: Teller::of(workspace),
        with_inherited,
    };
    let configurations = workspace.configurations().iter();
    Configurations {
        configurations: configurations
            .map(|one| shower.configuration(one))
            .collect(),
    }
}

/// What holds for a request, by the ways that it may take behind one front.
pub fn at(
    workspace: &Workspace,
    front: &Front,
    request: &nginx::Request,
    ways: &[request::Way<'_>],
) -> At {
    let shower = Shower {
        teller: Teller::of(workspace),
        with_inherited: true,
    };
    let count = match Deployment::agree(ways) {
        true => 1,
        false => ways.len(),
    };
    At {
        request: shower.teller.request(request),
        ways: ways
            .iter()
            .take(count)
            .map(|way| shower.way(front, way, count > 1))
            .collect(),
    }
}

struct Shower<'w> {
    teller: Teller<'w>,
    with_inherited: bool,
}

impl Shower<'_> {
    fn configuration(&self, nginx: &nginx::Configuration) -> Configuration {
        let roots: Vec<Node<'_>> = nginx.roots().collect();
        let settings = roots.iter().filter(|node| !node.is_block());
        let settings = settings.filter(|node| !is_only_its_files(**node));
        let blocks = roots.iter().filter(|node| is_shown_as_block(**node));
        let unknown = roots.iter().filter_map(|node| match node.included() {
            Some(nginx::Included::Unknown(unknown)) => Some(self.open(unknown)),
            _ => None,
        });
        Configuration {
            file: plain(nginx.root_file().path(), self.teller.base()),
            settings: settings.map(|node| self.setting(*node, None)).collect(),
            unknown: unknown.collect(),
            blocks: blocks.map(|node| self.block(*node, 0)).collect(),
        }
    }

    fn block(&self, block: Node<'_>, depth: usize) -> Block {
        let place = self.teller.place(block.name_span());
        let nginx = block.configuration();
        let effective = match self.with_inherited {
            true => nginx.effective(block),
            false => nginx.own(block),
        };
        let mut unknown: Vec<Open> = effective.unknown.iter().map(|one| self.open(one)).collect();
        let mut blocks = Vec::new();
        let inside = block.children().filter(|child| is_shown_as_block(*child));
        match depth < MAX_DEPTH {
            true => blocks.extend(inside.map(|child| self.block(child, depth + 1))),
            false => unknown.push(Open {
                why: "blocks are nested too deeply".to_owned(),
                path: None,
                line: None,
            }),
        }
        Block {
            block: self.title(block),
            path: place.path,
            line: place.line,
            settings: self.settings(block, &effective),
            unknown,
            blocks,
        }
    }

    /// `server shop.example`, `location ~ \.php$`, `http`
    fn title(&self, block: Node<'_>) -> String {
        let name = block.name();
        let mut words: Vec<String> = vec![name.into_owned()];
        match block.block_context() {
            Some(Context::Server) => {
                let names = block.names();
                words.extend(names.iter().map(|(word, _)| word.text().into_owned()));
            }
            _ => words.extend(block.arguments().map(|word| word.text().into_owned())),
        }
        self.teller.mask(&words.join(" "))
    }

    fn settings(&self, block: Node<'_>, effective: &Effective<'_>) -> Vec<Setting> {
        let directives = effective.directives.iter();
        directives
            .map(|node| {
                let from = match node.parent() {
                    Some(parent) => (parent != block).then(|| self.title(parent)),
                    None if block.configuration().root_context() == Context::Main => {
                        Some("main".to_owned())
                    }
                    None => Some("http".to_owned()),
                };
                self.setting(*node, from)
            })
            .collect()
    }

    fn setting(&self, node: Node<'_>, from: Option<String>) -> Setting {
        let place = self.teller.place(node.name_span());
        let source = node.source();
        let words = node
            .arguments()
            .map(|word| source.masked(word.span().range()));
        let mut words: Vec<String> = words.collect();
        if node.is_block() {
            words.push("{ … }".to_owned());
        }
        Setting {
            name: node.name().into_owned(),
            value: self.teller.mask(&words.join(" ")),
            path: place.path,
            line: place.line,
            from,
        }
    }

    fn open(&self, unknown: &Unknown) -> Open {
        let place = unknown.place.map(|span| self.teller.place(span));
        Open {
            why: self.teller.mask(&unknown.why),
            path: place.as_ref().map(|place| place.path.clone()),
            line: place.map(|place| place.line),
        }
    }

    fn way(&self, front: &Front, way: &request::Way<'_>, has_others: bool) -> Way {
        let trace = &way.trace;
        let mut settings = Vec::new();
        let mut unknown = Vec::new();
        if let Answer::Unknown(why) = &trace.answer {
            unknown.push(self.open(why));
        }
        let server = trace.server;
        if let Some(block) = trace.block {
            let effective = front.nginx.effective(block);
            settings = self.settings(block, &effective);
            unknown.extend(effective.unknown.iter().map(|one| self.open(one)));
        }
        if let Some(server) = server.filter(|server| trace.block != Some(*server)) {
            // What only a server may say holds for all of its requests.
            let mut effective = front.nginx.effective(server);
            effective.directives.retain(|node| {
                let known = nginx::find_directive(node.name().as_bytes());
                known.is_some_and(|known| !known.is_allowed_in(Context::Location))
            });
            let own = self.settings(server, &effective);
            settings.extend(own.into_iter().map(|setting| Setting {
                from: setting.from.or_else(|| Some(self.title(server))),
                ..setting
            }));
        }
        Way {
            assumed: match has_others {
                true => self.teller.assumed(trace),
                false => Vec::new(),
            },
            server: server.map(|server| self.teller.place(server.name_span())),
            location: self.teller.location(trace.location),
            settings,
            unknown,
            passed: self.passed(trace),
        }
    }

    fn passed(&self, trace: &nginx::Trace<'_>) -> Option<Passed> {
        let Answer::Pass { node, address, .. } = &trace.answer else {
            return None;
        };
        let place = self.teller.place(node.name_span());
        Some(Passed {
            by: node.name().into_owned(),
            to: self.teller.text(address),
            path: place.path,
            line: place.line,
            told: trace.handed.iter().map(|one| self.told(one)).collect(),
            more: trace
                .handed_more
                .as_ref()
                .map(|unknown| self.teller.mask(&unknown.why)),
        })
    }

    fn told(&self, handed: &nginx::Handed) -> Told {
        let place = handed.place.map(|span| self.teller.place(span));
        let (value, unknown) = match &handed.value {
            Ok(value) if is_secret_header(&handed.name) => {
                (Some("*".repeat(value.len().min(8))), None)
            }
            Ok(value) => (Some(self.teller.text(value)), None),
            Err(unknown) => (None, Some(self.teller.mask(&unknown.why))),
        };
        Told {
            name: self.teller.mask(&handed.name),
            value,
            unknown,
            path: place.as_ref().map(|place| place.path.clone()),
            line: place.map(|place| place.line),
        }
    }
}

/// Whether a block is shown with what is in it: data is one thing that holds.
fn is_shown_as_block(node: Node<'_>) -> bool {
    node.is_block() && node.block_context() != Some(Context::Data)
}

/// Whether an `include` is nothing beside the directives of the files that it brings.
fn is_only_its_files(node: Node<'_>) -> bool {
    matches!(
        node.included(),
        Some(nginx::Included::Files(_) | nginx::Included::Unknown(_))
    )
}
