//! The files of slices: each has the slice, and what its articles hold, of which the index is made of all of them at once.

use std::collections::VecDeque;
use std::io::{self, Write};

use rayon::prelude::*;

use super::super::index::{Index, PARTS};
use super::super::sections::{Sections, Useless, Writer};
use super::super::slice::Slice;
use super::super::stories::Stories;
use super::head::Head;

/// Writes slices, oldest first, each to its file.
pub(super) fn write<W: Write>(stories: &Stories, slices: &mut [(&Slice, Writer<W>)]) -> io::Result<()> {
    for (slice, out) in &mut *slices {
        slice.write(out)?;
    }
    let numbers: Vec<_> = slices.iter().map(|(slice, _)| slice.numbers()).collect();
    stories.index.write(&numbers, |slice, part| slices.get_mut(slice).map_or(Ok(()), |(_, out)| out.section(part)))
}

/// The stories of a head and the files of its slices, oldest first. All threads read, for nothing can be judged before. None if the
/// files are whole and do not fit each other.
pub(super) fn read(head: &Head, files: &[Sections]) -> Result<Option<Stories>, Useless> {
    if let Some(file) = files.iter().find(|file| !file.are(Slice::SECTIONS + PARTS)) {
        return Err(file.damaged());
    }
    let of_parts =
        |file: &Sections| (Slice::SECTIONS..Slice::SECTIONS + PARTS).map(|section| file.bytes(section)).sum::<u64>();
    let bytes = files.iter().map(of_parts).sum();
    let mut next = 0;
    let numbers = files.iter().map(|file| {
        let first = next;
        next += Slice::count(file);
        first..next
    });
    let numbers: Vec<_> = numbers.collect();
    let part = |slice: usize, part| files.get(slice).map_or(Ok(Vec::new()), |file| file.table(Slice::SECTIONS + part));
    let (slices, index) = rayon::join(
        || files.par_iter().map(Slice::read).collect::<Result<VecDeque<_>, _>>(),
        || Index::of(&numbers, bytes, part),
    );
    let (mut slices, Some(index)) = (slices?, index?) else { return Ok(None) };
    slices.iter_mut().zip(&numbers).for_each(|(slice, numbers)| slice.first = numbers.start);
    let ascend = slices.iter().is_sorted_by(|a: &&Slice, b: &&Slice| a.last_offset < b.last_offset);
    let are_read = slices.back().is_none_or(|slice| slice.last_offset < head.next_offset);
    let stories = || Stories::restored(head.params, head.clock, head.next_offset, head.stated, slices, index);
    Ok((ascend && are_read).then(stories))
}
