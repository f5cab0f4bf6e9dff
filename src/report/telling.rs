//! How a number, its change and its goal are told, wherever they stand: on the first screen and in the summary.

use super::against::Against;
use super::figures::{Kpi, KpiKind, KpiUnit, OrderGap};
use super::findings::growth;
use super::tables::Context;
use super::words::Words;

/// Returns an amount of a number's unit as it is read at a glance.
pub(super) fn amount(context: &Context<'_>, unit: KpiUnit, value: f64) -> String {
    let (words, numbers) = (context.words, context.numbers);
    match unit {
        KpiUnit::Money => numbers.money_short(value),
        KpiUnit::Persons => words.fill("kpi.persons", &[("count", &numbers.decimal(value, 0))]),
        KpiUnit::Posts => words.fill("kpi.post_count", &[("count", &numbers.decimal(value, 0))]),
        KpiUnit::Share => numbers.share(value),
        KpiUnit::Score => numbers.signed(value, 2),
        KpiUnit::Minutes => numbers.minutes(value),
    }
}

/// Returns the value of a number, or that it is held back or not known.
pub(super) fn kpi_value(context: &Context<'_>, kpi: &Kpi) -> String {
    match kpi.value.filter(|value| value.is_finite()) {
        Some(value) => amount(context, kpi.unit, value),
        None if kpi.is_withheld => context.words.get("page.hidden").to_owned(),
        None => context.words.get("kpi.unknown").to_owned(),
    }
}

/// Returns of how many conversations the time to the first answer tells; nothing of other numbers, nor where nothing was asked.
pub(super) fn answers(context: &Context<'_>, kpi: &Kpi) -> Option<String> {
    let talks = &context.figures.conversations;
    if kpi.kind != KpiKind::ResponseTime || talks.period_asked_count == 0 {
        return None;
    }
    let asked = context.numbers.count(talks.period_asked_count);
    let answered = context.numbers.count(talks.period_answered_count);
    let values = [("asked", asked.as_str()), ("answered", answered.as_str())];
    Some(context.words.fill("kpi.answers", &values))
}

/// Returns what a number counts in a few words, where others count something like it.
pub(super) fn measure(context: &Context<'_>, kpi: &Kpi) -> Option<&'static str> {
    (kpi.kind == KpiKind::ChurnRate).then(|| context.words.get("kpi.churn_note"))
}

/// A change below this many per cent, points or hundredths reads as none.
pub(super) const UNSEEN: f64 = 0.0005;

/// Says by how much a number rose or fell.
pub(super) fn step(words: &Words, kpi: &Kpi, step: f64, size: &str) -> String {
    let key = match (step > 0.0, kpi.unit) {
        (true, KpiUnit::Share | KpiUnit::Score) => "kpi.up_score",
        (false, KpiUnit::Share | KpiUnit::Score) => "kpi.down_score",
        (true, _) => "kpi.up",
        (false, _) => "kpi.down",
    };
    words.fill(key, &[("change", size)])
}

/// Returns the step of a number since the compared period and its size in words, without a sign: points of a share, hundredths of a
/// score, per cent of everything else. Steps of scores are a tenth of their size, so that one bound tells what reads as none.
pub(super) fn change(context: &Context<'_>, kpi: &Kpi) -> Option<(f64, String)> {
    let numbers = &context.numbers;
    if kpi.is_incomplete {
        return None;
    }
    let value = kpi.value.filter(|value| value.is_finite())?;
    let previous = kpi.previous.filter(|previous| previous.is_finite())?;
    match kpi.unit {
        KpiUnit::Share => Some((value - previous, numbers.points(value - previous))),
        KpiUnit::Score => Some((
            (value - previous) / 10.0,
            numbers.decimal((value - previous).abs(), 2),
        )),
        _ => growth(value, Some(previous)).map(|change| (change, numbers.share(change.abs()))),
    }
}

/// Returns up to when orders are known behind a number from which some seem to be missing.
pub(super) fn until(context: &Context<'_>, kpi: &Kpi) -> Option<String> {
    let gap = context.figures.missing_orders();
    let gap = gap.filter(|_| kpi.is_incomplete)?;
    let key = match gap.is_of_week {
        true => "kpi.until_week",
        false => "kpi.until",
    };
    let day = context.numbers.day(&gap.newest);
    Some(context.words.fill(key, &[("date", &day)]))
}

/// Returns when the newest order was, of its day in words: the day, or some day of its week.
pub(super) fn newest(words: &Words, gap: &OrderGap, day: String) -> String {
    match gap.is_of_week {
        true => words.fill("kpi.in_week", &[("date", &day)]),
        false => day,
    }
}

/// Returns what a number is compared with: values of persons with those of a moment, everything else with a period.
pub(super) fn before<'a>(kpi: &Kpi, against: &'a Against) -> &'a str {
    match kpi.kind {
        KpiKind::LifetimeValue | KpiKind::ChurnRate => &against.state,
        _ => &against.before,
    }
}

