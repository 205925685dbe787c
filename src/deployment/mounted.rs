//! A site below a path: what Django is told of the path, and what is left of it.

use super::front::Front;
use super::request::Way;
use super::{Deployment, Project, Purpose};
use crate::django::Object;
use crate::nginx::{Answer, Node, Protocol, Request, Trace};
use crate::source::Span;
use crate::workspace::Workspace;

/// A path that Django is told twice: as where it is mounted, and as the start of what is asked for.
pub struct Doubled<'a> {
    /// The location.
    pub location: Node<'a>,
    /// The `uwsgi_pass` or `proxy_pass`.
    pub pass: Node<'a>,
    /// The path.
    pub prefix: String,
    /// What says that it is mounted there.
    pub told: Span,
    /// Whether the settings do.
    pub by_settings: bool,
}

impl Deployment {
    /// The locations below which every request has its path twice. None where uWSGI may take it away.
    pub fn doubled_prefixes<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &'a Project,
    ) -> Vec<Doubled<'a>> {
        let mut found: Vec<Doubled<'a>> = Vec::new();
        if self.purpose != Purpose::Production || project.environment.contains_key("SCRIPT_NAME") {
            return found;
        }
        let forced = project.settings.get("FORCE_SCRIPT_NAME");
        let forced_name = match forced.value.get() {
            Some(Object::None) => None,
            Some(object) => match object.as_str() {
                Some(text) => Some(text.to_owned()),
                None => return found,
            },
            None => return found,
        };
        let says_name = |front: &Front| {
            let mut params = front.nginx.named("uwsgi_param");
            params.any(|node| {
                let name = node.argument(0);
                name.is_some_and(|word| *word.bytes() == *b"SCRIPT_NAME")
            })
        };
        if forced_name.is_none() && !self.fronts.iter().any(says_name) {
            return found;
        }
        for (front, server) in self.servers_of(project) {
            for location in server.children_named("location") {
                let Some(matcher) = location.matcher().filter(|own| own.modifier.is_prefix())
                else {
                    continue;
                };
                let uri = format!("{}/x/", matcher.text().trim_end_matches('/'));
                let ways = workspace.ways_at(front, server, &Request::get_path(uri.as_bytes()));
                let [way] = &ways[..] else {
                    continue;
                };
                let Some(asked) = self.asked_below(project, front, way) else {
                    continue;
                };
                let (name, told) = match (&forced_name, asked.script_name) {
                    (Some(name), _) => (name.clone(), forced.assignment().map(|own| own.value)),
                    (None, Some((name, told))) => (name, told),
                    (None, None) => continue,
                };
                let prefix = name.trim_end_matches('/');
                let is_doubled =
                    !prefix.is_empty() && asked.path.strip_prefix(prefix) == Some("/x/");
                let Some(told) = told.filter(|_| is_doubled) else {
                    continue;
                };
                if !found.iter().any(|own| own.pass == asked.pass) {
                    found.push(Doubled {
                        location,
                        pass: asked.pass,
                        prefix: prefix.to_owned(),
                        told,
                        by_settings: forced_name.is_some(),
                    });
                }
            }
        }
        found
    }

    /// What the project is asked for, as its server is told.
    fn asked_below<'a>(
        &self,
        project: &Project,
        front: &Front,
        way: &Way<'a>,
    ) -> Option<AskedBelow<'a>> {
        let Answer::Pass { node, target, .. } = &way.trace.answer else {
            return None;
        };
        let arrival = way.arrival.as_ref()?;
        if !arrival
            .project
            .is_some_and(|own| std::ptr::eq(own, project))
        {
            return None;
        }
        if let Some(instance) = arrival.backend.instance() {
            let takes_away = instance.settings().iter().any(|setting| {
                let key = setting.key();
                key.starts_with("mount")
                    || key.starts_with("route")
                    || ["manage-script-name", "fix-pathinfo"].contains(&key)
            });
            if takes_away || instance.is_open() {
                return None;
            }
        }
        if front.nginx.named("uwsgi_modifier1").next().is_some() {
            return None;
        }
        let pass = front.nginx.pass(*node)?;
        match pass.protocol {
            Protocol::Uwsgi => {
                let (path, _) = handed(&way.trace, "PATH_INFO")?;
                let script_name = handed(&way.trace, "SCRIPT_NAME");
                let is_said = |one: &crate::nginx::Handed| one.name == "SCRIPT_NAME";
                if script_name.is_none() && way.trace.handed.iter().any(is_said) {
                    return None;
                }
                Some(AskedBelow {
                    pass: *node,
                    path,
                    script_name,
                })
            }
            Protocol::Http if pass.uri.is_none() => Some(AskedBelow {
                pass: *node,
                path: String::from_utf8(target.clone()).ok()?,
                script_name: None,
            }),
            _ => None,
        }
    }
}

struct AskedBelow<'a> {
    pass: Node<'a>,
    path: String,
    script_name: Option<(String, Option<Span>)>,
}

/// A variable that nginx hands on, and the line that sets it.
fn handed(trace: &Trace<'_>, name: &str) -> Option<(String, Option<Span>)> {
    let one = trace.handed.iter().rfind(|one| one.name == name)?;
    let value = String::from_utf8(one.value.as_ref().ok()?.clone()).ok()?;
    Some((value, one.place))
}
