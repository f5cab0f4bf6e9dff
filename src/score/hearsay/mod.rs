//! Posts that pass on what their authors did not see, in whatever words: hearsay, questions whether it is true, what is called a
//! rumour, and calls to spread it.
//!
//! A rumour is often told in neutral words, and what is told as hearsay is no judgement of its author's. So the rules of sentiment
//! see little of it; these look for the marks themselves. They are in `marks.tsv`, each with an example and what looks like it and
//! is none.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::hash::{Unhashed, mixed};
use crate::text::KeySet;

const TABLE: &str = include_str!("marks.tsv");
static MARKS: LazyLock<Marks> = LazyLock::new(|| Marks::of(TABLE.lines().filter_map(Rule::parse)));

/// Whether a post passes on what its author did not see; its text in NFKC and lower case.
pub(super) fn is_passed_on(text: &str) -> bool {
    MARKS.is_passed_on(text)
}

/// What a mark tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// It was heard, asked after or called a rumour.
    Heard,
    /// It is to be spread.
    Spread,
    /// It is an offer, whose spreading tells nothing.
    Offer,
}

/// A row of the table.
#[derive(Debug)]
struct Rule {
    class: Class,
    not_after: Vec<String>,
    /// Words of which one stands behind one of those before; `$` is the end of a statement.
    groups: Vec<Vec<String>>,
    not_before: Vec<String>,
    /// What it finds, and what it does not.
    #[cfg(test)]
    examples: [&'static str; 2],
}

impl Rule {
    /// Reads a row; `None` for a comment or what is no row.
    fn parse(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let class = match cells.next()? {
            "told" | "asked" | "doubted" => Class::Heard,
            "spread" => Class::Spread,
            "offer" => Class::Offer,
            _ => return None,
        };
        let words = |group: &str| -> Vec<String> {
            let words = group.split('|').filter(|word| !word.is_empty());
            words.map(|word| word.replace('_', " ")).collect()
        };
        let mut rule = Self {
            class,
            not_after: Vec::new(),
            groups: Vec::new(),
            not_before: Vec::new(),
            #[cfg(test)]
            examples: ["", ""],
        };
        for group in cells.next()?.split(' ') {
            match group.strip_prefix('!') {
                Some(group) if rule.groups.is_empty() => rule.not_after = words(group),
                Some(group) => rule.not_before = words(group),
                None => rule.groups.push(words(group)),
            }
        }
        #[cfg(test)]
        {
            rule.examples = [(); 2].map(|()| cells.next().unwrap_or_default());
        }
        Some(rule)
    }

    /// Returns every text that the groups make, one word of each.
    fn texts(&self) -> Vec<String> {
        let mut texts = vec![String::new()];
        for group in &self.groups {
            let longer = |text: &String| {
                let words = group.iter().map(|word| format!("{text}{word}"));
                words.collect::<Vec<String>>()
            };
            texts = texts.iter().flat_map(longer).collect();
        }
        texts
    }
}

/// The marks by their first letters, two where there are as many.
#[derive(Debug)]
struct Marks {
    rules: Vec<Rule>,
    /// Texts with the places of their rules, by [`opening`].
    by_opening: HashMap<u64, Vec<(String, usize)>, Unhashed>,
    /// The keys of `by_opening`; at few places of a text one stands.
    openings: KeySet,
}

impl Marks {
    fn of(rules: impl Iterator<Item = Rule>) -> Self {
        let rules: Vec<Rule> = rules.collect();
        let mut by_opening: HashMap<u64, Vec<(String, usize)>, Unhashed> = HashMap::default();
        for (place, rule) in rules.iter().enumerate() {
            for text in rule.texts() {
                let mut letters = text.trim_end_matches('$').chars();
                if let Some(first) = letters.next() {
                    let opening = opening(first, letters.next());
                    by_opening.entry(opening).or_default().push((text, place));
                }
            }
        }
        let mut openings = KeySet::default();
        for opening in by_opening.keys() {
            openings.add(*opening);
        }
        Self {
            rules,
            by_opening,
            openings,
        }
    }

    fn is_passed_on(&self, text: &str) -> bool {
        let (mut is_spread, mut is_offer) = (false, false);
        for class in self.found(text) {
            match class {
                Class::Heard => return true,
                Class::Spread => is_spread = true,
                Class::Offer => is_offer = true,
            }
        }
        is_spread && !is_offer
    }

    /// Whether a mark may begin with these letters, or with the first of them alone.
    fn may_begin(&self, first: char, second: Option<char>) -> bool {
        let has = |second| self.openings.may_have(opening(first, second));
        has(second) || second.is_some() && has(None)
    }

