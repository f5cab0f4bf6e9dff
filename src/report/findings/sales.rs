//! Findings on sales and their causes.

use super::{Section, Severity, Teller, growth, rise_severity};
use crate::report::figures::{KpiKind, OrderGap, OrderGapKind, SalesChange};
use crate::report::telling;

/// Changes of less than this share are "about the same".
const STEADY_SHARE: f64 = 0.01;
/// A counter-cause is told from this share of the main cause on.
const AGAINST_SHARE: f64 = 0.25;
/// Changes of a share below this many points are not told.
const QUIET_POINTS: f64 = 0.01;
/// Growth of counts below this share is not told.
const QUIET_GROWTH: f64 = 0.03;

impl Teller<'_> {
    pub(super) fn tell_sales(&mut self) {
        let gap = self.figures.order_gap.as_ref();
        if let Some(gap) = gap {
            self.tell_order_gap(gap);
        }
        // A shop system that is silent by itself may have been given up: what the others sold is told as ever.
        if gap.is_none_or(|gap| gap.source.is_some()) {
            self.tell_sales_of_period();
        }
        self.tell_fiscal_year();
    }

    /// Says up to when orders are known.
    fn tell_order_gap(&mut self, gap: &OrderGap) {
        let newest = telling::newest(self.words, gap, self.numbers.full_day(&gap.newest));
        let unread = match self.unread_count() {
            Some(count) => self
                .words
                .fill("finding.orders_unread", &[("count", &count)]),
            None => String::new(),
        };
        let sources = self
            .lang
            .quoted(gap.earlier_sources.iter().map(String::as_str));
        let earlier = match gap.earlier_sources.is_empty() {
            true => String::new(),
            false => self
                .words
                .fill("finding.orders_earlier", &[("sources", &sources)]),
        };
        let key = match (gap.kind, &gap.source) {
            (OrderGapKind::Missing, _) => "orders_missing",
            (OrderGapKind::Early, None) => "orders_early",
            (OrderGapKind::Early, Some(_)) => "orders_early_of",
            (OrderGapKind::Usual, _) if gap.longest_days.is_some() => "orders_usual_longer",
            (OrderGapKind::Usual, _) => "orders_usual",
        };
        let longest = gap.longest_days.unwrap_or(0).unsigned_abs();
        let longest = self.numbers.count(longest);
        let severity = match gap.kind {
            OrderGapKind::Usual => Severity::Neutral,
            _ => Severity::Watch,
        };
        let values = [
            ("newest", newest.as_str()),
            ("source", gap.source.as_deref().unwrap_or_default()),
            ("longest", longest.as_str()),
            ("earlier", earlier.as_str()),
            ("unread", unread.as_str()),
        ];
        self.say_change(Section::Sales, severity, key, &values);
        let doubt = match (gap.kind, &gap.source) {
            (OrderGapKind::Usual, _) => return,
            (_, Some(_)) => "orders_doubt_of",
            (_, None) => "orders_doubt",
        };
        self.say(Section::Sales, Severity::Watch, doubt, &values);
    }

    fn tell_sales_of_period(&mut self) {
        self.tell_sales_total();
        if let Some(change) = &self.figures.sales_change {
            self.tell_causes(change);
        }
        self.tell_buyers();
        self.tell_points(
            Section::Sales,
            KpiKind::RepeatRate,
            QUIET_POINTS,
            ["repeat_up", "repeat_down"],
        );
    }

    fn tell_sales_total(&mut self) {
        let Some((kpi, value)) = self.kpi(KpiKind::Sales) else {
            return;
        };
        let text = self.numbers.money_short(value);
        let Some(growth) = growth(value, kpi.previous) else {
            if value != 0.0 {
                self.say(
                    Section::Sales,
                    Severity::Neutral,
                    "sales_only",
                    &[("value", &text)],
                );
            }
            return;
        };
        let change = self.numbers.share(growth.abs());
        let (key, severity) = match growth {
            growth if growth.abs() < STEADY_SHARE => ("sales_same", Severity::Neutral),
            growth if growth > 0.0 => ("sales_up", Severity::Good),
            _ => ("sales_down", Severity::Watch),
        };
        self.say_change(
            Section::Sales,
            severity,
            key,
            &[("value", &text), ("change", &change)],
        );
    }

    fn tell_causes(&mut self, change: &SalesChange) {
        let parts = parts(change);
        let total = change.total_minor;
        let with_total = |part: i64| total == 0 || part.signum() == total.signum();
        // On a tie the first part wins, so the sentence is stable.
        let largest = |wanted: bool| {
            parts
                .iter()
                .filter(|(_, part)| *part != 0 && with_total(*part) == wanted)
                .fold(
                    None,
                    |best: Option<(&'static str, i64)>, &(key, part)| match best {
                        Some((_, size)) if size.unsigned_abs() >= part.unsigned_abs() => best,
                        _ => Some((key, part)),
                    },
                )
        };
        let Some((key, part)) = largest(true) else {
            return;
        };
        let total_text = self.numbers.money_short(total.unsigned_abs() as f64);
        let part_text = self.numbers.signed_money_short(part as f64);
        let sentence = match total.signum() {
            1 => "cause_up",
            -1 => "cause_down",
            _ => "cause_even",
        };
        let severity = if total < 0 {
            Severity::Watch
        } else {
            Severity::Neutral
        };
        let cause = self.words.name("cause", key);
        self.say_change(
            Section::Sales,
            severity,
            sentence,
            &[
                ("total", &total_text),
                ("cause", cause),
                ("part", &part_text),
            ],
        );
        let Some((key, against)) = largest(false) else {
            return;
        };
        if against.unsigned_abs() as f64 >= AGAINST_SHARE * part.unsigned_abs() as f64 {
            let severity = if against < 0 {
                Severity::Watch
            } else {
                Severity::Good
            };
            let part_text = self.numbers.signed_money_short(against as f64);
            let cause = self.words.name("cause", key);
            self.say_change(
                Section::Sales,
                severity,
                "cause_against",
                &[("cause", cause), ("part", &part_text)],
            );
        }
    }

    fn tell_buyers(&mut self) {
        let Some((kpi, value)) = self.kpi(KpiKind::Buyers) else {
            return;
        };
        let Some(growth) =
            growth(value, kpi.previous).filter(|growth| growth.abs() >= QUIET_GROWTH)
        else {
            return;
        };
        let key = if growth > 0.0 {
            "buyers_up"
        } else {
            "buyers_down"
        };
        let value = self.numbers.decimal(value, 0);
        let change = self.numbers.share(growth.abs());
        let severity = rise_severity(growth > 0.0, true);
        self.say_change(
            Section::Sales,
            severity,
            key,
            &[("value", &value), ("change", &change)],
        );
    }
}

