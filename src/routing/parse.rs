//! Reads a condition: recursive descent, with a bound on its depth.
//!
//! ```text
//! either = all { "or" all }
//! all    = one { "and" one }
//! one    = "not" one | "(" either ")" | "entity" "(" either ")" | field operator value
//! ```

use std::ops::Range;

use super::check;
use super::error::ConditionError;
use super::field::{FIELDS, Field};
use super::lexer::{self, Placed, Token};
use super::tree::{Node, Operator};
use crate::nearest::nearest;

/// Longest condition, in bytes.
const LONGEST: usize = 4_096;
/// Deepest nesting of parentheses and `not`.
const DEEPEST: usize = 32;

/// Reads a condition and checks it.
pub(super) fn parse(source: &str) -> Result<Node, ConditionError> {
    if source.len() > LONGEST {
        let what =
            format!("the condition has {} bytes, {LONGEST} are the most: make several rules of it", source.len());
        return Err(ConditionError::new(source, 0..0, what));
    }
    let tokens = lexer::tokens(source)?;
    let mut parser = Parser { source, tokens: &tokens, at: 0, depth: 0, in_entity: false };
    let node = parser.either()?;
    match parser.peek() {
        None => Ok(node),
        Some(rest) => Err(parser.left_over(rest)),
    }
}

