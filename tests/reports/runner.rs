//! GitHub's runner, as far as it reads annotations (actions/runner, ActionCommand.cs and
//! ActionCommandManager.cs).

use std::collections::BTreeMap;

/// What the runner makes of a command.
pub(crate) struct Annotation {
    pub(crate) kind: String,
    pub(crate) message: String,
    properties: BTreeMap<String, String>,
}

impl Annotation {
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }

    fn number(&self, name: &str) -> Option<usize> {
        Some(self.property(name)?.parse().unwrap())
    }

    /// The runner takes the place away from an annotation whose lines and columns contradict
    /// each other.
    pub(crate) fn assert_is_shown(&self) {
        let (line, end_line) = (self.number("line"), self.number("endLine"));
        let (column, end_column) = (self.number("col"), self.number("endColumn"));
        assert!(line.is_some() && end_line >= line, "{:?}", self.properties);
        if column.is_some() || end_column.is_some() {
            assert_eq!(line, end_line, "{:?}", self.properties);
            assert!(end_column >= column, "{:?}", self.properties);
        }
    }
}

/// The annotations of a log.
pub(crate) fn annotations(log: &str) -> Vec<Annotation> {
    log.lines().filter_map(annotation).collect()
}

fn annotation(line: &str) -> Option<Annotation> {
    let (command, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (kind, properties) = command.split_once(' ').unwrap_or((command, ""));
    let properties = properties
        .split(',')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| {
            (
                name.trim().to_owned(),
                unescaped(&value.replace("%3A", ":").replace("%2C", ",")),
            )
        })
        .collect();
    Some(Annotation {
        kind: kind.to_owned(),
        message: unescaped(data),
        properties,
    })
}

fn unescaped(text: &str) -> String {
    text.replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%25", "%")
}
