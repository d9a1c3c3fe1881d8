//! What publishers write for a language, to BCP 47: tags, ISO 639-1, 639-2 and 639-3 codes, English names.

/// Every ISO 639-1 code, with its ISO 639-2 codes (terminology, then bibliographic where it differs), withdrawn codes and
/// English names in lower case; a few codes of ISO 639-3 that the news is written in.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("aa", &["aar", "afar"]),
    ("ab", &["abk", "abkhaz", "abkhazian"]),
    ("ae", &["ave", "avestan"]),
    ("af", &["afr", "afrikaans"]),
    ("ak", &["aka", "akan"]),
    ("am", &["amh", "amharic"]),
    ("an", &["arg", "aragonese"]),
    ("ar", &["ara", "arabic"]),
    ("as", &["asm", "assamese"]),
    ("av", &["ava", "avaric"]),
    ("ay", &["aym", "aymara"]),
    ("az", &["aze", "azerbaijani"]),
    ("ba", &["bak", "bashkir"]),
    ("be", &["bel", "belarusian", "belarussian"]),
    ("bg", &["bul", "bulgarian"]),
    ("bi", &["bis", "bislama"]),
    ("bm", &["bam", "bambara"]),
    ("bn", &["ben", "bengali", "bangla"]),
    ("bo", &["bod", "tib", "tibetan"]),
    ("br", &["bre", "breton"]),
    ("bs", &["bos", "bosnian"]),
    ("ca", &["cat", "catalan", "valencian"]),
    ("ce", &["che", "chechen"]),
    ("ch", &["cha", "chamorro"]),
    ("ckb", &["sorani"]),
    ("co", &["cos", "corsican"]),
    ("cr", &["cre", "cree"]),
    ("cs", &["ces", "cze", "czech"]),
    ("cu", &["chu", "church slavonic"]),
    ("cv", &["chv", "chuvash"]),
    ("cy", &["cym", "wel", "welsh"]),
    ("da", &["dan", "danish"]),
    ("de", &["deu", "ger", "german"]),
    ("dv", &["div", "dhivehi", "maldivian"]),
    ("dz", &["dzo", "dzongkha"]),
    ("ee", &["ewe", "ewe"]),
    ("el", &["ell", "gre", "greek"]),
    ("en", &["eng", "english"]),
    ("eo", &["epo", "esperanto"]),
    ("es", &["spa", "spanish", "castilian"]),
    ("et", &["est", "estonian"]),
    ("eu", &["eus", "baq", "basque"]),
    ("fa", &["fas", "per", "persian", "farsi"]),
    ("ff", &["ful", "fulah", "fula"]),
    ("fi", &["fin", "finnish"]),
    ("fil", &["filipino"]),
    ("fj", &["fij", "fijian"]),
    ("fo", &["fao", "faroese"]),
    ("fr", &["fra", "fre", "french"]),
    ("fy", &["fry", "frisian", "western frisian"]),
    ("ga", &["gle", "irish"]),
    ("gd", &["gla", "scottish gaelic", "gaelic"]),
    ("gl", &["glg", "galician"]),
    ("gn", &["grn", "guarani"]),
    ("gu", &["guj", "gujarati"]),
    ("gv", &["glv", "manx"]),
    ("ha", &["hau", "hausa"]),
    ("he", &["heb", "iw", "hebrew"]),
    ("hi", &["hin", "hindi"]),
    ("ho", &["hmo", "hiri motu"]),
    ("hr", &["hrv", "croatian"]),
    ("ht", &["hat", "haitian", "haitian creole"]),
    ("hu", &["hun", "hungarian"]),
    ("hy", &["hye", "arm", "armenian"]),
    ("hz", &["her", "herero"]),
    ("ia", &["ina", "interlingua"]),
    ("id", &["ind", "in", "indonesian"]),
    ("ie", &["ile", "interlingue"]),
    ("ig", &["ibo", "igbo"]),
    ("ii", &["iii", "sichuan yi"]),
    ("ik", &["ipk", "inupiaq"]),
    ("io", &["ido", "ido"]),
    ("is", &["isl", "ice", "icelandic"]),
    ("it", &["ita", "italian"]),
    ("iu", &["iku", "inuktitut"]),
    ("ja", &["jpn", "japanese"]),
    ("jv", &["jav", "jw", "javanese"]),
    ("ka", &["kat", "geo", "georgian"]),
    ("kg", &["kon", "kongo"]),
    ("ki", &["kik", "kikuyu"]),
    ("kj", &["kua", "kuanyama"]),
    ("kk", &["kaz", "kazakh"]),
    ("kl", &["kal", "greenlandic", "kalaallisut"]),
    ("km", &["khm", "khmer"]),
    ("kn", &["kan", "kannada"]),
    ("ko", &["kor", "korean"]),
    ("kr", &["kau", "kanuri"]),
    ("ks", &["kas", "kashmiri"]),
    ("ku", &["kur", "kurdish"]),
    ("kv", &["kom", "komi"]),
    ("kw", &["cor", "cornish"]),
    ("ky", &["kir", "kyrgyz"]),
    ("la", &["lat", "latin"]),
    ("lb", &["ltz", "luxembourgish"]),
    ("lg", &["lug", "ganda", "luganda"]),
    ("li", &["lim", "limburgish"]),
    ("ln", &["lin", "lingala"]),
    ("lo", &["lao", "lao"]),
    ("lt", &["lit", "lithuanian"]),
    ("lu", &["lub", "luba"]),
    ("lv", &["lav", "latvian"]),
    ("mg", &["mlg", "malagasy"]),
    ("mh", &["mah", "marshallese"]),
    ("mi", &["mri", "mao", "maori"]),
    ("mk", &["mkd", "mac", "macedonian"]),
    ("ml", &["mal", "malayalam"]),
    ("mn", &["mon", "mongolian"]),
    ("mr", &["mar", "marathi"]),
    ("ms", &["msa", "may", "malay"]),
    ("mt", &["mlt", "maltese"]),
    ("my", &["mya", "bur", "burmese"]),
    ("na", &["nau", "nauru", "nauruan"]),
    ("nb", &["nob", "no", "nor", "norwegian", "bokmal"]),
    ("nd", &["nde", "northern ndebele"]),
    ("ne", &["nep", "nepali"]),
    ("ng", &["ndo", "ndonga"]),
    ("nl", &["nld", "dut", "dutch", "flemish"]),
    ("nn", &["nno", "nynorsk"]),
    ("nr", &["nbl", "southern ndebele"]),
    ("nv", &["nav", "navajo"]),
    ("ny", &["nya", "chichewa", "nyanja"]),
    ("oc", &["oci", "occitan"]),
    ("oj", &["oji", "ojibwa", "ojibwe"]),
    ("om", &["orm", "oromo"]),
    ("or", &["ori", "odia", "oriya"]),
    ("os", &["oss", "ossetian"]),
    ("pa", &["pan", "punjabi", "panjabi"]),
    ("pi", &["pli", "pali"]),
    ("pl", &["pol", "polish"]),
    ("ps", &["pus", "pashto"]),
    ("pt", &["por", "portuguese"]),
    ("qu", &["que", "quechua"]),
    ("rm", &["roh", "romansh"]),
    ("rn", &["run", "rundi", "kirundi"]),
    ("ro", &["ron", "rum", "mo", "romanian", "moldovan"]),
    ("ru", &["rus", "russian"]),
    ("rw", &["kin", "kinyarwanda"]),
    ("sa", &["san", "sanskrit"]),
    ("sc", &["srd", "sardinian"]),
    ("sd", &["snd", "sindhi"]),
    ("se", &["sme", "northern sami"]),
    ("sg", &["sag", "sango"]),
    ("si", &["sin", "sinhala", "sinhalese"]),
    ("sk", &["slk", "slo", "slovak"]),
    ("sl", &["slv", "slovenian", "slovene"]),
    ("sm", &["smo", "samoan"]),
    ("sn", &["sna", "shona"]),
    ("so", &["som", "somali"]),
    ("sq", &["sqi", "alb", "albanian"]),
    ("sr", &["srp", "serbian"]),
    ("ss", &["ssw", "swati", "swazi"]),
    ("st", &["sot", "sotho"]),
    ("su", &["sun", "sundanese"]),
    ("sv", &["swe", "swedish"]),
    ("sw", &["swa", "swahili"]),
    ("ta", &["tam", "tamil"]),
    ("te", &["tel", "telugu"]),
    ("tg", &["tgk", "tajik"]),
    ("th", &["tha", "thai"]),
    ("ti", &["tir", "tigrinya"]),
    ("tk", &["tuk", "turkmen"]),
    ("tl", &["tgl", "tagalog"]),
    ("tn", &["tsn", "tswana"]),
    ("to", &["ton", "tongan"]),
    ("tr", &["tur", "turkish"]),
    ("ts", &["tso", "tsonga"]),
    ("tt", &["tat", "tatar"]),
    ("tw", &["twi", "twi"]),
    ("ty", &["tah", "tahitian"]),
    ("ug", &["uig", "uyghur", "uighur"]),
    ("uk", &["ukr", "ukrainian"]),
    ("ur", &["urd", "urdu"]),
    ("uz", &["uzb", "uzbek"]),
    ("ve", &["ven", "venda"]),
    ("vi", &["vie", "vietnamese"]),
    ("vo", &["vol", "volapuk"]),
    ("wa", &["wln", "walloon"]),
    ("wo", &["wol", "wolof"]),
    ("xh", &["xho", "xhosa"]),
    ("yi", &["yid", "ji", "yiddish"]),
    ("yo", &["yor", "yoruba"]),
    ("yue", &["cantonese"]),
    ("za", &["zha", "zhuang"]),
    ("zh", &["zho", "chi", "cmn", "chinese", "mandarin"]),
    ("zu", &["zul", "zulu"]),
];

