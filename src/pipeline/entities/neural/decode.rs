//! Labels of pieces to names: a word has the label of its first piece.

use super::super::cues;
use super::super::label::Labelled;
use super::super::page::Page;
use super::super::token::{Shape, Token};
use super::labels::Label;
use super::pieces::Piece;

/// The names of a field, in the order of the text. A name ends with its line.
pub(super) fn names(page: &Page<'_, '_>, pieces: &[Piece], labels: &[Label]) -> Vec<Labelled> {
    let mut names: Vec<Labelled> = Vec::new();
    let mut open = false;
    let mut of_last = None;
    let mut next = 0;
    for (at, token) in page.tokens.iter().enumerate() {
        while pieces.get(next).is_some_and(|piece| piece.end <= token.start) {
            next += 1;
        }
        // signs for spaces have no letters
        let piece = pieces.iter().enumerate().skip(next).find(|(_, piece)| piece.end > piece.start);
        let Some((own, piece)) = piece.filter(|(_, piece)| piece.start < token.end && token.shape != Shape::Break)
        else {
            (open, of_last) = (false, None);
            continue;
        };
        let label = labels.get(usize::from(piece.label)).copied().unwrap_or_default();
        let same_piece = of_last == Some(own);
        of_last = Some(own);
        let Some(kind) = label.kind else {
            open = false;
            continue;
        };
        match names.last_mut().filter(|name| open && name.kind == kind && (same_piece || !label.begins)) {
            Some(name) => {
                name.end = at + 1;
                name.likelihood *= if same_piece { 1.0 } else { piece.likelihood };
            }
            None => names.push(Labelled { first: at, end: at + 1, kind, likelihood: piece.likelihood }),
        }
        open = !label.ends || pieces.get(own).is_some_and(|piece| piece.end > token.end);
    }
    names.iter_mut().for_each(|name| trim(page, name));
    names.retain(|name| name.end > name.first);
    names
}

/// A name has no signs around it: the full stop of an abbreviation stays, and a parenthesis that it opens.
fn trim(page: &Page<'_, '_>, name: &mut Labelled) {
    let is_sign = |token: &Token| token.shape == Shape::Sign;
    while name.end > name.first && page.token(name.first).is_some_and(is_sign) {
        name.first += 1;
    }
    while name.end > name.first && page.token(name.end - 1).is_some_and(is_sign) {
        let last = name.end - 1;
        let stays = match page.word(last) {
            "." => last > name.first && (page.cue(last - 1, cues::ABBREVIATION) || page.is_initial(last - 1)),
            ")" => (name.first..last).any(|at| page.word(at) == "("),
            _ => false,
        };
        if stays {
            break;
        }
        name.end = last;
    }
}
