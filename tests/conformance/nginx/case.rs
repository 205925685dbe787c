//! Requests, what nginx answered, and what we say it answers.

use std::fmt;
use std::path::{Path, PathBuf};

use djlint::nginx::{Answer, Host, Request, Trace};
use djlint::tree::Memory;
use djlint::workspace::{Input, Workspace};

/// The files of every configuration; each says its own name.
pub(crate) const FILES: &[&str] = &[
    "/srv/www/index.html",
    "/srv/www/a.txt",
    "/srv/www/a/b.css",
    "/srv/www/a/index.html",
    "/srv/www/a/b/c.txt",
    "/srv/www/docs/x.txt",
    "/srv/www/static/site.css",
    "/srv/www/static/deep/x.txt",
    "/srv/www/50x.html",
    "/srv/static/site.css",
    "/srv/static/a.txt",
    "/srv/static/docs/index.html",
    "/srv/static../x.txt",
    "/srv/staticsite.css",
    "/srv/other/a/b.css",
    "/srv/other/home.html",
    "/srv/other/docs/home.html",
];

/// A configuration, requests, and nginx's answers.
pub(crate) struct Case {
    /// What stands inside `http { }`.
    pub(crate) configuration: String,
    pub(crate) requests: Vec<Asked>,
    pub(crate) answers: Vec<String>,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) host: String,
    pub(crate) target: String,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}:{} {} {}",
            self.method, self.address, self.port, self.host, self.target
        )
    }
}

impl Asked {
    fn read(line: &str) -> Self {
        let mut words = line.split(' ');
        let method = words.next().unwrap().to_owned();
        let (address, port) = words.next().unwrap().split_once(':').unwrap();
        Self {
            method,
            address: address.to_owned(),
            port: port.parse().unwrap(),
            host: words.next().unwrap().to_owned(),
            target: words.next().unwrap().to_owned(),
        }
    }
}

impl Case {
    pub(crate) fn read_all(text: &str) -> Vec<Self> {
        text.split("=====\n")
            .filter(|case| !case.trim().is_empty())
            .map(|case| {
                let (configuration, asked) = case.split_once("-----\n").unwrap();
                let (requests, answers) = asked
                    .lines()
                    .map(|line| {
                        let (request, answer) = line.split_once(" => ").unwrap();
                        (Asked::read(request), answer.to_owned())
                    })
                    .unzip();
                Self {
                    configuration: configuration.to_owned(),
                    requests,
                    answers,
                }
            })
            .collect()
    }

    #[cfg(feature = "live")]
    pub(crate) fn written(&self) -> String {
        let asked: String = self
            .requests
            .iter()
            .zip(&self.answers)
            .map(|(request, answer)| format!("{request} => {answer}\n"))
            .collect();
        format!("{}-----\n{asked}=====\n", self.configuration)
    }
}

/// What we say; the text is like the answers that were recorded.
pub(crate) struct Said {
    pub(crate) text: String,
}

impl Said {
    /// Whether that is what nginx answered.
    pub(crate) fn agrees(&self, request: &Asked, answer: &str) -> bool {
        let status = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
        // Without a body there is nothing but the status to compare, and some of a redirect's
        // target we do not say.
        if request.method == "HEAD" || self.text.ends_with(" > ?") {
            return status(&self.text) == status(answer);
        }
        self.text == answer
    }
}

/// The main file around what stands in http.
pub(crate) fn main_file(http: &str) -> String {
    format!(
        "daemon off;\npid /srv/nginx.pid;\nerror_log /srv/error.log;\nevents {{ }}\nhttp {{\naccess_log off;\nabsolute_redirect off;\nclient_body_temp_path /srv/tmp;\nproxy_temp_path /srv/tmp;\nfastcgi_temp_path /srv/tmp;\nuwsgi_temp_path /srv/tmp;\nscgi_temp_path /srv/tmp;\nroot /srv/www;\n{http}}}\n"
    )
}

/// What we say that nginx answers to each request; nothing where we do not know.
pub(crate) fn predicted(http: &str, requests: &[Asked]) -> Vec<Option<Said>> {
    let mut tree = Memory::new().file("/etc/nginx/nginx.conf", main_file(http), 0o644);
    for path in FILES {
        tree = tree.file(path, format!("file {path}"), 0o644);
    }
    let workspace = Workspace::over(
        tree,
        Input {
            base: PathBuf::from("/"),
            root: Some(PathBuf::from("/")),
            ..Input::default()
        },
    );
    let nginx = workspace.configurations()[0].clone();
    let disk = |path: &Path| {
        let files = workspace.files();
        files.paths().locate(files.tree(), path)
    };
    requests
        .iter()
        .map(|asked| {
            let request = Request {
                method: asked.method.clone(),
                tls: Some(false),
                host: Host::Named(asked.host.clone()),
                target: asked.target.clone().into_bytes(),
                headers: Some(vec![("Connection".to_owned(), "close".to_owned())]),
                address: Some(asked.address.clone()),
                port: Some(asked.port),
            };
            let mut said: Vec<Option<String>> =
                nginx.trace(&request, &disk).iter().map(shown).collect();
            // The requests come from this machine, whose address the rules let in or not: every
            // way that is left must come to the same.
            said.dedup();
            match &said[..] {
                [Some(text)] => Some(Said { text: text.clone() }),
                _ => None,
            }
        })
        .collect()
}

fn shown(trace: &Trace<'_>) -> Option<String> {
    let status = trace.status.map(|status| status.to_string());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(match &trace.answer {
        Answer::File(path) => format!("{} file {}", status?, path.display()),
        Answer::Directory(_) => format!("{} listing", status?),
        Answer::Return {
            body: Some(body), ..
        } if !body.is_empty() => format!("{} {}", status?, text(body)),
        Answer::Return { .. } | Answer::Error => status?,
        Answer::Redirect { to: Some(to), .. } => format!("{} > {}", status?, text(to)),
        Answer::Redirect { to: None, .. } => format!("{} > ?", status?),
        Answer::Pass {
            node,
            address,
            target,
        } => {
            // The one behind `proxy_pass` refuses a path without a slash, and one with a blank.
            let is_refused = !target.starts_with(b"/") || target.contains(&b' ');
            if node.is("proxy_pass") && is_refused {
                return Some(status.unwrap_or_else(|| "400".to_owned()));
            }
            let status = status.unwrap_or_else(|| "200".to_owned());
            match node.is("proxy_pass") {
                true => format!("{status} passed {}", text(address)),
                // Nobody listens there.
                false => "502".to_owned(),
            }
        }
        Answer::Module(_) => format!("{} module", status?),
        Answer::Closed => "closed".to_owned(),
        Answer::Unknown(_) => return None,
    })
}
