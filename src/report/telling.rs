//! How a number and its goal are told, wherever they stand: on the first screen and in the summary.

use super::figures::{Kpi, KpiUnit};
use super::tables::Context;

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

/// Returns the value of a number, or that it is not known.
pub(super) fn kpi_value(context: &Context<'_>, kpi: &Kpi) -> String {
    match kpi.value.filter(|value| value.is_finite()) {
        Some(value) => amount(context, kpi.unit, value),
        None => context.words.get("kpi.unknown").to_owned(),
    }
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
        _ => words.fill("kpi.goal_unknown", &[("target", &text)]),
    })
}

/// Returns how many of the goals are met; nothing without goals.
pub(super) fn goals(context: &Context<'_>) -> Option<String> {
    let kpis = &context.figures.kpis;
    let count = kpis.iter().filter(|kpi| kpi.target.is_some()).count();
    let met = kpis.iter().filter(|kpi| kpi.is_met == Some(true)).count();
    let written = |count: usize| context.numbers.count(count as u64);
    (count > 0).then(|| {
        context.words.fill(
            "kpi.goals",
            &[("count", &written(count)), ("met", &written(met))],
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::KpiKind;
    use crate::report::findings::fixture::{figures, with_targets};
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
    fn goals_are_counted_where_there_are_any() {
        let with = with_targets();
        assert_eq!(
            goals(&Context::new(&with, Lang::Ja)).as_deref(),
            Some("目標 3件中 1件達成")
        );
        let without = figures();
        assert_eq!(goals(&Context::new(&without, Lang::Ja)), None);
    }
}
