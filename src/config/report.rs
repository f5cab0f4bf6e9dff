//! Settings of the report: what is written, and the goals it is held against.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Config, SegmentConfig};
use crate::as_of::AsOf;
use crate::error::{Error, Result, nearest};
use crate::report::figures::{KpiKind, KpiUnit, PeriodKind};
use crate::report::findings::Section;
use crate::report::periods::Periods;

/// What a report consists of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportConfig {
    /// Files that are written.
    pub outputs: Vec<Output>,
    /// Sections of the page and of the Markdown; all when empty.
    pub sections: Vec<Section>,
    /// Who answers complaints, by source or platform; `*` for all others.
    pub assignees: BTreeMap<String, String>,
    /// What is reported: `segment.period_days` days, or a day, week or month of the calendar.
    pub period: PeriodKind,
    /// Day whose period is compared with in place of the one before; empty for that.
    pub compare: String,
    /// Month that fiscal years begin with, 1..12.
    pub fiscal_year_start: u32,
    /// Folder with a logo, a style and pages of the shop's own, relative to the workspace; empty for none.
    pub template: String,
}

impl ReportConfig {
    /// Returns the day whose period is compared with, where one is asked for.
    fn compare_day(&self) -> Result<Option<Date>> {
        let value = self.compare.trim();
        if value.is_empty() {
            return Ok(None);
        }
        value
            .parse::<Date>()
            .map(Some)
            .map_err(|_| Error::BadSetting {
                key: "report.compare".to_owned(),
                value: self.compare.clone(),
                expected: "a date such as `2025-09-30`, or empty".to_owned(),
            })
    }

    /// Checks the settings that have a range.
    pub(super) fn check(&self) -> Result<()> {
        self.compare_day()?;
        if !(1..=12).contains(&self.fiscal_year_start) {
            return Err(Error::BadSetting {
                key: "report.fiscal_year_start".to_owned(),
                value: self.fiscal_year_start.to_string(),
                expected: "a month from 1 to 12".to_owned(),
            });
        }
        Ok(())
    }
}

impl Config {
    /// Returns the periods that a report of this moment tells of.
    ///
    /// # Errors
    /// [`Error::BadSetting`] when `report.compare` is no date, or none before the reported period.
    pub fn periods(&self, as_of: &AsOf) -> Result<Periods> {
        Periods::new(
            self.report.period,
            self.segment.period_days,
            as_of.last_day(),
            self.report.compare_day()?,
        )
    }

    /// Returns the settings of the segments as the report wants them: compared with what they were as long ago as the period that
    /// the report compares with lies back.
    ///
    /// # Errors
    /// Those of [`Config::periods`].
    pub fn segment_at(&self, as_of: &AsOf) -> Result<SegmentConfig> {
        let days = self.periods(as_of)?.days_back();
        Ok(SegmentConfig {
            period_days: days.max(1).unsigned_abs(),
            ..self.segment.clone()
        })
    }
}

/// A file or folder of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// `report.html`
    Html,
    /// `desk.html`, `desk.csv` and `desk.complaints.csv`, with names.
    Desk,
    /// `charts/*.svg`, `*.png` and `*.csv`
    Charts,
    /// `report.xlsx`
    Xlsx,
    /// `report.md`
    Markdown,
    /// `report.json`
    Json,
    /// `summary.txt`
    Summary,
}

/// Other names people have for the numbers, for the hint of an error.
const OTHER_NAMES: [(&str, KpiKind); 12] = [
    ("revenue", KpiKind::Sales),
    ("customers", KpiKind::Buyers),
    ("new_customers", KpiKind::NewBuyers),
    ("repeat", KpiKind::RepeatRate),
    ("aov", KpiKind::AverageOrder),
    ("order_value", KpiKind::AverageOrder),
    ("churn", KpiKind::ChurnRate),
    ("ltv", KpiKind::LifetimeValue),
    ("cpo", KpiKind::CostPerOrder),
    ("response", KpiKind::ResponseTime),
    ("first_response", KpiKind::ResponseTime),
    ("sla", KpiKind::WithinTarget),
];

/// Checks that a goal is one of a number of the report.
///
/// # Errors
/// [`Error::UnknownSetting`] with the name that may be meant.
pub(super) fn known_target(name: &str, origin: &str) -> Result<()> {
    if KpiKind::of_key(name).is_some() {
        return Ok(());
    }
    let lower = name.to_lowercase();
    let other = OTHER_NAMES
        .iter()
        .find(|(other, _)| *other == lower)
        .map(|(_, kind)| kind.key().to_owned());
    let near = other.or_else(|| nearest(&lower, KpiKind::ALL.iter().map(|kind| kind.key())));
    Err(Error::UnknownSetting {
        key: format!("targets.{name}"),
        origin: origin.to_owned(),
        nearest: near.map(|near| format!("targets.{near}")),
    })
}

