//! Pieces to windows, windows to batches. Windows of like length are read together, since all of a batch are filled up to its longest.

use std::ops::Range;

use super::pieces::Piece;

/// How far a window looks back for the beginning of a word, in pieces.
const BACK: usize = 16;
/// What it costs to have a batch read, however little is in it, in pieces (measured: 7 of a model of 12 layers of 384 numbers). For less
/// filling than that, windows share one.
const RUN: usize = 8;

/// Pieces of a field that the model reads together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Window {
    /// Of which field.
    pub(super) field: usize,
    pub(super) pieces: Range<usize>,
}

/// Windows of at most `most` pieces: as many sentences as fit in, a longer one in parts. `ends`: where each sentence's pieces end.
pub(super) fn windows(field: usize, pieces: &[Piece], ends: &[usize], most: usize, windows: &mut Vec<Window>) {
    let most = most.max(1);
    let mut start = 0;
    let mut end = 0;
    for next in ends {
        if next - start > most && end > start {
            windows.push(Window { field, pieces: start..end });
            start = end;
        }
        while next - start > most {
            let border = start + most;
            let word = |at: &usize| pieces.get(*at).is_some_and(|piece| piece.spaced);
            let cut = (border.saturating_sub(BACK).max(start + 1)..=border).rev().find(word).unwrap_or(border);
            windows.push(Window { field, pieces: start..cut });
            start = cut;
        }
        end = *next;
    }
    if end > start {
        windows.push(Window { field, pieces: start..end });
    }
}

/// Batches of at most `most` pieces when filled up, `frame` of them around each window; one window at least. Sorts the windows. A window
/// that would have those before it filled up for more than [`RUN`] begins the next batch.
pub(super) fn batches(windows: &mut [Window], frame: usize, most: usize) -> impl Iterator<Item = &[Window]> {
    windows.sort_by_key(|window| window.pieces.len());
    let mut rest: &[Window] = windows;
    std::iter::from_fn(move || {
        let mut longest = 0;
        let fits = |(at, window): &(usize, &Window)| {
            let length = window.pieces.len();
            let filled = at * (length - longest);
            longest = length;
            *at == 0 || filled <= RUN && (at + 1) * (length + frame) <= most
        };
        let count = rest.iter().enumerate().take_while(fits).count();
        let (batch, later) = rest.split_at_checked(count)?;
        rest = later;
        (!batch.is_empty()).then_some(batch)
    })
}
