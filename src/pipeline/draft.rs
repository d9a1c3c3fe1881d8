//! A draft: the output record in two encoded pieces with a gap for the verdict, and the proposal that asks for it.
//!
//! The verdict comes later and from another thread. Encoding everything else here, in parallel, leaves the publisher
//! nothing but to fill the gap.

use std::borrow::Cow;
use std::sync::Arc;

use super::article::Article;
use super::dedupe::{Fragment, Identity, Proposal, Sketch, Status, Verdict};
use super::entities::{Entity, Kind, Tagged};
use super::identity;
use super::language::Detection;
use super::links::Table;
use super::published;
use super::routing::{Analysed, Grounds, Router};
use super::settings::Settings;
use crate::article::{Reject, RejectCode, Warning};
use crate::record::{self, Coverage, Dedupe, Models, Record, Routes};
use crate::routing::Findings;

/// An analysed article.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Kafka key of what is published: the input's, else source and id.
    pub key: Vec<u8>,
    /// What a takedown names.
    pub key_hash: u64,
    /// The record, where dedupe asks who it is or there is no other id: the hash reads all of it.
    pub identity: Option<Identity>,
    /// Asks for the verdict; taken when it is sent. None when dedupe is off.
    pub proposal: Option<Proposal>,
    /// Code of the language, where it was looked for.
    pub language: Option<&'static str>,
    /// Persons, organisations and places that were found.
    pub found: [u64; 3],
    /// The output record up to the verdict, with its opening brace.
    head: Vec<u8>,
    /// The output record after the verdict, with its closing brace.
    tail: Vec<u8>,
    /// For the evidence: the words that were sketched, and where each sample stands in them. Empty when text is not published.
    sketched: Box<str>,
    fragments: Vec<Fragment>,
    /// What rules ask of the article, answered.
    by_rules: Findings,
}

/// What an article names, and the table by which people and organisations were linked.
#[derive(Default)]
pub(super) struct Named {
    /// None if the stage is off.
    pub(super) tagged: Option<Tagged>,
    pub(super) links: Option<Arc<Table>>,
}

/// What an article usually takes beside its text, its verdict included, and an entity with its mentions.
const HEAD_BYTES: usize = 1_536;
const ENTITY_BYTES: usize = 320;
/// Room for the verdict in the output record: ids of 255 bytes, three fragments.
const VERDICT_BYTES: usize = 2_048;

impl Draft {
    pub(super) fn new(
        settings: &Settings,
        record: &Record,
        article: &Article<'_>,
        sketch: Option<(Sketch, Vec<Fragment>)>,
        language: Option<Detection>,
        Named { tagged, links }: Named,
    ) -> Result<Self, Reject> {
        let identity = (sketch.is_some() || article.raw.id.is_none()).then(|| identity::of(record));
        let hashed = || identity.as_ref().map(identity::hex).unwrap_or_default();
        let id = article.raw.id.clone().unwrap_or_else(|| Cow::Owned(hashed()));
        let source = identity::source(article.source());
        let key = identity::key(settings.id_scope, record, source, &id);
        let key_hash = identity::hash(&[&key]);
        let (proposal, sketched, fragments) = match sketch.zip(identity) {
            Some(((sketch, fragments), identity)) => {
                let proposal = Proposal {
                    identity,
                    key: key_hash,
                    article: identity::article(settings.id_scope, source, &id),
                    url: article.raw.identity_url.as_deref().and_then(identity::url),
                    source: identity::source_hash(source),
                    sketch,
                    id: id.as_ref().into(),
                };
                let sketched = if article.prose().is_empty() { article.title() } else { article.prose() };
                if settings.publishes_text {
                    (Some(proposal), sketched.into(), fragments)
                } else {
                    (Some(proposal), "".into(), Vec::new())
                }
            }
            None => (None, "".into(), Vec::new()),
        };
        let entities = tagged.as_ref().map_or(&[][..], |tagged| &tagged.entities);
        let (mentions, cut) = published::mentions(settings, entities);
        let mut warnings = article.raw.warnings.clone();
        warnings.extend((record.headers_omitted > 0).then_some(Warning::HeadersOmitted(record.headers_omitted)));
        warnings.extend((cut > 0).then_some(Warning::MentionsTruncated(cut)));
        let left_out = tagged.as_ref().and_then(|tagged| tagged.left_out);
        warnings.extend(left_out.map(|why| Warning::NeuralLeftOut(why.as_str())));
        warnings.extend(tagged.as_ref().is_some_and(|tagged| tagged.truncated).then_some(Warning::EntitiesTruncated));
        let language = language.as_ref();
        let analysed = Analysed { id: &id, article, language, entities, warnings: &warnings };
        let by_rules = settings.router.find(&analysed);
        let content = published::content(settings, article, &id, language, (entities, &mentions));
        let links = links.as_deref().map(Table::hash);
        let models = Models { entities: tagged.as_ref().map(|tagged| tagged.by), links, ..settings.models };
        let context = published::context(settings, record, article, models, &warnings);
        let encoding = |error: serde_json::Error| {
            Reject::new(RejectCode::StagePanicked, format!("the record cannot be encoded: {error}"))
        };
        let tail = serde_json::to_vec(&context).map_err(encoding)?;
        // Room for all of it, or it would be copied each time that it doubles, and once more for the verdict.
        let text = article.text().len() * 9 / 8;
        let named = content.entities.len() * ENTITY_BYTES;
        let mut head = Vec::with_capacity(HEAD_BYTES + text + named + tail.len());
        content.write_open(&mut head).map_err(encoding)?;
        let language = language.map(|detection| detection.code);
        let found = found(entities);
        Ok(Self { key, key_hash, identity, proposal, language, found, head, tail, sketched, fragments, by_rules })
    }

