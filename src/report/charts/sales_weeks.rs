//! Sales by week: repeat buyers below, new buyers on top, the reported weeks in full colour; weeks that are not split in grey.

use super::axis;
use super::axis::Scale;
use super::canvas::{Anchor, Canvas};
use super::font;
use super::frame::{Area, LABEL, Mark, NOTE};
use super::labels::sales;
use super::palette::Ink;
use super::speaker::Speaker;
use super::timeline;
use super::{Sketch, cell};
use crate::report::figures::{Figures, KpiKind, OrderGap, SalesWeek};
use crate::report::telling;

/// Weeks shown at most.
const WEEK_LIMIT: usize = 52;
/// Weeks from which on their mean is worth a line.
const MEAN_FROM: usize = 8;
/// Times the mean from which on the busiest week is named.
const PEAK: f64 = 1.25;
const PLOT_HEIGHT: f64 = 470.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let all = &figures.sales_weeks;
    let weeks = &all[all.len().saturating_sub(WEEK_LIMIT)..];
    if weeks.iter().all(|w| parts(w).iter().all(|part| *part == 0)) {
        return None;
    }
    let reported = reported(weeks, &figures.period.from, &figures.period.to);
    let mut told = finding(weeks, &reported);
    told.period_minor = of_period(figures, &told);
    told.until = figures.missing_orders().map(|gap| newest(s, gap));
    told.silent = silent(figures, s);
    let wording = sales::weeks(s, &told);
    let [repeat, new] = sales::weeks_keys(s);
    let mean = mean_of(weeks);
    let mean_name = mean.map(|m| sales::weeks_mean(s, m, weeks.len()));
    let mut keys = vec![
        (Mark::Square, Ink::Main, repeat),
        (Mark::Square, Ink::Second, new),
    ];
    if weeks.iter().any(|w| split(w).is_none()) {
        keys.push((Mark::Square, Ink::Neutral, sales::weeks_whole(s)));
    }
    if let Some(name) = &mean_name {
        keys.push((Mark::Dashes, Ink::Soft, name));
    }
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let (low, high) = weeks.iter().fold((0.0_f64, 0.0_f64), |(low, high), w| {
        let (below, above) = ends(w);
        (low.min(below), high.max(above))
    });
    let unit = 10_f64.powi(figures.currency_exponent.min(9) as i32);
    let ticks = axis::ticks(low, high, 4, unit);
    let (area, scale) = canvas.value_axis(top + 40.0, PLOT_HEIGHT, &ticks, |v| s.money(v));
    for (i, week) in weeks.iter().enumerate() {
        let (left, right) = axis::slot(i, weeks.len(), area.left, area.right, 120.0);
        bar(
            &mut canvas,
            week,
            (left, right),
            &scale,
            reported.contains(&i),
        );
    }
    canvas.zero_line(&area, &scale);
    if let Some(mean) = mean {
        canvas.dashes(area.left, area.right, scale.at(mean), Ink::Soft);
    }
    label_values(&mut canvas, s, weeks, reported.end - 1, &area, &scale);
    let days: Vec<&str> = weeks.iter().map(|w| w.week.as_str()).collect();
    let baseline = area.bottom + 42.0;
    canvas.axis_labels(baseline, &timeline::labels(s, &days, &area));
    canvas.end(baseline);
    let rows = weeks.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// Weeks that lie in the period, the last one when none does.
fn reported(weeks: &[SalesWeek], from: &str, to: &str) -> std::ops::Range<usize> {
    let inside = |w: &SalesWeek| w.week.as_str() >= from && w.week.as_str() <= to;
    let first = weeks.iter().position(inside);
    let last = weeks.iter().rposition(inside);
    match (first, last) {
        (Some(first), Some(last)) => first..last + 1,
        _ => weeks.len() - 1..weeks.len(),
    }
}

/// Sales of new and of repeat buyers, where both are told.
fn split(week: &SalesWeek) -> Option<[i64; 2]> {
    Some([week.new_minor?, week.repeat_minor?])
}

/// What a week's bar is made of.
fn parts(week: &SalesWeek) -> Vec<i64> {
    split(week).map_or_else(|| vec![week.total_minor], |parts| parts.to_vec())
}

