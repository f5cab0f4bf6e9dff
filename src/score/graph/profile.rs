//! What an account says of itself: staff of the shop, or a medium.
//!
//! The words are in `profile.tsv`. A claim is no proof: a role that rests on it says so (`staff:profile`, `media:profile`).

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

const TABLE: &str = include_str!("profile.tsv");
static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| TABLE.lines().filter_map(Rule::parse).collect());
/// Any word of the table: most profiles hold none, and are done with at once.
static ANY_WORD: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<String> = RULES.iter().map(|rule| regex::escape(rule.word)).collect();
    Regex::new(&words.join("|")).expect("escaped words are a pattern")
});

/// Letters of a name or bio looked at; platforms allow a few hundred.
const LONGEST: usize = 2_000;
/// Letters of a name of the shop at least: one letter stands in every second profile.
const SHORTEST_NAME: usize = 2;
/// What parts of a profile are told apart by.
const BREAKS: &[char] = &[
    '\n', '\r', '/', '|', '。', '、', ',', '・', '!', '?', '★', '☆', '◆', '◇', '■', '□', '●', '○',
    '♪', '→',
];

/// What a profile says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Claims {
    /// That the account belongs to somebody who works for the shop.
    pub is_staff: bool,
    /// That it belongs to a newspaper, magazine, news site or one who writes for them.
    pub is_media: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Staff,
    Media,
}

/// A row of the table.
#[derive(Debug)]
struct Rule {
    claim: Claim,
    word: &'static str,
    is_in_bio: bool,
    not_after: Vec<&'static str>,
    not_before: Vec<&'static str>,
}

impl Rule {
    /// Reads a row; `None` for a comment or what is no row.
    fn parse(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let claim = match cells.next()? {
            "staff" => Claim::Staff,
            "media" => Claim::Media,
            _ => return None,
        };
        let word = cells.next().filter(|word| !word.is_empty())?;
        let is_in_bio = match cells.next()? {
            "any" => true,
            "name" => false,
            _ => return None,
        };
        let mut list = || -> Vec<&'static str> {
            cells
                .next()
                .unwrap_or_default()
                .split(',')
                .filter(|cell| !cell.is_empty())
                .collect()
        };
        Some(Self {
            claim,
            word,
            is_in_bio,
            not_after: list(),
            not_before: list(),
        })
    }

    /// Returns whether the word stands in a part of a profile as the account's own.
    fn holds(&self, part: &str, names: &[String]) -> bool {
        part.match_indices(self.word).any(|(at, word)| {
            let before = &part[..at];
            let after = &part[at + word.len()..];
            if self.word.is_ascii() && !(ends_word(before) && begins_word(after)) {
                return false;
            }
            let (before, after) = (before.trim_end(), after.trim_start());
            // 元スタッフ, and 元とりのこえ(の)スタッフ.
            let nameless = names
                .iter()
                .find_map(|name| before.trim_end_matches('の').strip_suffix(name.as_str()))
                .map_or(before, str::trim_end);
            !self
                .not_after
                .iter()
                .any(|word| before.ends_with(*word) || nameless.ends_with(*word))
                && !self.not_before.iter().any(|word| after.starts_with(*word))
        })
    }
}

fn ends_word(before: &str) -> bool {
    !before.ends_with(|letter: char| letter.is_ascii_alphanumeric())
}

fn begins_word(after: &str) -> bool {
    !after.starts_with(|letter: char| letter.is_ascii_alphanumeric())
}

/// The rules for one shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRules {
    names: Vec<String>,
}

impl ProfileRules {
    /// Takes the names of the shop: its name, keywords and official handles. Without any nobody is staff.
    pub fn new<S: AsRef<str>>(names: &[S]) -> Self {
        let mut names: Vec<String> = names
            .iter()
            .map(|name| normalised(name.as_ref()).trim().to_owned())
            .filter(|name| name.chars().count() >= SHORTEST_NAME)
            .collect();
        // The longest first, so that a name within another does not leave half of it.
        names.sort_by(|left, right| right.len().cmp(&left.len()).then(left.cmp(right)));
        names.dedup();
        Self { names }
    }

