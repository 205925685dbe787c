use std::path::Path;

use crate::deployment::{Deployment, Project};
use crate::django::usage;
use crate::finding::{Finding, Sink};
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
        sink.push(
            Finding::error(
                format!("no location serves {url}: nginx passes requests for CSS and scripts to Django, which answers 404"),
                server.name_span(),
                format!("this server has no location for {url}"),
            )
            .label(pass.header_span(), format!("{url}admin/css/base.css ends here"))
            .label_if_any(setting.map(|setting| setting.value), "static files are asked for below this URL")
            .label_if_any(used.place, format!("they are used: {}", used.what))
            .help(help(&url, project)),
        );
    }
}

/// The lines to write, at both ends, with the directory that the project has or should have.
fn help(url: &str, project: &Project) -> String {
    let root = project.settings.static_root();
    let known = root
        .get()
        .and_then(|root| project.on_the_host(root.as_ref()?));
    let is_set = known.is_some();
    let directory = known
        .or_else(|| Some(project.deployed.as_ref()?.join("static")))
        .unwrap_or_else(|| Path::new("/srv").join("static"));
    let directory = directory.display().to_string();
    let directory = directory.trim_end_matches('/');
    let location = format!(
        "write into this server:\n    location {url} {{\n        alias {directory}/;\n    }}"
    );
    let collect = "then run `python manage.py collectstatic` and reload nginx";
    if is_set {
        format!("{location}\n{collect}")
    } else {
        format!("{location}\nand into the settings: STATIC_ROOT = \"{directory}\"\n{collect}")
    }
}
