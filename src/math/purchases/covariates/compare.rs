//! Do signals tell more of the purchases than the purchases tell by themselves?

use super::design::{Design, Dropped};
use super::resampling::permutation_p_value;
use super::{Covariate, CovariateFit, Fitter, Leaving, starts};
use crate::math::MathError;
use crate::math::purchases::PurchaseSummary;
use crate::math::special::{gamma_upper, normal_cdf};

/// Log-units by which a fit must be higher to be another optimum.
const HIGHER: f64 = 1e-6;

/// Twice the difference of the log-likelihoods of two models, one within the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikelihoodRatio {
    /// The difference itself: with the signals less without, never below nil.
    pub log_likelihood_change: f64,
    /// Twice that.
    pub statistic: f64,
    /// Effects under test.
    pub degrees: usize,
    /// Tail of the chi-squared law: right for many customers, too small for few.
    pub p_value: f64,
}

impl LikelihoodRatio {
    fn new(log_likelihood_change: f64, degrees: usize) -> Self {
        let change = log_likelihood_change.max(0.0);
        let p_value = match degrees {
            0 => 1.0,
            _ => gamma_upper(0.5 * degrees as f64, change),
        };
        Self {
            log_likelihood_change: change,
            statistic: 2.0 * change,
            degrees,
            p_value,
        }
    }
}

/// The effect of one covariate on one of the two processes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// On the logarithm of the purchase rate, or on the log-odds of leaving, per standard deviation.
    pub value: f64,
    /// Standard error from the Hessian; `None` where the likelihood is flat.
    pub standard_error: Option<f64>,
    /// Wald's two-sided p-value.
    pub p_value: Option<f64>,
    /// The same after Holm (1979), over all effects under test; `None` for classes.
    pub holm_p_value: Option<f64>,
}

impl Effect {
    /// Returns the change of the rate, or of the odds, per standard deviation, as a share.
    pub fn change(&self) -> f64 {
        self.value.exp_m1()
    }

    /// Returns the effect in standard errors.
    pub fn z(&self) -> Option<f64> {
        self.standard_error
            .filter(|error| *error > 0.0)
            .map(|error| self.value / error)
    }
}

/// The models without and with the signals.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The columns of both; the model without the signals reads the first of them only.
    pub design: Design,
    /// The model with the classes alone.
    pub base: CovariateFit,
    /// The model with classes and signals.
    pub full: CovariateFit,
    /// Effects on the purchase rate, in the order of [`Design::kept`].
    pub purchase: Vec<Effect>,
    /// Effects on the odds of leaving.
    pub dropout: Vec<Effect>,
    /// The test of all signals together.
    pub ratio: LikelihoodRatio,
    /// How often signals dealt out anew among the customers they are known of do as well, by the score statistic of the
    /// model without; 1 without signals.
    pub permutation_p_value: f64,
}

impl Comparison {
    /// Returns the signals and classes that stayed out.
    pub fn dropped(&self) -> &[Dropped] {
        self.design.dropped()
    }

    /// Whether the signals tell something by both tests, each at the given level.
    pub fn is_significant(&self, level: f64) -> bool {
        self.ratio.p_value < level && self.permutation_p_value < level
    }
}

/// Fits the model with `classes` alone and with `signals` too, and tests the signals.
///
/// *Likelihood ratio.* The model with signals starts from the one without, so that its likelihood is never lower. The
/// chi-squared law is too lenient for some hundred customers.
///
/// *Permutation.* `u_i`, the slopes of a customer's log-likelihood by the logarithms of rate and odds at the model without
/// signals, correlate with the signals when these tell something. The statistic is the squared correlation of the two sets,
/// summed over orthonormal bases of both; signals are dealt out anew `permutations` times among the customers they are known of,
/// whole rows at a time. No refit is needed, as the model without signals stays the same, and the p-value
/// `(1 + as high) / (1 + permutations)` is exact for any number of customers when signals are dealt out by chance.
///
/// Each customer counts once: weights must be 1.
///
/// # Errors
/// As [`super::fit`], and for a weight other than 1.
pub fn compare(
    customers: &[PurchaseSummary],
    classes: &[Covariate],
    signals: &[Covariate],
    leaving: Leaving,
    chance: Chance,
) -> Result<Comparison, MathError> {
    if let Some(customer) = customers.iter().find(|customer| customer.weight != 1.0) {
        return Err(MathError::OutOfDomain {
            name: "weight",
            value: customer.weight,
        });
    }
    let design = Design::new(customers.len(), classes, signals)?;
    let (base, full) = both(&Fitter::new(customers, &design, leaving)?)?;
    let (free, width) = (design.class_count(), design.kept().len());
    let ratio = LikelihoodRatio::new(
        full.log_likelihood - base.log_likelihood,
        2 * design.signal_count(),
    );
    let known = design.known();
    let scores: Vec<[f64; 2]> = known
        .iter()
        .map(|&customer| {
            base.model
                .scores(&customers[customer], design.row(customer))
        })
        .collect();
    let signal_rows: Vec<&[f64]> = known
        .iter()
        .map(|&customer| &design.row(customer)[free..width])
        .collect();
    let permutation_p_value =
        permutation_p_value(&scores, &signal_rows, chance.permutations, chance.seed);
    let mut purchase = effects(&full.model.purchase_effects, &full.purchase_errors);
    let mut dropout = effects(&full.model.dropout_effects, &full.dropout_errors);
    correct(purchase[free..].iter_mut().chain(&mut dropout[free..]));
    Ok(Comparison {
        base,
        full,
        purchase,
        dropout,
        ratio,
        permutation_p_value,
        design,
    })
}

