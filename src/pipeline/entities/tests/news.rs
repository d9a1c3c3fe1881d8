//! What English news is full of: datelines, clubs, brands, names that a state and a country share. All stories are invented.

use super::*;

fn names(text: &str, kind: Kind) -> Vec<String> {
    tag("", text).into_iter().filter(|entity| entity.kind == kind).map(|entity| entity.name).collect()
}

fn id(text: &str, name: &str) -> Option<u32> {
    named(&tag("", text), name).ids.geonames
}

fn iso(text: &str, name: &str) -> Option<String> {
    named(&tag("", text), name).ids.iso3166.clone()
}

/// So many names that half the words have a capital, at any length.
const DENSE: &str = "In Texas on Monday, LeBron James met Elon Musk and Bukayo Saka, and Quenby Farnaby of Microsoft paid for it. At NATO they \
                     heard from Quenby Farnaby that Apple and OpenAI would give Elon Musk and Anna Lee what Google had. ";

#[test]
fn a_long_story_full_of_names_is_read_like_a_short_one() {
    for times in [1, 3, 20] {
        let entities = tag("", &DENSE.repeat(times));
        for name in ["LeBron James", "Elon Musk", "Bukayo Saka", "Quenby Farnaby"] {
            assert_eq!((named(&entities, name).kind, times), (Kind::Person, times));
        }
        for name in ["Microsoft", "NATO", "OpenAI", "Apple"] {
            assert_eq!((named(&entities, name).kind, times), (Kind::Organisation, times));
        }
    }
}

#[test]
fn a_place_is_called_as_the_story_spells_it_and_not_as_its_dateline_shouts_it() {
    let text =
        "OTTAWA — The bank kept its rate on Wednesday, and a crowd stood before it in Ottawa and waited for the news.";
    assert_eq!(names(text, Kind::Location), ["Ottawa"]);
    assert_eq!(names("OTTAWA — The bank kept its rate on Wednesday.", Kind::Location), ["OTTAWA"]);
}

#[test]
fn german_is_known_by_its_small_words_in_the_whole_article() {
    let text = "Beim Abriss wurde eine Mauer gefunden. Die Arbeiten werden nach dem Fund nicht fortgesetzt, und das ist auch richtig so.";
    assert!(
        tag_in("de", "Forscher finden Mauer unter Zwickauer Parkhaus", text).iter().all(|e| e.kind != Kind::Person)
    );
}

#[test]
fn a_dateline_is_a_city() {
    assert_eq!(id("NEW YORK, Jan 30 - Shares fell.", "NEW YORK"), Some(5_128_581));
    assert_eq!(id("WASHINGTON — The White House said no.", "WASHINGTON"), Some(4_140_963));
    assert_eq!(id("WELLINGTON, New Zealand -- The minister resigned.", "WELLINGTON"), Some(2_179_537));
    assert_eq!(id("It rained.\n\nAUSTIN, Texas (Wire) — It rained again.", "AUSTIN"), Some(4_671_654));
    assert_eq!(names("READING (Wire) - It rained.", Kind::Location), ["READING"]);
    assert_eq!(names("READING - a hobby. Reading, she said, is fun.", Kind::Location), ["Reading"]);
    assert!(names("Reading - a hobby. A lot of READING - a hobby.", Kind::Location).is_empty());
}

#[test]
fn washington_and_new_york_are_cities_unless_a_state_is_told() {
    assert_eq!(id("The U.S. economy grew, officials in Washington said.", "Washington"), Some(4_140_963));
    assert_eq!(id("The U.S. bank moved to New York from Ohio and Texas.", "New York"), Some(5_128_581));
    assert_eq!(iso("The storm hit Seattle, Washington, on Friday.", "Washington").as_deref(), Some("US-WA"));
    assert_eq!(iso("The firm has offices in Washington state.", "Washington").as_deref(), Some("US-WA"));
}

