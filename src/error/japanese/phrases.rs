//! Phrases of errors in Japanese: what a value must be, and what koe itself finds wrong.
//!
//! An error carries them in English. In a phrase `{}` stands for any text; its Japanese has them by their place from 0 on, as
//! `{0}`. Of several that fit the first counts. What is not listed stays as it is.

mod table;

use table::{DEMANDS, DETAILS, Phrase, STOOD, VALUES};

/// Returns what is said of a value that a setting cannot be, where it is none to show.
pub(super) fn stood(value: &str) -> Option<String> {
    found(STOOD, value)
}

/// Returns what a setting must be, as a sentence.
pub(super) fn demanded(expected: &str) -> String {
    let noun = || found(VALUES, expected).map(|value| format!("{value}を指定してください"));
    found(DEMANDS, expected)
        .or_else(noun)
        .unwrap_or_else(|| format!("値をご確認ください: {expected}"))
}

/// Returns a detail of an error; what comes from elsewhere stays as it is.
pub(super) fn said(detail: &str) -> String {
    // What stands at a place of a file is told before what is wrong with it.
    let behind_place = || {
        let (place, wrong) = detail.split_once("`: ")?;
        found(DETAILS, wrong).map(|wrong| format!("{place}`: {wrong}"))
    };
    found(DETAILS, detail)
        .or_else(behind_place)
        .unwrap_or_else(|| detail.to_owned())
}

fn found(phrases: &[Phrase], text: &str) -> Option<String> {
    phrases.iter().find_map(|(english, japanese)| {
        let fillings = fillings(english, text)?;
        Some(filled(japanese, &fillings).replace("` or `", "` か `"))
    })
}

/// Returns what fills each `{}` of a phrase in a text, `None` where it does not fit.
fn fillings<'a>(phrase: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = phrase.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut parts = parts.peekable();
    let mut fillings = Vec::new();
    while let Some(part) = parts.next() {
        let end = match parts.peek() {
            Some(_) => rest.find(part)?,
            None => rest.strip_suffix(part)?.len(),
        };
        fillings.push(&rest[..end]);
        rest = &rest[end + part.len()..];
    }
    rest.is_empty().then_some(fillings)
}

fn filled(japanese: &str, fillings: &[&str]) -> String {
    let mut text = String::new();
    let mut rest = japanese;
    while let Some((before, behind)) = rest.split_once('{') {
        let (place, behind) = behind.split_once('}').unwrap_or((behind, ""));
        let filling = place
            .parse()
            .ok()
            .and_then(|place: usize| fillings.get(place));
        text.push_str(before);
        text.push_str(filling.copied().unwrap_or_default());
        rest = behind;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&[Phrase]; 4] = [STOOD, DEMANDS, VALUES, DETAILS];

    #[test]
    fn every_phrase_is_reached_and_keeps_what_fills_it() {
        for phrases in ALL {
            for (english, japanese) in phrases {
                let count = english.matches("{}").count();
                let mut text = (*english).to_owned();
                let mut wanted = (*japanese).to_owned();
                for place in 0..count {
                    let filling = format!("x{place}");
                    text = text.replacen("{}", &filling, 1);
                    let mark = format!("{{{place}}}");
                    assert!(japanese.contains(&mark), "{japanese}");
                    wanted = wanted.replace(&mark, &filling);
                }
                assert!(!wanted.contains('{'), "{japanese}");
                assert_eq!(found(phrases, &text), Some(wanted), "{english}");
            }
        }
    }

    #[test]
    fn what_is_not_listed_stays_as_it_is() {
        assert_eq!(said("expected `,` at line 3"), "expected `,` at line 3");
        assert_eq!(
            demanded("invalid type: string"),
            "値をご確認ください: invalid type: string"
        );
        assert_eq!(stood("week"), None);
    }

    #[test]
    fn names_and_places_within_a_phrase_are_kept() {
        assert_eq!(
            demanded("given: a heading for `order_id` or `sold_on`"),
            "`order_id` か `sold_on` に当たる見出しを指定してください"
        );
        assert_eq!(
            said("`<script>`: this element is not for pages of one's own"),
            "`<script>`: この要素は自店のページでは使えません"
        );
    }
}
