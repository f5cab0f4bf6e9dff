//! JSON that borrows its texts: of long exports most of the time would go into copies of keys and ids.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

use super::written;
use crate::hash::{mixed, mixed_text};

/// Fields up to which an object is searched from its first field on.
const FEW: usize = 16;

/// A JSON value whose texts lie in the text it was read from, unless something was escaped in them.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'t> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Cow<'t, str>),
    /// An array.
    List(Vec<Json<'t>>),
    /// An object.
    Fields(Fields<'t>),
}

type Field<'t> = (Cow<'t, str>, Json<'t>);

/// The fields of an object in their order; of two with one key, the first place has the last value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields<'t> {
    fields: Vec<Field<'t>>,
    /// Places of the fields in the order of their keys, where they are many.
    sorted: Vec<usize>,
}

impl<'t> Fields<'t> {
    /// Takes fields of which no two of the first [`FEW`] have one key.
    fn of(mut fields: Vec<Field<'t>>) -> Self {
        if fields.len() <= FEW {
            let sorted = Vec::new();
            return Self { fields, sorted };
        }
        let sorted = places_by_key(&fields);
        let repeated: Vec<Vec<usize>> = sorted
            .chunk_by(|one, other| fields[*one].0 == fields[*other].0)
            .filter(|places| places.len() > 1)
            .map(<[usize]>::to_vec)
            .collect();
        if repeated.is_empty() {
            return Self { fields, sorted };
        }
        let mut is_kept = vec![true; fields.len()];
        for places in &repeated {
            if let [first, .., last] = places.as_slice() {
                fields[*first].1 = std::mem::replace(&mut fields[*last].1, Json::Null);
            }
            for place in &places[1..] {
                is_kept[*place] = false;
            }
        }
        let mut is_kept = is_kept.into_iter();
        fields.retain(|_| is_kept.next().unwrap_or(true));
        let sorted = places_by_key(&fields);
        Self { fields, sorted }
    }

    fn get(&self, key: &str) -> Option<&Json<'t>> {
        let place = match self.sorted.is_empty() {
            true => self.fields.iter().position(|(own, _)| **own == *key)?,
            false => {
                let by_key = |place: &usize| (*self.fields[*place].0).cmp(key);
                self.sorted[self.sorted.binary_search_by(by_key).ok()?]
            }
        };
        self.fields.get(place).map(|(_, value)| value)
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Json<'t>)> {
        self.fields.iter().map(|(key, value)| (&**key, value))
    }
}