/// Checks that every goal is one that its number can have.
pub(super) fn check_targets(targets: &BTreeMap<String, f64>) -> Result<()> {
    for (name, value) in targets {
        let Some(kind) = KpiKind::of_key(name) else {
            return known_target(name, "the settings");
        };
        let (is_possible, expected) = match kind.unit() {
            KpiUnit::Money => (*value > 0.0, "an amount above 0, in units of the currency"),
            KpiUnit::Persons | KpiUnit::Posts => (*value > 0.0, "a number above 0"),
            KpiUnit::Minutes => (*value > 0.0, "business minutes above 0"),
            KpiUnit::Share => (
                (0.0..=1.0).contains(value),
                "a share between 0 and 1, e.g. 0.4 for 40%",
            ),
            KpiUnit::Score => ((-1.0..=1.0).contains(value), "a number from -1 to 1"),
        };
        if !is_possible || !value.is_finite() {
            return Err(Error::BadSetting {
                key: format!("targets.{name}"),
                value: value.to_string(),
                expected: expected.to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Override;
    use crate::config::tests::parse;

    #[test]
    fn goals_are_read_whole_or_with_decimals() {
        let config = parse("[targets]\nsales = 1000000\nrepeat_rate = 0.4\n").expect("goals");
        assert_eq!(config.targets["sales"], 1_000_000.0);
        assert_eq!(config.targets["repeat_rate"], 0.4);
        let again = parse(&config.to_toml()).expect("what is shown can be read back");
        assert_eq!(again, config);
        let overrides = [Override {
            key: "targets.buyers".into(),
            value: "250".into(),
            origin: "`--set`".into(),
        }];
        let config = Config::parse("", Path::new("koe.toml"), &overrides).expect("a goal");
        assert_eq!(config.targets["buyers"], 250.0);
    }

    #[test]
    fn a_goal_of_no_number_names_the_one_that_may_be_meant() {
        for (name, meant) in [
            ("slaes", Some("targets.sales")),
            ("customers", Some("targets.buyers")),
            ("LTV", Some("targets.lifetime_value")),
            ("cpo", Some("targets.cost_per_order")),
            ("zzz", None),
        ] {
            match parse(&format!("[targets]\n{name} = 1\n")) {
                Err(Error::UnknownSetting {
                    key,
                    origin,
                    nearest,
                }) => {
                    assert_eq!(key, format!("targets.{name}"));
                    assert_eq!(origin, "`koe.toml`");
                    assert_eq!(nearest.as_deref(), meant, "{name}");
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_goal_that_cannot_be_is_an_error() {
        for text in [
            "repeat_rate = 40",
            "sales = 0",
            "sales = -5.0",
            "sales = nan",
            "sales = inf",
            "sentiment = 2",
            "response_time = 0",
            "sales = 'much'",
        ] {
            assert!(
                matches!(
                    parse(&format!("[targets]\n{text}\n")),
                    Err(Error::BadSetting { .. })
                ),
                "{text}"
            );
        }
    }

    fn as_of(day: &str) -> AsOf {
        let tokyo = jiff::tz::TimeZone::get("Asia/Tokyo").expect("a bundled time zone");
        AsOf::parse(day, &tokyo).expect("a date")
    }

    #[test]
    fn segments_are_compared_with_what_they_were_as_long_ago_as_the_periods_lie_apart() {
        let days = |text: &str| {
            let config = parse(text).expect("settings");
            let segment = config.segment_at(&as_of("2026-09-30")).expect("periods");
            segment.period_days
        };
        assert_eq!(days(""), 7);
        assert_eq!(days("[segment]\nperiod_days = 28\n"), 28);
        assert_eq!(days("[report]\nperiod = 'month'\n"), 30);
        assert_eq!(days("[report]\nperiod = 'day'\n"), 1);
        assert_eq!(
            days("[report]\nperiod = 'month'\ncompare = 2025-09-01\n"),
            365
        );
    }

    #[test]
    fn a_period_that_cannot_be_is_an_error() {
        for text in [
            "period = 'year'",
            "compare = 'last year'",
            "fiscal_year_start = 0",
            "fiscal_year_start = 13",
        ] {
            assert!(
                matches!(
                    parse(&format!("[report]\n{text}\n")),
                    Err(Error::BadSetting { .. })
                ),
                "{text}"
            );
        }
        let later = parse("[report]\ncompare = '2026-09-30'\n").expect("a date");
        assert!(later.periods(&as_of("2026-09-30")).is_err());
    }
}
