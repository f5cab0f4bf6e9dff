//! How many have each name, so that a slip of the pen is told from another name.

use super::features::Features;
use super::weights::{FEWEST, Term, Terms};

/// A name that so many times more have than another may be meant by it.
const TIMES: u32 = 20;

/// Records that have each name when the model was fitted, by the name's number; nil where fewer than [`FEWEST`] have it.
#[derive(Debug, Clone, Default)]
pub struct Frequencies {
    family: Vec<u32>,
    given: Vec<u32>,
}

impl Frequencies {
    /// Whether of two close spellings one is hardly a name of its own: hardly anybody has it, or of those who have the other
    /// a few would have misspelt it so.
    pub(super) fn is_slip(&self, term: Term, left: u32, right: u32) -> bool {
        let counts = match term {
            Term::Family => &self.family,
            _ => &self.given,
        };
        let count = |name: u32| counts.get(name as usize).copied().unwrap_or_default();
        let (few, many) = (count(left).min(count(right)), count(left).max(count(right)));
        few < FEWEST || few * TIMES <= many
    }
}

impl Features {
    /// Takes names for as frequent as the model counted them.
    pub fn know_frequencies(&mut self, terms: &Terms) {
        self.frequencies = Frequencies {
            family: terms.counts(self, Term::Family),
            given: terms.counts(self, Term::Given),
        };
    }
}
