//! Texts of the charts about moves between segments, what voices tell of purchases, and what campaigns cost.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::{CampaignCostFigure, EffectFigure, MoveFigure, SocialLiftFigure};

/// Headline of the moves; `told` is the largest one.
pub(in crate::report::charts) fn moves(
    s: &Speaker<'_>,
    told: Option<&MoveFigure>,
    with: &str,
) -> Wording {
    let since = s.compared_with(with);
    let known = told.and_then(|m| Some((m, m.person_count?)));
    let title = match known {
        Some((told, count)) => {
            let (from, to) = (s.brief(&told.from_segment), s.brief(&told.to_segment));
            let persons = s.persons(count);
            let change = told.ltv_minor.zip(told.previous_ltv_minor);
            let change = change.map(|(now, before)| s.signed_money(now as f64 - before as f64));
            match change {
                Some(change) => s.pick(
                    format!("「{from}」から「{to}」へ{persons}が移りました(見込み {change})"),
                    format!("{persons} moved from “{from}” to “{to}” (12-month value {change})"),
                ),
                None => s.pick(
                    format!("「{from}」から「{to}」へ{persons}が移りました"),
                    format!("{persons} moved from “{from}” to “{to}”"),
                ),
            }
        }
        None => s.pick(
            "セグメントの間を移った方の人数です".to_owned(),
            "Who moved between segments".to_owned(),
        ),
    };
    let subtitle = s.pick(
        format!("{since}のセグメント(縦)と今のセグメント(横、番号は縦と同じ)ごとの人数。色は、縦のセグメントのうちの割合"),
        format!("People by segment {since} (downwards) and now (across, numbered as downwards); the colour is the share of the row"),
    );
    let headings = s.pick(
        [
            "比較",
            "前のセグメント",
            "今のセグメント",
            "人数",
            "前の見込み",
            "今の見込み",
        ],
        [
            "Compared with",
            "Segment before",
            "Segment now",
            "People",
            "Value before",
            "Value now",
        ],
    );
    Wording::new(title, subtitle, &headings)
}

/// Name of a segment with its number, `1 優良×沈黙`.
pub(in crate::report::charts) fn segment_name(
    s: &Speaker<'_>,
    number: usize,
    name: &str,
) -> String {
    format!("{number} {}", s.name("move_segment", name))
}

/// Note on the segments that are not drawn.
pub(in crate::report::charts) fn moves_rest(s: &Speaker<'_>, count: usize) -> String {
    s.pick(
        format!("ほか{count}セグメントは表にあります"),
        format!("{count} more segments are in the table"),
    )
}

/// Headline of the signals.
pub(in crate::report::charts) fn social_lift(s: &Speaker<'_>, lift: &SocialLiftFigure) -> Wording {
    let title = match lift.verdict.as_str() {
        "gain" => s.pick(
            "お客様の声を加えると、購入の予測がよく当たるようになりました",
            "With what customers say, purchases are foretold better",
        ),
        "unconfirmed" => s.pick(
            "お客様の声と購入には関係が見られますが、予測の改善は確かめられていません",
            "Voices and purchases go together, but the forecast is not proved better",
        ),
        _ => s.pick(
            "お客様の声を加えても、購入の予測は良くなりませんでした",
            "What customers say does not tell more of their purchases",
        ),
    };
    let subtitle = s.pick(
        "声の特徴が1標準偏差大きいときの、購入の頻度または離反のオッズの変化と95%区間。区間が0をまたぐか、特徴の数で補正したp値が5%以上のものは、関係があるとは言い切れません",
        "Change of the purchase rate, or of the odds of leaving, per standard deviation of each signal, with its 95% interval; across zero, or with a corrected p-value of 5% or more, it is not sure",
    );
    let headings = s.pick(
        ["声の特徴", "対象", "変化", "下限", "上限", "補正したp値"],
        [
            "Signal",
            "Acts on",
            "Change",
            "Lower",
            "Upper",
            "Corrected p-value",
        ],
    );
    Wording::new(title.to_owned(), subtitle.to_owned(), &headings)
}

/// Legend of the signals: sure, not sure.
pub(in crate::report::charts) fn social_lift_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["関係が認められる", "まだ不明"],
        ["Clear effect", "Not sure"],
    )
}

/// Interval of an effect.
pub(in crate::report::charts) fn effect_detail(s: &Speaker<'_>, effect: &EffectFigure) -> String {
    let [low, high] = [effect.change_low, effect.change_high].map(|v| s.numbers.signed_share(v));
    s.pick(format!("{low}〜{high}"), format!("{low} to {high}"))
}

/// Headline of the costs; `cheapest` has the lowest cost per order.
pub(in crate::report::charts) fn costs(
    s: &Speaker<'_>,
    cheapest: &CampaignCostFigure,
    cpo: f64,
) -> Wording {
    let (name, cpo) = (s.brief(&cheapest.campaign), s.money(cpo));
    let title = s.pick(
        format!("注文1件の費用が最も低いのは「{name}」の{cpo}です"),
        format!("An order cost least in “{name}”: {cpo}"),
    );
    let subtitle = s.pick(
        "費用を、クーポンか配信対象から結び付いた注文の数で割ったもの。送らなくても入った注文も含みます",
        "Cost over the orders attributed by coupon or by who was meant to be reached; orders that would have come anyway are among them",
    );
    let headings = s.pick(
        [
            "キャンペーン",
            "手段",
            "開始",
            "費用",
            "注文数",
            "売上",
            "注文1件の費用",
            "売上÷費用",
        ],
        [
            "Campaign",
            "Channel",
            "From",
            "Cost",
            "Orders",
            "Sales",
            "Cost per order",
            "Sales over cost",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Second line of a campaign: channel and first day.
pub(in crate::report::charts) fn cost_note(s: &Speaker<'_>, cost: &CampaignCostFigure) -> String {
    let channel = s.name("purpose", &cost.channel);
    match &cost.started_on {
        Some(day) => {
            let day = s.day(day);
            s.pick(
                format!("{channel} {day}開始"),
                format!("{channel}, from {day}"),
            )
        }
        None => channel.to_owned(),
    }
}

/// Cost and orders of a campaign.
pub(in crate::report::charts) fn cost_detail(
    s: &Speaker<'_>,
    cost: &CampaignCostFigure,
    orders: u64,
) -> String {
    let orders = s.count(orders as f64);
    match cost.cost_minor {
        Some(cost) => {
            let cost = s.money(cost as f64);
            s.pick(
                format!("費用 {cost}、注文 {orders}件"),
                format!("cost {cost}, orders: {orders}"),
            )
        }
        None => s.pick(
            format!("費用は不明、注文 {orders}件"),
            format!("cost unknown, orders: {orders}"),
        ),
    }
}
