//! Findings on what customers are worth, whom to contact and data.

use super::{Section, Severity, Teller};
use crate::report::figures::{
    Counted, KpiKind, LifetimeFigures, SegmentFigure, SmallSegment, Urgency, next_month,
};
use crate::report::telling;

/// Deciles of fewer persons in all say little about concentration.
const MIN_DECILE_PERSONS: u64 = 10;
/// A forecast within this share of the actual count matches it.
const CLOSE_FORECAST: f64 = 0.03;
/// Rank correlation from which on the spend model's independence is in doubt.
const DOUBTFUL_CORRELATION: f64 = 0.3;
/// A rise of the churn rate below this is not told.
const QUIET_POINTS: f64 = 0.005;
/// Segments must change by this share and by the smallest group to be told.
const SEGMENT_GROWTH: f64 = 0.2;

impl Teller<'_> {
    pub(super) fn tell_value(&mut self) {
        self.tell_concentration();
        let hidden_free = self
            .figures
            .rfm_cells
            .iter()
            .filter(|c| c.recency_score >= 4 && c.frequency_score >= 4);
        let (count, spend) = hidden_free.fold((0u64, 0i64), |(count, spend), cell| {
            (
                count.saturating_add(cell.person_count.unwrap_or(0)),
                spend.saturating_add(cell.spend_minor.unwrap_or(0)),
            )
        });
        if count > 0 {
            let (count, value) = (
                self.numbers.count(count),
                self.numbers.money_short(spend as f64),
            );
            self.say(
                Section::Value,
                Severity::Neutral,
                "champions",
                &[("count", &count), ("value", &value)],
            );
        }
        self.tell_retention();
    }

    fn tell_concentration(&mut self) {
        let persons: u64 = self
            .figures
            .deciles
            .iter()
            .map(|decile| decile.person_count)
            .sum();
        let Some(top) = self
            .figures
            .deciles
            .iter()
            .find(|decile| decile.decile == 1)
        else {
            return;
        };
        if persons < MIN_DECILE_PERSONS || !top.cumulative_share.is_finite() {
            return;
        }
        let (count, share) = (
            self.numbers.count(top.person_count),
            self.numbers.share(top.cumulative_share),
        );
        self.say(
            Section::Value,
            Severity::Neutral,
            "concentration",
            &[("count", &count), ("share", &share)],
        );
    }

    fn tell_retention(&mut self) {
        let Some((share, count)) = next_month(&self.figures.cohorts) else {
            return;
        };
        let share = self.numbers.share(share);
        let count = self.numbers.count(count as u64);
        let values = [("share", share.as_str()), ("count", count.as_str())];
        self.say(Section::Value, Severity::Neutral, "retention", &values);
    }

    pub(super) fn tell_lifetime(&mut self) {
        if let Some(lifetime) = &self.figures.lifetime {
            let value = self.numbers.money_short(lifetime.total_minor as f64);
            let count = lifetime.alive_count.map(|count| self.numbers.count(count));
            let key = match count {
                Some(_) => "ltv_total",
                None => "ltv_total_only",
            };
            let count = count.unwrap_or_default();
            self.say(
                Section::Lifetime,
                Severity::Neutral,
                key,
                &[("value", &value), ("count", &count)],
            );
        }
        if self.figures.missing_orders().is_none() {
            self.tell_points(
                Section::Lifetime,
                KpiKind::ChurnRate,
                QUIET_POINTS,
                ["churn_up", "churn_down"],
            );
        }
        if let Some(lifetime) = &self.figures.lifetime {
            if self.figures.missing_orders().is_none() {
                self.tell_tracking(lifetime);
            }
            if let Some(correlation) = lifetime
                .spend_frequency_correlation
                .filter(|r| r.abs() >= DOUBTFUL_CORRELATION)
            {
                let value = self.numbers.signed(correlation, 2);
                self.say(
                    Section::Lifetime,
                    Severity::Watch,
                    "correlation",
                    &[("value", &value)],
                );
            }
        }
    }

    /// Compares forecast and fact over the weeks the fit did not see; both counts are cumulative.
    fn tell_tracking(&mut self, lifetime: &LifetimeFigures) {
        let Some(holdout_from) = &lifetime.holdout_from else {
            return;
        };
        let Some(end) = lifetime
            .tracking
            .last()
            .filter(|week| week.week >= *holdout_from)
        else {
            return;
        };
        let before = lifetime
            .tracking
            .iter()
            .rfind(|week| week.week < *holdout_from);
        let (seen_actual, seen_expected) =
            before.map_or((0.0, 0.0), |week| (week.actual_count, week.expected_count));
        let (actual, expected) = (
            end.actual_count - seen_actual,
            end.expected_count - seen_expected,
        );
        if actual <= 0.0 || !expected.is_finite() {
            return;
        }
        let error = expected / actual - 1.0;
        let (key, severity) = match error {
            error if error.abs() < CLOSE_FORECAST => ("tracking_close", Severity::Good),
            error if error > 0.0 => ("tracking_over", Severity::Neutral),
            _ => ("tracking_under", Severity::Neutral),
        };
        let change = self.numbers.share(error.abs());
        let expected = self.numbers.decimal(expected, 0);
        let actual = self.numbers.decimal(actual, 0);
        let values = [
            ("expected", expected.as_str()),
            ("actual", actual.as_str()),
            ("change", change.as_str()),
        ];
        self.say(Section::Lifetime, severity, key, &values);
    }

    pub(super) fn tell_value_voice(&mut self) {
        self.tell_risk();
        self.tell_contact_doubt();
        let pressing: Vec<&SegmentFigure> = pressing_segments(&self.figures.segments).collect();
        for segment in pressing {
            self.tell_contact(segment);
        }
        let fans = self
            .cell("high", "positive")
            .and_then(|cell| cell.person_count);
        if let Some(fans) = fans.filter(|count| *count > 0) {
            let count = self.numbers.count(fans);
            self.say(
                Section::ValueVoice,
                Severity::Good,
                "fans",
                &[("count", &count)],
            );
        }
        if self.figures.missing_orders().is_none() {
            self.tell_segment_moves();
        }
    }

    fn cell(
        &self,
        value_group: &str,
        voice_group: &str,
    ) -> Option<&crate::report::figures::MatrixCell> {
        let mut cells = self.figures.value_voice.iter();
        cells.find(|cell| cell.value_group == value_group && cell.voice_group == voice_group)
    }

    fn tell_risk(&mut self) {
        let Some(cell) = self.cell("high", "negative") else {
            return;
        };
        let (Some(persons), ltv) = (cell.person_count.filter(|count| *count > 0), cell.ltv_minor)
        else {
            return;
        };
        let count = self.numbers.count(persons);
        match ltv.filter(|ltv| *ltv > 0) {
            Some(ltv) => {
                let value = self.numbers.money_short(ltv as f64);
                let values = [("count", count.as_str()), ("value", value.as_str())];
                self.say(Section::ValueVoice, Severity::Watch, "risk_stake", &values);
            }
            None => self.say(
                Section::ValueVoice,
                Severity::Watch,
                "risk",
                &[("count", &count)],
            ),
        }
    }

    /// Says that some of those to contact may have bought since, where orders are missing.
    fn tell_contact_doubt(&mut self) {
        let figures = self.figures;
        let Some(gap) = figures.missing_orders() else {
            return;
        };
        let is_pressing =
            |small: &SmallSegment| matches!(small.urgency, Urgency::Now | Urgency::Week);
        let is_anybody = pressing_segments(&figures.segments).next().is_some()
            || figures.small_segments.iter().any(is_pressing);
        if is_anybody {
            let newest = telling::newest(self.words, gap, self.numbers.full_day(&gap.newest));
            let values = [("newest", newest.as_str())];
            self.say(
                Section::ValueVoice,
                Severity::Watch,
                "contact_doubt",
                &values,
            );
        }
    }

    fn tell_contact(&mut self, segment: &SegmentFigure) {
        let (urgency, severity) = match segment.urgency {
            Urgency::Now => (self.words.get("urgency.now_lead"), Severity::Urgent),
            _ => (self.words.get("urgency.week_lead"), Severity::Watch),
        };
        let count = self.numbers.count(segment.person_count);
        let reachable = match segment.reachable_count {
            Counted::Told(count) => {
                let count = self.numbers.count(count);
                self.words
                    .fill("finding.contact_reachable", &[("count", &count)])
            }
            Counted::Few => {
                let group = self.numbers.count(u64::from(self.figures.min_group_size));
                self.words
                    .fill("finding.contact_reachable_few", &[("count", &group)])
            }
            Counted::Withheld => String::new(),
        };
        let value = segment
            .ltv_minor
            .map(|ltv| self.numbers.money_short(ltv as f64));
        let key = if value.is_some() {
            "contact_stake"
        } else {
            "contact"
        };
        let values = [
            ("urgency", urgency),
            ("segment", segment.name.as_str()),
            ("count", count.as_str()),
            ("reachable", reachable.as_str()),
            ("value", value.as_deref().unwrap_or_default()),
        ];
        self.say(Section::ValueVoice, severity, key, &values);
    }

    fn tell_segment_moves(&mut self) {
        let figures = self.figures;
        for segment in &figures.segments {
            let Some(previous) = segment.previous_person_count else {
                continue;
            };
            let step = segment.person_count.abs_diff(previous);
            let is_notable = step >= u64::from(figures.min_group_size)
                && step as f64 >= SEGMENT_GROWTH * previous as f64;
            if !is_notable || step == 0 {
                continue;
            }
            let key = if segment.person_count > previous {
                "segment_grew"
            } else {
                "segment_shrank"
            };
            let (from, to) = (
                self.numbers.count(previous),
                self.numbers.count(segment.person_count),
            );
            let values = [
                ("segment", segment.name.as_str()),
                ("previous", from.as_str()),
                ("count", to.as_str()),
            ];
            self.say(Section::ValueVoice, Severity::Neutral, key, &values);
        }
    }

    pub(super) fn tell_data(&mut self) {
        let data = &self.figures.data;
        let persons = self.numbers.count(data.person_count);
        if data.person_count == 0 {
            self.say(Section::Data, Severity::Watch, "data_empty", &[]);
        } else if let Some(declared) = data.declared_account_count.told().filter(|one| *one > 0) {
            let declared = self.numbers.count(declared);
            let linked = data.linked_account_count.told();
            let linked = linked.map(|linked| self.numbers.count(linked));
            let key = match linked {
                Some(_) => "coverage",
                None => "coverage_declared",
            };
            let values = [
                ("persons", persons.as_str()),
                ("declared", &declared),
                ("linked", linked.as_deref().unwrap_or_default()),
            ];
            self.say(Section::Data, Severity::Neutral, key, &values);
        } else {
            self.say(
                Section::Data,
                Severity::Neutral,
                "data_only",
                &[("persons", &persons)],
            );
        }
        if let Some(count) = self.unread_count() {
            let values = [("count", count.as_str())];
            // That orders end before the period counts the files already.
            match self.figures.order_gap {
                Some(_) => self.say(Section::Data, Severity::Watch, "unread", &values),
                None => self.say_change(Section::Data, Severity::Watch, "unread", &values),
            }
        }
        let rejected: u64 = data.files.iter().map(|file| file.rejected_count).sum();
        if rejected > 0 {
            let count = self.numbers.count(rejected);
            self.say(
                Section::Data,
                Severity::Watch,
                "rejected",
                &[("count", &count)],
            );
        } else if !data.files.is_empty() {
            self.say(Section::Data, Severity::Good, "rejected_none", &[]);
        }
        let most = data
            .excluded
            .iter()
            .rev()
            .filter_map(|one| Some((one, one.count.told()?)))
            .max_by_key(|(_, count)| *count);
        if let Some((most, count)) = most.filter(|(_, count)| *count > 0) {
            let count = self.numbers.count(count);
            let reason = self.words.name("excluded", &most.reason);
            self.say(
                Section::Data,
                Severity::Neutral,
                "left_out",
                &[("reason", reason), ("count", &count)],
            );
        }
        // The largest gap among the channels; on a tie the first.
        let gaps = data
            .consents
            .iter()
            // Analysing what customers buy needs no grant, only no denial: nobody has to be asked.
            .filter(|consent| consent.purpose != "analyse")
            .filter_map(|consent| Some((consent, consent.missing_count.told()?)))
            .filter(|(_, missing)| *missing > 0);
        let gap = gaps.rev().max_by_key(|(_, missing)| *missing);
        if let Some((consent, missing)) = gap {
            let count = self.numbers.count(missing);
            let purpose = self.words.name("purpose", &consent.purpose);
            self.say(
                Section::Data,
                Severity::Neutral,
                "consent_gap",
                &[("purpose", purpose), ("count", &count)],
            );
        }
    }
}

/// The segments to contact today or this week, the most pressing first, the settings' order within.
pub(in crate::report) fn pressing_segments(
    segments: &[SegmentFigure],
) -> impl Iterator<Item = &SegmentFigure> {
    let of = move |urgency: Urgency| {
        segments
            .iter()
            .filter(move |s| s.urgency == urgency && s.person_count > 0)
    };
    of(Urgency::Now).chain(of(Urgency::Week))
}
