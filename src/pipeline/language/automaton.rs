//! The automaton that finds a part's features: Aho-Corasick's over classes of bytes, as a double array of eight bytes a state.
//!
//! A state's child by a byte lies at the state's base plus the byte's class and names the class; no two states have the same
//! base, so that a step is one read. A state tells at most one feature. Reads wait for memory and each step for the last, so
//! several walks over stretches of the text take turns: no feature is longer than [`LONGEST`], so a walk that begins so many
//! bytes earlier is in the same state as one from the text's beginning.

use zerocopy::little_endian::U64;

use super::ModelError;

/// Bytes of the longest feature.
const LONGEST: usize = 6;
/// Walks that take turns.
const WALKS: usize = 4;
/// Classes of bytes; the last one names no byte.
const NO_CLASS: u8 = u8::MAX;
const NO_FEATURE: u16 = u16::MAX;

/// A state, or room between states: base (20 bits), state that it falls back to (20), feature (16), class (8).
#[derive(Debug, Clone, Copy, zerocopy::FromBytes, zerocopy::KnownLayout, zerocopy::Immutable, zerocopy::Unaligned)]
#[repr(transparent)]
struct Cell(U64);

impl Cell {
    fn base(self) -> usize {
        self.0.get() as usize & 0xf_ffff
    }

    fn fail(self) -> usize {
        (self.0.get() >> 20) as usize & 0xf_ffff
    }

    fn feature(self) -> u16 {
        (self.0.get() >> 40) as u16
    }

    fn class(self) -> u8 {
        (self.0.get() >> 56) as u8
    }
}

/// A walk over a stretch of the text.
#[derive(Debug, Clone, Copy)]
struct Walk {
    cell: Cell,
    at: usize,
    /// What is found from here on counts.
    from: usize,
    end: usize,
}

/// What a walk needs, kept between calls.
#[derive(Debug, Default)]
pub(super) struct Trail {
    /// Classes of the text's bytes.
    classes: Vec<u8>,
    /// Features in the order in which they were found, as often as they were.
    pub(super) features: Vec<u16>,
    /// Bytes of the text that the script has.
    pub(super) bytes: u32,
    /// Turns that walks took, of every call: at most two a byte of a stretch.
    pub(super) turns: usize,
}

pub(super) struct Automaton {
    /// Class of each byte, 0 for none.
    class: &'static [u8; 256],
    start: Cell,
    cells: &'static [Cell],
}

impl Automaton {
    /// The next automaton of the model's bytes.
    pub(super) fn take(bytes: &mut &'static [u8], cells: usize, features: usize) -> Result<Self, ModelError> {
        let class = super::model::take(bytes, 256)?.try_into().map_err(|_| ModelError("classes"))?;
        let cells: &[Cell] = super::model::take(bytes, cells)?;
        let start = *cells.first().ok_or(ModelError("cells"))?;
        let automaton = Self { class, start, cells };
        let inside = |cell: &Cell| {
            cell.base() + usize::from(NO_CLASS) < cells.len() + 1
                && cell.fail() < cells.len()
                && (cell.feature() == NO_FEATURE || usize::from(cell.feature()) < features)
        };
        let is_whole = start.class() == NO_CLASS && !class.contains(&NO_CLASS) && cells.iter().all(inside);
        if is_whole && automaton.falls_back() { Ok(automaton) } else { Err(ModelError("automaton")) }
    }

    /// Whether every state falls back to one with a shorter way from the start, so that each walk has an end, and no way is
    /// longer than the longest feature.
    fn falls_back(&self) -> bool {
        let mut depths = vec![None; self.cells.len()];
        let mut order = vec![0_usize];
        if let Some(start) = depths.first_mut() {
            *start = Some(0_usize);
        }
        let depth_of = |depths: &[Option<usize>], at: usize| depths.get(at).copied().flatten();
        let mut next = 0;
        while let Some(&at) = order.get(next) {
            next += 1;
            if self.cell(at).base() + usize::from(NO_CLASS) + 1 == self.cells.len() {
                // The room behind the last state, where those without children have their base.
                continue;
            }
            let depth = depth_of(&depths, at).unwrap_or(0);
            for class in 1..NO_CLASS {
                let child = self.cell(at).base() + usize::from(class);
                if self.cell(child).class() == class {
                    match depths.get_mut(child) {
                        // A child of two states, or a way that leads back.
                        Some(known) if known.is_none() => *known = Some(depth + 1),
                        _ => return false,
                    }
                    order.push(child);
                }
            }
        }
        let shorter = |&at: &usize| at == 0 || depth_of(&depths, self.cell(at).fail()) < depth_of(&depths, at);
        let reached = |&at: &usize| depth_of(&depths, self.cell(at).fail()).is_some();
        let short = depths.iter().flatten().all(|depth| *depth <= LONGEST);
        short && order.iter().all(shorter) && order.iter().all(reached)
    }

