//! What the words of cells say: `cells.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rows;

const TABLE: &str = include_str!("cells.tsv");

/// What a word of a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Answer {
    /// Yes to a question about consent.
    Granted,
    /// No to it.
    Denied,
    /// What was granted is taken back.
    Revoked,
    /// Yes under a heading of refusals.
    Refuses,
    /// No under a heading of refusals, or nothing.
    Silent,
    /// Something is wished.
    Wished,
    /// It is not.
    Unwished,
    /// A mark that may stand for anything.
    Mark,
    /// What turns a word of refusal round, as a part of a cell.
    Turn,
}

static ANSWERS: LazyLock<HashMap<String, Vec<Answer>>> = LazyLock::new(|| {
    let mut answers: HashMap<String, Vec<Answer>> = HashMap::new();
    for (name, word) in rows(TABLE) {
        answers.entry(word).or_default().push(Answer::of(name));
    }
    answers
});
static TURNS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let turns = ANSWERS.iter();
    let turns = turns.filter(|(_, answers)| answers.contains(&Answer::Turn));
    turns.map(|(word, _)| word.as_str()).collect()
});

impl Answer {
    fn of(name: &str) -> Self {
        match name {
            "granted" => Self::Granted,
            "denied" => Self::Denied,
            "revoked" => Self::Revoked,
            "refuses" => Self::Refuses,
            "silent" => Self::Silent,
            "wished" => Self::Wished,
            "unwished" => Self::Unwished,
            "marks" => Self::Mark,
            "turns" => Self::Turn,
            _ => unreachable!("the table of cells is constant"),
        }
    }
}

/// Whether a folded cell is a word that says so.
pub(in crate::import) fn answers(word: &str, answer: Answer) -> bool {
    let known = ANSWERS.get(word);
    known.is_some_and(|known| known.contains(&answer))
}

/// Whether a folded cell has a part that turns a word of refusal round.
pub(in crate::import) fn is_turned(word: &str) -> bool {
    let mut latin = word.split(|letter: char| !letter.is_ascii_alphabetic());
    let is_turn = |part: &str| answers(part, Answer::Turn);
    let mut turns = TURNS.iter().filter(|turn| !turn.is_ascii());
    latin.any(is_turn) || turns.any(|turn| word.contains(*turn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_cells_are_read_as_the_table_says() {
        assert!(answers("opted in", Answer::Granted) && answers("opt-out", Answer::Denied));
        assert!(answers("\\n", Answer::Silent) && answers("#n/a", Answer::Silent));
        assert!(answers("なし", Answer::Silent) && answers("なし", Answer::Denied));
        assert!(!answers("2", Answer::Silent) && !answers("", Answer::Silent));
        assert!(is_turned("not_suppressed") && is_turned("停止しない"));
        assert!(!is_turned("noted") && !is_turned("停止中"));
    }
}
