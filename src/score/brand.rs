//! Which posts are about the brand.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::posts::Row;
use crate::config::BrandConfig;

/// Platforms on which everybody may say anything; elsewhere people speak to the shop.
pub(super) const PUBLIC: &[&str] = &[
    "x",
    "instagram",
    "facebook",
    "youtube",
    "tiktok",
    "threads",
    "bluesky",
    "blog",
    "forum",
    "web",
];

/// Returns for each post whether it is about the brand.
///
/// It is when it has one of the keywords or names one of the shop's accounts, when it was said to the shop (chats, reviews),
/// or when it answers, quotes or repeats a post that is; never when it has an excluded word. With no keyword and no
/// account of its own, every post is.
pub(super) fn about(rows: &[Row], brand: &BrandConfig) -> Vec<bool> {
    let keywords: Vec<String> = brand.keywords.iter().map(|word| folded(word)).collect();
    let exclusions: Vec<String> = brand.exclusions.iter().map(|word| folded(word)).collect();
    let official: HashSet<String> = brand
        .official
        .iter()
        .map(|name| name.trim_start_matches('@').to_lowercase())
        .collect();
    let is_open = keywords.is_empty() && official.is_empty();
    let mut excluded = Vec::with_capacity(rows.len());
    let mut about: Vec<bool> = rows
        .iter()
        .map(|row| {
            let text = folded(&row.text);
            let has = |words: &[String]| words.iter().any(|word| text.contains(word.as_str()));
            let is_excluded = has(&exclusions);
            excluded.push(is_excluded);
            let names_shop = row
                .mentions
                .iter()
                .any(|name| official.contains(&name.to_lowercase()));
            let is_said_to_shop = !PUBLIC.contains(&row.platform.as_str());
            !is_excluded
                && (is_open || has(&keywords) || names_shop || is_said_to_shop || row.is_outbound)
        })
        .collect();
    let known: HashSet<(&str, &str)> = rows
        .iter()
        .zip(&about)
        .filter(|(_, is_about)| **is_about)
        .map(|(row, _)| (&*row.platform, &*row.post_id))
        .collect();
    let follows: Vec<bool> = rows
        .iter()
        .map(|row| {
            [&row.reply_to, &row.reposted, &row.conversation]
                .into_iter()
                .flatten()
                .any(|id| known.contains(&(&*row.platform, &**id)))
        })
        .collect();
    for ((is_about, follows), is_excluded) in about.iter_mut().zip(follows).zip(excluded) {
        *is_about |= follows && !is_excluded;
    }
    about
}

/// Stands for the brand's names while a text is analysed.
const STAND_IN: &str = "当店";

/// Replaces the names of a brand, which no dictionary knows, by a plain noun, so that they do not fall into pieces.
pub(crate) struct Mask {
    names: Vec<String>,
}

/// A text with stand-ins that can be led back to the text as it was.
pub(crate) struct Traced {
    /// The text with the stand-ins.
    pub(crate) text: String,
    /// Where each stand-in begins, and the bytes it stands for.
    origins: Vec<(usize, Range<usize>)>,
}

impl Traced {
    /// Returns the bytes of the text as it was that a range of the text with stand-ins means.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.place(range.start, false)..self.place(range.end, true)
    }

    fn place(&self, at: usize, is_end: bool) -> usize {
        let is_before = |origin: &(usize, Range<usize>)| match is_end {
            true => origin.0 < at,
            false => origin.0 <= at,
        };
        let last = self.origins.partition_point(is_before).checked_sub(1);
        let Some((start, name)) = last.and_then(|last| self.origins.get(last)) else {
            return at;
        };
        match at.checked_sub(start + STAND_IN.len()) {
            Some(behind) => name.end + behind,
            None if is_end => name.end,
            None => name.start,
        }
    }
}

impl Mask {
    pub(crate) fn new(brand: &BrandConfig) -> Self {
        let mut names: Vec<String> = brand
            .keywords
            .iter()
            .chain([&brand.name])
            .cloned()
            .collect();
        names.retain(|name| !name.is_empty());
        names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
        Self { names }
    }

    /// Returns the text with the stand-in.
    pub(super) fn masked(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, name| {
            text.replace(name.as_str(), STAND_IN)
        })
    }

    /// As [`Mask::masked`], but for names that overlap; positions can be led back.
    pub(crate) fn traced(&self, text: &str) -> Traced {
        let mut traced = Traced {
            text: String::with_capacity(text.len()),
            origins: Vec::new(),
        };
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let at = text.len() - rest.len();
            let name = self
                .names
                .iter()
                .find(|name| rest.starts_with(name.as_str()));
            let size = match name {
                Some(name) => {
                    traced
                        .origins
                        .push((traced.text.len(), at..at + name.len()));
                    traced.text.push_str(STAND_IN);
                    name.len()
                }
                None => {
                    traced.text.push(letter);
                    letter.len_utf8()
                }
            };
            rest = &rest[size..];
        }
        traced
    }

    /// Returns a word without the stand-in before it, nothing when it was all of it.
    pub(crate) fn unmasked(word: &str) -> Option<&str> {
        Some(word.strip_prefix(STAND_IN).unwrap_or(word)).filter(|rest| !rest.is_empty())
    }
}

/// Returns a text in which width and case make no difference.
pub(super) fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(keywords: &[&str], official: &[&str]) -> BrandConfig {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        BrandConfig {
            name: "b".into(),
            keywords: texts(keywords),
            exclusions: vec!["鳥の声図鑑".into()],
            official: texts(official),
        }
    }

    fn row(id: &str, text: &str) -> Row {
        Row {
            post_id: id.into(),
            platform: "x".into(),
            text: text.into(),
            ..Row::default()
        }
    }

    #[test]
    fn keyword_mention_and_answer_are_about_the_brand_and_the_rest_is_not() {
        let mention = Row {
            mentions: vec!["Shop".into()],
            ..row("2", "これどう？")
        };
        let answer = Row {
            reply_to: Some("1".into()),
            ..row("3", "わかる")
        };
        let rows = [
            row("1", "ﾄﾘﾉｺｴの豆"),
            mention,
            answer,
            row("4", "電車が遅れた"),
            row("5", "トリノコエ 鳥の声図鑑"),
        ];
        assert_eq!(
            about(&rows, &brand(&["トリノコエ"], &["@shop"])),
            [true, true, true, false, false]
        );
    }

    #[test]
    fn positions_are_led_back_over_the_stand_ins() {
        let mask = Mask::new(&brand(&["トリノコエ", "トリ"], &[]));
        let text = "トリノコエの豆はトリより美味しい";
        let traced = mask.traced(text);
        assert_eq!(traced.text, mask.masked(text));
        let place = |word: &str| {
            let start = traced.text.rfind(word).unwrap();
            &text[traced.original(start..start + word.len())]
        };
        assert_eq!(place("の豆は"), "の豆は");
        assert_eq!(place("美味しい"), "美味しい");
        assert_eq!(place("当店"), "トリ");
        assert_eq!(place("は当店より"), "はトリより");
        let plain = mask.traced("美味しい");
        assert_eq!(plain.original(3..6), 3..6);
    }

    #[test]
    fn without_settings_everything_is() {
        let rows = [row("1", "電車が遅れた")];
        assert_eq!(about(&rows, &brand(&[], &[])), [true]);
    }
}
