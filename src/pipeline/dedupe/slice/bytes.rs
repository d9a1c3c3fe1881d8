//! A slice as bytes, for a snapshot: the same state gives the same bytes. What follows from the entries (where their samples
//! and ids stand, how many a source has, which are settled) is not written but worked out, so it cannot contradict them.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::sync::OnceLock;

use zerocopy::IntoBytes as _;

use super::super::codec::{Input, decode_verdict, encode_verdict};
use super::super::log::Identity;
use super::super::postings::{Postings, bytes::table};
use super::super::story_id::StoryId;
use super::{Entry, Slice, State};

/// What an entry takes at least: to tell how many there can be.
const LEAST_ENTRY: usize = 96;

const OPEN: u8 = 0;
const DECIDED: u8 = 1;
const SETTLED: u8 = 2;

impl Slice {
    pub(in super::super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.bucket.0.to_le_bytes())?;
        out.write_all(&self.bucket.1.to_le_bytes())?;
        out.write_all(&self.last_offset.to_le_bytes())?;
        for count in [self.entries.len(), self.samples.len(), self.ids.len()] {
            out.write_all(&(count as u64).to_le_bytes())?;
        }
        let mut bytes = Vec::new();
        for entry in &self.entries {
            bytes.clear();
            write_entry(entry, &mut bytes);
            out.write_all(&bytes)?;
        }
        out.write_all(self.samples.as_bytes())?;
        out.write_all(&self.ids)?;
        for postings in [&self.w5, &self.exact, &self.articles, &self.urls, &self.identities] {
            postings.write(out)?;
        }
        write_rows(out, self.takedowns.iter().collect::<BTreeMap<_, _>>().into_iter(), |key, offset| {
            (key.to_le_bytes(), offset.to_le_bytes())
        })?;
        write_rows(out, self.known_takedowns.iter().collect::<BTreeMap<_, _>>().into_iter(), |identity, offset| {
            (identity.0, offset.to_le_bytes())
        })?;
        write_rows(out, self.edges.iter().map(|(merged, story)| (merged, story)), |merged, story| {
            (merged.bytes(), story.bytes())
        })
    }

    /// The slice that comes next in the bytes; none if they are no slice that could have come about.
    pub(in super::super) fn read(input: &mut Input<'_>) -> Option<Self> {
        let bucket = (input.i64()?, input.u64()?);
        let last_offset = input.u64()?;
        let mut count = || usize::try_from(input.u64()?).ok();
        let (entries, samples, ids) = (count()?, count()?, count()?);
        let entries = read_entries(input, entries)?;
        let samples = table(input, samples, 0)?;
        let ids = input.take(ids)?.to_vec();
        let mut postings = || Postings::read(input, entries.len());
        let (w5, exact, articles) = (postings()?, postings()?, postings()?);
        let (urls, identities) = (postings()?, postings()?);
        let takedowns = read_rows(input, |input| Some((input.u64()?, input.u64()?)))?;
        let known_takedowns = read_rows(input, |input| Some((Identity(input.bytes()?), input.u64()?)))?;
        let edges = read_rows(input, |input| {
            Some(((StoryId::from_bytes(input.bytes()?), StoryId::from_bytes(input.bytes()?)), ()))
        })?;
        let (takedowns, known_takedowns) = (takedowns.into_iter().collect(), known_takedowns.into_iter().collect());
        let edges = edges.into_iter().map(|(edge, ())| edge).collect();
        let by_source = articles_by_source(&entries);
        let settled = entries.iter().take_while(|entry| entry.state.settled).count();
        let digest = OnceLock::new();
        let slice = Self {
            bucket,
            last_offset,
            entries,
            samples,
            ids,
            w5,
            exact,
            articles,
            urls,
            identities,
            by_source,
            takedowns,
            known_takedowns,
            edges,
            settled,
            digest,
        };
        slice.is_sound().then_some(slice)
    }

    /// Entries fill the arenas, one after the other, and have offsets of this slice that ascend.
    fn is_sound(&self) -> bool {
        let end = |entry: &Entry| {
            let samples = entry.samples as usize + usize::from(entry.sample_count);
            (samples, entry.ids as usize + usize::from(entry.id_bytes))
        };
        let is_id = |entry: &Entry| {
            let id = self.ids.get(entry.ids as usize..end(entry).1);
            id.is_some_and(|id| std::str::from_utf8(id).is_ok())
        };
        let last = self.entries.last();
        self.entries.is_sorted_by(|a, b| a.offset < b.offset)
            && last.is_none_or(|entry| entry.offset <= self.last_offset)
            && last.map_or((0, 0), end) == (self.samples.len(), self.ids.len())
            && self.entries.iter().all(is_id)
    }
}

