//! Texts of the charts about linking records.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::join::JoinFigures;

/// Headline of the weights: how much likelier the strongest agreement makes one person.
pub(in crate::report::charts) fn weights(s: &Speaker<'_>, field: &str, weight: f64) -> Wording {
    let times = two_digits(weight.exp2());
    let times = if times < 9.95 {
        s.rate(times)
    } else {
        s.count(times)
    };
    let title = s.pick(
        format!("{field}が一致すると、同じ人である見込みは約{times}倍になります"),
        format!("The same {field} makes one person about {times} times as likely"),
    );
    let subtitle = s.pick(
        "項目と一致のしかたごとの重み(log2)。0はどちらともいえない、+1で見込みが2倍、−1で半分",
        "Weight of each kind of agreement (log2): 0 says nothing, +1 doubles the odds, −1 halves them",
    );
    let headings = s.pick(
        [
            "項目",
            "一致のしかた",
            "重み",
            "同じ人の組での割合",
            "他人の組での割合",
            "ご家族の組での割合",
        ],
        [
            "Field",
            "Agreement",
            "Weight",
            "Share among one person's pairs",
            "Share among strangers",
            "Share within households",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Legend of the weights: for one person, for two, households.
pub(in crate::report::charts) fn weight_keys(s: &Speaker<'_>) -> [&'static str; 3] {
    s.pick(
        ["同じ人らしい", "別人らしい", "同じ家のご家族でのめやす"],
        ["for one person", "for two people", "two of one household"],
    )
}

/// Headline of the scores: how many pairs were taken for one person.
pub(in crate::report::charts) fn scores(
    s: &Speaker<'_>,
    figures: &JoinFigures,
    is_log: bool,
) -> Wording {
    let count = |count: u64| s.count(count as f64);
    let (all, over) = (count(figures.compared_count), count(figures.over_count));
    let title = match figures.over_count {
        0 => s.pick(
            format!("比べた{all}組は、いずれも別人と判定されました"),
            format!("All {all} pairs compared were taken for different people"),
        ),
        _ => s.pick(
            format!("比べた{all}組のうち、{over}組が同じ人と判定されました"),
            format!("{over} of the {all} pairs compared were taken for one person"),
        ),
    };
    let subtitle = s.pick(
        format!(
            "一組ごとの重みの合計と、組の数{}",
            if is_log {
                "(縦は1目盛りで10倍)"
            } else {
                ""
            }
        ),
        format!(
            "Pairs by the sum of their weights{}",
            if is_log {
                "; each step upwards is ten times as many"
            } else {
                ""
            }
        ),
    );
    let headings = s.pick(
        ["重み(以上)", "重み(未満)", "組"],
        ["Weight from", "Weight below", "Pairs"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the scores: two people, worth a look, one person.
pub(in crate::report::charts) fn score_keys(s: &Speaker<'_>, figures: &JoinFigures) -> [String; 3] {
    let (review, threshold) = (
        s.share(figures.review_prob),
        s.share(figures.threshold_prob),
    );
    s.pick(
        [
            "別人".to_owned(),
            format!("確認していただきたい組(確率{review}〜{threshold})"),
            "同じ人".to_owned(),
        ],
        [
            "different people".to_owned(),
            format!("for review (probability {review} to {threshold})"),
            "one person".to_owned(),
        ],
    )
}

/// Name of the line of the threshold.
pub(in crate::report::charts) fn threshold(s: &Speaker<'_>, prob: f64) -> String {
    let share = s.share(prob);
    s.pick(
        format!("しきい値(確率{share})"),
        format!("threshold (probability {share})"),
    )
}

/// What the two ends of the scores mean.
pub(in crate::report::charts) fn score_ends(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["← 別人らしい", "同じ人らしい →"],
        ["← two people", "one person →"],
    )
}

/// Headline of the sizes: `share` of the persons have one record, `largest` is the most.
pub(in crate::report::charts) fn sizes(s: &Speaker<'_>, share: f64, largest: u64) -> Wording {
    let (share, largest) = (s.share(share), s.count(largest as f64));
    let title = s.pick(
        format!("記録が1件だけのお客様は{share}、最も多いお客様は{largest}件です"),
        format!("{share} of the persons have one record; the most is {largest}"),
    );
    let subtitle = s.pick(
        "お客様1人あたりの記録の数ごとの人数",
        "Persons by their number of records",
    );
    let headings = s.pick(["記録の数", "人数"], ["Records", "Persons"]);
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Name of a group of sizes.
pub(in crate::report::charts) fn size(s: &Speaker<'_>, low: u64, high: u64) -> String {
    match (low, high) {
        (low, u64::MAX) => s.pick(format!("{low}件以上"), format!("{low} records or more")),
        (1, 1) => s.pick("1件".to_owned(), "1 record".to_owned()),
        (low, high) if low == high => s.pick(format!("{low}件"), format!("{low} records")),
        (low, high) => s.pick(
            format!("{low}〜{high}件"),
            format!("{low} to {high} records"),
        ),
    }
}

/// Persons with their share.
pub(in crate::report::charts) fn persons(s: &Speaker<'_>, count: u64, share: f64) -> String {
    let persons = s.persons(count);
    let share = match share {
        share if share > 0.0 && share < 0.0005 => s.pick("0.1%未満", "under 0.1%").to_owned(),
        share => s.share(share),
    };
    s.pick(
        format!("{persons}({share})"),
        format!("{persons} ({share})"),
    )
}

/// Rounds to two digits: more would claim what no estimate knows.
fn two_digits(value: f64) -> f64 {
    if !value.is_finite() || value < 1.0 {
        return value;
    }
    let unit = 10_f64.powf(value.log10().floor() - 1.0);
    (value / unit).round() * unit
}