/// How often signals are dealt out anew, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    /// Permutations.
    pub permutations: usize,
    /// Seed.
    pub seed: u64,
}

/// Fits the smaller and the larger model, each tried from where the other ended.
fn both(fitter: &Fitter<'_>) -> Result<(CovariateFit, CovariateFit), MathError> {
    let (free, width) = (fitter.design.class_count(), fitter.design.kept().len());
    let mut base = fitter.fit(free, &starts(free))?;
    if free == width {
        return Ok((base.clone(), base));
    }
    let mut tried = vec![base.widened(width)];
    tried.extend(starts(width).into_iter().take(1));
    let mut full = fitter.fit(width, &tried)?;
    // A base that stopped at a lower optimum would pass for a gain of the signals.
    let again = fitter.fit(free, &[full.narrowed(free)])?;
    if again.penalised() > base.penalised() + HIGHER {
        base = again;
        full = fitter.fit(width, &[base.widened(width), full.point.clone()])?;
    }
    Ok((base, full))
}

fn effects(values: &[f64], errors: &[Option<f64>]) -> Vec<Effect> {
    values
        .iter()
        .zip(errors)
        .map(|(value, error)| {
            let mut effect = Effect {
                value: *value,
                standard_error: *error,
                p_value: None,
                holm_p_value: None,
            };
            effect.p_value = effect
                .z()
                .map(|z| (2.0 * normal_cdf(-z.abs())).clamp(0.0, 1.0));
            effect
        })
        .collect()
}

/// Corrects the p-values of several tests by Holm's step-down method: the i-th smallest of m times m - i + 1.
fn correct<'e>(effects: impl Iterator<Item = &'e mut Effect>) {
    let mut tested: Vec<(f64, &mut Effect)> = effects
        .filter_map(|effect| {
            let p_value = effect.p_value?;
            Some((p_value, effect))
        })
        .collect();
    tested.sort_by(|left, right| left.0.total_cmp(&right.0));
    let count = tested.len();
    let mut highest = 0.0_f64;
    for (place, (p_value, effect)) in tested.into_iter().enumerate() {
        highest = highest.max((p_value * (count - place) as f64).min(1.0));
        effect.holm_p_value = Some(highest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_chi_squared_one() {
        // scipy.stats.chi2.sf(5.991464547, 2) and (18.307038053, 10).
        let close = |found: f64| (found - 0.05).abs() < 1e-9;
        assert!(close(
            LikelihoodRatio::new(2.995_732_273_553_991, 2).p_value
        ));
        assert!(close(
            LikelihoodRatio::new(9.153_519_026_587_57, 10).p_value
        ));
        assert_eq!(LikelihoodRatio::new(-1e-12, 4).statistic, 0.0);
        assert_eq!(LikelihoodRatio::new(0.0, 4).p_value, 1.0);
        assert_eq!(LikelihoodRatio::new(0.0, 0).p_value, 1.0);
    }

    #[test]
    fn holm_multiplies_the_smallest_the_most_and_never_turns_the_order() {
        let effect = |p_value| Effect {
            value: 1.0,
            standard_error: Some(1.0),
            p_value,
            holm_p_value: None,
        };
        let mut found = [Some(0.04), Some(0.01), None, Some(0.03), Some(0.5)].map(effect);
        correct(found.iter_mut());
        let expected = [Some(0.09), Some(0.04), None, Some(0.09), Some(0.5)];
        for (effect, expected) in found.iter().zip(expected) {
            assert_eq!(effect.holm_p_value.is_some(), expected.is_some());
            let found = effect.holm_p_value.unwrap_or(0.0);
            assert!((found - expected.unwrap_or(0.0)).abs() < 1e-12, "{found}");
        }
    }
}
