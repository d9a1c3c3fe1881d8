//! The features of a token: its traits and its neighbours', alone and combined, each hashed to the number of a row in the model's
//! table. The templates are those of the usual linear-chain taggers for names (words, affixes and patterns within two words, list and
//! cluster of three), with four joined to the language.

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
        let low = u64::from(a) | u64::from(template) << 32;
        let high = u64::from(b) | u64::from(c) << 32;
        let hash = (low.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ high).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let hash = (hash ^ (hash >> 32)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        self.0.push((hash >> 32) as u32);
    }

    /// Like [`Features::one`], for what may be missing.
    #[inline]
    fn some(&mut self, template: u32, a: u32) {
        if a != 0 {
            self.one(template, a);
        }
    }

    /// The features of token `at` of a line, in a language (see [`language`]).
    #[inline]
    pub(super) fn of(&mut self, line: &[Traits], at: usize, language: u32) {
        let get = |at: usize| line.get(at).unwrap_or(&AFTER);
        let back = |by: usize| at.checked_sub(by).map_or(&BEFORE, get);
        let (t, l1, l2, r1, r2) = (get(at), back(1), back(2), get(at + 1), get(at + 2));
        self.words(t, [l2, l1], [r1, r2], language);
        self.patterns(t, l1, r1, language);
        self.lists(t, l1, r1, language);
        self.clusters(t, l1, r1, language);
        if t.run {
            self.three(32, l2.lower, l1.lower, t.lower);
            self.three(33, t.lower, r1.lower, r2.lower);
            self.three(34, l1.lower, t.lower, r1.lower);
            self.two(35, t.lower, t.spaced.into());
        }
    }

    #[inline]
    fn words(&mut self, t: &Traits, [l2, l1]: [&Traits; 2], [r1, r2]: [&Traits; 2], language: u32) {
        self.one(0, language);
        self.some(1, t.exact);
        self.one(2, t.lower);
        self.one(3, l1.lower);
        self.one(4, r1.lower);
        self.one(5, l2.lower);
        self.one(6, r2.lower);
        self.two(7, l1.lower, t.lower);
        self.two(8, t.lower, r1.lower);
        self.two(9, l1.lower, r1.lower);
        self.two(62, language, t.lower);
        self.two(65, language, l1.lower);
    }

    #[inline]
    fn patterns(&mut self, t: &Traits, l1: &Traits, r1: &Traits, language: u32) {
        let opens = u32::from(t.opens);
        self.two(10, t.pattern, opens);
        self.three(11, t.pattern, language, opens);
        self.two(12, l1.pattern, t.pattern);
        self.two(13, t.pattern, r1.pattern);
        self.three(14, l1.pattern, t.pattern, r1.pattern);
        self.three(15, t.pattern, l1.lower, t.spaced.into());
        self.two(16, t.pattern, r1.lower);
        let ([p2, p3], [s2, s3, s4]) = (t.prefixes, t.suffixes);
        self.some(17, p2);
        self.some(18, p3);
        self.some(21, s3);
        self.some(22, s4);
        if s2 != 0 {
            self.one(19, s2);
            self.two(20, s2, t.pattern);
        }
        self.some(23, l1.suffixes[1]);
        self.some(24, r1.suffixes[1]);
    }

    #[inline]
    fn lists(&mut self, t: &Traits, l1: &Traits, r1: &Traits, language: u32) {
        let [g, gl, gr] = [t, l1, r1].map(|traits| u32::from(traits.listed));
        self.two(25, g, t.opens.into());
        self.two(26, g, language);
        self.three(64, language, g, t.pattern);
        if g | gl | gr != 0 {
            self.two(27, g, gl);
            self.two(28, g, gr);
            self.two(29, g, t.pattern);
            self.two(30, gl, t.pattern);
            self.two(31, gr, t.pattern);
            self.two(36, g, l1.lower);
            self.two(37, g, r1.lower);
        }
    }

    #[inline]
    fn clusters(&mut self, t: &Traits, l1: &Traits, r1: &Traits, language: u32) {
        let [c, cl, cr] = [t, l1, r1].map(|traits| u32::from(traits.cluster.coarse));
        self.one(40, c);
        self.one(41, t.cluster.fine.into());
        self.two(42, c, t.pattern);
        self.one(43, cl);
        self.one(44, cr);
        self.three(45, cl, t.pattern, c);
        self.three(46, cr, t.pattern, c);
        self.one(47, l1.cluster.fine.into());
        self.one(48, r1.cluster.fine.into());
        self.three(63, language, c, t.pattern);
    }
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
