//! The first pass: `%c` in the raw text of a file, before it is split into lines
//! (magic_sub and config_magic_table_fill in uWSGI's core).

use std::path::{Path, PathBuf};

use super::load::Format;
use super::template::{self, Piece};
use super::text::{HOLE, Hole, STAND_IN, Text};
use crate::source::{SourceFile, Span};
use crate::value::Unknown;

/// A name that a template's file has before it is filled in.
const TEMPLATE_SUFFIXES: [&str; 10] = [
    "j2", "jinja", "jinja2", "tmpl", "tpl", "template", "erb", "in", "dist", "example",
];

/// What `%d`, `%n` and their like stand for in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileNames {
    /// The path on the host, where a mapping says it.
    deployed: Option<PathBuf>,
    /// The path in the tree.
    local: PathBuf,
    /// The section that was asked for by name; empty for the usual one.
    section: Vec<u8>,
    /// The path as what names it has it, where that is known.
    written: Option<Vec<u8>>,
}

impl FileNames {
    /// The names of the file at `local`, which is `deployed` on the host.
    pub(super) fn new(
        local: &Path,
        deployed: Option<PathBuf>,
        section: Option<&[u8]>,
        written: Option<&[u8]>,
    ) -> Self {
        Self {
            deployed,
            local: local.to_owned(),
            section: section.unwrap_or_default().to_owned(),
            written: written.map(<[u8]>::to_owned),
        }
    }

    /// The file has been read, and the name that it was given has its section again
    /// (uwsgi_ini_config puts back the colon that it had cut it at).
    pub(super) fn add_section(&mut self, section: &[u8]) {
        if let Some(written) = &mut self.written {
            written.push(b':');
            written.extend_from_slice(section);
        }
    }

    /// The directory, with its slash.
    fn directory(&self) -> Text {
        match (&self.deployed, self.local.parent()) {
            (Some(deployed), _) => {
                let mut bytes = path_bytes(deployed.parent().unwrap_or(Path::new("/")));
                if bytes.last() != Some(&b'/') {
                    bytes.push(b'/');
                }
                Text::literal(&bytes)
            }
            (None, Some(directory)) => Text::hole(Hole::Directory(directory.to_owned())),
            (None, None) => Text::literal(b"/"),
        }
    }

    fn name(&self) -> Option<Vec<u8>> {
        let path = self.deployed.as_deref().unwrap_or(&self.local);
        let suffix = path.extension().and_then(|suffix| suffix.to_str());
        if suffix.is_some_and(|suffix| TEMPLATE_SUFFIXES.contains(&suffix)) {
            return None;
        }
        Some(path_bytes(Path::new(path.file_name()?)))
    }

    /// What stands for `%c`; nothing where it is not known.
    fn value(&self, letter: u8) -> Option<Text> {
        let name = self.name();
        let dot = |name: &[u8]| memchr::memrchr(b'.', name);
        Some(match letter {
            b's' => Text::literal(&name?),
            b'n' => {
                let name = name?;
                Text::literal(&name[..dot(&name).unwrap_or(name.len())])
            }
            b'e' => {
                let name = name?;
                Text::literal(dot(&name).map_or(b"".as_slice(), |at| &name[at + 1..]))
            }
            b'd' => self.directory(),
            b'p' => {
                let mut path = self.directory();
                path.push(&Text::literal(&name?));
                path
            }
            b'o' => Text::literal(self.written.as_deref()?),
            b'x' => Text::literal(&self.section),
            b'c' => Text::literal(self.components()?.last().map_or(b"", Vec::as_slice)),
            b'0'..=b'9' => {
                let components = self.components()?;
                let at = usize::from(letter - b'0');
                Text::literal(components.get(at).map_or(b"", Vec::as_slice))
            }
            _ => return None,
        })
    }

    /// The names of the directories above the file on the host.
    fn components(&self) -> Option<Vec<Vec<u8>>> {
        let directory = self.deployed.as_deref()?.parent()?;
        let components = directory
            .components()
            .filter(|component| matches!(component, std::path::Component::Normal(_)))
            .map(|component| path_bytes(Path::new(component.as_os_str())));
        Some(components.collect())
    }
}

/// What is known of the process that reads the files.
#[derive(Default)]
pub(super) struct Outside<'a> {
    /// The directory that it is started in.
    pub(super) directory: Option<&'a Path>,
}

/// What `%` and a letter stand for: in this file, and (capitals) in the first. Where no option
/// named one, as in `uwsgi app.ini`, capitals stand for nothing.
pub(super) struct Magic<'a> {
    pub(super) file: &'a FileNames,
    pub(super) first: Option<&'a FileNames>,
    pub(super) outside: &'a Outside<'a>,
}

