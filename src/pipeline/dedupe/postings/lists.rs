//! Holders of keys that have more than one, in an arena of eight bytes for each but the first.

use super::push;

const ENTRY_BITS: u32 = 20;
const NEXT_BITS: u32 = 33;

/// A list begins with its first holder and leads on to its newest one; its links lead from there to older ones, the second at
/// the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Record {
    entry: u32,
    /// Not a link.
    is_list: bool,
    next: Next,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// There is no other holder.
    End,
    /// This one, the last.
    Entry(u32),
    Link(u32),
}

impl Record {
    fn of(bits: u64) -> Self {
        let field = |shift: u32, width: u32| {
            #[expect(clippy::cast_possible_truncation, reason = "at most 32 bits wide")]
            let field = ((bits >> shift) & ((1 << width) - 1)) as u32;
            field
        };
        let next = match (bits >> (ENTRY_BITS + 1), field(ENTRY_BITS + 2, NEXT_BITS - 1)) {
            (0x1_ffff_ffff, _) => Next::End,
            (tagged, link) if tagged & 1 == 1 => Next::Link(link),
            (_, entry) => Next::Entry(entry),
        };
        Self { entry: field(0, ENTRY_BITS), is_list: field(ENTRY_BITS, 1) == 1, next }
    }

    fn bits(self) -> u64 {
        let next = match self.next {
            Next::End => 0x1_ffff_ffff,
            Next::Entry(entry) => u64::from(entry) << 1,
            Next::Link(link) => u64::from(link) << 1 | 1,
        };
        u64::from(self.entry) | u64::from(self.is_list) << ENTRY_BITS | next << (ENTRY_BITS + 1)
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Lists(pub(super) Vec<u64>);

impl Lists {
    /// The number of the list or link that comes next.
    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// A list of what was the only holder and another; its number.
    pub(super) fn begin(&mut self, first: u32, entry: u32) -> u32 {
        let list = self.next();
        push(&mut self.0, Record { entry: first, is_list: true, next: Next::Entry(entry) }.bits());
        list
    }

    pub(super) fn lengthen(&mut self, list: u32, entry: u32) {
        let Some(mut record) = self.record(list) else { return };
        record.next = match record.next {
            Next::End => Next::Entry(entry),
            next => {
                let link = self.next();
                push(&mut self.0, Record { entry, is_list: false, next }.bits());
                Next::Link(link)
            }
        };
        if let Some(bits) = self.0.get_mut(list as usize) {
            *bits = record.bits();
        }
    }

    pub(super) fn first(&self, list: u32) -> Option<u32> {
        self.record(list).map(|record| record.entry)
    }

    /// Holders, newest first.
    pub(super) fn newest_first(&self, list: u32) -> impl Iterator<Item = u32> {
        let record = self.record(list);
        let mut next = record.map_or(Next::End, |record| record.next);
        let others = std::iter::from_fn(move || match next {
            Next::End => None,
            Next::Entry(entry) => {
                next = Next::End;
                Some(entry)
            }
            Next::Link(link) => {
                let link = self.record(link)?;
                next = link.next;
                Some(link.entry)
            }
        });
        others.chain(record.map(|record| record.entry))
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }

    /// Whether every holder is one of so many entries, and every list comes to an end: a link is older than what leads to it.
    pub(super) fn are_sound(&self, entries: usize) -> bool {
        let is_entry = |entry: u32| (entry as usize) < entries;
        let is_link = |link: u32| self.record(link).is_some_and(|link| !link.is_list);
        let is_sound = |(index, bits): (u32, &u64)| {
            let Record { entry, is_list, next } = Record::of(*bits);
            let leads_on = match next {
                Next::End => is_list,
                Next::Entry(entry) => is_entry(entry),
                Next::Link(link) => is_link(link) && (is_list || link < index),
            };
            is_entry(entry) && leads_on
        };
        (0..).zip(&self.0).all(is_sound)
    }

    /// Whether a list begins there.
    pub(super) fn is_list(&self, list: u32) -> bool {
        self.record(list).is_some_and(|record| record.is_list)
    }

    fn record(&self, index: u32) -> Option<Record> {
        self.0.get(index as usize).copied().map(Record::of)
    }
}
