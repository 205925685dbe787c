//! What holds, for people.

use std::io::{self, Write};

use super::{At, Block, Configuration, Configurations, Open, Passed, Setting, Way};
use crate::report::sanitize;
use crate::report::style::{bold, paint};
use crate::report::trace::text as trace;

/// Writes every configuration, block by block.
pub fn write(shown: &Configurations, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer { color, out };
    for (index, configuration) in shown.configurations.iter().enumerate() {
        if index > 0 {
            writeln!(writer.out)?;
        }
        writer.configuration(configuration)?;
    }
    Ok(())
}

/// Writes what holds for a request.
pub fn write_at(at: &At, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let url = trace::url(&at.request);
    writeln!(out, "{}", bold(&sanitize::line(&url), color))?;
    let mut writer = Writer { color, out };
    for way in &at.ways {
        writer.way(way)?;
    }
    Ok(())
}

struct Writer<'a> {
    color: bool,
    out: &'a mut dyn Write,
}

impl Writer<'_> {
    fn configuration(&mut self, configuration: &Configuration) -> io::Result<()> {
        let file = bold(&sanitize::line(&configuration.file), self.color);
        writeln!(self.out, "{file}")?;
        self.settings(&configuration.settings, "  ")?;
        self.open(&configuration.unknown, "  ")?;
        for block in &configuration.blocks {
            self.block(block, "  ")?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, indent: &str) -> io::Result<()> {
        let title = bold(&sanitize::line(&block.block), self.color);
        let place = self.place(&block.path, block.line);
        writeln!(self.out, "{indent}{title}  {place}")?;
        let inside = format!("{indent}  ");
        self.settings(&block.settings, &inside)?;
        self.open(&block.unknown, &inside)?;
        for block in &block.blocks {
            self.block(block, &inside)?;
        }
        Ok(())
    }

    fn settings(&mut self, settings: &[Setting], indent: &str) -> io::Result<()> {
        for setting in settings {
            let name = sanitize::line(&setting.name);
            let value = sanitize::line(&setting.value);
            let written = format!("{name} {value}");
            let place = self.place(&setting.path, setting.line);
            write!(self.out, "{indent}{}  {place}", written.trim_end())?;
            match &setting.from {
                Some(from) => {
                    let from = format!("  (from {})", sanitize::line(from));
                    writeln!(self.out, "{}", paint(&from, "2", self.color))?;
                }
                None => writeln!(self.out)?,
            }
        }
        Ok(())
    }

    fn open(&mut self, open: &[Open], indent: &str) -> io::Result<()> {
        for open in open {
            let why = sanitize::line(&open.why);
            write!(self.out, "{indent}and what is not known: {why}")?;
            match (&open.path, open.line) {
                (Some(path), Some(line)) => writeln!(self.out, "  {}", self.place(path, line))?,
                _ => writeln!(self.out)?,
            }
        }
        Ok(())
    }

    fn way(&mut self, way: &Way) -> io::Result<()> {
        let mut indent = "  ";
        if !way.assumed.is_empty() {
            writeln!(self.out, "  if {}", trace::assumed(&way.assumed))?;
            indent = "    ";
        }
        if let Some(server) = &way.server {
            let place = self.place(&server.path, server.line);
            writeln!(self.out, "{indent}server  {place}")?;
        }
        if let Some(location) = &way.location {
            let words = [location.modifier, &location.pattern].join(" ");
            let place = self.place(&location.path, location.line);
            let shown = sanitize::line(words.trim_start());
            writeln!(self.out, "{indent}location {shown}  {place}")?;
        }
        let inside = format!("{indent}  ");
        self.settings(&way.settings, &inside)?;
        self.open(&way.unknown, &inside)?;
        match &way.passed {
            Some(passed) => self.passed(passed, indent),
            None => Ok(()),
        }
    }

    fn passed(&mut self, passed: &Passed, indent: &str) -> io::Result<()> {
        let place = self.place(&passed.path, passed.line);
        let (by, to) = (sanitize::line(&passed.by), sanitize::line(&passed.to));
        writeln!(self.out, "{indent}what {by} tells {to}  {place}")?;
        for told in &passed.told {
            let name = sanitize::line(&told.name);
            let value = match (&told.value, &told.unknown) {
                (Some(value), _) => sanitize::line(value),
                (None, Some(why)) => format!("? ({})", sanitize::line(why)),
                (None, None) => "?".to_owned(),
            };
            let place = match (&told.path, told.line) {
                (Some(path), Some(line)) => self.place(path, line),
                _ => String::new(),
            };
            let line = format!("{indent}  {name} = {value}  {place}");
            writeln!(self.out, "{}", line.trim_end())?;
        }
        match &passed.more {
            Some(why) => writeln!(self.out, "{indent}  and more: {}", sanitize::line(why)),
            None => Ok(()),
        }
    }

    fn place(&self, path: &str, line: usize) -> String {
        paint(&format!("{}:{line}", sanitize::line(path)), "2", self.color)
    }
}