impl Magic<'_> {
    fn value(&self, letter: u8, place: Span) -> Text {
        let unknown = |why: &str| Text::hole(Hole::Unknown(Unknown::at(place, why)));
        match letter {
            b'%' => Text::literal(b"%"),
            b'(' => Text::literal(b"%("),
            b'[' => Text::literal(b"\x1b"),
            b's' | b'n' | b'e' | b'd' | b'p' | b'o' | b'x' | b'c' | b'0'..=b'9' => self
                .file
                .value(letter)
                .unwrap_or_else(|| unknown("what this file is called on the host")),
            b'S' | b'N' | b'E' | b'D' | b'P' | b'O' | b'X' | b'C' => match self.first {
                Some(first) => first
                    .value(letter.to_ascii_lowercase())
                    .unwrap_or_else(|| unknown("what the first file is called on the host")),
                None => Text::default(),
            },
            b'v' => match self.outside.directory {
                Some(directory) => Text::literal(&path_bytes(directory)),
                None => unknown("the directory that uWSGI is started in"),
            },
            b'h' => unknown("the name of the host"),
            b'k' => unknown("the number of CPU cores of the host"),
            b'u' | b'U' | b'g' | b'G' => unknown("the user that starts uWSGI"),
            b't' | b'T' => unknown("the time of the start"),
            b'V' | b'b' | b'i' | b'I' | b'j' | b'J' => unknown("known on the host alone"),
            // init_magic_table in core/utils.c: any other letter stands for nothing at all.
            _ => Text::default(),
        }
    }
}

/// The text that uWSGI splits into lines, and where each byte of it comes from.
#[derive(Default)]
pub(super) struct Substituted {
    bytes: Vec<u8>,
    holes: Vec<Hole>,
    /// Where in `bytes` each of them is.
    hole_at: Vec<usize>,
    /// For each byte, the source bytes that it comes from.
    from: Vec<(u32, u32)>,
    /// Control tags of a template: where they stood in the text, what they do, their place.
    pub(super) tags: Vec<(usize, Piece, Span)>,
}

impl Substituted {
    /// The bytes, with a NUL for each hole.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether anything in it is not known.
    pub(super) fn has_holes(&self) -> bool {
        !self.holes.is_empty()
    }

    /// A part as a text of its own.
    pub(super) fn text(&self, range: std::ops::Range<usize>) -> Text {
        let before = |end: usize| self.hole_at.partition_point(|at| *at < end);
        let holes = self.holes[before(range.start)..before(range.end)].to_vec();
        Text::from_parts(self.bytes[range].to_vec(), holes)
    }

