//! What starts Django: wsgi.py and manage.py, and the settings module that they name.

use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::source::{SourceFile, Span};

use super::evaluate;
use super::python;
use super::syntax::{Expression, ExpressionKind, Statement, StatementKind};

/// The variable that names the settings module.
pub const SETTINGS_MODULE: &str = "DJANGO_SETTINGS_MODULE";

/// How a file names the settings module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// `os.environ.setdefault(…)`: what the environment says wins.
    Setdefault,
    /// `os.environ[…] = …`: the file wins.
    Assign,
}

/// The settings module that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedModule {
    /// Its dotted name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// Which side wins.
    pub how: How,
}

/// The settings module that a wsgi.py or manage.py names in plain words; the last one that does.
pub fn settings_module_named_in(source: &SourceFile) -> Option<NamedModule> {
    let module = python::parse(source);
    let mut found = None;
    let mut waiting: Vec<&Statement> = module.body.iter().rev().collect();
    while let Some(statement) = waiting.pop() {
        match &statement.kind {
            StatementKind::Expression(expression) => {
                found = setdefault(expression).or(found);
            }
            StatementKind::Assign { targets, value } => {
                found = assigned(targets, value).or(found);
            }
            StatementKind::If { arms, otherwise } => {
                waiting.extend(otherwise.iter().rev());
                waiting.extend(arms.iter().rev().flat_map(|(_, body)| body.iter().rev()));
            }
            StatementKind::Try { body, .. } | StatementKind::With { body, .. } => {
                waiting.extend(body.iter().rev());
            }
            StatementKind::Define { lambda, .. } => waiting.extend(lambda.body.iter().rev()),
            _ => {}
        }
    }
    found
}

fn setdefault(expression: &Expression) -> Option<NamedModule> {
    let ExpressionKind::Call(call) = &expression.kind else {
        return None;
    };
    let ExpressionKind::Attribute(receiver, method) = &call.function.kind else {
        return None;
    };
    let ([variable, value], "setdefault") = (call.arguments.as_slice(), method.as_str()) else {
        return None;
    };
    (is_environ(receiver) && text(variable) == Some(SETTINGS_MODULE))
        .then(|| named(value, How::Setdefault))
        .flatten()
}

fn assigned(targets: &[Expression], value: &Expression) -> Option<NamedModule> {
    let [target] = targets else {
        return None;
    };
    let ExpressionKind::Subscript(receiver, variable) = &target.kind else {
        return None;
    };
    (is_environ(receiver) && text(variable) == Some(SETTINGS_MODULE))
        .then(|| named(value, How::Assign))
        .flatten()
}

fn named(value: &Expression, how: How) -> Option<NamedModule> {
    Some(NamedModule {
        name: text(value)?.to_owned(),
        span: value.span,
        how,
    })
}

fn is_environ(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Name(name) | ExpressionKind::Attribute(_, name) => name == "environ",
        _ => false,
    }
}

fn text(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Str(text) => Some(text),
        _ => None,
    }
}

/// The file of a module in the tree: `x/y.py` or `x/y/__init__.py` below the first root that has it.
pub fn find_module(files: &Files, import_roots: &[PathBuf], dotted: &str) -> Option<PathBuf> {
    evaluate::find_module(files, import_roots, dotted)
}

/// The name that a module's file is imported under from a directory on the module path.
pub fn module_name(file: &Path, root: &Path) -> Option<String> {
    let path = file.strip_prefix(root).ok()?.to_str()?;
    let path = path.strip_suffix(".py")?;
    let path = path.strip_suffix("/__init__").unwrap_or(path);
    Some(path.replace('/', "."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::PathMap;
    use crate::tree::Memory;

    fn named_in(text: &str) -> Option<(String, How)> {
        let files = Files::new(Memory::new(), PathMap::new());
        let source = files.intern(PathBuf::from("/wsgi.py"), text.into());
        let found = settings_module_named_in(&source)?;
        assert_eq!(
            source.text(found.span).trim_matches(['"', '\'']),
            found.name
        );
        Some((found.name, found.how))
    }

    #[test]
    fn wsgi_and_manage_name_their_settings() {
        let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\n\
            os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n\
            application = get_wsgi_application()\n";
        assert_eq!(
            named_in(wsgi),
            Some(("shop.settings".into(), How::Setdefault))
        );
        let manage = "import os, sys\ndef main():\n    \
            os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n    \
            execute(sys.argv)\n\nif __name__ == '__main__':\n    main()\n";
        assert_eq!(
            named_in(manage),
            Some(("shop.settings".into(), How::Setdefault))
        );
        let assigned = "from os import environ\nenviron['DJANGO_SETTINGS_MODULE'] = 'a.b'\n";
        assert_eq!(named_in(assigned), Some(("a.b".into(), How::Assign)));
    }

    #[test]
    fn what_is_worked_out_is_not_named() {
        assert_eq!(
            named_in("os.environ.setdefault('DJANGO_SETTINGS_MODULE', f'{x}.y')"),
            None
        );
        assert_eq!(named_in("os.environ.setdefault('OTHER', 'x')"), None);
        assert_eq!(
            named_in("x.setdefault('DJANGO_SETTINGS_MODULE', 'a.b')"),
            None
        );
        assert_eq!(named_in(""), None);
    }

    #[test]
    fn a_module_is_a_file_or_a_package() {
        let tree = Memory::new()
            .file("p/a/b.py", "", 0o644)
            .file("p/a/c/__init__.py", "", 0o644)
            .file("q/d.py", "", 0o644);
        let files = Files::new(tree, PathMap::new());
        let roots = [PathBuf::from("/p"), PathBuf::from("/q")];
        let find = |dotted: &str| {
            find_module(&files, &roots, dotted).map(|path| path.display().to_string())
        };
        assert_eq!(find("a.b").as_deref(), Some("/p/a/b.py"));
        assert_eq!(find("a.c").as_deref(), Some("/p/a/c/__init__.py"));
        assert_eq!(find("d").as_deref(), Some("/q/d.py"));
        assert_eq!(find("a"), None);
        assert_eq!(find("a/b"), None);
        assert_eq!(find(""), None);
    }
}
