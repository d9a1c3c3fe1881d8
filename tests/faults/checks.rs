//! What must hold of what was published, whatever happened: pure functions over plain records, so that a test can show that
//! each of them can fail (`made_up`). They name invariants as the project's note on deciding through the log does, section 9.

use std::collections::{BTreeMap, BTreeSet};

use copydesk::pipeline::Identity;
use copydesk::pipeline::dedupe::{Status, Stories, Verdict};
use serde_json::Value;

/// An input record's place.
pub type Place = (i32, i64);

/// A verdict as readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub status: String,
    pub story: String,
    pub original: Option<String>,
    /// In 1/10000.
    pub similarity: Option<u64>,
}

/// A record of an output topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub topic: &'static str,
    pub id: String,
    pub told: Told,
}

/// What was published of each input. An article that is mostly new stands in two topics; a repeat stands in one twice.
pub type Outputs = BTreeMap<Place, Vec<Published>>;

impl Published {
    /// From an output record.
    pub fn new(topic: &'static str, record: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        let dedupe = &record["dedupe"];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
        let similarity = dedupe["similarity"].as_f64().map(|share| (share * 10_000.0).round() as u64);
        let told = Told {
            status: text(&dedupe["status"]).unwrap_or_default(),
            story: text(&dedupe["story"]).unwrap_or_default(),
            original: text(&dedupe["original"]),
            similarity,
        };
        Self { topic, id: text(&record["id"]).unwrap_or_default(), told }
    }

    fn is_original(&self) -> bool {
        self.topic == "enriched" && ["unique", "version"].contains(&self.told.status.as_str())
    }
}

impl Told {
    /// As a verdict of the log must be published.
    pub fn by(verdict: &Verdict) -> Self {
        let (status, compares) = match verdict.status {
            Status::Unique => ("unique", false),
            Status::Version => ("version", verdict.score > 0),
            Status::Near => ("near", true),
            Status::Exact => ("exact", true),
        };
        Self {
            status: status.into(),
            story: verdict.story.to_string(),
            original: verdict.original.as_ref().map(|original| original.id.to_string()),
            similarity: compares.then_some(u64::from(verdict.score)),
        }
    }
}

/// All that was ever said of an article is the same: repeats, both topics, and what was taken back.
pub fn same(outputs: &Outputs) -> Vec<String> {
    let differ = |(place, published): (&Place, &Vec<Published>)| {
        let (first, others) = published.split_first()?;
        let other = others.iter().find(|other| (&other.id, &other.told) != (&first.id, &first.told))?;
        Some(format!("same: {place:?} is {first:?} and {other:?}"))
    };
    outputs.iter().filter_map(differ).collect()
}

/// What was published is what the log says: a lone reader holds the first verdict of every identity.
pub fn first(outputs: &Outputs, identities: &BTreeMap<Place, Identity>, lone: &Stories) -> Vec<String> {
    let check = |place: &Place, published: &Published| {
        let known = identities.get(place).and_then(|identity| lone.known(identity)).filter(|known| known.decided);
        let Some(known) = known else {
            return Some(format!("first: {place:?} was never decided and is {published:?}"));
        };
        let decided = Told::by(&known.verdict);
        (decided != published.told).then(|| format!("first: {place:?} is {published:?}, the log says {decided:?}"))
    };
    outputs.iter().flat_map(|(place, all)| all.iter().filter_map(move |published| check(place, published))).collect()
}

/// Every duplicate and version ends in the story of its original, by the published edges alone.
pub fn joined(outputs: &Outputs, edges: &[(String, String)]) -> Vec<String> {
    let mut links = Links::default();
    edges.iter().for_each(|(from, to)| links.unite(from, to));
    let mut originals: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for published in outputs.values().flatten().filter(|published| published.is_original()) {
        originals.entry(&published.id).or_default().insert(&published.told.story);
    }
    let check = |(place, published): (&Place, &Published)| {
        let original = published.told.original.as_deref();
        if (published.told.status == "unique") != original.is_none() {
            return Some(format!("joined: {place:?} has a status that does not go with its original: {published:?}"));
        }
        let Some(stories) = originals.get(original?) else {
            return Some(format!("joined: the original of {place:?} was never published: {published:?}"));
        };
        // Versions bear one id: any of them may be meant.
        let root = links.root(&published.told.story);
        let is_joined = stories.iter().any(|story| links.root(story) == root);
        (!is_joined).then(|| format!("joined: {place:?} is not in its original's story {stories:?}: {published:?}"))
    };
    let each = outputs.iter().flat_map(|(place, all)| all.iter().map(move |published| (place, published)));
    each.filter_map(check).collect()
}

/// No worker computed another verdict than was decided, and none panicked.
pub fn agree(lone: &Stories) -> Vec<String> {
    let mut problems = Vec::new();
    if lone.disagreements() > 0 {
        problems.push(format!("agree: {} verdicts are not what a lone reader computes", lone.disagreements()));
    }
    if lone.panics() > 0 {
        problems.push(format!("agree: the judge panicked {} times, at {:?}", lone.panics(), lone.last_panic()));
    }
    problems
}

/// Articles that were taken more than once: emitted again after what was emitted before was taken back, or proposed again.
pub fn again(
    outputs: &Outputs,
    identities: &BTreeMap<Place, Identity>,
    proposals: &BTreeMap<Identity, usize>,
) -> (usize, usize) {
    let is_repeated = |published: &&Vec<Published>| {
        let topics: BTreeSet<&str> = published.iter().map(|published| published.topic).collect();
        published.len() > topics.len()
    };
    let is_proposed_again = |identity: &&Identity| proposals.get(*identity).is_some_and(|count| *count > 1);
    (outputs.values().filter(is_repeated).count(), identities.values().filter(is_proposed_again).count())
}

/// Which stories are one: a forest, each story pointing to a smaller one.
#[derive(Default)]
struct Links(BTreeMap<String, String>);

impl Links {
    fn root<'a>(&'a self, story: &'a str) -> &'a str {
        std::iter::successors(Some(story), |story| self.0.get(*story).map(String::as_str)).last().unwrap_or(story)
    }

    fn unite(&mut self, a: &str, b: &str) {
        let (a, b) = (self.root(a).to_owned(), self.root(b).to_owned());
        if a != b {
            self.0.insert(a.clone().max(b.clone()), a.min(b));
        }
    }
}
