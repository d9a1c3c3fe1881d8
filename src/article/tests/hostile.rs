//! Ten megabytes of whatever hurts most. Each costs its length: the limit is generous, a quadratic cost exceeds it a
//! thousandfold.

use std::time::Duration;

use super::*;
use crate::cpu_time;

const MANY: usize = 10_000_000;
const LIMIT: Duration = Duration::from_secs(5);

fn decode(value: &str) -> Result<(), &'static str> {
    let start = cpu_time();
    let decoder = decoder(&[("summary", "a.b[0].c")]);
    let decoded = decoder.decode(value.as_bytes(), &[]).map(drop).map_err(|reject| reject.code.as_str());
    let spent = cpu_time() - start;
    assert!(spent < LIMIT, "{spent:?} for {}", &value[..40]);
    decoded
}

#[test]
fn brackets() {
    assert_eq!(decode(&"[".repeat(MANY)), Err("too-deep"));
    assert_eq!(decode(&format!("{{\"x\":{}", "[".repeat(MANY))), Err("not-json"));
    assert_eq!(decode(&"{\"a\":".repeat(MANY / 5)), Err("not-json"));
    for depth in [101, 10_000, MANY / 2] {
        let closed = format!("{{\"title\":\"A\",\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(decode(&closed), Err("too-deep"), "{depth}");
    }
}

#[test]
fn lists_within_lists_are_not_read_again_at_each_level() {
    for name in ["source", "authors", "title", "id", "date", "language", "data", "article", "@graph", "a"] {
        let nested = format!("{{\"{name}\":{}{}\"x\"{}}}", "[".repeat(99), "1,".repeat(MANY / 2), "]".repeat(99));
        assert_eq!(decode(&nested), Ok(()), "{name}");
    }
}

#[test]
fn one_long_word_in_every_field() {
    for (_, names) in super::super::names::FIELDS {
        for piece in ["a,", "a;", " and ", "1", "a.b/", "?a&", "é", "\\n", "\\ud83d", "\\u0041", "[", " "] {
            let record = format!("{{\"{}\":\"{}\"}}", names[0], piece.repeat(MANY / 10 / piece.len()));
            assert_eq!(decode(&record), Ok(()), "{} of {piece}", names[0]);
        }
    }
    assert_eq!(decode(&format!("{{\"url\":\"https://example.org/?{}\"}}", "b=1&a&".repeat(MANY / 6))), Ok(()));
}

#[test]
fn members_without_number() {
    let distinct: String = (0..MANY / 20).map(|number| format!("\"k{number}\":1,")).collect();
    let decoder =
        Decoder::new(InputRules { max_bytes: MAX_BYTES, mapping: BTreeMap::new(), extra_max_bytes: MAX_BYTES })
            .unwrap();
    let (record, start) = (format!("{{{distinct}\"title\":\"A\"}}"), cpu_time());
    let Incoming::Article(decoded) = decoder.decode(record.as_bytes(), &[]).unwrap() else { panic!("a takedown") };
    assert_eq!(decoded.extra.len(), MANY / 20);
    let spent = cpu_time() - start;
    assert!(spent < LIMIT, "{spent:?}");
    for member in
        ["\"title\":null", "\"source\":\"x\"", "\"id\":{}", "\"published\":\"soon\"", "\"takedown\":0", "\"data\":[]"]
    {
        let same = format!("{{{member}{}}}", format!(",{member}").repeat(MANY / 20));
        assert_eq!(decode(&same), Ok(()), "{member}");
    }
}