/// Returns the places of fields in the order of their keys, equal keys in their order.
fn places_by_key(fields: &[Field<'_>]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..fields.len()).collect();
    places.sort_by(|one, other| fields[*one].0.cmp(&fields[*other].0));
    places
}

impl<'t> Json<'t> {
    /// Returns the value of a field; `None` for anything but an object, and where there is no such field.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Fields(fields) => fields.get(key),
            _ => None,
        }
    }

    /// Returns the value below a dotted path.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |value, key| value.get(key))
    }

    /// Returns the text that it is.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the elements of the array that it is.
    pub fn elements(&self) -> Option<&[Self]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Fields(_))
    }

    /// Returns the text below a dotted path; numbers as they are written, `None` for an empty text.
    pub fn text(&self, path: &str) -> Option<Cow<'_, str>> {
        match self.at(path)? {
            Self::Text(text) if !text.trim().is_empty() => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// Returns the same as a text of its own.
    pub fn own_text(&self, path: &str) -> Option<String> {
        self.text(path).map(Cow::into_owned)
    }

    /// Returns the whole number below a dotted path, also from a text of digits.
    pub fn integer(&self, path: &str) -> Option<i64> {
        match self.at(path)? {
            Self::Number(number) => number.as_i64(),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Returns the flag below a dotted path.
    pub fn flag(&self, path: &str) -> Option<bool> {
        match self.at(path)? {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Returns the texts found under the first of `keys` in each element of the array below a dotted path.
    pub fn texts(&self, path: &str, keys: &[&str]) -> Vec<String> {
        let elements = self.at(path).and_then(Self::elements).unwrap_or_default();
        let found = |element: &Self| keys.iter().find_map(|key| element.own_text(key));
        elements.iter().filter_map(found).collect()
    }

    /// Returns the fields that are not among `known` (dotted for one level down), as a JSON object.
    pub fn extra(&self, known: &[&str]) -> Option<String> {
        let Self::Fields(fields) = self else {
            return None;
        };
        written(
            fields.iter().filter(|(_, value)| **value != Self::Null),
            |value| match value {
                Self::Fields(inner) => Some(inner.iter().collect()),
                _ => None,
            },
            known,
        )
    }

    /// Returns a hash of all it says, keys in their order.
    pub fn fast_hash(&self) -> u64 {
        self.hashed(0)
    }

    fn hashed(&self, before: u64) -> u64 {
        match self {
            Self::Null => mixed(before, 1),
            Self::Flag(flag) => mixed(before, 2 + u64::from(*flag)),
            Self::Number(number) => {
                let whole = number.as_i64().map(i64::cast_unsigned);
                match whole.or_else(|| number.as_u64()) {
                    Some(whole) => mixed(mixed(before, 4), whole),
                    None => mixed(
                        mixed(before, 8),
                        number.as_f64().unwrap_or_default().to_bits(),
                    ),
                }
            }
            Self::Text(text) => mixed_text(mixed(before, 5), text),
            Self::List(elements) => {
                let hash = mixed(mixed(before, 6), elements.len() as u64);
                elements.iter().fold(hash, |hash, it| it.hashed(hash))
            }
            Self::Fields(fields) => {
                let hash = mixed(mixed(before, 7), fields.fields.len() as u64);
                fields.iter().fold(hash, |hash, (key, value)| {
                    value.hashed(mixed_text(hash, key))
                })
            }
        }
    }

    /// Returns it as a value that borrows nothing.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(elements) => serializer.collect_seq(elements),
            Self::Fields(fields) => serializer.collect_map(fields.iter()),
        }
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json<'de>, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json<'de>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Json::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut fields: Vec<Field<'de>> = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            let value = map.next_value()?;
            // Many fields are looked through only once, when all are there.
            let before = match fields.len() < FEW {
                true => fields.iter_mut().find(|(own, _)| *own == key),
                false => None,
            };
            match before {
                Some((_, before)) => *before = value,
                None => fields.push((key, value)),
            }
        }
        Ok(Json::Fields(Fields::of(fields)))
    }
}

/// A key of an object.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::import::json;

    /// Texts of JSON values, some with escapes, and with keys that come twice.
    fn texts() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            any::<bool>().prop_map(|flag| flag.to_string()),
            any::<i64>().prop_map(|number| number.to_string()),
            any::<u64>().prop_map(|number| number.to_string()),
            (-1e9..1e9_f64).prop_map(|number| number.to_string()),
            "[ a鳥\n\"0-9]{0,4}".prop_map(|text| Value::from(text).to_string()),
            Just(r#""\u9ce5\ud83d\udc26""#.to_owned()),
        ];
        leaf.prop_recursive(3, 60, 24, |inner| {
            let list = prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|elements| format!("[{}]", elements.join(",")));
            let keys = prop_oneof!["[a-f]", "[a-e]{2}", Just("鳥\"".to_owned())];
            let fields = prop::collection::vec((keys, inner), 0..24).prop_map(|fields| {
                let field =
                    |(key, value): (String, String)| format!("{}: {value}", Value::from(key));
                let fields: Vec<String> = fields.into_iter().map(field).collect();
                format!("{{{}}}", fields.join(", "))
            });
            prop_oneof![list, fields]
        })
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_a_value_that_owns_all_says(text in texts()) {
            let value: Value = serde_json::from_str(&text).unwrap();
            let json: Json<'_> = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::to_string(&json).unwrap(), value.to_string());
            prop_assert_eq!(json.to_value(), value.clone());
            for path in ["a", "b", "aa", "a.b", "ab.c", "鳥\"", "鳥\".a"] {
                let found = json.at(path).map(Json::to_value);
                prop_assert_eq!(found.as_ref(), json::at(&value, path));
                prop_assert_eq!(json.own_text(path), json::text(&value, path));
                prop_assert_eq!(json.integer(path), json::integer(&value, path));
                prop_assert_eq!(json.flag(path), json::flag(&value, path));
                prop_assert_eq!(json.texts(path, &["a", "b"]), json::texts(&value, path, &["a", "b"]));
            }
            for known in [&[][..], &["a", "b"], &["a.b", "c.d", "c.e"]] {
                prop_assert_eq!(json.extra(known), json::extra(&value, known));
            }
        }

        #[test]
        fn other_words_have_other_hashes(one in texts(), other in texts()) {
            let (one, other): (Json<'_>, Json<'_>) =
                (serde_json::from_str(&one).unwrap(), serde_json::from_str(&other).unwrap());
            prop_assert_eq!(one.fast_hash() == other.fast_hash(), one == other);
        }
    }

    #[test]
    fn texts_without_escapes_are_borrowed() {
        let json: Json<'_> = serde_json::from_str(r#"{"a": "鳥", "b": "\n"}"#).unwrap();
        let is_borrowed = |key| matches!(json.get(key), Some(Json::Text(Cow::Borrowed(_))));
        assert!(is_borrowed("a") && !is_borrowed("b"));
        assert!(serde_json::from_str::<Json<'_>>(r#"{"a": }"#).is_err());
        assert!(serde_json::from_str::<Json<'_>>(&"[".repeat(1_000)).is_err());
    }

    #[test]
    fn many_keys_that_come_twice_are_one_field_each() {
        let fields: Vec<String> = (0..60).map(|n| format!("\"k{}\":{n}", n % 40)).collect();
        let text = format!("{{{}}}", fields.join(","));
        let json: Json<'_> = serde_json::from_str(&text).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), value.to_string());
        assert_eq!(json.integer("k3"), Some(43));
        assert_eq!(json.integer("k33"), Some(33));
    }
}
