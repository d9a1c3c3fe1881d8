//! A look at how an article was judged: what the judge found, and what came close. It asks the judge's own questions, the last one with
//! lower limits, so that what missed them is seen too.

use std::cmp::Reverse;

use super::judge::Candidate;
use super::limits::Limits;
use super::log::{Proposal, Status};
use super::overlap::Overlap;
use super::stories::Stories;

/// Comparisons that are told beside the one that was chosen.
const MOST: usize = 5;

/// An article of the window, compared with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Its published id.
    pub id: Box<str>,
    /// What it was judged to be itself.
    pub status: Status,
    /// The id of the article that it repeats, if it is a duplicate.
    pub original: Option<Box<str>>,
    /// What the two share: containment of the smaller in the larger, in 1/10000.
    pub score: u16,
    /// How much of the article that is judged is in this one.
    pub of_this: u16,
    /// How much of this one is in the article that is judged.
    pub of_other: u16,
    /// Samples of five words that are in both, boilerplate not counted.
    pub shared5: usize,
    /// Samples of three words that are in both.
    pub shared3: usize,
    /// Share of the numbers of the one that says fewer that are in the other, in 1/10000; all where that tells nothing.
    pub numbers: u16,
    /// Those of three words.
    pub evidence: Vec<u32>,
    /// How it stands to the limits.
    pub standing: Standing,
}

/// How an article of the window stands to the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The verdict is about it: its words are the same.
    SameWords,
    /// The verdict is about it: it has the same source and id.
    SameId,
    /// The verdict is about it: it has the same URL.
    SameUrl,
    /// The verdict is about it: it shares most.
    MostAlike,
    /// It reaches every limit, and another counts more.
    Behind,
    /// It, or what it repeats, was taken back.
    TakenBack,
    /// It shares too few samples of five words.
    FewFives,
    /// It shares too few samples of three words.
    FewThrees,
    /// It would be near with words changed, but says other numbers.
    OtherNumbers,
    /// It shares too small a part, for its size and the way it is shared.
    BelowNear,
}

impl Standing {
    /// The standing's name, for scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameWords => "same-words",
            Self::SameId => "same-id",
            Self::SameUrl => "same-url",
            Self::MostAlike => "most-alike",
            Self::Behind => "behind",
            Self::TakenBack => "taken-back",
            Self::FewFives => "few-shared-fives",
            Self::FewThrees => "few-shared-threes",
            Self::OtherNumbers => "other-numbers",
            Self::BelowNear => "below-near",
        }
    }
}

/// How an article is judged, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What the verdict is about; none for what is unique.
    pub chosen: Option<Comparison>,
    /// What else is like it, the most alike first, at most five. The first that misses a limit is the nearest miss.
    pub others: Vec<Comparison>,
    /// Least score of a near duplicate, in 1/10000.
    pub near: u16,
    /// Least number of shared samples of five words, and of three.
    pub least: (usize, u32),
    /// Least share of the numbers that must be in both where words were changed, in 1/10000.
    pub numbers: u16,
    /// Samples of five words that do not count, because many articles of the source have them.
    pub boilerplate: usize,
    /// Articles in the window.
    pub articles: usize,
}

impl Judgement {
    /// The most alike of the articles that miss a limit.
    pub fn nearest_miss(&self) -> Option<&Comparison> {
        self.others.iter().find(|other| !matches!(other.standing, Standing::Behind))
    }
}

impl Stories {
    /// How an article would be judged that comes next.
    pub fn examine(&self, proposal: &Proposal) -> Judgement {
        let limits = self.params.limits;
        let holders = self.holders(proposal);
        let boilerplate = holders.boilerplate;
        let mut found = self.similar(proposal, holders, &Limits { keys: 1, samples: 0, ..limits });
        let chosen = self.find(proposal).chosen.map(|(status, mut chosen)| {
            let at = found.iter().position(|found| found.held.identity() == chosen.held.identity());
            chosen.shared5 = at.map_or(0, |at| found.remove(at).shared5);
            let standing = match status {
                Status::Exact => Standing::SameWords,
                Status::Version if chosen.held.entry.article == proposal.article => Standing::SameId,
                Status::Version => Standing::SameUrl,
                Status::Near | Status::Unique => Standing::MostAlike,
            };
            compare(proposal, status, &chosen, standing)
        });
        found.sort_by_key(|found| (Reverse(found.score()), Reverse(found.shared5), found.held.offset()));
        let other =
            |found: &Candidate<'_>| compare(proposal, Status::Near, found, self.standing(found, proposal, &limits));
        Judgement {
            chosen,
            others: found.iter().take(MOST).map(other).collect(),
            near: self.params.near,
            least: (limits.keys.into(), limits.samples.into()),
            numbers: limits.changed.numbers,
            boilerplate,
            articles: self.len(),
        }
    }

    fn standing(&self, found: &Candidate<'_>, proposal: &Proposal, limits: &Limits) -> Standing {
        let reaches = |found: &Candidate<'_>| found.shares(limits) && found.overlap.is_near(self.params.near, limits);
        let with_the_same_numbers = Candidate { overlap: Overlap { numbers: 10_000, ..found.overlap }, ..*found };
        match found {
            _ if reaches(found) && self.ran(found, proposal) => Standing::Behind,
            _ if reaches(found) => Standing::TakenBack,
            _ if reaches(&with_the_same_numbers) => Standing::OtherNumbers,
            _ if found.shares(limits) => Standing::BelowNear,
            _ if found.shared5 < usize::from(limits.keys) => Standing::FewFives,
            _ => Standing::FewThrees,
        }
    }
}

