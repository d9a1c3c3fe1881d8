//! The types read from a tree of nodes. What a plain scalar is (text, a number, a flag) is up to the type that asks, so
//! `prefix: 7` is text and `clean: off` a word.

use std::fmt::{self, Display};

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use super::finding::{Code, Finding, Place};
use super::node::{Node, Scalar, Value};
use crate::nearest::nearest;

/// What is wrong with a node, and which it is.
#[derive(Debug)]
pub(super) struct Wrong {
    code: Code,
    message: String,
    advice: String,
    /// Key and place; set by the innermost node that sees the error.
    at: Option<(String, Place)>,
}

impl Wrong {
    fn value(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { code: Code::WrongValue, message: message.into(), advice: advice.into(), at: None }
    }

    /// With the node that it is about, unless a node below is known.
    fn of(mut self, node: &Node, place: &Place) -> Self {
        if self.at.is_none() {
            if let Value::Scalar(scalar) = &node.value {
                self.message = scalar.hidden(&self.message);
                self.advice = scalar.hidden(&self.advice);
            }
            self.at = Some((node.key.clone(), place.clone()));
        }
        self
    }

    /// Told to whoever wrote it.
    pub fn finding(self) -> Finding {
        let (key, place) = self.at.unwrap_or_default();
        let message = if key.is_empty() { format!("the configuration {}", self.message) } else { self.message };
        Finding::error(self.code, &key, message, self.advice).at(place)
    }
}

impl Scalar {
    /// A message without what a variable held.
    pub fn hidden(&self, message: &str) -> String {
        let escaped = self.text.escape_debug().to_string();
        match &self.written {
            Some(written) if !self.text.is_empty() => message.replace(&self.text, written).replace(&escaped, written),
            _ => message.to_owned(),
        }
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: Display>(message: T) -> Self {
        // Our own types say what is wrong and, after a colon, what to write.
        let message = message.to_string();
        match message.split_once(": ") {
            Some((message, advice)) => Self::value(message, advice),
            None => Self::value(message, ""),
        }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::value(format!("is {}", kind(&unexpected)), format!("write {expected}"))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::value(format!("is {}, which it may not be", kind(&unexpected)), format!("write {expected}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let meant = nearest(variant, expected.iter().copied());
        let meant = meant.map_or_else(String::new, |meant| format!("did you mean {meant}? "));
        Self::value(format!("is `{variant}`"), format!("{meant}Write one of {}", expected.join(", ")))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let advice = match nearest(field, expected.iter().copied()) {
            Some(meant) => format!("did you mean {meant}?"),
            None => format!("the keys here are {}", expected.join(", ")),
        };
        Self { code: Code::UnknownKey, ..Self::value("is no key", advice) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::value(format!("lacks {field}"), format!("write {field} below it"))
    }
}

/// What a value is, without the value: it may be a secret.
fn kind(unexpected: &Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "a flag",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Str(_) | Unexpected::Char(_) | Unexpected::Bytes(_) => "text",
        Unexpected::Unit | Unexpected::Option => "empty",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a group of keys",
        _ => "something else",
    }
}

impl Node {
    fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    fn kind(&self) -> String {
        match &self.value {
            Value::Scalar(scalar) if scalar.is_null() => "is empty".into(),
            Value::Scalar(scalar) => format!("is `{}`", scalar.shown()),
            Value::List(_) => "is a list".into(),
            Value::Map(_) => "is a group of keys".into(),
        }
    }

    /// Reads a scalar that is text in the file as something else.
    fn number<N: std::str::FromStr>(&self, expected: &str) -> Result<N, Wrong> {
        let digits = self.scalar().filter(|scalar| scalar.is_plain).map(|scalar| scalar.text.replace('_', ""));
        let number = digits.and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| Wrong::value(self.kind(), format!("write {expected}")).of(self, &self.value_place))
    }

    fn any<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Wrong> {
        let scalar = match &self.value {
            Value::List(items) => return visitor.visit_seq(Items(items.iter())),
            Value::Map(members) => return visitor.visit_map(Members { rest: members.iter(), value: None }),
            Value::Scalar(scalar) => scalar,
        };
        let text = scalar.text.as_str();
        let is_flag = matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE");
        match text {
            _ if !scalar.is_plain => visitor.visit_str(text),
            _ if scalar.is_null() => visitor.visit_unit(),
            _ if is_flag => visitor.visit_bool(scalar.flag() == Some(true)),
            _ => match (text.parse(), text.parse(), text.parse()) {
                (Ok(number), _, _) => visitor.visit_u64(number),
                (_, Ok(number), _) => visitor.visit_i64(number),
                (_, _, Ok(number)) if text.contains(|c: char| c.is_ascii_digit()) => visitor.visit_f64(number),
                _ => visitor.visit_str(text),
            },
        }
    }

    fn members<'de, V: Visitor<'de>>(&self, keys: &[&str], visitor: V) -> Result<V::Value, Wrong> {
        match &self.value {
            Value::Map(members) => visitor.visit_map(Members { rest: members.iter(), value: None }),
            // `kafka:` with nothing but comments below it
            Value::Scalar(scalar) if scalar.is_null() => visitor.visit_map(Members { rest: [].iter(), value: None }),
            _ if keys.is_empty() => Err(Wrong::value(self.kind(), "write names and values below it")),
            _ => Err(Wrong::value(self.kind(), format!("write these keys below it: {}", keys.join(", ")))),
        }
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $expected:literal,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            visitor.$visit(self.number($expected)?).map_err(|wrong: Wrong| wrong.of(self, &self.value_place))
        }
    )*};
}

