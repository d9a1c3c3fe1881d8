//! Postings as bytes, the tables as they stand in memory: to list millions of articles anew would take most of a replay.
//! Lists are in the machine's own order, which the snapshot's format number shows.

use std::io::{self, Write};

use zerocopy::IntoBytes as _;

use super::super::sections::{Reader, Useless, Writer};
use super::{Lists, Postings, Table};

impl Postings {
    /// Sections that they take.
    pub(in super::super) const SECTIONS: usize = 3;

    pub(in super::super) fn write(&self, out: &mut Writer<impl Write>) -> io::Result<()> {
        let Self { table, lists } = self;
        let measures = [table.keys as u64, table.home as u64, table.holder.into()];
        out.section(measures.as_bytes())?;
        out.section(&table.bits)?;
        out.section(lists.0.as_bytes())
    }

    /// Postings of so many entries, if they are such.
    pub(in super::super) fn read(reader: &mut Reader<'_>, entries: usize) -> Result<Self, Useless> {
        let (measures, bits, lists) = (reader.table()?, reader.table()?, reader.table()?);
        Self::of(&measures, bits, lists, entries).ok_or_else(|| reader.damaged())
    }

    fn of(measures: &[u64], bits: Vec<u8>, lists: Vec<u64>, entries: usize) -> Option<Self> {
        let &[keys, home, holder] = measures else { return None };
        let (keys, home) = (usize::try_from(keys).ok()?, usize::try_from(home).ok()?);
        let measures = Table { keys, ..Table::empty(home, u32::try_from(holder).ok()?) };
        let fits = measures.fits() && bits.len() == if home > 0 { measures.length() } else { 0 };
        if !fits {
            return None;
        }
        let postings = Self { table: Table { bits, ..measures }, lists: Lists(lists) };
        postings.is_sound(entries).then_some(postings)
    }

    /// Every key can be found, every list ends, and there is room for the next key.
    fn is_sound(&self, entries: usize) -> bool {
        self.lists.are_sound(entries) && self.table.is_sound(entries, |list| self.lists.is_list(list))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::sections::Kind;
    use super::super::super::sections::tests::written;
    use super::*;

    fn read(postings: &Postings, entries: usize) -> Option<Postings> {
        let (_file, sections) = written(Kind::Slice, |out| postings.write(out));
        Postings::read(&mut sections.reader(), entries).ok()
    }

    fn bytes(postings: &Postings) -> Vec<u8> {
        let mut out = Writer::begin(Vec::new(), Kind::Slice).unwrap();
        postings.write(&mut out).unwrap();
        out.end().unwrap().0
    }

    /// Keys with one holder, and with some.
    fn some() -> Postings {
        let mut postings = Postings::default();
        (0..99).for_each(|entry| postings.insert(entry * entry % 37, entry));
        postings.insert(37, 99);
        postings
    }

    /// Has a link lead on to another, itself say.
    fn lead(postings: &mut Postings, to: impl Fn(u64) -> u64) {
        let link = postings.lists.0.iter().rposition(|record| record >> 20 & 1 == 0).unwrap();
        postings.lists.0[link] = (to(link as u64) << 1 | 1) << 21;
    }

    #[test]
    fn what_is_read_grows_as_what_was_written() {
        let mut postings = some();
        let mut loaded = read(&postings, 100).unwrap();
        assert_eq!(bytes(&loaded), bytes(&postings));
        for key in 0..20_000 {
            postings.insert(key, key % 100);
            loaded.insert(key, key % 100);
        }
        assert_eq!(bytes(&loaded), bytes(&postings));
    }

    #[test]
    fn what_leads_nowhere_in_circles_or_has_no_room_is_refused() {
        let changes: [fn(&mut Postings); 10] = [
            |postings| lead(postings, |link| link),
            |postings| lead(postings, |link| link + 1),
            |postings| postings.lists.0[9] = postings.lists.0[9] & !0xf_ffff | 100,
            |postings| postings.lists.0.truncate(3),
            |postings| postings.table.keys -= 1,
            |postings| postings.table.bits.fill(0),
            |postings| postings.table.holder += 1,
            |postings| postings.table.bits.rotate_left(7),
            |postings| postings.table.home += 1,
            |postings| postings.table.home = 0,
        ];
        assert!(read(&some(), 100).is_some());
        assert!(read(&some(), 99).is_none());
        for (number, change) in changes.into_iter().enumerate() {
            let mut postings = some();
            change(&mut postings);
            assert!(read(&postings, 100).is_none(), "{number}");
        }
        let Postings { table, lists } = some();
        let measures = [table.keys as u64, table.home as u64, table.holder.into()];
        let read = |measures: &[u64], cut| Postings::of(measures, table.bits[cut..].to_vec(), lists.0.clone(), 100);
        assert!(read(&measures, 0).is_some() && read(&measures, 1).is_none());
        assert!(read(&measures[..2], 0).is_none() && read(&[], 0).is_none());
    }

    /// The first key would make a table of that width.
    #[test]
    fn an_empty_table_has_no_width() {
        let mut postings = Postings::default();
        assert!(read(&postings, 0).is_some());
        postings.table.holder = 1 << 31;
        assert!(read(&postings, 0).is_none());
    }

    #[test]
    fn a_count_that_lies_takes_no_memory() {
        let Postings { table, lists } = some();
        for at in 0..3 {
            let mut measures = [table.keys as u64, table.home as u64, table.holder.into()];
            measures[at] = u64::MAX / 8;
            assert!(Postings::of(&measures, table.bits.clone(), lists.0.clone(), 100).is_none(), "{at}");
        }
    }
}
