//! The words of the report in every language it speaks, and how numbers, money and dates are written.
//!
//! All sentences live in `ja.toml` and `en.toml` under the same keys; the code only names keys. [`Numbers`] writes
//! values the way a reader of the language expects them.

mod number;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use number::Numbers;

/// A language a report is written in.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

impl Lang {
    /// Returns the BCP 47 tag, for `lang` attributes.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// Returns the texts of the language.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::Ja => &JAPANESE,
            Self::En => &ENGLISH,
        }
    }

    /// Returns names in the quotation marks of the language, joined.
    pub fn quoted<'a>(self, names: impl IntoIterator<Item = &'a str>) -> String {
        let quoted = names.into_iter().map(|name| match self {
            Self::Ja => format!("「{name}」"),
            Self::En => format!("“{name}”"),
        });
        let quoted: Vec<String> = quoted.collect();
        quoted.join(match self {
            Self::Ja => "",
            Self::En => ", ",
        })
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A text that names no language of the report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown language `{0}`; expected `ja` or `en`")]
pub struct UnknownLang(pub String);

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "ja" => Ok(Self::Ja),
            "en" => Ok(Self::En),
            other => Err(UnknownLang(other.to_owned())),
        }
    }
}

static JAPANESE: LazyLock<Words> = LazyLock::new(|| Words::parse(include_str!("ja.toml")));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::parse(include_str!("en.toml")));

/// The texts of one language, by dotted key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    texts: BTreeMap<String, String>,
}

impl Words {
    fn parse(source: &str) -> Self {
        let table: toml::Table = source.parse().expect("the embedded words are valid TOML");
        let mut texts = BTreeMap::new();
        flatten("", &table, &mut texts);
        Self { texts }
    }

    /// Returns the text of a key, or the key itself when no such text exists.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.get(key).map_or(key, String::as_str)
    }

    /// Returns the text of a key, if there is one.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// Returns the text of a key with every `{name}` replaced by its value.
    ///
    /// Values are not looked into again, so braces in the user's data stay as they are.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.get(key);
        let mut filled = String::with_capacity(rest.len() + 32);
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            filled.push_str(before);
            let Some(close) = after.find('}') else {
                rest = after;
                break;
            };
            let name = &after[1..close];
            match values.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => filled.push_str(value),
                None => filled.push_str(&after[..=close]),
            }
            rest = &after[close + 1..];
        }
        filled.push_str(rest);
        filled
    }

    /// Returns the reader's name of a key of the data, such as platform `x`; an unknown key is its own name.
    #[must_use]
    pub fn name<'a>(&'a self, group: &str, key: &'a str) -> &'a str {
        self.texts
            .get(&format!("{group}.{key}"))
            .map_or(key, String::as_str)
    }

    /// Returns every key, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&path, inner, texts),
            toml::Value::String(text) => {
                texts.insert(path, text.clone());
            }
            other => {
                texts.insert(path, other.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let ja: Vec<&str> = Lang::Ja.words().keys().collect();
        let en: Vec<&str> = Lang::En.words().keys().collect();
        assert_eq!(ja, en);
        let placeholder = |text: &str| -> std::collections::BTreeSet<String> {
            text.split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
                .collect()
        };
        for key in ja {
            assert_eq!(
                placeholder(Lang::Ja.words().get(key)),
                placeholder(Lang::En.words().get(key)),
                "placeholders of {key}"
            );
        }
    }

    #[test]
    fn no_text_is_empty() {
        for lang in [Lang::Ja, Lang::En] {
            for key in lang.words().keys() {
                assert!(!lang.words().get(key).trim().is_empty(), "{key} in {lang}");
            }
        }
    }

    #[test]
    fn filling_leaves_braces_of_the_data_alone() {
        let words = Words::parse("greet = \"{a} and {b}\"");
        assert_eq!(
            words.fill("greet", &[("a", "{b}"), ("b", "x")]),
            "{b} and x"
        );
    }

    #[test]
    fn unknown_placeholders_and_keys_stay_visible() {
        let words = Words::parse("greet = \"hello {who}\"");
        assert_eq!(words.fill("greet", &[]), "hello {who}");
        assert_eq!(words.get("missing"), "missing");
    }

    #[test]
    fn language_is_read_from_its_tag() {
        assert_eq!("ja".parse(), Ok(Lang::Ja));
        assert_eq!("en".parse(), Ok(Lang::En));
        assert_eq!("fr".parse::<Lang>(), Err(UnknownLang("fr".to_owned())));
    }
}
