//! A slice as bytes, for a snapshot: the same state gives the same bytes. What follows from the entries (where their samples
//! and ids stand, how many a source has, which are settled) is not written but worked out, so it cannot contradict them.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use zerocopy::IntoBytes as _;

use super::super::codec::{Input, decode_verdict, encode_verdict};
use super::super::log::Identity;
use super::super::overlap::alike_bits;
use super::super::pack::{Layout, Of};
use super::super::postings::Postings;
use super::super::sections::{Sections, Useless, Writer};
use super::super::sketch::Rate;
use super::super::story_id::StoryId;
use super::{DECIDED, Entry, NONE, SETTLED, SHORT, Slice};

impl Slice {
    /// Sections that it takes.
    pub(in super::super) const SECTIONS: usize = 4 + 4 * Postings::SECTIONS;
    /// That of its entries.
    const ENTRIES: usize = 1;

    pub(in super::super) fn write(&self, out: &mut Writer<impl Write>) -> io::Result<()> {
        out.section(&self.rest())?;
        out.section(self.entries.as_bytes())?;
        out.section(&self.samples)?;
        out.section(&self.ids)?;
        [&self.exact, &self.articles, &self.urls, &self.identities]
            .into_iter()
            .try_for_each(|postings| postings.write(out))
    }

    /// What has no section of its own.
    fn rest(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(self.bucket.0.to_le_bytes());
        out.extend(self.bucket.1.to_le_bytes());
        out.extend(self.last_offset.to_le_bytes());
        out.extend((self.verdicts.len() as u64).to_le_bytes());
        self.verdicts.iter().for_each(|verdict| encode_verdict(verdict, &mut out));
        let rows = self.takedowns.iter().collect::<BTreeMap<_, _>>().into_iter();
        write_rows(&mut out, rows, |key, offset| (key.to_le_bytes(), offset.to_le_bytes()));
        let rows = self.known_takedowns.iter().collect::<BTreeMap<_, _>>().into_iter();
        write_rows(&mut out, rows, |identity, offset| (identity.0, offset.to_le_bytes()));
        let rows = self.edges.iter().map(|(merged, story)| (merged, story));
        write_rows(&mut out, rows, |merged, story| (merged.bytes(), story.bytes()));
        out
    }

    /// How many entries the slice of a file has.
    pub(in super::super) fn count(sections: &Sections) -> u64 {
        sections.bytes(Self::ENTRIES) / size_of::<Entry>() as u64
    }

    /// The slice of a file, if it is one that could have come about.
    pub(in super::super) fn read(sections: &Sections) -> Result<Self, Useless> {
        let mut reader = sections.reader();
        let rest: Vec<u8> = reader.table()?;
        let entries: Vec<Entry> = reader.table()?;
        let (samples, ids) = (reader.table()?, reader.table()?);
        let mut postings = || Postings::read(&mut reader, entries.len());
        let (exact, articles, urls, identities) = (postings()?, postings()?, postings()?, postings()?);
        let by_source = articles_by_source(&entries);
        let settled = entries.iter().take_while(|entry| entry.has(SETTLED)).count();
        let slice =
            Self { entries, samples, ids, exact, articles, urls, identities, by_source, settled, ..Self::default() };
        let slice = slice.with(&mut Input(&rest)).filter(Self::is_sound).ok_or_else(|| sections.damaged())?;
        slice.digest.get_or_init(|| sections.digest());
        Ok(slice)
    }

    /// With what has no section of its own; none if the bytes are no such thing.
    fn with(self, input: &mut Input<'_>) -> Option<Self> {
        let bucket = (input.i64()?, input.u64()?);
        let last_offset = input.u64()?;
        // The bytes end before a count that lies has taken memory.
        let verdicts = (0..input.u64()?).map(|_| decode_verdict(input)).collect::<Option<Vec<_>>>()?;
        let takedowns = read_rows(input, |input| Some((input.u64()?, input.u64()?)))?;
        let known_takedowns = read_rows(input, |input| Some((Identity(input.bytes()?), input.u64()?)))?;
        let edges = read_rows(input, |input| {
            Some(((StoryId::from_bytes(input.bytes()?), StoryId::from_bytes(input.bytes()?)), ()))
        })?;
        let (takedowns, known_takedowns) = (takedowns.into_iter().collect(), known_takedowns.into_iter().collect());
        let edges = edges.into_iter().map(|(edge, ())| edge).collect();
        let slice = Self { bucket, last_offset, verdicts, takedowns, known_takedowns, edges, ..self };
        input.0.is_empty().then_some(slice)
    }

