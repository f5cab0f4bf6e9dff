//! The law of a number of purchases.

use super::{INSIDE, TAIL};

/// The bounds of an interval, both included.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Span {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// The law of the purchases within a horizon of a customer who is alive.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// Ascending counts; the first is nil. Beyond twenty thousand they stand for those around them.
    values: Vec<f64>,
    /// Their probabilities, which sum to 1.
    masses: Vec<f64>,
    /// Probability of each count or fewer.
    cumulative: Vec<f64>,
}

impl Counts {
    /// Returns the law of these masses, what they lack of 1 put on the last.
    pub(super) fn new(values: Vec<f64>, mut masses: Vec<f64>) -> Self {
        let sum: f64 = masses.iter().sum();
        if let Some(last) = masses.last_mut() {
            *last = (*last + 1.0 - sum).max(0.0);
        }
        let mut so_far = 0.0;
        let cumulative = masses
            .iter()
            .map(|mass| {
                so_far += mass;
                so_far
            })
            .collect();
        Self {
            values,
            masses,
            cumulative,
        }
    }

    /// Returns the law of who buys nothing for sure.
    pub fn nothing() -> Self {
        Self::new(vec![0.0], vec![1.0])
    }

    /// Returns the counts that have a probability, ascending from nil.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns the probabilities of [`Self::values`].
    pub fn masses(&self) -> &[f64] {
        &self.masses
    }

    /// Returns the expected count and the expected square of it.
    pub fn moments(&self) -> [f64; 2] {
        let pairs = self.values.iter().zip(&self.masses);
        pairs.fold([0.0, 0.0], |[first, second], (value, mass)| {
            [first + value * mass, second + value * value * mass]
        })
    }

    /// Returns the probability of `self.values[place]` or fewer for who is alive with that probability.
    fn up_to(&self, place: usize, alive_prob: f64) -> f64 {
        1.0 - alive_prob + alive_prob * self.cumulative[place].min(1.0)
    }

    /// Returns the probability of fewer than `self.values[place]` plus half that of it.
    fn middle(&self, place: usize, alive_prob: f64) -> f64 {
        let before = match place.checked_sub(1) {
            Some(before) => self.up_to(before, alive_prob),
            None => 0.0,
        };
        0.5 * (before + self.up_to(place, alive_prob))
    }

    /// Returns the first place where `is_beyond` holds, which it does from there on; the last when it never does.
    fn first_place(&self, is_beyond: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.values.len() - 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_beyond(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// Returns the 90 % interval of the count of who is alive with that probability; the module says what it promises.
    pub fn interval(&self, alive_prob: f64) -> Span {
        let (low, left_out) = if self.up_to(0, alive_prob) >= TAIL {
            (0, 0.0)
        } else {
            let low = self.first_place(|place| self.middle(place, alive_prob) > TAIL);
            (low, self.up_to(low.max(1) - 1, alive_prob))
        };
        // Where the jumps below are coarse, the upper bound still leaves something out.
        let level = (left_out + INSIDE).min(1.0 - 0.5 * TAIL);
        let beyond = self.first_place(|place| self.middle(place, alive_prob) >= level);
        let is_beyond = self.middle(beyond, alive_prob) >= level;
        let high = if is_beyond {
            beyond.saturating_sub(1)
        } else {
            beyond
        };
        Span {
            low: self.values[low],
            high: self.values[high.max(low)],
        }
    }
}
