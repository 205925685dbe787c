use std::path::Path;

use super::edits;
use crate::deployment::{Deployment, Project};
use crate::django::{usage, usual_quote};
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::Node;
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let files = workspace.files();
    let Some(url) = deployment.static_url_for_nginx(files, project) else {
        return;
    };
    let unserved = deployment.unserved(workspace, project, &url);
    if unserved.is_empty() {
        return;
    }
    let Some(used) = usage::static_files_used(files, &project.settings, &project.directory) else {
        return;
    };
    let setting = project.settings.get("STATIC_URL").assignment();
    for (server, pass) in unserved {
        let finding =
            Finding::error(
                format!("no location serves {url}: nginx passes requests for CSS and scripts to Django, which answers 404"),
                server.name_span(),
                format!("this server has no location for {url}"),
            )
            .label(pass.header_span(), format!("{url}admin/css/base.css ends here"))
            .label_if_any(setting.map(|setting| setting.value), "static files are asked for below this URL")
            .label_if_any(used.place, format!("they are used: {}", used.what))
            .help(help(&url, project));
        sink.push(match served(workspace, project, server, pass, &url) {
            Some(edits) => finding.fix(Safety::Unsafe, "let nginx serve the static files", edits),
            None => finding,
        });
    }
}

/// Where the static files are collected, or should be.
struct Collected {
    /// The directory, without a slash at its end.
    directory: String,
    /// Whether STATIC_ROOT says so.
    is_set: bool,
    /// Whether it is known where the project lies.
    is_known: bool,
}

fn collected(project: &Project) -> Collected {
    let root = project.settings.static_root();
    let set = root
        .get()
        .and_then(|root| project.on_the_host(root.as_ref()?));
    let is_set = set.is_some();
    let known = set.or_else(|| Some(project.deployed.as_ref()?.join("static")));
    let is_known = known.is_some();
    let directory = known.unwrap_or_else(|| Path::new("/srv").join("static"));
    Collected {
        directory: directory
            .display()
            .to_string()
            .trim_end_matches('/')
            .to_owned(),
        is_set,
        is_known,
    }
}

/// The lines to write, at both ends, with the directory that the project has or should have.
fn help(url: &str, project: &Project) -> String {
    let Collected {
        directory, is_set, ..
    } = collected(project);
    let location = format!(
        "write into this server:\n    location {url} {{\n        alias {directory}/;\n    }}"
    );
    let collect = "then run `python manage.py collectstatic` and reload nginx";
    match is_set {
        true => format!("{location}\n{collect}"),
        false => {
            format!("{location}\nand into the settings: STATIC_ROOT = \"{directory}\"\n{collect}")
        }
    }
}

/// The same as edits. A directory that is there holds files of its own, and is not to be collected into.
fn served(
    workspace: &Workspace,
    project: &Project,
    server: Node<'_>,
    pass: Node<'_>,
    url: &str,
) -> Option<Vec<Edit>> {
    let Collected {
        directory,
        is_set,
        is_known,
    } = collected(project);
    let mut edits = vec![edits::location(server, pass, url, &directory)?];
    if !is_set {
        let files = workspace.files();
        let is_new = files
            .tree()
            .stat(&project.directory.join("static"))
            .is_err();
        if !is_known || !is_new || project.settings.get("STATIC_ROOT").assignment().is_some() {
            return None;
        }
        let place = project.settings.get("STATIC_URL").assignment()?.value;
        let quote = usual_quote(&files.get(place.file));
        let line = format!("STATIC_ROOT = {quote}{directory}{quote}");
        edits.push(edits::settings_line(
            workspace,
            project,
            &["STATIC_URL"],
            &line,
        )?);
    }
    Some(edits)
}