/// Says that a number is as it was.
pub(super) fn same(words: &Words, before: &str, against: &Against) -> String {
    match against.is_named {
        true => words.fill("kpi.same_as", &[("before", before)]),
        false => words.get("kpi.same").to_owned(),
    }
}

/// Says that there is nothing to compare a number with.
pub(super) fn no_previous(words: &Words, before: &str, against: &Against) -> String {
    match against.is_named {
        true => words.fill("kpi.none_before", &[("before", before)]),
        false => words.get("kpi.no_previous").to_owned(),
    }
}

/// Returns the sales of the fiscal year so far and their change; nothing where none is known.
pub(super) fn fiscal_year(context: &Context<'_>) -> Option<String> {
    let fiscal = context.figures.fiscal_year.as_ref()?;
    let numbers = &context.numbers;
    let sales = fiscal.current.sales_minor as f64;
    let year = numbers.fiscal_year(fiscal.year, fiscal.start_month);
    let value = numbers.money_short(sales);
    let before = fiscal.previous.map(|before| before.sales_minor as f64);
    let change = growth(sales, before).map(|growth| numbers.signed_share(growth));
    // Where orders are missing, it does not reach the end of the period.
    let key = match (change.is_some(), context.figures.missing_orders().is_some()) {
        (true, false) => "overview.fiscal_change",
        (true, true) => "overview.fiscal_change_until",
        (false, false) => "overview.fiscal",
        (false, true) => "overview.fiscal_until",
    };
    let to = numbers.day(&fiscal.to);
    let values = [
        ("year", year.as_str()),
        ("value", value.as_str()),
        ("change", change.as_deref().unwrap_or_default()),
        ("to", to.as_str()),
    ];
    Some(context.words.fill(key, &values))
}

/// Returns a number's goal, whether it is met and by how much it is missed; nothing without a goal.
pub(super) fn goal(context: &Context<'_>, kpi: &Kpi) -> Option<String> {
    let target = kpi.target?;
    let text = amount(context, kpi.unit, target);
    let words = context.words;
    Some(match (kpi.is_met, kpi.value) {
        (Some(true), _) => words.fill("kpi.goal_met", &[("target", &text)]),
        (Some(false), Some(value)) => {
            let gap = (value - target).abs();
            let gap = match kpi.unit {
                KpiUnit::Share => context.numbers.points(gap),
                KpiUnit::Score => context.numbers.decimal(gap, 2),
                unit => amount(context, unit, gap),
            };
            words.fill("kpi.goal_missed", &[("target", &text), ("gap", &gap)])
        }
        _ if is_open(kpi) => words.fill("kpi.goal_open", &[("target", &text)]),
        _ => words.fill("kpi.goal_unknown", &[("target", &text)]),
    })
}

/// Returns how many of the goals are met; nothing without goals.
pub(super) fn goals(context: &Context<'_>) -> Option<String> {
    let kpis = &context.figures.kpis;
    let count = kpis.iter().filter(|kpi| kpi.target.is_some()).count();
    let met = kpis.iter().filter(|kpi| kpi.is_met == Some(true)).count();
    let open = kpis.iter().filter(|kpi| is_open(kpi)).count();
    let key = match open {
        0 => "kpi.goals",
        _ => "kpi.goals_open",
    };
    let [count_text, met, open] = [count, met, open].map(|one| context.numbers.count(one as u64));
    let values = [
        ("count", count_text.as_str()),
        ("met", met.as_str()),
        ("open", open.as_str()),
    ];
    (count > 0).then(|| context.words.fill(key, &values))
}

