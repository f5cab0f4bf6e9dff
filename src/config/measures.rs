//! Settings of what customers are worth now: ABC, CPM, visits, figures of the shop, cohorts.

use serde::{Deserialize, Serialize};

use crate::error::Result;

/// ABC classes of persons and products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbcConfig {
    /// Days of sales that are classified; 0 for all.
    pub window_days: u32,
    /// Share of the sales that class A makes, 0..1.
    pub a_share: f64,
    /// Share of the sales that class B makes, 0..1; C makes the rest.
    pub b_share: f64,
}

/// CPM groups of persons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CpmConfig {
    /// Days without a purchase from which on somebody has lapsed.
    pub lapsed_days: u32,
    /// Days from first to last purchase from which on somebody is no fledgling.
    pub steady_days: u32,
    /// Days from first to last purchase from which on a big spender is prime.
    pub prime_days: u32,
    /// Spend so far, in minor units, from which on somebody is a big spender.
    pub spend_minor: u64,
}

/// When a visit is due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitsConfig {
    /// Visit cycles since the last purchase from which on the next is due.
    pub due_cycles: f64,
    /// Visit cycles from which on it is overdue.
    pub overdue_cycles: f64,
    /// Visit cycles from which on the person is taken for gone.
    pub gone_cycles: f64,
}

/// Figures of the whole shop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KpisConfig {
    /// Days after the first purchase within which a second counts.
    pub f2_days: u32,
    /// Days without a purchase after which somebody has churned.
    pub churn_days: u32,
    /// Days after a campaign's end on which orders are still its own.
    pub attribution_days: u32,
}

/// Cohorts by first purchase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CohortsConfig {
    /// Newest weeks of first purchase that get a triangle of weeks.
    pub weeks: u32,
    /// Channels of first purchase that are told apart; the others are one.
    pub channels: u32,
}

/// Longest time in days a setting may name.
const MOST_DAYS: u32 = 3660;

fn bad<T>(key: &str, value: impl ToString, expected: &str) -> Result<T> {
    super::check::bad(&format!("segment.{key}"), value, expected)
}

fn check_days(key: &str, days: u32) -> Result<()> {
    match (1..=MOST_DAYS).contains(&days) {
        true => Ok(()),
        false => bad(
            key,
            days,
            &format!("a whole number from 1 to {MOST_DAYS}, in days"),
        ),
    }
}

impl AbcConfig {
    pub(super) fn check(&self) -> Result<()> {
        if self.window_days > MOST_DAYS {
            let expected = format!("a whole number from 0 to {MOST_DAYS}, in days");
            return bad("abc.window_days", self.window_days, &expected);
        }
        if !(self.a_share > 0.0 && self.a_share <= 1.0) {
            let expected = "a share above 0 and up to 1";
            return bad("abc.a_share", self.a_share, expected);
        }
        // 0.8 and 0.2 are a whole, whatever their last bits add up to.
        if !(self.b_share >= 0.0 && self.a_share + self.b_share <= 1.0 + 1e-9) {
            let expected = "a share that is no more than what `segment.abc.a_share` leaves";
            return bad("abc.b_share", self.b_share, expected);
        }
        Ok(())
    }
}

impl CpmConfig {
    pub(super) fn check(&self) -> Result<()> {
        check_days("cpm.lapsed_days", self.lapsed_days)?;
        check_days("cpm.steady_days", self.steady_days)?;
        check_days("cpm.prime_days", self.prime_days)?;
        if self.prime_days < self.steady_days {
            let expected = "no less than `segment.cpm.steady_days`";
            return bad("cpm.prime_days", self.prime_days, expected);
        }
        if i64::try_from(self.spend_minor).is_err() {
            return bad("cpm.spend_minor", self.spend_minor, "an amount of money");
        }
        Ok(())
    }
}

impl VisitsConfig {
    pub(super) fn check(&self) -> Result<()> {
        let steps = [
            ("visits.due_cycles", 0.0, self.due_cycles),
            (
                "visits.overdue_cycles",
                self.due_cycles,
                self.overdue_cycles,
            ),
            ("visits.gone_cycles", self.overdue_cycles, self.gone_cycles),
        ];
        for (key, below, value) in steps {
            if !(value > below && value <= 1000.0) {
                let expected = format!("a number above {below} and up to 1000");
                return bad(key, value, &expected);
            }
        }
        Ok(())
    }
}

impl KpisConfig {
    pub(super) fn check(&self) -> Result<()> {
        check_days("kpis.f2_days", self.f2_days)?;
        check_days("kpis.churn_days", self.churn_days)?;
        if self.attribution_days > MOST_DAYS {
            let expected = format!("a whole number from 0 to {MOST_DAYS}, in days");
            return bad("kpis.attribution_days", self.attribution_days, &expected);
        }
        Ok(())
    }
}

impl CohortsConfig {
    pub(super) fn check(&self) -> Result<()> {
        if self.weeks > 520 {
            let expected = "a whole number from 0 to 520";
            return bad("cohorts.weeks", self.weeks, expected);
        }
        if self.channels > 50 {
            let expected = "a whole number from 0 to 50";
            return bad("cohorts.channels", self.channels, expected);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::tests::parse;
    use crate::error::Error;

    #[test]
    fn the_defaults_are_those_of_the_methods() {
        let segment = parse("").unwrap().segment;
        assert_eq!((segment.abc.a_share, segment.abc.b_share), (0.80, 0.15));
        let cpm = segment.cpm;
        assert_eq!(
            (
                cpm.lapsed_days,
                cpm.steady_days,
                cpm.prime_days,
                cpm.spend_minor
            ),
            (240, 90, 210, 70_000)
        );
    }

    #[test]
    fn thresholds_that_contradict_each_other_are_errors() {
        for (text, key) in [
            ("[segment.abc]\na_share = 0\n", "segment.abc.a_share"),
            ("[segment.abc]\nb_share = 0.3\n", "segment.abc.b_share"),
            (
                "[segment.abc]\nwindow_days = 9999\n",
                "segment.abc.window_days",
            ),
            ("[segment.cpm]\nprime_days = 80\n", "segment.cpm.prime_days"),
            (
                "[segment.cpm]\nlapsed_days = 0\n",
                "segment.cpm.lapsed_days",
            ),
            (
                "[segment.visits]\ndue_cycles = 0\n",
                "segment.visits.due_cycles",
            ),
            (
                "[segment.visits]\noverdue_cycles = 0.5\n",
                "segment.visits.overdue_cycles",
            ),
            (
                "[segment.visits]\ngone_cycles = nan\n",
                "segment.visits.gone_cycles",
            ),
            ("[segment.kpis]\nf2_days = 0\n", "segment.kpis.f2_days"),
            (
                "[segment.kpis]\nattribution_days = 9999\n",
                "segment.kpis.attribution_days",
            ),
            ("[segment.cohorts]\nweeks = 521\n", "segment.cohorts.weeks"),
            (
                "[segment.cohorts]\nchannels = 51\n",
                "segment.cohorts.channels",
            ),
        ] {
            match parse(text) {
                Err(Error::BadSetting { key: found, .. }) => assert_eq!(found, key),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert!(parse("[segment.abc]\na_share = 0.8\nb_share = 0.2\n").is_ok());
        assert!(parse("[segment.abc]\nwindow_days = 0\n").is_ok());
    }
}
