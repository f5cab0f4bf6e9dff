//! What buyers are compared by.

use polars::prelude::*;

use super::{MOST_COMPARED, Scaled};
use crate::math::clustering::Points;
use crate::schema::{Column as Owned, person_values, person_voices};

/// Standard deviation below which a feature is the same for everybody.
const NO_SPREAD: f64 = 1e-9;
/// Standard deviations that a buyer outside of the sample counts at most.
const FARTHEST: f64 = 1e3;

/// A feature and how a cluster is called that has more or less of it.
pub(super) struct Feature {
    pub column: Owned,
    is_logarithm: bool,
    pub more: Words,
    pub less: Words,
}

/// The same in both languages of reports.
pub(super) struct Words {
    pub ja: &'static str,
    pub en: &'static str,
}

const fn feature(column: Owned, is_logarithm: bool, more: Words, less: Words) -> Feature {
    Feature {
        column,
        is_logarithm,
        more,
        less,
    }
}

const fn words(ja: &'static str, en: &'static str) -> Words {
    Words { ja, en }
}

/// All features; what is unknown of a buyer counts as 0.
pub(super) static FEATURES: [Feature; 7] = [
    feature(
        person_values::PURCHASE_DAY_COUNT,
        true,
        words("購入回数が多い", "buy often"),
        words("購入回数が少ない", "buy seldom"),
    ),
    feature(
        person_values::SPEND_MINOR,
        true,
        words("購入金額が大きい", "spend much"),
        words("購入金額が小さい", "spend little"),
    ),
    feature(
        person_values::DAYS_SINCE_LAST_PURCHASE,
        true,
        words("しばらくご購入がない", "have not bought for long"),
        words("最近ご購入がある", "bought lately"),
    ),
    feature(
        person_values::CUSTOMER_AGE_DAYS,
        true,
        words("お付き合いが長い", "have been customers for long"),
        words("お付き合いが始まったばかり", "are new customers"),
    ),
    feature(
        person_voices::RECENT_POST_COUNT,
        true,
        words("よく発言する", "speak much"),
        words("あまり発言しない", "hardly speak"),
    ),
    feature(
        person_voices::RECENT_SENTIMENT_MEAN,
        false,
        words("好意的な発言が多い", "speak well"),
        words("不満の発言が多い", "speak ill"),
    ),
    feature(
        person_voices::FOLLOWER_COUNT,
        true,
        words("フォロワーが多い", "have many followers"),
        words("フォロワーが少ない", "have few followers"),
    ),
];

/// The features of the buyers.
pub(super) struct Features {
    /// Rows of the buyers among the persons.
    pub buyers: Vec<usize>,
    columns: Vec<Vec<f64>>,
}

impl Features {
    /// Reads the features of whoever has bought; `None` where nobody has.
    pub(super) fn read(people: &DataFrame) -> PolarsResult<Option<Self>> {
        let has_bought = people
            .column(person_values::ORDER_COUNT.name)?
            .is_not_null();
        let buyers: Vec<usize> = has_bought
            .iter()
            .enumerate()
            .filter(|(_, has_bought)| *has_bought == Some(true))
            .map(|(row, _)| row)
            .collect();
        if buyers.is_empty() {
            return Ok(None);
        }
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(FEATURES.len());
        for feature in &FEATURES {
            let found = people
                .column(feature.column.name)?
                .cast(&DataType::Float64)?;
            let found = found.f64()?;
            let value = |row: &usize| {
                let value = found.get(*row).filter(|value| value.is_finite());
                let value = value.unwrap_or_default();
                match feature.is_logarithm {
                    true => libm::log1p(value.max(0.0)),
                    false => value,
                }
            };
            columns.push(buyers.iter().map(value).collect());
        }
        Ok(Some(Self { buyers, columns }))
    }

    /// Scales the features by those of a sample of the buyers, given by their places; `None` where no feature differs.
    pub(super) fn scaled(&self, sample: &[usize]) -> Option<Scaled> {
        let mut kept = Vec::new();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for (place, column) in self.columns.iter().enumerate() {
            let size = sample.len() as f64;
            let mean = sample.iter().map(|buyer| column[*buyer]).sum::<f64>() / size;
            let squares = sample.iter().map(|buyer| {
                let off = column[*buyer] - mean;
                off * off
            });
            let deviation = (squares.sum::<f64>() / size).sqrt();
            if deviation.is_nan() || deviation < NO_SPREAD {
                continue;
            }
            kept.push(place);
            let scaled = column
                .iter()
                .map(|value| ((value - mean) / deviation).clamp(-FARTHEST, FARTHEST));
            columns.push(scaled.collect());
        }
        if kept.is_empty() {
            return None;
        }
        let points = |buyers: &[usize]| {
            let values = buyers
                .iter()
                .flat_map(|buyer| columns.iter().map(move |column| column[*buyer]))
                .collect();
            Points::new(columns.len(), values).ok()
        };
        let compared = points(&sample[..sample.len().min(MOST_COMPARED)])?;
        let all = points(sample)?;
        Some(Scaled {
            kept,
            columns,
            sample: all,
            compared,
        })
    }
}
