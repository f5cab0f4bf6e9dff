//! The sums behind the purchases that BG/NBD and MBG/NBD expect, many of them side by side.

use multiversion::multiversion;

/// Terms that are added before it is asked which sums are done.
const STRIDE: usize = 16;
/// Sums that go side by side.
const LANES: usize = 64;
/// Bound on the terms.
const MOST_TERMS: usize = 50_000_000;
/// 2^100 and its inverse: masses are scaled by what rounds nothing.
const LARGE: f64 = 1_267_650_600_228_229_401_496_703_205_376.0;
const SMALL: f64 = 1.0 / LARGE;

/// What the terms of the expected purchases have in common, whenever they are to come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// `r + x`.
    pub shape: f64,
    /// `b + k`.
    pub stays: f64,
    /// `a`.
    pub leaves: f64,
}

/// The n-th of the terms, from 0.
#[derive(Debug, Clone, Copy)]
struct Term {
    /// `(shape + n) / (n + 1)`.
    growth: f64,
    /// `s_1 + ... + s_(n+1)`.
    reached: f64,
}

/// What the next terms go on from.
struct Ahead {
    n: f64,
    /// `s_(n+1)`.
    survived: f64,
    /// `s_1 + ... + s_n`.
    reached: f64,
}

impl Terms {
    /// Returns the expected purchases as a sum of positive terms, with the success probability `z`.
    pub(super) fn sum(&self, z: f64) -> f64 {
        let mut found = [0.0];
        self.sum_lanes(&[z], &mut found);
        found[0]
    }

    /// Returns [`Self::sum`] with each of several probabilities: the same bits whatever they are asked with.
    pub(super) fn sums(&self, probabilities: &[f64]) -> Vec<f64> {
        let mut found = vec![0.0; probabilities.len()];
        for (some, found) in probabilities.chunks(LANES).zip(found.chunks_mut(LANES)) {
            self.sum_lanes(some, found);
        }
        found
    }

    fn sum_lanes(&self, probabilities: &[f64], found: &mut [f64]) {
        let mut lanes = Lanes::new(probabilities);
        let mut ahead = Ahead {
            n: 0.0,
            survived: 1.0,
            reached: 0.0,
        };
        for strides in 1..=MOST_TERMS / STRIDE {
            let terms = self.next(&mut ahead);
            lanes.add(&terms);
            let is_last = strides == MOST_TERMS / STRIDE;
            lanes.close(&terms[STRIDE - 1], ahead.n, is_last, found);
            if lanes.open == 0 {
                return;
            }
        }
    }

    fn next(&self, ahead: &mut Ahead) -> [Term; STRIDE] {
        [(); STRIDE].map(|()| {
            let n = ahead.n;
            ahead.n += 1.0;
            ahead.reached += ahead.survived;
            ahead.survived *= (self.stays + n) / (self.leaves + self.stays + n);
            Term {
                growth: (self.shape + n) / ahead.n,
                reached: ahead.reached,
            }
        })
    }
}

/// The sums, those that are not done first.
///
/// Masses are known up to a factor only, so their own sum is the unit.
struct Lanes {
    open: usize,
    z: [f64; LANES],
    mass: [f64; LANES],
    total: [f64; LANES],
    sum: [f64; LANES],
    /// Whose sum it is.
    place: [usize; LANES],
}

impl Lanes {
    fn new(probabilities: &[f64]) -> Self {
        let mut lanes = Self {
            open: probabilities.len(),
            z: [0.0; LANES],
            // Beside the sums there is nothing to add.
            mass: [0.0; LANES],
            total: [1.0; LANES],
            sum: [0.0; LANES],
            place: std::array::from_fn(|place| place),
        };
        lanes.z[..probabilities.len()].copy_from_slice(probabilities);
        lanes.mass[..probabilities.len()].fill(1.0);
        lanes
    }

    fn add(&mut self, terms: &[Term; STRIDE]) {
        // As many as fit the widest registers, so that none is left over to go alone.
        let count = self.open.next_multiple_of(8);
        add(
            terms,
            &self.z[..count],
            &mut self.mass[..count],
            &mut self.total[..count],
            &mut self.sum[..count],
        );
    }

