//! Synthetic articles for the worker: uniquely numbered, with planted copies, cuts, versions, takedowns and every kind of
//! bad record. Seeded: the same number of articles is always the same input.

use serde_json::json;

use super::topics::Sent;

/// What must become of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Enriched or duplicate, as the stories decide: order between partitions is not the input's.
    Article,
    /// A tombstone on both topics.
    Tombstone,
    /// A dead letter with this code.
    Dead(&'static str),
}

/// A record and what must become of it.
#[derive(Debug, Clone)]
pub struct Planted {
    pub sent: Sent,
    pub fate: Fate,
}

/// xorshift64*: small, seeded, good enough to mix words.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % sides
    }
}

const WORDS: &str = "council river bridge minister harbour market storm village school engineer vote budget winter summer train \
    ferry island mountain valley court judge trial witness doctor hospital nurse patient teacher pupil farmer field harvest grain \
    price export import tariff border guard officer patrol search rescue flood drought fire forest road tunnel airport pilot crew \
    strike union worker factory owner bank loan interest rate currency reserve election party leader speech crowd square museum \
    painting theatre concert song singer festival match team coach player goal league season injury transfer coast beach tourist \
    hotel kitchen recipe bread water power plant grid solar wind turbine battery engine vehicle driver accident police report \
    said on Monday Tuesday Friday after before during while because although the a of to in for with from by at over under new old \
    large small early late northern southern eastern western public private local national foreign annual monthly second third";

/// A text of its own for every number.
pub fn text(number: u64, words: usize) -> String {
    let list: Vec<&str> = WORDS.split_whitespace().collect();
    let mut dice = Dice::new(number + 1);
    let mut text = format!("Report {number} ");
    for index in 0..words {
        text.push_str(list[dice.roll(list.len())]);
        text.push_str(if index % 14 == 13 { ". " } else { " " });
    }
    text
}

const BAD: [(&str, &[u8]); 8] = [
    ("not-json", b"{\"title\": \"cut off in the mid"),
    ("not-utf8", b"{\"title\": \"\xff\xfe\"}"),
    ("xml", b"<?xml version=\"1.0\"?><item><title>A feed</title></item>"),
    ("array", b"[{\"title\": \"two\"}, {\"title\": \"articles\"}]"),
    ("not-an-object", b"\"just a string\""),
    ("nothing-to-read", b"{\"id\": \"empty\", \"title\": \"  \", \"text\": \"<p></p>\"}"),
    ("takedown-unclear", b"{\"takedown\": true}"),
    ("too-deep", b""),
];

fn bad(dice: &mut Dice) -> (&'static str, Vec<u8>) {
    match BAD[dice.roll(BAD.len())] {
        ("too-deep", _) => {
            ("too-deep", format!("{{\"title\":\"A\",\"x\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000)).into_bytes())
        }
        (code, value) => (code, value.to_vec()),
    }
}

/// So many records over so many partitions.
pub fn plant(seed: u64, count: u64, partitions: i32) -> Vec<Planted> {
    endless(seed, partitions).take(usize::try_from(count).unwrap()).collect()
}

/// Records without end. About 10 % repeat an earlier one whole or cut, 3 % are versions, 1 % takedowns, 2 % bad.
pub fn endless(seed: u64, partitions: i32) -> impl Iterator<Item = Planted> {
    let (mut dice, partitions) = (Dice::new(seed), u64::try_from(partitions).unwrap());
    (0..).map(move |number| record(&mut dice, number, i32::try_from(number % partitions).unwrap()))
}

/// A record that is larger than `input.max_bytes`.
pub fn too_large(number: u64) -> Planted {
    let value = json!({"id": number, "text": "word ".repeat(4 << 20)}).to_string().into_bytes();
    let headers = vec![("number".to_owned(), number.to_string().into_bytes())];
    Planted { sent: Sent { partition: 0, key: None, value: Some(value), headers }, fate: Fate::Dead("too-large") }
}

fn record(dice: &mut Dice, number: u64, partition: i32) -> Planted {
    let earlier = number.saturating_sub(1 + dice.roll(200) as u64);
    let words = 120 + dice.roll(500);
    let article = |id: u64, text: String| {
        json!({"id": format!("n{id}"), "source": "wire", "title": format!("Report {id}"), "body": text}).to_string()
    };
    let (fate, value) = match dice.roll(100) {
        0..=4 => (Fate::Article, Some(article(number, text(earlier, 300)).into_bytes())),
        5..=9 => (Fate::Article, Some(article(number, text(earlier, 300).chars().take(900).collect()).into_bytes())),
        10..=12 => (Fate::Article, Some(article(earlier, text(number, words)).into_bytes())),
        13 => takedown(dice, earlier),
        14..=15 => {
            let (code, value) = bad(dice);
            (Fate::Dead(code), Some(value))
        }
        16..=50 => (Fate::Article, Some(article(number, text(number, 300)).into_bytes())),
        _ => (Fate::Article, Some(article(number, text(number, words)).into_bytes())),
    };
    let key = value.is_none().then(|| format!("wire:n{earlier}").into_bytes());
    let headers = vec![("number".to_owned(), number.to_string().into_bytes())];
    Planted { sent: Sent { partition, key, value, headers }, fate }
}

fn takedown(dice: &mut Dice, number: u64) -> (Fate, Option<Vec<u8>>) {
    let value = match dice.roll(3) {
        0 => None,
        1 => Some(json!({"id": format!("n{number}"), "source": "wire", "takedown": true})),
        _ => Some(json!({"id": format!("n{number}"), "source": "wire", "pubstatus": "canceled"})),
    };
    (Fate::Tombstone, value.map(|value| value.to_string().into_bytes()))
}
