//! What is written is read back, and what is not written by the codec is never taken for something else.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::desk::tests::{article, text};
use super::super::limits::{Boilerplate, Changed, Limits, LoneKey, More, Rule, Rules, SameHeadline};
use super::super::log::Params;
use super::super::overlap::{CONTEXT_BITS, alike_bits};
use super::super::sketch::{Sketching, sketch_as};
use super::*;

fn story() -> impl Strategy<Value = StoryId> {
    any::<[u8; 12]>().prop_map(StoryId::from_bytes)
}

fn id() -> impl Strategy<Value = Box<str>> {
    ".{0,60}".prop_map(|id| Box::from(id.as_str()))
}

fn samples(most: usize) -> impl Strategy<Value = Box<[u32]>> {
    vec(any::<u32>(), 0..=most).prop_map(Box::from)
}

/// Some below nearly every other sample, as the least ones are.
fn keys() -> impl Strategy<Value = Box<[u32]>> {
    vec(prop_oneof![any::<u32>(), 0..1_u32 << 22], 0..=255).prop_map(Box::from)
}

/// As many articles whose samples tell the words around them with few bits as with more.
fn words() -> impl Strategy<Value = u16> {
    prop_oneof![0..=700_u16, any::<u16>(), (0..=700_u16).prop_map(|words| words | 1 << 15)]
}

fn proposal() -> impl Strategy<Value = LogRecord> {
    let names = (any::<[u8; 16]>(), any::<u64>(), any::<u64>(), any::<u64>(), any::<u32>(), id());
    let said = (
        (words(), any::<(u8, u32, u64)>()),
        prop_oneof![4 => (0..232_u8).prop_map(Rate), 1 => Just(Rate::ALL)],
        keys(),
        samples(200),
    );
    (names, any::<[u8; 16]>(), said).prop_map(
        |(
            (identity, key, article, url, source, id),
            exact,
            ((words, (repeats, headline, numbers)), rate, mut keys, others),
        )| {
            keys.sort_unstable();
            let extent = Extent(words);
            let samples = cells::samples(&keys, others.into_iter(), alike_bits(extent));
            let (identity, url, headline) = (Identity(identity), NonZeroU64::new(url), Headline(headline));
            // Of a long text none are told.
            let numbers = Numbers(if extent.weight() > 700 { 0 } else { numbers });
            let sketch = Sketch { exact, extent, repeats, rate, headline, numbers, keys, samples };
            LogRecord::Proposal(Proposal { identity, key, article, url, source, sketch, id })
        },
    )
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let merges = || vec(story(), 0..4).prop_map(Box::<[StoryId]>::from);
    let original = (any::<u64>(), any::<u64>(), id()).prop_map(|(identity, key, id)| Original { identity, key, id });
    let status = prop_oneof![Just(Status::Version), Just(Status::Near), Just(Status::Exact)];
    let other = (status, story(), any::<[u16; 3]>(), merges(), original, samples(3));
    prop_oneof![
        (story(), merges()).prop_map(|(story, merges)| Verdict::unique(story, merges)),
        other.prop_map(|(status, story, [score, of_this, of_original], merges, original, evidence)| {
            let original = Some(Box::new(original));
            Verdict { status, story, score, of_this, of_original, merges, original, evidence }
        }),
    ]
}

fn verdicts() -> impl Strategy<Value = LogRecord> {
    let decision = (any::<[u8; 16]>(), any::<u64>(), verdict()).prop_map(|(identity, at, verdict)| Decision {
        identity: Identity(identity),
        at,
        verdict,
    });
    (any::<i64>(), vec(decision, 0..6)).prop_map(|(clock_ms, decisions)| LogRecord::Verdicts { clock_ms, decisions })
}

fn limits() -> impl Strategy<Value = Limits> {
    let rule = any::<(u16, u16, u16, u16, u16)>().prop_map(|(alike, score, taken_over, balance, words)| Rule {
        alike,
        score,
        taken_over,
        balance,
        words,
    });
    (any::<[u16; 20]>(), vec(rule, 0..=Rules::MOST)).prop_map(|(numbers, rules)| {
        let [keys, samples, mutual, holders, scored, same, least, in_common, rest @ ..] = numbers;
        let [a, b, c, d, e, f, g, h, i, j, k, l] = rest;
        Limits {
            keys,
            samples,
            mutual,
            quotation: More { words: a, more: b },
            edition: More { words: c, more: d },
            headline: SameHeadline { mutual: e, less: f },
            changed: Changed { samples: least, numbers: in_common, rules: rules.into_iter().collect() },
            lone_key: LoneKey { words: g, holders: h, samples: i },
            boilerplate: Boilerplate { articles: j, share: k, beside: l },
            holders,
            scored,
            same,
        }
    })
}

