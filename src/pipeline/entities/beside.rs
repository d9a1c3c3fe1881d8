//! What stands right beside a name of a place and tells where it lies: Paris, Texas; Lagos in the south of Portugal; PARIS, Tex.

use super::cues;
use super::data::{Area, PlaceKind, Region};
use super::gazetteer::Gazetteer;
use super::page::Page;
use super::span::Span;
use super::token::Shape;

/// Most areas that are kept of one name.
const MOST: usize = 16;
/// Most words between a name and the area that it is said to lie in.
const FAR: usize = 6;

/// The words that say so.
const IN: &[&str] = &[
    "in", "im", "en", "em", "no", "na", "au", "aux", "nel", "nella", "w", "v", "ve", "u", "i", "в", "во", "у", "dans",
];
/// The last word of "the capital of", "la capitale de la".
const OF: &[&str] = &["of", "von", "de", "du", "des", "del", "la", "do", "da", "di", "della", "van", "av", "af"];

/// States and provinces as the news shortens them after a city, without dots.
const SHORT: &[(&str, &[u8; 2], &str)] = &[
    ("Ala", b"US", "AL"),
    ("Ariz", b"US", "AZ"),
    ("Ark", b"US", "AR"),
    ("Calif", b"US", "CA"),
    ("Colo", b"US", "CO"),
    ("Conn", b"US", "CT"),
    ("Del", b"US", "DE"),
    ("Fla", b"US", "FL"),
    ("Ga", b"US", "GA"),
    ("Ill", b"US", "IL"),
    ("Ind", b"US", "IN"),
    ("Kan", b"US", "KS"),
    ("Ky", b"US", "KY"),
    ("La", b"US", "LA"),
    ("Md", b"US", "MD"),
    ("Mass", b"US", "MA"),
    ("Mich", b"US", "MI"),
    ("Minn", b"US", "MN"),
    ("Miss", b"US", "MS"),
    ("Mo", b"US", "MO"),
    ("Mont", b"US", "MT"),
    ("Neb", b"US", "NE"),
    ("Nev", b"US", "NV"),
    ("Okla", b"US", "OK"),
    ("Ore", b"US", "OR"),
    ("Pa", b"US", "PA"),
    ("Tenn", b"US", "TN"),
    ("Tex", b"US", "TX"),
    ("Vt", b"US", "VT"),
    ("Va", b"US", "VA"),
    ("Wash", b"US", "WA"),
    ("Wis", b"US", "WI"),
    ("Wyo", b"US", "WY"),
    ("Alta", b"CA", "AB"),
    ("Man", b"CA", "MB"),
    ("Ont", b"CA", "ON"),
    ("Que", b"CA", "QC"),
    ("Sask", b"CA", "SK"),
];
/// Those whose code in capitals is what stands there: N.H., TX.
const STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD \
                      TN TX UT VT VA WA WV WI WY DC";
const PROVINCES: &str = "AB BC MB NB NL NS ON PE QC SK";

/// The areas beside the names of one form.
#[derive(Default)]
pub(super) struct Beside {
    /// Said to contain the place: Texas, of Paris, Texas.
    pub(super) within: Vec<Area>,
    /// The same, with nothing but a comma or a parenthesis between: if the place is not there, it is none of those that are known.
    pub(super) strict: bool,
    /// Those of a city before it: Atlanta, of Atlanta, Georgia.
    pub(super) around: Vec<Area>,
}

impl Beside {
    /// Adds what stands beside the span number `i`.
    pub(super) fn note(&mut self, page: &Page<'_, '_>, spans: &[Span<'_>], i: usize, gazetteer: &Gazetteer<'_>) {
        let Some(span) = spans.get(i) else { return };
        let areas = |other: &Span<'_>, cities: bool| -> Vec<Area> {
            let places = other.items.iter().take(3).filter_map(|item| gazetteer.place(*item));
            places
                .filter(|place| (place.kind() == PlaceKind::City) == cities)
                .filter_map(|place| place.area())
                .collect()
        };
        if self.within.len() < MOST {
            if let Some(area) = shortened(page, span.end) {
                self.within.push(area);
                self.strict = true;
            } else if let Some(next) = spans.get(i + 1)
                && let Some(strict) = says_in(page, span.end, next)
            {
                let areas = areas(next, false);
                self.strict |= strict && !areas.is_empty();
                self.within.extend(areas);
            }
        }
        let before = i.checked_sub(1).and_then(|i| spans.get(i));
        if self.around.len() < MOST
            && let Some(before) = before.filter(|before| says_in(page, before.end, span).is_some())
        {
            self.around.extend(areas(before, true));
        }
    }
}

/// Whether the words between a name's end and the next name say that the one is in the other, and whether they are no more than a sign.
fn says_in(page: &Page<'_, '_>, end: usize, next: &Span<'_>) -> Option<bool> {
    let between = end..next.first;
    if between.is_empty() || between.len() > FAR {
        return None;
    }
    let opening = page.word(end);
    if between.len() == 1 && matches!(opening, "," | "(") {
        // Paris, Germany and Italy
        return Some(!page.cue(next.end, cues::AND));
    }
    let comma = opening == ",";
    let words = end + usize::from(comma)..next.first;
    let small = words.clone().all(|at| page.shape(at) == Some(Shape::Lower) && !page.cue(at, cues::AND));
    let first = page.word(words.start);
    let last = words.end.checked_sub(1).map_or("", |last| page.word(last));
    let says = IN.contains(&first) && (words.len() == 1 || OF.contains(&last)) || comma && OF.contains(&last);
    (small && !words.is_empty() && says).then_some(false)
}

/// The state or province that is told in short after a comma: , Fla. or , N.H. or , TX
fn shortened(page: &Page<'_, '_>, comma: usize) -> Option<Area> {
    if page.word(comma) != "," {
        return None;
    }
    let token = page.token(comma + 1)?;
    let word = page.word(comma + 1);
    if matches!(token.shape, Shape::Upper | Shape::Dotted) && word.len() <= 4 {
        let code: String = word.chars().filter(|c| *c != '.').collect();
        let has = |codes: &str| codes.split_ascii_whitespace().any(|known| known == code);
        let country = if has(STATES) { Some(*b"US") } else { has(PROVINCES).then_some(*b"CA") };
        return country.map(|country| Area { country, region: Region::of(&code) });
    }
    let dot = page.word(comma + 2) == ".";
    let (_, country, code) = SHORT.iter().find(|(short, ..)| dot && *short == word)?;
    Some(Area { country: **country, region: Region::of(code) })
}