    /// All of it in a form that XML and JSON allow, with a [`STAND_IN`] for each hole, or why there is none.
    pub(super) fn with_stand_ins(&self) -> Result<String, &'static str> {
        if self.bytes.contains(&STAND_IN) {
            return Err("an unusual file");
        }
        let mut bytes = self.bytes.clone();
        for at in &self.hole_at {
            bytes[*at] = STAND_IN;
        }
        String::from_utf8(bytes).map_err(|_| "not UTF-8")
    }

    /// The source bytes of a part. An empty one is where it would begin.
    pub(super) fn span(&self, source: &SourceFile, range: std::ops::Range<usize>) -> Span {
        let end_of_file = u32::try_from(source.bytes().len()).unwrap_or(u32::MAX);
        let start = match (self.from.get(range.start), range.start) {
            (Some((_, _)), 0) if range.is_empty() => 0,
            // An empty part stands right behind what is before it.
            (_, at) if range.is_empty() => self.from.get(at - 1).map_or(end_of_file, |from| from.1),
            (Some((start, _)), _) => *start,
            (None, _) => end_of_file,
        };
        let end = match range.is_empty() {
            true => start,
            false => self
                .from
                .get(range.end - 1)
                .map_or(end_of_file, |from| from.1),
        };
        Span {
            file: source.id(),
            start,
            end: end.max(start),
        }
    }

    /// Forgets what stands behind an end of so many bytes and holes.
    fn cut(&mut self, end: Option<(usize, usize)>) {
        if let Some((bytes, holes)) = end {
            self.bytes.truncate(bytes);
            self.from.truncate(bytes);
            self.holes.truncate(holes);
            self.hole_at.truncate(holes);
        }
    }

    fn push(&mut self, text: &Text, from: std::ops::Range<usize>) {
        let from = (offset(from.start), offset(from.end));
        let holes = memchr::memchr_iter(HOLE, text.bytes());
        self.hole_at.extend(holes.map(|at| self.bytes.len() + at));
        self.bytes.extend_from_slice(text.bytes());
        self.holes.extend_from_slice(text.holes());
        self.from.resize(self.bytes.len(), from);
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Puts in what `%` and a letter stand for, anywhere in the file: uWSGI knows no comments yet.
pub(super) fn substitute(source: &SourceFile, format: Format, magic: &Magic<'_>) -> Substituted {
    let bytes = source.bytes();
    // `<name>` is something to fill in, but for XML, where it is an element.
    let piece = |at: usize| match (format, bytes[at]) {
        (Format::Xml, b'<') => None,
        _ => template::piece(&bytes[at..]),
    };
    let mut made = Substituted {
        bytes: Vec::with_capacity(bytes.len()),
        from: Vec::with_capacity(bytes.len()),
        ..Substituted::default()
    };
    let mut at = 0;
    let mut end_of_line = None;
    while at < bytes.len() {
        if let Some((piece, length)) = piece(at) {
            put(&mut made, source, piece, at..at + length);
            at += length;
            continue;
        }
        match (bytes[at], bytes.get(at + 1)) {
            // A template is filled in first: what letter follows is not known.
            (b'%', Some(_)) if piece(at + 1).is_some() => {
                let length = piece(at + 1).map_or(1, |(_, length)| length + 1);
                put(&mut made, source, Piece::Hole, at..at + length);
                at += length;
            }
            (b'%', Some(letter)) => {
                let value = magic.value(*letter, source.span(at..at + 2));
                made.push(&value, at..at + 2);
                at += 2;
            }
            // The file is read with a NUL behind it, which `%` takes along as its letter: the string
            // goes on with whatever lies in memory.
            (b'%', None) => {
                let why = "uWSGI reads on behind the end of the file";
                let why = Unknown::at(source.span(at..at + 1), why);
                made.push(&Text::hole(Hole::Unknown(why)), at..at + 1);
                at += 1;
            }
            // The line is a string of C, and ends here; what follows in it is filled in all the same.
            (HOLE, _) => {
                end_of_line.get_or_insert((made.bytes.len(), made.holes.len()));
                at += 1;
            }
            (byte, _) => {
                if byte == b'\n' {
                    made.cut(end_of_line.take());
                }
                made.bytes.push(byte);
                made.from.push((offset(at), offset(at + 1)));
                at += 1;
            }
        }
    }
    made.cut(end_of_line);
    made
}

fn put(made: &mut Substituted, source: &SourceFile, piece: Piece, range: std::ops::Range<usize>) {
    let place = source.span(range.clone());
    if piece == Piece::Hole {
        let why = Unknown::at(place, "a template, the shell or a person fills it in");
        made.push(&Text::hole(Hole::Unknown(why)), range);
    } else if piece != Piece::Nothing {
        made.tags.push((made.bytes.len(), piece, place));
    }
}

/// The bytes of a path, as they stand on the host.
pub(super) fn path_bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn substituted(text: &[u8], deployed: Option<&str>) -> (Substituted, SourceFile) {
        let local = PathBuf::from("/repo/conf/shop.uwsgi.ini");
        let source = SourceFile::new(FileId(0), local.clone(), text.to_vec());
        let names = FileNames::new(&local, deployed.map(PathBuf::from), Some(b"prod"), None);
        let magic = Magic {
            file: &names,
            first: Some(&names),
            outside: &Outside::default(),
        };
        (substitute(&source, Format::Ini, &magic), source)
    }

    #[track_caller]
    fn assert_substituted(text: &[u8], expected: &[u8]) {
        let (made, _) = substituted(text, Some("/srv/shop/conf/shop.uwsgi.ini"));
        assert_eq!(
            String::from_utf8_lossy(made.bytes()),
            String::from_utf8_lossy(expected)
        );
    }

    #[test]
    fn letters_stand_for_what_the_binary_puts_there() {
        assert_substituted(
            b"%d|%p|%s|%n|%e|%c|%0|%1|%3|%x",
            b"/srv/shop/conf/|/srv/shop/conf/shop.uwsgi.ini|shop.uwsgi.ini|shop.uwsgi|ini|conf|srv|shop||prod",
        );
        assert_substituted(b"%D%N", b"/srv/shop/conf/shop.uwsgi");
        assert_substituted(b"%%d %(x) %y%z", b"%d %(x) ");
        assert_substituted(b"100%\nmaster = 1", b"100master = 1");
        assert_substituted(b"100%\r\nmaster = 1", b"100\nmaster = 1");
        assert_substituted(b"100%", b"100\0");
        assert_substituted(b"# %k cores", b"# \0 cores");
        assert_substituted(b"a = b\0c\nd = e", b"a = b\nd = e");
        assert_substituted(b"# \0 100%\na = b\nd = e", b"# \nd = e");
    }

    #[test]
    fn the_directory_of_a_file_that_is_nowhere_deployed_is_a_hole() {
        let (made, _) = substituted(b"x = %dapp.sock %n %c", None);
        assert_eq!(made.bytes(), b"x = \0app.sock shop.uwsgi \0");
        assert_eq!(
            made.text(4..13).holes(),
            [Hole::Directory(PathBuf::from("/repo/conf"))]
        );
    }

    #[test]
    fn every_byte_knows_where_it_comes_from() {
        let (made, source) = substituted(b"a = %n.sock\nb = {{ x }}c", Some("/srv/shop.ini"));
        assert_eq!(made.bytes(), b"a = shop.sock\nb = \0c");
        let text = |range| source.text(made.span(&source, range)).into_owned();
        assert_eq!(text(4..13), "%n.sock");
        assert_eq!(text(18..20), "{{ x }}c");
        assert_eq!(text(19..20), "c");
        let end = made.span(&source, 20..20);
        assert_eq!((end.start, end.end), (24, 24));
        assert_eq!(made.span(&source, 0..0).start, 0);
    }
}