fn params() -> impl Strategy<Value = LogRecord> {
    let numbers = (any::<[u8; 16]>(), any::<(u16, u32, i64, i64, u64)>(), any::<(u16, u16, u64)>(), limits());
    numbers.prop_map(|(log_id, (rules, epoch, window_ms, slice_ms, span), (near, story, salt), limits)| {
        LogRecord::Epoch(Params { log_id, rules, epoch, window_ms, slice_ms, span, near, story, limits, salt })
    })
}

fn record() -> impl Strategy<Value = LogRecord> {
    let takedown = (any::<[u8; 16]>(), any::<u64>())
        .prop_map(|(identity, key)| LogRecord::Takedown { identity: Identity(identity), key });
    prop_oneof![3 => proposal(), 3 => verdicts(), 1 => takedown, 1 => params()]
}

fn encoded(record: &LogRecord) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(record, &mut bytes);
    bytes
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(record in record()) {
        prop_assert_eq!(decode(&encoded(&record)), Ok(record));
    }

    #[test]
    fn a_byte_too_few_or_too_many_is_damage(record in record(), at in any::<prop::sample::Index>()) {
        let bytes = encoded(&record);
        let kind = bytes[0];
        prop_assert_eq!(decode(&bytes[..2 + at.index(bytes.len() - 2)]), Err(CodecError::Damaged { kind }));
        prop_assert_eq!(decode(&[&bytes[..], &[0]].concat()), Err(CodecError::Damaged { kind }));
    }

    #[test]
    fn whatever_is_read_is_written_again_byte_for_byte(bytes in vec(any::<u8>(), 0..400), kind in 0..4_usize) {
        let bytes = [&[b"PVTE"[kind], FORMAT], &bytes[..]].concat();
        if let Ok(record) = decode(&bytes) {
            prop_assert_eq!(encoded(&record), bytes);
        }
    }

    #[test]
    fn a_changed_byte_gives_another_record_or_damage(record in record(), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = encoded(&record);
        let at = 2 + at.index(bytes.len() - 2);
        bytes[at] = byte;
        if let Ok(record) = decode(&bytes) {
            prop_assert_eq!(encoded(&record), bytes);
        }
    }

    #[test]
    fn any_bytes_at_all_give_an_answer(bytes in vec(any::<u8>(), 0..40)) {
        let _ = decode(&bytes);
    }
}

#[test]
fn what_a_later_version_wrote_is_refused_and_said() {
    for bytes in [[b'P', FORMAT + 1], [b'V', FORMAT + 2], [b'X', 1], [0, 0]] {
        let error = decode(&bytes).unwrap_err();
        assert_eq!(error, CodecError::Unknown { kind: bytes[0], format: bytes[1] });
        assert!(error.to_string().contains("later version"));
    }
    let error = decode(&[b'V', FORMAT - 1]).unwrap_err();
    assert_eq!(error, CodecError::GivenUp { kind: b'V', format: FORMAT - 1 });
    assert!(
        error.to_string().contains("earlier version")
            && error.to_string().contains(&format!("this one reads {FORMAT}"))
    );
    assert_eq!(decode(b""), Err(CodecError::Damaged { kind: 0 }));
    assert_eq!(decode(b"P"), Err(CodecError::Damaged { kind: b'P' }));
}

/// A proposal could be told in several ways if a sample could be told twice, as itself and by its key.
#[test]
fn what_the_keys_tell_already_is_damage() {
    let told = |keys: &[u32], others: &[u32]| {
        let mut proposal = article(1, "");
        (proposal.sketch.keys, proposal.sketch.samples, proposal.id) = Default::default();
        let (rate, alike) = (proposal.sketch.rate, alike_bits(proposal.sketch.extent));
        let of_keys = keys_of(proposal.sketch.extent);
        let mut bytes = encoded(&LogRecord::Proposal(proposal));
        bytes.truncate(bytes.len() - 5);
        encode_list(keys, of_keys, &mut bytes);
        encode_list(others, Of::Samples { rate, alike }, &mut bytes);
        bytes.push(0);
        decode(&bytes).map(|_| ())
    };
    let damage = Err(CodecError::Damaged { kind: b'P' });
    let (key, below, above) = (1 << 30 | 0x35, 1 << 20, (1 << 30) + (1 << 20));
    assert_eq!(
        (told(&[key], &[above]), told(&[key], &[below, above]), told(&[below, key], &[])),
        (Ok(()), Ok(()), Ok(()))
    );
    assert_eq!((told(&[key], &[above, above | 5]), told(&[key], &[1 << 30, above])), (damage, damage));
}

