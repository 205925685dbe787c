//! What is asked for, and of whom.

use std::str::FromStr;

use crate::deployment::front::Front;
use crate::nginx::{Host, Node, Request, no_disk};
use crate::workspace::Workspace;

/// A URL, or a path of a site that is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `https`, where a scheme is named.
    pub tls: Option<bool>,
    /// The host with its port, where one is named.
    pub host: Option<String>,
    /// The port that is named, or that the scheme stands for.
    pub port: Option<u16>,
    /// Path and query.
    pub target: String,
    /// The method, in capitals.
    pub method: String,
    /// The Host that the client sends, where it is another than the URL's.
    pub sent_host: Option<String>,
    /// The other headers that it sends.
    pub headers: Vec<(String, String)>,
    /// The address that it comes to, where nginx listens on several.
    pub address: Option<String>,
}

impl Asked {
    /// A GET without headers.
    fn get(target: &str) -> Self {
        Self {
            tls: None,
            host: None,
            port: None,
            target: target.to_owned(),
            method: "GET".to_owned(),
            sent_host: None,
            headers: Vec::new(),
            address: None,
        }
    }

    /// Name and value of a header that is written `Name: value`.
    pub fn header(text: &str) -> Option<(&str, &str)> {
        let (name, value) = text.split_once(':')?;
        Some((name.trim(), value.trim()))
    }

    /// Adds a header; a Host stands for that of the URL. Whether the text is one.
    pub fn send(&mut self, header: &str) -> bool {
        let Some((name, value)) = Self::header(header) else {
            return false;
        };
        match name.eq_ignore_ascii_case("host") {
            true => self.sent_host = Some(value.to_owned()),
            false => self.headers.push((name.to_owned(), value.to_owned())),
        }
        true
    }
}

impl FromStr for Asked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // What stands behind # stays with the client.
        let text = text.split('#').next().unwrap_or(text);
        if text.starts_with('/') {
            return Ok(Self::get(text));
        }
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| format!("`{text}` is neither a URL nor a path"))?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(format!("`{text}`: a URL of http or https is meant")),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(end);
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        if host.is_empty() {
            return Err(format!("`{text}` names no host"));
        }
        let behind = host.rsplit(']').next().unwrap_or(host);
        let port = match behind.split_once(':') {
            Some((_, port)) => port
                .parse()
                .map_err(|_| format!("`{text}`: {port} is no port"))?,
            None => match tls {
                true => 443,
                false => 80,
            },
        };
        let target = match target.starts_with('/') {
            true => target.to_owned(),
            false => format!("/{target}"),
        };
        Ok(Self {
            tls: Some(tls),
            host: Some(host.to_owned()),
            port: Some(port),
            ..Self::get(&target)
        })
    }
}

impl Workspace {
    /// The nginx that takes what is asked, and the request as it comes there: the one with a server
    /// of that name; for a path, the first server that hands requests to a Django project, TLS before plain HTTP.
    pub fn addressed<'a>(&'a self, asked: &Asked) -> Option<(&'a Front, Request)> {
        let mut request = Request {
            tls: asked.tls,
            port: asked.port,
            method: asked.method.clone(),
            headers: Some(asked.headers.clone()),
            address: asked.address.clone(),
            ..Request::get(asked.target.as_bytes())
        };
        let front = match &asked.host {
            Some(host) => {
                request.host = Host::Named(host.clone());
                let takes = |front: &&Front| {
                    let traces = front.nginx.trace(&request, &no_disk);
                    traces.iter().any(|trace| trace.server.is_some())
                };
                let front = self.fronts().iter().find(takes);
                front.or(self.fronts().first())?
            }
            None => {
                let (front, server) = self.main_server()?;
                let listens = server.listens();
                let listen = listens.iter().find(|listen| listen.tls).or(listens.first());
                request.tls = Some(listen.is_some_and(|listen| listen.tls));
                request.port = listen.and_then(|listen| listen.port);
                request.host = server.asked_for();
                front
            }
        };
        if let Some(host) = &asked.sent_host {
            request.host = Host::Named(host.clone());
        }
        Some((front, request))
    }

    fn main_server(&self) -> Option<(&Front, Node<'_>)> {
        let of_projects = self.deployments().iter().flat_map(|deployment| {
            deployment
                .projects
                .iter()
                .flat_map(|project| deployment.servers_of(project))
        });
        let all: Vec<(&Front, Node<'_>)> = of_projects.collect();
        let speaks_tls =
            |(_, server): &&(&Front, Node<'_>)| server.listens().iter().any(|listen| listen.tls);
        let best = all.iter().find(speaks_tls).or(all.first()).copied();
        best.or_else(|| {
            self.fronts()
                .iter()
                .find_map(|front| Some((front, front.nginx.servers().next()?)))
        })
    }
}
