//! Cleaning, on pages written for it.

use std::borrow::Cow;

use proptest::prelude::*;

use super::{Clean, Rule, Taken, clean, clean_line, references};

fn markup(raw: &str) -> String {
    clean(raw, Clean::Markup).text.into_owned()
}

fn full(raw: &str) -> String {
    clean(raw, Clean::Full).text.into_owned()
}

#[test]
fn off_is_byte_for_byte() {
    let raw = "\0<p>a &amp; b</p>\r\n\u{feff} Share this ";
    assert_eq!(clean(raw, Clean::Off).text, raw);
    assert_eq!(clean_line(raw, Clean::Off).text, raw);
}

#[test]
fn clean_text_is_borrowed() {
    let raw = "The harbour reopened on Friday, officials in Vellmar said.\n\n“We’re glad,” said one — after 3 < 5 days & nights.";
    let cleaned = clean(raw, Clean::Full);
    assert!(matches!(cleaned.text, Cow::Borrowed(_)), "{cleaned:?}");
    assert_eq!(cleaned.text, raw);
    assert!(matches!(clean_line("Harbour reopens", Clean::Full).text, Cow::Borrowed(_)));
}

#[test]
fn what_went_is_counted() {
    let taken = clean("<p>a\u{200b} &amp; b</p><script>xyz</script><nav>menu</nav>", Clean::Markup).taken;
    // The script's three bytes, the menu's four and the break before it.
    let expected = Taken { tags: 6, element_bytes: 9, invisible: 1, layers: 1, spared_bytes: 0 };
    assert_eq!(taken, expected);
    assert_eq!(clean("Nothing to do.", Clean::Full).taken, Taken::default());
    let spared = clean("Share this\n\nShare this", Clean::Full);
    assert!(spared.removed.is_empty() && spared.taken.spared_bytes == 20, "{spared:?}");
    assert_eq!(references("a &amp; b &nope &#8217;"), 2);
}

#[test]
fn markup_becomes_paragraphs_and_lines() {
    for (raw, text) in [
        ("<p>One.</p><p>Two,<br>three.</p>", "One.\n\nTwo,\nthree."),
        ("<h2>Head</h2>\n<p>Some <b>bold</b>\ntext.</p>\n", "Head\n\nSome bold text."),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "a\nb\n\nc"),
        ("<p>One<br/><br/>Two</p>", "One\n\nTwo"),
        ("Raw post.\n\nSecond <em>line</em>\nthird", "Raw post.\n\nSecond line\nthird"),
        ("<p>a</p><script>if (a<b) x('<p>no</p>')</script><style>p{}</style><p>b</p>", "a\n\nb"),
        ("<nav><ul><li>Home</li></ul></nav><p>Text</p><select><option>1</option></select>", "Text"),
        ("<p>Text</p><form><label>Name</label><button>Go</button></form>", "Text"),
        ("<nav>An unclosed menu <p>and the article</p>", "An unclosed menu\n\nand the article"),
        (
            "<figure><img src='x'><figcaption>Ada Voss in Bern</figcaption></figure><p>Text</p>",
            "Ada Voss in Bern\n\nText",
        ),
        ("<![CDATA[<p>In brackets</p>]]>", "In brackets"),
        ("<p>a<!-- <p>no</p> --></p><p>b</p>", "a\n\nb"),
        ("<p>Write to <desk@example.org> now</p>", "Write to <desk@example.org> now"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("&lt;p&gt;Escaped &amp;amp; sent&lt;/p&gt;", "Escaped & sent"),
        ("<p>caf&eacute;&amp;nbsp;noir</p>", "café noir"),
    ] {
        assert_eq!(markup(raw), text, "{raw}");
    }
}

#[test]
fn a_form_around_the_page_stays() {
    let story = "The council met and talked. ".repeat(60);
    assert_eq!(markup(&format!("<form><p>{story}</p></form>")), story.trim());
}

#[test]
fn text_about_markup_stays() {
    for raw in [
        "If a <b and c> d, then a <3.",
        "I <3 you; 5<6, x<y>z.",
        "Mail <desk@example.org> or AT&T; R&D",
        "Use the <p> tag for that.",
        "let v: Vec<u8> = a;",
        "https://example.org/?a=1&copy=2",
        "a < b > c",
    ] {
        assert_eq!(markup(raw), raw);
    }
}

#[test]
fn references_are_decoded_in_plain_text() {
    assert_eq!(markup("Fish &amp; chips&#8217; &nbsp; price&#x2026;"), "Fish & chips’ price…");
    assert_eq!(markup("&unknown; &; &#; &notit; &amp"), "&unknown; &; &#; &notit; &amp");
    assert_eq!(markup("&amp;amp;amp;quot;x&semi;"), "\"x;");
}

