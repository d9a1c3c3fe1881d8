//! An index beside the plain maps that it stands for: a map of lists for each slice.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proptest::prelude::*;

use super::super::words::mix;
use super::*;

type Lists = BTreeMap<u32, Vec<u64>>;

/// Slices in the order of their numbers, and who holds a key in each.
struct Plain {
    slices: Vec<(Range<u64>, Lists)>,
    cap: usize,
}

impl Plain {
    fn reach(&self) -> Reach {
        let first = |slice: Option<&(Range<u64>, _)>| slice.map_or(0, |slice| slice.0.start);
        Reach { oldest: first(self.slices.first()), open: first(self.slices.last()) }
    }

    fn holders(&self, key: u32) -> Vec<u64> {
        let remembered = |held: &Vec<u64>| held.iter().copied().take(self.cap).collect::<Vec<_>>();
        self.slices.iter().filter_map(|(_, holders)| holders.get(&key)).flat_map(remembered).collect()
    }

    fn keys(&self) -> Vec<u32> {
        self.slices.iter().flat_map(|(_, holders)| holders.keys().copied()).collect()
    }
}

/// What happens to a window.
#[derive(Debug, Clone)]
enum Step {
    /// The next article holds these keys.
    Insert(Vec<u32>),
    /// The next slice begins.
    Open,
    /// The first slice leaves.
    Leave,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Few keys with many holders, many with one, some that begin alike, and some in crowds of eight.
    let crowded = (0..40_u32, 0..8_u32).prop_map(|(crowd, one)| keyed(crowd << 18 | one));
    let key = prop_oneof![2 => 0..40_u32, 6 => any::<u32>(), 3 => (0..5_000_u32).prop_map(alike), 3 => crowded];
    let step = prop_oneof![
        30 => prop::collection::vec(key, 0..60).prop_map(Step::Insert),
        1 => Just(Step::Open),
        1 => Just(Step::Leave),
    ];
    prop::collection::vec(step, 1..150)
}

/// Keys whose hashes have twenty bits in common.
fn alike(number: u32) -> u32 {
    keyed(0xABCD_E000 | (number % 4_096))
}

/// The key with this hash.
fn keyed(hash: u32) -> u32 {
    let inverse = (0..5).fold(1_u32, |x, _| x.wrapping_mul(2_u32.wrapping_sub(x.wrapping_mul(hash_of(1)))));
    inverse.wrapping_mul(hash)
}

/// Slots are counted, and what is in no line is looked for.
fn check(segment: &Segment) {
    let (mut slots, mut told) = (0, Vec::new());
    segment.each_slot(|_| slots += 1);
    assert_eq!(slots, segment.taken as usize);
    segment.each(|hash, number| told.push((hash, number)));
    for (hash, number) in told {
        let mut found = 0;
        segment.holders(hash, 0, |other| found += usize::from(other == number));
        assert_eq!(found, 1, "{hash} {number}");
    }
}

fn apply(steps: &[Step], first: u64, cap: usize) -> (Index, Plain) {
    let (mut index, mut plain) = (Index::default(), Plain { slices: vec![(first..first, Lists::new())], cap });
    go_on(steps, &mut index, &mut plain, 0);
    (index, plain)
}

/// The index has other numbers: so much lower.
fn go_on(steps: &[Step], index: &mut Index, plain: &mut Plain, lower: u64) {
    let mut next = plain.slices.last().unwrap().0.end;
    for step in steps {
        match step {
            Step::Insert(keys) => {
                let Reach { oldest, open } = plain.reach();
                let reach = Reach { oldest: oldest.saturating_sub(lower), open: open - lower };
                let (cap, (numbers, holders)) = (plain.cap, plain.slices.last_mut().unwrap());
                for key in keys {
                    index.insert(&[*key], next - lower, reach, cap);
                    let held = holders.entry(*key).or_default();
                    if held.last() != Some(&next) {
                        held.push(next);
                    }
                }
                next += 1;
                numbers.end = next;
            }
            Step::Open => plain.slices.push((next..next, BTreeMap::new())),
            Step::Leave if plain.slices.len() > 1 => drop(plain.slices.remove(0)),
            Step::Leave => {}
        }
    }
}

fn told(index: &Index, key: u32, oldest: u64) -> Vec<u64> {
    let mut told = Vec::new();
    index.holders(key, oldest, |number| told.push(number));
    told.sort_unstable();
    told
}

