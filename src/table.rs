//! Tables of facts: tab-separated text, sorted by its first column, searched where it lies.
//!
//! Nothing is parsed at start-up: where the line of each key lies is worked out when the program is
//! built, and only the line that is found is taken apart.

/// At least twice as many as there are lines in the largest table, so that most keys are found at once.
const SLOTS: usize = 4096;

/// A table inside the binary. Its first line names the columns; the others are sorted by their bytes.
pub struct Table {
    rows: &'static str,
    /// For each hash where the line of a key begins, counted from 1; 0 where there is none.
    slots: [u32; SLOTS],
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
            slots: slots(rows.as_bytes()),
        }
    }

    /// The row whose first column is `key`.
    pub fn get(&self, key: &[u8]) -> Option<Row> {
        if key.is_empty() {
            return None;
        }
        let mut slot = hash(key) as usize % SLOTS;
        loop {
            let start = (self.slots[slot] as usize).checked_sub(1)?;
            let rest = &self.rows[start..];
            if let Some(behind) = rest.as_bytes().strip_prefix(key)
                && matches!(behind.first(), None | Some(b'\t' | b'\n'))
            {
                let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
                return Some(Row { line: &rest[..end] });
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// Every row, in order.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        self.rows
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| Row { line })
    }
}

/// FNV-1a, of as much as tells names apart.
pub(crate) const fn hash(name: &[u8]) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < name.len() && at < 64 {
        hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash ^ hash >> 15
}

const fn slots(rows: &[u8]) -> [u32; SLOTS] {
    let mut slots = [0; SLOTS];
    let mut start = 0;
    while start < rows.len() {
        let (_, line) = rows.split_at(start);
        let (mut key, mut end) = (line.len(), 0);
        while end < line.len() && line[end] != b'\n' {
            if line[end] == b'\t' && key > end {
                key = end;
            }
            end += 1;
        }
        let (key, _) = line.split_at(if key < end { key } else { end });
        if !key.is_empty() {
            let mut slot = hash(key) as usize % SLOTS;
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            slots[slot] = start as u32 + 1;
        }
        start += end + 1;
    }
    slots
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
