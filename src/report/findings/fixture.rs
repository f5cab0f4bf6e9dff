//! The made-up coffee shop of the charts with the parts only pages show: key figures, alerts and the data itself.

use jiff::civil::date;

use crate::report::charts::fixture;
use crate::report::figures::*;
use crate::report::periods::Periods;
use crate::store::FilePlace;

pub(crate) use fixture::empty;

/// Figures with data for every part of a report.
pub(crate) fn figures() -> Figures {
    let mut figures = fixture::shop();
    figures.kpis = kpis();
    figures.voice.platforms = [
        ("x", 96, Some(-0.12)),
        ("google", 41, Some(0.38)),
        ("line", 38, Some(0.05)),
        ("email", 17, None),
    ]
    .into_iter()
    .map(|(platform, post_count, sentiment_mean)| PlatformFigure {
        platform: platform.to_owned(),
        post_count,
        sentiment_mean,
    })
    .collect();
    let actions = [
        "店長からお詫びとお伺いのご連絡を差し上げる",
        "新しい豆の試飲会へご招待する",
        "季節のお便りでお礼をお伝えする",
        "お好みの豆の入荷をお知らせする",
        "飲み比べセットをご案内する",
        "淹れ方の手引きをお送りする",
        "ご不満の内容を伺い、返信する",
        "お便りを控える",
    ];
    for (segment, action) in figures.segments.iter_mut().zip(actions) {
        segment.action = action.to_owned();
    }
    figures.data = data(figures.data);
    figures
}

/// Figures with two goals, one met and one missed, and one of a number that is not known.
pub(crate) fn with_targets() -> Figures {
    let mut figures = figures();
    for kpi in &mut figures.kpis {
        match kpi.kind {
            KpiKind::Sales => kpi.aim(1_800_000.0),
            KpiKind::ResponseTime => kpi.aim(120.0),
            KpiKind::Sentiment => {
                kpi.value = None;
                kpi.aim(0.2);
            }
            _ => {}
        }
    }
    figures
}

/// Figures with goals whose orders, or those of one shop system, end on 20 September, before the period does; one file
/// could not be read.
pub(crate) fn without_orders(kind: OrderGapKind, source: Option<&str>) -> Figures {
    let mut figures = with_targets();
    figures.order_gap = Some(OrderGap {
        newest: "2026-09-20".to_owned(),
        is_of_week: false,
        kind,
        source: source.map(str::to_owned),
        longest_days: None,
        earlier_sources: Vec::new(),
        earlier_until: None,
    });
    figures.data.unread = vec![UnreadFigure {
        place: FilePlace::Exports,
        file_count: 1,
    }];
    if kind == OrderGapKind::Usual || source.is_some() {
        return figures;
    }
    figures.sales_change = None;
    for kpi in figures
        .kpis
        .iter_mut()
        .filter(|kpi| kpi.kind.is_of_orders())
    {
        kpi.is_incomplete = true;
        if kind == OrderGapKind::Missing && kpi.kind == KpiKind::Sales {
            kpi.value = None;
        }
        if let Some(target) = kpi.target {
            kpi.aim(target);
        }
    }
    figures
}

/// Figures of August 2026 beside August 2025, with goals and a fiscal year.
pub(crate) fn of_a_month() -> Figures {
    let mut figures = with_targets();
    let (last, compare) = (date(2026, 8, 31), date(2025, 8, 1));
    let periods = Periods::new(PeriodKind::Month, 7, last, Some(compare)).unwrap();
    figures.as_of = last.to_string();
    figures.period = periods.figures();
    figures.fiscal_year = Some(FiscalYear {
        year: 2026,
        start_month: 4,
        from: "2026-04-01".to_owned(),
        to: "2026-08-31".to_owned(),
        current: YearToDate {
            sales_minor: 9_120_000,
            order_count: Some(2_204),
            buyer_count: Some(1_131),
            new_buyer_count: Some(402),
        },
        previous_from: "2025-04-01".to_owned(),
        previous_to: "2025-08-31".to_owned(),
        previous: Some(YearToDate {
            sales_minor: 8_000_000,
            order_count: Some(2_010),
            buyer_count: Some(1_050),
            new_buyer_count: Some(433),
        }),
    });
    figures
}

fn kpis() -> Vec<Kpi> {
    use KpiKind::*;
    let rows: [(KpiKind, f64, f64); 13] = [
        (Sales, 1_842_300.0, 1_694_100.0),
        (Buyers, 412.0, 386.0),
        (NewBuyers, 96.0, 71.0),
        (RepeatRate, 0.767, 0.816),
        (AverageOrder, 4_121.0, 4_050.0),
        (ChurnRate, 0.312, 0.298),
        (LifetimeValue, 17_474_000.0, 17_020_000.0),
        (CostPerOrder, 1_120.0, 1_340.0),
        (Posts, 192.0, 104.0),
        (Sentiment, 0.04, 0.27),
        (NegativeShare, 0.484, 0.121),
        (ResponseTime, 214.0, 96.0),
        (WithinTarget, 0.62, 0.81),
    ];
    let waves = [0.94, 0.99, 0.9, 1.03, 0.97, 1.05, 0.98];
    rows.into_iter()
        .map(|(kind, value, previous)| {
            let past = waves.iter().map(|wave| Some(previous * wave));
            Kpi {
                kind,
                unit: kind.unit(),
                value: Some(value),
                is_withheld: false,
                is_incomplete: false,
                previous: Some(previous),
                is_rise_good: kind.is_rise_good(),
                target: None,
                is_met: None,
                history: past.chain([Some(previous), Some(value)]).collect(),
            }
        })
        .collect()
}

fn data(data: DataFigures) -> DataFigures {
    let table = |table: &str, row_count| TableFigure {
        table: table.to_owned(),
        row_count: Counted::Told(row_count),
        newest: Some("2026-09-27".to_owned()),
    };
    let of_layout = |layout: &str, file_count, stored_count, rejected_count| FileFigure {
        layout: layout.to_owned(),
        file_count,
        stored_count,
        rejected_count,
    };
    let excluded = |reason: &str, count| ExcludedFigure {
        reason: reason.to_owned(),
        count: Counted::Told(count),
    };
    DataFigures {
        tables: vec![
            table("customers", 1_748),
            table("orders", 8_421),
            table("posts", 2_310),
        ],
        files: vec![
            of_layout("eccube4", 12, 8_421, 3),
            of_layout("x_archive", 1, 1_204, 0),
        ],
        customer_count: 1_748,
        person_count: 1_685,
        declared_account_count: Counted::Told(312),
        linked_account_count: Counted::Told(271),
        excluded: vec![
            excluded("order_cancelled", 73),
            excluded("link_without_consent", 41),
        ],
        ..data
    }
}
