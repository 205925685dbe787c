//! Tables of facts: tab-separated text, sorted by its first column, searched where it lies.
//!
//! Nothing is parsed at start-up: a look-up is a binary search over the text's
//! lines that begin with the same byte, where these are is worked out when the
//! program is built, and only the line that is found is taken apart.

/// A table inside the binary. Its first line names the columns; the others are sorted by their bytes.
pub struct Table {
    rows: &'static str,
    /// Where the lines that begin with a byte lie: behind those of the byte before it.
    starts: [u32; 257],
}

/// One line of a table.
#[derive(Clone, Copy)]
pub struct Row {
    line: &'static str,
}

impl Table {
    /// The table in `text`, without its header line.
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && bytes[at] != b'\n' {
            at += 1;
        }
        let start = if at < bytes.len() { at + 1 } else { at };
        let rows = text.split_at(start).1;
        Self {
            rows,
            starts: starts(rows.as_bytes()),
        }
    }

    /// The row whose first column is `key`.
    pub fn get(&self, key: &[u8]) -> Option<Row> {
        let bytes = self.rows.as_bytes();
        let first = usize::from(*key.first()?);
        let mut low = self.starts[first] as usize;
        let mut high = self.starts[first + 1] as usize;
        while low < high {
            let middle = low + (high - low) / 2;
            let start = memchr::memrchr(b'\n', &bytes[..middle]).map_or(0, |at| at + 1);
            let end = memchr::memchr(b'\n', &bytes[middle..]).map_or(bytes.len(), |at| middle + at);
            let row = Row {
                line: &self.rows[start..end],
            };
            match row.key().as_bytes().cmp(key) {
                std::cmp::Ordering::Equal => return Some(row),
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }

    /// Every row, in order.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        self.rows
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| Row { line })
    }
}

/// Where the lines that begin with each byte start, in lines that are sorted by their bytes.
const fn starts(rows: &[u8]) -> [u32; 257] {
    let mut starts = [0; 257];
    let (mut at, mut next) = (0, 0);
    while at < rows.len() {
        // Every byte up to this line's has no line behind it.
        while next <= rows[at] as usize {
            starts[next] = at as u32;
            next += 1;
        }
        while at < rows.len() && rows[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    while next < starts.len() {
        starts[next] = rows.len() as u32;
        next += 1;
    }
    starts
}

impl Row {
    /// The first column.
    pub fn key(self) -> &'static str {
        self.column(0)
    }

    /// A column, from 0; empty where the row has no such column.
    pub fn column(self, index: usize) -> &'static str {
        let mut rest = self.line;
        for _ in 0..index {
            match memchr::memchr(b'\t', rest.as_bytes()) {
                Some(at) => rest = &rest[at + 1..],
                None => return "",
            }
        }
        memchr::memchr(b'\t', rest.as_bytes()).map_or(rest, |at| &rest[..at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table::new("name\tkind\na\t1\nabc\t2\nb\t3\nzz\t\n");

    #[test]
    fn every_row_is_found_and_nothing_else() {
        for row in TABLE.iter() {
            assert_eq!(
                TABLE.get(row.key().as_bytes()).map(Row::key),
                Some(row.key())
            );
        }
        for absent in ["", "name", "ab", "abcd", "c", "zzz", "\n"] {
            assert!(TABLE.get(absent.as_bytes()).is_none(), "{absent:?}");
        }
        assert_eq!(TABLE.get(b"abc").unwrap().column(1), "2");
        assert_eq!(TABLE.get(b"zz").unwrap().column(1), "");
        assert_eq!(TABLE.get(b"zz").unwrap().column(7), "");
    }

    #[test]
    fn an_empty_table_has_no_rows() {
        assert!(Table::new("name").get(b"name").is_none());
        assert!(Table::new("").iter().next().is_none());
    }
}