    /// Checks the record's size, with the largest verdict, against what the output topics take.
    pub(super) fn fits(&self, limit: usize, record: &Record) -> Result<(), Reject> {
        let headers: usize =
            record.headers.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, Vec::len) + 8).sum();
        let size = self.head.len() + self.tail.len() + self.key.len() + headers + VERDICT_BYTES;
        if size > limit {
            let message = format!(
                "the enriched record has up to {size} bytes, the output topics take {limit}: raise their max.message.bytes"
            );
            return Err(Reject::new(RejectCode::OutputTooLarge, message));
        }
        Ok(())
    }

    /// Where it goes with its verdict.
    pub fn routes(&self, router: &Router, verdict: Option<&Verdict>) -> Routes {
        router.routes(self.by_rules, verdict)
    }

    /// Why it goes there.
    pub fn grounds(&self, router: &Router, verdict: Option<&Verdict>) -> Grounds {
        router.grounds(self.by_rules, verdict)
    }

    /// The output record with its verdict. The room for it is there already.
    pub fn finish(mut self, verdict: Option<&Verdict>) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.head);
        out.extend_from_slice(b",\"dedupe\":");
        let dedupe = verdict.map(|verdict| self.dedupe(verdict));
        // Writing to a vector cannot fail, and the verdict has no maps with odd keys.
        if serde_json::to_writer(&mut out, &dedupe).is_err() {
            out.extend_from_slice(b"null");
        }
        out.push(b',');
        out.extend_from_slice(self.tail.get(1..).unwrap_or_default());
        out
    }

    /// The words of a sample of three, as the article has them; none where text is not published.
    pub fn quoted(&self, sample: u32) -> Option<&str> {
        let fragment = self.fragments.iter().find(|fragment| fragment.sample == sample)?;
        self.sketched.get(fragment.start as usize..fragment.end as usize)
    }

    fn dedupe<'a>(&'a self, verdict: &'a Verdict) -> Dedupe<'a> {
        let share = |score: u16| Some(f64::from(score) / 10_000.0);
        let compares = verdict.compares();
        Dedupe {
            status: match verdict.status {
                Status::Unique => record::Status::Unique,
                Status::Version => record::Status::Version,
                Status::Near => record::Status::Near,
                Status::Exact => record::Status::Exact,
            },
            story: verdict.story.to_string(),
            original: verdict.original.as_ref().map(|original| original.id.as_ref()),
            similarity: verdict.similarity(),
            coverage: Coverage {
                of_this: share(verdict.of_this).filter(|_| compares),
                of_original: share(verdict.of_original).filter(|_| compares),
            },
            shared: verdict.evidence.iter().filter_map(|sample| self.quoted(*sample)).take(3).collect(),
        }
    }
}

/// Entities by type.
fn found(entities: &[Entity]) -> [u64; 3] {
    let count = |kind| entities.iter().filter(|entity| entity.kind == kind).count() as u64;
    [Kind::Person, Kind::Organisation, Kind::Location].map(count)
}
