//! The text of a first djlint-check.toml.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use crate::discover::Kind;
use crate::report::stack::{Django, Picture};

/// Every key as a comment, with what was found as its value where something was.
///
/// `directory` is what the paths in `picture` begin with.
pub(super) fn configuration(
    picture: &Picture,
    directory: &str,
    kinds: &BTreeMap<Kind, Vec<&Path>>,
) -> String {
    let project = production(picture);
    let module = project.and_then(settings_module);
    let module = module.as_deref().unwrap_or("shop.settings.production");
    let (deployed, local) = deployed_path(picture, directory)
        .unwrap_or_else(|| ("/srv/shop".to_owned(), ".".to_owned()));
    let open = match kinds.contains_key(&Kind::NginxSite) && !kinds.contains_key(&Kind::NginxMain) {
        true => "\n# The site files here are included by an nginx.conf that is not here.",
        false => "",
    };
    format!(
        r##"# What holds for all of this project whenever djlint checks it. To set a key, take the
# "#" away from its line, and from that of its [table].

# Rules and families that are not asked; `djlint rules` lists them all.
# ignore = ["uwsgi/socket-in-tmp"]

# The rules and families that are asked, and no other.
# select = ["nginx", "uwsgi", "django", "stack", "launch", "key", "djlint"]

# What is not looked into; patterns as in a .gitignore.
# exclude = ["contrib/"]

# The least severity that is shown, and the least that makes the check fail: advice, warning
# or error.
# min-severity = "warning"
# fail-on = "warning"

# Environment variables of the deployed processes. No secrets: this file is committed.
# [env]
# DJANGO_SETTINGS_MODULE = {module}

# What the directories of the deployed host are here.
# [paths]
# {deployed} = {local}

# What surrounds a site file whose nginx.conf is not here: with "debian", what Debian's and
# Ubuntu's nginx.conf says.{open}
# [nginx]
# assume = "debian"
"##,
        module = quoted(module),
        deployed = quoted(&deployed),
        local = quoted(&local),
    )
}

/// The project that visitors see.
fn production(picture: &Picture) -> Option<&Django> {
    let mut stacks = picture.deployments.iter();
    stacks.find_map(|stack| stack.projects.first())
}

/// The dotted name of the deployed settings.
fn settings_module(project: &Django) -> Option<String> {
    let path = Path::new(&project.settings);
    let below = path
        .strip_prefix(&project.directory)
        .unwrap_or(path)
        .with_extension("");
    let mut names = Vec::new();
    for component in below.components() {
        match component {
            Component::Normal(name) => names.push(name.to_str()?.to_owned()),
            _ => return None,
        }
    }
    if names.last().is_some_and(|name| name == "__init__") {
        names.pop();
    }
    Some(names.join("."))
}

/// Where the project lies on the host, and below the directory here.
fn deployed_path(picture: &Picture, directory: &str) -> Option<(String, String)> {
    picture.deployments.iter().find_map(|stack| {
        let server = stack.servers.iter().find_map(|server| {
            let directory = server.directory.as_ref()?;
            directory.starts_with('/').then_some(directory)
        })?;
        let project = Path::new(&stack.projects.first()?.directory);
        let below = project.strip_prefix(directory).unwrap_or(project);
        let below = match below.to_str()? {
            "" => ".",
            below => below,
        };
        (!below.starts_with('/')).then(|| (server.clone(), below.to_owned()))
    })
}

/// A TOML string on one line, whatever is in it.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|character| match character {
            '"' | '\\' => format!("\\{character}"),
            character if character.is_control() => format!("\\u{:04x}", u32::from(character)),
            character => character.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
