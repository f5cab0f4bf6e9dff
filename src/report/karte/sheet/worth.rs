//! What the person is worth, which segment that makes, and why.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::facts::{SegmentFact, ValueFact};
use super::super::rule;
use super::{Context, SheetFact, SheetSection};

impl Context<'_> {
    pub(super) fn value(&self) -> SheetSection {
        let mut section = SheetSection {
            anchor: "value",
            heading: self.words.get("karte_heading.value"),
            ..SheetSection::default()
        };
        let Some(value) = &self.karte.value else {
            section
                .notes
                .push(self.words.get("karte.no_value").to_owned());
            return section;
        };
        section.facts = self.bought(value);
        section.facts.extend(self.expected(value));
        if let Some(day) = &value.computed_on
            && *day != self.karte.as_of
        {
            let day = self.numbers.full_day(day);
            section
                .notes
                .push(self.words.fill("karte.computed", &[("date", &day)]));
        }
        section
    }

    fn bought(&self, value: &ValueFact) -> Vec<SheetFact> {
        let words = self.words;
        let number = |count: Option<i64>| count.map_or_else(|| "–".to_owned(), |n| self.count(n));
        let purchases = value.order_count.map(|orders| {
            let slots = [
                ("orders", self.count(orders)),
                ("days", number(value.purchase_day_count)),
                ("returns", self.count(value.return_count.unwrap_or(0))),
            ];
            words.fill(
                "karte.purchases",
                &slots.each_ref().map(|(key, value)| (*key, value.as_str())),
            )
        });
        let last = value.last_purchased_on.as_ref().map(|day| {
            let slots = [
                ("first", self.day(value.first_purchased_on.as_ref())),
                ("last", self.numbers.full_day(day)),
                ("days", number(value.days_since_last_purchase)),
            ];
            words.fill(
                "karte.span",
                &slots.each_ref().map(|(key, value)| (*key, value.as_str())),
            )
        });
        let cycle = value.visit_cycle_days.map(|days| {
            let days = self.numbers.decimal(days, 0);
            words.fill("karte.cycle", &[("count", &days)])
        });
        let rfm = value.recency_score.map(|recency| {
            let group = value.rfm_segment.as_deref().unwrap_or_default();
            let group = words.name("rfm_segment", group);
            format!(
                "R{recency} F{} M{} {group}",
                number(value.frequency_score),
                number(value.monetary_score)
            )
        });
        let decile = value.decile.map(|decile| {
            let decile = self.count(decile);
            words.fill("karte.decile", &[("count", &decile)])
        });
        let portfolio = [
            value
                .cpm_group
                .as_deref()
                .map(|key| words.name("cpm_group", key).to_owned()),
            value
                .cpm_state
                .as_deref()
                .map(|key| words.name("cpm_state", key).to_owned()),
        ];
        let favourites = [
            &value.favourite_category,
            &value.favourite_channel,
            &value.favourite_store,
        ];
        let facts = [
            self.fact("purchases", purchases.unwrap_or_default()),
            self.fact("spend", self.money(value.spend_minor)),
            self.fact(
                "mean_order",
                self.money(value.mean_order_minor.map(|mean| mean.round() as i64)),
            ),
            self.fact("last", last.unwrap_or_default()),
            self.fact("cycle", cycle.unwrap_or_default()),
            self.fact("rfm", rfm.unwrap_or_default()),
            self.fact("decile", decile.unwrap_or_default()),
            self.fact("abc", value.abc_class.clone().unwrap_or_default()),
            self.fact("cpm", self.list(portfolio.into_iter().flatten())),
            self.fact(
                "favourites",
                self.list(favourites.into_iter().flatten().cloned()),
            ),
        ];
        facts.into_iter().flatten().collect()
    }

    fn expected(&self, value: &ValueFact) -> Vec<SheetFact> {
        let words = self.words;
        let interval = |key: &str, value: String, low: String, high: String| {
            let slots = [("value", &*value), ("low", &*low), ("high", &*high)];
            words.fill(key, &slots)
        };
        let alive = value.alive_prob.map(|prob| self.numbers.share(prob));
        let purchases = value.expected_purchase_count.map(|expected| {
            let expected = self.numbers.decimal(expected, 1);
            match (value.purchases_low, value.purchases_high) {
                (Some(low), Some(high)) => interval(
                    "karte.expected",
                    expected,
                    self.count(low),
                    self.count(high),
                ),
                _ => words.fill("karte.expected_alone", &[("value", &expected)]),
            }
        });
        let ltv = value
            .ltv_minor
            .map(|ltv| match (value.ltv_low_minor, value.ltv_high_minor) {
                (Some(low), Some(high)) => interval(
                    "karte.ltv",
                    self.numbers.money(ltv),
                    self.numbers.money(low),
                    self.numbers.money(high),
                ),
                _ => self.numbers.money(ltv),
            });
        let next = match (value.next_purchase_days, value.alive_prob) {
            (Some(days), _) => self.next(days, value.computed_on.as_deref()),
            (None, Some(_)) => words.get("karte.next_never").to_owned(),
            (None, None) => String::new(),
        };
        let model = value.model.as_deref().map(|key| words.name("model", key));
        let facts = [
            self.fact("alive", alive.unwrap_or_default()),
            self.fact("expected", purchases.unwrap_or_default()),
            self.fact("ltv", ltv.unwrap_or_default()),
            self.fact("next", next),
            self.fact("due", self.day(value.next_due_on.as_ref())),
            self.fact("model", model.unwrap_or_default()),
        ];
        facts.into_iter().flatten().collect()
    }

    /// Returns when the next purchase is to be expected, from the day that the forecast knows.
    fn next(&self, days: f64, from: Option<&str>) -> String {
        let count = self.numbers.decimal(days, 0);
        let whole = days.round().clamp(0.0, 100_000.0) as i64;
        let day = from
            .and_then(|day| day.parse::<Date>().ok())
            .and_then(|day| day.checked_add(whole.days()).ok());
        match day {
            Some(day) => self.words.fill(
                "karte.next",
                &[
                    ("count", &count),
                    ("date", &self.numbers.full_day(&day.to_string())),
                ],
            ),
            None => self.words.fill("karte.days", &[("count", &count)]),
        }
    }

    fn money(&self, minor: Option<i64>) -> String {
        minor
            .map(|minor| self.numbers.money(minor))
            .unwrap_or_default()
    }

    pub(super) fn segment(&self) -> SheetSection {
        let words = self.words;
        let mut section = SheetSection {
            anchor: "segment",
            heading: words.get("karte_heading.segment"),
            ..SheetSection::default()
        };
        let Some(segment) = &self.karte.segment else {
            let key = match self.karte.is_outdated {
                true => "karte.outdated",
                false => "karte.no_segment",
            };
            section.notes.push(words.get(key).to_owned());
            return section;
        };
        let previous = segment.previous_segment.as_ref();
        let changed = previous.filter(|previous| **previous != segment.segment);
        let urgency = segment.urgency.as_deref().unwrap_or_default();
        let stage = segment.order_stage.as_deref().unwrap_or_default();
        let reason = segment.lapse_reason.as_deref().unwrap_or_default();
        let reachable = segment
            .reachable_by
            .iter()
            .map(|channel| words.name("purpose", channel).to_owned());
        let reachable = match segment.reachable_by.is_empty() {
            true => words.get("desk.unreachable").to_owned(),
            false => self.list(reachable),
        };
        let facts = [
            self.fact("segment", segment.segment.clone()),
            self.fact("previous", changed.cloned().unwrap_or_default()),
            self.fact("why", self.why(segment)),
            self.fact("because", self.because(segment)),
            self.fact("action", segment.action.clone().unwrap_or_default()),
            self.fact("urgency", words.name("urgency", urgency)),
            self.fact("others", self.list(segment.others.iter().cloned())),
            self.fact(
                "stage",
                self.list([
                    words.name("order_stage", stage).to_owned(),
                    words.name("lapse_reason", reason).to_owned(),
                ]),
            ),
            self.fact("lapses", self.day(segment.lapses_on.as_ref())),
            self.fact("stake", self.money(segment.value_at_stake_minor)),
            self.fact("reachable", reachable),
        ];
        section.facts = facts.into_iter().flatten().collect();
        section
    }

    /// Returns which rule put the person into the segment, in words.
    fn why(&self, segment: &SegmentFact) -> String {
        let words = self.words;
        let (Some(position), Some(condition)) = (segment.position, &segment.condition) else {
            return words.get("karte.rule_gone").to_owned();
        };
        let rule = rule::said(condition, words, &self.numbers);
        let rule = rule.as_deref().unwrap_or(condition);
        let (position, count) = (
            self.numbers.count(position),
            self.numbers.count(segment.rule_count),
        );
        words.fill(
            "karte.rule",
            &[("position", &position), ("count", &count), ("rule", rule)],
        )
    }

    /// Returns the person's values that the rule went by.
    fn because(&self, segment: &SegmentFact) -> String {
        let each = segment.values.iter().map(|known| {
            let name = rule::column_name(&known.column, self.words);
            let value = known.value.as_ref().map_or_else(
                || self.words.get("karte_rule.nothing").to_owned(),
                |value| rule::value_text(&known.column, value, self.words, &self.numbers),
            );
            format!("{name} {value}")
        });
        self.list(each)
    }
}
