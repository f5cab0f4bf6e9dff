//! Text whose UTF-8 bytes were taken for Latin-1, as Meta's downloads write it.

use std::borrow::Cow;

use serde_json::Value;

/// Returns the text that was meant: each character is taken for one byte, and the bytes for UTF-8.
///
/// A text that has characters beyond Latin-1, or whose bytes are no UTF-8, was never broken and stays as it is.
pub fn repaired(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let bytes: Option<Vec<u8>> = text
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).ok())
        .collect();
    match bytes.map(String::from_utf8) {
        Some(Ok(meant)) => Cow::Owned(meant),
        _ => Cow::Borrowed(text),
    }
}

/// Repairs every text and every key of a JSON value.
pub fn repaired_json(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(repaired(&text).into_owned()),
        Value::Array(elements) => Value::Array(elements.into_iter().map(repaired_json).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(key, value)| (repaired(&key).into_owned(), repaired_json(value)))
                .collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Breaks a text the way Meta does.
    fn broken(text: &str) -> String {
        text.bytes().map(char::from).collect()
    }

    #[test]
    fn broken_texts_are_repaired_and_others_stay() {
        assert_eq!(repaired("\u{e3}\u{81}\u{82}"), "あ");
        assert_eq!(repaired(&broken("珈琲☕️ café")), "珈琲☕️ café");
        for text in ["plain", "café", "珈琲", "", "é\u{e3}\u{81}"] {
            assert_eq!(repaired(text), text);
        }
    }

    #[test]
    fn keys_and_texts_of_json_are_repaired() {
        let value = serde_json::json!({ broken("コメント"): [broken("はい"), 1, null] });
        assert_eq!(
            repaired_json(value),
            serde_json::json!({ "コメント": ["はい", 1, null] })
        );
    }

    proptest! {
        #[test]
        fn what_was_broken_comes_back(text in "\\PC{0,20}") {
            let broken = broken(&text);
            prop_assert_eq!(repaired(&broken), text);
        }
    }
}
