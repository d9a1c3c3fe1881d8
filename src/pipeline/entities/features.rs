//! The features of a token: its traits and its neighbours', alone and combined, each hashed to the number of a row in the model's
//! table. The templates are those of the usual linear-chain taggers for names (words, affixes and patterns within two words, list and
//! cluster of three), with four joined to the language. The table is larger than what a core keeps at hand, so fetching rows is what
//! features cost: those on one word, one pair of words or one ending lie in one line of the table.

use super::traits::Traits;

/// Stands for what is before the line, and after it.
const BEFORE: Traits = edge(11);
const AFTER: Traits = edge(13);

const fn edge(mark: u32) -> Traits {
    Traits {
        lower: mark,
        exact: mark,
        pattern: mark,
        prefixes: [0; 2],
        suffixes: [0; 3],
        listed: 0,
        cluster: super::clusters::Cluster { coarse: 0, fine: 0 },
        spaced: false,
        opens: false,
        run: false,
    }
}

/// What a line of the table is about: eight rows, 64 bytes, in a table of 2^20 rows.
#[derive(Clone, Copy)]
enum About {
    Word = 100,
    /// A word of a language.
    Foreign,
    Pair,
    Ending,
}

/// The bits of a feature below those that tell its line, and below those that tell its row in it.
const ROW: u32 = 15;
const OWNER: u32 = 12;

/// Collects features: numbers whose highest bits tell the row.
pub(super) struct Features<'a>(pub(super) &'a mut Vec<u32>);

