//! The features of a token: its traits and its neighbours', alone and combined, each hashed to the number of a row in the model's
//! table. The templates are those of the usual linear-chain taggers for names (words, affixes and patterns within two words, list and
//! cluster of three), with four joined to the language. The table is larger than what a core keeps at hand, so fetching rows is what
//! features cost: those on one word, one pair of words or one ending lie in one line of the table, and what follows from one word alone,
//! in the part ([`Role`]) that it plays for a token, is added up once and kept ([`super::parts`]).

use super::traits::Traits;

/// Stands for what is before the line, and after it.
const BEFORE: Traits = edge(11);
const AFTER: Traits = edge(13);

const fn edge(mark: u32) -> Traits {
    Traits {
        id: mark as u64,
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

/// The part that a word plays for the features of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// It is the token.
    Own,
    /// It stands before it, after it, two before it, two after it.
    Before,
    After,
    FarBefore,
    FarAfter,
    /// It stands before or after a letter of a script without spaces.
    BeforeLetter,
    AfterLetter,
}

impl Role {
    /// How many there are.
    pub(super) const ALL: usize = 7;
}

/// How a token and its neighbours are written and what the lists have on them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Manner {
    /// Of the token, the one before and the one after.
    patterns: [u32; 3],
    /// The same: ten bits each.
    listed: u32,
    opens: bool,
    run: bool,
}

impl Manner {
    /// Spread over all bits.
    #[inline]
    pub(super) fn hash(&self) -> u32 {
        let [pattern, before, after] = self.patterns;
        hash(self.listed ^ u32::from(self.opens) << 31, pattern, before, after)
    }
}

/// More than a token has.
const MOST: usize = 64;

/// Collects features: numbers whose highest bits tell the row.
pub(super) struct Features {
    numbers: [u32; MOST],
    count: usize,
}

impl Features {
    pub(super) fn new() -> Self {
        Self { numbers: [0; MOST], count: 0 }
    }

    pub(super) fn numbers(&self) -> &[u32] {
        self.numbers.get(..self.count).unwrap_or_default()
    }

    #[inline]
    fn push(&mut self, number: u32) {
        if let Some(place) = self.numbers.get_mut(self.count) {
            *place = number;
            self.count += 1;
        }
    }

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
        self.push(hash(template, a, b, c));
    }

    #[inline]
    fn put(&mut self, line: u32, first: u32, rows: u32, own: u32) {
        self.push(put(line, first, rows, own));
    }

    /// What a word has to tell in a language (see [`language`]) in one of its roles.
    pub(super) fn part(&mut self, role: Role, word: &Traits, language: u32) {
        match role {
            Role::Before => self.one(47, word.cluster.fine.into()),
            Role::After => self.one(48, word.cluster.fine.into()),
            _ => {}
        }
        match role {
            Role::Own => self.own(word, language),
            Role::Before | Role::BeforeLetter => {
                self.near(word, [(3, 1), (43, 23)], 4);
                self.foreign(65, 4, word, language);
            }
            Role::After | Role::AfterLetter => self.near(word, [(4, 2), (44, 24)], 6),
            Role::FarBefore => self.word(5, 3, word),
            Role::FarAfter => self.word(6, 4, word),
        }
    }

    /// What follows from the token by itself. A letter of a script without spaces has fewer: no endings and no capitals.
    #[inline]
    fn own(&mut self, t: &Traits, language: u32) {
        let c = t.cluster.coarse.into();
        self.one(0, language);
        self.word(2, 0, t);
        self.foreign(62, 0, t, language);
        self.one(40, c);
        self.one(41, t.cluster.fine.into());
        self.three(63, language, c, t.pattern);
        if t.exact != 0 {
            self.put(line(t), 5, 3, hash(1, t.exact, 0, 0));
        }
        if !t.run {
            self.two(42, c, t.pattern);
            self.endings(t);
        }
    }

    /// What follows from the word right before or after the token. Templates, the word's row and its ending's first row.
    #[inline]
    fn near(&mut self, word: &Traits, [(own, row), (cluster, ending)]: [(u32, u32); 2], ending_row: u32) {
        self.word(own, row, word);
        self.one(cluster, word.cluster.coarse.into());
        self.ending(ending, ending_row, 2, word.suffixes[1]);
    }

    #[inline]
    fn word(&mut self, template: u32, row: u32, word: &Traits) {
        self.put(line(word), row, 1, hash(template, word.lower, 0, 0));
    }

    #[inline]
    fn foreign(&mut self, template: u32, row: u32, word: &Traits, language: u32) {
        let line = hash(About::Foreign as u32, language, word.lower, 0);
        self.put(line, row, 4, hash(template, language, word.lower, 0));
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

    /// What follows from how a token and its neighbours are written, and from the lists.
    pub(super) fn manner(&mut self, manner: &Manner, language: u32) {
        let Manner { patterns: [t, l1, r1], listed, opens, run } = *manner;
        let [g, gl, gr] = [0, 10, 20].map(|bits| (listed >> bits) & 0x3ff);
        self.two(12, l1, t);
        self.two(13, t, r1);
        self.two(25, g, opens.into());
        self.two(26, g, language);
        if listed != 0 {
            self.two(27, g, gl);
            self.two(28, g, gr);
        }
        if run {
            return;
        }
        self.three(64, language, g, t);
        self.two(10, t, opens.into());
        self.three(11, t, language, opens.into());
        self.three(14, l1, t, r1);
        if listed != 0 {
            self.two(29, g, t);
            self.two(30, gl, t);
            self.two(31, gr, t);
        }
    }

    /// All features of a token.
    #[cfg(feature = "training")]
    pub(super) fn all(&mut self, around: &Around<'_>, language: u32) {
        around.parts(|role, word| self.part(role, word, language));
        self.manner(&around.manner(), language);
        around.joined().numbers().iter().for_each(|number| self.push(*number));
    }
}

