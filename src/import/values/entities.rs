//! What a post names: accounts, hashtags, links; and the HTML entities that exports put in place of letters.

use std::borrow::Cow;
use std::collections::HashSet;

use unicode_normalization::char::is_combining_mark;

/// Letters of a hashtag beside letters, digits and marks, as X has them.
const HASHTAG_MARKS: &[char] = &[
    '_', '・', '～', '〜', '゛', '゜', '〃', '\u{200c}', '\u{200d}',
];

/// Decodes HTML entities once: `&amp;` and `&#39;`, and every other that HTML names.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    html_escape::decode_html_entities(text)
}

/// Returns the handles a text names, without `@`, each once, in the order of the text.
///
/// An e-mail address names nobody.
pub fn mentions(text: &str) -> Vec<String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
    let handles = marked(text, &['@', '＠'], is_letter, |before| {
        before.is_ascii_alphanumeric() || "_.-+%/@＠".contains(before)
    })
    .map(|handle| handle.trim_matches('.'))
    .filter(|handle| !handle.is_empty() && handle.len() <= 30);
    each_once(handles)
}

/// Returns the hashtags of a text, without `#`, each once, in the order of the text; digits alone are none.
pub fn hashtags(text: &str) -> Vec<String> {
    let is_letter = |letter: char| {
        letter.is_alphanumeric() || is_combining_mark(letter) || HASHTAG_MARKS.contains(&letter)
    };
    let tags = marked(text, &['#', '＃'], is_letter, |before| {
        before.is_alphanumeric() || "_&/#＃".contains(before)
    })
    .filter(|tag| {
        !tag.chars()
            .all(|letter| letter.is_numeric() || letter == '_')
    });
    each_once(tags)
}

/// Returns the links of a text, each once, in the order of the text.
///
/// A link ends at the first letter that is not ASCII: Japanese is written right behind it.
pub fn urls(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(place) = rest.find("http") {
        let candidate = &rest[place..];
        let scheme = ["https://", "http://"]
            .into_iter()
            .find(|scheme| candidate.starts_with(scheme));
        let Some(scheme) = scheme else {
            rest = &candidate[4..];
            continue;
        };
        let end = candidate
            .find(|letter: char| !letter.is_ascii_graphic() || "<>\"'`{}|\\^".contains(letter))
            .unwrap_or(candidate.len());
        let url = without_end(&candidate[..end]);
        if url.len() > scheme.len() {
            found.push(url);
        }
        rest = &candidate[end.max(4)..];
    }
    each_once(found)
}

/// Returns a link without the marks behind it, and without brackets that are opened before it.
fn without_end(mut url: &str) -> &str {
    let count = |letter: char| url.matches(letter).count();
    let mut surplus = count(')').saturating_sub(count('('));
    loop {
        url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', ']']);
        match url.strip_suffix(')') {
            Some(inner) if surplus > 0 => (url, surplus) = (inner, surplus - 1),
            _ => return url,
        }
    }
}

fn each_once<'t>(words: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut seen = HashSet::new();
    let new = words.into_iter().filter(|word| seen.insert(*word));
    new.map(str::to_owned).collect()
}

/// Returns the words that follow one of `marks`, unless what stands before the mark binds it to another word.
fn marked<'t>(
    text: &'t str,
    marks: &'static [char],
    is_letter: impl Fn(char) -> bool + 't,
    binds: impl Fn(char) -> bool + 't,
) -> impl Iterator<Item = &'t str> {
    text.match_indices(marks).filter_map(move |(place, mark)| {
        if text[..place].chars().next_back().is_some_and(&binds) {
            return None;
        }
        let word = &text[place + mark.len()..];
        let end = word.find(|letter| !is_letter(letter)).unwrap_or(word.len());
        (end > 0).then(|| &word[..end])
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mentions_are_handles_and_no_addresses() {
        let text = "@koe_shop さん、＠Hana_ko に聞きました。mail@example.com (@a.b.) @koe_shop";
        assert_eq!(mentions(text), ["koe_shop", "Hana_ko", "a.b"]);
    }

    #[test]
    fn hashtags_end_where_the_word_does() {
        let text = "#新作ラテ、＃コーヒー_部 最高#coffee! #123 (#朝カフェ) https://x.test/#top #カフェ・ラテ";
        assert_eq!(
            hashtags(text),
            ["新作ラテ", "コーヒー_部", "朝カフェ", "カフェ・ラテ"]
        );
    }

    #[test]
    fn links_end_before_japanese_and_before_the_full_stop() {
        let text = "https://example.com/a?b=1を見て(http://example.com/x_(y)). httpは何?https:// https://example.com/a?b=1";
        assert_eq!(
            urls(text),
            ["https://example.com/a?b=1", "http://example.com/x_(y)"]
        );
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(
            unescaped("A &amp;amp; B &lt;3 &#39;x&#39; &hearts;"),
            "A &amp; B <3 'x' ♥"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}") {
            let _ = (mentions(&text), hashtags(&text), urls(&text), unescaped(&text).len());
        }

        #[test]
        fn nothing_near_a_link_makes_it_panic(text in "[ahtps:/.()@#あ]{0,40}") {
            let _ = (mentions(&text), hashtags(&text), urls(&text));
        }
    }
}
