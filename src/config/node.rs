//! A configuration as it was written: a tree of which every node knows its key and its place.

use super::finding::Place;

/// A value, where it stands, and the whole key that it is the value of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The key with all above it, such as `kafka.properties.fetch.min.bytes` or `output.routes[0].topic`.
    pub key: String,
    /// Where the key stands; where the value stands, if it has none.
    pub place: Place,
    /// Where the value stands.
    pub value_place: Place,
    /// The value.
    pub value: Value,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Text, a number, a flag or nothing: which of them is up to whoever reads it.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// Names and values in the order in which they were written.
    Map(Vec<(String, Node)>),
}

/// A scalar.
#[derive(Clone, PartialEq)]
pub(super) struct Scalar {
    /// The text, its variables replaced.
    pub text: String,
    /// It was written without quotes, so it may be a number, a flag or nothing.
    pub is_plain: bool,
    /// How it was written, if it had variables in it: the text is not to be shown then.
    pub written: Option<String>,
}

impl std::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What a variable held may be a secret.
        f.write_str(self.shown())
    }
}

impl Scalar {
    /// The text as it may be shown.
    pub fn shown(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.text)
    }

    /// Nothing was written, or the word for it.
    pub fn is_null(&self) -> bool {
        self.is_plain && matches!(self.text.as_str(), "" | "null" | "Null" | "NULL" | "~")
    }

    /// The flag that the text is, if it is one.
    pub fn flag(&self) -> Option<bool> {
        match self.text.as_str() {
            _ if !self.is_plain => None,
            "true" | "True" | "TRUE" | "yes" | "on" => Some(true),
            "false" | "False" | "FALSE" | "no" | "off" => Some(false),
            _ => None,
        }
    }
}

impl Node {
    /// A map without anything in it.
    pub fn empty(key: &str) -> Self {
        Self { key: key.to_owned(), place: Place::Default, value_place: Place::Default, value: Value::Map(Vec::new()) }
    }

    /// The node of a key, or the nearest above it that was written.
    pub fn nearest(&self, key: &str) -> Option<&Self> {
        let child = match &self.value {
            Value::Map(members) => &members.get(towards(members, key)?)?.1,
            Value::List(items) => items.iter().find(|item| is_within(key, &item.key))?,
            Value::Scalar(_) => return None,
        };
        if child.key == key { Some(child) } else { child.nearest(key).or(Some(child)) }
    }

    /// The node of a key, if it was written.
    pub fn find(&self, key: &str) -> Option<&Self> {
        self.nearest(key).filter(|node| node.key == key)
    }

    /// Puts a node where its key says, in place of what is there. `names` are the parts of its key.
    pub fn put(&mut self, names: &[&str], node: Self) {
        let Some((name, rest)) = names.split_first() else { return };
        if !matches!(self.value, Value::Map(_)) {
            self.value = Value::Map(Vec::new());
        }
        let key = if self.key.is_empty() { (*name).to_owned() } else { format!("{}.{name}", self.key) };
        let Value::Map(members) = &mut self.value else { return };
        let found = members.iter().position(|(known, _)| known == name);
        if rest.is_empty() {
            match found.and_then(|index| members.get_mut(index)) {
                Some((_, old)) => *old = node,
                None => members.push(((*name).to_owned(), node)),
            }
            return;
        }
        if found.is_none() {
            let between = Self { place: node.place.clone(), value_place: node.place.clone(), ..Self::empty(&key) };
            members.push(((*name).to_owned(), between));
        }
        if let Some((_, child)) = members.iter_mut().find(|(known, _)| known == name) {
            child.put(rest, node);
        }
    }

    /// Takes out the member that a key is of or in. A list goes as a whole. False if there is none.
    pub fn take_out(&mut self, key: &str) -> bool {
        let Value::Map(members) = &mut self.value else { return false };
        let Some(index) = towards(members, key) else { return false };
        let is_deeper = members.get_mut(index).is_some_and(|(_, child)| child.key != key && child.take_out(key));
        if !is_deeper {
            members.remove(index);
        }
        true
    }

    /// Every scalar with variables in it: what they made of it, and how it was written.
    pub fn variables(&self) -> Vec<(&str, &str)> {
        match &self.value {
            Value::Scalar(scalar) => {
                scalar.written.iter().map(|written| (scalar.text.as_str(), written.as_str())).collect()
            }
            Value::List(items) => items.iter().flat_map(Self::variables).collect(),
            Value::Map(members) => members.iter().flat_map(|(_, node)| node.variables()).collect(),
        }
    }
}

/// The member that a key is, or is below. Names have dots in them, so the longest.
fn towards(members: &[(String, Node)], key: &str) -> Option<usize> {
    let is_on_the_way = |(_, (_, child)): &(usize, &(String, Node))| is_within(key, &child.key);
    let longest = members.iter().enumerate().filter(is_on_the_way).max_by_key(|(_, (_, child))| child.key.len());
    longest.map(|(index, _)| index)
}

/// Whether a key is another or below it.
fn is_within(key: &str, other: &str) -> bool {
    key.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