/// Whether it is open if a goal is met: of a number that is known in part, or told and not held against it.
fn is_open(kpi: &Kpi) -> bool {
    let is_told = kpi.value.is_some_and(f64::is_finite);
    kpi.target.is_some() && kpi.is_met.is_none() && (kpi.is_incomplete || is_told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::{Figures, KpiKind, OrderGapKind};
    use crate::report::findings::fixture::{figures, of_a_month, with_targets, without_orders};
    use crate::report::words::Lang;

    #[test]
    fn a_goal_says_whether_it_is_met_and_what_is_missing() {
        let figures = with_targets();
        let goal_of = |lang, kind| {
            let kpi = figures.kpis.iter().find(|kpi| kpi.kind == kind).unwrap();
            goal(&Context::new(&figures, lang), kpi)
        };
        assert_eq!(
            goal_of(Lang::Ja, KpiKind::Sales).as_deref(),
            Some("目標 180万円 達成")
        );
        assert_eq!(
            goal_of(Lang::Ja, KpiKind::ResponseTime).as_deref(),
            Some("目標 2.0時間 未達(差 1.6時間)")
        );
        assert_eq!(
            goal_of(Lang::En, KpiKind::ResponseTime).as_deref(),
            Some("target 2.0 h missed by 1.6 h")
        );
        assert_eq!(
            goal_of(Lang::En, KpiKind::Sentiment).as_deref(),
            Some("target +0.20, no value")
        );
        assert_eq!(goal_of(Lang::En, KpiKind::Buyers), None);
    }

    #[test]
    fn a_goal_of_posts_is_open_where_they_are_of_a_flare_up() {
        let mut figures = figures();
        let mut kpis = figures.kpis.iter_mut();
        let posts = kpis.find(|kpi| kpi.kind == KpiKind::Posts).unwrap();
        posts.is_rise_good = Some(false);
        posts.aim(100.0);
        let posts = posts.clone();
        let told = goal(&Context::new(&figures, Lang::Ja), &posts);
        assert_eq!(told.as_deref(), Some("目標 100件(未確定)"));
    }

    #[test]
    fn sales_of_the_fiscal_year_say_up_to_when_where_orders_are_missing() {
        let mut figures = of_a_month();
        let told = |figures: &Figures| {
            let of = |lang| fiscal_year(&Context::new(figures, lang)).unwrap();
            [of(Lang::Ja), of(Lang::En)]
        };
        let [ja, en] = told(&figures);
        assert!(ja.ends_with("(前年同期比 +14.0%)"), "{ja}");
        assert!(!en.contains("until"), "{en}");
        figures.order_gap = without_orders(OrderGapKind::Early, None).order_gap;
        let fiscal = figures.fiscal_year.as_mut().unwrap();
        fiscal.to = "2026-08-20".to_owned();
        let [ja, en] = told(&figures);
        assert!(ja.ends_with("(8月20日(木)まで、前年同期比 +14.0%)"), "{ja}");
        assert!(en.contains("(until Thu 20 Aug, +14.0%"), "{en}");
        figures.fiscal_year.as_mut().unwrap().previous = None;
        let [ja, en] = told(&figures);
        assert!(ja.ends_with("(8月20日(木)まで)"), "{ja}");
        assert!(en.ends_with("(until Thu 20 Aug)"), "{en}");
    }

    #[test]
    fn up_to_when_orders_are_known_is_told_by_the_day_or_the_week() {
        let mut figures = without_orders(OrderGapKind::Early, None);
        let told = |figures: &Figures, lang| {
            until(&Context::new(figures, lang), &figures.kpis[0]).unwrap()
        };
        assert_eq!(told(&figures, Lang::Ja), "注文は9月20日(日)まで");
        let gap = figures.order_gap.as_mut().unwrap();
        (gap.newest, gap.is_of_week) = ("2026-09-14".to_owned(), true);
        assert_eq!(told(&figures, Lang::Ja), "注文は9月14日(月)の週まで");
        assert_eq!(
            told(&figures, Lang::En),
            "orders until the week of Mon 14 Sep"
        );
    }

    #[test]
    fn goals_are_counted_where_there_are_any() {
        let with = with_targets();
        assert_eq!(
            goals(&Context::new(&with, Lang::Ja)).as_deref(),
            Some("目標 3件中 1件達成")
        );
        let open = without_orders(OrderGapKind::Missing, None);
        assert_eq!(
            goals(&Context::new(&open, Lang::Ja)).as_deref(),
            Some("目標 3件中 0件達成、1件未確定")
        );
        assert_eq!(
            goals(&Context::new(&open, Lang::En)).as_deref(),
            Some("0 of 3 targets met, 1 still open")
        );
        let without = figures();
        assert_eq!(goals(&Context::new(&without, Lang::Ja)), None);
    }
}
