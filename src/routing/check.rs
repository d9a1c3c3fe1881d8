//! Types: what cannot be, or can never be true, is refused when it is read and not found out by its silence.

use std::ops::Range;

use super::error::ConditionError;
use super::field::{Field, Kind, Knows};
use super::lexer::{Placed, Token};
use super::tree::{Operator, Test, Value};
use crate::nearest::nearest;

/// Where the parts of a comparison stand.
pub(super) struct Places<'a> {
    pub(super) source: &'a str,
    pub(super) field: Range<usize>,
    pub(super) operator: Range<usize>,
}

impl Places<'_> {
    fn wrong<T>(&self, place: &Range<usize>, what: impl Into<String>) -> Result<T, ConditionError> {
        Err(ConditionError::new(self.source, place.clone(), what))
    }
}

/// A comparison that can be. `is_any`: of the field's values any may pass, even where one thing has but one.
pub(super) fn test(
    places: &Places<'_>,
    field: Field,
    is_any: bool,
    operator: Operator,
    values: &[Placed],
) -> Result<Test, ConditionError> {
    let Some(known) = field.known() else { return places.wrong(&places.field, "this field is in no table") };
    let name = places.source.get(places.field.clone()).unwrap_or(known.name);
    let is_any = is_any || (known.knows == Knows::Any && !field.is_of_entity());
    if is_any && operator == Operator::IsNot {
        let what = format!(
            "there may be several, and one of them is nearly always another: write `not {name} = …`, or `entity(… != …)`"
        );
        let what = if field.is_of_entity() { what } else { what.replace(", or `entity(… != …)`", "") };
        return places.wrong(&places.operator, what);
    }
    let is_number = matches!(known.kind, Kind::Share | Kind::Count);
    if operator.is_order() && !is_number {
        let what = format!("`{name}` is no number: compare it with =, !=, in or contains");
        return places.wrong(&places.operator, what);
    }
    if operator.is_search() && is_number {
        return places
            .wrong(&places.operator, format!("`{name}` is a number: compare it with =, !=, <, <=, >, >= or in"));
    }
    if operator.is_search() && matches!(known.kind, Kind::Word(_)) {
        return places.wrong(&places.operator, format!("`{name}` is one of few words: compare it with =, != or in"));
    }
    let value = |placed: &Placed| value(places, name, known.kind, operator, placed);
    Ok(Test { field, operator, values: values.iter().map(value).collect::<Result<_, _>>()? })
}

fn value(
    places: &Places<'_>,
    name: &str,
    kind: Kind,
    operator: Operator,
    placed: &Placed,
) -> Result<Value, ConditionError> {
    let place = &placed.place;
    let text = match (&placed.token, kind) {
        (Token::Number(share), Kind::Share) if *share > 1.0 => {
            return places.wrong(place, format!("`{name}` is a share between 0 and 1"));
        }
        (Token::Number(count), Kind::Count) if count.fract() != 0.0 => {
            return places.wrong(place, format!("`{name}` is a whole number"));
        }
        (Token::Number(number), Kind::Share | Kind::Count) => return Ok(Value::Number(*number)),
        (Token::Text(_), Kind::Share | Kind::Count) => {
            return places.wrong(place, format!("`{name}` is a number: write it without quotes"));
        }
        (Token::Text(text), _) => text,
        _ => return places.wrong(place, format!("`{name}` is a text: write the value in quotes")),
    };
    match kind {
        Kind::Word(words) if !words.contains(&text.as_str()) => {
            let what = match nearest(text, words.iter().copied()) {
                Some(meant) => format!("`{name}` is never \"{text}\": did you mean \"{meant}\"?"),
                None => format!("`{name}` is never \"{text}\"; it is one of {}", words.join(", ")),
            };
            places.wrong(place, what)
        }
        Kind::Formed(is_formed, what) if !operator.is_search() && !text.is_empty() && !is_formed(text) => {
            places.wrong(place, format!("`{name}` is never \"{text}\": {what}"))
        }
        // An empty text is part of every text: whoever writes it means something else.
        _ if operator.is_search() && text.is_empty() => places.wrong(place, "every text has this in it"),
        _ => Ok(Value::Text(text.as_str().into())),
    }
}
