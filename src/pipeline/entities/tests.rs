//! What the whole stage promises, on stories of our own.

use std::cell::Cell;

use proptest::prelude::*;

use super::*;

mod news;
mod places;
mod spellings;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts a look at a token or into the gazetteer, so that costs can be tested without a clock.
pub(super) fn step() {
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

fn tag(title: &str, text: &str) -> Vec<Entity> {
    tag_in("en", title, text)
}

fn tag_in(language: &str, title: &str, text: &str) -> Vec<Entity> {
    let tagger = Tagger::builtin().unwrap();
    tagger.tag(&tagger.read(title, text), Some(language)).entities
}

fn named<'a>(entities: &'a [Entity], name: &str) -> &'a Entity {
    entities.iter().find(|entity| entity.name == name).unwrap_or_else(|| panic!("no {name} in {entities:#?}"))
}

/// The words of each mention.
fn forms<'a>(entity: &Entity, title: &'a str, text: &'a str) -> Vec<&'a str> {
    let field = |mention: &Mention| if mention.field == Field::Title { title } else { text };
    entity.mentions.iter().map(|m| &field(m)[m.byte_start as usize..m.byte_end as usize]).collect()
}

/// Threads remember words, and what they add to scores, from article to article and from language to language.
#[test]
fn what_a_thread_read_before_changes_nothing() {
    let texts = [
        "The Deputy Foreign Minister, Andrei Rudenko, met Anna Meier of Bramblewick Holdings Ltd. in Paris, Texas.",
        "Der Präsident reiste mit Anna Meier nach Deutschland; die Bundesverfassungsgerichtspräsidentin blieb in Berlin.",
        "中国と日本の首相が東京で会談した。 В Европе и Украина, и другие.",
    ];
    let articles: Vec<_> =
        ["en", "de", "ja"].into_iter().flat_map(|language| texts.map(|text| (language, text))).collect();
    let alone = |(language, text)| std::thread::spawn(move || tag_in(language, "", text)).join().unwrap();
    let expected: Vec<_> = articles.iter().map(|article| alone(*article)).collect();
    assert!(expected.iter().any(|entities| !entities.is_empty()));
    // more words than are remembered, between one round and the next
    let many: String = (0..20_000).map(|number| format!("W{number} ")).collect();
    for _ in 0..2 {
        for ((language, text), expected) in articles.iter().zip(&expected) {
            assert_eq!(tag_in(language, "", text), *expected, "{language}: {text}");
        }
        tag("", &many);
    }
}

#[test]
fn a_deputy_minister_in_two_spellings_is_one_person() {
    let title = "Rudenko: talks on border guards will go on";
    let text = "The Deputy Foreign Minister of Russia, Andrei Rudenko, arrived in Dushanbe on Monday to discuss the situation on the \
                border of Tajikistan and Afghanistan.\n\nAccording to Rodenko, the members of the Collective Security Treaty \
                Organization (CSTO) are ready to help Tajikistan. The CSTO will send equipment, Rodenko said. Moscow has a base there.";
    let entities = tag(title, text);
    let rudenko = named(&entities, "Andrei Rudenko");
    assert_eq!(rudenko.kind, Kind::Person);
    assert_eq!(forms(rudenko, title, text), ["Rudenko", "Andrei Rudenko", "Rodenko", "Rodenko"]);
    let csto = named(&entities, "Collective Security Treaty Organization");
    assert_eq!(csto.kind, Kind::Organisation);
    assert_eq!(forms(csto, title, text), ["Collective Security Treaty Organization", "CSTO", "CSTO"]);
    let tajikistan = named(&entities, "Tajikistan");
    let ids = Ids { wikidata: Some("Q863".into()), iso3166: Some("TJ".into()), geonames: Some(1_220_409), own: None };
    assert_eq!((tajikistan.kind, &tajikistan.ids, tajikistan.mentions.len()), (Kind::Location, &ids, 2));
    assert_eq!(named(&entities, "Dushanbe").ids.geonames, Some(1_221_874));
    assert!(entities.iter().all(|entity| entity.name != "Monday" && entity.name != "Foreign Minister"));
}