impl Features<'_> {
    #[inline]
    fn one(&mut self, template: u32, a: u32) {
        self.three(template, a, 0, 0);
    }

    #[inline]
    fn two(&mut self, template: u32, a: u32, b: u32) {
        self.three(template, a, b, 0);
    }

    #[inline]
    fn three(&mut self, template: u32, a: u32, b: u32, c: u32) {
        self.0.push(hash(template, a, b, c));
    }

    /// Puts feature `own` into a line, into one of the rows from `first` on, of which `rows` are for features of its kind.
    #[inline]
    fn put(&mut self, line: u32, first: u32, rows: u32, own: u32) {
        let row = first + (own >> OWNER) % rows;
        self.0.push(line >> ROW << ROW | row << OWNER | own & ((1 << OWNER) - 1));
    }

    /// The features of token `at` of a line, in a language (see [`language`]). A letter of a script without spaces has fewer: no endings
    /// and no capitals.
    pub(super) fn of(&mut self, line: &[Traits], at: usize, language: u32) {
        let get = |at: usize| line.get(at).unwrap_or(&AFTER);
        let back = |by: usize| at.checked_sub(by).map_or(&BEFORE, get);
        let (t, l1, l2, r1, r2) = (get(at), back(1), back(2), get(at + 1), get(at + 2));
        self.words(t, [l2, l1], [r1, r2], language);
        self.clusters(t, l1, r1, language);
        self.three(15, t.pattern, l1.lower, t.spaced.into());
        self.two(16, t.pattern, r1.lower);
        self.two(12, l1.pattern, t.pattern);
        self.two(13, t.pattern, r1.pattern);
        if t.run {
            self.letters(t, [l2, l1], [r1, r2]);
        } else {
            self.written(t, l1, r1, language);
            self.endings(t);
        }
        self.lists(t, l1, r1, language);
    }

    #[inline]
    fn words(&mut self, t: &Traits, [l2, l1]: [&Traits; 2], [r1, r2]: [&Traits; 2], language: u32) {
        self.one(0, language);
        let about = |traits: &Traits| hash(About::Word as u32, traits.lower, 0, 0);
        let line = about(t);
        self.put(line, 0, 1, hash(2, t.lower, 0, 0));
        if t.exact != 0 {
            self.put(line, 5, 3, hash(1, t.exact, 0, 0));
        }
        for (template, row, traits) in [(3, 1, l1), (4, 2, r1), (5, 3, l2), (6, 4, r2)] {
            self.put(about(traits), row, 1, hash(template, traits.lower, 0, 0));
        }
        for (template, row, traits) in [(62, 0, t), (65, 4, l1)] {
            let line = hash(About::Foreign as u32, language, traits.lower, 0);
            self.put(line, row, 4, hash(template, language, traits.lower, 0));
        }
        for (template, row, a, b) in [(7, 0, l1, t), (8, 4, t, r1)] {
            let line = hash(About::Pair as u32, a.lower, b.lower, 0);
            self.put(line, row, 4, hash(template, a.lower, b.lower, 0));
        }
        for (template, row, ending) in [(23, 4, l1.suffixes[1]), (24, 6, r1.suffixes[1])] {
            self.ending(template, row, 2, ending);
        }
    }

    /// How a word is written, and beside what.
    #[inline]
    fn written(&mut self, t: &Traits, l1: &Traits, r1: &Traits, language: u32) {
        self.two(10, t.pattern, t.opens.into());
        self.three(11, t.pattern, language, t.opens.into());
        self.three(14, l1.pattern, t.pattern, r1.pattern);
        self.two(9, l1.lower, r1.lower);
        let [c, cl, cr] = [t, l1, r1].map(|traits| u32::from(traits.cluster.coarse));
        self.three(45, cl, t.pattern, c);
        self.three(46, cr, t.pattern, c);
        self.one(47, l1.cluster.fine.into());
        self.one(48, r1.cluster.fine.into());
    }

    /// The last three letters of a word.
    #[inline]
    fn ending(&mut self, template: u32, row: u32, rows: u32, ending: u32) {
        if ending != 0 {
            self.put(hash(About::Ending as u32, ending, 0, 0), row, rows, hash(template, ending, 0, 0));
        }
    }

    #[inline]
    fn endings(&mut self, t: &Traits) {
        let ([p2, p3], [s2, s3, s4]) = (t.prefixes, t.suffixes);
        if p2 != 0 {
            self.one(17, p2);
        }
        if p3 != 0 {
            self.one(18, p3);
        }
        if s2 != 0 {
            self.one(19, s2);
            self.two(20, s2, t.pattern);
        }
        self.ending(21, 0, 4, s3);
        if s4 != 0 {
            self.one(22, s4);
        }
    }

    /// Of letters that are tokens, three in a row.
    #[inline]
    fn letters(&mut self, t: &Traits, [l2, l1]: [&Traits; 2], [r1, r2]: [&Traits; 2]) {
        self.three(32, l2.lower, l1.lower, t.lower);
        self.three(33, t.lower, r1.lower, r2.lower);
        self.three(34, l1.lower, t.lower, r1.lower);
        self.two(35, t.lower, t.spaced.into());
    }

    #[inline]
    fn lists(&mut self, t: &Traits, l1: &Traits, r1: &Traits, language: u32) {
        let [g, gl, gr] = [t, l1, r1].map(|traits| u32::from(traits.listed));
        self.two(25, g, t.opens.into());
        self.two(26, g, language);
        if !t.run {
            self.three(64, language, g, t.pattern);
        }
        if g | gl | gr != 0 {
            self.two(27, g, gl);
            self.two(28, g, gr);
            if !t.run {
                self.two(29, g, t.pattern);
                self.two(30, gl, t.pattern);
                self.two(31, gr, t.pattern);
                self.two(36, g, l1.lower);
                self.two(37, g, r1.lower);
            }
        }
    }

    #[inline]
    fn clusters(&mut self, t: &Traits, l1: &Traits, r1: &Traits, language: u32) {
        let [c, cl, cr] = [t, l1, r1].map(|traits| u32::from(traits.cluster.coarse));
        self.one(40, c);
        self.one(41, t.cluster.fine.into());
        self.one(43, cl);
        self.one(44, cr);
        self.three(63, language, c, t.pattern);
        if !t.run {
            self.two(42, c, t.pattern);
        }
    }
}

/// The number of a feature, spread over all bits: both halves of one long product (wyhash's way, Wang Yi).
#[inline]
fn hash(template: u32, a: u32, b: u32, c: u32) -> u32 {
    let low = u64::from(a) | u64::from(template) << 32;
    let high = u64::from(b) | u64::from(c) << 32;
    let product = u128::from(low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(high ^ 0xd6e8_feb8_6659_fd93);
    ((product >> 64) as u64 ^ product as u64) as u32
}

/// The language of a text as features tell it: by the first part of its BCP 47 tag; 0 for none.
pub(super) fn language(tag: Option<&str>) -> u32 {
    let primary = tag.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
    match primary {
        "" | "und" | "mul" | "zxx" => 0,
        "nb" | "nn" => language(Some("no")),
        _ => primary.bytes().fold(0, |hash, byte| hash << 8 | u32::from(byte.to_ascii_lowercase())),
    }
}