    /// Returns what the profile claims; absent fields are empty.
    pub fn claims(&self, handle: &str, display_name: &str, bio: &str) -> Claims {
        let (handle, name, bio) = (
            normalised(handle),
            normalised(display_name),
            normalised(bio),
        );
        let mut claims = Claims::default();
        for (field, is_name) in [(handle, true), (name, true), (bio, false)] {
            if !ANY_WORD.is_match(&field) {
                continue;
            }
            for part in field.split(BREAKS) {
                self.read(part, is_name, &mut claims);
            }
        }
        claims
    }

    /// Adds what one part of a profile claims.
    fn read(&self, part: &str, is_name: bool, claims: &mut Claims) {
        let is_of_shop = self.names.iter().any(|name| part.contains(name.as_str()));
        for rule in RULES.iter().filter(|rule| is_name || rule.is_in_bio) {
            match rule.claim {
                Claim::Staff => {
                    claims.is_staff |= is_of_shop && rule.holds(part, &self.names);
                }
                Claim::Media => claims.is_media |= rule.holds(part, &self.names),
            }
        }
    }
}

/// Folds widths and case.
fn normalised(text: &str) -> String {
    text.nfkc()
        .take(LONGEST)
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(handle: &str, name: &str, bio: &str) -> (bool, bool) {
        let rules = ProfileRules::new(&["とりのこえ", "torinokoe", "と"]);
        let found = rules.claims(handle, name, bio);
        (found.is_staff, found.is_media)
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        let rows = TABLE
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .count();
        assert_eq!(RULES.len(), rows);
        for rule in RULES.iter() {
            assert_eq!(rule.word, normalised(rule.word), "as texts are normalised");
        }
    }

    #[test]
    fn staff_of_the_shop_say_so_together_with_its_name() {
        for (handle, name, bio) in [
            ("a", "とりのこえ 店長", ""),
            ("a", "みか", "とりのこえ渋谷店のスタッフです。猫が好き"),
            ("torinokoe_staff", "みか", ""),
            ("a", "みか", "ﾄﾘﾉｺｴ / とりのこえで働いています"),
            ("a", "Mika", "Barista @torinokoe"),
        ] {
            assert_eq!(
                claims(handle, name, bio),
                (true, false),
                "{handle} {name} {bio}"
            );
        }
    }

    #[test]
    fn guests_and_former_staff_are_no_staff() {
        for (handle, name, bio) in [
            ("a", "みか", "とりのこえの店員さんが好き"),
            ("a", "みか", "元とりのこえスタッフ"),
            ("a", "みか", "元 とりのこえの店長"),
            ("a", "みか", "とりのこえが好き。カフェ店員"),
            ("a", "店長", "よその店です"),
            ("torinokoestaffing", "みか", ""),
            ("a", "とりのこえ公式", ""),
            ("a", "みか", "とりのこえ元スタッフ"),
            ("", "", ""),
        ] {
            assert_eq!(
                claims(handle, name, bio),
                (false, false),
                "{handle} {name} {bio}"
            );
        }
    }

    #[test]
    fn media_are_known_by_their_name() {
        for (handle, name, bio) in [
            ("a", "東都新聞", ""),
            ("shibuya_news", "しぶや", ""),
            ("a", "コーヒー通信 編集部", ""),
            ("a", "みか", "東都新聞社の記者です"),
            ("a", "NEWS とうと", ""),
            ("a", "みか", "渋谷の地域メディア"),
        ] {
            assert_eq!(
                claims(handle, name, bio),
                (false, true),
                "{handle} {name} {bio}"
            );
        }
    }

    #[test]
    fn readers_and_fans_are_no_media() {
        for (handle, name, bio) in [
            ("a", "みか", "新聞を読むのが好き"),
            ("a", "NEWS担みか", ""),
            ("a", "good news coffee", ""),
            ("newsletterfan", "みか", ""),
            ("a", "みか", "記者会見を見る。ソーシャルメディアは苦手"),
            ("a", "みか", "元編集部"),
            ("a", "フレンチプレス", "エスプレッソ"),
        ] {
            assert_eq!(
                claims(handle, name, bio),
                (false, false),
                "{handle} {name} {bio}"
            );
        }
    }

    #[test]
    fn without_a_name_of_the_shop_nobody_is_staff() {
        let rules = ProfileRules::new::<&str>(&[]);
        assert!(!rules.claims("staff", "店長", "スタッフ").is_staff);
        assert_eq!(
            rules.claims(&"新".repeat(1_000_000), "", ""),
            Claims::default()
        );
    }
}