fn finding(weeks: &[SalesWeek], reported: &std::ops::Range<usize>) -> sales::WeeksFinding {
    let total = |range: &[SalesWeek]| {
        range
            .iter()
            .fold(0_i64, |sum, w| sum.saturating_add(w.total_minor))
    };
    let parts = |range: &[SalesWeek]| {
        range.iter().try_fold([0_i64; 2], |[new, repeat], week| {
            let [more_new, more_repeat] = split(week)?;
            Some([
                new.saturating_add(more_new),
                repeat.saturating_add(more_repeat),
            ])
        })
    };
    let now = &weeks[reported.clone()];
    let before = reported
        .start
        .checked_sub(reported.len())
        .map(|first| &weeks[first..reported.start]);
    sales::WeeksFinding {
        total_minor: (total(now), before.map(total)),
        parts: parts(now).zip(before.and_then(parts)),
        week_count: reported.len(),
        period_minor: None,
        until: None,
        silent: None,
    }
}

/// The shop system that is silent by itself, and when its newest order was.
fn silent(figures: &Figures, s: &Speaker<'_>) -> Option<(String, String)> {
    let gap = figures.order_gap.as_ref()?;
    Some((gap.source.clone()?, newest(s, gap)))
}

fn newest(s: &Speaker<'_>, gap: &OrderGap) -> String {
    telling::newest(s.lang.words(), gap, s.day(&gap.newest))
}

/// Sales of the reported period and of the compared one, where those of the reported weeks and of the weeks before are others: of a
/// month, or where the period is compared with an earlier one.
fn of_period(figures: &Figures, weeks: &sales::WeeksFinding) -> Option<(f64, Option<f64>)> {
    let kpi = figures.kpis.iter().find(|kpi| kpi.kind == KpiKind::Sales)?;
    let now = kpi.value.filter(|value| value.is_finite())?;
    let before = kpi.previous.filter(|value| value.is_finite());
    let (of_weeks, of_weeks_before) = weeks.total_minor;
    let is_same = (now - of_weeks as f64).abs() < 0.5
        && (before.unwrap_or_default() - of_weeks_before.unwrap_or(0) as f64).abs() < 0.5;
    (!is_same).then_some((now, before))
}

/// Lower and upper end of a week's bar: what was returned lies below zero.
fn ends(week: &SalesWeek) -> (f64, f64) {
    parts(week)
        .into_iter()
        .map(|part| part as f64)
        .fold((0.0, 0.0), |(below, above), part| {
            (below + part.min(0.0), above + part.max(0.0))
        })
}

fn bar(canvas: &mut Canvas, week: &SalesWeek, x: (f64, f64), scale: &Scale, is_reported: bool) {
    let inks = if is_reported {
        (Ink::Main, Ink::Second, Ink::Soft)
    } else {
        (Ink::MainSoft, Ink::SecondSoft, Ink::Neutral)
    };
    let (mut below, mut above) = (0.0, 0.0);
    let drawn = match split(week) {
        Some([new, repeat]) => vec![(repeat as f64, inks.0), (new as f64, inks.1)],
        None => vec![(week.total_minor as f64, inks.2)],
    };
    for (value, ink) in drawn {
        let base = if value < 0.0 { &mut below } else { &mut above };
        canvas.rect(x.0, scale.at(*base), x.1, scale.at(*base + value), ink);
        *base += value;
    }
}

/// Writes the value of the last reported week above its bar, and that of the busiest week when it stands out.
fn label_values(
    canvas: &mut Canvas,
    s: &Speaker<'_>,
    weeks: &[SalesWeek],
    index: usize,
    area: &Area,
    scale: &Scale,
) {
    let sum = |w: &SalesWeek| w.total_minor as f64;
    let text = s.money(sum(&weeks[index]));
    let said = label(
        canvas,
        weeks,
        index,
        (area, scale),
        (LABEL, Ink::Text, &text),
    );
    let Some(peak) = (0..weeks.len()).max_by(|a, b| sum(&weeks[*a]).total_cmp(&sum(&weeks[*b])))
    else {
        return;
    };
    let stands_out = mean_of(weeks).is_some_and(|mean| sum(&weeks[peak]) > PEAK * mean.max(0.0));
    if peak != index && stands_out {
        let text = sales::weeks_peak(s, &weeks[peak].week, sum(&weeks[peak]));
        let (left, right) = span(weeks, peak, area, font::width(&text, NOTE));
        if right + 16.0 < said.0 || left > said.1 + 16.0 {
            label(canvas, weeks, peak, (area, scale), (NOTE, Ink::Soft, &text));
        }
    }
}

/// How much lower than its neighbours a bar is whose label needs a line to it.
const LEADER: f64 = 16.0;