    /// Takes out the sums that are done after `n` terms, of which `last` is the last one, or all.
    fn close(&mut self, last: &Term, n: f64, all: bool, found: &mut [f64]) {
        let rise = 1.0 + 1.0 / n;
        for lane in (0..self.open).rev() {
            let (z, mass) = (self.z[lane], self.mass[lane]);
            let decay = 1.0 - (z * last.growth).max(z) * rise;
            let term = mass * last.reached;
            let is_done = mass == 0.0
                || mass.is_nan()
                || (decay > 0.0 && term <= 1e-17 * decay * self.sum[lane])
                || all;
            if is_done {
                found[self.place[lane]] = self.sum[lane] / self.total[lane];
                self.remove(lane);
            } else {
                self.scale(lane);
            }
        }
    }

    fn remove(&mut self, lane: usize) {
        self.open -= 1;
        let last = self.open;
        self.z[lane] = self.z[last];
        self.mass[lane] = self.mass[last];
        self.total[lane] = self.total[last];
        self.sum[lane] = self.sum[last];
        self.place[lane] = self.place[last];
        self.mass[last] = 0.0;
    }

    fn scale(&mut self, lane: usize) {
        while self.total[lane] > LARGE && self.total[lane].is_finite() {
            self.mass[lane] *= SMALL;
            self.total[lane] *= SMALL;
            self.sum[lane] *= SMALL;
        }
    }
}

/// Adds some terms to each of several sums.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn add(
    terms: &[Term; STRIDE],
    z: &[f64],
    masses: &mut [f64],
    totals: &mut [f64],
    sums: &mut [f64],
) {
    let lanes = z.iter().zip(masses).zip(totals).zip(sums);
    for (((z, lane_mass), lane_total), lane_sum) in lanes {
        let (mut mass, mut total, mut sum) = (*lane_mass, *lane_total, *lane_sum);
        for term in terms {
            mass *= z * term.growth;
            total += mass;
            sum += mass * term.reached;
        }
        (*lane_mass, *lane_total, *lane_sum) = (mass, total, sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The sum as it is written in the paper, with logarithms of the masses.
    fn one_by_one(terms: &Terms, z: f64) -> f64 {
        let (mut log, mut survived, mut reached) = (0.0_f64, 1.0, 0.0);
        let mut parts = vec![(0.0, 0.0)];
        let mut top = 0.0_f64;
        for n in 0..200_000_u32 {
            let n = f64::from(n);
            reached += survived;
            survived *= (terms.stays + n) / (terms.leaves + terms.stays + n);
            log += (z * ((terms.shape + n) / (n + 1.0))).ln();
            parts.push((log, reached));
            top = top.max(log);
            if log < top - 60.0 {
                break;
            }
        }
        let (mut total, mut sum) = (0.0, 0.0);
        for (log, reached) in parts {
            let mass = (log - top).exp();
            total += mass;
            sum += mass * reached;
        }
        sum / total
    }

    proptest! {
        #[test]
        fn sums_side_by_side_are_those_of_one_by_one(
            shape in 0.01_f64..200.0, stays in 0.01_f64..300.0, leaves in 0.01_f64..30.0,
            probabilities in proptest::collection::vec(0.001_f64..0.97, 1..150)
        ) {
            let terms = Terms { shape, stays, leaves };
            for (z, found) in probabilities.iter().zip(terms.sums(&probabilities)) {
                let exact = one_by_one(&terms, *z);
                // The logarithms of the other way are no better.
                prop_assert!((found / exact - 1.0).abs() < 1e-11, "{} {} {}", z, found, exact);
                prop_assert_eq!(found.to_bits(), terms.sum(*z).to_bits());
            }
        }
    }

    #[test]
    fn sums_match_closed_forms() {
        // Nobody leaves but for once in 1e300: the mean of the negative binomial law, shape z / (1 - z).
        for shape in [0.3, 1.0, 40.0, 9_000.0] {
            let terms = Terms {
                shape,
                stays: 1.0,
                leaves: 1e-300,
            };
            let probabilities = [0.0, 1e-9, 0.1, 0.5, 0.9];
            for (z, found) in probabilities.iter().zip(terms.sums(&probabilities)) {
                let exact = shape * z / (1.0 - z);
                assert!(
                    (found - exact).abs() <= 1e-13 * exact,
                    "{shape} {z}: {found} {exact}"
                );
            }
        }
    }
}
