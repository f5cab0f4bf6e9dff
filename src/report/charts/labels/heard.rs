//! Texts of the charts about topics, shares of voice and alerts.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::{AlertFigure, ShareFigure, TopicFigure};

/// Share of negative posts from which on a topic is told as one of complaints.
const MOSTLY_NEGATIVE: f64 = 0.4;

/// Headline of the topics: the one with most complaints where they are many, else the largest.
pub(in crate::report::charts) fn topics(
    s: &Speaker<'_>,
    largest: &TopicFigure,
    worst: &TopicFigure,
) -> Wording {
    let negative = worst.negative_count as f64 / worst.post_count.max(1) as f64;
    let title = if negative >= MOSTLY_NEGATIVE {
        let (label, share) = (s.brief(&worst.label), s.share(negative));
        let posts = s.posts(worst.post_count);
        s.pick(
            format!("「{label}」の話題{posts}のうち、{share}が否定的です"),
            format!("Of {posts} on “{label}”, {share} are negative"),
        )
    } else {
        let (label, posts) = (s.brief(&largest.label), s.posts(largest.post_count));
        s.pick(
            format!("最も話されているのは「{label}」の話題で、{posts}です"),
            format!("Most is said of “{label}” ({posts})"),
        )
    };
    let subtitle = s.pick(
        "話題ごとの声の件数と向き。話題は、一緒に使われる言葉から自動で見つけたものです",
        "Posts by topic and mood; topics are found by the words that are used together",
    );
    let headings = s.pick(
        ["話題", "言葉", "件数", "好意的", "否定的", "割合"],
        ["Topic", "Words", "Posts", "Positive", "Negative", "Share"],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Headline of the shares of voice; `told` is the brand, else the product most spoken of.
pub(in crate::report::charts) fn shares(s: &Speaker<'_>, told: &ShareFigure) -> Wording {
    let (name, share) = (s.brief(&told.name), s.share(told.share.unwrap_or(0.0)));
    let change = told
        .share
        .zip(told.previous_share)
        .map(|(now, before)| now - before);
    let points = |change: f64| s.numbers.points(change);
    let title = match (told.kind.as_str(), change) {
        ("product", _) => s.pick(
            format!("最も話題の商品は「{name}」で、声の{share}に登場します"),
            format!("“{name}” is the product most spoken of, in {share} of posts"),
        ),
        (_, Some(change)) if change >= 0.0005 => {
            let points = points(change);
            s.pick(
                format!("「{name}」の声のシェアは{share}で、前の28日間より{points}上がりました"),
                format!("“{name}” has {share} of the voice, up {points} on the 28 days before"),
            )
        }
        (_, Some(change)) if change <= -0.0005 => {
            let points = points(change);
            s.pick(
                format!("「{name}」の声のシェアは{share}で、前の28日間より{points}下がりました"),
                format!("“{name}” has {share} of the voice, down {points} on the 28 days before"),
            )
        }
        _ => s.pick(
            format!("「{name}」の声のシェアは{share}です"),
            format!("“{name}” has {share} of the voice"),
        ),
    };
    let subtitle = s.pick(
        "直近28日間の声に占める割合。縦の印は前の28日間。商品は、ブランドの声に占める割合",
        "Share of the posts of the last 28 days, the 28 days before marked across; products within the brand's posts",
    );
    let headings = s.pick(
        [
            "種類",
            "名前",
            "件数",
            "前の28日間の件数",
            "割合",
            "前の28日間の割合",
            "好意的",
            "否定的",
            "検索での表示",
        ],
        [
            "Kind",
            "Name",
            "Posts",
            "Posts before",
            "Share",
            "Share before",
            "Positive",
            "Negative",
            "Seen in searches",
        ],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Legend of the marks of the share before.
pub(in crate::report::charts) fn shares_before(s: &Speaker<'_>) -> &'static str {
    s.pick("前の28日間", "28 days before")
}

/// Headline of the alerts; `worst` is the one with most posts.
pub(in crate::report::charts) fn alert_timeline(
    s: &Speaker<'_>,
    worst: &AlertFigure,
    count: usize,
) -> Wording {
    let (start, posts) = (s.hour(&worst.started_at), s.posts(worst.post_count));
    let negative = s.share(worst.negative_share);
    let title = match worst.kind.as_str() {
        "flare_up" => s.pick(
            format!("{start}からの炎上の兆しでは、{posts}のうち{negative}が否定的でした"),
            format!("In the flare-up from {start} on, {negative} of {posts} were negative"),
        ),
        _ => s.pick(
            format!("最も大きな急増は{start}からの{posts}です"),
            format!("The largest spike began {start}, with {posts}"),
        ),
    };
    let subtitle = s.pick(
        format!("直近28日間の急増と炎上の兆し{count}件の始まりから終わりまで。縦の印は最も多かった時間"),
        format!("From beginning to end of {count} spikes of the last 28 days; the busiest hour is marked across"),
    );
    let headings = s.pick(
        [
            "種類",
            "状態",
            "原因",
            "開始",
            "炎上の兆しとした時間",
            "最多の時間",
            "終了",
            "件数",
            "投稿者数",
            "届いた範囲",
            "広めた方",
        ],
        [
            "Kind",
            "State",
            "Cause",
            "Start",
            "Flared up",
            "Busiest hour",
            "End",
            "Posts",
            "Authors",
            "Reach",
            "Spread by",
        ],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the alerts: flare-ups, rises in volume.
pub(in crate::report::charts) fn alert_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(["炎上の兆し", "急増"], ["Flare-up", "Spike"])
}

/// Texts of an alert: beginning, state and cause; posts, and by whom it was spread.
pub(in crate::report::charts) fn alert_texts(s: &Speaker<'_>, alert: &AlertFigure) -> [String; 4] {
    let start = s.hour(&alert.started_at);
    let state = s.name("alert_state", &alert.state);
    let note = match alert.cause.as_str() {
        "" => state.to_owned(),
        cause => {
            let cause = s.name("alert_cause", cause);
            s.pick(format!("{state}・{cause}"), format!("{state}, {cause}"))
        }
    };
    [start, note, s.posts(alert.post_count), spreaders(s, alert)]
}

/// Roles that spread an alert with their accounts, `メディア 6、影響力`: those that may not be counted out come without a number.
pub(in crate::report::charts) fn spreaders(s: &Speaker<'_>, alert: &AlertFigure) -> String {
    let told: Vec<String> = alert
        .spreaders
        .iter()
        .map(|one| {
            let role = s.name("role", &one.role);
            match one.account_count.told() {
                Some(count) => format!("{role} {count}"),
                None => role.to_owned(),
            }
        })
        .collect();
    told.join(s.pick("、", ", "))
}
