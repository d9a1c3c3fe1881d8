//! The index alone, with as many keys as articles of 500 words have. Beside it what the machine makes of fetching as many lines and no
//! more, and of the simplest table: memory is much of what a look-up costs, and machines differ by that.

#![allow(clippy::indexing_slicing, reason = "fails loudly")]

use std::hint::black_box;
use std::time::Duration;

use copydesk::pipeline::dedupe::{Index, Reach};

use super::{mix, resident, timed};

/// Of 500 words: 18 with the least hashes that stand apart, for which some 28 are looked at, and seven more of the lead.
const KEYS: u64 = 25;
const OF_LEAD: u64 = 7;
const LEAST: u32 = u32::MAX / 18;

/// What an article holds.
fn keys_of(number: u64) -> Vec<u32> {
    let among = |key: u64| if key < OF_LEAD { LEAST..u32::MAX / 4 } else { 0..LEAST };
    let is_copy = number > 0 && mix(number).is_multiple_of(10);
    let body = if is_copy { number - 1 - mix(number + 7) % number.min(100_000) } else { number };
    (0..KEYS).map(|key| among(key).start + mix(body << 8 | key) as u32 % among(key).len() as u32).collect()
}

/// What looking up and inserting took.
#[derive(Default)]
struct Spent {
    look_up: Duration,
    insertion: Duration,
}

impl Spent {
    fn add(&mut self, look_up: Duration, insertion: Duration) {
        self.look_up += look_up;
        self.insertion += insertion;
    }

    /// In microseconds an article.
    fn each(&self, articles: u64) -> [f64; 2] {
        [self.look_up, self.insertion].map(|time| time.as_secs_f64() * 1e6 / articles as f64)
    }
}

/// What it takes to look articles up and to insert them, all of them and the last hundredth.
pub fn measure(articles: u64) {
    let (mut index, reach) = (Index::default(), Reach { oldest: 0, open: 0 });
    let last = (articles / 100).max(1);
    let (mut all, mut end, mut found) = (Spent::default(), Spent::default(), 0_u64);
    for number in 0..articles {
        let keys = keys_of(number);
        let finding = timed(|| {
            index.warm(&keys);
            keys.iter().for_each(|key| index.holders(*key, 0, |_| found += 1));
        });
        let inserting = timed(|| index.insert(&keys, number, reach, 64));
        all.add(finding, inserting);
        if number >= articles - last {
            end.add(finding, inserting);
        }
    }
    let each = index.bytes() as f64 / (articles * KEYS) as f64;
    let process = resident() as f64 / (articles * KEYS) as f64;
    println!(
        "index        {articles} articles of {KEYS} keys, {each:.2} bytes a key, {process:.2} of the process, {found} found"
    );
    let ([find, insert], [find_last, insert_last]) = (all.each(articles), end.each(last));
    println!("both         {:.2} us an article, {:.2} of the last hundredth", find + insert, find_last + insert_last);
    println!("look-up      {find:.2} us an article, {find_last:.2} of the last hundredth");
    println!("insertion    {insert:.2} us an article, {insert_last:.2} of the last hundredth");
    let bytes = index.bytes();
    drop(index);
    lines(bytes as u64);
    let found_flat = flat(articles);
    // The index remembers once what an article says twice.
    assert!(found.abs_diff(found_flat) <= found / 1_000, "{found} {found_flat}");
}

/// Two lines side by side for each key, at random places of as much memory, none of which waits for another.
fn lines(bytes: u64) {
    const ARTICLES: u64 = 1_000_000;
    let memory = vec![[1_u64; 8]; (bytes / 64) as usize + 1];
    let last = memory.len() as u64 - 1;
    let mut sum = 0;
    let took = timed(|| {
        for number in 0..ARTICLES * KEYS {
            let at = (u128::from(mix(number)) * u128::from(last)) >> 64;
            sum += memory[at as usize..][..2].iter().map(|line| line[0]).sum::<u64>();
        }
    });
    black_box(sum);
    println!("lines alone  {:.2} us an article", took.as_secs_f64() * 1e6 / ARTICLES as f64);
}

/// A table of key and holder in eight bytes, made for all of them beforehand and three quarters full in the end: nothing is
/// forgotten, limited, or moved, and all of its memory is there. How many were found.
fn flat(articles: u64) -> u64 {
    /// Behind the last slot where a search begins: none goes around.
    const MORE: usize = 4_096;
    let slots = (articles * KEYS) as usize * 4 / 3;
    let mut table = vec![u64::MAX; slots + MORE];
    let begin = |key: u32| ((u128::from(mix(key.into())) * slots as u128) >> 64) as usize;
    let (mut all, mut found) = (Spent::default(), 0_u64);
    for number in 0..articles {
        let keys = keys_of(number);
        let finding = timed(|| {
            black_box(keys.iter().fold(0, |sum, key| sum | table[begin(*key)]));
            for key in &keys {
                let held = table[begin(*key)..].iter().take_while(|slot| **slot != u64::MAX);
                found += held.filter(|slot| **slot as u32 == *key).count() as u64;
            }
        });
        let inserting = timed(|| {
            for key in &keys {
                let free = table[begin(*key)..].iter_mut().find(|slot| **slot == u64::MAX);
                *free.unwrap() = number << 32 | u64::from(*key);
            }
        });
        all.add(finding, inserting);
    }
    let [find, insert] = all.each(articles);
    println!("flat table   {:.2} us an article: look-up {find:.2}, insertion {insert:.2}", find + insert);
    found
}
