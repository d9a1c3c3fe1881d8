//! Which topics an article goes to: by its verdict, then by the rules of `output.routes`.
//!
//! What a rule asks of the article is decided in ANALYSE and kept as bits in the draft; what it asks of the verdict is decided
//! when that is known. Rules see the article as it was analysed, whatever `output` withholds from the record.

use crate::article::Warning;
use crate::config::{Config, Duplicates};
use crate::record::{Route, Routes, rounded};
use crate::routing::{Fact, Facts, Field, Findings, Plan, TooManyParts};

use super::article::Article;
use super::dedupe::{self, Status, Verdict};
use super::entities::{Entity, Kind};
use super::language::Detection;

/// A duplicate of which the original covers less than this, in 1/10000, is mostly new text: it also goes to the enriched topic.
const HALF: u16 = 5_000;

/// The rules, ready to be asked.
#[derive(Debug)]
pub struct Router {
    duplicates: Duplicates,
    plan: Plan,
    /// Where each rule sends, and whether its records go nowhere else.
    rules: Vec<(Route, bool)>,
}

/// What the verdict makes of an article, before any rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usual {
    /// It is new, or a new version, or dedupe is off.
    New,
    /// It is a near duplicate, and mostly new text.
    MostlyNew,
    /// It is a duplicate.
    Duplicate,
    /// It is a duplicate that goes where new articles go.
    Together,
    /// It is a duplicate that goes nowhere.
    Dropped,
}

impl Usual {
    /// The name, for scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::MostlyNew => "mostly-new",
            Self::Duplicate => "duplicate",
            Self::Together => "together",
            Self::Dropped => "dropped",
        }
    }

    fn routes(self) -> Routes {
        match self {
            Self::New | Self::Together => Routes::of([Route::Enriched]),
            Self::MostlyNew => Routes::of([Route::Duplicates, Route::Enriched]),
            Self::Duplicate => Routes::of([Route::Duplicates]),
            Self::Dropped => Routes::default(),
        }
    }
}

/// Why an article goes where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    /// What the verdict makes of it.
    pub usual: Usual,
    /// Which rules hold, from 0.
    pub rules: Vec<usize>,
}

/// What a rule may ask of an article before its verdict.
pub(super) struct Analysed<'a> {
    pub(super) id: &'a str,
    pub(super) article: &'a Article<'a>,
    pub(super) language: Option<&'a Detection>,
    pub(super) entities: &'a [Entity],
    pub(super) warnings: &'a [Warning],
}

impl Router {
    /// The rules of a configuration.
    ///
    /// # Errors
    /// There are too many of them, which the configuration's check has told already.
    pub(super) fn new(config: &Config) -> Result<Self, TooManyParts> {
        let topics = config.route_topics();
        let route = |to: &str| match to {
            to if to == config.topics.enriched => Route::Enriched,
            to if to == config.topics.duplicates => Route::Duplicates,
            to => {
                let index = topics.iter().position(|topic| *topic == to).unwrap_or_default();
                Route::Rule(u8::try_from(index).unwrap_or(u8::MAX))
            }
        };
        let routes = &config.output.routes;
        Ok(Self {
            duplicates: config.output.duplicates,
            plan: Plan::new(routes.iter().map(|rule| &rule.when))?,
            rules: routes.iter().map(|rule| (route(&rule.to), rule.only)).collect(),
        })
    }

    /// Decides what the article decides.
    pub(super) fn find(&self, article: &Analysed<'_>) -> Findings {
        self.plan.find(article)
    }

    /// Where an article goes with its verdict (none: dedupe is off).
    pub(super) fn routes(&self, found: Findings, verdict: Option<&Verdict>) -> Routes {
        let usual = self.usual(verdict);
        if usual == Usual::Dropped {
            return Routes::default();
        }
        let (mut routes, mut only) = (Routes::default(), false);
        for index in self.plan.holding(found, &Decided { verdict, usual: usual.routes() }) {
            let Some((route, is_only)) = self.rules.get(index) else { continue };
            routes = routes.and(Routes::of([*route]));
            only |= is_only;
        }
        if only { routes } else { usual.routes().and(routes) }
    }

    /// Why it goes there.
    pub(super) fn grounds(&self, found: Findings, verdict: Option<&Verdict>) -> Grounds {
        let usual = self.usual(verdict);
        let decided = Decided { verdict, usual: usual.routes() };
        let rules = self.plan.holding(found, &decided);
        Grounds { usual, rules: if usual == Usual::Dropped { Vec::new() } else { rules.collect() } }
    }

