//! Texts of the charts about what is said.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::{AspectFigure, VoiceHour, WordFigure};

/// Posts of the period and of as many days before, with their negative ones.
pub(in crate::report::charts) struct DaysFinding {
    /// All and negative posts of the reported days.
    pub(in crate::report::charts) now: (u64, u64),
    /// All and negative posts of as many days before, when they are known.
    pub(in crate::report::charts) before: Option<(u64, u64)>,
    /// Days reported.
    pub(in crate::report::charts) day_count: usize,
}

/// Headline of the posts by day.
pub(in crate::report::charts) fn days(s: &Speaker<'_>, f: &DaysFinding, shown: usize) -> Wording {
    let posts = s.posts(f.now.0);
    let n = f.day_count;
    let share = |(all, negative): (u64, u64)| (all > 0).then(|| negative as f64 / all as f64);
    let title = match (share(f.now), f.before.and_then(share)) {
        (None, _) => s.pick(
            format!("この{n}日間に声はありませんでした"),
            format!("Nothing was said in these {n} days"),
        ),
        (Some(now), Some(before)) => {
            let points = s.numbers.points(now - before);
            let now_text = s.share(now);
            if (now - before).abs() < 0.0005 {
                s.pick(
                    format!(
                        "声は{n}日間で{posts}。否定的な声は{now_text}で、その前の{n}日間と同じです"
                    ),
                    format!("{posts} in {n} days; {now_text} negative, as in the {n} before"),
                )
            } else if now > before {
                s.pick(
                    format!("声は{n}日間で{posts}。否定的な声は{now_text}で、その前の{n}日間より{points}増えました"),
                    format!("{posts} in {n} days; {now_text} negative, {points} more than in the {n} before"),
                )
            } else {
                s.pick(
                    format!("声は{n}日間で{posts}。否定的な声は{now_text}で、その前の{n}日間より{points}減りました"),
                    format!("{posts} in {n} days; {now_text} negative, {points} less than in the {n} before"),
                )
            }
        }
        (Some(now), None) => {
            let now = s.share(now);
            s.pick(
                format!("声は{n}日間で{posts}。うち{now}が否定的です"),
                format!("{posts} in {n} days, {now} of them negative"),
            )
        }
    };
    let subtitle = s.pick(
        format!("1日ごとの声の件数(直近{shown}日)。枠の日が対象期間"),
        format!("Posts by day, last {shown} days; the bracket marks the reported period"),
    );
    let headings = s.pick(
        ["日付", "好意的", "どちらでもない", "否定的"],
        ["Day", "Positive", "Neutral", "Negative"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the posts by day: negative, neutral, positive.
pub(in crate::report::charts) fn days_keys(s: &Speaker<'_>) -> [&'static str; 3] {
    s.pick(
        ["否定的", "どちらでもない", "好意的"],
        ["Negative", "Neutral", "Positive"],
    )
}

/// Name of the bracket over the reported days.
pub(in crate::report::charts) fn days_period(s: &Speaker<'_>) -> &'static str {
    s.pick("対象期間", "Reported")
}

/// Headline of the posts by hour; `peak` is the busiest hour under alert.
pub(in crate::report::charts) fn hours(
    s: &Speaker<'_>,
    peak: Option<&VoiceHour>,
    hour_count: usize,
) -> Wording {
    let title = match peak {
        Some(peak) => {
            let (hour, posts) = (s.hour(&peak.hour), s.posts(peak.post_count));
            let count = s.count(peak.post_count as f64);
            let times = peak.post_count as f64 / peak.expected_count;
            // A ratio to almost nothing would be large and mean little.
            if peak.expected_count < 1.0 {
                s.pick(
                    format!("{hour}に声が{posts}まで急増しました(ふだんは1時間に1件未満)"),
                    format!("Posts leapt to {count} at {hour}, usually less than one an hour"),
                )
            } else if times.is_finite() && times >= 1.5 {
                let times = s.rate(times);
                s.pick(
                    format!("{hour}に声が{posts}まで急増しました(ふだんの{times}倍)"),
                    format!("Posts leapt to {count} at {hour}, {times} times the usual"),
                )
            } else {
                s.pick(
                    format!("{hour}に声が{posts}まで急増しました"),
                    format!("Posts leapt to {count} at {hour}"),
                )
            }
        }
        None => s.pick(
            "声の急増は見つかりませんでした".to_owned(),
            "No sudden rise of posts was found".to_owned(),
        ),
    };
    let subtitle = s.pick(
        format!("1時間ごとの声の件数(直近{hour_count}時間)と、同じ曜日・時間帯のふだんの件数"),
        format!(
            "Posts by hour, last {hour_count} hours, with what is usual at that hour of the week"
        ),
    );
    let headings = s.pick(
        ["時間", "件数", "否定的", "ふだんの件数", "急増"],
        ["Hour", "Posts", "Negative", "Usual", "Alert"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the posts by hour: other hours, alert hours, negative posts, usual line.
pub(in crate::report::charts) fn hours_keys(s: &Speaker<'_>) -> [&'static str; 4] {
    s.pick(
        ["声の件数", "急増した時間", "うち否定的", "ふだんの件数"],
        ["Posts", "Alert hours", "Of them negative", "Usual"],
    )
}

/// Note at the peak, `9/24 22時 31件(ふだん 0.4件)`.
pub(in crate::report::charts) fn peak_hour(s: &Speaker<'_>, hour: &VoiceHour) -> String {
    let (at, posts, usual) = (
        s.hour(&hour.hour),
        s.posts(hour.post_count),
        s.rate(hour.expected_count),
    );
    s.pick(
        format!("{at} {posts}(ふだん {usual}件)"),
        format!("{at}: {posts} (usually {usual})"),
    )
}

/// Note at the busiest day, `9/24 96件`.
pub(in crate::report::charts) fn peak_day(s: &Speaker<'_>, date: &str, count: u64) -> String {
    let (day, posts) = (s.day(date), s.posts(count));
    s.pick(format!("{day} {posts}"), format!("{day}: {posts}"))
}

/// Headline of the aspects: the most complained of, else the most praised.
pub(in crate::report::charts) fn aspects(
    s: &Speaker<'_>,
    worst: &AspectFigure,
    best: &AspectFigure,
) -> Wording {
    let title = if worst.negative_count > 0 {
        let (name, posts) = (aspect(s, &worst.aspect), s.posts(worst.negative_count));
        let (now, before) = (worst.negative_count, worst.previous_negative_count);
        let then = s.before("前の期間", "before");
        if now > before {
            let more = s.count((now - before) as f64);
            s.pick(
                format!("不満が最も多いのは「{name}」の{posts}で、{then}より{more}件増えました"),
                format!(
                    "Most complaints are about {} ({posts}), {more} more than {then}",
                    name.to_lowercase()
                ),
            )
        } else if now < before {
            let less = s.count((before - now) as f64);
            s.pick(
                format!(
                    "不満が最も多いのは「{name}」の{posts}ですが、{then}より{less}件減りました"
                ),
                format!(
                    "Most complaints are about {} ({posts}), though {less} fewer than {then}",
                    name.to_lowercase()
                ),
            )
        } else {
            s.pick(
                format!("不満が最も多いのは「{name}」の{posts}で、{then}と同じです"),
                format!(
                    "Most complaints are about {} ({posts}), as many as {then}",
                    name.to_lowercase()
                ),
            )
        }
    } else {
        let (name, posts) = (aspect(s, &best.aspect), s.posts(best.positive_count));
        s.pick(
            format!("最も褒められているのは「{name}」({posts})で、不満はありません"),
            format!(
                "Most praise goes to {} ({posts}); there are no complaints",
                name.to_lowercase()
            ),
        )
    };
    let before = s.before("前の期間", "the period before");
    let subtitle = s.pick(
        format!("何について褒められ、何に不満があるか(件)。細い線は{before}の不満"),
        format!(
            "What is praised and what is complained of, in posts; the thin mark is the complaints of {before}"
        ),
    );
    let then = s.before("前の期間", "before");
    let then = s.pick(format!("否定的({then})"), format!("Negative {then}"));
    let headings = s.pick(
        ["話題になる点", "好意的", "否定的", &then],
        ["Aspect", "Positive", "Negative", &then],
    );
    Wording::new(title, subtitle, &headings)
}

/// Name of an aspect; unknown keys stay as they are.
pub(in crate::report::charts) fn aspect(s: &Speaker<'_>, key: &str) -> String {
    s.heading("aspect", key)
}

/// Legend of the aspects: complaints, praise.
pub(in crate::report::charts) fn aspects_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(["不満", "称賛"], ["Complaints", "Praise"])
}

/// Headline of the words.
pub(in crate::report::charts) fn words(
    s: &Speaker<'_>,
    rising: &[WordFigure],
    falling: &[WordFigure],
) -> Wording {
    let quoted = |words: &[WordFigure]| -> String {
        let names = words.iter().take(3).map(|w| s.brief(&w.word));
        match s.pick(true, false) {
            true => names.map(|w| format!("「{w}」")).collect(),
            false => names
                .map(|w| format!("“{w}”"))
                .collect::<Vec<_>>()
                .join(", "),
        }
    };
    let title = if rising.is_empty() {
        let words = quoted(falling);
        s.pick(
            format!("{words}という言葉が減っています"),
            format!("Less is said of {words}"),
        )
    } else {
        let words = quoted(rising);
        s.pick(
            format!("{words}という言葉が増えています"),
            format!("More is said of {words}"),
        )
    };
    let before = s.before("前の期間", "the period before");
    let subtitle = s.pick(
        format!("{before}と比べた使われ方の変化(標準化した対数オッズ比 z)と件数。色は、その言葉を含む声の向き"),
        format!("Change of use against {before} (standardised log-odds z), with posts; coloured by their mood"),
    );
    let then = s.before("前の期間", "before");
    let then = s.pick(format!("件数({then})"), format!("Posts {then}"));
    let headings = s.pick(
        ["言葉", "件数", &then, "z", "声の向き"],
        ["Word", "Posts", &then, "z", "Sentiment"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Headings of the two columns of words: rising, falling.
pub(in crate::report::charts) fn words_columns(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(["増えた言葉", "減った言葉"], ["Rising", "Falling"])
}

/// Legend of the words: negative, neutral, positive.
pub(in crate::report::charts) fn words_keys(s: &Speaker<'_>) -> [&'static str; 3] {
    s.pick(
        ["否定的な文脈", "どちらでもない", "好意的な文脈"],
        ["In negative posts", "Neither", "In positive posts"],
    )
}

/// `24件(前の期間 3件)`, or with the name of the compared period.
pub(in crate::report::charts) fn word_change(s: &Speaker<'_>, word: &WordFigure) -> String {
    let (now, before) = (
        s.posts(word.post_count),
        s.count(word.previous_post_count as f64),
    );
    let then = s.before("前の期間", "before");
    s.pick(
        format!("{now}({then} {before}件)"),
        format!("{now} ({before} {then})"),
    )
}