/// What each slice holds, part by part.
fn written(index: &Index, slices: &[Range<u64>]) -> Vec<Vec<Vec<u8>>> {
    let mut out = vec![Vec::new(); slices.len()];
    let tell = |slice: usize, bytes: &[u8]| {
        out[slice].push(bytes.to_vec());
        Ok(())
    };
    index.write(slices, tell).unwrap();
    assert!(out.iter().all(|parts| parts.len() == PARTS));
    out
}

/// The index that slices' bytes tell, and the slices' numbers in it.
fn listed(slices: &[Range<u64>], bytes: &[Vec<Vec<u8>>]) -> Option<(Index, Vec<Range<u64>>)> {
    let (mut next, mut numbers) = (0, Vec::new());
    for slice in slices {
        numbers.push(next..next + slice.end - slice.start);
        next += slice.end - slice.start;
    }
    let all = bytes.iter().flatten().map(|bytes| bytes.len() as u64).sum();
    let read = |slice: usize, part: usize| Ok::<_, ()>(bytes[slice][part].clone());
    Some((Index::of(&numbers, all, read).unwrap()?, numbers))
}

proptest! {
    #[test]
    fn it_is_a_map_of_lists_for_each_slice(steps in steps(), cap in prop_oneof![2..20_usize, 33..80_usize], others: [u32; 20]) {
        let (index, plain) = apply(&steps, 7, cap);
        let oldest = plain.reach().oldest;
        index.segments.iter().for_each(check);
        for key in plain.keys().into_iter().chain(others).chain(0..60) {
            prop_assert_eq!(told(&index, key, oldest), plain.holders(key), "{}", key);
        }
    }

    /// Whatever there was before, and wherever its slots stand.
    #[test]
    fn what_is_listed_tells_the_same_and_has_the_same_bytes(steps in steps(), later in steps(), cap in prop_oneof![2..20_usize, 33..80_usize]) {
        let (index, mut plain) = apply(&steps, 7, cap);
        let slices: Vec<_> = plain.slices.iter().map(|(numbers, _)| numbers.clone()).collect();
        let bytes = written(&index, &slices);
        let (mut loaded, numbers) = listed(&slices, &bytes).unwrap();
        prop_assert_eq!(written(&loaded, &numbers), bytes);
        let lower = plain.reach().oldest;
        go_on(&later, &mut loaded, &mut plain, lower);
        let oldest = plain.reach().oldest - lower;
        for key in plain.keys() {
            let expected: Vec<u64> = plain.holders(key).into_iter().map(|number| number - lower).collect();
            prop_assert_eq!(told(&loaded, key, oldest), expected, "{}", key);
        }
    }

    #[test]
    fn bytes_that_are_changed_are_refused_or_tell_something_else(steps in steps(), at: prop::sample::Index, to: u8) {
        let (index, plain) = apply(&steps, 7, 5);
        let slices = [plain.slices[0].0.clone()];
        let mut bytes = written(&index, &slices);
        // Of the bytes of all parts.
        let all: Vec<(usize, usize)> = (0..PARTS).flat_map(|part| (0..bytes[0][part].len()).map(move |at| (part, at))).collect();
        if !all.is_empty() {
            let (part, at) = all[at.index(all.len())];
            bytes[0][part][at] = to;
        }
        if let Some((loaded, numbers)) = listed(&slices, &bytes) {
            prop_assert_eq!(written(&loaded, &numbers), bytes);
        }
    }
}

/// As many as a window of some days has, each found, and in how many bytes.
#[test]
fn a_million_keys_are_all_found_and_take_seven_bytes_at_most() {
    let [grown, loaded] = with_a_million_keys(50, 7.0);
    // Loaded, it has room as one that has grown.
    let full: Vec<f64> = loaded.segments.iter().map(|segment| segment.len() as f64 / segment.most() as f64).collect();
    assert!(full.iter().any(|full| *full > 0.91) && full.iter().any(|full| *full < 0.67), "{full:?}");
    let (grown, loaded) = (grown.bytes(), loaded.bytes());
    assert!((grown * 8 / 10..grown * 11 / 10).contains(&loaded), "{loaded} after {grown}");
}

/// Of articles of 500 words: so few keys that their numbers ask for room, too.
#[test]
fn a_million_keys_of_more_articles_take_seven_and_a_half() {
    let [_, loaded] = with_a_million_keys(25, 7.5);
    assert!(loaded.bytes() <= 7_500_000, "{}", loaded.bytes());
}