#[test]
fn white_space_is_put_in_order() {
    assert_eq!(markup("\u{feff} a\t b \r\n\r\n\r\n\rc\u{a0}\u{2003}d\re \n"), "a b\n\nc d\ne");
    assert_eq!(markup("so\u{ad}ft\u{200b} nul\0 bell\u{7}\u{85}x"), "soft nul bell\nx");
    assert_eq!(markup("می\u{200c}خواهم 👩\u{200d}🚒"), "می\u{200c}خواهم 👩\u{200d}🚒");
    assert_eq!(clean_line(" One\n\nline <i>only</i>&nbsp;", Clean::Full).text, "One line only");
}

#[test]
fn boilerplate_lines_go() {
    let story = "The harbour reopened on Friday after a week of storms, officials in Vellmar said.";
    let more = "Ferries will run every hour, and the fish market opens again on Monday morning at six.";
    for (line, rule) in [
        ("Advertisement", Rule::Advertisement),
        ("— ADVERTISEMENT —", Rule::Advertisement),
        ("Share on Facebook", Rule::Share),
        ("Follow us on Twitter @vellmarpost", Rule::Share),
        ("Sign up for our weekend newsletter", Rule::Newsletter),
        ("Read more: Storm closes the harbour", Rule::Link),
        ("Copyright 2031 Vellmar Post. All rights reserved.", Rule::Rights),
        ("(Getty Images)", Rule::Credit),
        ("We use cookies to improve your visit. Accept", Rule::Consent),
        ("Print", Rule::Control),
        ("Werbung", Rule::Advertisement),
        ("Abonnieren Sie hier unseren Newsletter", Rule::Newsletter),
        ("Lire aussi : Tempête au port", Rule::Link),
        ("Compartir en Facebook", Rule::Share),
        ("Questo sito utilizza i cookie per funzionare meglio.", Rule::Consent),
        ("Assine a nossa newsletter", Rule::Newsletter),
        ("Je e-mailadres wordt niet gepubliceerd.", Rule::ReplyForm),
        ("Читайте также: Шторм закрыл порт", Rule::Link),
        ("Реклама", Rule::Advertisement),
        ("Підписуйтесь на наш Telegram-канал", Rule::Share),
        ("Twój adres e-mail nie zostanie opublikowany.", Rule::ReplyForm),
        ("Tüm hakları saklıdır", Rule::Rights),
        ("شارك هذا الخبر", Rule::Share),
        ("发表评论", Rule::ReplyForm),
        ("本网站使用cookie来改善体验", Rule::Consent),
        ("関連記事", Rule::Link),
        ("広告", Rule::Advertisement),
    ] {
        let raw = format!("{story}\n\n{line}\n\n{more}");
        let cleaned = clean(&raw, Clean::Full);
        assert_eq!(cleaned.text, format!("{story}\n\n{more}"), "{line}");
        assert_eq!(cleaned.removed.iter().map(|r| (r.rule, r.text.as_str())).collect::<Vec<_>>(), [(rule, line)]);
    }
}

#[test]
fn prose_stays() {
    for line in [
        "She said cookies were the best thing her grandmother ever baked, and that she would share the recipe.",
        "Regulators told the firm that its site uses tracking without consent.",
        "Share prices fell by four percent.",
        "Related parties must be disclosed, the court said on Tuesday.",
        "Follow the money, the inspector told reporters.",
        "The Advertisement Council met on Monday.",
        "Comments by the minister were met with silence.",
        "Print runs have fallen since 2004.",
        "Watch the skies, the forecaster said.",
        "Sign up for the census begins on Monday.",
        "Reuters reported the talks first.",
    ] {
        let raw = format!("An invented first paragraph of some length, with words.\n\n{line}\n\nAnother paragraph.");
        assert_eq!(full(&raw), raw);
    }
}

#[test]
fn a_reply_form_goes_with_its_fields() {
    let story = "The harbour reopened on Friday after a week of storms, officials in Vellmar said.".repeat(3);
    let raw = format!(
        "{story}\n\nLeave a Reply\n\nYour email address will not be published.\nComment *\nName *\nWebsite\nSubmit now"
    );
    assert_eq!(full(&raw), story);
    let glued = format!(
        "{story} Leave a Reply Your email address will not be published. Required fields are marked * Comment Name"
    );
    assert_eq!(full(&glued), story);
    let quoted = format!("{story} The page said leave a reply, your email address will not be published, and so on.");
    assert_eq!(full(&quoted), quoted);
    let heading_first = format!("Leave a Reply\n\n{story}");
    assert_eq!(full(&heading_first), story);
}

#[test]
fn the_mark_of_a_cut_text_goes() {
    let story =
        "The council met on Tuesday and talked for hours about the pier that the storm had taken, then voted to re…";
    assert_eq!(full(&format!("{story} [+2341 chars]")), story);
    assert_eq!(full(&format!("{story} [+12 chars] [+3 chars]")), story);
    for prose in ["A field of [+5 chars] and more.", "It said [+x chars]", "[+ chars]"] {
        assert_eq!(full(prose), prose);
    }
    assert_eq!(full(&format!("{story}\n\nImage source, Example Pictures")), story);
}

