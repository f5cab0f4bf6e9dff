//! MBG/NBD: the customer may leave after every purchase, the first included.

use super::beta_geometric::BetaGeometric;
use super::{Fit, PurchaseModel, PurchaseSummary};
use crate::math::{MathError, positive};

/// The MBG/NBD model of Batislam, Denizel and Filiztekin (2007).
///
/// Unlike BG/NBD it lets one-time buyers leave, which is what most of a shop's one-time buyers did.
///
/// Rates of purchase are gamma (shape `r`, rate `alpha` in units of time), chances of leaving are beta (`a`, `b`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MbgNbd {
    /// Shape of the purchase rates.
    pub r: f64,
    /// Rate parameter of the purchase rates, in the unit of time of the summaries.
    pub alpha: f64,
    /// First shape of the chances of leaving; forecasts of a lifetime are finite only above 1.
    pub a: f64,
    /// Second shape of the chances of leaving.
    pub b: f64,
}

impl MbgNbd {
    /// Returns the model of these parameters.
    ///
    /// # Errors
    /// Names a parameter that is not finite and above zero.
    pub fn new(r: f64, alpha: f64, a: f64, b: f64) -> Result<Self, MathError> {
        Ok(Self {
            r: positive("r", r)?,
            alpha: positive("alpha", alpha)?,
            a: positive("a", a)?,
            b: positive("b", b)?,
        })
    }

    fn shared(&self) -> BetaGeometric {
        BetaGeometric {
            r: self.r,
            alpha: self.alpha,
            a: self.a,
            b: self.b,
            leaves_at_once: true,
        }
    }
}

// Likelihood and expectations of the paper, which BG/NBD's become with one more chance to leave.
impl PurchaseModel for MbgNbd {
    const PARAMETER_NAMES: &'static [&'static str] = &["r", "alpha", "a", "b"];

    fn fit_near(
        customers: &[PurchaseSummary],
        near: Option<&Self>,
    ) -> Result<Fit<Self>, MathError> {
        let near = near.map(Self::shared);
        BetaGeometric::fit(customers, near, true, |fitted| Self {
            r: fitted.r,
            alpha: fitted.alpha,
            a: fitted.a,
            b: fitted.b,
        })
    }

    fn log_likelihood(&self, customer: &PurchaseSummary) -> f64 {
        self.shared().log_likelihood(customer)
    }

    fn alive_prob(&self, customer: &PurchaseSummary) -> f64 {
        self.shared().alive_prob(customer)
    }

    fn expected_purchases_if_alive(&self, t: f64, repeat_count: f64, customer_age: f64) -> f64 {
        self.shared()
            .expected_if_alive(t, repeat_count, customer_age)
    }

    fn expected_purchases_if_alive_each(
        &self,
        times: &[f64],
        repeat_count: f64,
        ages: &[f64],
    ) -> Vec<f64> {
        self.shared()
            .expected_if_alive_each(times, repeat_count, ages)
    }
}