#[test]
fn titles_offices_and_given_names_introduce_people() {
    let text = "President Elaine Marchetti met Dr. Kofi Aboagye and Ludwig van Dessel in Accra. Mr. Aboagye thanked her. Sen. \
                Quillfeather, 61, was absent.";
    let entities = tag("", text);
    for name in ["Elaine Marchetti", "Kofi Aboagye", "Ludwig van Dessel", "Quillfeather"] {
        assert_eq!(named(&entities, name).kind, Kind::Person, "{name}");
    }
    assert_eq!(named(&entities, "Kofi Aboagye").mentions.len(), 2);
}

#[test]
fn organisations_by_their_nouns_and_suffixes() {
    let text = "The Ministry of Labour and Social Affairs fined Bramblewick Holdings Ltd. after the University of Ghent and the Harbour \
                Workers Association complained.";
    let entities = tag("", text);
    for name in [
        "Ministry of Labour and Social Affairs",
        "Bramblewick Holdings Ltd.",
        "University of Ghent",
        "Harbour Workers Association",
    ] {
        assert_eq!(named(&entities, name).kind, Kind::Organisation, "{name}");
    }
}

#[test]
fn a_city_is_the_one_the_article_is_about_or_none() {
    let paris = |text: &str| named(&tag("", text), "Paris").ids.geonames;
    assert_eq!(paris("The minister flew to Paris."), Some(2_988_507));
    assert_eq!(paris("The sheriff of Paris, Texas, resigned."), Some(4_717_560));
    assert_eq!(named(&tag("", "It rained in Springfield."), "Springfield").ids, Ids::default());
    assert_eq!(named(&tag("", "A man from London, Ohio, was fined."), "London").ids, Ids::default());
    let georgia = |text: &str| named(&tag("", text), "Georgia").ids.iso3166.clone();
    assert_eq!(georgia("The race in Atlanta, Georgia, is close.").as_deref(), Some("US-GA"));
    let states = "Voters in Ohio, Iowa, Texas and Alabama agree, those in Georgia do not, says Washington.";
    assert_eq!(georgia(states).as_deref(), Some("US-GA"));
    assert_eq!(georgia("Tbilisi is the capital of Georgia, and Georgia borders Armenia.").as_deref(), Some("GE"));
}

#[test]
fn ordinary_words_inhabitants_and_boilerplate_are_no_names() {
    for text in [
        "Reading is fun. Nice work! Mobile phones are everywhere.",
        "French and German voters were asked in March and on Tuesday.",
        "Photo: Getty Images Europe. All Rights Reserved. Sign Up. Read More.",
        "The weather will be fine. It was cold. Why not?",
    ] {
        assert_eq!(tag("", text), [], "{text}");
    }
}

#[test]
fn countries_in_other_languages_and_scripts() {
    for (language, text, name, code) in [
        ("de", "Der Präsident reiste nach Deutschland.", "Deutschland", "DE"),
        ("es", "El ministro viajó a Alemania.", "Alemania", "DE"),
        ("ru", "В Европе и Украина, и другие.", "Украина", "UA"),
        ("ar", "الرئيس زار تونس امس", "تونس", "TN"),
        ("ja", "中国と日本の首相が会談した。", "日本", "JP"),
        ("hi", "नेता भारत में हैं", "भारत", "IN"),
        ("ko", "그는 러시아에서 왔다", "러시아", "RU"),
    ] {
        assert_eq!(named(&tag_in(language, "", text), name).ids.iso3166.as_deref(), Some(code), "{text}");
    }
}

#[test]
fn a_headline_in_capitals_takes_its_people_from_the_text() {
    let title = "VOLKOVSKY TELLS COUNCIL NOTHING NEW";
    let text = "Pavel Volkovsky spoke for an hour. The council was not impressed by what Volkovsky had to tell.";
    let person = tag(title, text);
    assert_eq!(forms(named(&person, "Pavel Volkovsky"), title, text), ["VOLKOVSKY", "Pavel Volkovsky", "Volkovsky"]);
}

#[test]
fn a_surname_that_is_also_a_city_is_the_person() {
    let text = "Denzel Washington opened the show. Later Washington thanked the crew.";
    let entities = tag("", text);
    assert_eq!(named(&entities, "Denzel Washington").mentions.len(), 2);
}