struct Parser<'a> {
    source: &'a str,
    tokens: &'a [Placed],
    at: usize,
    depth: usize,
    /// Within `entity( )`.
    in_entity: bool,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Placed> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let is_next = self.peek().is_some_and(|next| next.token == *token);
        self.at += usize::from(is_next);
        is_next
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.takes(&Token::Word(word.to_owned()))
    }

    fn wrong<T>(&self, place: Range<usize>, what: impl Into<String>) -> Result<T, ConditionError> {
        Err(ConditionError::new(self.source, place, what))
    }

    /// Where the next token stands, or the end.
    fn here(&self) -> Range<usize> {
        let end = self.source.trim_end().len();
        self.peek().map_or(end..end, |next| next.place.clone())
    }

    fn either(&mut self) -> Result<Node, ConditionError> {
        let mut nodes = vec![self.all()?];
        while self.takes_word("or") {
            nodes.push(self.all()?);
        }
        Ok(Node::either(nodes))
    }

    fn all(&mut self) -> Result<Node, ConditionError> {
        let mut nodes = vec![self.one()?];
        while self.takes_word("and") {
            nodes.push(self.one()?);
        }
        Ok(Node::all(nodes))
    }

    fn one(&mut self) -> Result<Node, ConditionError> {
        if self.depth >= DEEPEST {
            return self.wrong(self.here(), format!("nested more than {DEEPEST} deep: make several rules of it"));
        }
        self.depth += 1;
        let node = self.one_within();
        self.depth -= 1;
        node
    }

    fn one_within(&mut self) -> Result<Node, ConditionError> {
        if self.takes_word("not") {
            return Ok(Node::Not(Box::new(self.one()?)));
        }
        let opening = self.here();
        if self.takes(&Token::Sign("(")) {
            let node = self.either()?;
            self.closes(opening)?;
            return Ok(node);
        }
        if self.peek().is_some_and(|next| next.token == Token::Word("entity".into())) {
            return self.entity();
        }
        self.test()
    }

    fn closes(&mut self, opening: Range<usize>) -> Result<(), ConditionError> {
        if self.takes(&Token::Sign(")")) {
            return Ok(());
        }
        match self.peek() {
            Some(next) => Err(self.left_over(next)),
            None => self.wrong(opening, "this parenthesis is not closed"),
        }
    }

    /// What an entity must be: all of it holds of one and the same.
    fn entity(&mut self) -> Result<Node, ConditionError> {
        let place = self.here();
        self.at += 1;
        if self.in_entity {
            return self.wrong(place, "an entity has no entities: name its fields, such as `type` and `name`");
        }
        let opening = self.here();
        if !self.takes(&Token::Sign("(")) {
            let what =
                "write `entity(type = \"person\" and name = \"…\")`, or one of its fields, such as `entity.name`";
            return self.wrong(place, what);
        }
        self.in_entity = true;
        let node = self.either()?;
        self.in_entity = false;
        self.closes(opening)?;
        Ok(Node::Entity(Box::new(node)))
    }

    fn test(&mut self) -> Result<Node, ConditionError> {
        let (field, place) = self.field()?;
        let (operator, operator_place) = self.operator(place.clone())?;
        let mut values = Vec::new();
        if operator == Operator::In {
            self.list(&mut values)?;
        } else {
            values.push(self.value(operator)?);
        }
        let places = check::Places { source: self.source, field: place, operator: operator_place };
        let within = field.is_of_entity() && !self.in_entity;
        let test = check::test(&places, field, within, operator, &values)?;
        Ok(if within { Node::Entity(Box::new(Node::Test(test))) } else { Node::Test(test) })
    }

    fn field(&mut self) -> Result<(Field, Range<usize>), ConditionError> {
        let place = self.here();
        let Some(Placed { token: Token::Word(name), .. }) = self.peek() else {
            let what = match self.peek() {
                None if self.tokens.is_empty() => "the condition is empty",
                None => "a condition is missing here",
                Some(_) => {
                    "a condition starts with a field: `language = \"de\"`; for one of several values write `in [\"de\", \"fr\"]`"
                }
            };
            return self.wrong(place, what);
        };
        let whole = if self.in_entity { format!("entity.{name}") } else { name.clone() };
        let Some(field) = Field::named(&whole) else { return self.unknown(name, place) };
        self.at += 1;
        Ok((field, place))
    }

    fn unknown<T>(&self, name: &str, place: Range<usize>) -> Result<T, ConditionError> {
        let here = |name: &'static str| match self.in_entity {
            true => name.strip_prefix("entity."),
            false => Some(name),
        };
        let names = || FIELDS.iter().map(|known| known.name).chain([super::field::SHORT]).filter_map(here);
        let meant = nearest(name, names()).or_else(|| {
            // `domain` and `script` are the last names of fields.
            let last = |known: &&str| known.rsplit('.').next() == Some(name);
            names().find(last)
        });
        if let Some(meant) = meant {
            return self.wrong(place, format!("there is no field `{name}`: did you mean `{meant}`?"));
        }
        if self.in_entity && Field::named(name).is_some() {
            return self.wrong(place, format!("`{name}` is no field of an entity: write it outside of `entity( )`"));
        }
        let names: Vec<&str> = names().collect();
        self.wrong(place, format!("there is no field `{name}`; fields are {}", names.join(", ")))
    }

    fn operator(&mut self, field: Range<usize>) -> Result<(Operator, Range<usize>), ConditionError> {
        let place = self.here();
        let written = match self.peek().map(|next| &next.token) {
            Some(Token::Word(word)) => word.as_str(),
            Some(Token::Sign(sign)) => sign,
            Some(_) => return self.wrong(place, "an operator is missing before the value, such as `=`"),
            None => return self.wrong(field, "an operator and a value are missing after the field"),
        };
        if let Some(operator) = Operator::ALL.into_iter().find(|operator| operator.as_str() == written) {
            self.at += 1;
            return Ok((operator, place));
        }
        let meant = nearest(written, Operator::ALL.into_iter().map(Operator::as_str).filter(|name| name.len() > 1));
        let what = match (written, meant) {
            ("not", _) => "`not` stands before the field: `not language in [\"de\"]`".into(),
            ("is", _) => "`is` is written `=` here".into(),
            (_, Some(meant)) => format!("there is no operator `{written}`: did you mean `{meant}`?"),
            _ => "a comparison is missing after the field: =, !=, <, <=, >, >=, in, contains, starts_with or ends_with"
                .into(),
        };
        self.wrong(place, what)
    }

    fn list(&mut self, values: &mut Vec<Placed>) -> Result<(), ConditionError> {
        let opening = self.here();
        if !self.takes(&Token::Sign("[")) {
            return self.wrong(opening, "write the values in brackets: `in [\"de\", \"fr\"]`");
        }
        loop {
            values.push(self.value(Operator::In)?);
            if self.takes(&Token::Sign("]")) {
                return Ok(());
            }
            if !self.takes(&Token::Sign(",")) {
                let here = if self.peek().is_some() { self.here() } else { opening };
                return self.wrong(here, "values of a list are parted by commas, and a `]` closes it");
            }
        }
    }

    fn value(&mut self, operator: Operator) -> Result<Placed, ConditionError> {
        match self.peek() {
            Some(placed @ Placed { token: Token::Text(_) | Token::Number(_), .. }) => {
                self.at += 1;
                Ok(placed.clone())
            }
            Some(Placed { token: Token::Word(word), place }) => {
                self.wrong(place.clone(), format!("a text stands in quotes: \"{word}\""))
            }
            Some(Placed { token: Token::Sign("["), place }) => {
                self.wrong(place.clone(), format!("`{}` takes one value: write `in` for several", operator.as_str()))
            }
            _ => self.wrong(self.here(), format!("a value is missing after `{}`", operator.as_str())),
        }
    }

    /// Something that belongs to nothing.
    fn left_over(&self, next: &Placed) -> ConditionError {
        let what = match &next.token {
            Token::Sign(")") => "there is no parenthesis to close".to_owned(),
            Token::Word(word) => match nearest(word, ["and", "or"]) {
                Some(meant) => format!("there is no `{word}`: did you mean `{meant}`?"),
                None => "write `and` or `or` between two conditions".to_owned(),
            },
            _ => "write `and` or `or` between two conditions".to_owned(),
        };
        ConditionError::new(self.source, next.place.clone(), what)
    }
}