#[test]
fn nothing_goes_if_little_would_stay() {
    let raw = "Share on Facebook\n".repeat(30);
    assert_eq!(full(&raw), raw.trim());
    assert_eq!(full("Advertisement"), "Advertisement");
}

/// A form that ends inside what is left out, and the other way round: what comes after is cut at a letter's edge.
#[test]
fn elements_that_overlap_cut_no_letter_in_two() {
    for raw in
        ["<form>&amp;<nav></form>é</nav>", "<nav>&amp;<form></nav>é</form>", "<form>a<nav>b</form>é</nav>ü</form>"]
    {
        assert!(holds(raw).is_ok(), "{raw}");
    }
}

#[test]
fn hostile_input_is_cheap() {
    let start = crate::cpu_time();
    let n = 300_000;
    for raw in [
        "<".repeat(n),
        "<p ".repeat(n),
        "<div>".repeat(n),
        "<!--".repeat(n),
        "<b></b><nav>".repeat(n),
        "&".repeat(n),
        "&amp".repeat(n),
        "&semi".repeat(n) + ";",
        "&amp;".repeat(n),
        "&aaaaaaaaaaaaaaaaaaaaaaaaaaaa;".repeat(n / 10),
        "<p>x</p><![CDATA[".repeat(n),
        "share\n".repeat(n),
        "Leave a Reply Your email. ".repeat(n),
        "Leave a Reply\n".repeat(n),
        "word ".repeat(n),
        "\u{200b}".repeat(n),
        "\r".repeat(n),
        "<p>\0".repeat(n),
        "<<b></b>p>".repeat(n),
        "&lt;".repeat(n) + "b></b>",
    ] {
        for mode in [Clean::Markup, Clean::Full] {
            let once = clean(&raw, mode).text.into_owned();
            assert_eq!(clean(&once, mode).text, once);
        }
    }
    let spent = crate::cpu_time() - start;
    assert!(spent.as_secs() < 60, "{spent:?}");
}

/// Strings of the pieces that the rules look for, so that they meet in every order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<br>",
        "<b",
        ">",
        "<",
        "</",
        "<nav>",
        "</nav>",
        "<form>",
        "</form>",
        "<script>",
        "</script>",
        "<pre>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&lt;",
        "&gt;",
        "&",
        "amp;",
        "lt",
        ";",
        "&semi;",
        "#",
        "38",
        "&#38;",
        "&nbsp;",
        "&NewLine;",
        "\u{a0}",
        "\u{200b}",
        "\0",
        "\r",
        "\n",
        "\n\n",
        "\t",
        " ",
        "word",
        "Words here.",
        "Leave a Reply",
        "Leave a Reply Your email",
        "Your email address will not be published",
        "Share",
        "Advertisement",
        "Read more: x",
        "href=\"x\"",
        "<a ",
        "<x@y.z>",
        "\u{2029}",
        "é",
        "评论",
        "&#0;",
        "&#13;",
        "\u{7f}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn holds(raw: &str) -> Result<(), TestCaseError> {
    for mode in [Clean::Markup, Clean::Full] {
        for line in [false, true] {
            let run = |raw: &str| {
                if line { clean_line(raw, mode).text.into_owned() } else { clean(raw, mode).text.into_owned() }
            };
            let once = run(raw);
            prop_assert_eq!(&run(&once), &once, "from {:?}", raw);
            prop_assert!(!once.chars().any(|c| c.is_control() && (line || c != '\n')), "{:?}", once);
            prop_assert!(
                !once.contains("  ") && !once.contains(" \n") && !once.contains("\n ") && !once.contains("\n\n\n"),
                "{:?}",
                once
            );
            prop_assert_eq!(once.trim(), &once);
            // the longest expansion of a reference: two code points of six bytes for "&nGt;", breaks aside
            prop_assert!(once.len() <= 3 * raw.len() + 2, "{} from {}", once.len(), raw.len());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn holds_for_anything(raw in any::<String>()) {
        holds(&raw)?;
    }

    #[test]
    fn holds_for_soup(raw in soup()) {
        holds(&raw)?;
    }

    /// The fast scan and the slow path agree on what is tidy.
    #[test]
    fn tidy_means_unchanged(raw in "([a-z]{1,9}[ .,é’\u{a0}\n]{1,3}){0,60}") {
        use super::scan::is_tidy;
        use super::whitespace::{Layout, Sink};
        let mut sink = Sink::new(0, Layout::Paragraphs);
        sink.push_str(&raw);
        prop_assert_eq!(is_tidy(&raw, Layout::Paragraphs), sink.finish().0 == raw);
    }
}
