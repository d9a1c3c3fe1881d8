//! How often two spellings are taken for one name, and two names for one: figures on real surnames.
//!
//! `COPYDESK_SURNAMES=FILE cargo test --release --lib spellings -- --ignored --nocapture`, FILE with a surname a line;
//! `tests/score/run` makes it. Only names that the tables know as surnames are taken.

use super::super::alias::{Part, same_person, same_surname};
use super::super::data;
use super::super::merge::ATTESTED;
use super::super::{gazetteer::Gazetteer, key};

/// Pairs from the news and from mistakes in it: the two are one person.
const PAIRS: &[(&str, &str, bool)] = &[
    ("Rodenko", "Rudenko", true),
    ("Andrey Rudenko", "Rodenko", true),
    ("Andrei Rudenko", "Andrey Rudenko", true),
    ("Donald Trump", "Melania Trump", false),
    ("Trump", "Donald Trump", true),
    ("Smith", "Smyth", true),
    ("Brown", "Braun", false),
    ("Bush", "Rush", false),
    ("Zelensky", "Zelenskyy", true),
    ("Volodymyr Zelenskiy", "Zelensky", true),
    ("Netanyahu", "Netanyaho", true),
    ("Johnson", "Johnston", false),
    ("Clinton", "Clifton", false),
    ("Merkel", "Merkle", true),
    ("Xi Jinping", "Xi", true),
    ("Lavrov", "Lawrow", true),
    ("Putin", "Rutin", false),
    ("Gaddafi", "Qaddafi", true),
    ("Sergey Lavrov", "Sergei Lawrow", true),
    ("Tschaikowski", "Chaikovsky", true),
    ("Martin", "Martinez", false),
    ("Erdogan", "Erdoğan", true),
    ("Medvedev", "Medwedew", true),
    ("Poroshenko", "Prokhorenko", false),
];

const VARIANTS: usize = 5_000;
const RANDOM_PAIRS: usize = 200_000;

/// Numbers that are the same every time (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

fn part(gazetteer: &Gazetteer<'_>, word: &str) -> Part {
    Part::new(word, gazetteer.flags(key::of_word(word)) & ATTESTED != 0)
}

/// As `merge` compares forms: a person named in full takes other spellings, and the bare surname and given name.
fn same(gazetteer: &Gazetteer<'_>, a: &str, b: &str) -> bool {
    let parts = |name: &str| name.split(' ').map(|word| part(gazetteer, word)).collect::<Vec<_>>();
    let (a, b) = (parts(a), parts(b));
    match (a.as_slice(), b.as_slice()) {
        ([a], [b]) => same_surname(a, b, false),
        ([bare], full) | (full, [bare]) => same_surname(bare, &full[full.len() - 1], false) || full[0].equals(bare),
        (a, b) => same_person(a, b),
    }
}

/// A slip of one letter, never the first: changed, left out, put in, or two swapped.
fn slip(name: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = 1 + random.below(letters.len() - 1);
    match random.below(4) {
        0 => letters[at] = ['a', 'e', 'i', 'o', 'u'][random.below(5)],
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, ['a', 'e', 'i', 'o', 'u', 'l', 'n', 'r'][random.below(8)]),
        _ if at > 1 => letters.swap(at - 1, at),
        _ => {}
    }
    letters.into_iter().collect()
}

#[test]
fn pairs_of_the_news_are_told_apart() {
    let gazetteer = Gazetteer::new(data::builtin().unwrap());
    let wrong: Vec<_> = PAIRS.iter().filter(|(a, b, one)| same(&gazetteer, a, b) != *one).collect();
    eprintln!("pairs of the news told right: {} of {}", PAIRS.len() - wrong.len(), PAIRS.len());
    // Both are surnames that people bear, so they are two people unless their given names agree.
    assert_eq!(wrong, [&("Smith", "Smyth", true)]);
}

#[test]
#[ignore = "figures, and needs a file of surnames"]
fn figures() {
    let gazetteer = Gazetteer::new(data::builtin().unwrap());
    let path = std::env::var("COPYDESK_SURNAMES").expect("COPYDESK_SURNAMES names a file of surnames");
    let text = std::fs::read_to_string(path).unwrap();
    let fits = |name: &&str| name.chars().count() > 3 && name.chars().all(char::is_alphabetic);
    let names: Vec<&str> =
        text.lines().map(str::trim).filter(fits).filter(|name| part(&gazetteer, name).attested).collect();
    eprintln!("surnames: {}", names.len());
    let mut random = Random(0x5eed_0001);
    let (mut merged, mut all) = (0, 0);
    while all < VARIANTS {
        let name = names[random.below(names.len())];
        let variant = slip(name, &mut random);
        if name.chars().count() >= 6 && variant != name {
            all += 1;
            merged += usize::from(same_surname(&part(&gazetteer, name), &part(&gazetteer, &variant), false));
        }
    }
    eprintln!("spelling variants merged: {merged} of {all}");
    let (mut attested, mut withheld) = (0, 0);
    for _ in 0..RANDOM_PAIRS {
        let (a, b) = (names[random.below(names.len())], names[random.below(names.len())]);
        if a == b {
            continue;
        }
        let (a, mut b) = (part(&gazetteer, a), part(&gazetteer, b));
        attested += usize::from(same_surname(&a, &b, false));
        b.attested = false;
        withheld += usize::from(same_surname(&a, &b, false));
    }
    eprintln!("random pairs of surnames merged: {attested} of {RANDOM_PAIRS}");
    eprintln!("the same, one of each withheld from the tables: {withheld} of {RANDOM_PAIRS}");
}