/// An index that has grown, and the same loaded.
fn with_a_million_keys(of_article: u64, most: f64) -> [Index; 2] {
    let key = |number: u64| mix(number) as u32;
    let (mut index, reach) = (Index::default(), Reach { oldest: 0, open: 0 });
    for number in 0..1_000_000 {
        index.insert(&[key(number)], number / of_article, reach, 64);
        let bytes = index.segments.iter().map(Segment::bytes).sum::<usize>();
        assert!(number < 20_000 || number % 1_000 > 0 || (bytes as f64) < most * number as f64, "{number}: {bytes}");
    }
    assert!((0..1_000_000).all(|number| told(&index, key(number), 0).contains(&(number / of_article))));
    let window = 0..1_000_000 / of_article;
    let slices = std::slice::from_ref(&window);
    let (loaded, _) = listed(slices, &written(&index, slices)).unwrap();
    sizes_are_few(&index);
    sizes_are_few(&loaded);
    [index, loaded]
}

/// Of segments, so that one takes the room of another; and those of a size are full at different times.
fn sizes_are_few(index: &Index) {
    let mut most = BTreeMap::<u32, BTreeSet<usize>>::new();
    for segment in &index.segments {
        let home = segment.measure.home;
        assert!((home + 2).is_multiple_of(1 << ((home + 2).ilog2() - 2)), "{home}");
        most.entry(home).or_default().insert(segment.most());
    }
    assert!(most.len() <= 12 && most.values().any(|most| most.len() > 4), "{most:?}");
}

/// Articles with few keys need lines to tell their numbers, and those come in as few sizes.
#[test]
fn sizes_are_few_where_articles_have_few_keys() {
    let (mut index, reach) = (Index::default(), Reach { oldest: 0, open: 0 });
    for number in 0..400_000_u64 {
        index.insert(&[mix(number) as u32], number / 10, reach, 64);
    }
    sizes_are_few(&index);
}

/// Parts are reckoned, not counted: each has room for what it holds, and for more.
#[test]
fn what_is_parted_has_room() {
    let mut held: Vec<_> = (0..2_000_u32).map(|number| (mix(number.into()) as u32 >> 12, number)).collect();
    held.sort_unstable();
    let mut segment = Segment::with_room(0, 20, held.len(), 0, 2_000).filled(&held);
    let mut parts = segment.make_anew(0, 2_000, 512);
    parts.push(segment);
    assert_eq!(parts.iter().map(Segment::len).sum::<usize>(), held.len());
    for part in &mut parts {
        check(part);
        let (first, more) = (part.measure.hashes().0, part.len() as u32 / 5);
        assert!((0..more).all(|i| part.insert(
            first | (i * 97 % (1 << 16)),
            u64::from(2_000 + i % 400),
            0,
            usize::MAX
        )));
    }
}

/// Articles come and go: what has left takes no memory for long.
#[test]
fn a_window_that_moves_on_takes_no_more_memory() {
    let mut index = Index::default();
    let mut bytes = 0;
    for number in 0..60_000_u64 {
        let open = number / 1_000 * 1_000;
        let reach = Reach { oldest: open.saturating_sub(7_000), open };
        (0..20).for_each(|i| index.insert(&[mix(number << 8 | i) as u32], number, reach, 64));
        if number == 20_000 {
            bytes = index.bytes();
        }
    }
    assert!(index.bytes() < bytes * 5 / 4, "{} after {bytes}", index.bytes());
}

/// Keys that would all be looked for in few lines, if it were not for what only the process knows; and keys that begin alike, so that they
/// are all in one segment. None is lost, and they take little more memory than others.
#[test]
fn keys_crafted_to_collide_are_found_in_as_much_memory_as_others() {
    let crowds = [|i: u32| ((i / 64) << 12) | (i % 64), |i: u32| ((i / 1_000) << 24) | (i % 1_000)];
    for craft in [|i: u32| i, |i: u32| 0x1234_0000 | i, |i: u32| i << 16].into_iter().chain(crowds) {
        let key = |i: u32| keyed(craft(i));
        let (mut index, reach) = (Index::default(), Reach { oldest: 0, open: 0 });
        (0..60_000).for_each(|i| index.insert(&[key(i)], u64::from(i / 20), reach, 64));
        assert!((0..60_000).all(|i| told(&index, key(i), 0) == [u64::from(i / 20)]));
        // Some to tell 3,000 articles apart, wherever their keys are, and a tree for what finds no line.
        assert!(index.bytes() < 60_000 * 8 + 3_000 * 160, "{}", index.bytes());
        let window = 0..3_000;
        let slices = std::slice::from_ref(&window);
        let (loaded, _) = listed(slices, &written(&index, slices)).unwrap();
        assert!(loaded.bytes() < 60_000 * 8 + 3_000 * 160, "{} loaded", loaded.bytes());
    }
}

