//! Texts of the charts about what customers and products are worth and how forecasts did.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::{AbcFigure, CpmFigure, MonthFigure, SegmentFigure};

/// Headline of the areas of segments; `half` is how many make half of all, and their persons.
pub(in crate::report::charts) fn segment_map(
    s: &Speaker<'_>,
    half: (usize, u64),
    count: usize,
    has_ltv: bool,
) -> Wording {
    let (few, persons) = (half.0, s.persons(half.1));
    let of = match has_ltv {
        true => s.pick("今後12か月の見込み", "the next 12 months' value"),
        false => s.pick("これまでの購入額", "all spend so far"),
    };
    let title = s.pick(
        match few {
            1 => format!("{of}の半分以上は、{count}セグメントのうち一つ、{persons}によるものです"),
            _ => format!(
                "{of}の半分以上は、{count}セグメントのうち上位{few}つ、{persons}によるものです"
            ),
        },
        format!("Half of {of} comes from {persons} in {few} of {count} segments"),
    );
    let subtitle = s.pick(
        format!("面積は{of}、色は連絡の急ぎ度"),
        format!("The area is {of}, the colour how pressing a contact is"),
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

/// Name of the segments that have no area of their own.
pub(in crate::report::charts) fn segments_rest(s: &Speaker<'_>, count: usize) -> String {
    s.pick(
        format!("ほか{count}セグメント"),
        format!("{count} more segments"),
    )
}

/// Headline of the Lorenz curve; `half` is the share of the less spending half.
pub(in crate::report::charts) fn lorenz(s: &Speaker<'_>, half: f64, gini: Option<f64>) -> Wording {
    let share = s.share(half);
    let title = s.pick(
        format!("購入額の少ない半数のお客様による売上は、全体の{share}です"),
        format!("The half of customers who spend less make {share} of sales"),
    );
    let gini = gini.map_or_else(String::new, |g| {
        let value = s.numbers.decimal(g, 2);
        s.pick(
            format!("。ジニ係数 {value}(線が下に膨らむほど1に近い)"),
            format!("; Gini {value} (the deeper the curve, the nearer to 1)"),
        )
    });
    let subtitle = s.pick(
        format!("購入額の少ない順に数えた人数の割合(横)と、その方々の売上の割合(縦){gini}"),
        format!(
            "Share of customers, the least spending first (across), and of their sales (upwards){gini}"
        ),
    );
    let headings = s.pick(
        ["人数の割合", "売上の割合"],
        ["Share of customers", "Share of sales"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the Lorenz curve: actual, everybody the same.
pub(in crate::report::charts) fn lorenz_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["実際の割合", "全員が同額のとき"],
        ["Actual", "If all spent the same"],
    )
}

/// Note at a point of the Lorenz curve.
pub(in crate::report::charts) fn lorenz_point(s: &Speaker<'_>, persons: f64, sales: f64) -> String {
    let (persons, sales) = (s.share(persons), s.share(sales));
    s.pick(
        format!("下位{persons}で{sales}"),
        format!("lower {persons}: {sales} of sales"),
    )
}

/// Headline of the classes; `best` is class A of persons, else of products.
pub(in crate::report::charts) fn abc(s: &Speaker<'_>, best: &AbcFigure) -> Wording {
    let heads = s.share(best.item_share.unwrap_or(0.0));
    let sales = s.share(best.sales_share.unwrap_or(0.0));
    let count = best.item_count.unwrap_or(0);
    let title = match best.subject.as_str() {
        "person" => {
            let persons = s.persons(count);
            s.pick(
                format!("Aランクのお客様{persons}(全体の{heads})が、売上の{sales}を支えています"),
                format!("{persons} of class A ({heads} of all) make {sales} of sales"),
            )
        }
        _ => {
            let products = s.count(count as f64);
            s.pick(
                format!("Aランクの商品{products}点(全体の{heads})が、売上の{sales}を占めています"),
                format!("{products} products of class A ({heads} of all) make {sales} of sales"),
            )
        }
    };
    let subtitle = s.pick(
        "お客様と商品を売上の多い順にA・B・Cへ分けたときの、売上の割合",
        "Share of sales of customers and products in classes A, B and C, the best sellers first",
    );
    let headings = s.pick(
        ["対象", "ランク", "数", "数の割合", "売上", "売上の割合"],
        [
            "What",
            "Class",
            "Count",
            "Share of count",
            "Sales",
            "Share of sales",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Legend of the classes: sales, heads.
pub(in crate::report::charts) fn abc_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["売上の割合", "人数・品数の割合"],
        ["Share of sales", "Share of customers or products"],
    )
}

/// Name of a class, `お客様 A`.
pub(in crate::report::charts) fn abc_name(s: &Speaker<'_>, class: &AbcFigure) -> String {
    let subject = s.heading("abc_subject", &class.subject);
    format!("{subject} {}", class.abc_class)
}

/// How many are in a class, and their share.
pub(in crate::report::charts) fn abc_note(
    s: &Speaker<'_>,
    class: &AbcFigure,
    count: u64,
) -> String {
    let number = match class.subject.as_str() {
        "person" => s.persons(count),
        _ => {
            let number = s.count(count as f64);
            s.pick(format!("{number}点"), format!("{number} products"))
        }
    };
    match class.item_share {
        Some(share) => {
            let share = s.share(share);
            s.pick(
                format!("{number}(全体の{share})"),
                format!("{number}, {share} of all"),
            )
        }
        None => number,
    }
}

/// Headline of the portfolio: the best customers who lapsed, else those who still come.
pub(in crate::report::charts) fn cpm(
    s: &Speaker<'_>,
    active: Option<&CpmFigure>,
    lapsed: Option<&CpmFigure>,
) -> Wording {
    let known = |group: Option<&CpmFigure>| {
        group
            .and_then(|g| Some((g.person_count?, g.spend_minor?)))
            .filter(|(persons, _)| *persons > 0)
    };
    let title = match (known(lapsed), known(active)) {
        (Some((persons, spend)), _) => {
            let (persons, spend) = (s.persons(persons), s.money(spend as f64));
            s.pick(
                format!("優良だったお客様{persons}が離脱しています(これまでの購入額 {spend})"),
                format!("{persons} who were prime customers are inactive now ({spend} spent so far)"),
            )
        }
        (None, Some((persons, spend))) => {
            let (persons, spend) = (s.persons(persons), s.money(spend as f64));
            s.pick(
                format!("現役の優良のお客様は{persons}です(これまでの購入額 {spend})"),
                format!("{persons} are active prime customers ({spend} spent so far)"),
            )
        }
        (None, None) if active.is_some_and(|g| g.person_count == Some(0)) => s.pick(
            "優良にあたる現役のお客様は、いまはいません".to_owned(),
            "There are no active prime customers now".to_owned(),
        ),
        (None, None) => s.pick(
            "優良のお客様の人数は、少人数の群が引き算でも分からないよう伏せています".to_owned(),
            "Prime customers are not counted out, so that no small group can be told, not even by subtraction"
                .to_owned(),
        ),
    };
    let subtitle = s.pick(
        "顧客ポートフォリオ(CPM)の群ごとの人数、現役 / 離脱(決まった日数を過ぎても購入のない方)。2行目はこれまでの購入額",
        "Groups of the customer portfolio (CPM) in people, active / inactive (nothing bought for a set number of days); below it their spend so far",
    );
    let headings = s.pick(
        ["群", "状態", "人数", "これまでの購入額", "12か月の見込み"],
        ["Group", "State", "People", "Spend so far", "12-month value"],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Legend of the portfolio: active, lapsed.
pub(in crate::report::charts) fn cpm_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(["現役", "離脱"], ["Active", "Inactive"])
}

/// What a group of the portfolio is, in a few words.
pub(in crate::report::charts) fn cpm_note(s: &Speaker<'_>, group: &str) -> String {
    let note = match group {
        "first" => s.pick("購入は1回だけ", "bought once"),
        "fledgling" => s.pick("買い始めて間もない", "bought again, not for long yet"),
        "steady" => s.pick("長く、少しずつ", "long, in small amounts"),
        "trend" => s.pick("短い間に多く", "much in a short time"),
        "prime" => s.pick("長く、多く", "long and much"),
        _ => "",
    };
    note.to_owned()
}

/// Headline of the months; `newest` are the newest known F2 conversion and churn rate with their months.
pub(in crate::report::charts) fn repeat_months(
    s: &Speaker<'_>,
    newest: [Option<(&MonthFigure, f64)>; 2],
) -> Wording {
    let told = |found: Option<(&MonthFigure, f64)>| {
        found.map(|(month, rate)| (s.month(&month.month), s.share(rate)))
    };
    let title = match newest.map(told) {
        [Some((f2_month, f2)), Some((churn_month, churn))] => s.pick(
            format!("{f2_month}に初めて購入した方のうち{f2}が2回目を購入。{churn_month}の離反率は{churn}です"),
            format!("{f2} of the new buyers of {f2_month} bought a second time; churn in {churn_month} was {churn}"),
        ),
        [Some((month, f2)), None] => s.pick(
            format!("{month}に初めて購入した方のうち、{f2}が2回目を購入しました"),
            format!("{f2} of the new buyers of {month} bought a second time"),
        ),
        [None, Some((month, churn))] => s.pick(
            format!("{month}の離反率は{churn}です"),
            format!("Churn in {month} was {churn}"),
        ),
        [None, None] => s.pick(
            "2回目の購入と離反の推移です".to_owned(),
            "Second purchases and churn".to_owned(),
        ),
    };
    let subtitle = s.pick(
        "月ごとの、2回目を購入した新規購入者の割合(F2転換率)と、購入のないまま離反とみなす期間を過ぎたお客様の割合(離反率)",
        "By month: new buyers who bought a second time (F2 conversion), and customers who passed the time after which they count as gone (churn)",
    );
    let headings = s.pick(
        [
            "月",
            "売上",
            "注文数",
            "平均注文額",
            "購入者",
            "2回目以降の購入者の割合",
            "F2転換率",
            "離反率",
        ],
        [
            "Month",
            "Sales",
            "Orders",
            "Average order",
            "Buyers",
            "On a second or later purchase",
            "F2 conversion",
            "Churn",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Legend of the months: F2 conversion, churn.
pub(in crate::report::charts) fn repeat_months_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["F2転換率(2回目の購入)", "離反率"],
        ["F2 conversion (second purchase)", "Churn"],
    )
}

/// Headline of what cohorts have spent; `mean` is the spend per head `age` months after the first purchase.
pub(in crate::report::charts) fn cohort_revenue(s: &Speaker<'_>, age: u32, mean: f64) -> Wording {
    let mean = s.money(mean);
    let title = match age {
        0 => s.pick(
            format!("初めて購入した月の購入額は、1人あたり平均{mean}です"),
            format!("New buyers spend {mean} each in their first month"),
        ),
        age => s.pick(
            format!("初回購入から{age}か月で、1人あたりの購入額は平均{mean}になります"),
            format!("{age} months after the first purchase, buyers have spent {mean} each"),
        ),
    };
    let subtitle = s.pick(
        "初回購入の月(縦)ごとに、その後の月(横、経過月数)までの1人あたり累計購入額",
        "Spend per head so far, by month of first purchase (downwards) and months since then (across)",
    );
    let headings = s.pick(
        [
            "初回購入の月",
            "経過月数",
            "初回購入者",
            "累計購入額",
            "1人あたり",
        ],
        [
            "First purchase",
            "Months since",
            "First-time buyers",
            "Spend so far",
            "Per head",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Headline of the intervals of segments; `bounds` are lower end, value and upper end of the first.
pub(in crate::report::charts) fn value_intervals(
    s: &Speaker<'_>,
    first: &SegmentFigure,
    bounds: [f64; 3],
) -> Wording {
    let name = s.brief(&first.name);
    let [lower, middle, upper] = bounds.map(|v| s.money(v));
    let title = s.pick(
        format!("「{name}」の今後12か月の見込みは{middle}、90%の確からしさで{lower}〜{upper}です"),
        format!(
            "“{name}” will be worth {middle} in 12 months, with 90% certainty {lower} to {upper}"
        ),
    );
    let subtitle = s.pick(
        "セグメント別の今後12か月の見込みと90%区間(モデルの不確かさを含む)",
        "12-month value of segments with its 90% interval, the error of the models included",
    );
    let headings = s.pick(
        ["セグメント", "人数", "12か月の見込み", "下限", "上限"],
        ["Segment", "People", "12-month value", "Lower", "Upper"],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// `3万円〜5万円` or `¥30K to ¥50K`.
pub(in crate::report::charts) fn between(s: &Speaker<'_>, lower: &str, upper: &str) -> String {
    s.pick(format!("{lower}〜{upper}"), format!("{lower} to {upper}"))
}

/// Headline of the calibration: groups whose forecast lies within the limits of what was bought.
pub(in crate::report::charts) fn calibration(
    s: &Speaker<'_>,
    model: &str,
    met: usize,
    count: usize,
) -> Wording {
    let title = s.pick(
        format!("{count}組のうち{met}組で、予測が実績の95%区間に入りました"),
        format!(
            "In {met} of {count} groups the forecast lies within the 95% limits of what was bought"
        ),
    );
    let subtitle = s.pick(
        format!("{model}による1人あたりの予測回数(横)と実際の購入回数(縦)。予測の近い方をまとめた組ごと。斜めの線に近いほど当たっています"),
        format!("Purchases per head forecast by {model} (across) and made (upwards), in groups of like forecast; on the diagonal they agree"),
    );
    let headings = s.pick(
        ["組", "人数", "予測の平均", "実績の平均", "下限", "上限"],
        [
            "Group",
            "People",
            "Mean forecast",
            "Mean actual",
            "Lower",
            "Upper",
        ],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the calibration: actual, agreement.
pub(in crate::report::charts) fn calibration_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["実績と95%区間", "予測どおり"],
        ["Actual with 95% limits", "As forecast"],
    )
}
