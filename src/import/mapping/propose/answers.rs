//! Questions of a survey as headings, and the answers in people's own words below them.

use super::choose::Work;
use super::feature::Feature;
use crate::import::mapping::Fills;

/// Letters an answer has on average that is more than a choice.
const LEAST_LETTERS: f64 = 10.0;
/// What a question in Japanese has in it.
const JAPANESE: &[&str] = &[
    "ください",
    "下さい",
    "ですか",
    "ますか",
    "でしたか",
    "ましたか",
    "教え",
    "聞かせ",
    "書",
    "理由",
    "自由",
];
/// What a question in English begins with.
const ENGLISH: &[&str] = &[
    "what", "how", "why", "which", "please", "any", "tell", "describe", "is", "are", "do", "did",
    "would", "could",
];

impl Work<'_> {
    /// Takes all that was answered in people's own words as the text, where no column is it by its name.
    pub(super) fn answers(&mut self) {
        if self.fills != Fills::Posts {
            return;
        }
        let text = self.found.columns.get("text").map(|columns| columns[0]);
        if text.is_some_and(|text| !is_question(&self.features[text])) {
            return;
        }
        let answers: Vec<usize> = (0..self.features.len())
            .filter(|column| {
                let feature = &self.features[*column];
                let is_free = !self.taken[*column] || text == Some(*column);
                is_free
                    && (text == Some(*column) || (is_question(feature) && is_in_own_words(feature)))
            })
            .collect();
        if !answers.is_empty() {
            self.found.columns.remove("text");
            let score = if text.is_none() { TELLS } else { 0.0 };
            self.take("text", answers, score);
        }
    }
}

/// How much answers say about the table, as much as a text known by its name.
const TELLS: f64 = 20.0;

/// Returns whether a heading asks something.
pub(super) fn is_question(feature: &Feature) -> bool {
    feature.heading.ends_with(['?', '？'])
        || JAPANESE.iter().any(|part| feature.heading.contains(part))
        || feature
            .tokens
            .first()
            .is_some_and(|first| feature.tokens.len() > 2 && ENGLISH.contains(&first.as_str()))
}

fn is_in_own_words(feature: &Feature) -> bool {
    feature.is_text
        && feature.mean_letters >= LEAST_LETTERS
        && feature.distinct * 10 >= feature.values.len() * 7
}
