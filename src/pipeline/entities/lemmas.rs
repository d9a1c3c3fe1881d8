//! The forms under which the lists may have a place whose name stands in another case: Krakowie is Kraków, Helsingissä Helsinki.
//!
//! Only names that the model takes for places and that the lists do not have are looked up so, and only in languages that change
//! the ends of names. What is tried is what the grammar may have changed; that a list has the result, and as a place, says that it did.

use super::data::Item;
use super::gazetteer::Gazetteer;
use super::key;
use super::tongues;

/// Shorter beginnings say too little.
const SHORTEST: usize = 2;

type Endings = &'static [(&'static str, &'static [&'static str])];

/// What may stand for an ending in the nominative, by language.
const LANGUAGES: &[(&[&str], Endings)] = &[
    (
        &["pl"],
        &[
            ("owie", &["ów"]),
            ("owa", &["ów"]),
            ("owem", &["ów"]),
            ("owi", &["ów"]),
            ("iem", &[""]),
            ("ach", &["y", "i"]),
            ("ie", &["", "a"]),
            ("iu", &["", "ia"]),
            ("em", &["", "o"]),
            ("ii", &["ia"]),
            ("ze", &["ga", "r", "ra"]),
            ("y", &["a"]),
            ("i", &["a", ""]),
            ("ę", &["a"]),
            ("ą", &["a"]),
            ("u", &["", "o"]),
            ("a", &[""]),
        ],
    ),
    (
        &["cs", "sk"],
        &[
            ("ách", &["y"]),
            ("em", &["", "o"]),
            ("om", &["", "o"]),
            ("ze", &["ha", "ga"]),
            ("ě", &["", "a", "o"]),
            ("ou", &["a"]),
            ("e", &["", "a"]),
            ("y", &["a"]),
            ("i", &["", "a"]),
            ("u", &["", "a", "o"]),
            ("a", &["", "o"]),
        ],
    ),
    (
        &["hr", "sr", "bs", "sl"],
        &[
            ("om", &["", "o"]),
            ("em", &["", "e"]),
            ("i", &["a"]),
            ("e", &["a"]),
            ("u", &["", "a", "o"]),
            ("a", &["", "o"]),
        ],
    ),
    (
        &["ru", "bg", "mk", "be"],
        &[
            ("ии", &["ия"]),
            ("ию", &["ия"]),
            ("ией", &["ия"]),
            ("ом", &["", "о"]),
            ("ем", &["ь", "й", "е"]),
            ("ой", &["а"]),
            ("ью", &["ь"]),
            ("е", &["", "а", "я", "й", "о"]),
            ("и", &["ь", "я", "а"]),
            ("ы", &["а"]),
            ("у", &["", "а"]),
            ("ю", &["ь", "я", "й"]),
            ("я", &["ь", "й"]),
            ("а", &["", "о"]),
        ],
    ),
    (
        &["uk"],
        &[
            ("єві", &["їв"]),
            ("єва", &["їв"]),
            ("єву", &["їв"]),
            ("ові", &["ів", "", "ов"]),
            ("ова", &["ів", "ов"]),
            ("ову", &["ів"]),
            ("ом", &["", "о"]),
            ("ою", &["а"]),
            ("ії", &["ія"]),
            ("ію", &["ія"]),
            ("і", &["", "а", "ь", "о"]),
            ("и", &["а"]),
            ("у", &["", "а", "о"]),
            ("ю", &["ь", "я"]),
            ("я", &["ь"]),
            ("а", &["", "о"]),
        ],
    ),
    (
        &["fi", "et"],
        &[
            ("ngissä", &["nki"]),
            ("ngistä", &["nki"]),
            ("ngin", &["nki"]),
            ("ngille", &["nki"]),
            ("ssa", &[""]),
            ("ssä", &[""]),
            ("sta", &[""]),
            ("stä", &[""]),
            ("lla", &[""]),
            ("llä", &[""]),
            ("lta", &[""]),
            ("ltä", &[""]),
            ("lle", &[""]),
            ("seen", &["s"]),
            ("iin", &["i"]),
            ("aan", &["a"]),
            ("oon", &["o"]),
            ("n", &[""]),
            ("s", &[""]),
            ("st", &[""]),
            ("sse", &[""]),
        ],
    ),
    (
        &["hu"],
        &[
            ("ban", &[""]),
            ("ben", &[""]),
            ("ból", &[""]),
            ("ből", &[""]),
            ("nak", &[""]),
            ("nek", &[""]),
            ("ról", &[""]),
            ("ről", &[""]),
            ("tól", &[""]),
            ("től", &[""]),
            ("ig", &[""]),
            ("ba", &[""]),
            ("be", &[""]),
            ("ra", &[""]),
            ("re", &[""]),
            ("en", &[""]),
            ("on", &[""]),
            ("ön", &[""]),
            ("n", &[""]),
            ("i", &[""]),
        ],
    ),
    (
        &["lt", "lv"],
        &[
            ("uje", &["us"]),
            ("iuje", &["ius"]),
            ("aus", &["us"]),
            ("iaus", &["ius"]),
            ("oje", &["a"]),
            ("os", &["a"]),
            ("e", &["as"]),
            ("o", &["as"]),
            ("ā", &["a"]),
            ("as", &["a"]),
            ("u", &["a"]),
        ],
    ),
    (&["tr", "az"], &[("da", &[""]), ("de", &[""]), ("dan", &[""]), ("den", &[""]), ("ta", &[""]), ("te", &[""])]),
    (&["ro"], &[("ului", &["", "ul"]), ("ei", &["a"]), ("i", &["a"])]),
    (&["de", "sv", "da", "no", "nb"], &[("s", &[""])]),
    (&["ar"], &[]),
];

/// What a word of Arabic begins with that is none of the name: and, by, to, for.
const PREFIXED: &[&str] = &["و", "ب", "ل", "ف"];

/// The places that a name in another case can mean; nothing if the lists know none.
pub(super) fn find<'g>(name: &str, language: Option<&str>, gazetteer: &Gazetteer<'g>) -> &'g [Item] {
    let language = tongues::primary(language.unwrap_or_default());
    let Some((_, endings)) = LANGUAGES.iter().find(|(languages, _)| languages.contains(&language)) else { return &[] };
    if name.contains(char::is_whitespace) {
        return &[];
    }
    let mut base = String::with_capacity(name.len() + 4);
    for (ending, instead) in *endings {
        let Some(stem) = name.strip_suffix(ending).filter(|stem| stem.chars().count() >= SHORTEST) else { continue };
        for other in *instead {
            base.clear();
            base.push_str(stem);
            base.push_str(other);
            let items = gazetteer.places(key::of_word(&base));
            if !items.is_empty() {
                return items;
            }
        }
    }
    let prefixed = PREFIXED.iter().filter(|_| language == "ar").filter_map(|prefix| name.strip_prefix(prefix));
    prefixed.map(|rest| gazetteer.places(key::of_word(rest))).find(|items| !items.is_empty()).unwrap_or_default()
}
