//! Bursts in batches: Kleinberg's automaton.
//!
//! Kleinberg 2002, "Bursty and hierarchical structure in streams", section 4: in batch `t`, `r_t` of `d_t` documents are
//! relevant. State `i` of the automaton emits relevant documents at the rate `p_i = p_0 s^i`, where `p_0` is the rate of
//! the whole stream. Being in state `i` costs `-ln(p_i^r (1 - p_i)^(d - r))` (the binomial coefficient is the same in all
//! states and left out), going up from `i` to `j` costs `(j - i) gamma ln n` for `n` batches, going down nothing. The
//! cheapest path is the answer: a burst of level `l` is a run of batches spent in state `l` or above, and its weight is
//! what that run saved against state `l - 1`.

/// One batch of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Batch {
    /// Relevant documents; more than `total` counts as `total`.
    pub relevant: u64,
    /// All documents.
    pub total: u64,
}

/// The automaton's settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Automaton {
    /// Ratio `s` of the rates of two neighbouring states, above 1.
    pub scaling: f64,
    /// Price `gamma` of going up, at least 0.
    pub gamma: f64,
    /// States above the lowest, at most [`MOST_LEVELS`].
    pub levels: usize,
}

/// Most states above the lowest.
pub const MOST_LEVELS: usize = 15;

/// Highest rate that a state may have; states that would be above it are left out.
const HIGHEST_RATE: f64 = 0.95;

impl Default for Automaton {
    /// Kleinberg's own choice, `s = 2` and `gamma = 1`, with four levels.
    fn default() -> Self {
        Self {
            scaling: 2.0,
            gamma: 1.0,
            levels: 4,
        }
    }
}

/// A run of batches spent at a level or above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burst {
    /// Level, from 1.
    pub level: usize,
    /// First batch.
    pub first: usize,
    /// Last batch, itself in the burst.
    pub last: usize,
    /// Cost saved against the level below, in nats.
    pub weight: f64,
}

impl Automaton {
    /// Returns the bursts of a stream, by level, then by place; those of a level lie inside those of the level below.
    ///
    /// `steps` is `n`, the number of batches of the stream in time. It may exceed `batches.len()`: neighbouring batches
    /// without a relevant document may be given as one with the sum of their totals, which changes no path, since a state
    /// left on the way through them is left as cheaply before them. Empty where nothing or everything is relevant, or for
    /// settings outside their domain.
    pub fn bursts(&self, batches: &[Batch], steps: usize) -> Vec<Burst> {
        let rates = self.rates(batches);
        if rates.len() < 2 {
            return Vec::new();
        }
        let costs: Vec<Vec<f64>> = batches
            .iter()
            .map(|batch| rates.iter().map(|rate| rate.cost(*batch)).collect())
            .collect();
        let states = self.path(&costs, rates.len(), steps.max(batches.len()));
        let mut bursts = Vec::new();
        for level in 1..rates.len() {
            let mut open: Option<Burst> = None;
            for (place, state) in states.iter().enumerate() {
                if *state < level {
                    bursts.extend(open.take());
                    continue;
                }
                let burst = open.get_or_insert(Burst {
                    level,
                    first: place,
                    last: place,
                    weight: 0.0,
                });
                burst.last = place;
                burst.weight += costs[place][level - 1] - costs[place][level];
            }
            bursts.extend(open);
        }
        bursts
    }

    /// Returns the rates of the states; fewer than two where there is no automaton.
    fn rates(&self, batches: &[Batch]) -> Vec<Rate> {
        let in_domain = self.scaling > 1.0
            && self.scaling.is_finite()
            && self.gamma >= 0.0
            && self.gamma.is_finite();
        let relevant: u64 = batches
            .iter()
            .map(|batch| batch.relevant.min(batch.total))
            .fold(0, u64::saturating_add);
        let total: u64 = batches
            .iter()
            .map(|batch| batch.total)
            .fold(0, u64::saturating_add);
        if !in_domain || relevant == 0 || relevant >= total {
            return Vec::new();
        }
        let mut rate = relevant as f64 / total as f64;
        let mut rates = Vec::new();
        while rates.len() <= self.levels.min(MOST_LEVELS) && rate < HIGHEST_RATE {
            rates.push(Rate::new(rate));
            rate *= self.scaling;
        }
        rates
    }