impl Teller<'_> {
    fn tell_fiscal_year(&mut self) {
        let Some(fiscal) = &self.figures.fiscal_year else {
            return;
        };
        let sales = fiscal.current.sales_minor as f64;
        let previous = fiscal.previous.map(|before| before.sales_minor as f64);
        let year = self.numbers.fiscal_year(fiscal.year, fiscal.start_month);
        let (from, to) = (
            self.numbers.full_day(&fiscal.from),
            self.numbers.day(&fiscal.to),
        );
        let value = self.numbers.money_short(sales);
        let growth = growth(sales, previous);
        let change = growth.map_or_else(String::new, |growth| self.numbers.share(growth.abs()));
        let (key, severity) = match growth {
            None => ("fiscal_only", Severity::Neutral),
            Some(growth) if growth.abs() < STEADY_SHARE => ("fiscal_same", Severity::Neutral),
            Some(growth) if growth > 0.0 => ("fiscal_up", Severity::Good),
            Some(_) => ("fiscal_down", Severity::Watch),
        };
        self.say(
            Section::Sales,
            severity,
            key,
            &[
                ("year", &year),
                ("from", &from),
                ("to", &to),
                ("value", &value),
                ("change", &change),
            ],
        );
    }
}

/// The parts of a change by their key in the words, in the order they are told.
pub(in crate::report) fn parts(change: &SalesChange) -> [(&'static str, i64); 8] {
    [
        ("new", change.new_minor),
        ("back", change.back_minor),
        ("lost", change.lost_minor),
        ("frequency", change.frequency_minor),
        ("order_value", change.order_value_minor),
        ("merged", change.merged_minor),
        ("returns", change.returns_minor),
        ("unnamed", change.unnamed_minor),
    ]
}
