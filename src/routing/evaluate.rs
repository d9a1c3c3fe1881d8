//! Whether a condition holds. Total: a field that is missing has no value, so no comparison with it holds, and only `not` makes
//! something of that.

use super::field::Field;
use super::tree::{Node, Operator, Test, Value};

/// One value of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fact<'a> {
    /// Text.
    Text(&'a str),
    /// A number, as the record tells it.
    Number(f64),
}

/// What is known: of an article, of one of its entities, of its verdict.
pub trait Facts {
    /// Whether one of the values that a field has passes. A field that is missing, or is none of these facts, has none.
    fn any(&self, field: Field, passes: &mut dyn FnMut(Fact<'_>) -> bool) -> bool;

    /// Whether one of its entities passes. What is no article has none.
    fn any_entity(&self, _passes: &mut dyn FnMut(&dyn Facts) -> bool) -> bool {
        false
    }
}

impl Node {
    pub(super) fn holds(&self, facts: &dyn Facts) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(facts)),
            Self::Either(nodes) => nodes.iter().any(|node| node.holds(facts)),
            Self::Not(node) => !node.holds(facts),
            Self::Entity(node) => facts.any_entity(&mut |entity| node.holds(entity)),
            Self::Test(test) => test.holds(facts),
        }
    }
}

impl Test {
    pub(super) fn holds(&self, facts: &dyn Facts) -> bool {
        facts.any(self.field, &mut |fact| match self.operator {
            // Of one value, different from it: the parser refuses `!=` where there may be several.
            Operator::IsNot => self.values.iter().all(|value| !compare(Operator::Is, fact, value)),
            operator => self.values.iter().any(|value| compare(operator, fact, value)),
        })
    }
}

/// Texts are compared byte for byte. Kinds never differ: the parser has seen to that, and a comparison across them is false.
fn compare(operator: Operator, fact: Fact<'_>, value: &Value) -> bool {
    match (fact, value) {
        (Fact::Text(text), Value::Text(value)) => match operator {
            Operator::Is | Operator::In => text == &**value,
            Operator::IsNot => text != &**value,
            Operator::Contains => memchr::memmem::find(text.as_bytes(), value.as_bytes()).is_some(),
            Operator::StartsWith => text.starts_with(&**value),
            Operator::EndsWith => text.ends_with(&**value),
            Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast => false,
        },
        (Fact::Number(number), Value::Number(value)) => match operator {
            #[expect(clippy::float_cmp, reason = "both are decimals of few digits, as written")]
            Operator::Is | Operator::In => number == *value,
            #[expect(clippy::float_cmp, reason = "both are decimals of few digits, as written")]
            Operator::IsNot => number != *value,
            Operator::Less => number < *value,
            Operator::AtMost => number <= *value,
            Operator::Greater => number > *value,
            Operator::AtLeast => number >= *value,
            Operator::Contains | Operator::StartsWith | Operator::EndsWith => false,
        },
        _ => false,
    }
}
