//! Postings as bytes, the tables as they stand in memory: to list millions of articles anew would take most of a replay.
//! Lists are in the machine's own order, which the snapshot's format number shows.

use std::io::{self, Write};

use zerocopy::{FromBytes, IntoBytes};

use super::super::codec::Input;
use super::{Lists, Postings, Table};

impl Postings {
    pub(in super::super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { table, lists } = self;
        for count in [table.keys, table.home, table.holder as usize, lists.0.len()] {
            out.write_all(&(count as u64).to_le_bytes())?;
        }
        out.write_all(&table.bits)?;
        out.write_all(lists.0.as_bytes())
    }

    /// Postings of so many entries; none if they are no such thing.
    pub(in super::super) fn read(input: &mut Input<'_>, entries: usize) -> Option<Self> {
        let mut count = || usize::try_from(input.u64()?).ok();
        let (keys, home, holder, lists) = (count()?, count()?, count()?, count()?);
        let measures = Table { keys, ..Table::empty(home, u32::try_from(holder).ok()?) };
        let bits = match measures.fits() {
            true if home > 0 => input.take(measures.length())?.to_vec(),
            fits => fits.then(Vec::new)?,
        };
        let (table, lists) = (Table { bits, ..measures }, Lists(self::table(input, lists)?));
        let postings = Self { table, lists };
        postings.is_sound(entries).then_some(postings)
    }

    /// Every key can be found, every list ends, and there is room for the next key.
    fn is_sound(&self, entries: usize) -> bool {
        self.lists.are_sound(entries) && self.table.is_sound(entries, |list| self.lists.is_list(list))
    }
}

/// A table of so many rows. Nothing is allocated before the bytes are there.
pub(in super::super) fn table<T: FromBytes + IntoBytes>(input: &mut Input<'_>, rows: usize) -> Option<Vec<T>> {
    let bytes = input.take(rows.checked_mul(size_of::<T>())?)?;
    let mut table = T::new_vec_zeroed(rows).ok()?;
    table.as_mut_slice().as_mut_bytes().copy_from_slice(bytes);
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(postings: &Postings) -> Vec<u8> {
        let mut bytes = Vec::new();
        postings.write(&mut bytes).unwrap();
        bytes
    }

    fn read(postings: &Postings, entries: usize) -> Option<Postings> {
        Postings::read(&mut Input(&written(postings)), entries)
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
        assert_eq!(written(&loaded), written(&postings));
        for key in 0..20_000 {
            postings.insert(key, key % 100);
            loaded.insert(key, key % 100);
        }
        assert_eq!(written(&loaded), written(&postings));
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
        let bytes = written(&some());
        assert!((0..bytes.len()).all(|end| Postings::read(&mut Input(&bytes[..end]), 100).is_none()));
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
        for at in [0, 8, 16, 24] {
            let mut bytes = written(&some());
            bytes[at..at + 8].copy_from_slice(&(u64::MAX / 8).to_le_bytes());
            assert!(Postings::read(&mut Input(&bytes), 100).is_none(), "{at}");
        }
    }
}
