//! An article as it is published: content and context of the output record, as far as the switches of `output` let it out.

use std::borrow::Cow;

use super::article::Article;
use super::entities::{self, Entity};
use super::language::Detection;
use super::settings::Settings;
use crate::article::Warning;
use crate::config::Extra;
use crate::record::{self, Content, Context, Details, ExtraMembers, InputPlace, Lead, Provenance, Record, SCHEMA};

/// Most mentions of one entity, and of all together, in a record. An ordinary article has a few dozen; one that is made of
/// names alone would otherwise come out many times as large as it came in.
const MOST_OF_ENTITY: usize = 250;
const MOST_MENTIONS: usize = 2_500;

/// How many mentions of each entity are published, in their order, and how many are not. Entities of types that are not
/// published count for nothing.
pub(super) fn mentions(settings: &Settings, entities: &[Entity]) -> (Vec<usize>, usize) {
    let (mut left, mut cut) = (MOST_MENTIONS, 0);
    let take = |entity: &Entity| {
        if !settings.publishes(kind(entity)) {
            return 0;
        }
        let taken = entity.mentions.len().min(MOST_OF_ENTITY).min(left);
        left -= taken;
        cut += entity.mentions.len() - taken;
        taken
    };
    let taken = entities.iter().map(take).collect();
    (taken, cut)
}

fn kind(entity: &Entity) -> record::EntityKind {
    match entity.kind {
        entities::Kind::Person => record::EntityKind::Person,
        entities::Kind::Organisation => record::EntityKind::Organisation,
        entities::Kind::Location => record::EntityKind::Location,
    }
}

pub(super) fn content<'a>(
    settings: &Settings,
    article: &'a Article<'_>,
    id: &'a str,
    language: Option<&'a Detection>,
    entities: (&'a [Entity], &[usize]),
) -> Content<'a> {
    let raw = &article.raw;
    let published = |text: &'a str| Some(text).filter(|text| !text.is_empty());
    let lead = Lead { schema: SCHEMA, id, url: raw.url.as_deref(), title: published(article.title()) };
    let text = published(article.text()).filter(|_| settings.publishes_text);
    let details = Details {
        summary: article.summary.as_deref().filter(|_| settings.publishes_text),
        published_at: raw.published_at.as_deref(),
        updated_at: raw.updated_at.as_deref(),
        source: record::Source { name: raw.source.name.as_deref(), domain: raw.source.domain.as_deref() },
        authors: &article.authors,
        language: language.map(|language| record::Language {
            code: language.code,
            script: language.script,
            confidence: language.confidence,
            declared: article.declared_language(),
            alternatives: language
                .alternatives
                .iter()
                .map(|one| record::Alternative { code: one.code, confidence: one.confidence })
                .collect(),
            shares: language.shares.iter().map(|one| record::Share { code: one.code, share: one.share }).collect(),
        }),
    };
    let (entities, mentions) = entities;
    let told = entities.iter().zip(mentions).filter(|(_, mentions)| **mentions > 0);
    let entities = told.map(|(entity, mentions)| published_entity(settings, article, entity, *mentions)).collect();
    Content { lead, text, details, entities }
}

/// The entity with so many of its mentions.
fn published_entity<'a>(
    settings: &Settings,
    article: &'a Article<'_>,
    entity: &'a Entity,
    mentions: usize,
) -> record::Entity<'a> {
    let mention = |mention: &'a entities::Mention| {
        let (field, whole) = match mention.field {
            entities::Field::Title => (record::Field::Title, article.title()),
            entities::Field::Text if article.text().is_empty() => (record::Field::Summary, article.prose()),
            entities::Field::Text => (record::Field::Text, article.text()),
        };
        let words = whole.get(mention.byte_start as usize..mention.byte_end as usize);
        record::Mention {
            field,
            start: mention.start,
            end: mention.end,
            text: words.filter(|_| settings.publishes_text),
        }
    };
    record::Entity {
        kind: kind(entity),
        name: &entity.name,
        ids: record::Ids {
            wikidata: entity.ids.wikidata.as_deref().map(Cow::Borrowed),
            iso3166: entity.ids.iso3166.as_deref().map(Cow::Borrowed),
            geonames: entity.ids.geonames,
            own: entity.ids.own.as_deref().map(Cow::Borrowed),
        },
        confidence: entity.confidence,
        mentions: entity.mentions.iter().take(mentions).map(mention).collect(),
    }
}

