//! Texts and links of a profile.

use crate::join::normalise::{self, email_key, is_kanji, letters_key, sound_key};

use super::name::is_long;

/// Most tokens of a text that are read, and most tokens of a run.
const MOST_TOKENS: usize = 60;
const LONGEST_RUN: usize = 3;
/// Longest run in characters that may be a name.
const LONGEST_NAME: usize = 40;

/// A display name or a profile's text.
#[derive(Debug)]
pub(super) struct Text {
    /// Letters and digits, widths and variants folded.
    pub plain: String,
    /// The same in the common alphabet.
    pub folded: String,
    tokens: Vec<String>,
}

impl Text {
    pub fn new(text: &str) -> Self {
        let tokens: Vec<String> = normalise::folded(text)
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|token| !token.is_empty())
            .take(MOST_TOKENS)
            .map(str::to_owned)
            .collect();
        let joined = tokens.concat();
        Self {
            plain: letters_key(&joined),
            folded: sound_key(&joined),
            tokens,
        }
    }

    /// Returns what may be a name: runs of one to three neighbouring tokens, and runs of kanji within a token.
    pub fn runs(&self) -> Vec<String> {
        let folded: Vec<String> = self.tokens.iter().map(|token| sound_key(token)).collect();
        let mut runs = Vec::new();
        for first in 0..folded.len() {
            for last in first..folded.len().min(first + LONGEST_RUN) {
                if folded[first..=last].iter().map(String::len).sum::<usize>() <= 3 * LONGEST_NAME {
                    runs.push(sound_key(&folded[first..=last].concat()));
                }
            }
        }
        for token in &self.tokens {
            let kanji = token.split(|letter: char| !is_kanji(letter));
            runs.extend(kanji.filter(|run| run.len() < token.len()).map(sound_key));
        }
        runs.retain(|run| is_long(run));
        runs.sort();
        runs.dedup();
        runs
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
    use super::*;

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
        let runs = Text::new("鳥野花子です🌸鎌倉のパン屋").runs();
        assert!(runs.contains(&"鳥野花子".to_owned()), "{runs:?}");
        let runs = Text::new("Hanako Torino | baker").runs();
        assert!(runs.contains(&"hanakotorino".to_owned()), "{runs:?}");
        assert_eq!(
            addresses("お仕事は hanako＠example.jp まで"),
            ["hanako@example.jp"]
        );
        assert_eq!(addresses("@hanako と @taro"), Vec::<String>::new());
    }
}
