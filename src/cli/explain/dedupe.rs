//! What the article repeats: the verdict, the match behind it, and what came close.

use serde::Serialize;

use super::judge::Judged;
use super::log::InLog;
use super::page::{Page, count, percent, quoted};
use crate::cli::moment;
use crate::pipeline::dedupe::{Comparison, Judgement, Standing, Status};
use crate::pipeline::{Draft, Verdict};

/// Shared fragments that are shown of one article.
const MOST_SHARED: usize = 3;

#[derive(Serialize)]
pub(super) struct Dedupe {
    words: u16,
    samples_of_five: usize,
    samples_of_three: usize,
    verdict: Option<Told>,
    /// With how many articles it was compared; null if with none, since nothing was given to compare with.
    compared_with: Option<usize>,
    /// Samples of five words that do not count, because many articles of the source have them.
    boilerplate: usize,
    limits: Option<Limits>,
    /// What the verdict is about.
    #[serde(rename = "match")]
    found: Option<Compared>,
    nearest_miss: Option<Compared>,
    /// What is like it beside that, the most alike first.
    others: Vec<Compared>,
    log: Option<Log>,
}

#[derive(Serialize)]
struct Told {
    status: &'static str,
    story: String,
    original: Option<String>,
    similarity: f64,
    of_this: f64,
    of_original: f64,
    shared: Vec<String>,
    merges: Vec<String>,
}

/// What a near duplicate must reach.
#[derive(Serialize, Clone, Copy)]
struct Limits {
    near: f64,
    samples_of_five: usize,
    samples_of_three: u32,
    /// Where words were changed.
    numbers: f64,
}

#[derive(Serialize)]
struct Compared {
    id: String,
    status: &'static str,
    original: Option<String>,
    similarity: f64,
    of_this: f64,
    of_other: f64,
    samples_of_five: usize,
    samples_of_three: usize,
    /// Share of the numbers of the one that says fewer; all where that tells nothing.
    numbers: f64,
    shared: Vec<String>,
    standing: &'static str,
    #[serde(skip)]
    why: Standing,
}

#[derive(Serialize)]
struct Log {
    topic: String,
    first_offset: i64,
    next_offset: i64,
    proposed_at: Option<i64>,
    proposed_time: Option<String>,
    decided_at: Option<i64>,
    decided_time: Option<String>,
    /// Whether the replay computed the verdict that stands there.
    agrees: Option<bool>,
}

impl Dedupe {
    /// None if dedupe is off.
    pub(super) fn of(draft: &Draft, judged: &Judged) -> Option<Self> {
        let sketch = &draft.proposal.as_ref()?.sketch;
        let judgement = judged.judgement.as_ref();
        let compared = |one: &Comparison| Compared::of(draft, one);
        let limits = |judgement: &Judgement| Limits {
            near: share(judgement.near),
            samples_of_five: judgement.least.0,
            samples_of_three: judgement.least.1,
            numbers: share(judgement.numbers),
        };
        Some(Self {
            words: sketch.extent.words(),
            samples_of_five: sketch.keys.len(),
            samples_of_three: sketch.samples.len(),
            verdict: judged.verdict.as_ref().map(|verdict| Told::of(draft, verdict)),
            compared_with: judgement.map(|judgement| judgement.articles),
            boilerplate: judgement.map_or(0, |judgement| judgement.boilerplate),
            limits: judgement.map(limits),
            found: judgement.and_then(|judgement| judgement.chosen.as_ref()).map(compared),
            nearest_miss: judgement.and_then(Judgement::nearest_miss).map(compared),
            others: judgement.into_iter().flat_map(|judgement| &judgement.others).map(compared).collect(),
            log: judged.log.as_ref().map(Log::of),
        })
    }

    pub(super) fn tell(&self, page: &mut Page) {
        let nobody = || "nothing to compare with: give --with-log, or --against FILE".to_owned();
        let verdict = match (&self.verdict, &self.log) {
            (Some(verdict), _) => verdict.summary(),
            (None, Some(_)) => "the log has no verdict on it".to_owned(),
            (None, None) => nobody(),
        };
        page.section("dedupe", &verdict);
        page.row(
            "sketch",
            &format!(
                "{} words, {} samples of five and {} of three",
                self.words, self.samples_of_five, self.samples_of_three
            ),
        );
        if let Some(log) = &self.log {
            log.tell(page);
        }
        if let Some(verdict) = &self.verdict {
            verdict.tell(page);
        }
        if let Some(articles) = self.compared_with {
            page.row("compared with", &count(articles, "article"));
        }
        if self.boilerplate > 0 {
            page.row(
                "boilerplate",
                &format!("{} samples of five do not count: many articles of the source have them", self.boilerplate),
            );
        }
        let Some(limits) = self.limits else { return };
        if let Some(found) = &self.found {
            found.tell("match", limits, page);
        }
        match &self.nearest_miss {
            Some(miss) => miss.tell("nearest miss", limits, page),
            None if self.compared_with == Some(0) => {}
            None => page.row("nearest miss", "nothing else shares five words in a row that were sampled"),
        }
    }
}

impl Told {
    fn of(draft: &Draft, verdict: &Verdict) -> Self {
        Self {
            status: status(verdict.status),
            story: verdict.story.to_string(),
            original: verdict.original.as_ref().map(|original| original.id.to_string()),
            similarity: share(verdict.score),
            of_this: share(verdict.of_this),
            of_original: share(verdict.of_original),
            shared: words(draft, &verdict.evidence),
            merges: verdict.merges.iter().map(ToString::to_string).collect(),
        }
    }

