//! Which place a name means: what stands beside it, what else the article names, the language, and when nothing tells.

use super::*;

fn ids(language: &str, text: &str, name: &str) -> Ids {
    named(&tag_in(language, "", text), name).ids.clone()
}

fn city(language: &str, text: &str, name: &str) -> Option<u32> {
    ids(language, text, name).geonames
}

fn code(language: &str, text: &str, name: &str) -> Option<String> {
    ids(language, text, name).iso3166
}

#[test]
fn what_stands_right_beside_a_city_decides() {
    for (text, id) in [
        ("The sheriff of Paris, Texas, resigned.", Some(4_717_560)),
        ("The sheriff of Paris, Tex., resigned.", Some(4_717_560)),
        ("The sheriff of Paris, TX, resigned.", Some(4_717_560)),
        ("The sheriff of Paris (Texas) resigned.", Some(4_717_560)),
        ("The sheriff of Paris, Kentucky, resigned.", None),
        ("The mayor of Paris, in the north of France, resigned.", Some(2_988_507)),
        ("He saw Paris, Germany and Italy.", Some(2_988_507)),
    ] {
        assert_eq!(city("en", text, "Paris"), id, "{text}");
    }
    let rally = "There was a rally in London in support of Ukraine on Saturday.";
    assert_eq!(city("en", rally, "London"), Some(2_643_743));
    let lagos = "Surfers leave Lagos in the south of Portugal when the season ends.";
    assert_eq!(city("en", lagos, "Lagos"), Some(2_267_226));
    let wedding = "They married in Washington, Vermont, on a Tuesday.";
    assert_eq!(ids("en", wedding, "Washington"), Ids::default());
}

#[test]
fn a_city_is_where_the_article_is_set() {
    let alabama = "Steel made Birmingham rich. Others in Alabama, in Montgomery and Tuscaloosa, envied it.";
    assert_eq!(city("en", alabama, "Birmingham"), Some(4_049_979));
    assert_eq!(city("en", "Steel made Birmingham rich. London and Leeds envied it.", "Birmingham"), Some(2_655_603));
    let spain = "La policía de Córdoba detuvo a dos hombres de Sevilla. España pidió ayuda a Portugal.";
    assert_eq!(city("es", spain, "Córdoba"), Some(2_519_240));
    let argentina = "La policía de Córdoba detuvo a dos hombres de Rosario. Argentina pidió ayuda a Chile.";
    assert_eq!(city("es", argentina, "Córdoba"), Some(3_860_259));
    let scotland = "Farmers near Perth shear in June. The wool goes to Edinburgh and Dundee in Scotland.";
    assert_eq!(city("en", scotland, "Perth"), Some(2_640_358));
}

#[test]
fn of_two_countries_with_one_name_what_lies_in_them_tells() {
    assert_eq!(code("en", "Congo will vote, the commission in Kinshasa said.", "Congo").as_deref(), Some("CD"));
    assert_eq!(code("en", "Congo will vote, the commission in Brazzaville said.", "Congo").as_deref(), Some("CG"));
    assert_eq!(ids("en", "The nurse worked in Congo for a year.", "Congo"), Ids::default());
    assert_eq!(code("en", "The factories in Seoul are idle, and Korea worries.", "Korea").as_deref(), Some("KR"));
    assert_eq!(ids("en", "He served in Korea for a year.", "Korea"), Ids::default());
}

#[test]
fn where_nothing_tells_there_is_no_id() {
    for (text, name) in [
        ("The violinist was born in Cambridge.", "Cambridge"),
        ("The picture was taken in Worcester.", "Worcester"),
        ("Turkey with chestnuts takes four hours.", "Turkey"),
    ] {
        let entities = tag("", text);
        assert!(entities.iter().all(|entity| entity.name != name || entity.ids == Ids::default()), "{text}");
    }
    let people = tag("", "Memphis Clarke founded the firm. \"We start small,\" said Memphis.");
    assert!(people.iter().all(|entity| entity.ids == Ids::default()), "{people:#?}");
}

