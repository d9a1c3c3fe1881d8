//! Postings as bytes, the tables as they stand in memory: to list millions of articles anew would take most of a replay.
//! Numbers are in the machine's own order, which the snapshot's format number shows.

use std::io::{self, Write};

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::super::codec::Input;
use super::{EMPTY, LIST, Link, List, NONE, Postings, Slot};

impl Postings {
    pub(in super::super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for count in [self.keys, self.slots.len(), self.lists.len(), self.links.len()] {
            out.write_all(&(count as u64).to_le_bytes())?;
        }
        out.write_all(self.slots.as_bytes())?;
        out.write_all(self.lists.as_bytes())?;
        out.write_all(self.links.as_bytes())
    }

    /// Postings of so many entries; none if they are no such thing.
    pub(in super::super) fn read(input: &mut Input<'_>, entries: usize) -> Option<Self> {
        let mut count = || usize::try_from(input.u64()?).ok();
        let (keys, slots, lists, links) = (count()?, count()?, count()?, count()?);
        let slots = table(input, slots, EMPTY)?;
        let lists = table(input, lists, List { count: 0, first: 0, newest: NONE })?;
        let links = table(input, links, Link { entry: 0, older: NONE })?;
        let postings = Self { slots, keys, lists, links };
        postings.is_sound(entries).then_some(postings)
    }

    /// Every index lies in its table, every list ends, and there is room for the next key.
    fn is_sound(&self, entries: usize) -> bool {
        let is_entry = |entry: u32| (entry as usize) < entries;
        let is_link = |link: u32, links: usize| link == NONE || (link as usize) < links;
        let is_slot = |slot: &&Slot| match slot.holder {
            NONE => true,
            list if list & LIST != 0 => ((list & !LIST) as usize) < self.lists.len(),
            only => is_entry(only),
        };
        let is_list = |list: &&List| is_entry(list.first) && is_link(list.newest, self.links.len());
        // A link is older than those that lead to it, so whoever follows them comes to an end.
        let is_chained = |(index, link): &(usize, &Link)| is_entry(link.entry) && is_link(link.older, *index);
        let used = self.slots.iter().filter(|slot| slot.holder != NONE).count();
        let has_room = used == self.keys && used.checked_mul(5).is_some_and(|used| used <= self.home() * 4);
        has_room
            && self.slots.iter().all(|slot| is_slot(&slot))
            && self.lists.iter().all(|list| is_list(&list))
            && self.links.iter().enumerate().all(|link| is_chained(&link))
    }
}

/// A table of so many rows. Nothing is allocated before the bytes are there.
pub(in super::super) fn table<T>(input: &mut Input<'_>, rows: usize, blank: T) -> Option<Vec<T>>
where
    T: Clone + FromBytes + IntoBytes + Immutable,
{
    let bytes = input.take(rows.checked_mul(size_of::<T>())?)?;
    let mut table = vec![blank; rows];
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

    /// Keys with one holder, with some, and with more than are remembered.
    fn some() -> Postings {
        let mut postings = Postings::default();
        (0..99).for_each(|entry| postings.insert(entry * entry % 37, entry, 5));
        postings.insert(37, 99, 5);
        postings
    }

    #[test]
    fn what_is_read_grows_as_what_was_written() {
        let mut postings = some();
        let mut loaded = read(&postings, 100).unwrap();
        assert_eq!(written(&loaded), written(&postings));
        for key in 0..20_000 {
            postings.insert(key, key % 100, 5);
            loaded.insert(key, key % 100, 5);
        }
        assert_eq!(written(&loaded), written(&postings));
    }

    #[test]
    fn what_leads_nowhere_in_circles_or_has_no_room_is_refused() {
        let changes: [fn(&mut Postings); 9] = [
            |postings| postings.links[9].older = 9,
            |postings| postings.links[9].older = 10,
            |postings| postings.links[9].entry = 100,
            |postings| postings.lists[1].first = 100,
            |postings| postings.lists[1].newest = u32::try_from(postings.links.len()).unwrap(),
            |postings| postings.slots.iter_mut().for_each(|slot| slot.holder &= !LIST),
            |postings| postings.lists.truncate(3),
            |postings| postings.keys -= 1,
            |postings| postings.slots.retain(|slot| slot.holder != NONE),
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

    #[test]
    fn a_count_that_lies_takes_no_memory() {
        for at in [0, 8, 16, 24] {
            let mut bytes = written(&some());
            bytes[at..at + 8].copy_from_slice(&(u64::MAX / 8).to_le_bytes());
            assert!(Postings::read(&mut Input(&bytes), 100).is_none(), "{at}");
        }
    }
}