/// Longest tag or name that is looked at.
const LONGEST: usize = 35;

/// The BCP 47 tag, in the usual case: `en`, `pt-BR`, `zh-Hant-TW`. None if it is no language.
pub(super) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    // A locale may name its encoding: `en_US.UTF-8`.
    let lower = text.split('.').next()?.to_ascii_lowercase();
    let mut parts = lower.split(['-', '_']);
    let mut tag = primary(parts.next()?)?;
    for part in parts {
        tag.push('-');
        tag.push_str(&subtag(part)?);
    }
    Some(tag)
}

/// The shortest code, as BCP 47 asks. A code that the table lacks is taken as it is: ISO 639-3 has 7,000.
fn primary(part: &str) -> Option<String> {
    if LANGUAGES.binary_search_by_key(&part, |(code, _)| code).is_ok() {
        return Some(part.to_owned());
    }
    let known = LANGUAGES.iter().find(|(_, others)| others.contains(&part));
    let is_code = matches!(part.len(), 2 | 3) && part.bytes().all(|byte| byte.is_ascii_lowercase());
    known.map(|(code, _)| (*code).to_owned()).or_else(|| is_code.then(|| part.to_owned()))
}

fn subtag(part: &str) -> Option<String> {
    let is_word = !part.is_empty() && part.len() <= 8 && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
    match part.len() {
        _ if !is_word => None,
        2 if is_letters => Some(part.to_ascii_uppercase()),
        4 if is_letters => Some(part.get(..1)?.to_ascii_uppercase() + part.get(1..)?),
        _ => Some(part.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_codes_and_names() {
        for (text, expected) in [
            ("en", "en"),
            ("EN", "en"),
            ("en_us", "en-US"),
            ("pt-br", "pt-BR"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("eng", "en"),
            ("ger", "de"),
            ("deu", "de"),
            ("German", "de"),
            ("no", "nb"),
            ("iw", "he"),
            ("Tajik", "tg"),
            ("es-419", "es-419"),
            ("gsw", "gsw"),
            ("ltz", "lb"),
            ("en_US.UTF-8", "en-US"),
            (" Haitian Creole ", "ht"),
            ("no-NO", "nb-NO"),
            ("sr-Latn-RS", "sr-Latn-RS"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_language_is_none() {
        for text in ["", "klingonese", "e", "12", "en-", "русский", "zz9", "a very long name of a language indeed"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_says_each_thing_once() {
        assert!(LANGUAGES.is_sorted_by_key(|(code, _)| code));
        let told: Vec<&str> =
            LANGUAGES.iter().flat_map(|(code, others)| [*code].into_iter().chain(others.iter().copied())).collect();
        let twice = |word: &&&str| told.iter().filter(|other| other == word).count() > 1;
        // `lao`, `ewe`, `ido` and `twi` are code and name alike.
        assert_eq!(told.iter().filter(twice).filter(|word| !["lao", "ewe", "ido", "twi"].contains(*word)).count(), 0);
    }
}