    fn usual(&self, verdict: Option<&Verdict>) -> Usual {
        let Some(verdict) = verdict.filter(|verdict| verdict.is_duplicate()) else { return Usual::New };
        match self.duplicates {
            Duplicates::Drop => Usual::Dropped,
            Duplicates::Together => Usual::Together,
            Duplicates::Split if verdict.status == Status::Near && verdict.of_this < HALF => Usual::MostlyNew,
            Duplicates::Split => Usual::Duplicate,
        }
    }

    /// Where a takedown's tombstones go: wherever the article may have gone.
    pub fn everywhere(&self) -> Routes {
        Routes::of([Route::Duplicates, Route::Enriched]).and(Routes::of(self.rules.iter().map(|(route, _)| *route)))
    }
}

impl Facts for Analysed<'_> {
    fn any(&self, field: Field, passes: &mut dyn FnMut(Fact<'_>) -> bool) -> bool {
        let some = |text: &'_ str| !text.is_empty();
        let raw = &self.article.raw;
        let text = match field {
            Field::Id => Some(self.id),
            Field::Url => raw.url.as_deref(),
            Field::Title => Some(self.article.title()).filter(|text| some(text)),
            Field::Text => Some(self.article.text()).filter(|text| some(text)),
            Field::LanguageCode => self.language.map(|language| language.code),
            Field::LanguageScript => self.language.and_then(|language| language.script),
            Field::LanguageDeclared => self.article.declared_language(),
            Field::SourceName => raw.source.name.as_deref(),
            Field::SourceDomain => raw.source.domain.as_deref(),
            Field::Author => return self.article.authors.iter().any(|author| passes(Fact::Text(author))),
            Field::Warning => return self.warnings.iter().any(|warning| passes(Fact::Text(warning.code()))),
            _ => None,
        };
        if let Some(text) = text {
            return passes(Fact::Text(text));
        }
        let number = match field {
            Field::TitleWords => Some(words(self.article.title())),
            Field::TextWords => Some(words(self.article.text())),
            Field::LanguageConfidence => self.language.map(|language| rounded(language.confidence)),
            _ => None,
        };
        number.is_some_and(|number| passes(Fact::Number(number)))
    }

    fn any_entity(&self, passes: &mut dyn FnMut(&dyn Facts) -> bool) -> bool {
        self.entities.iter().any(|entity| passes(entity))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no article has 2^52 words")]
fn words(text: &str) -> f64 {
    dedupe::count_words(text) as f64
}

impl Facts for Entity {
    fn any(&self, field: Field, passes: &mut dyn FnMut(Fact<'_>) -> bool) -> bool {
        let text = match field {
            Field::EntityType => Some(match self.kind {
                Kind::Person => "person",
                Kind::Organisation => "organisation",
                Kind::Location => "location",
            }),
            Field::EntityName => Some(self.name.as_str()),
            Field::EntityWikidata => self.ids.wikidata.as_deref(),
            Field::EntityIso3166 => self.ids.iso3166.as_deref(),
            _ => None,
        };
        if let Some(text) = text {
            return passes(Fact::Text(text));
        }
        let number = match field {
            Field::EntityGeonames => self.ids.geonames.map(f64::from),
            Field::EntityConfidence => Some(rounded(self.confidence)),
            #[expect(clippy::cast_precision_loss, reason = "no article has 2^52 mentions")]
            Field::EntityMentions => Some(self.mentions.len() as f64),
            _ => None,
        };
        number.is_some_and(|number| passes(Fact::Number(number)))
    }
}

/// What a rule may ask of a verdict.
struct Decided<'a> {
    verdict: Option<&'a Verdict>,
    usual: Routes,
}

impl Facts for Decided<'_> {
    fn any(&self, field: Field, passes: &mut dyn FnMut(Fact<'_>) -> bool) -> bool {
        match field {
            Field::Status => self.verdict.is_some_and(|verdict| {
                passes(Fact::Text(match verdict.status {
                    Status::Unique => "unique",
                    Status::Version => "version",
                    Status::Near => "near",
                    Status::Exact => "exact",
                }))
            }),
            Field::Similarity => {
                self.verdict.and_then(Verdict::similarity).is_some_and(|share| passes(Fact::Number(share)))
            }
            Field::Topic => self.usual.iter().any(|route| match route {
                Route::Enriched => passes(Fact::Text("enriched")),
                Route::Duplicates => passes(Fact::Text("duplicates")),
                Route::DeadLetters | Route::Stories | Route::Rule(_) => false,
            }),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
