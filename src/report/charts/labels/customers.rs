//! Texts of the charts about customers and their value.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::{MatrixCell, SegmentFigure, Urgency};

/// Stands for a group that is held back: it is small, or tells of a small one by subtraction.
pub(in crate::report::charts) fn hidden(s: &Speaker<'_>) -> String {
    s.name("page", "hidden").to_owned()
}

/// Headline of the RFM map: persons who slip away if there are any, else the best ones; each with their spend.
pub(in crate::report::charts) fn rfm(
    s: &Speaker<'_>,
    slipping: &(u64, i64),
    best: &(u64, i64),
) -> Wording {
    let title = if slipping.0 > 0 {
        let (persons, spend) = (s.persons(slipping.0), s.money(slipping.1 as f64));
        s.pick(
            format!("よく購入していた{persons}の足が遠のいています(これまでの購入額 {spend})"),
            format!("{persons} who used to buy often are slipping away ({spend} spent so far)"),
        )
    } else if best.0 > 0 {
        let (persons, spend) = (s.persons(best.0), s.money(best.1 as f64));
        s.pick(
            format!("最近もよく購入しているお得意様は{persons}です(これまでの購入額 {spend})"),
            format!("{persons} buy often and came just now ({spend} spent so far)"),
        )
    } else {
        s.pick(
            "購入の新しさと回数で見たお客様の分布です".to_owned(),
            "How recently and how often customers buy".to_owned(),
        )
    };
    let subtitle = s.pick(
        "最後の購入の新しさ(R、横)と購入回数(F、縦)ごとの人数と購入額。色が強いほど人数が多い",
        "People and their spend by recency (R, across) and frequency (F, upwards); stronger colour means more people",
    );
    let headings = s.pick(
        ["R(新しさ)", "F(回数)", "人数", "購入額"],
        ["R (recency)", "F (frequency)", "People", "Spend"],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Names of the recency scores 1 to 5.
pub(in crate::report::charts) fn recency_names(s: &Speaker<'_>) -> [String; 5] {
    s.pick(
        ["R1 かなり前", "R2", "R3", "R4", "R5 つい最近"],
        ["R1 long ago", "R2", "R3", "R4", "R5 just now"],
    )
    .map(str::to_owned)
}

/// Names of the frequency scores 1 to 5.
pub(in crate::report::charts) fn frequency_names(s: &Speaker<'_>) -> [String; 5] {
    s.pick(
        ["少ない F1", "F2", "F3", "F4", "多い F5"],
        ["seldom F1", "F2", "F3", "F4", "often F5"],
    )
    .map(str::to_owned)
}

/// What the corners of the RFM map are called.
pub(in crate::report::charts) fn rfm_zone(
    s: &Speaker<'_>,
    recency: u32,
    frequency: u32,
) -> &'static str {
    match (recency, frequency) {
        (5, 5) => s.pick("お得意様", "Champions"),
        (1, 5) => s.pick("足が遠のいた方", "At risk"),
        (5, 1) => s.pick("新しいお客様", "Newcomers"),
        (1, 1) => s.pick("休眠", "Dormant"),
        _ => "",
    }
}

/// Headline of the segments; `top` is the most valuable.
pub(in crate::report::charts) fn segments(
    s: &Speaker<'_>,
    top: &SegmentFigure,
    value_minor: i64,
    total: f64,
    has_ltv: bool,
) -> Wording {
    let persons = s.persons(top.person_count);
    let name = s.brief(&top.name);
    let title = if total > 0.0 {
        let share = s.share(value_minor as f64 / total);
        match has_ltv {
            true => s.pick(
                format!("今後12か月の見込みの{share}は「{name}」の{persons}から生まれます"),
                format!("{share} of the next 12 months' value comes from {persons} in “{name}”"),
            ),
            false => s.pick(
                format!("これまでの購入額の{share}は「{name}」の{persons}によるものです"),
                format!("{share} of all spend so far comes from {persons} in “{name}”"),
            ),
        }
    } else {
        s.pick(
            format!("人数の内訳です。「{name}」は{persons}です"),
            format!("People by segment; “{name}” has {persons}"),
        )
    };
    let what = match has_ltv {
        true => s.pick(
            "今後12か月の見込み購入額",
            "expected value of the next 12 months",
        ),
        false => s.pick("これまでの購入額", "spend so far"),
    };
    let subtitle = s.pick(
        format!("セグメント別の{what}と人数。色は連絡の急ぎ度"),
        format!("Segments by {what}, with people; the colour says how pressing a contact is"),
    );
    let persons_before = s.persons_before();
    let headings = s.pick(
        [
            "セグメント",
            "急ぎ度",
            "人数",
            &persons_before,
            "12か月の見込み",
            "これまでの購入額",
            "連絡可",
        ],
        [
            "Segment",
            "Contact",
            "People",
            &persons_before,
            "12-month value",
            "Spend so far",
            "Reachable",
        ],
    );
    Wording::new(title, subtitle, &headings)
}

/// Persons of a segment with the change since the moment they are compared with.
pub(in crate::report::charts) fn segment_persons(s: &Speaker<'_>, g: &SegmentFigure) -> String {
    let persons = s.persons(g.person_count);
    let Some(previous) = g.previous_person_count else {
        return persons;
    };
    let change = s.numbers.signed(g.person_count as f64 - previous as f64, 0);
    match g.person_count.cmp(&previous) {
        std::cmp::Ordering::Equal => s.pick(
            format!("{persons}(増減なし)"),
            format!("{persons} (unchanged)"),
        ),
        _ => {
            let before = s.state_before("前の期間", "");
            let on = if before.is_empty() { "" } else { " on " };
            s.pick(
                format!("{persons}({before}比 {change})"),
                format!("{persons} ({change}{on}{before})"),
            )
        }
    }
}

/// Note on the segments that are not drawn.
pub(in crate::report::charts) fn segments_rest(s: &Speaker<'_>, count: usize) -> String {
    s.pick(
        format!("ほか{count}セグメントは表にあります"),
        format!("{count} more segments are in the table"),
    )
}

/// Name of an urgency.
pub(in crate::report::charts) fn urgency(s: &Speaker<'_>, urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Now => s.pick("本日連絡", "Contact today"),
        Urgency::Week => s.pick("今週中に連絡", "Within the week"),
        Urgency::Regular => s.pick("次の定期配信", "Next regular mailing"),
        Urgency::None => s.pick("連絡しない", "Leave in peace"),
    }
}

