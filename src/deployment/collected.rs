//! Whether anything fills the directory of static files.

use std::path::Path;

use super::{Deployment, Project, Purpose};
use crate::launch::Place;
use crate::source::Span;
use crate::workspace::Workspace;

/// As many texts are looked through for a word about collectstatic.
const MAX_TEXTS: usize = 2_000;

/// Static files that nginx serves and nothing collects.
pub struct NeverCollected {
    /// Where they are asked for.
    pub url: String,
    /// What starts the application.
    pub started: Span,
    /// STATIC_ROOT's value.
    pub setting: Span,
}

impl Deployment {
    /// Where nginx serves the files and nothing collects them: the image was read to its end, what
    /// starts in it is known, and no script, image, workflow or text that is here mentions collectstatic.
    pub fn never_collected(
        &self,
        workspace: &Workspace,
        project: &Project,
    ) -> Option<NeverCollected> {
        let files = workspace.files();
        let launch = workspace.launch();
        let url = self.static_url_for_nginx(files, project)?;
        let process = launch.processes.get(project.process?)?;
        let machine = launch.machine(project.machine);
        let service = launch.service(project.machine)?;
        let is_whole = launch.dockerfile(project.machine)?.is_whole && service.openings.is_empty();
        // The entrypoint of a base image may do it.
        let is_known = is_whole
            && machine.image.as_ref()?.environment.openings.is_empty()
            && process.command.is_certain;
        // Into a directory of the checkout somebody may have collected them by hand.
        let root = project.settings.static_root();
        let root = project.on_the_host(root.get()?.as_ref()?)?;
        let place = workspace.topology().place(project.machine, &root)?;
        let is_known = is_known && !matches!(place, Place::Tree(_));
        if self.purpose != Purpose::Production
            || !is_known
            || !self.serves_static_files(project, &url)
            || workspace.mentions_collectstatic()
        {
            return None;
        }
        let setting = project.settings.get("STATIC_ROOT").assignment()?;
        Some(NeverCollected {
            url,
            started: process.program_span(),
            setting: setting.value,
        })
    }
}

impl Workspace {
    /// Whether any text that is here says something of collectstatic: people are told to run it, or a
    /// workflow does.
    fn mentions_collectstatic(&self) -> bool {
        const TEXTS: [&str; 12] = [
            "md", "rst", "txt", "yml", "yaml", "sh", "toml", "cfg", "json", "py", "conf", "service",
        ];
        let files = self.files();
        let tops: Vec<&Path> = self
            .inventory()
            .of(crate::discover::Kind::Compose)
            .collect();
        let mut looked = 0;
        for top in tops.iter().filter_map(|path| path.parent()) {
            for path in files.below(top).iter() {
                let extension = path.extension().and_then(|extension| extension.to_str());
                let is_text = extension.is_none_or(|extension| TEXTS.contains(&extension));
                if !is_text {
                    continue;
                }
                looked += 1;
                // More than are looked through may say anything.
                if looked > MAX_TEXTS {
                    return true;
                }
                let says = files.open(path).map_or(true, |source| {
                    memchr::memmem::find(source.bytes(), b"collectstatic").is_some()
                });
                if says {
                    return true;
                }
            }
        }
        false
    }
}