/// The features that follow from several words together.
pub(super) enum Joined {
    Word([u32; 7]),
    /// Of a word that the lists have, or beside one.
    Listed([u32; 9]),
    /// Of a letter of a script without spaces.
    Letter([u32; 8]),
}

impl Joined {
    #[cfg(feature = "training")]
    fn numbers(&self) -> &[u32] {
        match self {
            Self::Word(numbers) => numbers,
            Self::Listed(numbers) => numbers,
            Self::Letter(numbers) => numbers,
        }
    }
}

/// A token among its neighbours.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) t: &'a Traits,
    /// The nearest first.
    before: [&'a Traits; 2],
    after: [&'a Traits; 2],
}

impl<'a> Around<'a> {
    /// Token `at` of a line.
    pub(super) fn of(line: &'a [Traits], at: usize) -> Self {
        let get = |at: usize| line.get(at).unwrap_or(&AFTER);
        let back = |by: usize| at.checked_sub(by).map_or(&BEFORE, get);
        Self { t: get(at), before: [back(1), back(2)], after: [get(at + 1), get(at + 2)] }
    }

    /// Tells each word and the part that it plays.
    #[inline(always)]
    pub(super) fn parts(&self, mut tell: impl FnMut(Role, &Traits)) {
        let Self { t, before: [l1, l2], after: [r1, r2] } = *self;
        tell(Role::Own, t);
        tell(if t.run { Role::BeforeLetter } else { Role::Before }, l1);
        tell(if t.run { Role::AfterLetter } else { Role::After }, r1);
        tell(Role::FarBefore, l2);
        tell(Role::FarAfter, r2);
    }

    pub(super) fn joined(&self) -> Joined {
        let Self { t, before: [l1, l2], after: [r1, r2] } = *self;
        let pair = |template, row, a: &Traits, b: &Traits| {
            let line = hash(About::Pair as u32, a.lower, b.lower, 0);
            put(line, row, 4, hash(template, a.lower, b.lower, 0))
        };
        let (f7, f8) = (pair(7, 0, l1, t), pair(8, 4, t, r1));
        let f15 = hash(15, t.pattern, l1.lower, t.spaced.into());
        let f16 = hash(16, t.pattern, r1.lower, 0);
        if t.run {
            // letters that are tokens, three in a row
            let f32 = hash(32, l2.lower, l1.lower, t.lower);
            let f33 = hash(33, t.lower, r1.lower, r2.lower);
            let f34 = hash(34, l1.lower, t.lower, r1.lower);
            let f35 = hash(35, t.lower, t.spaced.into(), 0);
            return Joined::Letter([f7, f8, f15, f16, f32, f33, f34, f35]);
        }
        let [c, cl, cr] = [t, l1, r1].map(|traits| u32::from(traits.cluster.coarse));
        let f9 = hash(9, l1.lower, r1.lower, 0);
        let (f45, f46) = (hash(45, cl, t.pattern, c), hash(46, cr, t.pattern, c));
        if t.listed | l1.listed | r1.listed == 0 {
            return Joined::Word([f7, f8, f15, f16, f9, f45, f46]);
        }
        let listed = t.listed.into();
        let (f36, f37) = (hash(36, listed, l1.lower, 0), hash(37, listed, r1.lower, 0));
        Joined::Listed([f7, f8, f15, f16, f9, f45, f46, f36, f37])
    }

    #[inline]
    pub(super) fn manner(&self) -> Manner {
        let Self { t, before: [l1, _], after: [r1, _] } = *self;
        let [g, gl, gr] = [t, l1, r1].map(|traits| u32::from(traits.listed));
        let listed = g | gl << 10 | gr << 20;
        Manner { patterns: [t.pattern, l1.pattern, r1.pattern], listed, opens: t.opens, run: t.run }
    }
}

/// Feature `own` in a line, in one of the rows from `first` on, of which `rows` are for features of its kind.
#[inline]
fn put(line: u32, first: u32, rows: u32, own: u32) -> u32 {
    let row = first + (own >> OWNER) % rows;
    line >> ROW << ROW | row << OWNER | own & ((1 << OWNER) - 1)
}

/// The line of what is about a word.
#[inline]
fn line(word: &Traits) -> u32 {
    hash(About::Word as u32, word.lower, 0, 0)
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
