//! Words that stand beside a name: what they say of the account, or that they say nothing.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::key::Key;

const TABLE: &str = include_str!("words.tsv");

/// Longest rest of a text that is read word by word, in letters.
const MOST_REST: usize = 40;

static WORDS: LazyLock<Words> = LazyLock::new(Words::new);

/// What a word beside a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// That the account is the official one, outright.
    Official,
    /// That it speaks for the official one.
    Claim,
    /// Nothing.
    Plain,
    /// That it is not the official one.
    Fan,
}

struct Words {
    kinds: HashMap<Vec<char>, Word>,
    /// Generic and plain words as written: a word that only looks like one of them may well be a name.
    generic: HashSet<Vec<char>>,
    /// Letters of the longest word.
    longest: usize,
}

impl Words {
    fn new() -> Self {
        let mut kinds = HashMap::new();
        let mut generic = HashSet::new();
        let mut longest = 0;
        for (kind, word) in table() {
            let Key { loose, folded, .. } = Key::new(word);
            longest = longest.max(loose.len()).max(folded.len());
            let kind = match kind {
                "official" => Word::Official,
                "claim" => Word::Claim,
                "plain" => Word::Plain,
                "fan" => Word::Fan,
                _ => {
                    generic.insert(folded);
                    continue;
                }
            };
            if kind == Word::Plain {
                generic.insert(folded);
            }
            kinds.entry(loose).or_insert(kind);
        }
        // A dash at the edge of kana, read as the long-vowel mark.
        kinds.entry(vec!['ー']).or_insert(Word::Plain);
        Self {
            kinds,
            generic,
            longest,
        }
    }
}

fn table() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .flat_map(|(kind, words)| {
            words
                .split(' ')
                .filter(|word| !word.is_empty())
                .map(move |word| (kind, word))
        })
}

/// How many words of each kind a text is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub claims: usize,
    pub plain: usize,
    pub fans: usize,
}

impl Tally {
    fn count(self) -> usize {
        self.claims + self.plain + self.fans
    }

    fn with(mut self, word: Word) -> Self {
        match word {
            Word::Official | Word::Claim => self.claims += 1,
            Word::Plain => self.plain += 1,
            Word::Fan => self.fans += 1,
        }
        self
    }
}

/// Adds up what goes before a name and what goes after.
pub(super) fn both(before: Option<Tally>, after: Option<Tally>) -> Option<Tally> {
    let (before, after) = (before?, after?);
    Some(Tally {
        claims: before.claims + after.claims,
        plain: before.plain + after.plain,
        fans: before.fans + after.fans,
    })
}

/// Reads a loose text as words of the table and digits, as few as possible; `None` where something else is left.
pub(super) fn read(loose: &[char], digits: &[bool]) -> Option<Tally> {
    if loose.len() > MOST_REST {
        return None;
    }
    let mut best: Vec<Option<Tally>> = vec![None; loose.len() + 1];
    best[0] = Some(Tally::default());
    for from in 0..loose.len() {
        let Some(here) = best[from] else {
            continue;
        };
        let mut offer = |to: usize, tally: Tally| {
            if best[to].is_none_or(|found| tally.count() < found.count()) {
                best[to] = Some(tally);
            }
        };
        if digits.get(from).copied().unwrap_or_default() {
            let is_new = from == 0 || !digits[from - 1];
            let tally = if is_new { here.with(Word::Plain) } else { here };
            offer(from + 1, tally);
        }
        for to in from + 1..=loose.len().min(from + WORDS.longest) {
            if let Some(word) = WORDS.kinds.get(&loose[from..to]) {
                offer(to, here.with(*word));
            }
        }
    }
    best[loose.len()]
}

/// What a text that is more than words of the table still says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    Fan,
    Claim,
    None,
}

/// Looks for a telling word anywhere in two pieces.
pub(super) fn hint(pieces: [&[char]; 2]) -> Hint {
    let mut hint = Hint::None;
    for piece in pieces {
        let piece = &piece[..piece.len().min(MOST_REST)];
        for from in 0..piece.len() {
            for to in from + 2..=piece.len().min(from + WORDS.longest) {
                let text = &piece[from..to];
                let is_short = |latin: usize| text.len() < latin && text[0].is_ascii();
                match WORDS.kinds.get(text) {
                    Some(Word::Fan) if !is_short(3) => return Hint::Fan,
                    Some(Word::Official | Word::Claim) if !is_short(5) => hint = Hint::Claim,
                    _ => {}
                }
            }
        }
    }
    hint
}

