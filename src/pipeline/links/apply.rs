//! Gives the entities of an article the ids of the table, and makes those with one id one entity.

use std::collections::HashMap;

use super::Table;
use super::table::Found;
use crate::pipeline::entities::{Entity, Field, Ids, Joined, Kind, Mention};

/// How the table answered for an entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Linked {
    /// The form that it has.
    pub name: String,
    /// How many different ids it has for it.
    pub ids: usize,
    /// The line that the id came from, from 1; none if no id outweighs the others.
    pub line: Option<u32>,
}

impl Table {
    /// Links the people and organisations of an article, and tells what was found. `fields` are the title and the text that mentions
    /// stand in, `language` that of the article (BCP 47).
    pub fn link(
        &self,
        entities: &mut Vec<Entity>,
        fields: (&str, &str),
        language: Option<&str>,
        mut told: impl FnMut(Linked),
    ) {
        for entity in entities.iter_mut().filter(|entity| entity.kind != Kind::Location) {
            let Some((name, found)) = self.look(entity, fields, language) else { continue };
            told(Linked { name: name.to_owned(), ids: found.ids, line: found.chosen.map(|(_, line)| line) });
            if let Some((id, _)) = found.chosen {
                let item = id
                    .strip_prefix('Q')
                    .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
                let to = if item { &mut entity.ids.wikidata } else { &mut entity.ids.own };
                *to = Some(id.to_owned());
            }
        }
        join(entities);
    }

    /// The first of an entity's forms that the table has: its name, then what mentions it. A person's bare name stands for nobody but
    /// where the article has no fuller one.
    fn look<'t, 'a>(
        &'t self,
        entity: &'a Entity,
        (title, text): (&'a str, &'a str),
        language: Option<&str>,
    ) -> Option<(&'a str, Found<'t>)> {
        let words = |mention: &Mention| {
            let field = if mention.field == Field::Title { title } else { text };
            field.get(mention.byte_start as usize..mention.byte_end as usize)
        };
        let full = |form: &&str| entity.kind != Kind::Person || form.contains(char::is_whitespace);
        let others = entity.mentions.iter().filter_map(words).filter(full);
        let mut last = "";
        let mut forms = std::iter::once(entity.name.as_str()).chain(others);
        // Mostly the same form again.
        forms.find_map(|form| {
            let again = std::mem::replace(&mut last, form) == form;
            let found = if again { None } else { self.find(entity.kind, form, language) };
            found.map(|found| (form, found))
        })
    }
}

/// Entities of one kind with one id of the table are one: the first takes the mentions, and the name of most letters.
fn join(entities: &mut Vec<Entity>) {
    let linked =
        |entity: &Entity| entity.kind != Kind::Location && (entity.ids.wikidata.is_some() || entity.ids.own.is_some());
    if entities.iter().filter(|entity| linked(entity)).count() < 2 {
        return;
    }
    let mut first: HashMap<(Kind, Ids), usize> = HashMap::new();
    let mut joined: Vec<Entity> = Vec::with_capacity(entities.len());
    for entity in entities.drain(..) {
        let at = linked(&entity).then(|| *first.entry((entity.kind, entity.ids.clone())).or_insert(joined.len()));
        match at.and_then(|at| joined.get_mut(at)) {
            Some(head) => take(head, entity),
            None => joined.push(entity),
        }
    }
    *entities = joined;
}

fn take(head: &mut Entity, other: Entity) {
    if other.name.chars().count() > head.name.chars().count() {
        head.name = other.name;
    }
    head.confidence = head.confidence.max(other.confidence);
    head.mentions.extend(other.mentions.into_iter().map(|mention| Mention { joined: Some(Joined::SameId), ..mention }));
    head.mentions.sort_by_key(|mention| (mention.field, mention.start));
}