pub(super) fn context<'a>(
    settings: &'a Settings,
    record: &'a Record,
    article: &'a Article<'_>,
    models: record::Models<'a>,
    warnings: &[Warning],
) -> Context<'a> {
    Context {
        provenance: Provenance {
            worker: concat!("copydesk ", env!("CARGO_PKG_VERSION")),
            config: &settings.config_hash,
            models,
            input: InputPlace {
                topic: &record.origin.topic,
                partition: record.origin.partition,
                offset: record.origin.offset,
                timestamp: record.origin.timestamp,
            },
            processed_at: jiff::Timestamp::now().round(jiff::Unit::Millisecond).unwrap_or_default().to_string(),
        },
        extra: match settings.extra {
            Extra::Auto | Extra::Object => ExtraMembers::Object(article.extra()),
            Extra::String => ExtraMembers::Text(article.extra()),
            Extra::Off => ExtraMembers::Off,
        },
        warnings: warnings.iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::{Analysis, Pipeline};
    use super::{MOST_MENTIONS, MOST_OF_ENTITY};
    use crate::config::Config;
    use crate::record::{Origin, Record};

    /// What comes out of a text, and how many bytes went in.
    fn published(pipeline: &Pipeline, text: &str) -> (Value, usize, usize) {
        let value = json!({"id": "a", "text": text}).to_string().into_bytes();
        let came = value.len();
        let origin = Origin { topic: "raw".into(), partition: 0, offset: 7, timestamp: None };
        let record = Record { origin, key: None, value: Some(value), headers: Vec::new(), headers_omitted: 0 };
        let Analysis::Article(draft) = pipeline.analyse(&record) else { panic!("no article") };
        let out = draft.finish(None);
        (serde_json::from_slice(&out).unwrap(), came, out.len())
    }

    #[test]
    fn an_entity_that_is_named_without_end_is_cut_and_the_record_says_so() {
        let pipeline = Pipeline::new(&Config::default()).unwrap();
        let (record, ..) = published(&pipeline, &"A man in Paris said so. ".repeat(MOST_OF_ENTITY + 20));
        let paris = &record["entities"][0];
        assert_eq!((&paris["name"], paris["mentions"].as_array().unwrap().len()), (&json!("Paris"), MOST_OF_ENTITY));
        assert_eq!(record["warnings"], json!(["mentions-truncated: 20 mentions are more than one record holds"]));
        let (record, ..) = published(&pipeline, &"A man in Paris said so. ".repeat(MOST_OF_ENTITY));
        assert_eq!(record["warnings"], json!([]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6))]

        /// Names, and nothing but names: the record is a small multiple of what came, and a bounded rest.
        #[test]
        fn no_article_comes_out_many_times_as_large(
            pieces in prop::collection::vec(prop::sample::select(vec!["Mr Smith ", "in Paris, ", "Mrs # ", "President # said. ", "# Corp. ", "Kyiv "]), 1..4),
        ) {
            let pipeline = Pipeline::new(&Config::default()).unwrap();
            let (mut text, mut number) = (String::new(), 0_u32);
            while text.len() < 150_000 {
                number += 1;
                let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
                pieces.iter().for_each(|piece| text.push_str(&piece.replace('#', &format!("Q{letters}"))));
            }
            let (record, came, out) = published(&pipeline, &text);
            let mentions = record["entities"].as_array().unwrap().iter();
            let mentions: usize = mentions.map(|entity| entity["mentions"].as_array().unwrap().len()).sum();
            prop_assert!(mentions <= MOST_MENTIONS);
            prop_assert!(out < came * 3 / 2 + MOST_MENTIONS * 240, "{} bytes of {}", out, came);
        }
    }
}