impl<'de> Deserializer<'de> for &Node {
    type Error = Wrong;

    numbers! {
        deserialize_u8 visit_u8 "a whole number from 0 to 255",
        deserialize_u16 visit_u16 "a whole number from 0 to 65535",
        deserialize_u32 visit_u32 "a whole number from 0 to 4294967295",
        deserialize_u64 visit_u64 "a whole number",
        deserialize_i8 visit_i8 "a whole number from -128 to 127",
        deserialize_i16 visit_i16 "a whole number from -32768 to 32767",
        deserialize_i32 visit_i32 "a whole number from -2147483648 to 2147483647",
        deserialize_i64 visit_i64 "a whole number",
        deserialize_f32 visit_f32 "a number",
        deserialize_f64 visit_f64 "a number",
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.any(visitor).map_err(|wrong| wrong.of(self, &self.value_place))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let flag = self.scalar().and_then(Scalar::flag);
        let wrong = || Wrong::value(self.kind(), "write true or false");
        let read = flag.ok_or_else(wrong).and_then(|flag| visitor.visit_bool(flag));
        read.map_err(|wrong| wrong.of(self, &self.value_place))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let read = match self.scalar() {
            Some(scalar) if !scalar.is_null() || scalar.text.is_empty() => visitor.visit_str(&scalar.text),
            _ => Err(Wrong::value(self.kind(), "write text")),
        };
        read.map_err(|wrong| wrong.of(self, &self.value_place))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.scalar().is_some_and(Scalar::is_null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let read = match &self.value {
            Value::List(items) => visitor.visit_seq(Items(items.iter())),
            _ => Err(Wrong::value(self.kind(), "write a list, such as [a, b]")),
        };
        read.map_err(|wrong| wrong.of(self, &self.value_place))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.members(&[], visitor).map_err(|wrong| wrong.of(self, &self.place))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.members(keys, visitor).map_err(|wrong| wrong.of(self, &self.place))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let read = match &self.value {
            Value::Scalar(scalar) if !scalar.is_null() => {
                visitor.visit_enum(Variant { name: &scalar.text, value: None })
            }
            Value::Map(members) => match members.as_slice() {
                [(name, value)] => visitor.visit_enum(Variant { name, value: Some(value) }),
                _ => Err(Wrong::value(self.kind(), format!("write one of {}", variants.join(", ")))),
            },
            _ => Err(Wrong::value(self.kind(), format!("write one of {}", variants.join(", ")))),
        };
        read.map_err(|wrong| wrong.of(self, &self.value_place))
    }

    serde::forward_to_deserialize_any! { i128 u128 bytes byte_buf unit_struct tuple tuple_struct identifier ignored_any }
}

/// The items of a list.
struct Items<'a>(std::slice::Iter<'a, Node>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        self.0.next().map(|node| seed.deserialize(node)).transpose()
    }
}

/// The members of a map.
struct Members<'a> {
    rest: std::slice::Iter<'a, (String, Node)>,
    value: Option<&'a Node>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, node)) = self.rest.next() else { return Ok(None) };
        self.value = Some(node);
        seed.deserialize(StrDeserializer::new(name)).map(Some).map_err(|wrong: Wrong| wrong.of(node, &node.place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let node = self.value.take().ok_or_else(|| Wrong::value("has no value", ""))?;
        seed.deserialize(node)
    }
}

/// One of several: its name, and what it holds.
struct Variant<'a> {
    name: &'a str,
    value: Option<&'a Node>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Wrong;
    type Variant = Held<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Held<'a>), Wrong> {
        Ok((seed.deserialize(StrDeserializer::new(self.name))?, Held(self.value)))
    }
}

/// What a variant holds.
struct Held<'a>(Option<&'a Node>);

impl<'de> VariantAccess<'de> for Held<'_> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        if self.0.is_some() { Err(Wrong::value("has keys below it", "write the word alone")) } else { Ok(()) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Wrong> {
        seed.deserialize(self.0.ok_or_else(|| Wrong::value("lacks its value", "write it as {name: value}"))?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        let held = self.0.ok_or_else(|| Wrong::value("lacks its values", "write it as {name: [values]}"))?;
        held.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, keys: &'static [&'static str], visitor: V) -> Result<V::Value, Wrong> {
        let held = self.0.ok_or_else(|| Wrong::value("lacks its keys", "write it as {name: {key: value}}"))?;
        held.deserialize_struct("", keys, visitor)
    }
}