    fn summary(&self) -> String {
        match &self.original {
            Some(original) if self.status == "version" => format!("a new version of {original}"),
            Some(original) => format!("{} duplicate of {original}", self.status),
            None => "unique: nothing that may be quoted is like it".to_owned(),
        }
    }

    fn tell(&self, page: &mut Page) {
        page.row("story", &self.story);
        for merged in &self.merges {
            page.row("merges", &format!("{merged} turns out to be that story"));
        }
        if !self.shared.is_empty() {
            page.row("shares", &self.shared.iter().map(|words| quoted(words)).collect::<Vec<_>>().join(" · "));
        }
    }
}

impl Compared {
    fn of(draft: &Draft, one: &Comparison) -> Self {
        Self {
            id: one.id.to_string(),
            status: status(one.status),
            original: one.original.as_deref().map(ToOwned::to_owned),
            similarity: share(one.score),
            of_this: share(one.of_this),
            of_other: share(one.of_other),
            samples_of_five: one.shared5,
            samples_of_three: one.shared3,
            numbers: share(one.numbers),
            shared: words(draft, &one.evidence),
            standing: one.standing.as_str(),
            why: one.standing,
        }
    }

    fn tell(&self, label: &str, limits: Limits, page: &mut Page) {
        let repeats = self.original.as_ref().map(|original| format!(", itself a duplicate of {original}"));
        page.row(label, &format!("{}{}", self.id, repeats.unwrap_or_default()));
        page.item("because", &self.because(limits));
        page.item(
            "similarity",
            &format!(
                "{:.2}; {} of this is in it, {} of it in this",
                self.similarity,
                percent(self.of_this),
                percent(self.of_other)
            ),
        );
        page.item(
            "shared samples",
            &format!("{} of five words, {} of three", self.samples_of_five, self.samples_of_three),
        );
        if !self.shared.is_empty() && label != "match" {
            page.item("shares", &self.shared.iter().map(|words| quoted(words)).collect::<Vec<_>>().join(" · "));
        }
    }

    fn because(&self, limits: Limits) -> String {
        let Limits { near, samples_of_five: fives, samples_of_three: threes, numbers } = limits;
        match self.why {
            Standing::SameWords => "its words are the same".to_owned(),
            Standing::SameId => "it has the same source and id".to_owned(),
            Standing::SameUrl => "it has the same URL".to_owned(),
            Standing::MostAlike => format!("it is the most alike, and near enough (dedupe.near: {near:.2})"),
            Standing::Behind => "it reaches every limit, and another counts more".to_owned(),
            Standing::TakenBack => "it, or what it repeats, was taken back".to_owned(),
            Standing::FewFives => {
                format!("it shares {} of five words, and {fives} are needed", count(self.samples_of_five, "sample"))
            }
            Standing::FewThrees => {
                format!("it shares {} of three words, and {threes} are needed", count(self.samples_of_three, "sample"))
            }
            Standing::OtherNumbers => format!(
                "its words could have been changed, but it shares {} of the numbers (dedupe.limits.changed.numbers: {numbers:.2})",
                percent(self.numbers)
            ),
            Standing::BelowNear => {
                format!("it is not near enough: similarity {:.2} (dedupe.near: {near:.2})", self.similarity)
            }
        }
    }
}

impl Log {
    fn of(log: &InLog) -> Self {
        let time = |at: Option<(i64, Option<i64>)>| at.and_then(|(_, time)| moment::exact(time));
        Self {
            topic: log.topic.clone(),
            first_offset: log.read.0,
            next_offset: log.read.1,
            proposed_at: log.proposed.map(|(at, _)| at),
            proposed_time: time(log.proposed),
            decided_at: log.decided.map(|(at, _)| at),
            decided_time: time(log.decided),
            agrees: log.agrees,
        }
    }

    fn tell(&self, page: &mut Page) {
        let at = |offset: i64, time: &Option<String>| {
            let time = time.as_deref().map(|time| format!(", {time}")).unwrap_or_default();
            format!("{}:0:{offset}{time}", self.topic)
        };
        match self.proposed_at {
            Some(offset) => page.row("proposed", &at(offset, &self.proposed_time)),
            None => {
                let read = format!("in {}, from offset {} on", self.topic, self.first_offset);
                page.row(
                    "proposed",
                    &format!("not {read}: no worker has read the record yet, or the log has forgotten it"),
                );
            }
        }
        if let Some(offset) = self.decided_at {
            page.row("decided", &at(offset, &self.decided_time));
        }
        if self.agrees == Some(false) {
            page.row("disagrees", "the replay computed another verdict; the one in the log binds. If the log begins within the window, it cannot know what came before");
        }
    }
}

/// Words of the article that stand behind samples, as far as its text is published.
fn words(draft: &Draft, samples: &[u32]) -> Vec<String> {
    let words = samples.iter().filter_map(|sample| draft.quoted(*sample));
    words.take(MOST_SHARED).map(ToOwned::to_owned).collect()
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Unique => "unique",
        Status::Version => "version",
        Status::Near => "near",
        Status::Exact => "exact",
    }
}

fn share(score: u16) -> f64 {
    f64::from(score) / 10_000.0
}
