use crate::django::SETTINGS_MODULE;
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for choice in workspace.deployed_choices() {
        for misspelt in workspace.misspelt_variables(choice) {
            let what = match misspelt.meant == SETTINGS_MODULE {
                true => "so the settings are those that wsgi.py falls back to",
                false => "so the settings do without it",
            };
            let mut finding = Finding::warning(
                format!(
                    "nothing reads {}: {} was meant, {what}",
                    misspelt.name, misspelt.meant
                ),
                misspelt.place,
                format!("should be {}", misspelt.meant),
            )
            .label_if_any(misspelt.read_at, "read here");
            if misspelt.meant == SETTINGS_MODULE {
                let fallback = choice.named.as_ref().and_then(|named| named.by);
                finding = finding.label_if_any(fallback, "these settings are used");
            }
            let source = workspace.files().get(misspelt.place.file);
            // With the right name a module that is not here would not be found.
            let is_written = source.slice(misspelt.place) == misspelt.name.as_bytes()
                && (misspelt.meant != SETTINGS_MODULE || workspace.has_settings(choice, &misspelt));
            let edit = is_written.then(|| Edit::replace(misspelt.place, &*misspelt.meant));
            sink.push(finding.help(misspelt.meant).fix_if_any(
                Safety::Unsafe,
                "write the name that is read",
                edit,
            ));
        }
    }
}
