//! The rows, sorted by key, and the text of all ids in one piece: 24 bytes a row and the ids, whatever the names.

use crate::pipeline::entities::Kind;

use super::key::key;

/// By how much the heaviest id must outweigh every other.
const LEAD: f32 = 2.0;

/// The primary part of a language's tag in lower case, filled up with zeros; zeros alone are every language.
pub(super) type Tongue = [u8; 3];

/// The primary part of a tag.
pub(super) fn tongue(tag: &str) -> Option<Tongue> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    let fits = matches!(primary.len(), 2 | 3) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut tongue = Tongue::default();
    tongue.iter_mut().zip(primary.bytes()).for_each(|(to, byte)| *to = byte.to_ascii_lowercase());
    fits.then_some(tongue)
}

/// A row: a name, as its key, and what it stands for.
#[derive(Clone, Copy)]
struct Row {
    key: u64,
    /// Where the id begins in the text of all ids.
    id: u32,
    line: u32,
    weight: f32,
    tongue: Tongue,
    /// Bytes of the id.
    length: u8,
}

/// A table of ids.
pub struct Table {
    rows: Vec<Row>,
    ids: String,
    hash: String,
}

/// What the table has for a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found<'a> {
    /// The id that is meant, and the line that says so, if one outweighs the others.
    pub(super) chosen: Option<(&'a str, u32)>,
    /// How many different ids it has.
    pub(super) ids: usize,
}

impl Table {
    /// The id of a name in an article of this language.
    pub(super) fn find(&self, kind: Kind, name: &str, language: Option<&str>) -> Option<Found<'_>> {
        let key = key(kind, name)?;
        let language = language.and_then(tongue).unwrap_or_default();
        let from = self.rows.partition_point(|row| row.key < key);
        let rows = self.rows.get(from..).unwrap_or_default().iter().take_while(|row| row.key == key);
        let fits = |row: &&Row| row.tongue == Tongue::default() || row.tongue == language;
        // Heaviest first, so an id's first row is the one that counts.
        let mut rows = rows.filter(fits);
        let best = rows.next()?;
        let (mut second, mut others): (f32, Vec<&str>) = (0.0, Vec::new());
        for row in rows {
            let id = self.id(row);
            if id != self.id(best) && !others.contains(&id) {
                second = second.max(row.weight);
                others.push(id);
            }
        }
        let leads = others.is_empty() || best.weight >= LEAD * second && best.weight > second;
        Some(Found { chosen: leads.then(|| (self.id(best), best.line)), ids: 1 + others.len() })
    }

    fn id(&self, row: &Row) -> &str {
        let start = row.id as usize;
        self.ids.get(start..start + usize::from(row.length)).unwrap_or_default()
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Of the file's bytes: equal hashes, equal tables.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Memory that it takes, in bytes.
    pub fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Row>() + self.ids.capacity()
    }
}

/// A table that is being read.
#[derive(Default)]
pub(super) struct Builder {
    rows: Vec<Row>,
    ids: String,
}

/// What is in a row beside its name.
pub(super) struct Meaning<'a> {
    pub(super) id: &'a str,
    pub(super) line: u32,
    pub(super) weight: f32,
    pub(super) tongue: Tongue,
}

impl Builder {
    /// Adds a row; `None` if ids have more than 4 GiB.
    pub(super) fn add(&mut self, key: u64, meaning: &Meaning<'_>) -> Option<()> {
        let Meaning { id, line, weight, tongue } = *meaning;
        let length = u8::try_from(id.len()).ok()?;
        // Other names of one id mostly stand in the lines after it.
        let last = self.rows.last().filter(|last| {
            let start = last.id as usize;
            self.ids.get(start..start + usize::from(last.length)) == Some(id)
        });
        let at = match last {
            Some(last) => last.id,
            None => {
                let at = u32::try_from(self.ids.len()).ok()?;
                self.ids.push_str(id);
                at
            }
        };
        self.rows.push(Row { key, id: at, line, weight, tongue, length });
        Some(())
    }

    pub(super) fn finish(mut self, hash: String) -> Table {
        self.rows
            .sort_unstable_by(|a, b| a.key.cmp(&b.key).then(b.weight.total_cmp(&a.weight)).then(a.line.cmp(&b.line)));
        self.rows.shrink_to_fit();
        self.ids.shrink_to_fit();
        Table { rows: self.rows, ids: self.ids, hash }
    }
}
