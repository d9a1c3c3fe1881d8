//! The language as a user meets it: what it says, what it refuses, and what holds for any text at all.

use proptest::prelude::*;

use super::field::Kind;
use super::tree::{Node, Operator, Test, Value};
use super::*;

/// Facts by hand: an article, its entities, its verdict.
#[derive(Default)]
struct Article {
    texts: Vec<(Field, String)>,
    numbers: Vec<(Field, f64)>,
    entities: Vec<Article>,
}

impl Facts for Article {
    fn any(&self, field: Field, passes: &mut dyn FnMut(Fact<'_>) -> bool) -> bool {
        self.texts.iter().any(|(known, text)| *known == field && passes(Fact::Text(text)))
            || self.numbers.iter().any(|(known, number)| *known == field && passes(Fact::Number(*number)))
    }

    fn any_entity(&self, passes: &mut dyn FnMut(&dyn Facts) -> bool) -> bool {
        self.entities.iter().any(|entity| passes(entity))
    }
}

fn entity(kind: &str, name: &str, iso3166: Option<&str>) -> Article {
    let mut texts = vec![(Field::EntityType, kind.to_owned()), (Field::EntityName, name.to_owned())];
    texts.extend(iso3166.map(|code| (Field::EntityIso3166, code.to_owned())));
    Article { texts, numbers: vec![(Field::EntityMentions, 2.0)], entities: Vec::new() }
}

/// A German article on a minister in Kyiv, without a source.
fn german() -> Article {
    Article {
        texts: vec![
            (Field::LanguageCode, "de".into()),
            (Field::Title, "Minister in Kiew".into()),
            (Field::Author, "A. Beispiel".into()),
            (Field::Author, "B. Muster".into()),
            (Field::Status, "near".into()),
            (Field::Topic, "duplicates".into()),
        ],
        numbers: vec![(Field::LanguageConfidence, 0.98), (Field::TextWords, 400.0), (Field::Similarity, 0.71)],
        entities: vec![entity("person", "Anna Schmidt", None), entity("location", "Ukraine", Some("UA"))],
    }
}

fn holds(condition: &str) -> bool {
    let condition: Condition = condition.parse().unwrap_or_else(|error| panic!("{condition}: {error}"));
    let whole = condition.holds(&german());
    let plan = Plan::new([&condition]).unwrap();
    let planned = plan.holding(plan.find(&german()), &german()).count() == 1;
    assert_eq!(whole, planned, "in two steps as in one: {condition}");
    whole
}

#[test]
fn conditions_say_what_they_say() {
    for (condition, expected) in [
        (r#"language = "de""#, true),
        (r#"language.code != "de""#, false),
        (r#"language in ["fr", "de"]"#, true),
        (r#"title contains "Kiew" and title starts_with "Min" and title ends_with "ew""#, true),
        (r#"title contains "kiew""#, false),
        ("language.confidence >= 0.98 and language.confidence < 0.99", true),
        ("text.words > 400 or text.words = 400", true),
        (r#"author = "B. Muster" and author = "A. Beispiel""#, true),
        (r#"not author contains "Niemand""#, true),
        (r#"status in ["near", "exact"] and similarity > 0.7"#, true),
        (r#"topic = "enriched" or entity.iso3166 = "UA""#, true),
        (r#"topic = "enriched" and entity.iso3166 = "UA""#, false),
        // and binds tighter than or, not tighter than both
        (r#"language = "de" or language = "fr" and language = "it""#, true),
        (r#"(language = "de" or language = "fr") and language = "it""#, false),
        (r#"not language = "fr" and language = "de""#, true),
        (r#"not (language = "fr" or language = "de")"#, false),
    ] {
        assert_eq!(holds(condition), expected, "{condition}");
    }
}

#[test]
fn what_is_missing_compares_false_both_ways_and_only_not_makes_something_of_it() {
    assert!(!holds(r#"source.domain = "example.org""#));
    assert!(!holds(r#"source.domain != "example.org""#));
    assert!(holds(r#"not source.domain = "example.org""#));
    // Whether a field is there at all.
    assert!(holds(r#"title != """#) && !holds(r#"source.name != """#));
}

#[test]
fn fields_of_entities_are_any_entitys_and_within_parentheses_of_one() {
    assert!(holds(r#"entity.type = "person" and entity.iso3166 = "UA""#));
    assert!(!holds(r#"entity(type = "person" and iso3166 = "UA")"#));
    assert!(holds(r#"entity(type = "location" and iso3166 = "UA" and mentions >= 2)"#));
    assert!(holds(r#"entity(type != "person")"#) && !holds(r#"not entity.type = "person""#));
    assert!(holds(r#"entity(not type = "person" and (name = "x" or name contains "rain"))"#));
}

/// The message, and what stands over the carets.
fn refused(condition: &str) -> (String, String) {
    let error = condition.parse::<Condition>().expect_err(condition);
    let shown = error.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    let (start, width) = (lines[2].chars().take_while(|c| *c == ' ').count(), lines[2].trim().len());
    (error.message().to_owned(), lines[1].chars().skip(start).take(width).collect())
}

#[test]
fn what_cannot_be_is_refused_with_a_caret_and_what_to_write() {
    for (condition, message, marked) in [
        ("", "the condition is empty", ""),
        (r#"langauge = "de""#, "did you mean `language`", "langauge"),
        (r#"domain = "example.org""#, "did you mean `source.domain`", "domain"),
        (r#"flavour = "x""#, "fields are id, url", "flavour"),
        (r#"entity(nmae = "x")"#, "did you mean `name`", "nmae"),
        (r#"entity(status = "near")"#, "outside of `entity( )`", "status"),
        (r#"entity = "x""#, "entity.name", "entity"),
        (r#"entity(entity(name = "x"))"#, "an entity has no entities", "entity"),
        (r#"language == "de""#, "`==` is written `=`", "=="),
        (r#"language = "de" && title = "x""#, "`&&` is written `and`", "&&"),
        (r#"!language = "de""#, "`!` is written `not`", "!"),
        (r#"language not in ["de"]"#, "`not` stands before the field", "not"),
        (r#"title contain "x""#, "did you mean `contains`", "contain"),
        (r#"language = "de" "fr""#, "write `and` or `or`", r#""fr""#),
        (r#"language = "de" or "fr""#, "in [\"de\", \"fr\"]", r#""fr""#),
        (r#"language = "de" AND title = "x""#, "did you mean `and`", "AND"),
        (r#"language = ["de"]"#, "write `in` for several", "["),
        (r#"language in "de""#, "in brackets", r#""de""#),
        (r#"language in ["de" "fr"]"#, "parted by commas", r#""fr""#),
        (r#"language in ["de""#, "a `]` closes it", "["),
        ("language = de", "in quotes: \"de\"", "de"),
        (r#"language = "german""#, "a language is a code", r#""german""#),
        (r#"language = "de-AT""#, "a language is a code", r#""de-AT""#),
        (r#"status = "unqiue""#, "did you mean \"unique\"", r#""unqiue""#),
        (r#"status contains "u""#, "one of few words", "contains"),
        (r#"source.domain = "https://example.org/""#, "neither capitals nor a path", r#""https://example.org/""#),
        (r#"entity.iso3166 = "ua""#, "a country is written", r#""ua""#),
        ("similarity > 70", "between 0 and 1", "70"),
        ("text.words > 2.5", "a whole number", "2.5"),
        (r#"text.words > "2""#, "without quotes", r#""2""#),
        ("text.words > 2k", "a number is written", "2k"),
        ("title > \"a\"", "is no number", ">"),
        (r#"title = 7"#, "is a text", "7"),
        (r#"title contains """#, "every text has this in it", r#""""#),
        (r#"entity.name != "x""#, "write `not entity.name = …`", "!="),
        (r#"warning != "no-body""#, "write `not warning = …`", "!="),
        (r#"(language = "de""#, "not closed", "("),
        (r#"language = "de")"#, "no parenthesis to close", ")"),
        (r#"title = "Kiew"#, "no closing", "\"Kiew"),
        (r#"title = "a\n""#, "a backslash stands before", "\\"),
        ("title = “x”", "typographic", "“"),
        ("language", "an operator and a value are missing", "language"),
        ("language =", "a value is missing", ""),
        (r#"language = "de" and"#, "a condition is missing here", ""),
    ] {
        let (told, over) = refused(condition);
        assert!(told.contains(message), "{condition}: {told}");
        assert_eq!(over.trim(), marked, "{condition}");
    }
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let nested = |depth: usize| format!("{}title = \"x\"{}", "(".repeat(depth), ")".repeat(depth));
    assert!(nested(31).parse::<Condition>().is_ok());
    assert!(refused(&nested(32)).0.contains("nested more than"));
    assert!(refused(&"not ".repeat(1_000)).0.contains("nested more than"));
    assert!(refused(&format!("title = \"{}\"", "x".repeat(5_000))).0.contains("4096 are the most"));
}

#[test]
fn the_caret_stands_in_the_line_that_is_wrong() {
    let error = "language = \"de\"\n  and titel = \"x\"".parse::<Condition>().unwrap_err();
    assert_eq!(error.place(), (2, 7));
    assert!(error.to_string().ends_with("      and titel = \"x\"\n          ^^^^^"), "{error}");
    let long = format!("title = \"{}\" and titel = \"{}\"", "é".repeat(200), "x".repeat(200));
    let shown = long.parse::<Condition>().unwrap_err().to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[1].chars().count() <= 104);
    assert_eq!(lines[1].chars().skip(lines[2].find('^').unwrap()).take(5).collect::<String>(), "titel");
}

#[test]
fn a_plan_has_a_bit_for_every_part() {
    let condition =
        |number: usize| format!("status = \"near\" and text.words > {number}").parse::<Condition>().unwrap();
    let conditions = |count: usize| (0..count).map(condition).collect::<Vec<_>>();
    assert!(Plan::new(&conditions(MOST_CONDITIONS)).is_ok());
    assert_eq!(Plan::new(&conditions(MOST_CONDITIONS + 1)).err(), Some(TooManyParts));
    // Every other word count: two parts a condition, and one more than there are bits.
    let parts: Vec<String> = (0..=MOST_PARTS).map(|n| format!("(status = \"near\" and text.words = {n})")).collect();
    let whole = |parts: &[String]| parts.join(" or ").parse::<Condition>().unwrap();
    let halves: Vec<Condition> = parts.chunks(50).map(whole).collect();
    assert_eq!(Plan::new(&halves).err(), Some(TooManyParts));
    let plan = Plan::new(&halves[..2]).unwrap();
    let article = |words: f64| Article { numbers: vec![(Field::TextWords, words)], ..german() };
    let holding = |words| plan.holding(plan.find(&article(words)), &german()).collect::<Vec<_>>();
    assert_eq!((holding(49.0), holding(50.0), holding(100.0)), (vec![0], vec![1], vec![]));
}

/// A value that the field may have.
fn value(kind: Kind) -> BoxedStrategy<Value> {
    let text = |text: &str| Value::Text(text.into());
    match kind {
        Kind::Text => any::<String>().prop_map(move |any| text(&format!("{any}x"))).boxed(),
        Kind::Formed(is_formed, _) => {
            let known = ["en", "Latn", "example.org", "Q863", "US-GA", "de", "Q1", "TJ"];
            let fitting: Vec<&str> = known.into_iter().filter(|text| is_formed(text)).collect();
            prop::sample::select(fitting).prop_map(text).boxed()
        }
        Kind::Word(words) => prop::sample::select(words.to_vec()).prop_map(text).boxed(),
        Kind::Share => (0.0..=1.0).prop_map(Value::Number).boxed(),
        Kind::Count => (0_u32..10_000).prop_map(|count| Value::Number(f64::from(count))).boxed(),
    }
}

fn comparison(in_entity: bool) -> impl Strategy<Value = Node> {
    let known: Vec<Known> = FIELDS.into_iter().filter(|known| !in_entity || known.field.is_of_entity()).collect();
    prop::sample::select(known).prop_flat_map(move |known| {
        let fits = |operator: &Operator| match known.kind {
            _ if *operator == Operator::IsNot => known.knows == Knows::One || in_entity,
            Kind::Text | Kind::Formed(..) => !operator.is_order(),
            Kind::Word(_) => matches!(operator, Operator::Is | Operator::In),
            Kind::Share | Kind::Count => !operator.is_search(),
        };
        let operators: Vec<Operator> = Operator::ALL.into_iter().filter(fits).collect();
        (prop::sample::select(operators), prop::collection::vec(value(known.kind), 1..4)).prop_map(
            move |(operator, mut values)| {
                if operator != Operator::In {
                    values.truncate(1);
                }
                let test = Node::Test(Test { field: known.field, operator, values });
                if known.field.is_of_entity() && !in_entity { Node::Entity(Box::new(test)) } else { test }
            },
        )
    })
}

fn grown(leaf: BoxedStrategy<Node>) -> BoxedStrategy<Node> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Node::all),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Node::either),
            inner.prop_map(|node| Node::Not(Box::new(node))),
        ]
    })
    .boxed()
}

fn tree() -> BoxedStrategy<Node> {
    let of_entity = grown(comparison(true).boxed()).prop_map(|node| Node::Entity(Box::new(node)));
    grown(prop_oneof![3 => comparison(false).boxed(), 1 => of_entity.boxed()].boxed())
}

/// Text that looks like a condition, more or less.
fn scraps() -> impl Strategy<Value = String> {
    let words = [
        "language",
        "entity",
        "(",
        ")",
        "[",
        "]",
        ",",
        "=",
        "!=",
        "<",
        "and",
        "or",
        "not",
        "in",
        "contains",
        "\"de\"",
        "'",
        "0.5",
        "1e999",
        "entity.name",
        "status",
        "\"",
        "\\",
        "é",
        "\u{0}",
        "\n",
        "similarity",
        "&&",
        "type",
        "7",
    ];
    prop::collection::vec(
        prop_oneof![8 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<String>()],
        0..40,
    )
    .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_a_condition_or_is_refused(text in prop_oneof![any::<String>(), scraps()]) {
        match text.parse::<Condition>() {
            Ok(condition) => { let _ = condition.holds(&german()); }
            Err(error) => prop_assert!(error.to_string().lines().count() == 3, "{}", error),
        }
    }

    #[test]
    fn what_is_printed_is_read_as_the_same(node in tree()) {
        let printed = node.to_string();
        if printed.len() <= 4_096 {
            let read = printed.parse::<Condition>();
            prop_assert_eq!(read.as_ref().map(|read| &read.node), Ok(&node), "{}", printed);
            prop_assert_eq!(read.unwrap().to_string(), printed);
        }
    }

    #[test]
    fn a_plan_decides_as_its_conditions_do(nodes in prop::collection::vec(tree(), 1..6)) {
        let conditions: Vec<Condition> = nodes.iter().filter_map(|node| node.to_string().parse().ok()).collect();
        if let Ok(plan) = Plan::new(&conditions) {
            let german = german();
            let planned: Vec<usize> = plan.holding(plan.find(&german), &german).collect();
            let whole: Vec<usize> = (0..conditions.len()).filter(|index| conditions[*index].holds(&german)).collect();
            prop_assert_eq!(planned, whole);
        }
    }
}
