//! What a file looks like at its beginning, for layouts to recognise.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::records::{first_rows, sniff_delimiter};
use super::values::widths::narrow;
use super::xml;

/// Records or lines kept of a file's beginning.
const KEPT: usize = 10;
/// Most bytes of a cell that may be a heading.
const MOST_HEADING: usize = 1_000;
/// Levels of keys looked at below the first.
const MOST_LEVELS: usize = 2;

/// The beginning of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// Cells between delimiters.
    Table {
        /// What stands between the cells.
        delimiter: char,
        /// The first records: preamble, headings, rows. Duplicate headings are kept.
        rows: Vec<Vec<String>>,
    },
    /// A JSON document or JSON lines.
    Json {
        /// Keys of the first record, in their order.
        keys: Vec<String>,
        /// Keys one and two levels deeper, as `data.id` and `data.from.name`; of arrays those of their first element.
        inner: Vec<String>,
        /// What a script of an X archive assigns the document to: `tweets` of `window.YTD.tweets.part0 = [...]`.
        assigned: Option<String>,
    },
    /// An XML document.
    Xml {
        /// Name of its outermost element.
        root: String,
    },
    /// Anything else.
    Text {
        /// The first lines.
        lines: Vec<String>,
    },
}

impl Head {
    /// Looks at the first part of a file's text; the part may end anywhere.
    pub fn of(sample: &str) -> Self {
        let (assigned, document) = match assignment(sample) {
            Some((kind, document)) => (Some(kind.to_owned()), document),
            None => (None, sample),
        };
        if document.trim_start().starts_with(['{', '[']) {
            let mut found = Keys::default();
            let mut json = serde_json::Deserializer::from_str(document);
            // The sample may end within the document: what was seen until then is what counts.
            let _ = json.deserialize_any(Level {
                found: &mut found,
                prefix: None,
            });
            if assigned.is_some() || !found.keys.is_empty() {
                return Self::Json {
                    keys: found.keys,
                    inner: found.inner,
                    assigned,
                };
            }
        }
        if let Some(root) = xml::root(sample) {
            return Self::Xml {
                root: root.to_owned(),
            };
        }
        match sniff_delimiter(sample) {
            Some(delimiter) => Self::Table {
                delimiter,
                rows: first_rows(sample, delimiter, KEPT),
            },
            None => Self::Text {
                lines: sample.lines().take(KEPT).map(str::to_owned).collect(),
            },
        }
    }