/// Left and right end of a label over a bar, kept inside the area.
fn span(weeks: &[SalesWeek], index: usize, area: &Area, width: f64) -> (f64, f64) {
    let (left, right) = axis::slot(index, weeks.len(), area.left, area.right, 120.0);
    let middle = (left + right) / 2.0;
    let x = middle
        .min(area.right - width / 2.0)
        .max(area.left + width / 2.0);
    (x - width / 2.0, x + width / 2.0)
}

/// Writes a label over a bar and over the neighbours it reaches across; returns its ends.
fn label(
    canvas: &mut Canvas,
    weeks: &[SalesWeek],
    index: usize,
    (area, scale): (&Area, &Scale),
    (size, ink, text): (f64, Ink, &str),
) -> (f64, f64) {
    let ends_at = span(weeks, index, area, font::width(text, size));
    let top = (0..weeks.len())
        .filter(|i| {
            let (left, right) = axis::slot(*i, weeks.len(), area.left, area.right, 120.0);
            right > ends_at.0 && left < ends_at.1
        })
        .map(|i| scale.at(ends(&weeks[i]).1))
        .fold(scale.at(0.0), f64::min);
    let middle = (ends_at.0 + ends_at.1) / 2.0;
    canvas.text(middle, top - 14.0, size, ink, Anchor::Middle, text);
    // Over a higher neighbour a line leads down to the bar that is meant.
    let own = scale.at(ends(&weeks[index]).1);
    if own - top > LEADER {
        let (left, right) = axis::slot(index, weeks.len(), area.left, area.right, 120.0);
        canvas.upright((left + right) / 2.0, top - 8.0, own - 4.0, Ink::Soft, 2.0);
    }
    ends_at
}

/// Mean of the weeks shown, when there are enough.
fn mean_of(weeks: &[SalesWeek]) -> Option<f64> {
    let sum: f64 = weeks.iter().map(|w| w.total_minor as f64).sum();
    (weeks.len() >= MEAN_FROM).then(|| sum / weeks.len() as f64)
}

fn row(week: &SalesWeek) -> Vec<String> {
    vec![
        week.week.clone(),
        cell(week.new_minor),
        cell(week.repeat_minor),
        week.total_minor.to_string(),
        cell(week.order_count),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::fixture;
    use crate::report::figures::OrderGapKind;
    use crate::report::findings::fixture::{of_a_month, without_orders};
    use crate::report::words::Lang;

    fn title(figures: &Figures) -> String {
        let speaker = Speaker::new(figures, Lang::Ja);
        sketch(figures, &speaker).unwrap().wording.title
    }

    #[test]
    fn the_sentence_is_that_of_the_period() {
        // Without numbers of the period the weeks tell their own.
        assert!(!title(&fixture::shop()).contains("対象期間"));
        let mut figures = of_a_month();
        let sales = figures.kpis.iter_mut().find(|k| k.kind == KpiKind::Sales);
        let sales = sales.unwrap();
        (sales.value, sales.previous) = (Some(5_000_000.0), Some(4_000_000.0));
        let title = title(&figures);
        assert!(
            title.contains("500万円") && title.contains("25%増"),
            "{title}"
        );
        assert!(title.contains("2025年8月より"), "{title}");
    }

    #[test]
    fn one_silent_shop_system_is_named_and_the_shop_is_not_said_to_be() {
        let figures = without_orders(OrderGapKind::Early, Some("ec"));
        let told = title(&figures);
        assert!(told.ends_with("(「ec」の注文は9/20まで)"), "{told}");
        assert!(!told.contains("届いていません"), "{told}");
        let mut figures = without_orders(OrderGapKind::Early, None);
        let told = title(&figures);
        assert_eq!(told, "9/20より後の注文はまだ届いていません");
        figures.order_gap.as_mut().unwrap().is_of_week = true;
        let told = title(&figures);
        assert!(told.starts_with("9/20の週より後の"), "{told}");
    }

    #[test]
    fn weeks_that_are_the_period_tell_who_bought() {
        let mut figures = of_a_month();
        figures.period = fixture::shop().period;
        let weeks = &figures.sales_weeks;
        let told = finding(
            weeks,
            &reported(weeks, &figures.period.from, &figures.period.to),
        );
        let (now, before) = told.total_minor;
        let (now, before) = (Some(now as f64), before.map(|before| before as f64));
        let sales = figures.kpis.iter_mut().find(|k| k.kind == KpiKind::Sales);
        let sales = sales.unwrap();
        (sales.value, sales.previous) = (now, before);
        assert!(!title(&figures).contains("対象期間"));
    }
}