/// A key with very many holders is remembered a few times a slice, and crowds nobody out.
#[test]
fn a_key_that_all_hold_takes_as_much_as_its_lists() {
    let mut index = Index::default();
    for number in 0..50_000_u64 {
        let open = number / 10_000 * 10_000;
        for key in [7, number as u32 | 1 << 31] {
            index.insert(&[key], number, Reach { oldest: 0, open }, 64);
        }
    }
    let expected: Vec<u64> = (0..5).flat_map(|slice| slice * 10_000..slice * 10_000 + 64).collect();
    assert_eq!(told(&index, 7, 0), expected);
    assert_eq!(told(&index, 7, 40_000).len(), 64);
}

/// By what is spilled, since lines hold a few of a hash at most and never become full; not at every insertion, however much was spilled
/// while it was made.
#[test]
fn a_segment_that_spills_is_made_anew_now_and_then() {
    let (mut segment, mut made) = (Segment::with_room(0, 20, 64, 0, 1 << 17), 0);
    for number in 0..60_000 {
        if !segment.insert(7, number, number, 64) {
            assert_eq!(segment.make_anew(0, 1 << 17, 1 << 17).len(), 0);
            assert!(segment.insert(7, number, number, 64));
            made += 1;
        }
    }
    assert_eq!(segment.len(), 60_000);
    assert!((3..10).contains(&made), "{made}");
    // More spilled than it has slots.
    let held: Vec<_> = (0..2_000).map(|number| (7, number)).collect();
    let mut segment = Segment::with_room(0, 16, 64, 0, 4_000).filled(&held);
    assert!(segment.spilled.len() > 2 * segment.most() && segment.insert(7, 2_000, 2_000, 64));
}

/// Lines in the hashes' own order are filled more evenly, so what many articles say does not part with it.
#[test]
fn a_paragraph_that_many_have_crowds_no_lines() {
    let (mut index, reach) = (Index::default(), Reach { oldest: 0, open: 0 });
    for number in 0..3_000_u64 {
        let key = |i: u64| mix(if number % 4 == 0 && i < 10 { i } else { number << 8 | i }) as u32;
        index.insert(&(0..54).map(key).collect::<Vec<_>>(), number, reach, 64);
    }
    assert!(index.segments.iter().all(|segment| !segment.is_crowded()));
    assert!(index.segments.iter().any(|segment| segment.spilled.len() > 50));
}

proptest! {
    /// Few hashes next to each other, and many holders: marks are put into full lines, and slots of the line before give way.
    #[test]
    fn what_lines_have_no_room_for_is_found(seed: u64, bits in 16..27_u32, holders in 100..4_000_u32, mixes: bool) {
        let hash = |number: u32| mix(seed << 12 | u64::from(number)) as u32 & (u32::MAX >> (u32::BITS - bits)) & !0x3f8;
        let mut held: Vec<_> = (0..holders).map(|number| (hash(number), number)).collect();
        held.sort_unstable();
        let segment = Segment::with_room(0, bits, held.len(), 0, holders.into());
        let mut segment = if mixes { segment.mixed() } else { segment }.filled(&held);
        check(&segment);
        prop_assert_eq!(segment.len(), held.len());
        for number in holders..holders + holders / 4 {
            segment.put(hash(number), number.into(), 0, usize::MAX);
            // A text may say a key twice.
            segment.put(hash(number), number.into(), 0, usize::MAX);
        }
        check(&segment);
        prop_assert_eq!(segment.len(), (holders + holders / 4) as usize);
    }
}

/// A snapshot may put more holders of a key into a line than come there one by one, and what is made anew may part them: both lines
/// are counted.
#[test]
fn holders_in_both_lines_count_against_the_cap() {
    for seed in 0..2_000 {
        let hash = mix(seed) as u32;
        let other = |number: u32| mix(seed << 8 | u64::from(number)) as u32;
        let held: Vec<_> = (0..90).map(|number| (if number < 12 { hash } else { other(number) }, number)).collect();
        let mut segment = Segment::with_room(0, u32::BITS, 48, 0, 100).filled(&held);
        segment.make_anew(0, 100, 1 << 20);
        (90..100).for_each(|number| segment.put(hash, number, 0, 14));
        let mut told = Vec::new();
        segment.holders(hash, 0, |number| told.push(number));
        told.sort_unstable();
        assert_eq!(told, (0..12).chain(90..92).collect::<Vec<_>>(), "{seed}");
    }
}
