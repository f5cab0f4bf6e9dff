//! Texts and links of a profile.

use crate::join::normalise::{
    self, Joined, Sound, email_key, is_kanji, is_letter, letters_key, sound_key,
};

use super::name::is_long;

/// Most tokens of a text that are read, and most tokens of a run.
const MOST_TOKENS: usize = 60;
const LONGEST_RUN: usize = 3;
/// Longest run in characters that may be a name.
const LONGEST_NAME: usize = 40;

/// A display name.
#[derive(Debug)]
pub(super) struct Text {
    /// Letters and digits, widths and variants folded.
    pub plain: String,
    /// The same in the common alphabet.
    pub folded: String,
}

impl Text {
    pub fn new(text: &str) -> Self {
        let folded = normalise::folded(text);
        let mut joined = String::with_capacity(folded.len());
        joined.extend(tokens(&folded));
        Self {
            plain: letters_key(&joined),
            folded: sound_key(&joined),
        }
    }
}

/// Returns the first words of a folded text.
fn tokens(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|letter: char| !is_letter(letter))
        .filter(|token| !token.is_empty())
        .take(MOST_TOKENS)
}

/// Hands on what in a display name or a profile's text may be a name: runs of one to three neighbouring tokens, and runs of
/// kanji within a token. What is there twice may come twice.
pub(super) fn each_run(text: &str, joined: &mut Joined, mut take: impl FnMut(&str)) {
    let folded = normalise::folded(text);
    let tokens: Vec<&str> = tokens(&folded).collect();
    let sounds: Vec<Sound> = tokens.iter().map(|token| Sound::of(token)).collect();
    let mut offer = |run: &str| {
        if is_long(run) {
            take(run);
        }
    };
    for first in 0..sounds.len() {
        let end = sounds.len().min(first + LONGEST_RUN);
        for (place, sound) in sounds[first..end].iter().enumerate() {
            match place {
                0 => joined.begin(sound),
                _ => joined.push(sound),
            }
            if joined.len() <= 3 * LONGEST_NAME {
                offer(&joined.sound_key());
            }
        }
    }
    for token in tokens {
        let kanji = token.split(|letter: char| !is_kanji(letter));
        // A kanji sounds no longer than it is.
        let kanji = kanji.filter(|run| run.len() < token.len() && is_long(run));
        kanji.for_each(|run| offer(&sound_key(run)));
    }
}

/// Returns the e-mail addresses in a text.
pub(super) fn addresses(text: &str) -> Vec<String> {
    if !text.contains(['@', '＠']) {
        return vec![];
    }
    let folded = normalise::folded(text);
    let is_between = |letter: char| {
        !(letter.is_ascii_alphanumeric() || matches!(letter, '@' | '.' | '_' | '-' | '+'))
    };
    folded
        .split(is_between)
        .filter(|word| word.contains('@'))
        .filter_map(|word| email_key(word.trim_matches('.')))
        .collect()
}

/// Returns an address on the web as host and path in lower case, without scheme, `www.`, query and closing slash.
///
/// Paths are compared in lower case as handles are.
pub(super) fn link(url: &str) -> Option<String> {
    let lower = url.trim().to_lowercase();
    let rest = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let rest = rest
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .trim_end_matches('/');
    let rest = ["www.", "mobile.", "m."]
        .iter()
        .find_map(|start| rest.strip_prefix(start))
        .unwrap_or(rest);
    let host = rest.split('/').next().unwrap_or_default();
    let is_host = host.contains('.') && !host.starts_with('.') && !host.contains([' ', '@']);
    is_host.then(|| rest.to_owned())
}

/// Returns the host of a link and the domains above it that have a dot.
pub(super) fn domains(link: &str) -> impl Iterator<Item = &str> {
    let host = link.split('/').next().unwrap_or_default();
    std::iter::successors(Some(host), |domain| {
        domain.split_once('.').map(|(_, above)| above)
    })
    .filter(|domain| domain.contains('.'))
}

/// Returns the addresses under which a platform shows a handle.
pub(super) fn links_of_profile(platform: &str, handle: &str) -> Vec<String> {
    let handle = handle.trim_start_matches('@').to_lowercase();
    if handle.is_empty() {
        return vec![];
    }
    let fronts: &[&str] = match platform {
        "x" => &["x.com/", "twitter.com/"],
        "instagram" => &["instagram.com/"],
        "facebook" => &["facebook.com/"],
        "youtube" => &["youtube.com/@", "youtube.com/c/"],
        "tiktok" => &["tiktok.com/@"],
        "threads" => &["threads.net/@", "threads.com/@"],
        "note" => &["note.com/"],
        _ => &[],
    };
    fronts
        .iter()
        .map(|front| format!("{front}{handle}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn runs(text: &str) -> Vec<String> {
        let mut runs = Vec::new();
        each_run(text, &mut Joined::default(), |run| {
            runs.push(run.to_owned());
        });
        runs.sort();
        runs.dedup();
        runs
    }

    /// The same with every key by itself.
    fn runs_by_definition(text: &str) -> Vec<String> {
        let folded = normalise::folded(text);
        let tokens: Vec<&str> = tokens(&folded).collect();
        let sounds: Vec<String> = tokens.iter().map(|token| sound_key(token)).collect();
        let mut runs = Vec::new();
        for first in 0..sounds.len() {
            for last in first..sounds.len().min(first + LONGEST_RUN) {
                let run = sounds[first..=last].concat();
                if run.len() <= 3 * LONGEST_NAME {
                    runs.push(sound_key(&run));
                }
            }
        }
        for token in tokens {
            let kanji = token.split(|letter: char| !is_kanji(letter));
            runs.extend(kanji.filter(|run| run.len() < token.len()).map(sound_key));
        }
        runs.retain(|run| is_long(run));
        runs.sort();
        runs.dedup();
        runs
    }

    proptest! {
        #[test]
        fn runs_are_those_of_their_definition(
            text in "([a-z]{0,6}|[ァ-ヶー]{0,4}|[鳥野々之花子]{0,4}|[0-9]{1,2}|[ .・🌸(]|\\PC{0,4}){0,9}",
        ) {
            prop_assert_eq!(runs(&text), runs_by_definition(&text));
        }
    }

    #[test]
    fn links_are_compared_without_their_dress() {
        assert_eq!(
            link("https://www.Example.jp/?utm=1").as_deref(),
            Some("example.jp")
        );
        assert_eq!(
            link("http://example.jp/Shop/").as_deref(),
            Some("example.jp/shop")
        );
        assert_eq!(link("no link"), None);
        let above: Vec<&str> = domains("blog.torino.example.jp/a").collect();
        assert_eq!(
            above,
            ["blog.torino.example.jp", "torino.example.jp", "example.jp"]
        );
    }

    #[test]
    fn names_and_addresses_are_found_in_texts() {
        let runs = runs("鳥野花子です🌸鎌倉のパン屋");
        assert!(runs.contains(&"鳥野花子".to_owned()), "{runs:?}");
        let runs = self::runs("Hanako Torino | baker");
        assert!(runs.contains(&"hanakotorino".to_owned()), "{runs:?}");
        assert!(!runs.contains(&String::new()), "{runs:?}");
        assert_eq!(
            addresses("お仕事は hanako＠example.jp まで"),
            ["hanako@example.jp"]
        );
        assert_eq!(addresses("@hanako と @taro"), Vec::<String>::new());
    }
}
