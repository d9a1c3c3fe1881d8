//! Entities as JSON.
//!
//! An article has dozens of mentions, and serde_json looks for something to escape in the name of each of their members. Here the
//! names are written as they are; the bytes are those that serde_json writes.

use super::enriched::{Entity, EntityKind, Field, Mention, rounded};
use super::text;

/// Appends entities as an array.
///
/// # Errors
/// serde_json's; there are no maps with odd keys, so none is known.
pub(super) fn write(out: &mut Vec<u8>, entities: &[Entity<'_>]) -> serde_json::Result<()> {
    out.push(b'[');
    for (number, entity) in entities.iter().enumerate() {
        comma(out, number);
        out.extend_from_slice(match entity.kind {
            EntityKind::Person => br#"{"type":"person","name":"#,
            EntityKind::Organisation => br#"{"type":"organisation","name":"#,
            EntityKind::Location => br#"{"type":"location","name":"#,
        });
        text::write(out, entity.name);
        out.extend_from_slice(br#","ids":"#);
        serde_json::to_writer(&mut *out, &entity.ids)?;
        out.extend_from_slice(br#","confidence":"#);
        serde_json::to_writer(&mut *out, &rounded(entity.confidence))?;
        out.extend_from_slice(br#","mentions":["#);
        for (number, mention) in entity.mentions.iter().enumerate() {
            comma(out, number);
            write_mention(out, mention)?;
        }
        out.extend_from_slice(b"]}");
    }
    out.push(b']');
    Ok(())
}

fn write_mention(out: &mut Vec<u8>, mention: &Mention<'_>) -> serde_json::Result<()> {
    out.extend_from_slice(match mention.field {
        Field::Title => br#"{"field":"title","start":"#,
        Field::Text => br#"{"field":"text","start":"#,
        Field::Summary => br#"{"field":"summary","start":"#,
    });
    serde_json::to_writer(&mut *out, &mention.start)?;
    out.extend_from_slice(br#","end":"#);
    serde_json::to_writer(&mut *out, &mention.end)?;
    out.extend_from_slice(br#","text":"#);
    match mention.text {
        Some(words) => text::write(out, words),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    Ok(())
}

fn comma(out: &mut Vec<u8>, number: usize) {
    if number > 0 {
        out.push(b',');
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::super::enriched::Ids;
    use super::*;

    const KINDS: [EntityKind; 3] = [EntityKind::Person, EntityKind::Organisation, EntityKind::Location];
    const FIELDS: [Field; 3] = [Field::Title, Field::Text, Field::Summary];

    proptest! {
        #[test]
        fn any_entities_are_written_as_serde_json_writes_them(
            told in prop::collection::vec(
                (0..3_usize, ".{0,9}", prop::option::of("Q[0-9]{1,4}"), prop::option::of(any::<u32>()), 0.0..=1.0_f32,
                    prop::collection::vec((0..3_usize, any::<u32>(), any::<u32>(), prop::option::of(".{0,40}")), 0..4)),
                0..4,
            ),
        ) {
            let entities: Vec<Entity<'_>> = told.iter().map(|(kind, name, wikidata, geonames, confidence, mentions)| Entity {
                kind: KINDS[*kind],
                name,
                ids: Ids { wikidata: wikidata.as_deref().map(Cow::Borrowed), geonames: *geonames, ..Ids::default() },
                confidence: *confidence,
                mentions: mentions
                    .iter()
                    .map(|(field, start, end, text)| Mention {
                        field: FIELDS[*field],
                        start: *start,
                        end: *end,
                        text: text.as_deref(),
                    })
                    .collect(),
            }).collect();
            let mut out = Vec::new();
            write(&mut out, &entities).unwrap();
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&entities).unwrap());
        }
    }
}
