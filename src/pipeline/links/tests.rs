//! The table of links: what is found, what is refused, what happens when its file is replaced.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::pipeline::entities::{Entity, Ids, Kind, Tagger};

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("links.tsv");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn table(text: &str) -> Arc<Table> {
    Links::open(&file(text).1).unwrap().table()
}

fn id<'a>(table: &'a Table, kind: Kind, name: &str, language: Option<&str>) -> Option<&'a str> {
    table.find(kind, name, language)?.chosen.map(|(id, _)| id)
}

#[test]
fn a_name_is_found_however_it_is_written() {
    let table = table(
        "name\ttype\tid\nJosé O’Brien Jr.\tperson\tQ1\nU.S. Steel\torganisation\tQ2\n東京電力\torganisation\tQ3\n",
    );
    for name in ["José O’Brien Jr.", "josé o'brien jr", "JOSE\u{301}  OBRIEN JR", "José O'Brien, Jr."] {
        assert_eq!(id(&table, Kind::Person, name, None), Some("Q1"), "{name}");
    }
    assert_eq!(id(&table, Kind::Organisation, "US Steel", Some("en")), Some("Q2"));
    assert_eq!(id(&table, Kind::Organisation, "東京電力", Some("ja")), Some("Q3"));
    for (kind, name) in
        [(Kind::Person, "US Steel"), (Kind::Organisation, "USSteel"), (Kind::Person, "…"), (Kind::Person, "José")]
    {
        assert_eq!(table.find(kind, name, None), None, "{name}");
    }
}

#[test]
fn an_id_must_weigh_twice_as_much_as_every_other() {
    let rows = "weight,id,name,type\n10,Q1,Anna Lee,person\n4,Q2,Anna Lee,person\n5,Q1,Anna Lee,person\n7,Q3,Ben Ito,person\n4,Q4,Ben Ito,person\n3,Q4,Ben Ito,person\n,Q5,Cleo Ray,person\n1,Q6,Cleo Ray,person\n0,Q7,Dan Oh,person\n";
    let table = table(rows);
    assert_eq!(
        table.find(Kind::Person, "Anna Lee", None),
        Some(super::table::Found { chosen: Some(("Q1", 2)), ids: 2 })
    );
    assert_eq!(table.find(Kind::Person, "Ben Ito", None), Some(super::table::Found { chosen: None, ids: 2 }));
    assert_eq!(id(&table, Kind::Person, "Cleo Ray", None), None);
    assert_eq!(id(&table, Kind::Person, "Dan Oh", None), Some("Q7"));
}

#[test]
fn a_row_with_a_language_is_for_articles_in_it() {
    let table = table("name\ttype\tid\tlanguage\nWien\torganisation\tA\tde\nWien\torganisation\tB\tpl-PL\n");
    assert_eq!(id(&table, Kind::Organisation, "Wien", Some("de-AT")), Some("A"));
    assert_eq!(id(&table, Kind::Organisation, "Wien", Some("pl")), Some("B"));
    assert_eq!(id(&table, Kind::Organisation, "Wien", Some("en")), None);
    assert_eq!(id(&table, Kind::Organisation, "Wien", None), None);
}