#[test]
fn cost_is_linear() {
    let steps = |text: &str| {
        STEPS.with(|steps| steps.set(0));
        tag("", text);
        STEPS.with(Cell::get).max(1)
    };
    for unit in [
        "New York ",
        "Aa ",
        "University of ",
        "John van de ",
        "A.",
        "Mr. ",
        "中国",
        "al-",
        "Ivan Petrov said. ",
        "(A) ",
        "U.S. & ",
    ] {
        let (short, long) = (steps(&unit.repeat(500)), steps(&unit.repeat(5_000)));
        assert!(long <= short * 12, "{unit:?}: {short} steps, then {long} for ten times as much");
    }
}

#[test]
fn a_field_is_read_up_to_so_many_words() {
    let tagger = Tagger::builtin().unwrap();
    let told = |filling: usize| {
        let text = format!("{}. Angela Merkel spoke.", "word ".repeat(filling));
        let tagged = tagger.tag(&tagger.read("", &text), Some("en"));
        (tagged.entities.len(), tagged.truncated)
    };
    assert_eq!(told(page::MOST_TOKENS - 5), (1, false));
    assert_eq!(told(page::MOST_TOKENS), (0, true));
    let warning = crate::article::Warning::EntitiesTruncated;
    let explained = crate::article::Warning::REFERENCE.iter().find(|(code, ..)| *code == warning.code()).unwrap().1;
    let most = page::MOST_TOKENS.to_string();
    assert!(warning.to_string().contains(&most) && explained.contains(&most));
}

#[test]
fn forty_thousand_different_names_are_no_trouble() {
    let mut text = String::new();
    for i in 0..40_000_u32 {
        let letters: String = (0..5).map(|k| char::from(b'a' + ((i >> (k * 3)) % 8) as u8)).collect();
        text.push_str(&format!("John P{letters}ko said no. "));
    }
    assert!(!tag("", &text).is_empty());
}

/// Pieces that news has and that are hard on offsets: scripts, emoji, combining marks, line ends, names.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "John Smith",
        "Mr. ",
        "U.S.",
        "Paris, Texas",
        "Ame\u{301}lie",
        "👩‍👩‍👧 ",
        "\r\n",
        "\n\n",
        "مصر",
        "ישראל",
        "中国",
        "ロシア",
        "ประเทศไทย",
        "대한민국",
        " ",
        ", ",
        "(CSTO)",
        "University of ",
        "van de ",
        "ﬁn",
        "İstanbul",
        "ẞ",
        "\u{200d}",
        "\u{feff}",
        "’s ",
        "-",
        "\0",
        "Collective Security Treaty Organization ",
    ];
    prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        "\\PC{0,6}",
        any::<char>().prop_map(String::from)
    ]
}

fn field() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_offset_is_exact(title in field(), text in field()) {
        let entities = tag(&title, &text);
        let mut taken = Vec::new();
        for entity in &entities {
            prop_assert!(!entity.mentions.is_empty() && !entity.name.is_empty());
            prop_assert!(entity.confidence > 0.0 && entity.confidence <= 1.0);
            let order: Vec<_> = entity.mentions.iter().map(|m| (m.field, m.start)).collect();
            prop_assert!(order.is_sorted());
            for mention in &entity.mentions {
                let whole = if mention.field == Field::Title { &title } else { &text };
                let bytes = whole.get(mention.byte_start as usize..mention.byte_end as usize);
                let points: String = whole.chars().skip(mention.start as usize).take((mention.end - mention.start) as usize).collect();
                prop_assert_eq!(bytes, Some(points.as_str()));
                prop_assert!(!points.trim().is_empty());
                taken.push((mention.field, mention.start, mention.end));
            }
        }
        taken.sort_unstable();
        for pair in taken.windows(2) {
            prop_assert!(pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1, "{:?} overlap", pair);
        }
    }

    #[test]
    fn the_same_article_has_the_same_entities(title in field(), text in field()) {
        prop_assert_eq!(tag(&title, &text), tag(&title, &text));
    }
}