    fn cell(&self, at: usize) -> Cell {
        self.cells.get(at).copied().unwrap_or(self.start)
    }

    /// Finds the features of a text.
    pub(super) fn walk(&self, text: &str, trail: &mut Trail) {
        trail.classes.clear();
        let class = |byte: u8| self.class.get(usize::from(byte)).copied().unwrap_or(0);
        trail.classes.extend(text.bytes().map(class));
        let length = trail.classes.len();
        trail.bytes = trail.classes.iter().map(|class| u32::from(*class > 0)).sum();
        trail.features.resize(length + 1, 0);
        let mut found = 0;
        let stretch = length.div_ceil(WALKS);
        let mut walks: [Walk; WALKS] = std::array::from_fn(|number| {
            let from = (number * stretch).min(length);
            let at = from.saturating_sub(LONGEST - 1);
            Walk { cell: self.start, at, from, end: (from + stretch).min(length) }
        });
        while walks.iter().any(|walk| walk.at < walk.end) {
            trail.turns += 1;
            for walk in &mut walks {
                if walk.at < walk.end {
                    self.step(walk, &trail.classes, &mut trail.features, &mut found);
                }
            }
        }
        trail.features.truncate(found);
    }

    /// One read further: to the next byte, or to the state that this one falls back to.
    fn step(&self, walk: &mut Walk, classes: &[u8], features: &mut [u16], found: &mut usize) {
        let class = classes.get(walk.at).copied().unwrap_or(0);
        let next = self.cell(walk.cell.base() + usize::from(class));
        let back = self.cell(walk.cell.fail());
        let hit = next.class() == class;
        let counts = hit & (next.feature() != NO_FEATURE) & (walk.at >= walk.from);
        if let Some(room) = features.get_mut(*found) {
            *room = next.feature();
        }
        *found += usize::from(counts);
        walk.at += usize::from(hit | (walk.cell.class() == NO_CLASS));
        walk.cell = std::hint::select_unpredictable(hit, next, back);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::model::Model;
    use super::*;

    /// Words of each part's languages.
    const WORDS: [&str; 5] = [
        "the government of national reconstruction, la administración, het onderzoek",
        "правительство решило провести, який повинен",
        "دولت ایران اعلام کرد که این کار",
        "सरकार ने कहा कि यह काम किया जाएगा",
        "সরকার বলেছে যে এই কাজ করা হবে",
    ];

    /// The feature of the longest sequence that the automaton knows and that these classes end with.
    fn longest(automaton: &Automaton, classes: &[u8]) -> u16 {
        let known = |sequence: &[u8]| {
            sequence.iter().try_fold(automaton.start, |state, class| {
                let next = automaton.cell(state.base() + usize::from(*class));
                (next.class() == *class).then_some(next)
            })
        };
        let states = (classes.len().saturating_sub(LONGEST)..classes.len()).filter_map(|from| known(&classes[from..]));
        states.map(Cell::feature).next().unwrap_or(NO_FEATURE)
    }

    proptest! {
        #[test]
        fn walks_that_take_turns_find_what_every_place_has(
            part in 0..5_usize,
            text in "([a-zäéñőşčđ ]|[а-яїљ ]|[ء-ي ]|[अ-ह ]|\\PC){0,40}",
        ) {
            let text = format!("{text} {} {text}", WORDS[part]);
            let model = Model::builtin().unwrap();
            let automaton = &model.parts[part].automaton;
            let mut trail = Trail::default();
            automaton.walk(&text, &mut trail);
            let classes = &trail.classes;
            let every = (1..=classes.len()).map(|end| longest(automaton, &classes[..end]));
            let mut wanted: Vec<u16> = every.filter(|feature| *feature != NO_FEATURE).collect();
            wanted.sort_unstable();
            trail.features.sort_unstable();
            prop_assert_eq!(&trail.features, &wanted);
            let stretch = classes.len().div_ceil(WALKS) + LONGEST;
            prop_assert!(trail.turns <= 2 * stretch, "{} turns", trail.turns);
        }
    }
}