#[test]
fn georgia_is_told_by_what_lies_around_it() {
    let abroad = "Observers from France, Germany, Japan, Israel, Canada, Mexico, Brazil and Kenya will watch. ";
    for text in ["Polls in Georgia and Pennsylvania are tied. ", "Voters in Georgia and Pennsylvania went to Atlanta. "]
    {
        assert_eq!(iso(&format!("{text}{abroad}"), "Georgia").as_deref(), Some("US-GA"), "{text}");
        assert_eq!(iso(text, "Georgia").as_deref(), Some("US-GA"), "{text}");
    }
    for text in [
        "Armenia and Georgia signed in Tbilisi. An engineer from Texas helped. ",
        "Tbilisi is the capital of Georgia. ",
    ] {
        assert_eq!(iso(&format!("{text}{abroad}"), "Georgia").as_deref(), Some("GE"), "{text}");
        assert_eq!(iso(text, "Georgia").as_deref(), Some("GE"), "{text}");
    }
}

#[test]
fn england_is_never_the_whole_kingdom() {
    for text in [
        "England beat France and Germany.",
        "England and Wales agree.",
        "The rules in England are Britain's, said London.",
    ] {
        let ids = &tag("", text).into_iter().find(|entity| entity.name == "England").unwrap().ids;
        assert_eq!((ids.wikidata.as_deref(), ids.iso3166.as_deref()), (Some("Q21"), Some("GB-ENG")), "{text}");
    }
}

#[test]
fn a_small_city_in_a_country_that_the_story_is_not_about_has_no_id() {
    let text =
        "She worked at Kew Gardens for years. Born in Leeds, she knew London, and England never had a better gardener.";
    assert_eq!(id(text, "Kew Gardens"), None);
    assert_eq!(id("A man from Kew Gardens sold a car in New York, the police said.", "Kew Gardens"), Some(5_123_344));
    let granada =
        named(&tag("", "La policía de Granada y la de Madrid detuvieron a dos hombres."), "Granada").ids.clone();
    assert_eq!((granada.iso3166, granada.geonames), (None, Some(2_517_117)));
}

#[test]
fn a_place_in_an_organisations_name_is_no_place() {
    let text = "She left her money to Hedgehog Research UK. Then Taiwan Gravel Manufacturing bought the house.";
    assert_eq!(names(text, Kind::Organisation), ["Hedgehog Research UK", "Taiwan Gravel Manufacturing"]);
    assert!(names(text, Kind::Location).is_empty());
    assert_eq!(names("El informe es de la Universidad de Granada.", Kind::Organisation), ["Universidad de Granada"]);
}

#[test]
fn a_team_is_no_person_and_takes_its_short_name() {
    let text = "The Los Angeles Lakers beat the Boston Celtics. The Lakers were better, and Los Angeles cheered.";
    let entities = tag("", text);
    assert_eq!(forms(named(&entities, "Los Angeles Lakers"), "", text), ["Los Angeles Lakers", "Lakers"]);
    assert!(entities.iter().all(|entity| entity.kind != Kind::Person));
    // and one that no list has is not cut out of its city's name either
    assert!(names("He joined the Los Angeles Wombats yesterday.", Kind::Person).is_empty());
}

#[test]
fn in_a_story_about_sport_a_citys_name_is_its_clubs() {
    let text = "Chelsea beat Newcastle in the league, and Arsenal won at Newcastle. The striker was born in Newcastle.";
    assert_eq!(names(text, Kind::Organisation), ["Chelsea", "Newcastle", "Arsenal"]);
    assert_eq!(names(text, Kind::Location), ["Newcastle"]);
    let text = "Chelsea drew in the league. A striker on loan from Chelsea scored for Everton.";
    assert_eq!(names(text, Kind::Organisation), ["Chelsea", "Everton"]);
    let text = "The council of Newcastle will close a bridge. Trains to Newcastle are late.";
    assert_eq!(names(text, Kind::Organisation), Vec::<String>::new());
}

