//! The tables `clusters` and `cluster_choices`.

use polars::prelude::*;

use super::{Choice, FEATURES};
use crate::report::Lang;
use crate::schema::{cluster_choices, clusters as found, person_values, person_voices};

/// Standard deviations from the mean of all buyers, from which on a feature tells a cluster apart.
const APART: f64 = 0.5;
/// Features named in a description at most.
const MOST_NAMED: usize = 3;

/// The buyers of one cluster.
pub(super) struct Group {
    /// Number that k-means gave it.
    pub label: usize,
    person_count: i64,
    speaking_count: i64,
    spend: i64,
    /// Sum of the 12-month values known.
    ltv: Option<i64>,
}

impl Group {
    fn mean_spend(&self) -> f64 {
        self.spend as f64 / self.person_count.max(1) as f64
    }

    /// Adds the buyers up by cluster; the highest mean spend comes first.
    pub(super) fn all(
        people: &DataFrame,
        buyers: &[usize],
        labels: &[usize],
        count: usize,
    ) -> PolarsResult<Vec<Self>> {
        let spend = people.column(person_values::SPEND_MINOR.name)?.i64()?;
        let ltv = people.column(person_values::LTV_MINOR.name)?.i64()?;
        let spoken = people
            .column(person_voices::RECENT_POST_COUNT.name)?
            .i64()?;
        let mut groups: Vec<Self> = (0..count)
            .map(|label| Self {
                label,
                person_count: 0,
                speaking_count: 0,
                spend: 0,
                ltv: None,
            })
            .collect();
        for (row, label) in buyers.iter().zip(labels) {
            let Some(group) = groups.get_mut(*label) else {
                continue;
            };
            group.person_count += 1;
            group.speaking_count += i64::from(spoken.get(*row).is_some_and(|posts| posts > 0));
            group.spend = group.spend.saturating_add(spend.get(*row).unwrap_or(0));
            if let Some(value) = ltv.get(*row) {
                group.ltv = Some(group.ltv.unwrap_or(0).saturating_add(value));
            }
        }
        groups.sort_by(|left, right| {
            right
                .mean_spend()
                .total_cmp(&left.mean_spend())
                .then(left.label.cmp(&right.label))
        });
        Ok(groups)
    }
}

/// Returns the table `clusters`; `means` are by the numbers of k-means, over the features `kept`.
pub(super) fn clusters(
    groups: &[Group],
    means: &[Vec<f64>],
    kept: &[usize],
    lang: Lang,
) -> PolarsResult<DataFrame> {
    let all: i64 = groups.iter().map(|group| group.person_count).sum();
    let wholes = |value: fn(&Group) -> i64| groups.iter().map(value).collect::<Vec<i64>>();
    let shares: Vec<f64> = groups
        .iter()
        .map(|group| group.person_count as f64 / all.max(1) as f64)
        .collect();
    let mut descriptions = Vec::with_capacity(groups.len());
    let mut features = ListStringChunkedBuilder::new(
        found::FEATURES.small_name(),
        groups.len(),
        groups.len() * FEATURES.len(),
    );
    for group in groups {
        let ranked = ranked(means.get(group.label).map_or(&[][..], Vec::as_slice), kept);
        descriptions.push(description(&ranked, lang));
        let told: Vec<String> = ranked
            .iter()
            .map(|(feature, mean)| format!("{}:{mean:+.2}", FEATURES[*feature].column.name))
            .collect();
        features.append_values_iter(told.iter().map(String::as_str));
    }
    let ltv: Vec<Option<i64>> = groups.iter().map(|group| group.ltv).collect();
    DataFrame::new(
        groups.len(),
        vec![
            Column::new(
                found::CLUSTER.small_name(),
                (1..=groups.len() as i64).collect::<Vec<i64>>(),
            ),
            Column::new(
                found::PERSON_COUNT.small_name(),
                wholes(|group| group.person_count),
            ),
            Column::new(found::PERSON_SHARE.small_name(), shares),
            Column::new(found::SPEND_MINOR.small_name(), wholes(|group| group.spend)),
            Column::new(found::LTV_MINOR.small_name(), ltv),
            Column::new(
                found::SPEAKING_COUNT.small_name(),
                wholes(|group| group.speaking_count),
            ),
            Column::new(found::DESCRIPTION.small_name(), descriptions),
            features.finish().into_column(),
        ],
    )
}

/// Returns features with their means, the farthest from the mean of all first.
fn ranked(means: &[f64], kept: &[usize]) -> Vec<(usize, f64)> {
    let mut ranked: Vec<(usize, f64)> = kept.iter().copied().zip(means.iter().copied()).collect();
    ranked.sort_by(|left, right| {
        right
            .1
            .abs()
            .total_cmp(&left.1.abs())
            .then(left.0.cmp(&right.0))
    });
    ranked
}

/// Says in words what tells a cluster apart.
fn description(ranked: &[(usize, f64)], lang: Lang) -> String {
    let named: Vec<&str> = ranked
        .iter()
        .filter(|(_, mean)| mean.abs() >= APART)
        .take(MOST_NAMED)
        .map(|(feature, mean)| {
            let feature = &FEATURES[*feature];
            let words = match *mean > 0.0 {
                true => &feature.more,
                false => &feature.less,
            };
            match lang {
                Lang::En => words.en,
                Lang::Ja => words.ja,
            }
        })
        .collect();
    match (lang, named.is_empty()) {
        (Lang::En, true) => "much like the average buyer".to_owned(),
        (Lang::En, false) => named.join(", "),
        (Lang::Ja, true) => "平均的なお客様".to_owned(),
        (Lang::Ja, false) => named.join("・"),
    }
}

/// Returns the table `cluster_choices`.
pub(super) fn choices(choices: &[Choice]) -> PolarsResult<DataFrame> {
    let smallest = |choice: &Choice| {
        let mut sizes = vec![0_usize; choice.count];
        for label in &choice.found.labels {
            sizes[*label] += 1;
        }
        let smallest = sizes.into_iter().min().unwrap_or(0);
        smallest as f64 / choice.found.labels.len().max(1) as f64
    };
    let counts: Vec<i64> = choices.iter().map(|choice| choice.count as i64).collect();
    let inertia: Vec<f64> = choices.iter().map(|choice| choice.found.inertia).collect();
    let silhouette: Vec<f64> = choices.iter().map(|choice| choice.silhouette).collect();
    let shares: Vec<f64> = choices.iter().map(smallest).collect();
    let chosen: Vec<bool> = choices
        .iter()
        .map(|choice| choice.reason.is_some())
        .collect();
    let reasons: Vec<Option<&str>> = choices.iter().map(|choice| choice.reason).collect();
    DataFrame::new(
        choices.len(),
        vec![
            Column::new(cluster_choices::CLUSTER_COUNT.small_name(), counts),
            Column::new(cluster_choices::INERTIA.small_name(), inertia),
            Column::new(cluster_choices::SILHOUETTE.small_name(), silhouette),
            Column::new(cluster_choices::SMALLEST_SHARE.small_name(), shares),
            Column::new(cluster_choices::IS_CHOSEN.small_name(), chosen),
            Column::new(cluster_choices::REASON.small_name(), reasons),
        ],
    )
}
