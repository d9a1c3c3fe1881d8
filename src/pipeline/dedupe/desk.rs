//! A desk: a tail where there is no log. What it appends it reads back at once, and nobody else does.

use super::log::{Identity, Names, Params, Proposal, Verdict};
use super::stories::Stories;
use super::tail::{HELP_MS, Outbox, Tail};

/// Feeds a [`Tail`] in the order of its calls.
#[derive(Debug)]
pub struct Desk {
    tail: Tail<()>,
    offset: u64,
}

impl Desk {
    /// An empty window. `params.span` counts articles here: each takes two offsets, proposal and verdict.
    pub fn new(params: Params) -> Self {
        let stories = Stories::new(Params { span: params.span.saturating_mul(2), ..params });
        Self { tail: Tail::new(stories, HELP_MS), offset: 0 }
    }

    /// The verdict on an article. An article that is in the window keeps its first one.
    pub fn judge(&mut self, proposal: Proposal, now_ms: i64) -> Verdict {
        let mut out = Outbox::default();
        self.tail.ask((), proposal, &mut out);
        self.read_back(&mut out, now_ms);
        // The log is never behind here, so the only ticket has its verdict.
        out.decided.pop().map_or_else(|| Verdict::alone(now_ms, self.offset), |(_, verdict)| verdict)
    }

    /// Nothing that has this key now, or is called by one of these names, is quoted any more. Returns whether there is such
    /// an article under another key.
    pub fn take_down(&mut self, identity: Identity, key: u64, names: &Names, now_ms: i64) -> bool {
        let mut out = Outbox::default();
        let others = self.tail.take_down(None, identity, key, names, &mut out);
        self.read_back(&mut out, now_ms);
        others
    }

    /// What the desk knows.
    pub fn stories(&self) -> &Stories {
        self.tail.stories()
    }

