//! Which nginx configurations there are, each read as the machine reads it that it is for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Workspace;
use crate::discover::Kind;
use crate::nginx::{self, Configuration, Reader, Role};
use crate::source::{FileId, SourceFile};
use crate::tree::{ReadError, normalize};

impl Workspace {
    pub(super) fn load_nginx(&self) -> Vec<Arc<Configuration>> {
        let mut loaded: Vec<Arc<Configuration>> = Vec::new();
        let mut included: BTreeSet<FileId> = BTreeSet::new();
        let named = self.named(&self.input.nginx);
        let roles = [
            (Kind::NginxMain, Role::Main),
            (Kind::NginxSite, Role::Site),
            (Kind::NginxSnippet, Role::Snippet),
        ];
        for (kind, role) in roles {
            let roots: Vec<PathBuf> = if named.is_empty() {
                self.inventory().of(kind).map(Path::to_owned).collect()
            } else {
                let of_kind =
                    |path: &&PathBuf| self.kind_of(path).unwrap_or(Kind::NginxSite) == kind;
                named.iter().filter(of_kind).cloned().collect()
            };
            let mut new = Vec::new();
            for path in roots {
                let Ok(source) = self.files.open(&path) else {
                    continue;
                };
                if included.contains(&source.id())
                    || (named.is_empty() && self.is_not_enabled(&path, &loaded))
                {
                    continue;
                }
                new.push(Arc::new(self.read_nginx(source, role)));
            }
            // A site that another site includes is judged where it is included.
            let nested: BTreeSet<FileId> = new
                .iter()
                .flat_map(|nginx| nginx.files().filter(|file| *file != nginx.root_file().id()))
                .collect();
            new.retain(|nginx| !nested.contains(&nginx.root_file().id()));
            included.extend(new.iter().flat_map(|nginx| nginx.files()));
            loaded.extend(new);
        }
        loaded
    }

    /// Reads a configuration as the machine does that it is for.
    fn read_nginx(&self, source: Arc<SourceFile>, role: Role) -> Configuration {
        let root = source.path().to_owned();
        let launch = self.launch();
        let machines = launch.nginx_machines(&root);
        let (release, release_at) = match self.programs().nginx_release() {
            Some(told) => (Some(told), None),
            None => launch.nginx_release(&machines).unzip(),
        };
        let reader = Reader {
            locate: &|path| launch.locate_on_all(&self.files, &machines, path, &root),
            name: machines
                .first()
                .and_then(|machine| launch.machine(*machine).names_of(&root).pop())
                .or_else(|| self.files.deployed(&root)),
            release,
            release_at,
            is_filled_in: &|file| {
                launch.machines.iter().any(|machine| {
                    let names = machine.names_of(file);
                    names.iter().any(|name| nginx::is_named_template(name))
                })
            },
            has_other_modules: self.programs().has_other_nginx_modules(),
            is_host: self.input.root.is_some(),
        };
        Configuration::load(&self.files, source, role, self.input.surroundings, &reader)
    }

    /// A file in the current directory, or on the deployed host, as nginx's main file.
    pub fn main_configuration_of(&self, path: &Path) -> Result<Arc<Configuration>, ReadError> {
        let source = self.files.open(&normalize(self.base(), path))?;
        Ok(Arc::new(self.read_nginx(source, Role::Main)))
    }

    /// A site in `sites-available` beside a main file that was read, and that does not include it.
    fn is_not_enabled(&self, path: &Path, mains: &[Arc<Configuration>]) -> bool {
        let Some(directory) = path.parent() else {
            return false;
        };
        directory.ends_with("sites-available")
            && mains
                .iter()
                .any(|main| main.root_file().path().parent() == directory.parent())
    }
}