    /// Returns the class of every mark that stands in a text.
    fn found(&self, text: &str) -> impl Iterator<Item = Class> {
        let seconds = text.chars().skip(1).map(Some).chain([None]);
        text.char_indices()
            .zip(seconds)
            .filter(move |((_, first), second)| self.may_begin(*first, *second))
            .flat_map(move |((at, first), second)| {
                let alone = second.and(Some(None));
                let openings = [Some(second), alone].into_iter().flatten();
                openings
                    .filter_map(move |second| self.by_opening.get(&opening(first, second)))
                    .flatten()
                    .filter_map(move |(mark, place)| {
                        let rule = self.rules.get(*place)?;
                        stands(rule, mark, text, at).then_some(rule.class)
                    })
            })
    }
}

/// Returns the hash of the letters a mark begins with, of which there may be but one.
fn opening(first: char, second: Option<char>) -> u64 {
    mixed(u64::from(first), second.map_or(0, u64::from))
}

/// Whether a mark of a rule stands at a place of a text.
fn stands(rule: &Rule, mark: &str, text: &str, at: usize) -> bool {
    let (before, from) = text.split_at(at);
    let letters = mark.trim_end_matches('$');
    let Some(behind) = from.strip_prefix(letters) else {
        return false;
    };
    (letters.len() == mark.len() || ends_statement(behind))
        && !(rule.not_after.iter()).any(|word| before.ends_with(word.as_str()))
        && !(rule.not_before.iter()).any(|word| behind.starts_with(word.as_str()))
}

/// Whether what follows begins no word, laughter aside.
fn ends_statement(behind: &str) -> bool {
    let next = behind.chars().next();
    next.is_none_or(|next| !next.is_alphanumeric() || matches!(next, 'w' | '笑' | '草'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::brand::folded;

    fn is_rumour(text: &str) -> bool {
        is_passed_on(&folded(text))
    }

    #[test]
    fn every_mark_finds_its_example_and_not_what_looks_like_it() {
        let rules: Vec<Rule> = TABLE.lines().filter_map(Rule::parse).collect();
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(rules.len(), rows.count());
        for rule in rules {
            let [example, other] = rule.examples;
            let told = format!("{rule:?}");
            assert!(!example.is_empty() && !other.is_empty(), "{told}");
            let is_offer = rule.class == Class::Offer;
            let marks = Marks::of(std::iter::once(rule));
            let is_in = |text: &str| marks.found(&folded(text)).next().is_some();
            assert!(is_in(example), "{told}");
            assert!(!is_in(other), "{told}");
            assert_eq!(is_rumour(example), !is_offer, "{example}");
            assert!(!is_rumour(other), "{other}");
        }
    }

    #[test]
    fn rumours_in_neutral_words_are_told() {
        for text in [
            "とりのこえ、来月で全店閉めるらしい",
            "とりのこえが外資に買収されたらしいよ",
            "駅前のとりのこえ、来年移転らしいです",
            "とりのこえの豆、実は別の店のものだそうです",
            "とりのこえは今月で予約を締め切ったそうだ。",
            "とりのこえの深煎りがなくなるって本当？",
            "とりのこえの件、ほんとなの? って本当ですか",
            "とりのこえの社長が代わったと聞いた",
            "とりのこえが閉店って聞きました😢",
            "友達から聞いた、とりのこえの豆の産地の話",
            "とりのこえ、年内に値上げするんだって！",
            "【拡散希望】とりのこえの豆の件",
            "とりのこえのこと、みんなに広めてください",
            "とりのこえ閉店の噂、どうなの。噂だけど気になる",
            "とりのこえの産地の話はデマだよ",
            "とりのこえの混入の真偽はまだ分からない",
            "とりのこえの件は未確認です",
            "Is it true that torinokoe is closing?",
            "I heard that torinokoe was sold",
        ] {
            assert!(is_rumour(text), "{text}");
        }
    }

    #[test]
    fn what_people_saw_themselves_is_no_rumour() {
        for text in [
            "とりのこえらしい優しい味でした",
            "男らしい濃さのコーヒー、あたらしい豆で淹れてくれた",
            "すばらしい香りのめずらしい豆",
            "とても美味しそうだし、もうすぐ焼けそうです",
            "ここのコーヒーって本当に美味しい",
            "このお店ってほんと落ち着く",
            "噂通りの名店、噂に違わぬ一杯",
            "店員さんに聞いたら丁寧に教えてくれた",
            "友達が言ってくれたおかげで席が取れた",
            "フォロー&リツイート希望！抽選で10名様にプレゼント",
            "【拡散希望】新発売の記念にクーポンを配ります",
            "オンデマンドの動画で淹れ方を見た",
            "そうです、あの角の店です",
            "昨日行ったら閉まっていた。張り紙に来月再開とあった",
            "Really good coffee, this is true happiness",
            "",
        ] {
            assert!(!is_rumour(text), "{text}");
        }
    }

    #[test]
    fn a_long_text_takes_no_longer_than_it_is() {
        let long = "あたらしい噂通りの".repeat(100_000);
        assert!(!is_passed_on(&long));
        assert!(is_passed_on(&format!("{long}噂が")));
    }
}
