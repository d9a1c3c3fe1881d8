//! The head: what [`Stories`] is but for its slices, and where to find those.

use std::collections::HashSet;
use std::io::{self, Write};

use super::super::codec::{Input, decode_params, encode_params};
use super::super::log::Params;
use super::super::sections::{Digest, Sections, Useless, Writer};
use super::super::stories::Stories;

pub(super) struct Head {
    pub(super) topic: String,
    pub(super) mark: [u8; 16],
    pub(super) params: Params,
    pub(super) next_offset: u64,
    pub(super) clock: i64,
    pub(super) stated: Option<i64>,
    /// Of the slices, oldest first.
    pub(super) files: Vec<Digest>,
}

/// Writes a head, of slices that are in these files.
pub(super) fn write(
    stories: &Stories,
    topic: &str,
    mark: [u8; 16],
    files: &[Digest],
    out: &mut Writer<impl Write>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    bytes.extend((topic.len() as u64).to_le_bytes());
    bytes.extend(topic.as_bytes());
    bytes.extend(mark);
    encode_params(stories.params(), &mut bytes);
    bytes.extend(stories.next_offset().to_le_bytes());
    bytes.extend(stories.clock_ms().to_le_bytes());
    bytes.push(u8::from(stories.stated_ms().is_some()));
    bytes.extend(stories.stated_ms().unwrap_or_default().to_le_bytes());
    bytes.extend((files.len() as u64).to_le_bytes());
    files.iter().for_each(|digest| digest.write(&mut bytes));
    out.section(&bytes)
}

/// The head that a file has.
pub(super) fn read(file: &Sections) -> Result<Head, Useless> {
    let bytes: Vec<u8> = file.table(0)?;
    of(Input(&bytes)).filter(|_| file.are(1)).ok_or_else(|| file.damaged())
}

/// The head that the bytes are, all of them.
fn of(mut input: Input<'_>) -> Option<Head> {
    let length = usize::try_from(input.u64()?).ok()?;
    let topic = std::str::from_utf8(input.take(length)?).ok()?.to_owned();
    let (mark, params) = (input.bytes()?, decode_params(&mut input)?);
    let (next_offset, clock) = (input.u64()?, input.i64()?);
    let stated = match (input.u8()?, input.i64()?) {
        (0, 0) => None,
        (1, stated) => Some(stated),
        _ => return None,
    };
    // The bytes end before a count that lies has taken memory.
    let files: Vec<Digest> = (0..input.u64()?).map(|_| Digest::read(&mut input)).collect::<Option<_>>()?;
    // A slice is in one place.
    let is_sound = input.0.is_empty() && files.iter().collect::<HashSet<_>>().len() == files.len();
    is_sound.then_some(Head { topic, mark, params, next_offset, clock, stated, files })
}