    /// Entries lead into the arenas, one after the other, and have offsets of this slice that ascend.
    fn is_sound(&self) -> bool {
        let is_settled = |entry: &Entry| !entry.has(SETTLED) || entry.has(DECIDED);
        let has_verdict = |entry: &Entry| entry.verdict == NONE || (entry.verdict as usize) < self.verdicts.len();
        let is_whole = |entry: &Entry| {
            entry.flags <= SHORT | DECIDED | SETTLED
                && Rate::told(entry.rate).is_some_and(|rate| {
                    Layout::told(Of::Samples { rate, alike: alike_bits(entry.extent()) }, entry.layout).is_some()
                })
                && entry.samples as usize <= self.samples.len()
        };
        let end_of_id = |entry: &Entry| entry.id as usize + usize::from(entry.id_bytes);
        let follows =
            |a: &Entry, b: &Entry| a.offset < b.offset && a.samples <= b.samples && end_of_id(a) == b.id as usize;
        let is_id = |id: Option<&[u8]>| id.is_some_and(|id| std::str::from_utf8(id).is_ok());
        let last = self.held(self.entries.len().saturating_sub(1));
        self.entries.is_sorted_by(follows)
            && self.entries.first().is_none_or(|entry| entry.id == 0)
            && last.is_none_or(|held| held.offset() <= self.last_offset)
            && last.map_or(0, |held| end_of_id(held.entry)) == self.ids.len()
            && self.entries.iter().all(|entry| is_settled(entry) && has_verdict(entry) && is_whole(entry))
            && self.entries.iter().all(|entry| is_id(self.ids.get(entry.id as usize..end_of_id(entry))))
    }
}

/// Rows of two columns, in the order of the first.
fn write_rows<A, B, X: AsRef<[u8]>, Y: AsRef<[u8]>>(
    out: &mut Vec<u8>,
    rows: impl ExactSizeIterator<Item = (A, B)>,
    bytes: impl Fn(A, B) -> (X, Y),
) {
    out.extend((rows.len() as u64).to_le_bytes());
    for (first, second) in rows {
        let (first, second) = bytes(first, second);
        out.extend_from_slice(first.as_ref());
        out.extend_from_slice(second.as_ref());
    }
}

/// The rows, if their keys ascend.
fn read_rows<K: Ord, V>(input: &mut Input<'_>, read: impl Fn(&mut Input<'_>) -> Option<(K, V)>) -> Option<Vec<(K, V)>> {
    // The bytes end before a count that lies has taken memory.
    let rows = (0..input.u64()?).map(|_| read(input)).collect::<Option<Vec<_>>>()?;
    rows.is_sorted_by(|(a, _), (b, _)| a < b).then_some(rows)
}

fn articles_by_source(entries: &[Entry]) -> HashMap<u32, u32> {
    let mut counts = HashMap::new();
    entries.iter().for_each(|entry| *counts.entry(entry.source).or_default() += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::super::super::desk::tests::article;
    use super::super::super::log::Verdict;
    use super::super::super::sections::Kind;
    use super::super::super::sections::tests::written;
    use super::super::State;
    use super::*;

    #[test]
    fn entries_that_do_not_fit_their_slice_are_refused() {
        let changes: [fn(&mut Slice); 13] = [
            |slice| slice.last_offset = 1,
            |slice| slice.entries[1].offset = 0,
            |slice| slice.samples.truncate(3),
            |slice| slice.ids.truncate(3),
            |slice| slice.ids[0] = 0xff,
            |slice| slice.entries[0].id_bytes += 1,
            |slice| slice.entries[0].id = 1,
            |slice| slice.entries[1].verdict = 9,
            |slice| slice.entries[1].flags = SETTLED,
            |slice| slice.entries[1].flags = 8,
            |slice| slice.entries[1].layout = 0xf0,
            |slice| slice.entries[1].rate = 0xf0,
            // A rate below which no number has so many bits.
            |slice| (slice.entries[1].rate, slice.entries[1].layout) = (0x38, 0xab),
        ];
        for (number, change) in (0..).zip(changes.into_iter().map(Some).chain([None])) {
            let mut slice = Slice::new((0, 0), 0, 0);
            for offset in 0..3 {
                let state = State { verdict: Verdict::alone(0, 0), since: 0, decided: false, settled: false };
                slice.insert(&article(offset, "some words of its own"), offset, state);
                slice.reach(offset);
            }
            let is_sound = change.is_none();
            change.into_iter().for_each(|change| change(&mut slice));
            let (_file, sections) = written(Kind::Slice, |out| slice.write(out));
            assert_eq!(Slice::read(&sections).is_ok(), is_sound, "{number}");
        }
    }
}