#[test]
fn each_bad_row_is_told_by_line_and_column() {
    for (text, told) in [
        ("name\ttype\tid\nAnna\tpersn\tQ1\n", "2:6: `type` is `persn`: write person or organisation"),
        ("name\ttype\tid\nOslo\tlocation\tQ1\n", "2:6: `type` is `location`: places have their own tables"),
        ("name\ttype\tid\nÅsa Ö\tperson\t\n", "2:14: `id` is empty"),
        ("name\ttype\tid\n—\tperson\tQ1\n", "2:1: `name` has no letter"),
        ("name\ttype\tid\nAnna\tperson\n", "2:1: the line has 2 fields, and the first one 3"),
        ("name,type,id,weight\nAnna,person,Q1,much\n", "2:16: `weight` is `much`"),
        ("name,type,id,weight\nAnna,person,Q1,-1\n", "2:16: `weight` is `-1`"),
        ("name,type,id,weight\nAnna,person,Q1,inf\n", "2:16: `weight` is `inf`"),
        ("name,type,id,language\nAnna,person,Q1,english\n", "2:16: `language` is `english`"),
        ("name,type,id\n\"Anna,person,Q1\n", "2:1: a quote is not closed in its line"),
        ("name,type,id\n\"Anna\" B,person,Q1\n", "2:7: after a quoted field there must be a comma"),
        ("name,type,id,wieght\n", "1:14: there is no column `wieght`: did you mean `weight`?"),
        ("name,type,id,name\n", "1:14: there are two columns `name`"),
        ("name,type\n", "1:1: there is no column `id`"),
        ("\n", "1:1: has no line that names the columns"),
    ] {
        let error = Links::open(&file(text).1).err().unwrap();
        assert!(error.to_string().contains(&format!("links.tsv:{told}")), "{text:?}: {error}");
    }
    let (_folder, path) = file("");
    fs::write(&path, b"name\ttype\tid\nAnna \xff\tperson\tQ1\n").unwrap();
    assert!(Links::open(&path).err().unwrap().to_string().contains(":2:6: is not UTF-8"));
    let many = format!("name,type,id\n{}", "x,y,z\n".repeat(20));
    let error = Links::open(&file(&many).1).err().unwrap();
    assert!(error.faults().len() == 5 && error.to_string().ends_with("; and 15 more"), "{error}");
    let missing = Links::open(std::path::Path::new("/nowhere/links.tsv")).err().unwrap();
    assert!(missing.to_string().starts_with("/nowhere/links.tsv: "), "{missing}");
    let endless = Links::open(&file(&format!("name,type,id\n{}", "x".repeat(200_000))).1).err().unwrap();
    assert!(endless.to_string().contains("2:1: the line has more than 64 KiB"), "{endless}");
}

#[test]
fn a_replaced_file_is_taken_and_a_bad_one_is_told_once() {
    let (folder, path) = file("name,type,id\nAnna Lee,person,Q1\n");
    let links = Links::open(&path).unwrap();
    let now = || links.table().find(Kind::Person, "Anna Lee", None).unwrap().chosen.unwrap().0.to_owned();
    assert_eq!(links.refresh(), Ok(false));
    let replace = |text: &str| {
        let next = folder.path().join("next");
        fs::write(&next, text).unwrap();
        fs::rename(&next, &path).unwrap();
    };
    let (kept, hash) = (links.table(), links.table().hash().to_owned());
    // As long as the one before it.
    replace("name,type,id\nAnna Lee,person,Q2\n");
    assert_eq!((links.refresh(), now()), (Ok(true), "Q2".to_owned()));
    assert_eq!(
        kept.find(Kind::Person, "Anna Lee", None).unwrap().chosen,
        Some(("Q1", 2)),
        "an article keeps its table"
    );
    assert_ne!(links.table().hash(), hash);
    replace("name,type,id\nAnna Lee,persn,Q3\n");
    assert!(links.refresh().unwrap_err().to_string().contains(":2:10: "));
    assert_eq!((links.refresh(), now()), (Ok(false), "Q2".to_owned()));
    fs::remove_file(&path).unwrap();
    assert_eq!((links.refresh(), now()), (Ok(false), "Q2".to_owned()));
    replace("name,type,id\nAnna Lee,person,Q4\n");
    assert_eq!((links.refresh(), now()), (Ok(true), "Q4".to_owned()));
}

fn linked(table: &Table, text: &str) -> (Vec<Entity>, Vec<Linked>) {
    let tagger = Tagger::builtin().unwrap();
    let (mut entities, mut told) = (tagger.tag(&tagger.read("", text), Some("en")).entities, Vec::new());
    table.link(&mut entities, ("", text), Some("en"), |link| told.push(link));
    (entities, told)
}