/// Returns what is left of a key, stage by stage, while claims and plain words are dropped from its ends, the longest
/// first; each stage is the first loose letter and the one after the last.
///
/// Of an official's own handle or name (`is_own`) a word goes only where it stands apart or says `official` outright:
/// the shop Mapleshop is not called Maple.
pub(super) fn stages(key: &Key, is_own: bool) -> Vec<(usize, usize)> {
    let mut stages = Vec::new();
    let (mut from, mut to) = (0, key.loose.len());
    let drops = |text: &[char], is_apart: bool| match WORDS.kinds.get(text) {
        Some(Word::Official) => true,
        Some(Word::Claim | Word::Plain) => is_apart || !is_own,
        _ => false,
    };
    while to - from > 2 {
        let longest = WORDS.longest.min(to - from - 2);
        let after = (2..=longest)
            .rev()
            .find(|length| drops(&key.loose[to - length..to], key.is_first(to - length)));
        let before = || {
            (2..=longest)
                .rev()
                .find(|length| drops(&key.loose[from..from + length], key.is_first(from + length)))
        };
        if let Some(length) = after {
            to -= length;
        } else if let Some(length) = before() {
            from += length;
        } else if !is_own && key.digits[to - 1] {
            while to - from > 2 && key.digits[to - 1] {
                to -= 1;
            }
        } else {
            break;
        }
        stages.push((from, to));
    }
    stages
}

/// Whether a text is nothing but words that are too common to be a name.
pub(super) fn is_generic(key: &Key) -> bool {
    let folded = &key.folded;
    if folded.is_empty() || folded.len() > MOST_REST {
        return false;
    }
    let mut reached = vec![false; folded.len() + 1];
    reached[0] = true;
    for from in 0..folded.len() {
        if !reached[from] {
            continue;
        }
        for to in from + 1..=folded.len().min(from + WORDS.longest) {
            if WORDS.generic.contains(&folded[from..to]) {
                reached[to] = true;
            }
        }
    }
    reached[folded.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(text: &str) -> Option<Tally> {
        let key = Key::new(text);
        read(&key.loose, &key.digits)
    }

    fn last_stage(text: &str, is_own: bool) -> String {
        let key = Key::new(text);
        let (from, to) = stages(&key, is_own)
            .last()
            .copied()
            .unwrap_or((0, key.loose.len()));
        key.folded_part(from, to).iter().collect()
    }

    #[test]
    fn every_line_of_the_table_has_a_known_kind() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (kind, words) = line.split_once('\t').unwrap();
            assert!(
                matches!(kind, "official" | "claim" | "plain" | "fan" | "generic"),
                "{line}"
            );
            assert!(
                words
                    .split(' ')
                    .all(|word| !Key::new(word).loose.is_empty()),
                "{line}"
            );
        }
    }

    #[test]
    fn a_rest_is_read_as_words_and_digits() {
        let claims = |text| tally(text).map(|tally| tally.claims);
        assert_eq!(claims("公式サポート"), Some(1));
        assert_eq!(claims("_0fficial"), Some(1));
        assert_eq!(claims("2024"), Some(0));
        assert_eq!(claims("jp01"), Some(0));
        assert_eq!(claims("渋谷店"), None);
        assert_eq!(tally("公式ファンクラブ").map(|tally| tally.fans), Some(1));
        assert_eq!(tally(""), Some(Tally::default()));
        assert_eq!(tally(&"公式".repeat(40)), None);
    }

    #[test]
    fn a_telling_word_is_found_anywhere() {
        let hint_of = |text: &str| hint([&Key::new(text).loose, &[]]);
        assert_eq!(hint_of("渋谷店公式"), Hint::Claim);
        assert_eq!(hint_of("田中大好き"), Hint::Fan);
        assert_eq!(hint_of("渋谷店"), Hint::None);
        assert_eq!(hint_of(""), Hint::None);
    }

    #[test]
    fn words_are_dropped_from_the_ends() {
        assert_eq!(last_stage("torinokoe_official01", false), "torinokoe");
        assert_eq!(last_stage("koe_official", true), "koe");
        assert_eq!(last_stage("mapleshop", true), "mapleshop");
        assert_eq!(last_stage("maple_shop", true), "maple");
        assert_eq!(last_stage("トリノコエ【公式】", true), "トリノコエ");
        assert_eq!(last_stage("", false), "");
    }

    #[test]
    fn common_words_are_no_name() {
        for text in ["カフェ", "Bakery Shop", "さくら", "花屋"] {
            assert!(is_generic(&Key::new(text)), "{text}");
        }
        for text in ["トリノコエ", "カフェトリノコエ", "大木屋", ""] {
            assert!(!is_generic(&Key::new(text)), "{text}");
        }
    }
}
