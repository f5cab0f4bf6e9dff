//! What a purchase day of each person is expected to come to.

use crate::math::MathError;
use crate::math::matrix::Square;
use crate::math::purchases::predictive::{ObservedSpend, SpendLaw};
use crate::math::purchases::{Fit, GammaGamma, PurchaseSummary, SpendSummary};
use crate::segment::choice::Dependence;

/// The law of the spend and what of it is each person's own.
pub(in crate::segment) struct Spending {
    pub law: SpendLaw,
    /// Covariance of the logarithms of the law's parameters; `None` where there is none to speak of.
    pub log_covariance: Option<Square>,
    pub persons: Vec<PersonSpend>,
    /// 1, or nil where nobody ever spent anything.
    pub unit: f64,
    /// The fitted Gamma-Gamma, used or not.
    pub fit: Result<Fit<GammaGamma>, MathError>,
    /// Why the mean spend stands in for Gamma-Gamma, where it does.
    pub fallback: Option<&'static str>,
    /// How mean spend goes with the number of purchases, which Gamma-Gamma takes for independent.
    pub dependence: Dependence,
}

/// What is known of one person's spend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::segment) struct PersonSpend {
    /// Purchases whose spend is known.
    pub evidence: f64,
    /// Scale of the law, in minor units.
    pub scale: f64,
    /// Expected spend of one purchase day, in minor units.
    pub expected: f64,
}

impl Spending {
    /// Returns the spend by Gamma-Gamma; where spend goes with frequency, by each repeat buyer's own mean and for others the mean
    /// of these; where Gamma-Gamma has no mean or cannot be fitted, the mean of all repeat purchases for everybody.
    ///
    /// A mean spend that is not above zero tells nothing of what will be spent: its person is as one of whom no spend is
    /// known. Where own means count, each is spread as the means of customers are around theirs.
    pub(in crate::segment) fn of(
        summaries: &[PurchaseSummary],
        mean_spends: &[Option<f64>],
    ) -> Self {
        let repeaters: Vec<(f64, f64)> = summaries
            .iter()
            .zip(mean_spends)
            .filter_map(|(summary, mean)| Some((summary.repeat_count, known(*mean)?)))
            .filter(|(count, _)| *count > 0.0)
            .collect();
        let rows: Vec<SpendSummary> = repeaters
            .iter()
            .filter_map(|(count, mean)| SpendSummary::new(*count, *mean).ok())
            .collect();
        let (counts, means): (Vec<f64>, Vec<f64>) = repeaters.iter().copied().unzip();
        let dependence = Dependence::of(&means, &counts);
        let keeps_own = dependence.forbids_gamma_gamma();
        let fit = GammaGamma::fit(&rows);
        let fallback = fallback(&dependence, &fit);
        let (law, log_covariance) = match &fit {
            Ok(fit) if fallback.is_none() => (
                Some(SpendLaw::GammaGamma(fit.params)),
                fit.log_covariance.clone(),
            ),
            _ => {
                let observed: Vec<(f64, f64)> = match keeps_own {
                    // The mean of a buyer, not of a purchase: who buys often spends otherwise.
                    true => means.iter().map(|mean| (1.0, *mean)).collect(),
                    false => repeaters,
                };
                let observed = ObservedSpend::new(&observed).ok();
                (observed.map(SpendLaw::Observed), None)
            }
        };
        let unit = if law.is_some() { 1.0 } else { 0.0 };
        let law = law.unwrap_or(SpendLaw::Observed(ObservedSpend::nothing()));
        let persons = summaries
            .iter()
            .zip(mean_spends)
            .map(|(summary, mean)| {
                let (evidence, mean) = match known(*mean) {
                    Some(mean) => (summary.repeat_count, mean),
                    None => (0.0, 0.0),
                };
                let scale = match keeps_own && evidence > 0.0 {
                    true => mean,
                    false => law.scale(evidence, mean),
                };
                PersonSpend {
                    evidence,
                    scale,
                    expected: unit * scale * law.mean(evidence),
                }
            })
            .collect();
        Self {
            law,
            log_covariance,
            persons,
            unit,
            fit,
            fallback,
            dependence,
        }
    }

    /// Returns mean and standard deviation of the spend that stands in for Gamma-Gamma, where one does.
    pub(in crate::segment) fn observed(&self) -> Option<[f64; 2]> {
        match &self.law {
            SpendLaw::Observed(observed) if self.unit > 0.0 => {
                Some([observed.mean(), observed.standard_deviation()])
            }
            _ => None,
        }
    }
}

/// Returns a mean spend that tells something.
fn known(mean: Option<f64>) -> Option<f64> {
    mean.filter(|mean| mean.is_finite() && *mean > 0.0)
}

/// Returns why Gamma-Gamma cannot be used, where it cannot.
fn fallback(
    dependence: &Dependence,
    fit: &Result<Fit<GammaGamma>, MathError>,
) -> Option<&'static str> {
    match fit {
        _ if dependence.forbids_gamma_gamma() => Some("spend_depends_on_frequency"),
        Ok(fit) if fit.params.q > 1.0 => None,
        Ok(_) => Some("infinite_mean"),
        Err(MathError::TooFewCustomers { .. }) => Some("too_few_repeaters"),
        Err(_) => Some("not_converged"),
    }
}