#[test]
fn names_in_other_cases_are_found_by_their_first_one() {
    for (language, text, name, id) in [
        ("pl", "Prezydent był wczoraj w Krakowie.", "Krakowie", 3_094_802),
        ("fi", "Ministerit tapasivat Helsingissä.", "Helsingissä", 658_225),
        ("uk", "Німеччина передала допомогу, повідомили у Києві.", "Києві", 703_448),
        ("hr", "Ministri su se sastali u Zagrebu.", "Zagrebu", 3_186_886),
        ("cs", "V Praze jednali ministři.", "Praze", 3_067_696),
        ("hu", "A miniszterek Budapesten találkoztak.", "Budapesten", 3_054_643),
    ] {
        assert_eq!(city(language, text, name), Some(id), "{text}");
    }
}

#[test]
fn regions_have_their_codes() {
    assert_eq!(code("en", "Nurses in Ontario voted to strike.", "Ontario").as_deref(), Some("CA-ON"));
    let smoke = "Bush fires burned in Victoria and New South Wales. Smoke reached Melbourne.";
    assert_eq!(code("en", smoke, "Victoria").as_deref(), Some("AU-VIC"));
    assert_eq!(code("en", "The rules in Scotland are older.", "Scotland").as_deref(), Some("GB-SCT"));
}

#[test]
fn a_bank_or_a_university_is_no_place() {
    for (language, text, name) in [
        ("en", "The Bank of England kept its rate on Monday.", "Bank of England"),
        ("fr", "La hausse est de deux points, selon la Banque de France.", "Banque de France"),
        ("de", "Die Zinsen sinken, sagt die Bank von England.", "Bank von England"),
    ] {
        let entity = named(&tag_in(language, "", text), name).clone();
        assert_eq!((entity.kind, entity.ids), (Kind::Organisation, Ids::default()), "{text}");
    }
}

#[test]
fn a_place_does_not_go_on_in_the_next_sentence() {
    let text = "Los bancos de La Paz cerraron. Bolivia no tiene dólares.";
    assert_eq!(code("es", text, "Bolivia").as_deref(), Some("BO"));
    assert_eq!(city("es", text, "La Paz"), Some(3_911_925));
}

/// Persons with a city's name, and what is only called after a place.
#[test]
fn what_bears_the_name_of_a_place_is_none() {
    let place = |text: &str| {
        let entities = tag("", text);
        entities.into_iter().find(|entity| entity.ids != Ids::default()).map(|entity| entity.name)
    };
    for text in [
        "The mayor, London Breed, lost the vote.",
        "Irving Berlin never learned to read music. Berlin had a piano built that did it for him.",
        "The Panama hat and the Jersey cow were drawn by the same hand.",
    ] {
        assert_eq!(place(text), None, "{text}");
    }
    let university = tag_in("fr", "", "L'université de Paris publie l'étude.");
    assert_eq!(named(&university, "université de Paris").kind, Kind::Organisation);
    // What looks alike and is a place.
    for text in ["Die Regierung in Tiflis hat neue Wahlen angekündigt.", "The Panama ports were shut."] {
        assert!(place(text).is_some(), "{text}");
    }
}

#[test]
fn a_country_whose_name_is_a_word_and_a_firm_that_stands_where_places_do() {
    let coast = "An earthquake of magnitude 5.4 shook the Aegean coast of Turkey shortly before dawn on Wednesday.";
    assert_eq!(code("en", coast, "Turkey").as_deref(), Some("TR"));
    let firm = "Halvard Systems has agreed to buy Brightmoor Software of Bristol. She said that no jobs would be cut at Brightmoor, \
                which employs 840 people in England.";
    let entities = tag("", firm);
    assert_eq!(forms(named(&entities, "Brightmoor Software"), "", firm), ["Brightmoor Software", "Brightmoor"]);
    let minister =
        "The first failed when a substation at Ghorasal overheated, Energy Minister Rashed Karim Chowdhury said.";
    assert_eq!(named(&tag("", minister), "Rashed Karim Chowdhury").kind, Kind::Person);
}