fn compare(proposal: &Proposal, status: Status, found: &Candidate<'_>, standing: Standing) -> Comparison {
    let mut evidence = Vec::new();
    let shared = found.compared(proposal, status, &mut evidence);
    let status = found.newest.status();
    let original = found.newest.original().filter(|_| !status.is_published());
    Comparison {
        id: found.held.id().into(),
        status,
        original: original.map(|original| original.id.clone()),
        score: shared.score,
        of_this: shared.of_first,
        of_other: shared.of_second,
        shared5: found.shared5,
        shared3: if standing == Standing::SameWords { evidence.len() } else { shared.shared as usize },
        numbers: shared.numbers,
        evidence,
        standing,
    }
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::super::desk::tests::{article, text};
    use super::super::log::{Identity, Names, Params};
    use super::*;

    fn standings(judgement: &Judgement) -> Vec<(&str, Standing)> {
        judgement.chosen.iter().chain(&judgement.others).map(|one| (&*one.id, one.standing)).collect()
    }

    #[test]
    fn a_near_duplicate_tells_its_match_and_what_else_came_close() {
        let (mut desk, body) = (Desk::new(Params::default()), text(1, 400));
        let part = |words: usize, rest: u64| -> String {
            body.split_inclusive(' ').take(words).chain([text(rest, 400 - words as u64).as_str()]).collect()
        };
        desk.judge(article(1, &body), 0);
        desk.judge(article(2, &part(100, 8)), 0);
        desk.judge(article(3, &text(9, 400)), 0);
        let copy = article(4, &part(360, 7));
        let told = desk.stories().examine(&copy);
        assert_eq!(standings(&told), [("id-1", Standing::MostAlike), ("id-2", Standing::BelowNear)]);
        assert!(told.nearest_miss().is_some_and(|miss| miss.score < told.near && miss.shared5 >= told.least.0));
        let verdict = desk.judge(copy, 0);
        let chosen = told.chosen.unwrap();
        assert_eq!(
            (chosen.score, chosen.of_this, chosen.of_other),
            (verdict.score, verdict.of_this, verdict.of_original)
        );
        assert_eq!(chosen.evidence[..3], verdict.evidence[..]);
    }

    #[test]
    fn what_shares_a_sentence_is_a_miss_for_sharing_too_little() {
        let (mut desk, body) = (Desk::new(Params::default()), text(1, 400));
        desk.judge(article(1, &body), 0);
        let sentence: String = body.split_inclusive(' ').take(7).collect();
        let told = desk.stories().examine(&article(2, &format!("{}{sentence}", text(2, 60))));
        assert!(standings(&told).iter().all(|(_, standing)| *standing == Standing::FewFives), "{told:?}");
    }

    /// A text in which words, and numbers, were filled in.
    fn report(numbers: u64, changed: u64) -> String {
        let word = |(at, word): (u64, &str)| match at % 12 {
            0 => format!("{} ", numbers + 37 * at),
            6 => format!("x{changed} "),
            _ => word.to_owned(),
        };
        (0..).zip(text(1, 150).split_inclusive(' ')).map(word).collect()
    }

    #[test]
    fn a_report_from_the_same_mould_is_a_miss_for_its_numbers() {
        let mut desk = Desk::new(Params::default());
        desk.judge(article(1, &report(100, 1)), 0);
        let standing = |text: &str| standings(&desk.stories().examine(&article(2, text))).first().map(|one| one.1);
        assert_eq!(standing(&report(9_000, 2)), Some(Standing::OtherNumbers));
        assert_eq!(standing(&report(100, 2)), Some(Standing::MostAlike));
    }

    #[test]
    fn one_shared_key_is_too_few_unless_few_hold_it_and_words_were_changed() {
        let standing = |other: &str, holders: u64| {
            let mut desk = Desk::new(Params::default());
            let (first, mut second) = (article(1, &report(100, 1)), article(2, other));
            let key = second.sketch.keys.iter().copied().find(|key| first.sketch.keys.contains(key)).unwrap();
            second.sketch.keys = [key].into();
            desk.judge(first, 0);
            for number in 100..100 + holders {
                let mut other = Proposal { source: 0, ..article(number, &text(number, 100)) };
                other.sketch.keys = [key].into();
                desk.judge(other, 0);
            }
            let judged = standings(&desk.stories().examine(&second)).first().map(|one| one.1);
            (judged, desk.judge(second, 0).status)
        };
        assert_eq!(standing(&report(100, 2), 0), (Some(Standing::MostAlike), Status::Near));
        assert_eq!(standing(&report(9_000, 2), 0), (Some(Standing::OtherNumbers), Status::Unique));
        assert_eq!(standing(&report(100, 2), 20), (Some(Standing::FewFives), Status::Unique));
    }

    #[test]
    fn each_rule_names_itself() {
        let (mut desk, body) = (Desk::new(Params::default()), text(1, 300));
        desk.judge(article(1, &body), 0);
        let standing =
            |desk: &Desk, proposal: &Proposal| standings(&desk.stories().examine(proposal)).first().map(|one| one.1);
        assert_eq!(standing(&desk, &article(2, &body)), Some(Standing::SameWords));
        assert_eq!(standing(&desk, &Proposal { article: 1, ..article(2, &text(2, 300)) }), Some(Standing::SameId));
        let by_url = Proposal { url: article(1, "").url, ..article(2, &text(2, 300)) };
        assert_eq!(standing(&desk, &by_url), Some(Standing::SameUrl));
        desk.take_down(Identity([9; 16]), 1, &Names::default(), 0);
        assert_eq!(standing(&desk, &article(2, &body)), Some(Standing::TakenBack));
    }
}
