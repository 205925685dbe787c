//! Files that run in the module that names them: `exec(open(path).read())`, `execfile(path)`, and `include("base.py")`
//! of django-split-settings.

use std::path::{Path, PathBuf};

use crate::source::Span;
use crate::tree::{glob, is_pattern};
use crate::value::Unknown;

use super::super::object::{Item, Object, Text};
use super::super::python;
use super::super::syntax::{Call, Expression, ExpressionKind};
use super::calls::gives_names_away;
use super::imports::DEPTH_OF_A_MODULE;
use super::{Evaluator, Flow, Frame, MAX_DEPTH};

const INCLUDE: &str = "split_settings.tools.include";
const OPTIONAL: &str = "split_settings.tools.optional";

impl Evaluator<'_> {
    /// A call that runs files where it stands; nothing where it is none, or the files are not known.
    pub(super) fn runs_files(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        span: Span,
    ) -> Option<Item> {
        let ExpressionKind::Name(name) = &call.function.kind else {
            return None;
        };
        let bound = frame.binding(name).map(|binding| binding.item.clone());
        match (name.as_str(), bound) {
            ("exec" | "execfile", None) => {
                let (what, names) = call.arguments.split_first()?;
                if !names.iter().all(gives_names_away) || !call.keywords.is_empty() {
                    return None;
                }
                let path = match name.as_str() {
                    "exec" => self.text_of(frame, what)?,
                    _ => self.path_of(frame, what)?,
                };
                self.run_or_hide(frame, &path, span);
            }
            (_, Some(item)) if is_external(&item, INCLUDE) => {
                for pattern in &call.arguments {
                    self.include(frame, pattern);
                }
            }
            _ => return None,
        }
        Some(Item::computed(Object::None, span))
    }

    /// One argument of `include`: a pattern, beside the module that asks.
    fn include(&mut self, frame: &mut Frame, argument: &Expression) {
        let mut written = argument;
        let mut is_optional = false;
        if let ExpressionKind::Call(call) = &argument.kind
            && let [only] = call.arguments.as_slice()
            && is_external(&self.peek(frame, &call.function), OPTIONAL)
        {
            (written, is_optional) = (only, true);
        }
        let pattern = self.expression(frame, written);
        if is_optional && self.truth(&pattern) == Some(false) {
            return;
        }
        let Some(text) = pattern.as_str() else {
            let why = pattern.value.why_unknown().cloned();
            let why = why.unwrap_or_else(|| {
                Unknown::at(argument.span, "which file is included is not known")
            });
            return self.hide(frame, &why);
        };
        // What an included file includes is beside itself.
        let directory = frame.included.last().and_then(|file| file.parent());
        let path = directory.unwrap_or(frame.directory()).join(text);
        let path = match is_pattern(text.as_bytes()) {
            false => path,
            true => match glob(self.files.tree(), &path).as_slice() {
                [] => return,
                [only] => only.clone(),
                _ => {
                    let why = "the order in which the files are read is the disk's";
                    return self.hide(frame, &Unknown::at(argument.span, why));
                }
            },
        };
        // It is included once.
        match frame.was_included.get(&path) {
            Some(true) => {}
            Some(false) => {
                let why = "whether it was included before is not known";
                self.hide(frame, &Unknown::at(argument.span, why));
            }
            None => {
                frame.was_included.insert(path.clone(), self.uncertain == 0);
                frame.included.push(path.clone());
                self.run_or_hide(frame, &path, argument.span);
                frame.included.pop();
            }
        }
    }

    /// The file that `open(path).read()` and its like read.
    fn text_of(&mut self, frame: &mut Frame, expression: &Expression) -> Option<PathBuf> {
        let ExpressionKind::Call(call) = &expression.kind else {
            return None;
        };
        match &call.function.kind {
            ExpressionKind::Name(name) if name == "compile" => {
                self.text_of(frame, call.arguments.first()?)
            }
            ExpressionKind::Attribute(file, method) if call.arguments.is_empty() => {
                match (method.as_str(), &file.kind) {
                    ("read", ExpressionKind::Call(opened)) => self.opened(frame, opened),
                    ("read", ExpressionKind::Name(name)) => {
                        let bound = frame.binding(name)?.item.span;
                        let mut opened = frame.opened.iter().rev();
                        let (_, path) = opened.find(|(place, _)| *place == bound)?;
                        Some(path.clone())
                    }
                    ("read_text" | "read_bytes", _) => self.path_of(frame, file),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The file that `open(path)` opens to be read.
    pub(super) fn opened(&mut self, frame: &mut Frame, call: &Call) -> Option<PathBuf> {
        let is_open = matches!(&call.function.kind, ExpressionKind::Name(name) if name == "open");
        if !is_open || frame.binding("open").is_some() {
            return None;
        }
        self.path_of(frame, call.arguments.first()?)
    }

    /// A path of the tree that an expression names.
    fn path_of(&mut self, frame: &mut Frame, expression: &Expression) -> Option<PathBuf> {
        let item = self.expression(frame, expression);
        let (Object::Str(text) | Object::Path(text)) = item.get()? else {
            return None;
        };
        let Text { text, local } = text;
        local.then(|| PathBuf::from(text))
    }

    /// Runs a file as if it stood here. Where it is not here, it may bind any name.
    fn run_or_hide(&mut self, frame: &mut Frame, path: &Path, place: Span) {
        if let Err(why) = self.run_file(frame, path) {
            self.hide(frame, &Unknown::at(place, why));
        }
    }

    fn run_file(&mut self, frame: &mut Frame, path: &Path) -> Result<(), String> {
        if !self.calls.is_empty() {
            return Err("a function runs another file".to_owned());
        }
        let source = match self.files.open(path) {
            Ok(source) => source,
            Err(_) => return Err(format!("{} is not here", self.relative(path))),
        };
        if self.running.contains(&source.id()) {
            return Err("the files run each other".to_owned());
        }
        if self.depth + DEPTH_OF_A_MODULE >= MAX_DEPTH {
            return Err("the files are nested too deeply".to_owned());
        }
        let module = python::parse(&source);
        self.depth += DEPTH_OF_A_MODULE;
        let outer = std::mem::replace(&mut frame.source, source);
        let flow = self.run_body_of(frame, module);
        frame.source = outer;
        self.depth -= DEPTH_OF_A_MODULE;
        match flow {
            Flow::Next => Ok(()),
            _ => Err("the file ends with an exception".to_owned()),
        }
    }
}

fn is_external(item: &Item, name: &str) -> bool {
    matches!(item.get(), Some(Object::External(own)) if own == name)
}