/// A change of this is a change of the log's format.
#[test]
fn where_keys_are_dense_is_part_of_the_format() {
    let below = |words, signs| match keys_of(Extent::of(words, signs)) {
        Of::Keys { below } => below,
        Of::Samples { .. } => 0,
    };
    assert_eq!([0, 1, 299].map(|words| below(words, 0)), [u32::MAX; 3]);
    assert_eq!(
        [(300, 0), (300, 300), (648, 0)].map(|(words, signs)| below(words, signs)),
        [458_129_824, 458_129_824, 212_097_120]
    );
    assert_eq!([4_000, 1 << 20].map(|words| below(words, 0)), [34_359_712, 4_194_432]);
}

/// A list could be told in several ways if any layout would do that can tell it.
#[test]
fn a_list_in_another_layout_is_damage() {
    let keys: Vec<u32> = (1..40).map(|number| number << 24 | 7).collect();
    let of = Of::Keys { below: 1 << 29 };
    let (_, own) = Layout::of(&keys, of);
    for told in own - 3..own + 3 {
        let mut bytes = vec![one(keys.len()), told];
        pack(&keys, Layout::told(of, told).unwrap(), &mut bytes);
        let read = decode_list(of, &mut Input(&bytes));
        assert_eq!(read, (told == own).then(|| keys.clone()), "{told} {own}");
    }
}

/// What the log costs an article: the specification's figures.
#[test]
fn records_are_as_small_as_they_were_meant_to_be() {
    let proposal = Proposal { id: "f".repeat(36).into(), ..article(1, &text(1, 600)) };
    let identity = proposal.identity;
    let samples = proposal.sketch.samples.len();
    let bytes = encoded(&LogRecord::Proposal(proposal)).len();
    let packed = bytes - (68 + 37);
    assert!(samples > 60 && (3 * samples / 2..2 * samples).contains(&packed), "{packed} bytes for {samples}");
    let verdict = Verdict::unique(StoryId::minted(0, 0), Box::default());
    let decisions = vec![Decision { identity, at: 0, verdict }; 10];
    assert_eq!(encoded(&LogRecord::Verdicts { clock_ms: 0, decisions }).len(), 12 + 39 * 10);
    assert_eq!(encoded(&LogRecord::Takedown { identity, key: 0 }).len(), 26);
    assert_eq!(encoded(&LogRecord::Epoch(Params::default())).len(), 151);
}

/// However long a text is: the hash of its words, headline, numbers, length, keys and samples.
#[test]
fn a_sketch_takes_no_more_than_its_samples_do() {
    let bytes = |samples: u8, seed: u64, words: u64| {
        // As many numbers as news has.
        let word =
            |(at, word): (usize, &str)| if at % 40 == 7 { format!("{} ", at as u64 + seed) } else { word.to_owned() };
        let text: String = text(seed, words).split_inclusive(' ').enumerate().map(word).collect();
        let sketch = sketch_as(Sketching { samples, ..Sketching::default() }, "", &text).0;
        let proposal = Proposal { sketch, id: "".into(), ..article(1, "") };
        let beside = 2 + size_of::<Identity>() + 3 * size_of::<u64>() + size_of::<u32>() + 1;
        encoded(&LogRecord::Proposal(proposal)).len() - beside
    };
    for (samples, most) in [(160, 310), (224, 320), (255, 350)] {
        let mean = |words: u64| (0..20).map(|seed| bytes(samples, seed, words)).sum::<usize>() / 20;
        let means = [60, 120, 200, 299, 500, 700, 1_000, 2_000, 4_000, 8_000, 60_000].map(mean);
        assert!(means.iter().all(|mean| *mean <= most), "{samples}: {means:?}");
        assert!(means[..6].iter().all(|mean| *mean <= 312), "of news that is no report: {means:?}");
    }
}

#[test]
fn a_list_that_is_longer_than_the_format_can_hold_is_cut_and_can_be_read() {
    let mut proposal = article(1, "");
    proposal.sketch.samples = (0..300).map(|number| number << CONTEXT_BITS).collect();
    proposal.id = "é".repeat(200).into();
    let LogRecord::Proposal(read) = decode(&encoded(&LogRecord::Proposal(proposal))).unwrap() else { panic!() };
    assert_eq!((read.sketch.samples.len(), read.id.chars().count()), (255, 127));
}
