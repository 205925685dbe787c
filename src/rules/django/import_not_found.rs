use crate::deployment::{Deployment, Project};
use crate::django::{DottedPath, ImportedAt, NotThere};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    for path in settings.dotted_paths() {
        let not_there = path.not_there(workspace.files(), &project.directory, settings.releases());
        let Some(not_there) = not_there else {
            continue;
        };
        let message = format!(
            "{} names {:?}, which cannot be imported: {}",
            path.setting,
            path.path,
            consequence(path.imported_at)
        );
        let finding = Finding::new(
            severity(path.imported_at),
            message,
            path.span,
            label(&not_there),
        );
        let finding = match &not_there {
            NotThere::InModule { module, .. } => finding.label(*module, "the module that is meant"),
            _ => finding,
        };
        sink.push(match help(&path, &not_there) {
            Some(help) => finding.help(help),
            None => finding,
        });
    }
}

fn severity(imported_at: ImportedAt) -> Severity {
    match imported_at {
        ImportedAt::Start | ImportedAt::Request | ImportedAt::Page => Severity::Error,
        ImportedAt::Use => Severity::Warning,
        ImportedAt::Runserver => Severity::Advice,
    }
}

fn consequence(imported_at: ImportedAt) -> &'static str {
    match imported_at {
        ImportedAt::Start => {
            "the application does not load, and uWSGI answers every request with 500"
        }
        ImportedAt::Request => "every request fails",
        ImportedAt::Page => "the pages that need it fail with 500",
        ImportedAt::Use => "what needs it fails",
        ImportedAt::Runserver => "runserver does not start; servers do not read the setting",
    }
}

fn label(not_there: &NotThere) -> String {
    match not_there {
        NotThere::InDjango { .. } => "no version of Django has it".to_owned(),
        NotThere::InThisDjango {
            removed_in: Some(series),
            ..
        } => format!(
            "Django {series} and later do not have it, and the requirements ask for such a one"
        ),
        NotThere::InThisDjango {
            since: Some(series),
            ..
        } => format!("Django has it since {series}, and the requirements ask for an older one"),
        NotThere::InThisDjango { .. } => {
            "the version of Django that the requirements ask for does not have it".to_owned()
        }
        NotThere::InProject { module } => format!("there is no {}", module.display()),
        NotThere::InModule { name, .. } => format!("the module has no {name}"),
    }
}

fn help(path: &DottedPath, not_there: &NotThere) -> Option<String> {
    /// What came in the place of what was removed.
    const INSTEAD: [(&str, &str); 5] = [
        (
            "django.core.context_processors.",
            "write django.template.context_processors in place of django.core.context_processors",
        ),
        (
            "django.core.cache.backends.memcached.MemcachedCache",
            "write \"django.core.cache.backends.memcached.PyMemcacheCache\", and install pymemcache",
        ),
        (
            "django.contrib.auth.middleware.SessionAuthenticationMiddleware",
            "take it out: AuthenticationMiddleware does its work since Django 1.10",
        ),
        (
            "django.contrib.staticfiles.storage.CachedStaticFilesStorage",
            "write \"django.contrib.staticfiles.storage.ManifestStaticFilesStorage\"",
        ),
        (
            "django.middleware.transaction.TransactionMiddleware",
            "take it out, and set ATOMIC_REQUESTS in DATABASES",
        ),
    ];
    match not_there {
        NotThere::InDjango { nearest } => nearest.map(|nearest| format!("write \"{nearest}\"")),
        NotThere::InThisDjango { .. } => INSTEAD
            .iter()
            .find(|(removed, _)| path.path.starts_with(removed))
            .map(|(_, help)| (*help).to_owned()),
        NotThere::InProject { .. } | NotThere::InModule { .. } => None,
    }
}
