//! What a purchase day of each person is expected to come to.

use crate::math::MathError;
use crate::math::correlation::spearman;
use crate::math::matrix::Square;
use crate::math::purchases::predictive::{ObservedSpend, SpendLaw};
use crate::math::purchases::{Fit, GammaGamma, PurchaseSummary, SpendSummary};

/// The law of the spend and what of it is each person's own.
pub(in crate::segment) struct Spending {
    pub law: SpendLaw,
    /// Covariance of the logarithms of the law's parameters; `None` where there is none to speak of.
    pub log_covariance: Option<Square>,
    pub persons: Vec<PersonSpend>,
    /// 1, or nil where nobody ever spent anything.
    pub unit: f64,
    /// The fitted Gamma-Gamma, used or not.
    pub fit: Option<Fit<GammaGamma>>,
    /// Why the mean spend stands in for Gamma-Gamma, where it does.
    pub fallback: Option<&'static str>,
    /// Spearman's correlation of mean spend and number of purchases, which Gamma-Gamma takes to be nil.
    pub correlation: Option<f64>,
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
    /// Returns the spend by Gamma-Gamma, else by the mean of all repeat purchases for everybody.
    ///
    /// A mean spend that is not above zero tells nothing of what will be spent: its person is as one of whom no spend is
    /// known.
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
        let fitted = GammaGamma::fit(&rows);
        let (law, log_covariance, fallback) = match &fitted {
            Ok(fit) if fit.params.q > 1.0 => {
                let law = SpendLaw::GammaGamma(fit.params);
                (Some(law), fit.log_covariance.clone(), None)
            }
            found => {
                let observed = ObservedSpend::new(&repeaters).ok();
                (observed.map(SpendLaw::Observed), None, Some(reason(found)))
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
                let scale = law.scale(evidence, mean);
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
            fit: fitted.ok(),
            fallback,
            correlation: spearman(&means, &counts).ok().flatten(),
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

/// Returns why a fit cannot be used.
fn reason(fit: &Result<Fit<GammaGamma>, MathError>) -> &'static str {
    match fit {
        Ok(_) => "infinite_mean_spend",
        Err(MathError::TooFewCustomers { .. }) => "too_few_spends",
        Err(_) => "spend_not_converged",
    }
}