    /// Returns the state of every batch on the cheapest path from state 0; of equally cheap ones the lower states.
    fn path(&self, costs: &[Vec<f64>], states: usize, steps: usize) -> Vec<usize> {
        let step_up = self.gamma * libm::log(steps.max(1) as f64);
        let mut best: Vec<f64> = (0..states).map(|state| state as f64 * step_up).collect();
        let mut from: Vec<Vec<u8>> = Vec::with_capacity(costs.len());
        for (place, cost) in costs.iter().enumerate() {
            let steps: Vec<(f64, usize)> = (0..states)
                .map(|state| match place {
                    0 => (best[state] + cost[state], 0),
                    _ => {
                        let (price, origin) = cheapest(&best, state, step_up);
                        (price + cost[state], origin)
                    }
                })
                .collect();
            best = steps.iter().map(|(price, _)| *price).collect();
            // At most 16 states, see `MOST_LEVELS`.
            from.push(steps.iter().map(|(_, origin)| *origin as u8).collect());
        }
        let mut state = (0..states)
            .reduce(|low, state| if best[state] < best[low] { state } else { low })
            .unwrap_or(0);
        let mut path = vec![0; costs.len()];
        for place in (0..costs.len()).rev() {
            path[place] = state;
            state = usize::from(from[place][state]);
        }
        path
    }
}

/// Returns the least price of coming into a state, and from which; of equally cheap ones the lowest.
fn cheapest(best: &[f64], state: usize, step_up: f64) -> (f64, usize) {
    best.iter()
        .enumerate()
        .map(|(before, so_far)| {
            (
                so_far + state.saturating_sub(before) as f64 * step_up,
                before,
            )
        })
        .reduce(|least, other| if other.0 < least.0 { other } else { least })
        .unwrap_or((0.0, 0))
}

/// Logarithms of a rate and of what is left.
#[derive(Debug, Clone, Copy)]
struct Rate {
    ln_relevant: f64,
    ln_other: f64,
}

impl Rate {
    fn new(rate: f64) -> Self {
        Self {
            ln_relevant: libm::log(rate),
            ln_other: libm::log1p(-rate),
        }
    }

