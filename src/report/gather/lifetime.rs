//! What persons are worth over their lifetimes, and the model that says so.

use polars::prelude::*;

use super::Input;
use super::columns::{dates, floats, texts};
use super::value::Values;
use crate::report::figures::{HistogramBin, LifetimeFigures, Parameter, TrackingWeek};
use crate::schema::{models, tracking_weeks};

/// Bars of the histogram of values, the open one at the end included.
const BARS: usize = 12;

impl Values {
    pub(super) fn lifetime(&self, input: &Input) -> PolarsResult<Option<LifetimeFigures>> {
        let fitted = Fitted::read(input)?;
        let Some(model) = fitted
            .purchase_model()
            .filter(|_| !self.is_lifetime_withheld)
        else {
            return Ok(None);
        };
        let tracking = input.tracking_weeks.clone().collect()?;
        let weeks = dates(&tracking, tracking_weeks::WEEK.name)?;
        let actual = floats(&tracking, tracking_weeks::ACTUAL_COUNT.name)?;
        let expected = floats(&tracking, tracking_weeks::EXPECTED_COUNT.name)?;
        let held_out = tracking.column(tracking_weeks::IS_HOLDOUT.name)?.bool()?;
        let first_held_out = held_out
            .iter()
            .position(|is_held_out| is_held_out == Some(true));
        Ok(Some(LifetimeFigures {
            parameters: fitted.parameters(
                &model,
                &["r", "alpha", "a", "b", "s", "beta", "gamma", "delta"],
            ),
            log_likelihood: fitted.value(&model, "log_likelihood").unwrap_or(f64::NAN),
            spend_parameters: fitted.parameters("Gamma-Gamma", &["p", "q", "gamma"]),
            spend_frequency_correlation: fitted.value("Gamma-Gamma", "spend_frequency_correlation"),
            model,
            total_minor: self.lifetime_total.unwrap_or(0),
            alive_count: (!self.is_churn_withheld)
                .then(|| self.alive.iter().filter(|prob| **prob >= 0.5).count() as u64),
            histogram: histogram(&self.ltv, self.smallest),
            holdout_from: first_held_out.map(|place| weeks[place].clone()),
            tracking: weeks
                .into_iter()
                .zip(actual)
                .zip(expected)
                .map(|((week, actual), expected)| TrackingWeek {
                    week,
                    actual_count: actual.unwrap_or(0.0),
                    expected_count: expected.unwrap_or(0.0),
                })
                .collect(),
        }))
    }
}

/// Returns bars of one round width; the last one is open and takes the largest values. Bars of fewer persons than may be
/// shown are merged into the one below.
fn histogram(values: &[i64], smallest: u64) -> Vec<HistogramBin> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let (Some(&largest), Some(&high)) = (sorted.last(), sorted.get(sorted.len() * 95 / 100)) else {
        return Vec::new();
    };
    let width = round_up(high.max(1) as f64 / (BARS - 1) as f64);
    let mut bins: Vec<HistogramBin> = (0..BARS as i64)
        .map(|place| HistogramBin {
            lower_minor: place * width,
            upper_minor: (place + 1) * width,
            person_count: 0,
        })
        .collect();
    for value in sorted {
        let place = (value.max(0) / width).min(BARS as i64 - 1) as usize;
        bins[place].person_count += 1;
    }
    let open_end = round_up(largest.max(1) as f64);
    for place in (0..bins.len()).rev() {
        let is_small = bins[place].person_count < smallest;
        let is_last = place + 1 == bins.len();
        if place > 0 && is_small && (is_last || bins[place].person_count > 0) {
            let merged = bins.remove(place);
            bins[place - 1].person_count += merged.person_count;
            bins[place - 1].upper_minor = merged.upper_minor;
        }
    }
    if let Some(last) = bins.last_mut() {
        last.upper_minor = last.upper_minor.max(open_end);
    }
    bins.retain(|bin| bin.person_count == 0 || bin.person_count >= smallest);
    bins
}

/// Returns the next number of the form 1, 2 or 5 times a power of ten.
fn round_up(value: f64) -> i64 {
    let power = 10f64.powf(value.max(1.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|step| step * power >= value)
        .unwrap_or(10.0);
    (step * power) as i64
}

/// The rows of the table `models`.
struct Fitted {
    rows: Vec<Figure>,
}

struct Figure {
    model: String,
    name: String,
    value: Option<f64>,
    standard_error: Option<f64>,
    is_used: bool,
}

impl Fitted {
    fn read(input: &Input) -> PolarsResult<Self> {
        let frame = input.models.clone().collect()?;
        let model = texts(&frame, models::MODEL.name)?;
        let name = texts(&frame, models::FIGURE.name)?;
        let value = floats(&frame, models::VALUE.name)?;
        let error = floats(&frame, models::STANDARD_ERROR.name)?;
        let is_used = frame.column(models::IS_USED.name)?.bool()?;
        let rows = (0..frame.height()).map(|row| Figure {
            model: model[row].clone(),
            name: name[row].clone(),
            value: value[row],
            standard_error: error[row],
            is_used: is_used.get(row).unwrap_or(false),
        });
        Ok(Self {
            rows: rows.collect(),
        })
    }

    fn purchase_model(&self) -> Option<String> {
        let mut used = self
            .rows
            .iter()
            .filter(|row| row.is_used && (row.model.ends_with("NBD") || row.model == "BG/BB"));
        used.next().map(|row| row.model.clone())
    }

    fn find(&self, model: &str, name: &str) -> Option<&Figure> {
        self.rows
            .iter()
            .find(|row| row.model == model && row.name == name)
    }

    fn value(&self, model: &str, name: &str) -> Option<f64> {
        self.find(model, name).and_then(|row| row.value)
    }

    fn parameters(&self, model: &str, names: &[&str]) -> Vec<Parameter> {
        let parameter = |row: &Figure| {
            Some(Parameter {
                name: row.name.clone(),
                value: row.value?,
                standard_error: row.standard_error,
            })
        };
        names
            .iter()
            .filter_map(|name| self.find(model, name))
            .filter_map(parameter)
            .collect()
    }
}

/// Returns the key of the reason why there is no purchase model.
pub(super) fn absent_reason(input: &Input) -> PolarsResult<Option<String>> {
    let fitted = Fitted::read(input)?;
    let reason = fitted
        .rows
        .iter()
        .find(|row| row.model == "none")
        .map(|row| row.name.clone());
    Ok(reason.or_else(|| fitted.rows.is_empty().then(|| "no_orders".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_round_and_hold_everybody() {
        let values: Vec<i64> = (0..1000)
            .map(|person| person * 37)
            .chain([1_000_000])
            .collect();
        let bins = histogram(&values, 5);
        assert_eq!(bins.iter().map(|bin| bin.person_count).sum::<u64>(), 1001);
        assert_eq!(bins[0].upper_minor, 5000);
        assert_eq!(bins[bins.len() - 1].upper_minor, 1_000_000);
        assert!(histogram(&[], 5).is_empty());
        assert!(
            bins.iter()
                .all(|bin| bin.person_count == 0 || bin.person_count >= 5)
        );
        assert!(histogram(&[100, 200], 5).is_empty());
    }

    #[test]
    fn round_numbers_are_one_two_or_five() {
        assert_eq!(
            [
                round_up(0.2),
                round_up(3.0),
                round_up(51.0),
                round_up(2000.0)
            ],
            [1, 5, 100, 2000]
        );
    }
}
