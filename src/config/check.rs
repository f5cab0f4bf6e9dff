//! What a value must be beyond its type.

use jiff::tz::TimeZone;

use super::{Config, brand, report, value_voice};
use crate::error::{Error, Result, nearest};
use crate::import::layout::layouts;
use crate::import::values::widths::cell;
use crate::score::topics::model::TOPIC_LIMIT;

/// Refuses the value of a setting, with its dotted key and what it must be.
///
/// # Errors
/// Always [`Error::BadSetting`].
pub(super) fn bad<T>(key: &str, value: impl ToString, expected: &str) -> Result<T> {
    Err(Error::BadSetting {
        key: key.to_owned(),
        value: value.to_string(),
        expected: expected.to_owned(),
    })
}

impl Config {
    /// Checks what no type can say: names, ranges, and what must fit together.
    pub(super) fn check(&self) -> Result<()> {
        if TimeZone::get(&self.workspace.time_zone).is_err() {
            return bad(
                "workspace.time_zone",
                &self.workspace.time_zone,
                "an IANA name such as `Asia/Tokyo`",
            );
        }
        let currency = &self.money.currency;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return bad("money.currency", currency, "an ISO 4217 code such as `JPY`");
        }
        for (name, mapping) in &self.import.layouts {
            mapping.check(name)?;
        }
        self.check_ignored()?;
        for (key, value) in [
            ("import.max_rejects", self.import.max_rejects),
            ("score.alert.tail_prob", self.score.alert.tail_prob),
            (
                "score.alert.negative_share",
                self.score.alert.negative_share,
            ),
            ("segment.margin", self.segment.margin),
            ("segment.discount_rate", self.segment.discount_rate),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return bad(key, value, "a share between 0 and 1");
            }
        }
        for (key, value) in [
            ("join.threshold", self.join.threshold),
            ("join.review", self.join.review),
        ] {
            if !(value > 0.0 && value < 1.0) {
                return bad(key, value, "a probability between 0 and 1");
            }
        }
        for (key, value) in [
            ("join.limits.records", self.join.limits.records),
            ("join.limits.emails", self.join.limits.emails),
            ("join.limits.phones", self.join.limits.phones),
            (
                "join.limits.families_per_value",
                self.join.limits.families_per_value,
            ),
            ("join.block_size", self.join.block_size),
        ] {
            if value == 0 || value > 10_000 {
                return bad(key, value, "a whole number from 1 to 10000");
            }
        }
        for (key, value) in [
            ("segment.period_days", self.segment.period_days),
            ("segment.voice_window_days", self.segment.voice_window_days),
            ("score.baseline_days", self.score.baseline_days),
            ("score.window_days", self.score.window_days),
            ("score.period_days", self.score.period_days),
            ("privacy.min_group_size", self.privacy.min_group_size),
        ] {
            if value == 0 || value > 3660 {
                return bad(key, value, "a whole number from 1 to 3660");
            }
        }
        for (key, value, most) in [
            (
                "score.conversation.session_hours",
                self.score.conversation.session_hours,
                8_760,
            ),
            (
                "score.conversation.response_target_minutes",
                self.score.conversation.response_target_minutes,
                20_160,
            ),
        ] {
            if value == 0 || value > most {
                return bad(key, value, &format!("a whole number from 1 to {most}"));
            }
        }
        if self.score.topics as usize > TOPIC_LIMIT {
            let expected = format!("a whole number from 0 to {TOPIC_LIMIT}");
            return bad("score.topics", self.score.topics, &expected);
        }
        self.segment.models.check()?;
        self.segment.social_lift.check()?;
        self.segment.abc.check()?;
        self.segment.cpm.check()?;
        self.segment.visits.check()?;
        self.segment.kpis.check()?;
        self.segment.cohorts.check()?;
        self.score.check_aspects()?;
        self.segment.rfm.check()?;
        value_voice::check(&self.segment)?;
        brand::check(&self.brand)?;
        self.audience.check()?;
        self.report.check()?;
        report::check_targets(&self.targets)?;
        self.score.business_hours.check()
    }

    /// Checks that headings are ignored of layouts there are.
    fn check_ignored(&self) -> Result<()> {
        const SECTION: &str = "import.ignored";
        let names = || layouts().iter().map(|layout| layout.name());
        for (name, headings) in &self.import.ignored {
            let key = format!("{SECTION}.{name}");
            if headings.iter().any(|heading| cell(heading).is_none()) {
                return bad(&key, "", "a heading of the file");
            }
            if self.import.layouts.contains_key(name) {
                return bad(
                    &key,
                    name,
                    "a layout of koe's; another has `ignored` in its section",
                );
            }
            let known = layouts().iter().find(|layout| layout.name() == name);
            if known.is_some_and(|layout| !layout.is_of_customers()) {
                let expected = "a layout in which refusals are looked for";
                return bad(&key, name, expected);
            }
            if known.is_none() {
                return Err(Error::UnknownSetting {
                    key,
                    nearest: nearest(name, names()).map(|nearest| format!("{SECTION}.{nearest}")),
                    origin: "the settings".to_owned(),
                });
            }
        }
        Ok(())
    }
}
