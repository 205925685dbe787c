use super::edits;
use crate::deployment::module::Fault;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(missing) = workspace.missing_module(instance) else {
        return;
    };
    let why = match &missing.fault {
        Fault::IsPath => "a path is no module".to_owned(),
        Fault::HasEnding => "a module's name has no .py".to_owned(),
        Fault::NamesCallable(callable) => {
            format!("{callable} is in the module, and a colon stands before it")
        }
        Fault::NotThere => format!("there is no module {}", missing.module),
    };
    let mut finding = Finding::error(
        format!("uWSGI finds no application, 500 for every request: {why}"),
        missing.place,
        "cannot be imported",
    );
    if let Some(there) = &missing.instead {
        // What is near may not be what was meant.
        let safety = match missing.fault {
            Fault::NotThere => Safety::Unsafe,
            _ => Safety::Safe,
        };
        finding = finding.help(format!("module = {there}")).fix_if_any(
            safety,
            "name the module that is there",
            edits::valued(workspace, instance, missing.place, there),
        );
    }
    sink.push(finding);
}