/// Headline of the deciles.
pub(in crate::report::charts) fn deciles(
    s: &Speaker<'_>,
    top_two: f64,
    gini: Option<f64>,
) -> Wording {
    let share = s.share(top_two);
    let title = s.pick(
        format!("購入額の多い上位2割のお客様が、売上の{share}を占めています"),
        format!("The top fifth of customers make {share} of sales"),
    );
    let gini = gini.map_or_else(String::new, |g| {
        let value = s.numbers.decimal(g, 2);
        s.pick(
            format!("。ジニ係数 {value}(1に近いほど偏りが大きい)"),
            format!("; Gini {value} (1 means one person buys all)"),
        )
    });
    let subtitle = s.pick(
        format!("お客様を購入額の順に人数で10等分したときの売上の割合{gini}"),
        format!("Share of sales by tenths of customers, the best first{gini}"),
    );
    let headings = s.pick(
        ["デシル", "人数", "購入額", "累積の割合"],
        ["Decile", "People", "Spend", "Cumulative share"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the deciles: bars, line.
pub(in crate::report::charts) fn deciles_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["この層の割合", "ここまでの累積"],
        ["Share of this tenth", "Cumulative share"],
    )
}

/// Name of a decile.
pub(in crate::report::charts) fn decile_name(s: &Speaker<'_>, decile: u32) -> String {
    match decile {
        1 => s.pick("上位1割".to_owned(), "Top 10%".to_owned()),
        n => n.to_string(),
    }
}

/// Headline of the cohorts: the mean of the month after, and the best cohort.
pub(in crate::report::charts) fn cohorts(
    s: &Speaker<'_>,
    next_month: Option<f64>,
    best: Option<(&str, Option<f64>)>,
) -> Wording {
    let title = match (next_month, best) {
        (Some(mean), Some((month, Some(top)))) => {
            // As the findings tell it.
            let mean = s.numbers.share(mean);
            let (month, top) = (s.month(month), s.share(top));
            s.pick(
                format!("初回購入の翌月に戻った方は平均{mean}。最も高いのは{month}の{top}です"),
                format!("{mean} come back the month after their first purchase; {month} did best ({top})"),
            )
        }
        (Some(mean), _) => {
            let mean = s.numbers.share(mean);
            s.pick(
                format!("初回購入の翌月に戻った方は{mean}です"),
                format!("{mean} come back the month after their first purchase"),
            )
        }
        _ => s.pick(
            "初回購入の月ごとに、その後も購入した方の割合です".to_owned(),
            "How many buyers return, by month of first purchase".to_owned(),
        ),
    };
    let subtitle = s.pick(
        "初回購入の月(縦)ごとに、その後の月(横、経過月数)に購入した方の割合",
        "Share of each month's first-time buyers (downwards) who bought in later months (across)",
    );
    let headings = s.pick(
        [
            "初回購入の月",
            "経過月数",
            "初回購入者",
            "購入した人",
            "継続率",
        ],
        [
            "First purchase",
            "Months since",
            "First-time buyers",
            "Bought",
            "Retention",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Heading of the size of cohorts.
pub(in crate::report::charts) fn cohort_size(s: &Speaker<'_>) -> &'static str {
    s.pick("初回購入者", "Buyers")
}

/// Size of a cohort, below its heading.
pub(in crate::report::charts) fn cohort_count(s: &Speaker<'_>, count: u64) -> String {
    let number = s.count(count as f64);
    s.pick(format!("{number}人"), number)
}

/// Name of a month after the first purchase.
pub(in crate::report::charts) fn age(s: &Speaker<'_>, months: u32) -> String {
    match months {
        0 => s.pick("初月".to_owned(), "first".to_owned()),
        1 => s.pick("翌月".to_owned(), "+1".to_owned()),
        n => s.pick(n.to_string(), format!("+{n}")),
    }
}

/// Headline of the spread of values; `median_upper` is the upper end of the middle person's bin.
pub(in crate::report::charts) fn lifetime(
    s: &Speaker<'_>,
    total_minor: i64,
    median_upper: i64,
) -> Wording {
    let (total, half) = (s.money(total_minor as f64), s.money(median_upper as f64));
    let title = s.pick(
        format!("今後12か月の見込みは合計{total}。半数の方は1人{half}未満です"),
        format!("The next 12 months are worth {total}; half of people below {half} each"),
    );
    let subtitle = s.pick(
        "今後12か月の見込み購入額ごとの人数",
        "People by expected value of their next 12 months",
    );
    let headings = s.pick(["以上", "未満", "人数"], ["From", "Below", "People"]);
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Legend of the spread of values: lower half, upper half.
pub(in crate::report::charts) fn lifetime_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["下位半数が入る範囲", "上位の方"],
        ["Where the lower half lies", "The upper people"],
    )
}

/// Headline of the tracking plot; `holdout` is what was bought and expected in the unseen weeks.
pub(in crate::report::charts) fn tracking(
    s: &Speaker<'_>,
    model: &str,
    holdout: Option<(f64, f64)>,
) -> Wording {
    let title = match holdout {
        Some((actual, expected)) if actual > 0.0 => {
            let error = (expected - actual) / actual;
            let size = s.share(error.abs());
            let (bought, foretold) = (s.count(actual), s.count(expected));
            let (ja, en) = if error.abs() < 0.005 {
                ("ほぼ一致しました".to_owned(), "about the same".to_owned())
            } else if error > 0.0 {
                (
                    format!("予測が{size}多めでした"),
                    format!("{size} too many"),
                )
            } else {
                (
                    format!("予測が{size}少なめでした"),
                    format!("{size} too few"),
                )
            };
            s.pick(
                format!("検証期間の再購入は予測{foretold}回、実際は{bought}回で、{ja}"),
                format!("In the test weeks {foretold} repeat purchases were forecast, {en}: {bought} were made"),
            )
        }
        _ => s.pick(
            "再購入の実績と、モデルの予測の比較です".to_owned(),
            "Repeat purchases, actual and forecast".to_owned(),
        ),
    };
    let subtitle = s.pick(
        format!("再購入の累計(回)。{model}モデルの予測と実績"),
        format!("Cumulative repeat purchases, actual and forecast by {model}"),
    );
    let headings = s.pick(
        ["週の初日", "実績", "予測"],
        ["Week from", "Actual", "Forecast"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the tracking plot: actual, forecast.
pub(in crate::report::charts) fn tracking_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(["実績", "予測"], ["Actual", "Forecast"])
}

/// Notes in the shaded weeks: what they are, and what was bought and expected in them alone.
pub(in crate::report::charts) fn tracking_holdout(
    s: &Speaker<'_>,
    (actual, expected): (f64, f64),
) -> [String; 2] {
    let (actual, expected) = (s.count(actual), s.count(expected));
    s.pick(
        [
            "検証期間(学習に使っていない週)".to_owned(),
            format!("この期間だけの実績 {actual}回、予測 {expected}回"),
        ],
        [
            "Test weeks, unseen by the model".to_owned(),
            format!("In these alone: {actual} actual, {expected} forecast"),
        ],
    )
}

/// Headline of value against voice.
pub(in crate::report::charts) fn value_voice(
    s: &Speaker<'_>,
    at_risk: Option<&MatrixCell>,
    fans: Option<&MatrixCell>,
) -> Wording {
    let known = |cell: Option<&MatrixCell>| {
        cell.and_then(|c| c.person_count.map(|n| (n, c.ltv_minor)))
            .filter(|(n, _)| *n > 0)
    };
    let title = match (known(at_risk), known(fans)) {
        (Some((persons, ltv)), _) => {
            let persons = s.persons(persons);
            let value_ja =
                ltv.map_or_else(String::new, |v| format!("(見込み {})", s.money(v as f64)));
            let value_en = ltv.map_or_else(String::new, |v| {
                format!(" (12-month value {})", s.money(v as f64))
            });
            s.pick(
                format!("価値の高いお客様{persons}が否定的な声を寄せています{value_ja}"),
                format!("{persons} of high value speak ill of the shop{value_en}"),
            )
        }
        (None, Some((persons, _))) => {
            let persons = s.persons(persons);
            s.pick(
                format!("価値が高く好意的な声を寄せているお客様は{persons}です"),
                format!("{persons} of high value speak well of the shop"),
            )
        }
        _ => s.pick(
            "お客様の価値と声の組み合わせです".to_owned(),
            "What customers of each value say".to_owned(),
        ),
    };
    let subtitle = s.pick(
        "価値(縦)と声(横)の区分ごとの人数と12か月の見込み。色が強いほど見込みが大きい",
        "People and their 12-month value by value (downwards) and voice (across); stronger colour means more value",
    );
    let headings = s.pick(
        ["価値", "声", "人数", "12か月の見込み"],
        ["Value", "Voice", "People", "12-month value"],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Name of a value group.
pub(in crate::report::charts) fn value_name<'a>(s: &Speaker<'_>, key: &'a str) -> &'a str {
    match key {
        "high" => s.pick("価値 高", "High value"),
        "middle" => s.pick("価値 中", "Middle value"),
        "low" => s.pick("価値 低", "Low value"),
        other => other,
    }
}

/// Name of a voice group.
pub(in crate::report::charts) fn voice_name<'a>(s: &Speaker<'_>, key: &'a str) -> &'a str {
    match key {
        "positive" => s.pick("好意的", "Positive"),
        "neutral" => s.pick("どちらでもない", "Neutral"),
        "negative" => s.pick("否定的", "Negative"),
        "silent" => s.pick("声なし", "Silent"),
        other => other,
    }
}
