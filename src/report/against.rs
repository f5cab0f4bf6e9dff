//! What changes are told against: the period before, or the one that was asked for, by its name.

use super::figures::{Period, PeriodKind};
use super::words::Numbers;

/// What changes are told against, in the language of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Against {
    /// The compared period: `前の期間`, `2025年8月`, `2025-W39`.
    pub(super) before: String,
    /// The same, with its length where it has no name: `前の7日間`.
    pub(super) span: String,
    /// The moment that segments and 12-month values are compared with: the compared period, or a day where the report looks
    /// from some days after the reported period's end.
    pub(super) state: String,
    /// Whether it has a name of its own, which changes then say.
    pub(super) is_named: bool,
}

impl Against {
    /// Returns what the changes of a report are told against.
    pub(super) fn new(period: &Period, as_of: &str, numbers: &Numbers<'_>) -> Self {
        if period.kind == PeriodKind::Days && !period.is_compare_chosen {
            let days = numbers.count(u64::from(period.previous_day_count));
            return Self {
                span: numbers.lang.words().fill("period.span", &[("days", &days)]),
                ..Self::unknown(numbers)
            };
        }
        let before = name(
            numbers,
            period.kind,
            &period.previous_name,
            (&period.previous_from, &period.previous_to),
        );
        let state = match as_of == period.to {
            true => before.clone(),
            false => numbers.full_day(&period.previous_as_of),
        };
        Self {
            span: before.clone(),
            before,
            state,
            is_named: true,
        }
    }

    /// Returns the words for the period before where nothing more is known of it.
    pub(super) fn unknown(numbers: &Numbers<'_>) -> Self {
        let before = numbers.lang.words().get("period.before").to_owned();
        Self {
            span: before.clone(),
            state: before.clone(),
            before,
            is_named: false,
        }
    }
}

/// Returns the reported period's name.
pub(super) fn reported_name(numbers: &Numbers<'_>, period: &Period) -> String {
    name(
        numbers,
        period.kind,
        &period.name,
        (&period.from, &period.to),
    )
}

/// Returns the line that tells the reported days.
pub(super) fn reported_line(numbers: &Numbers<'_>, period: &Period) -> String {
    let words = numbers.lang.words();
    let count = numbers.count(u64::from(period.day_count));
    let days = numbers.days(&period.from, &period.to);
    let name = reported_name(numbers, period);
    match period.kind {
        PeriodKind::Days => words.fill("page.period", &[("days", &days), ("count", &count)]),
        PeriodKind::Day => words.fill("period.one_day", &[("name", &name)]),
        PeriodKind::Week | PeriodKind::Month => words.fill(
            "period.named",
            &[("name", &name), ("days", &days), ("count", &count)],
        ),
    }
}

/// Returns the line that tells the days compared with.
pub(super) fn compared_line(numbers: &Numbers<'_>, period: &Period) -> String {
    let words = numbers.lang.words();
    let days = numbers.days(&period.previous_from, &period.previous_to);
    let told = match period.kind {
        PeriodKind::Days => days,
        PeriodKind::Day => numbers.full_day(&period.previous_to),
        PeriodKind::Week | PeriodKind::Month => {
            let range = (period.previous_from.as_str(), period.previous_to.as_str());
            let name = name(numbers, period.kind, &period.previous_name, range);
            words.fill("period.name_and_days", &[("name", &name), ("days", &days)])
        }
    };
    words.fill("page.compared", &[("days", &told)])
}

fn name(numbers: &Numbers<'_>, kind: PeriodKind, name: &str, (from, to): (&str, &str)) -> String {
    match kind {
        PeriodKind::Days => numbers.days(from, to),
        PeriodKind::Day => numbers.full_day(to),
        PeriodKind::Week => name.to_owned(),
        PeriodKind::Month => numbers.month(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::periods::Periods;
    use crate::report::words::Lang;

    fn period(kind: PeriodKind, compare: Option<&str>) -> Period {
        let last = "2026-09-30".parse().unwrap();
        let compare = compare.map(|day| day.parse().unwrap());
        Periods::new(kind, 7, last, compare).unwrap().figures()
    }

    fn against(lang: Lang, kind: PeriodKind, compare: Option<&str>) -> Against {
        Against::new(&period(kind, compare), "2026-09-30", &Numbers::plain(lang))
    }

    #[test]
    fn the_days_before_have_no_name() {
        let ja = against(Lang::Ja, PeriodKind::Days, None);
        assert_eq!(
            (ja.before.as_str(), ja.span.as_str()),
            ("前の期間", "前の7日間")
        );
        assert!(!ja.is_named);
        let en = against(Lang::En, PeriodKind::Days, None);
        assert_eq!(en.span, "the 7 days before");
    }

    #[test]
    fn what_is_of_the_calendar_or_chosen_is_named() {
        let month = against(Lang::Ja, PeriodKind::Month, Some("2025-09-01"));
        assert_eq!(month.before, "2025年9月");
        assert_eq!(month.state, "2025年9月");
        // The last whole week ends on the 27th, three days before the report's.
        let week = against(Lang::En, PeriodKind::Week, None);
        assert_eq!(week.before, "2026-W38");
        assert_eq!(week.state, "Wed 23 Sep 2026");
        let days = against(Lang::Ja, PeriodKind::Days, Some("2026-09-01"));
        assert_eq!(days.before, "2026年8月27日(木)〜9月2日(水)");
    }

    #[test]
    fn lines_say_name_and_days_once() {
        let ja = Numbers::plain(Lang::Ja);
        let line = |kind| reported_line(&ja, &period(kind, None));
        assert_eq!(
            line(PeriodKind::Days),
            "対象期間 2026年9月24日(木)〜9月30日(水)(7日間)"
        );
        assert_eq!(line(PeriodKind::Day), "対象期間 2026年9月30日(水)");
        assert_eq!(
            line(PeriodKind::Week),
            "対象期間 2026-W39、2026年9月21日(月)〜9月27日(日)(7日間)"
        );
        assert_eq!(
            compared_line(&ja, &period(PeriodKind::Month, None)),
            "比較 2026年8月、2026年8月1日(土)〜8月31日(月)"
        );
        assert_eq!(
            compared_line(&ja, &period(PeriodKind::Day, None)),
            "比較 2026年9月29日(火)"
        );
    }
}
