//! Every reject that decoding makes, with what it says; and what is odd but no reject.

use super::super::RejectCode;
use super::*;

#[test]
fn every_kind_of_bad_record_has_its_code() {
    for (value, code) in [
        (&b"{\"title\": "[..], "not-json"),
        (b"{\"title\": \"A\"} {}", "not-json"),
        (b"{\"title\": NaN}", "not-json"),
        (b"{\"title\": \"\\x\"}", "not-json"),
        (b"{\"title\": \"\x00\"}", "not-json"),
        (b"{\"a\": 1,}", "not-json"),
        (b"hello", "not-json"),
        (b"   ", "not-json"),
        (b"\0\0\0\0\x07", "not-json"),
        (b"[1", "not-json"),
        (b"{\"title\": \"\xff\"}", "not-utf8"),
        (b"\xff\xfe{\0}\0", "not-utf8"),
        (b" <?xml version=\"1.0\"?><item/>", "xml"),
        (b"\xef\xbb\xbf<rss/>", "xml"),
        (b"[{\"title\": \"A\"}]", "array"),
        (b" []", "array"),
        (b"\"A\"", "not-an-object"),
        (b"-7.5", "not-an-object"),
        (b"null", "not-an-object"),
    ] {
        assert_eq!(reject(value).code.as_str(), code, "{}", String::from_utf8_lossy(value));
    }
    assert_eq!(reject(&vec![b'x'; MAX_BYTES + 1]).code, RejectCode::TooLarge);
}

#[test]
fn a_reject_tells_where_and_what_to_do() {
    let message = |value: &[u8]| reject(value).message;
    assert_eq!(message(b"{\n\"a\": x}"), "not JSON at line 2 column 6: send one JSON object a record");
    assert_eq!(message(b"\0\0\0\0\x07{\"\xff\": 1}"), "byte 7 is not UTF-8: encode the record as UTF-8");
    let deep = format!("\u{feff}{{\"x\":{}{}}}", "[".repeat(101), "]".repeat(101));
    assert_eq!(message(deep.as_bytes()), "byte 108 is nested more than 100 deep: flatten the nested member");
    for code in RejectCode::ALL {
        assert!(Reject::new(code, "here").message.ends_with(code.advice()));
    }
}

#[test]
fn a_reject_never_quotes_the_article() {
    let secret = "embargoed";
    for value in [
        format!("{{\"{secret}\": \"{secret}\" {secret}}}"),
        secret.to_owned(),
        format!("<{secret}>"),
        format!("[\"{secret}\"]"),
    ] {
        assert!(!reject(value.as_bytes()).message.contains(secret), "{value}");
    }
}

#[test]
fn codes_are_stable_and_distinct() {
    let codes = RejectCode::ALL.map(RejectCode::as_str);
    assert_eq!(
        codes.join(" "),
        "not-json not-utf8 xml array not-an-object too-deep too-large nothing-to-read takedown-unclear output-too-large output-refused stage-panicked"
    );
}

#[test]
fn a_hundred_levels_are_not_too_deep() {
    for (depth, is_ok) in [(100, true), (101, false)] {
        for (open, close) in [("[", "]"), ("{\"a\":[", "]}")] {
            let levels = depth / open.matches(['[', '{']).count() + usize::from(!is_ok && open.len() > 1);
            let record = format!("{{\"title\":\"A\",\"x\":{}{}}}", open.repeat(levels), close.repeat(levels));
            assert_eq!(decoder(&[]).decode(record.as_bytes(), &[]).is_ok(), is_ok, "{depth} of {open}");
        }
    }
}

#[test]
fn prefixes_and_escapes_are_no_obstacle() {
    let title = |value: &[u8]| article(value).title.unwrap().into_owned();
    assert_eq!(title("\u{feff} {\"title\": \"A\"}\n".as_bytes()), "A");
    assert_eq!(title(b"\0\0\0\0\x07{\"title\": \"A\"}"), "A");
    assert_eq!(title(b"\0\x7b\x22\x7d\x07 {\"title\": \"A\"}"), "A");
    assert_eq!(title(br#"{"t\u0069tle": "A"}"#), "A");
    assert_eq!(title(br#"{"title": "\ud83d\ude00 \ud83d x \n\u0000\/\""}"#), "😀 \u{fffd} x \n\0/\"");
}

#[test]
fn half_a_surrogate_pair_is_a_warning_wherever_it_is_read() {
    for record in
        [r#"{"title":"\ud83d"}"#, r#"{"author":["\ud83d"]}"#, r#"{"source":{"name":"\ud83d"}}"#, r#"{"id":"\ud83d"}"#]
    {
        assert_eq!(show(&article(record.as_bytes()), "warnings").as_deref(), Some("lone-surrogate"), "{record}");
    }
    for record in [r#"{"title":"\ud83d\ude00"}"#, "{\"title\":\"\u{fffd}\"}", r#"{"x":"\ud83d"}"#] {
        assert_eq!(show(&article(record.as_bytes()), "warnings"), None, "{record}");
    }
    assert_eq!(show(&article(br#"{"\ud83d":1}"#), "extra").as_deref(), Some("\u{fffd}=1"));
}