#[test]
fn a_word_after_at_that_might_be_a_surname_is_where_something_is() {
    let text = "It was the driest June that the weather station at Holt has recorded since it opened.";
    assert_eq!(names(text, Kind::Location), ["Holt"]);
    let text = format!("{text} Anna Holt, who reads the gauge, was not surprised.");
    assert_eq!(names(&text, Kind::Person), ["Anna Holt"], "whom the article names is meant");
    assert!(names(&text, Kind::Location).is_empty());
}

#[test]
fn an_ordinary_word_that_opens_a_line_before_small_ones_is_no_organisation() {
    assert!(tag("Customs house sold", "A bakery has bought the old customs house.").is_empty());
}

#[test]
fn a_ministry_in_japanese_is_told_by_its_last_letter() {
    let organisations = |text: &str| {
        let entities = tag_in("ja", "", text).into_iter().filter(|entity| entity.kind == Kind::Organisation);
        entities.map(|entity| entity.name).collect::<Vec<_>>()
    };
    assert_eq!(organisations("日本の運輸省が費用の三分の一を支払う。"), ["運輸省"]);
    assert!(organisations("彼はその反省から、省エネに努めた。").is_empty());
}

#[test]
fn an_ampersand_joins_companies_and_separates_people() {
    assert_eq!(names("John Smith & Anna Lee opened a shop.", Kind::Person), ["John Smith", "Anna Lee"]);
    assert_eq!(names("He left Thornbury & Vexley last year.", Kind::Organisation), ["Thornbury & Vexley"]);
}

#[test]
fn a_company_ends_with_its_noun_and_is_called_by_its_first_word() {
    let title = "Halvard Systems to buy Brightmoor Software";
    let text = "Halvard Systems has agreed to buy Brightmoor Software of Bristol. Brightmoor employs 84 people, and Halvard has said that \
                it wants all of them. Halvard's shares fell.";
    let entities = tag(title, text);
    assert_eq!(named(&entities, "Brightmoor Software").mentions.len(), 3);
    assert_eq!(named(&entities, "Halvard Systems").mentions.len(), 4);
    assert_eq!(entities.iter().filter(|entity| entity.kind != Kind::Location).count(), 2);
    assert_eq!(names("Visitors Quillby Athletic had led from the start.", Kind::Organisation), ["Quillby Athletic"]);
}

#[test]
fn the_rest_of_the_article_settles_what_a_sentence_begins_with() {
    let entities = tag_in("es", "Sevilla cubre sus calles", "Sevilla ha puesto toldos. Los vecinos aplauden.");
    assert_eq!((named(&entities, "Sevilla").kind, named(&entities, "Sevilla").mentions.len()), (Kind::Location, 2));
    let entities = tag_in("it", "Matera adotta le cisterne", "A Matera le cisterne hanno nuovi custodi.");
    assert_eq!(named(&entities, "Matera").ids.geonames, Some(3_173_721));
    let text = "Apple will report today. She said that Apple is late.";
    assert_eq!(named(&tag("", text), "Apple").mentions.len(), 2);
    assert_eq!(tag("", "Apple pie is fine."), []);
    // not the city in Mississippi, though "in" stands before it once
    let text = "Andrew Jackson moved house. Jackson was late.";
    assert!(names(text, Kind::Location).is_empty());
}

#[test]
fn words_of_other_languages_are_no_names() {
    for text in ["Самое тяжёлое письмо весило два килограмма.", "Весной музей покажет выставку."]
    {
        assert_eq!(tag("", text), [], "{text}");
    }
    assert!(names("Ilha do Fogo reabre a estrada.", Kind::Person).is_empty());
    assert_eq!(
        names("Ook Schepen Lieselot Van Hecke kwam er toen in haar wijk nog een keer op terug.", Kind::Person),
        ["Lieselot Van Hecke"]
    );
    assert_eq!(names("The ball went to D'Angelo Fernsby.", Kind::Person), ["D'Angelo Fernsby"]);
    assert_eq!(names("A shot by Jordan Thwaiteson missed.", Kind::Person), ["Jordan Thwaiteson"]);
}
