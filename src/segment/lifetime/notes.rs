//! The table `models`: what is used, how well it fits, what speaks against it.

use polars::prelude::*;

use super::GAMMA_GAMMA;
use crate::math::MathError;
use crate::math::purchases::{Fit, GammaGamma};
use crate::schema::models;
use crate::segment::choice::{Choice, Dependence, Fitted, Forecaster};
use crate::segment::forecast::Spending;

/// The rows of the table `models`.
#[derive(Default)]
pub(super) struct Notes {
    rows: Vec<Note>,
}

/// One figure of a model.
struct Note {
    model: String,
    figure: String,
    value: Option<f64>,
    standard_error: Option<f64>,
    is_used: bool,
}

impl Notes {
    fn add(
        &mut self,
        model: &str,
        figure: &str,
        value: Option<f64>,
        standard_error: Option<f64>,
        is_used: bool,
    ) {
        self.rows.push(Note {
            model: model.into(),
            figure: figure.into(),
            value,
            standard_error,
            is_used,
        });
    }

    fn absent(&mut self, reason: &str) {
        self.add("none", reason, None, None, false);
    }

    fn figure(&mut self, model: &str, figure: &str, value: Option<f64>) {
        self.add(model, figure, value, None, false);
    }

    /// Tells what is used, what speaks against it, and every fit.
    pub(super) fn choice(&mut self, choice: &Choice) {
        let used = choice.model_name();
        if used.is_none() {
            self.absent(choice.reason);
        }
        if let Some(Forecaster::Simple(simple)) = &choice.forecaster {
            self.add(simple.name(), choice.reason, None, None, true);
        }
        for warning in &choice.warnings {
            self.figure(warning.model, warning.figure, warning.value);
        }
        for (name, fit) in &choice.fits {
            if let Ok(fit) = fit {
                self.fit(name, fit, used == Some(*name));
            }
        }
    }

    fn fit(&mut self, name: &str, fit: &Fitted, is_used: bool) {
        let errors = fit.standard_errors.as_deref();
        self.parameters(name, &fit.model.parameters(), errors, is_used);
        self.quality(name, fit.log_likelihood, fit.gradient_norm, is_used);
        if fit.log_likelihood_of_days != fit.log_likelihood {
            let found = Some(fit.log_likelihood_of_days);
            self.add(name, "log_likelihood_of_days", found, None, is_used);
        }
    }

    /// Tells what the spend rests on: Gamma-Gamma, or what stands in for it and why; and how much of it does not come back.
    pub(super) fn spending(&mut self, spending: &Spending, kept_share: f64) {
        const STAND_IN: &str = "mean spend";
        self.dependence(&spending.dependence);
        self.spend_fit(&spending.fit, spending.fallback.is_none());
        let mut used = GAMMA_GAMMA;
        if let Some(reason) = spending.fallback {
            used = STAND_IN;
            self.add(STAND_IN, reason, None, None, true);
            if let Some([mean, deviation]) = spending.observed() {
                self.add(STAND_IN, "mean_minor", Some(mean), None, true);
                let figure = "standard_deviation_minor";
                self.add(STAND_IN, figure, Some(deviation), None, true);
            }
        }
        self.add(used, "kept_sales_share", Some(kept_share), None, true);
    }

    fn dependence(&mut self, found: &Dependence) {
        let model = GAMMA_GAMMA;
        self.figure(model, "spend_frequency_correlation", found.correlation);
        self.figure(model, "spend_frequency_p_value", found.p_value);
        if found.is_notable() {
            self.figure(model, "spend_depends_on_frequency", found.correlation);
        }
    }

    fn spend_fit(&mut self, fit: &Result<Fit<GammaGamma>, MathError>, is_used: bool) {
        let name = GAMMA_GAMMA;
        let fit = match fit {
            Ok(fit) => fit,
            Err(MathError::TooFewCustomers { found, .. }) => {
                return self.figure(name, "too_few_repeaters", Some(*found as f64));
            }
            Err(_) => return self.figure(name, "not_converged", None),
        };
        let model = &fit.params;
        if model.q <= 1.0 {
            self.figure(name, "infinite_mean", Some(model.q));
        }
        if fit.at_boundary {
            self.figure(name, "boundary_solution", Some(fit.gradient_norm));
        }
        let parameters = [("p", model.p), ("q", model.q), ("gamma", model.gamma)];
        self.parameters(name, &parameters, fit.standard_errors.as_deref(), is_used);
        self.quality(name, fit.log_likelihood, fit.gradient_norm, is_used);
    }

    fn parameters(
        &mut self,
        model: &str,
        parameters: &[(&str, f64)],
        errors: Option<&[f64]>,
        is_used: bool,
    ) {
        for (place, (name, value)) in parameters.iter().enumerate() {
            let error = errors.and_then(|errors| errors.get(place).copied());
            self.add(model, name, Some(*value), error, is_used);
        }
    }

    fn quality(&mut self, model: &str, log_likelihood: f64, gradient_norm: f64, is_used: bool) {
        for (figure, value) in [
            ("log_likelihood", log_likelihood),
            ("gradient_norm", gradient_norm),
        ] {
            self.add(model, figure, Some(value), None, is_used);
        }
    }

    pub(super) fn frame(&self) -> PolarsResult<DataFrame> {
        let rows = &self.rows;
        let position: Vec<i64> = (1..).take(rows.len()).collect();
        DataFrame::new(
            rows.len(),
            vec![
                Column::new(
                    models::MODEL.small_name(),
                    rows.iter()
                        .map(|row| row.model.as_str())
                        .collect::<Vec<_>>(),
                ),
                Column::new(models::POSITION.small_name(), position),
                Column::new(
                    models::FIGURE.small_name(),
                    rows.iter()
                        .map(|row| row.figure.as_str())
                        .collect::<Vec<_>>(),
                ),
                Column::new(
                    models::VALUE.small_name(),
                    rows.iter().map(|row| row.value).collect::<Vec<_>>(),
                ),
                Column::new(
                    models::STANDARD_ERROR.small_name(),
                    rows.iter()
                        .map(|row| row.standard_error)
                        .collect::<Vec<_>>(),
                ),
                Column::new(
                    models::IS_USED.small_name(),
                    rows.iter().map(|row| row.is_used).collect::<Vec<_>>(),
                ),
            ],
        )
    }
}