    /// Returns the headings behind `preamble` records; empty for anything but a table.
    pub fn headings(&self, preamble: usize) -> &[String] {
        match self {
            Self::Table { rows, .. } => rows.get(preamble).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// Returns whether all of `wanted` are among the headings behind `preamble` records, wherever they stand.
    pub fn has_headings(&self, preamble: usize, wanted: &[&str]) -> bool {
        let found: Vec<String> = self.folded(preamble).collect();
        wanted.iter().all(|wanted| found.contains(&fold(wanted)))
    }

    /// Returns whether one of the headings is `wanted`, an explanation in brackets behind it or not.
    pub fn has_annotated_heading(&self, preamble: usize, wanted: &str) -> bool {
        let wanted = fold(wanted);
        self.folded(preamble)
            .any(|heading| without_note(&heading) == wanted)
    }

    /// Returns the headings as they are compared. Every layout asks for them, so what is too long for one is not folded.
    fn folded(&self, preamble: usize) -> impl Iterator<Item = String> {
        let headings = self.headings(preamble).iter();
        headings
            .filter(|heading| heading.len() <= MOST_HEADING)
            .map(|heading| fold(heading))
    }

    /// Returns how many records stand before the headings: the first record with all of `telling` has them.
    pub fn heading_row(&self, telling: &[&str]) -> Option<usize> {
        (0..KEPT).find(|row| self.has_headings(*row, telling))
    }

    /// Returns whether all of `wanted` are keys of the first JSON record; a dot leads one level down.
    pub fn has_keys(&self, wanted: &[&str]) -> bool {
        match self {
            Self::Json { keys, inner, .. } => wanted
                .iter()
                .all(|wanted| keys.iter().chain(inner).any(|key| key.as_str() == *wanted)),
            _ => false,
        }
    }

    /// Returns what a script of an X archive assigns its document to, as `tweets`.
    pub fn assigned(&self) -> Option<&str> {
        match self {
            Self::Json { assigned, .. } => assigned.as_deref(),
            _ => None,
        }
    }

    /// Returns what to show of a file nobody recognises: its headings, keys or first lines; nothing of what is no text.
    pub fn found(&self) -> Vec<String> {
        let mut found = self.first();
        if is_garbled(&found) {
            found.clear();
        }
        found
    }

    fn first(&self) -> Vec<String> {
        match self {
            Self::Table { rows, .. } => {
                let filled = |row: &Vec<String>| {
                    let cells = row.iter().filter(|cell| !cell.trim().is_empty());
                    cells.cloned().collect::<Vec<String>>()
                };
                let rows: Vec<Vec<String>> = rows.iter().map(filled).collect();
                let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
                // Titles of a report stand above its headings.
                rows.into_iter()
                    .find(|row| row.len() * 10 >= widest * 7)
                    .unwrap_or_default()
            }
            Self::Json { keys, .. } => keys.clone(),
            Self::Xml { root } => vec![root.clone()],
            Self::Text { lines } => lines
                .iter()
                .filter(|line| !line.trim().is_empty())
                .take(3)
                .cloned()
                .collect(),
        }
    }
}

/// Whether what is shown of a file is that of a picture, or of a file that is damaged or locked: a third or more of its letters are no
/// letters of texts, or those with which the bytes of no text are read. Of a text with accents they are much fewer.
fn is_garbled(shown: &[String]) -> bool {
    let is_odd = |letter: &char| match letter {
        '\u{80}'..='\u{24f}' | '\u{2c6}'..='\u{2dc}' | '\u{2018}'..='\u{2026}' => true,
        '‰' | '‹' | '›' | '€' | '™' | '\u{fffd}' => true,
        letter => letter.is_control() && !letter.is_whitespace(),
    };
    let letters = || shown.iter().flat_map(|text| text.chars());
    let odd = letters().filter(is_odd).count();
    odd > 0 && odd * 3 >= letters().count()
}

/// Splits `window.YTD.tweets.part0 = [...]`, as files of an X archive begin, into `tweets` and what is assigned.
pub fn assignment(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start().strip_prefix("window.YTD.")?;
    let (kind, rest) = rest.split_once(".part")?;
    let is_name = !kind.is_empty()
        && kind
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let document = rest.trim_start().strip_prefix('=')?;
    is_name.then_some((kind, document))
}

/// Returns a heading as it is compared: half-width, lower case, single blanks.
pub fn fold(heading: &str) -> String {
    narrow(heading)
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns a folded heading without the explanation in brackets behind it: `打消区分(0:通常、…)`.
pub fn without_note(folded: &str) -> &str {
    folded
        .split_once('(')
        .map_or(folded, |(name, _)| name.trim_end())
}

#[derive(Default)]
struct Keys {
    keys: Vec<String>,
    inner: Vec<String>,
}

/// Collects the keys of an object, or of the first object of an array.
struct Level<'a> {
    found: &'a mut Keys,
    prefix: Option<String>,
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object or an array of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match &self.prefix {
                None => {
                    self.found.keys.push(key.clone());
                    map.next_value_seed(Level {
                        found: self.found,
                        prefix: Some(key),
                    })?;
                }
                Some(prefix) => {
                    let path = format!("{prefix}.{key}");
                    self.found.inner.push(path.clone());
                    if path.matches('.').count() < MOST_LEVELS {
                        map.next_value_seed(Level {
                            found: self.found,
                            prefix: Some(path),
                        })?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        elements.next_element_seed(Level {
            found: self.found,
            prefix: self.prefix,
        })?;
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for Level<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Returns whether a text is one whole JSON value.
pub fn is_json(text: &str) -> bool {
    let mut json = serde_json::Deserializer::from_str(text);
    IgnoredAny::deserialize(&mut json).is_ok() && json.end().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headings_are_found_by_their_set_whatever_their_width() {
        let head = Head::of("送料,お名前（姓）, 会員ＩＤ ,送料\n1,2,3,4\n");
        assert!(head.has_headings(0, &["会員ID", "お名前(姓)", "送料"]));
        assert!(!head.has_headings(0, &["会員ID", "小計"]));
        assert_eq!(head.headings(0).len(), 4);
    }

    #[test]
    fn headings_are_found_below_a_preamble() {
        let head = Head::of("Report:,Mentions\n\nQuery Id,Date\n1,2024-01-01\n");
        assert_eq!(head.heading_row(&["date", "query id"]), Some(2));
        assert_eq!(head.heading_row(&["Url"]), None);
    }

    #[test]
    fn what_is_shown_of_an_unknown_table_is_its_headings_not_its_title() {
        let head = Head::of("売上日報,,,\n,,,\n日付,店舗,,売上\n2024-01-01,本店,,1\n");
        assert_eq!(head.found(), ["日付", "店舗", "売上"]);
    }

    #[test]
    fn nothing_is_shown_of_what_is_no_text() {
        for bytes in [
            "ÿØÿà\u{10}JFIF,a\n1,2\n",
            "»w3ï«f\"ÞšVÍ‰E¼x4ð¬g#ß›W\nQ\n",
            "\u{fffd}\u{fffd}a\n",
        ] {
            assert_eq!(Head::of(bytes).found(), Vec::<String>::new(), "{bytes}");
        }
        let headings = "Prénom,Nom de l’épouse,Größe,Adresse e\u{fffd}mail\n1,2,3,4\n";
        assert_eq!(Head::of(headings).found().len(), 4);
    }

    #[test]
    fn keys_are_found_in_a_document_that_is_cut() {
        let head =
            Head::of(r#"{"data":[{"id":"1","text":"a"},{"id":"2"}],"includes":{"users":[{"id":"#);
        assert!(head.has_keys(&["data", "data.id", "data.text", "includes.users"]));
        assert!(Head::of("{\"id\":\"1\",\"text\":\"x\"}\n{\"id\":").has_keys(&["id", "text"]));
        assert!(Head::of("[{\"id\":\"1\"}]").has_keys(&["id"]));
        assert!(Head::of(r#"{"a":[{"b":{"c":{"d":1}}}]}"#).has_keys(&["a", "a.b", "a.b.c"]));
    }

    #[test]
    fn scripts_of_an_archive_are_json_of_a_kind() {
        let head = Head::of("window.YTD.tweets.part12 = [ {\n  \"tweet\" : { \"id_str\" : \"1\",");
        assert_eq!(head.assigned(), Some("tweets"));
        assert!(head.has_keys(&["tweet", "tweet.id_str"]));
        let empty = Head::of("window.YTD.deleted_tweets.part0 = [ ]");
        assert_eq!(empty.assigned(), Some("deleted_tweets"));
        assert_eq!(Head::of("window.YTD = [{\"a\":1}]").assigned(), None);
    }

    #[test]
    fn xml_is_known_by_its_outermost_element() {
        let head = Head::of("<?xml version=\"1.0\"?>\n<!-- a, b -->\n<rss version=\"2.0\">\n<cha");
        assert_eq!(head.found(), ["rss"]);
    }

    #[test]
    fn text_is_neither_table_nor_json_nor_xml() {
        assert_eq!(
            Head::of("[LINE] 花子とのトーク履歴\n"),
            Head::Text {
                lines: vec!["[LINE] 花子とのトーク履歴".to_owned()]
            }
        );
        assert!(Head::of("").found().is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\PC\n]{0,80}") {
            let _ = Head::of(&text).found();
        }

        #[test]
        fn nothing_near_json_makes_it_panic(text in "[\\[{\"a:1,}\\]]{0,40}") {
            let _ = Head::of(&text).found();
        }
    }
}