    fn cost(self, batch: Batch) -> f64 {
        let relevant = batch.relevant.min(batch.total);
        -(relevant as f64 * self.ln_relevant + (batch.total - relevant) as f64 * self.ln_other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn batches(relevant: &[u64], total: u64) -> Vec<Batch> {
        relevant
            .iter()
            .map(|relevant| Batch {
                relevant: *relevant,
                total,
            })
            .collect()
    }

    #[test]
    fn a_steady_word_has_no_burst() {
        let found = Automaton::default().bursts(&batches(&[2; 50], 20), 50);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_sudden_word_bursts_where_it_is_sudden_and_levels_are_nested() {
        let mut counts = vec![1; 60];
        counts[30..36].fill(12);
        let found = Automaton::default().bursts(&batches(&counts, 40), 60);
        assert!(!found.is_empty());
        for burst in &found {
            assert_eq!((burst.first, burst.last), (30, 35), "{burst:?}");
            assert!(burst.weight > 0.0);
        }
        let levels: Vec<usize> = found.iter().map(|burst| burst.level).collect();
        assert_eq!(levels, (1..=levels.len()).collect::<Vec<_>>());
    }

    #[test]
    fn the_weight_is_what_the_burst_saves_in_cost() {
        let mut counts = vec![0; 10];
        counts[4] = 8;
        let two = Automaton {
            levels: 1,
            ..Automaton::default()
        };
        let found = two.bursts(&batches(&counts, 10), 10);
        // p_0 = 8/100, p_1 = 16/100: eight times ln 2, less twice ln(0.92 / 0.84).
        let expected = 8.0 * 2.0_f64.ln() - 2.0 * (0.92_f64 / 0.84).ln();
        assert_eq!(found.len(), 1);
        assert!((found[0].weight - expected).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn nothing_everything_and_nonsense_have_no_burst() {
        let automaton = Automaton::default();
        assert!(automaton.bursts(&[], 0).is_empty());
        assert!(automaton.bursts(&batches(&[0, 0], 5), 2).is_empty());
        assert!(automaton.bursts(&batches(&[5, 5], 5), 2).is_empty());
        let flat = Automaton {
            scaling: 1.0,
            ..automaton
        };
        assert!(flat.bursts(&batches(&[0, 5], 10), 2).is_empty());
        let many = Batch {
            relevant: u64::MAX,
            total: u64::MAX,
        };
        assert!(automaton.bursts(&[many, many], 2).is_empty());
    }

    /// Cost of a path of states, by the definition.
    fn price(automaton: &Automaton, batches: &[Batch], steps: usize, path: &[usize]) -> f64 {
        let rates = automaton.rates(batches);
        let (mut before, mut sum) = (0, 0.0);
        for (batch, state) in batches.iter().zip(path) {
            sum += rates[*state].cost(*batch)
                + state.saturating_sub(before) as f64 * automaton.gamma * (steps as f64).ln();
            before = *state;
        }
        sum
    }

    proptest! {
        #[test]
        fn no_path_is_cheaper_than_the_one_found(counts in proptest::collection::vec((0_u64..6, 6_u64..12), 1..7)) {
            let batches: Vec<Batch> = counts
                .iter()
                .map(|(relevant, total)| Batch { relevant: *relevant, total: *total })
                .collect();
            let automaton = Automaton { levels: 2, gamma: 0.4, ..Automaton::default() };
            let rates = automaton.rates(&batches);
            prop_assume!(rates.len() > 1);
            let costs: Vec<Vec<f64>> = batches
                .iter()
                .map(|batch| rates.iter().map(|rate| rate.cost(*batch)).collect())
                .collect();
            let found = automaton.path(&costs, rates.len(), batches.len());
            let least = price(&automaton, &batches, batches.len(), &found);
            let mut path = vec![0; batches.len()];
            for code in 0..rates.len().pow(batches.len() as u32) {
                let mut rest = code;
                for state in &mut path {
                    *state = rest % rates.len();
                    rest /= rates.len();
                }
                prop_assert!(least <= price(&automaton, &batches, batches.len(), &path) + 1e-9);
            }
        }

        #[test]
        fn hours_without_the_word_may_be_put_together(counts in proptest::collection::vec(0_u64..5, 2..60)) {
            let each: Vec<Batch> = counts
                .iter()
                // Two hours of three are made silent, so that there is something to put together.
                .enumerate()
                .map(|(place, count)| Batch { relevant: if place % 12 < 4 { *count } else { 0 }, total: 7 })
                .collect();
            let mut together: Vec<Batch> = Vec::new();
            let mut starts = Vec::new();
            for (place, batch) in each.iter().enumerate() {
                match together.last_mut() {
                    Some(last) if last.relevant == 0 && batch.relevant == 0 => last.total += batch.total,
                    _ => {
                        together.push(*batch);
                        starts.push(place);
                    }
                }
            }
            let automaton = Automaton { gamma: 0.5, ..Automaton::default() };
            let weights = |bursts: &[Burst]| bursts.iter().map(|burst| burst.weight).sum::<f64>();
            let (left, right) = (automaton.bursts(&each, each.len()), automaton.bursts(&together, each.len()));
            prop_assert_eq!(left.len(), right.len());
            prop_assert!((weights(&left) - weights(&right)).abs() < 1e-6);
            for (left, right) in left.iter().zip(&right) {
                prop_assert_eq!((left.level, left.first), (right.level, starts[right.first]));
            }
        }
    }
}
