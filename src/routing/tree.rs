//! A condition as a tree, and how it is written.

use std::fmt::{self, Display as _, Write as _};

use super::field::Field;

/// A condition or a part of one. Made by [`Node::all`], [`Node::either`] and the parser, so that no list in it holds a list of
/// its own kind: what is printed is read as the same tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// All hold.
    All(Vec<Node>),
    /// One holds.
    Either(Vec<Node>),
    /// It does not hold.
    Not(Box<Node>),
    /// It holds of one entity; every field in it is one of an entity.
    Entity(Box<Node>),
    /// A comparison.
    Test(Test),
}

/// A field compared with values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    pub(super) field: Field,
    pub(super) operator: Operator,
    /// One; with `in`, one or more.
    pub(super) values: Vec<Value>,
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(Box<str>),
    Number(f64),
}

/// How.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Is,
    IsNot,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
    Contains,
    StartsWith,
    EndsWith,
}

impl Operator {
    pub(super) const ALL: [Self; 10] = [
        Self::Is,
        Self::IsNot,
        Self::Less,
        Self::AtMost,
        Self::Greater,
        Self::AtLeast,
        Self::In,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::In => "in",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
        }
    }

    /// Whether it compares sizes.
    pub(super) const fn is_order(self) -> bool {
        matches!(self, Self::Less | Self::AtMost | Self::Greater | Self::AtLeast)
    }

    /// Whether it looks into a text.
    pub(super) const fn is_search(self) -> bool {
        matches!(self, Self::Contains | Self::StartsWith | Self::EndsWith)
    }
}

impl Node {
    /// All of these; of one, itself.
    pub(super) fn all(nodes: Vec<Self>) -> Self {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Self::All(inner) => inner,
            other => vec![other],
        });
        Self::only(flat.collect()).unwrap_or_else(Self::All)
    }

    /// One of these; of one, itself.
    pub(super) fn either(nodes: Vec<Self>) -> Self {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Self::Either(inner) => inner,
            other => vec![other],
        });
        Self::only(flat.collect()).unwrap_or_else(Self::Either)
    }

    fn only(mut nodes: Vec<Self>) -> Result<Self, Vec<Self>> {
        if nodes.len() > 1 { Err(nodes) } else { nodes.pop().ok_or(nodes) }
    }

    /// Calls back with every field in it.
    pub(super) fn fields(&self, see: &mut dyn FnMut(Field)) {
        match self {
            Self::All(nodes) | Self::Either(nodes) => nodes.iter().for_each(|node| node.fields(see)),
            Self::Not(node) | Self::Entity(node) => node.fields(see),
            Self::Test(test) => see(test.field),
        }
    }

    /// Writes it; within `entity( )` fields go by their last name, and what binds less than its place stands in parentheses.
    fn write(&self, f: &mut fmt::Formatter<'_>, in_entity: bool, binds: Binding) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, nodes: &[Self], word, own: Binding| {
            let opens = own < binds;
            f.write_str(if opens { "(" } else { "" })?;
            for (index, node) in nodes.iter().enumerate() {
                f.write_str(if index > 0 { word } else { "" })?;
                node.write(f, in_entity, own.tighter())?;
            }
            f.write_str(if opens { ")" } else { "" })
        };
        match self {
            Self::Either(nodes) => list(f, nodes, " or ", Binding::Either),
            Self::All(nodes) => list(f, nodes, " and ", Binding::All),
            Self::Not(node) => {
                f.write_str("not ")?;
                node.write(f, in_entity, Binding::One)
            }
            Self::Entity(node) => match &**node {
                // `!=` where any may pass is refused: it is said of one.
                Self::Test(test) if test.operator != Operator::IsNot => test.write(f, false),
                node => {
                    f.write_str("entity(")?;
                    node.write(f, true, Binding::Either)?;
                    f.write_str(")")
                }
            },
            Self::Test(test) => test.write(f, in_entity),
        }
    }
}

/// What binds how tightly, from the loosest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Either,
    All,
    One,
}

impl Binding {
    fn tighter(self) -> Self {
        if self == Self::Either { Self::All } else { Self::One }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false, Binding::Either)
    }
}

impl Test {
    fn write(&self, f: &mut fmt::Formatter<'_>, in_entity: bool) -> fmt::Result {
        let name = self.field.known().map_or("", |known| known.name);
        let short = if in_entity { name.strip_prefix("entity.").unwrap_or(name) } else { name };
        write!(f, "{short} {} ", self.operator.as_str())?;
        if self.operator != Operator::In {
            return self.values.iter().try_for_each(|value| value.fmt(f));
        }
        f.write_char('[')?;
        for (index, value) in self.values.iter().enumerate() {
            f.write_str(if index > 0 { ", " } else { "" })?;
            value.fmt(f)?;
        }
        f.write_char(']')
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => {
                f.write_char('"')?;
                for character in text.chars() {
                    if matches!(character, '"' | '\\') {
                        f.write_char('\\')?;
                    }
                    f.write_char(character)?;
                }
                f.write_char('"')
            }
        }
    }
}
