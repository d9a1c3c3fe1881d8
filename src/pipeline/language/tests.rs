//! What the detector answers, on sentences written for it.

use proptest::prelude::*;

use super::*;

fn detect(text: &str) -> Detection {
    Detector::builtin().unwrap().detect("", text)
}

#[test]
fn languages_of_the_news() {
    for (code, text) in [
        ("en", "The council voted on Tuesday to repair the old bridge before the winter storms arrive."),
        ("de", "Der Stadtrat beschloss am Dienstag, die alte Brücke vor den Winterstürmen zu reparieren."),
        ("fr", "Le conseil municipal a décidé mardi de réparer le vieux pont avant les tempêtes d'hiver."),
        ("es", "El ayuntamiento decidió el martes reparar el viejo puente antes de las tormentas de invierno."),
        ("it", "Il consiglio comunale ha deciso martedì di riparare il vecchio ponte prima delle tempeste."),
        ("pt", "A câmara municipal decidiu na terça-feira reparar a velha ponte antes das tempestades."),
        ("nl", "De gemeenteraad besloot dinsdag om de oude brug te herstellen voordat de winterstormen komen."),
        ("pl", "Rada miasta zdecydowała we wtorek o naprawie starego mostu przed zimowymi burzami."),
        ("ru", "Городской совет решил во вторник отремонтировать старый мост до зимних бурь."),
        ("uk", "Міська рада вирішила у вівторок відремонтувати старий міст до зимових бур."),
        ("tr", "Belediye meclisi salı günü eski köprünün kış fırtınalarından önce onarılmasına karar verdi."),
        ("ar", "قرر مجلس المدينة يوم الثلاثاء إصلاح الجسر القديم قبل عواصف الشتاء."),
        ("hi", "नगर परिषद ने मंगलवार को पुराने पुल की मरम्मत करने का निर्णय लिया।"),
        ("zh", "市议会周二决定在冬季风暴来临之前修复这座旧桥。"),
        ("ja", "市議会は火曜日、冬の嵐が来る前に古い橋を修理することを決めた。"),
        ("ko", "시의회는 화요일 겨울 폭풍이 오기 전에 오래된 다리를 수리하기로 결정했다."),
        ("el", "Το δημοτικό συμβούλιο αποφάσισε την Τρίτη να επισκευάσει την παλιά γέφυρα."),
        ("sv", "Kommunfullmäktige beslutade på tisdagen att reparera den gamla bron före vinterstormarna."),
    ] {
        let told = detect(text);
        assert_eq!(told.code, code, "{text}: {told:?}");
        assert!(told.confidence > 0.5, "{text}: {told:?}");
    }
}

#[test]
fn scripts_are_told() {
    assert_eq!(detect("Градско веће је одлучило да поправи стари мост пре зиме.").script, Some("Cyrl"));
    assert_eq!(detect("市議會週二決定在冬季風暴來臨之前修復這座舊橋。").script, Some("Hant"));
    assert_eq!(detect("The council voted on Tuesday.").script, Some("Latn"));
}

#[test]
fn languages_that_are_close_are_told_apart() {
    for (code, text) in [
        (
            "sr",
            "Gradsko veće je u utorak odlučilo da popravi stari most pre zimskih oluja, saopštila je opština. Deca će do proleća ići u školu preko novog mosta, a predsednik opštine je rekao da će radovi početi sledeće nedelje.",
        ),
        (
            "hr",
            "Gradsko vijeće u utorak je odlučilo popraviti stari most prije zimskih oluja, priopćila je općina. Djeca će do proljeća ići u školu preko novoga mosta, a načelnik je rekao da će radovi početi idući tjedan.",
        ),
        (
            "id",
            "Dewan kota memutuskan pada hari Selasa untuk memperbaiki jembatan tua itu karena badai musim dingin akan datang.",
        ),
        (
            "ms",
            "Majlis bandaran memutuskan pada hari Selasa untuk membaiki jambatan lama itu kerana ribut musim sejuk akan tiba.",
        ),
        ("gl", "O concello decidiu o martes reparar a vella ponte antes de que cheguen as tormentas do inverno."),
        (
            "nn",
            "Kommunestyret vedtok på tysdag å reparere den gamle brua før vinterstormane kjem, og folk er glade no.",
        ),
        ("ckb", "ئەنجومەنی شار ڕۆژی سێشەممە بڕیاری دا پردە کۆنەکە پێش زریانەکانی زستان چاک بکاتەوە."),
    ] {
        assert_eq!(detect(text).code, code, "{text}: {:?}", detect(text));
    }
    assert_eq!(detect("佢話呢條橋喺冬天之前要整好。").code, "yue");
}