fn write_entry(entry: &Entry, out: &mut Vec<u8>) {
    let Entry {
        identity, offset, key, article, url, exact, source, sample_count, id_bytes, short, repeats, state, ..
    } = entry;
    out.extend(identity.0);
    for number in [offset, key, article, url] {
        out.extend(number.to_le_bytes());
    }
    out.extend(exact);
    out.extend(source.to_le_bytes());
    out.extend([*sample_count, *id_bytes, u8::from(*short), *repeats]);
    out.extend(state.since.to_le_bytes());
    // What is settled was decided by the verdict that settled it.
    out.push(match (state.decided, state.settled) {
        (false, _) => OPEN,
        (true, false) => DECIDED,
        (true, true) => SETTLED,
    });
    encode_verdict(&state.verdict, out);
}

fn read_entries(input: &mut Input<'_>, count: usize) -> Option<Vec<Entry>> {
    if count.checked_mul(LEAST_ENTRY)? > input.0.len() {
        return None;
    }
    let mut entries = Vec::with_capacity(count);
    let (mut samples, mut ids) = (0_u32, 0_u32);
    for _ in 0..count {
        let entry = read_entry(input, samples, ids)?;
        samples = samples.checked_add(u32::from(entry.sample_count))?;
        ids = ids.checked_add(u32::from(entry.id_bytes))?;
        entries.push(entry);
    }
    Some(entries)
}

fn read_entry(input: &mut Input<'_>, samples: u32, ids: u32) -> Option<Entry> {
    let identity = Identity(input.bytes()?);
    let (offset, key, article, url) = (input.u64()?, input.u64()?, input.u64()?, input.u64()?);
    let (exact, source) = (input.bytes()?, input.u32()?);
    let (sample_count, id_bytes) = (input.u8()?, input.u8()?);
    let short = match input.u8()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let (repeats, since) = (input.u8()?, input.i64()?);
    let (decided, settled) = match input.u8()? {
        OPEN => (false, false),
        DECIDED => (true, false),
        SETTLED => (true, true),
        _ => return None,
    };
    let state = State { verdict: decode_verdict(input)?, since, decided, settled };
    Some(Entry {
        identity,
        offset,
        key,
        article,
        url,
        exact,
        source,
        samples,
        ids,
        sample_count,
        id_bytes,
        short,
        repeats,
        state,
    })
}

/// Rows of two columns, in the order of the first.
fn write_rows<A, B, X: AsRef<[u8]>, Y: AsRef<[u8]>>(
    out: &mut impl Write,
    rows: impl ExactSizeIterator<Item = (A, B)>,
    bytes: impl Fn(A, B) -> (X, Y),
) -> io::Result<()> {
    out.write_all(&(rows.len() as u64).to_le_bytes())?;
    for (first, second) in rows {
        let (first, second) = bytes(first, second);
        out.write_all(first.as_ref())?;
        out.write_all(second.as_ref())?;
    }
    Ok(())
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
    use super::*;

    #[test]
    fn no_entry_is_smaller_than_the_least() {
        let mut slice = Slice::new((0, 0), 0);
        let state = State { verdict: Verdict::alone(0, 0), since: 0, decided: false, settled: false };
        slice.insert(&article(1, ""), 0, state, 64);
        let mut bytes = Vec::new();
        write_entry(&slice.entries[0], &mut bytes);
        assert_eq!(bytes.len(), LEAST_ENTRY);
    }

    #[test]
    fn entries_that_do_not_fit_their_slice_are_refused() {
        let changes: [fn(&mut Slice); 6] = [
            |slice| slice.last_offset = 1,
            |slice| slice.entries[1].offset = 0,
            |slice| slice.samples.push(1),
            |slice| slice.ids.truncate(3),
            |slice| slice.ids[0] = 0xff,
            |slice| slice.entries[0].id_bytes += 1,
        ];
        for (number, change) in (0..).zip(changes.into_iter().map(Some).chain([None])) {
            let mut slice = Slice::new((0, 0), 0);
            for offset in 0..3 {
                let state = State { verdict: Verdict::alone(0, 0), since: 0, decided: false, settled: false };
                slice.insert(&article(offset, "some words of its own"), offset, state, 64);
                slice.reach(offset);
            }
            let is_sound = change.is_none();
            change.into_iter().for_each(|change| change(&mut slice));
            let mut bytes = Vec::new();
            slice.write(&mut bytes).unwrap();
            assert_eq!(Slice::read(&mut Input(&bytes)).is_some(), is_sound, "{number}");
        }
    }
}