#[test]
fn entities_take_ids_and_those_of_one_id_are_one() {
    let table = table(
        "name\ttype\tid\tweight\nAndrei Rudenko\tperson\tQ4402\t9\nCollective Security Treaty Organization\torganisation\tcrm:77\t9\nTashkent Pact\torganisation\tcrm:77\t9\nRudenko\tperson\tQ9\t1\n",
    );
    let text = "The Deputy Foreign Minister of Russia, Andrei Rudenko, praised the Collective Security Treaty Organization (CSTO) on Monday. \
                According to Rodenko, the Tashkent Pact will meet in Dushanbe.";
    let (entities, told) = linked(&table, text);
    let named = |name: &str| entities.iter().find(|entity| entity.name == name).unwrap();
    assert_eq!(named("Andrei Rudenko").ids.wikidata.as_deref(), Some("Q4402"));
    let pact = named("Collective Security Treaty Organization");
    assert_eq!(pact.ids, Ids { own: Some("crm:77".into()), ..Ids::default() });
    assert_eq!(pact.mentions.len(), 3, "{pact:?}");
    assert!(entities.iter().all(|entity| entity.name != "Tashkent Pact"));
    assert!(told.contains(&Linked { name: "Andrei Rudenko".into(), ids: 1, line: Some(2) }), "{told:?}");
    assert_eq!(named("Dushanbe").ids.geonames, Some(1_221_874), "places keep theirs");
    // A bare surname is not looked up beside a full name that the table does not have.
    let (entities, _) = linked(&table, "Oleg Rudenko left. Rudenko will be back, he said on Monday in Minsk.");
    assert!(entities.iter().all(|entity| entity.kind != Kind::Person || entity.ids == Ids::default()), "{entities:?}");
}

/// Ignored: a figure, not a test. `cargo test --release --lib links::tests::a_million -- --ignored --nocapture`
#[test]
#[ignore = "a figure"]
fn a_million_rows() {
    let mut text = String::from("name\ttype\tid\tweight\tlanguage\n");
    for number in 0..1_000_000 {
        let kind = if number % 3 == 0 { "organisation" } else { "person" };
        writeln!(
            text,
            "Given{} Surname{number}\t{kind}\tQ{}\t{}\t",
            number % 1_000,
            1_000_000 + number / 2,
            number % 97
        )
        .unwrap();
    }
    let (_folder, path) = file(&text);
    let start = std::time::Instant::now();
    let table = Links::open(&path).unwrap().table();
    eprintln!(
        "rows {} load {:.3} s memory {:.1} MB file {:.1} MB",
        table.rows(),
        start.elapsed().as_secs_f64(),
        table.bytes() as f64 / 1e6,
        text.len() as f64 / 1e6
    );
    let start = std::time::Instant::now();
    let found = (0..1_000_000)
        .filter(|number| {
            table
                .find(
                    if number % 3 == 0 { Kind::Organisation } else { Kind::Person },
                    &format!("Given{} Surname{number}", number % 1_000),
                    None,
                )
                .is_some()
        })
        .count();
    eprintln!("found {found}, {:.0} ns a look", start.elapsed().as_secs_f64() * 1e3);
    assert_eq!(found, 1_000_000);
}

proptest! {
    #[test]
    fn whatever_is_written_in_quotes_is_read_back(names in prop::collection::vec("[a-zA-Z\",\\t ]{0,8}[a-z][\",' ]{0,3}", 1..20)) {
        let mut text = String::from("name,type,id\n");
        for (number, name) in names.iter().enumerate() {
            writeln!(text, "\"{}\",person,{number}", name.replace('"', "\"\"")).unwrap();
        }
        let table = table(&text);
        prop_assert_eq!(table.rows(), names.len());
        for name in &names {
            prop_assert!(table.find(Kind::Person, name, None).is_some(), "{}", name);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(prop::sample::select(b"name,type,id\t\n\"\r\xff\xc3\xa9Q1".to_vec()), 0..200)) {
        let (_folder, path) = file("");
        fs::write(&path, &bytes).unwrap();
        let _ = Links::open(&path);
    }
}
