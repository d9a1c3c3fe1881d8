//! Places and their ids: the articles of `tests/linking`, through the program.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, thread};

use serde_json::{Value, json};

/// A place that is marked in an article: code points, the id or `-`.
struct Mark {
    start: usize,
    end: usize,
    id: String,
}

/// An article with its marks.
struct Article {
    language: String,
    text: String,
    marks: Vec<Mark>,
}

/// What ids are of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Country,
    Region,
    City,
    Null,
}

impl Class {
    const ALL: [(Self, &str); 4] = [
        (Self::Country, "countries"),
        (Self::Region, "regions"),
        (Self::City, "cities"),
        (Self::Null, "without an id"),
    ];

    fn of(id: &str) -> Self {
        match id {
            "-" => Self::Null,
            _ if id.bytes().all(|byte| byte.is_ascii_digit()) => Self::City,
            _ if id.contains('-') => Self::Region,
            _ => Self::Country,
        }
    }
}

fn article(line: &str) -> Article {
    let (language, mut rest) = line.split_once('|').unwrap();
    let (mut text, mut marks) = (String::new(), Vec::new());
    while let Some((before, marked)) = rest.split_once("[[") {
        let (mark, after) = marked.split_once("]]").unwrap();
        let (name, id) = mark.split_once('|').unwrap();
        text.push_str(before);
        let start = text.chars().count();
        text.push_str(name);
        marks.push(Mark { start, end: text.chars().count(), id: id.to_owned() });
        rest = after;
    }
    text.push_str(rest);
    Article { language: language.to_owned(), text, marks }
}

fn articles(half: &str) -> Vec<Article> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/linking/{half}.txt"));
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(article).collect()
}

fn records(articles: &[Article]) -> Vec<Value> {
    let lines: String = articles.iter().enumerate().fold(String::new(), |mut lines, (number, article)| {
        let row = json!({"id": number.to_string(), "text": article.text, "language": article.language});
        writeln!(lines, "{row}").unwrap();
        lines
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(["enrich", "--set", "text.clean=off", "--set", "dedupe.enabled=false", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The entities that have letters of the mark, and whether a mention has exactly these.
fn over<'a>(record: &'a Value, mark: &Mark) -> Vec<(&'a Value, bool)> {
    let at = |mention: &Value, member: &str| mention[member].as_u64().unwrap() as usize;
    let mut found = Vec::new();
    for entity in record["entities"].as_array().unwrap() {
        for mention in entity["mentions"].as_array().unwrap() {
            let (start, end) = (at(mention, "start"), at(mention, "end"));
            if start < mark.end && end > mark.start {
                found.push((entity, (start, end) == (mark.start, mark.end)));
            }
        }
    }
    found
}

fn is_right(record: &Value, mark: &Mark) -> bool {
    let has = |entity: &Value| match Class::of(&mark.id) {
        Class::City => entity["ids"]["geonames"].as_u64().map(|id| id.to_string()).as_deref() == Some(&mark.id),
        _ => entity["ids"]["iso3166"] == mark.id,
    };
    let mut found = over(record, mark).into_iter();
    match mark.id.as_str() {
        "-" => found.all(|(entity, _)| entity["ids"] == json!({})),
        _ => found.any(|(entity, exactly)| exactly && has(entity)),
    }
}

/// The share of each class that is right.
fn shares(half: &str) -> [f64; 4] {
    let articles = articles(half);
    let mut counts = [[0_usize; 2]; 4];
    for (article, record) in articles.iter().zip(records(&articles)) {
        for mark in &article.marks {
            let right = is_right(&record, mark);
            counts[Class::of(&mark.id) as usize][0] += usize::from(right);
            counts[Class::of(&mark.id) as usize][1] += 1;
            if !right {
                let name: String = article.text.chars().skip(mark.start).take(mark.end - mark.start).collect();
                let ids: Vec<String> =
                    over(&record, mark).iter().map(|(entity, _)| entity["ids"].to_string()).collect();
                println!("  {half}: {name}, {} expected, got {ids:?}: {}", mark.id, article.text);
            }
        }
    }
    for ((class, name), [right, all]) in Class::ALL.into_iter().zip(counts) {
        println!("{half}, {name}: {right} of {all}, {:.4}", right as f64 / all as f64);
        assert!(all >= 40, "{half} has too few of class {}", class as usize);
    }
    counts.map(|[right, all]| right as f64 / all as f64)
}

#[test]
fn places_get_the_ids_that_they_should() {
    for half in ["dev", "held"] {
        let [countries, regions, cities, without] = shares(half);
        assert!(countries >= 0.98 && cities >= 0.90 && regions >= 0.95 && without >= 0.97, "{half}");
    }
}
