//! The bytes of parameters, in an epoch's record and in a snapshot's head.

use super::super::limits::{Boilerplate, Changed, Limits, LoneKey, More, Rule, Rules, SameHeadline};
use super::super::log::Params;
use super::{Input, one};

pub(in super::super) fn encode_params(params: &Params, out: &mut Vec<u8>) {
    let Params { log_id, rules, epoch, window_ms, slice_ms, span, near, story, limits, salt } = params;
    out.extend(log_id);
    out.extend(epoch.to_le_bytes());
    out.extend(rules.to_le_bytes());
    out.extend(window_ms.to_le_bytes());
    out.extend(slice_ms.to_le_bytes());
    out.extend(span.to_le_bytes());
    out.extend(salt.to_le_bytes());
    let Limits { changed, .. } = limits;
    for number in [near, story].into_iter().chain(&all_but_rules(limits)) {
        out.extend(number.to_le_bytes());
    }
    out.push(one(changed.rules.all().count()));
    for Rule { alike, score, taken_over, balance, words } in changed.rules.all() {
        out.extend([alike, score, taken_over, balance, words].into_iter().flat_map(|number| number.to_le_bytes()));
    }
}

pub(in super::super) fn decode_params(input: &mut Input<'_>) -> Option<Params> {
    let (log_id, epoch, rules) = (input.bytes()?, input.u32()?, input.u16()?);
    let (window_ms, slice_ms, span) = (input.i64()?, input.i64()?, input.u64()?);
    let salt = input.u64()?;
    let (near, story) = (input.u16()?, input.u16()?);
    let limits = decode_limits(input)?;
    Some(Params { log_id, rules, epoch, window_ms, slice_ms, span, near, story, limits, salt })
}

/// All of them but the rules of changed words, in the order in which they are read.
const fn all_but_rules(limits: &Limits) -> [u16; 20] {
    let Limits { keys, samples, mutual, quotation, edition, headline, changed, lone_key, boilerplate, .. } = limits;
    let Limits { holders, scored, same, .. } = limits;
    [
        *keys,
        *samples,
        *mutual,
        quotation.words,
        quotation.more,
        edition.words,
        edition.more,
        headline.mutual,
        headline.less,
        changed.samples,
        changed.numbers,
        lone_key.words,
        lone_key.holders,
        lone_key.samples,
        boilerplate.articles,
        boilerplate.share,
        boilerplate.beside,
        *holders,
        *scored,
        *same,
    ]
}

fn decode_limits(input: &mut Input<'_>) -> Option<Limits> {
    let (keys, samples, mutual) = (input.u16()?, input.u16()?, input.u16()?);
    let quotation = More { words: input.u16()?, more: input.u16()? };
    let edition = More { words: input.u16()?, more: input.u16()? };
    let headline = SameHeadline { mutual: input.u16()?, less: input.u16()? };
    let (least, numbers) = (input.u16()?, input.u16()?);
    let lone_key = LoneKey { words: input.u16()?, holders: input.u16()?, samples: input.u16()? };
    let boilerplate = Boilerplate { articles: input.u16()?, share: input.u16()?, beside: input.u16()? };
    let (holders, scored, same) = (input.u16()?, input.u16()?, input.u16()?);
    let changed = Changed { samples: least, numbers, rules: decode_rules(input)? };
    Some(Limits {
        keys,
        samples,
        mutual,
        quotation,
        edition,
        headline,
        changed,
        lone_key,
        boilerplate,
        holders,
        scored,
        same,
    })
}

fn decode_rules(input: &mut Input<'_>) -> Option<Rules> {
    let count = usize::from(input.u8()?);
    let mut rule = || {
        let (alike, score, taken_over) = (input.u16()?, input.u16()?, input.u16()?);
        Some(Rule { alike, score, taken_over, balance: input.u16()?, words: input.u16()? })
    };
    (count <= Rules::MOST).then(|| (0..count).map(|_| rule()).collect::<Option<Rules>>()).flatten()
}
