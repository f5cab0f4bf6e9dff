//! Texts of the sales charts.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::SalesChange;

/// Sales of the reported weeks and of as many weeks before.
pub(in crate::report::charts) struct WeeksFinding {
    /// Sales, now and before.
    pub(in crate::report::charts) total_minor: (i64, Option<i64>),
    /// Sales of new buyers and of everybody else, now and before; absent where one of them is held back.
    pub(in crate::report::charts) parts: Option<([i64; 2], [i64; 2])>,
    /// Reported weeks.
    pub(in crate::report::charts) week_count: usize,
    /// Sales of the reported period and of the compared one, where the reported weeks are not just these.
    pub(in crate::report::charts) period_minor: Option<(f64, Option<f64>)>,
    /// When the newest order was, where orders of the period are missing.
    pub(in crate::report::charts) until: Option<String>,
    /// A shop system that is silent by itself, and when its newest order was.
    pub(in crate::report::charts) silent: Option<(String, String)>,
}

/// Headline of the weekly sales.
pub(in crate::report::charts) fn weeks(s: &Speaker<'_>, f: &WeeksFinding) -> Wording {
    let (now, before) = f.total_minor;
    let amount = s.money(now as f64);
    let until = f.until.as_deref();
    let title = match before {
        _ if until.is_some() => {
            let until = until.unwrap_or_default();
            s.pick(
                format!("{until}より後の注文はまだ届いていません"),
                format!("Orders after {until} have not come in yet"),
            )
        }
        _ if f.period_minor.is_some() => period_title(s, f.period_minor),
        Some(before) if before > 0 => {
            let change = (now as f64 - before as f64) / before as f64;
            weeks_title(s, f, change, &amount)
        }
        _ => s.pick(
            format!("売上は{amount}でした"),
            format!("Sales were {amount}"),
        ),
    };
    let title = match &f.silent {
        None => title,
        Some((source, day)) => {
            let source = s.brief(source);
            s.pick(
                format!("{title}(「{source}」の注文は{day}まで)"),
                format!("{title} (orders of “{source}” until {day})"),
            )
        }
    };
    let subtitle = match f.period_minor {
        _ if until.is_some() => s.pick(
            "週ごとの売上(返品を引いた額)。注文がそろっていない週は載せていません",
            "Sales by week, returns taken off; weeks whose orders are not complete are left out",
        ),
        None => s.pick(
            "週ごとの売上(返品を引いた額)。濃い色が対象期間",
            "Sales by week, returns taken off; the reported period in full colour",
        ),
        Some(_) => s.pick(
            "週ごとの売上(返品を引いた額)。濃い色は対象期間に始まる週で、その合計は期間の売上とは一致しません",
            "Sales by week, returns taken off; in full colour the weeks that begin in the period, which add up to something else",
        ),
    };
    let headings = s.pick(
        [
            "週の初日",
            "新規購入者の売上",
            "リピート購入者の売上",
            "売上合計",
            "注文数",
        ],
        [
            "Week from",
            "Sales to new buyers",
            "Sales to repeat buyers",
            "Sales in all",
            "Orders",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// The sentence of the period, as the findings tell it.
fn period_title(s: &Speaker<'_>, sales: Option<(f64, Option<f64>)>) -> String {
    let (now, before) = sales.unwrap_or_default();
    let (amount, span) = (s.money(now), s.against().span);
    let change = before
        .filter(|before| *before > 0.0)
        .map(|before| (now - before) / before);
    let size = s.share(change.unwrap_or_default().abs());
    match change {
        None => s.pick(
            format!("対象期間の売上は{amount}でした"),
            format!("Sales of the period were {amount}"),
        ),
        Some(change) if change.abs() < 0.01 => s.pick(
            format!("対象期間の売上は{amount}で、{span}とほぼ同じでした"),
            format!("Sales of the period were {amount}, much like {span}"),
        ),
        Some(change) if change > 0.0 => s.pick(
            format!("対象期間の売上は{amount}で、{span}より{size}増えました"),
            format!("Sales of the period were {amount}, up {size} on {span}"),
        ),
        Some(_) => s.pick(
            format!("対象期間の売上は{amount}で、{span}より{size}減りました"),
            format!("Sales of the period were {amount}, down {size} on {span}"),
        ),
    }
}

fn weeks_title(s: &Speaker<'_>, f: &WeeksFinding, change: f64, amount: &str) -> String {
    let before = match f.week_count {
        1 => s.pick("前の週".to_owned(), "the week before".to_owned()),
        n => s.pick(format!("前の{n}週間"), format!("the {n} weeks before")),
    };
    if change.abs() < 0.01 {
        return s.pick(
            format!("売上は{amount}で、{before}とほぼ同じでした"),
            format!("Sales were {amount}, much like {before}"),
        );
    }
    let size = s.share(change.abs());
    let Some((now, past)) = f.parts else {
        return match change > 0.0 {
            true => s.pick(
                format!("売上は{amount}で、{before}より{size}増えました"),
                format!("Sales were {amount}, up {size} on {before}"),
            ),
            false => s.pick(
                format!("売上は{amount}で、{before}より{size}減りました"),
                format!("Sales were {amount}, down {size} on {before}"),
            ),
        };
    };
    let [new, repeat] = [0, 1].map(|part: usize| now[part] as f64 - past[part] as f64);
    let is_new = if change > 0.0 {
        new > repeat
    } else {
        new < repeat
    };
    match (change > 0.0, is_new) {
        (true, true) => s.pick(
            format!("売上は{before}より{size}増え、新規のお客様が押し上げました"),
            format!("Sales rose {size} on {before}, driven by new buyers"),
        ),
        (true, false) => s.pick(
            format!("売上は{before}より{size}増え、リピートのお客様が押し上げました"),
            format!("Sales rose {size} on {before}, driven by repeat buyers"),
        ),
        (false, true) => s.pick(
            format!("売上は{before}より{size}減り、新規のお客様の減少が響きました"),
            format!("Sales fell {size} on {before}, with fewer sales to new buyers"),
        ),
        (false, false) => s.pick(
            format!("売上は{before}より{size}減り、リピートのお客様の減少が響きました"),
            format!("Sales fell {size} on {before}, with fewer sales to repeat buyers"),
        ),
    }
}

/// Legend of the weekly sales: repeat, new.
pub(in crate::report::charts) fn weeks_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["リピート購入者", "新規購入者"],
        ["Repeat buyers", "New buyers"],
    )
}

/// Legend of the weeks that are not split.
pub(in crate::report::charts) fn weeks_whole(s: &Speaker<'_>) -> &'static str {
    s.pick(
        "内訳は非表示(少人数の保護)",
        "Split withheld (protects small groups)",
    )
}

/// Note at the busiest week.
pub(in crate::report::charts) fn weeks_peak(s: &Speaker<'_>, week: &str, minor: f64) -> String {
    let (day, amount) = (s.day(week), s.money(minor));
    s.pick(
        format!("{day}の週 {amount}"),
        format!("Week of {day}: {amount}"),
    )
}

/// Legend of the mean line.
pub(in crate::report::charts) fn weeks_mean(s: &Speaker<'_>, mean: f64, count: usize) -> String {
    let amount = s.money(mean);
    s.pick(
        format!("{count}週の平均 {amount}"),
        format!("{count}-week mean {amount}"),
    )
}

/// Names of the parts of a change of sales, in drawing order.
pub(in crate::report::charts) fn change_parts(s: &Speaker<'_>) -> [&'static str; 8] {
    s.pick(
        [
            "はじめて購入した方",
            "戻ってきた方",
            "購入が途絶えた方",
            "続けて購入した方の回数",
            "続けて購入した方の単価",
            "少人数のためまとめた分",
            "返品",
            "お客様が分からない注文",
        ],
        [
            "New buyers",
            "Earlier buyers who came back",
            "Buyers who stayed away",
            "Orders of those who came again",
            "Spend per order of those",
            "Small groups together",
            "Returned goods",
            "Orders without a name",
        ],
    )
}

/// Name of the sum of the parts.
pub(in crate::report::charts) fn change_total(s: &Speaker<'_>) -> &'static str {
    s.pick("売上の増減", "Change of sales")
}

/// Headline of the change of sales; `cause` is the part that worked most.
pub(in crate::report::charts) fn change(
    s: &Speaker<'_>,
    change: &SalesChange,
    cause: (&str, i64),
) -> Wording {
    let total = s.money((change.total_minor as f64).abs());
    let (name, amount) = (cause.0, s.signed_money(cause.1 as f64));
    let title = match change.total_minor.signum() {
        1 => s.pick(
            format!("売上は{total}の増加。いちばん効いたのは「{name}」({amount})です"),
            format!(
                "Sales rose by {total}; what counted most: {} ({amount})",
                lower_first(name)
            ),
        ),
        -1 => s.pick(
            format!("売上は{total}の減少。いちばん響いたのは「{name}」({amount})です"),
            format!(
                "Sales fell by {total}; what counted most: {} ({amount})",
                lower_first(name)
            ),
        ),
        _ => s.pick(
            format!("売上は変わらず。いちばん動いたのは「{name}」({amount})です"),
            format!(
                "Sales did not change; what moved most: {} ({amount})",
                lower_first(name)
            ),
        ),
    };
    let before = s.against().span;
    let subtitle = s.pick(
        format!("{before}との売上の差を要因に分けたもの"),
        format!("Difference from {before}, by cause"),
    );
    Wording::new(
        title,
        subtitle,
        &s.pick(["要因", "金額"], ["Cause", "Amount"]),
    )
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

/// Legend of the waterfall: rise, fall, sum.
pub(in crate::report::charts) fn change_keys(s: &Speaker<'_>) -> [&'static str; 3] {
    s.pick(
        ["増えた分", "減った分", "差し引き"],
        ["Added", "Taken away", "In all"],
    )
}