    /// Reads what is appended until nothing more is.
    fn read_back(&mut self, out: &mut Outbox<()>, now_ms: i64) {
        loop {
            for record in std::mem::take(&mut out.append) {
                let applied = self.tail.apply(self.offset, now_ms, &record, out);
                debug_assert_eq!(applied, Ok(()), "the desk counts its offsets itself and states no parameters");
                self.offset += 1;
            }
            self.tail.flush(out);
            if out.append.is_empty() {
                return;
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::num::NonZeroU64;

    use super::super::limits::{Boilerplate, Limits};
    use super::super::log::Status;
    use super::super::sketch::sketch;
    use super::super::words::mix;
    use super::*;

    /// A text of its own for every number.
    pub(in super::super) fn text(number: u64, words: u64) -> String {
        (0..words).map(|i| format!("w{} ", mix(number * 1_000_003 + i) % 90_000)).collect()
    }

    pub(in super::super) fn article(number: u64, text: &str) -> Proposal {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&mix(number).to_le_bytes());
        Proposal {
            identity: Identity(bytes),
            key: number,
            article: number,
            url: NonZeroU64::new(number + 1_000_000),
            source: u32::try_from(number % 5).unwrap(),
            sketch: sketch("", text).0,
            id: format!("id-{number}").into(),
        }
    }

    fn desk() -> Desk {
        Desk::new(Params::default())
    }

    fn original(verdict: &Verdict) -> Option<&str> {
        verdict.original.as_ref().map(|original| &*original.id)
    }

    /// Workers of another version may look up by fewer of the samples.
    #[test]
    fn an_article_of_which_other_samples_are_keys_is_found() {
        for fewer in [0, 1] {
            let (mut desk, body) = (desk(), text(1, 400));
            let mut articles = [article(0, &body), article(1, &format!("{body} {}", text(9, 20)))];
            let keys = &mut articles[fewer].sketch.keys;
            *keys = keys.iter().copied().step_by(2).collect();
            let [first, second] = articles;
            desk.judge(first, 0);
            assert_eq!(desk.judge(second, 0).status, Status::Near);
        }
    }

    #[test]
    fn copies_and_cuts_name_their_original_and_share_its_story() {
        let (mut desk, whole) = (desk(), text(1, 400));
        let cut: String = whole.split_inclusive(' ').take(150).collect();
        let first = desk.judge(article(1, &whole), 0);
        assert_eq!((first.status, original(&first)), (Status::Unique, None));
        let exact = desk.judge(article(2, &whole.to_uppercase()), 0);
        assert_eq!((exact.status, original(&exact), exact.score), (Status::Exact, Some("id-1"), 10_000));
        let near = desk.judge(article(3, &cut), 0);
        assert_eq!((near.status, original(&near), near.story), (Status::Near, Some("id-1"), first.story));
        assert!(near.of_this > 9_000 && near.of_original < 6_000 && near.evidence.len() == 3, "{near:?}");
        assert_eq!(desk.judge(article(4, &text(2, 400)), 0).status, Status::Unique);
    }

    #[test]
    fn an_article_published_again_is_a_version_and_the_next_quotes_the_newest() {
        let mut desk = desk();
        desk.judge(article(1, &text(1, 300)), 0);
        let again = |number: u64, body: u64| Proposal { article: 1, ..article(number, &text(body, 300)) };
        let second = desk.judge(again(2, 2), 0);
        assert_eq!((second.status, original(&second)), (Status::Version, Some("id-1")));
        let third = desk.judge(again(3, 3), 0);
        assert_eq!((third.status, original(&third), third.story), (Status::Version, Some("id-2"), second.story));
        let by_url = Proposal { url: NonZeroU64::new(1_000_001), ..article(9, &text(4, 300)) };
        assert_eq!(original(&desk.judge(by_url, 0)), Some("id-1"));
    }

    #[test]
    fn a_record_is_never_a_duplicate_of_itself() {
        let mut desk = desk();
        let first = desk.judge(article(1, &text(1, 300)), 0);
        assert_eq!(desk.judge(article(1, &text(1, 300)), 0), first);
        assert_eq!(desk.stories().disagreements(), 0);
    }

    #[test]
    fn what_was_taken_down_is_not_quoted() {
        let (mut desk, body) = (desk(), text(1, 300));
        let first = desk.judge(article(1, &body), 0);
        desk.judge(article(2, &body), 0);
        assert!(!desk.take_down(Identity([9; 16]), 1, &Names::default(), 0));
        let after = desk.judge(article(3, &body), 0);
        assert_eq!((after.status, after.story), (Status::Unique, first.story));
        assert_eq!(original(&desk.judge(article(4, &body), 0)), Some("id-3"));
    }

    #[test]
    fn an_article_is_taken_down_by_whatever_it_is_called() {
        for names in [
            Names { article: Some(1), ..Names::default() },
            Names { url: NonZeroU64::new(1_000_001), ..Names::default() },
            Names { id: Some("id-1".into()), ..Names::default() },
        ] {
            let (mut desk, body) = (desk(), text(1, 300));
            desk.judge(article(1, &body), 0);
            desk.judge(article(2, &text(2, 300)), 0);
            assert!(desk.take_down(Identity([9; 16]), 77, &names, 0), "{names:?}");
            assert_eq!(desk.judge(article(3, &body), 0).status, Status::Unique, "{names:?}");
            assert_eq!(desk.judge(article(4, &text(2, 300)), 0).status, Status::Exact, "{names:?}");
        }
    }

    /// Ids are read once, and then those that have come since.
    #[test]
    fn one_article_after_the_other_is_taken_down_by_its_id() {
        let mut desk = desk();
        let named = |id: &str| Names { id: Some(id.into()), ..Names::default() };
        for number in 1..40_u64 {
            desk.judge(article(number, &text(number, 300)), 0);
            let takedown = |nth: u8| Identity([nth, number as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
            assert!(!desk.take_down(takedown(0), 7_777, &named("id-99"), 0));
            assert!(desk.take_down(takedown(1), 7_777, &named(&format!("id-{number}")), 0), "{number}");
            let again = desk.judge(article(1_000 + number, &text(number, 300)), 0);
            assert_eq!(again.status, Status::Unique, "{number}");
        }
    }

    #[test]
    fn an_article_that_joins_two_stories_merges_them() {
        let mut desk = desk();
        let (a, b) = (text(1, 200), text(2, 200));
        let (first, second) = (desk.judge(article(1, &a), 0), desk.judge(article(2, &b), 0));
        let both = desk.judge(article(3, &format!("{a}{b}")), 0);
        assert_eq!((both.story, both.merges.clone()), (first.story, vec![second.story].into()));
        assert_eq!(desk.stories().root(second.story), first.story);
    }

    #[test]
    fn the_window_forgets_by_time_and_by_span() {
        let params = Params { window_ms: 70, slice_ms: 10, ..Params::default() };
        let mut desk = Desk::new(params);
        desk.judge(article(1, &text(1, 300)), 0);
        assert_eq!(desk.judge(article(2, &text(1, 300)), 65).status, Status::Exact);
        let mut desk = Desk::new(params);
        desk.judge(article(1, &text(1, 300)), 0);
        assert_eq!(desk.judge(article(2, &text(1, 300)), 80).status, Status::Unique);
        // a clock that steps back is not followed
        assert_eq!(desk.judge(article(3, &text(1, 300)), 3).status, Status::Exact);
    }

    #[test]
    fn what_every_article_of_a_source_has_links_none_of_them() {
        let (mut desk, footer) = (desk(), text(99, 60));
        for number in 0..40 {
            let page = Proposal { source: 7, ..article(number, &format!("{}{footer}", text(number, 80))) };
            let verdict = desk.judge(page, 0);
            assert!(number < 5 || verdict.status == Status::Unique, "{number}: {verdict:?}");
        }
    }

    #[test]
    fn what_every_article_of_another_source_has_is_no_copy_of_it() {
        let (mut desk, footer) = (desk(), text(99, 120));
        for number in 0..10 {
            desk.judge(Proposal { source: 7, ..article(number, &format!("{}{footer}", text(number, 80))) }, 0);
        }
        let quotes = Proposal { source: 8, ..article(50, &format!("{} {footer}", text(50, 10))) };
        assert_eq!(desk.judge(quotes, 0).status, Status::Unique);
    }

    /// Which keys an article has is chance where it keeps the least: some of a footer's are too few articles' to be boilerplate.
    #[test]
    fn what_stands_beside_boilerplate_is_none_where_it_is_little() {
        let is_unique = |seed: u64| {
            let (mut desk, footer) = (desk(), text(1_000 * seed, 120));
            let page = |number: u64, words| format!("{} {footer}", text(1_000 * seed + number + 1, words));
            for number in 0..10 {
                desk.judge(Proposal { source: 7, ..article(number, &page(number, 80)) }, 0);
            }
            desk.judge(Proposal { source: 8, ..article(50, &page(50, 10)) }, 0).status == Status::Unique
        };
        let unique = (0..40).filter(|seed| is_unique(*seed)).count();
        assert!(unique > 35, "{unique}");
    }

    #[test]
    fn one_rare_key_is_enough_of_a_text_of_few_words_that_were_changed() {
        let judged = |words: u64, holders: u64, one_in: u64, boilerplate: u16| {
            let whole = text(1, words);
            let change = |(index, word): (usize, &str)| match mix(index as u64) % one_in {
                0 => format!("x{} ", mix(index as u64 + 31) % 90_000),
                _ => word.to_owned(),
            };
            let changed: String = whole.split_inclusive(' ').enumerate().map(change).collect();
            let usual = Limits::default();
            let boilerplate = Boilerplate { articles: boilerplate, ..usual.boilerplate };
            let mut desk = Desk::new(Params { limits: Limits { boilerplate, ..usual }, ..Params::default() });
            let (first, mut second) = (article(1, &whole), article(2, &changed));
            let key = second.sketch.keys.iter().copied().find(|key| first.sketch.keys.contains(key)).unwrap();
            second.sketch.keys = [key].into();
            desk.judge(first, 0);
            for number in 0..holders {
                let mut other = Proposal { source: 0, ..article(100 + number, &text(100 + number, 100)) };
                other.sketch.keys = [key].into();
                desk.judge(other, 0);
            }
            desk.judge(Proposal { source: 0, ..second }, 0).status
        };
        assert_eq!(judged(200, 10, 4, 4), Status::Near);
        assert_eq!(judged(200, 20, 4, 4), Status::Unique, "a key of many is no sign");
        assert_eq!(judged(200, 20, 4, 100), Status::Unique, "whatever is taken for boilerplate");
        assert_eq!(judged(599, 10, 4, 4), Status::Near);
        assert_eq!(judged(600, 10, 4, 4), Status::Unique, "of many words more keys are left");
        assert_eq!(judged(200, 10, 90, 4), Status::Unique, "of what is taken over more keys are left");
    }

    #[test]
    fn words_were_changed_only_of_what_is_most_alike() {
        let whole = text(3, 500);
        let changed = |(index, word): (usize, &str)| match mix(index as u64) % 4 {
            0 => format!("x{} ", mix(index as u64 + 31) % 90_000),
            _ => word.to_owned(),
        };
        let changed: String = whole.split_inclusive(' ').enumerate().map(changed).collect();
        let taken: String = whole.split_inclusive(' ').take(250).chain([text(2, 250).as_str()]).collect();
        let judged = |articles: &[&str]| {
            let mut desk = desk();
            (0..).zip(articles).map(|(number, text)| desk.judge(article(number, text), 0).status).last().unwrap()
        };
        assert_eq!(judged(&[&changed, &whole]), Status::Near);
        assert_eq!(judged(&[&taken, &whole]), Status::Unique);
        assert_eq!(judged(&[&changed, &taken, &whole]), Status::Unique);
    }

    #[test]
    fn a_headline_that_a_source_repeats_shows_nothing() {
        let title = "Log in to read this and every other page of ours";
        let half = |taken: u64, own: u64, source: u32| {
            let taken = text(taken, 600);
            let body: String = taken.split_inclusive(' ').take(300).chain([text(own, 300).as_str()]).collect();
            Proposal { source, sketch: sketch(title, &body).0, ..article(own, "") }
        };
        let is_near = |number: u64, other: u32| {
            let mut desk = desk();
            desk.judge(half(number, 2 * number + 100, 1), 0);
            desk.judge(half(number, 2 * number + 101, other), 0).status == Status::Near
        };
        let (near, far) = ((0..20).filter(|number| is_near(*number, 1)), (0..20).filter(|number| is_near(*number, 2)));
        let (near, far) = (near.count(), far.count());
        assert!(near < 10 && far > 15, "{near} {far}");
    }

    #[test]
    fn where_the_source_is_unknown_copies_are_not_boilerplate() {
        let (mut desk, body) = (desk(), text(1, 300));
        for number in 0..9 {
            let copy = format!("{body} {}", text(50 + number, 6));
            let verdict = desk.judge(Proposal { source: 0, ..article(number, &copy) }, 0);
            assert!(number == 0 || original(&verdict) == Some("id-0"), "{number}: {verdict:?}");
        }
    }

    #[test]
    fn a_flood_of_one_page_stays_bounded() {
        let mut desk = desk();
        let page = sketch("", &text(1, 400)).0;
        for number in 0..20_000 {
            let verdict = desk.judge(Proposal { sketch: page.clone(), ..article(number, "") }, 0);
            assert!(number == 0 || original(&verdict) == Some("id-0"));
        }
        assert!(desk.stories().bytes() / 20_000 < 620, "{}", desk.stories().bytes() / 20_000);
    }
}