#[test]
fn foreign_names_do_not_hide_the_language() {
    for (code, text) in [
        ("zh", "Samsung 与 Apple 发布新手机"),
        ("th", "Liverpool เอาชนะ Chelsea ในบ้านเมื่อคืนนี้"),
        ("ko", "Taylor Swift 내한 공연"),
    ] {
        assert_eq!(detect(text).code, code, "{text}");
    }
}

#[test]
fn an_article_of_two_languages_tells_both() {
    let german =
        "Der Stadtrat beschloss am Dienstag, die alte Brücke noch vor den Winterstürmen zu reparieren. ".repeat(12);
    let english = "The council voted on Tuesday to repair the old bridge before the winter storms arrive. ".repeat(12);
    let told = detect(&format!("{german}{english}{english}"));
    let shares: Vec<_> = told.shares.iter().map(|one| one.code).collect();
    assert_eq!((told.code, shares), ("en", vec!["en", "de"]), "{told:?}");
    assert!(told.shares[0].share > 0.5 && told.shares[1].share > 0.2, "{told:?}");
    assert!(
        detect(&german).shares.is_empty() && detect(&format!("{}{}", german.repeat(5), "Read more.")).shares.is_empty()
    );
}

#[test]
fn a_quarter_of_a_kilobyte_of_a_clear_article_is_enough() {
    let looked_at = |text: &str| Detector::builtin().unwrap().examine("", text).sample_bytes;
    let clear =
        "Der Stadtrat beschloss am Dienstag, die alte Brücke noch vor den Winterstürmen zu reparieren. ".repeat(40);
    let english = "The council voted on Tuesday to repair the old bridge before the winter storms arrive. ".repeat(40);
    assert!(looked_at(&clear) < 320, "{}", looked_at(&clear));
    assert!(looked_at(&format!("{clear}{english}")) > 1_000);
}

#[test]
fn no_language_and_no_certainty() {
    for text in ["", "   ", "12345 67.8 %", "!!! ??? ...", "😀😀😀", "https://example.org/a/b?c=d"] {
        assert_eq!(detect(text).code, "zxx", "{text}");
    }
    assert_eq!(detect("x7").code, "und");
}

#[test]
fn noise_changes_nothing() {
    let clean = detect("Der Stadtrat beschloss am Dienstag, die alte Brücke zu reparieren.");
    for noisy in [
        "DER STADTRAT BESCHLOSS AM DIENSTAG, DIE ALTE BRÜCKE ZU REPARIEREN.",
        "Der Stadtrat beschloss am Dienstag, die alte Bru\u{308}cke zu reparieren.",
        "<p>Der <b>Stadtrat</b> beschloss am Dienstag, die alte Brücke zu reparieren.</p> https://example.org/the-old-bridge-is-here",
    ] {
        assert_eq!(detect(noisy).code, clean.code, "{noisy}");
    }
}

proptest! {
    #[test]
    fn any_text_gives_an_answer(title in ".{0,60}", text in "(\\PC|\\s|<|&|@){0,600}") {
        let detector = Detector::builtin().unwrap();
        let told = detector.detect(&title, &text);
        prop_assert!((0.0..=1.0).contains(&told.confidence) && told.alternatives.len() <= 3);
        prop_assert_eq!(detector.detect(&title, &text), told);
    }

    #[test]
    fn what_a_text_costs_is_linear_in_it_and_bounded(unit in "(\\PC|\\s|<|&|@|://){1,40}", times in 1_usize..200) {
        is_cheap(&unit.repeat(times));
        is_cheap(&unit.repeat(3_000));
    }
}

#[test]
fn what_no_word_is_costs_no_more() {
    for unit in
        [" ", "\n \t", "<", "<a ", "</a>", "&amp;", "@a ", "https://a.example ", "a", "\u{301}", "ΐ", "国", "a \u{a0}"]
    {
        is_cheap(&unit.repeat(30_000));
    }
}

/// For each byte of a sample four may be skipped, and white space before each of them; three may be made of it by lower-casing
/// and composing. A walk takes two turns a byte of its stretch at most. The three samples take 4,352 bytes together.
fn is_cheap(text: &str) {
    let (detector, mut work) = (Detector::builtin().unwrap(), Workspace::default());
    let told = detector.decide(text, text, &mut work);
    let most = (12 * text.len()).min((4 * 2 + 3 * 2 / 4) * 4_352) + 500;
    let steps = work.passed + work.found.trail.turns;
    assert!(steps <= most, "{steps} steps for {} bytes: {told:?}", text.len());
}
