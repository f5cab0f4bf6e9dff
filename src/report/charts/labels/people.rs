//! Texts of the charts about who speaks and how the shop answers.

use super::Wording;
use crate::report::charts::speaker::Speaker;
use crate::report::figures::{CommunityFigure, ConversationFigures, RoleFigure, WaitFigure};

/// Headline of the roles; `heard` is the role that got most responses.
pub(in crate::report::charts) fn roles(s: &Speaker<'_>, heard: &RoleFigure) -> Wording {
    let name = s.name("role", &heard.role);
    let accounts = accounts(s, heard.account_count.unwrap_or(0));
    let responses = s.count(heard.response_count.unwrap_or(0) as f64);
    let title = s.pick(
        format!("反響が最も多いのは「{name}」の{accounts}で、{responses}件です"),
        format!("Most responses go to {name}: {responses} to {accounts}"),
    );
    let subtitle = s.pick(
        "アカウントの役割ごとの声の件数と、受けた反響(返信・引用・リポスト)",
        "Posts by the role of the accounts, with the responses (replies, quotes, reposts) they got",
    );
    let headings = s.pick(
        ["役割", "アカウント", "件数", "否定的", "反響"],
        ["Role", "Accounts", "Posts", "Negative", "Responses"],
    );
    Wording::new(title, subtitle.to_owned(), &headings)
}

/// Legend of the roles: negative posts, others.
pub(in crate::report::charts) fn roles_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["否定的な声", "そのほかの声"],
        ["Negative posts", "Other posts"],
    )
}

/// `12アカウント` or `12 accounts`.
pub(in crate::report::charts) fn accounts(s: &Speaker<'_>, count: u64) -> String {
    let number = s.count(count as f64);
    let plural = if count == 1 { "account" } else { "accounts" };
    s.pick(format!("{number}アカウント"), format!("{number} {plural}"))
}

/// Responses to a role.
pub(in crate::report::charts) fn responses(s: &Speaker<'_>, count: u64) -> String {
    let number = s.count(count as f64);
    s.pick(format!("反響 {number}件"), format!("responses: {number}"))
}

/// Headline of the communities; `worst` is the largest critical one.
pub(in crate::report::charts) fn communities(
    s: &Speaker<'_>,
    largest: &CommunityFigure,
    worst: Option<&CommunityFigure>,
    count: usize,
) -> Wording {
    let words = |community: &CommunityFigure| {
        let words: Vec<&str> = community.words.iter().take(3).map(String::as_str).collect();
        words.join(s.pick("・", ", "))
    };
    let title = match worst {
        Some(worst) => {
            let (accounts, words) = (accounts(s, worst.account_count), words(worst));
            let share = s.share(worst.negative_share.unwrap_or(0.0));
            s.pick(
                format!("{words}を話す{accounts}の集まりでは、声の{share}が否定的です"),
                format!("Among {accounts} who speak of {words}, {share} of posts are negative"),
            )
        }
        None => {
            let (accounts, words) = (accounts(s, largest.account_count), words(largest));
            s.pick(
                format!("最も大きな集まりは{accounts}で、{words}を話しています"),
                format!("The largest community has {accounts} and speaks of {words}"),
            )
        }
    };
    let subtitle = s.pick(
        format!("互いに返信や引用をし合うアカウントの集まり{count}個。2行目はその集まりらしい言葉"),
        format!("{count} communities of accounts that respond to each other, with the words that are theirs"),
    );
    let headings = s.pick(
        ["番号", "媒体", "アカウント", "件数", "否定的な割合", "言葉"],
        [
            "Number",
            "Platform",
            "Accounts",
            "Posts",
            "Negative share",
            "Words",
        ],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the communities: critical, others.
pub(in crate::report::charts) fn communities_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(
        ["否定的な声の多い集まり", "そのほかの集まり"],
        ["Much of it negative", "Other communities"],
    )
}

/// Name of a community: its number and platform.
pub(in crate::report::charts) fn community_name(
    s: &Speaker<'_>,
    community: &CommunityFigure,
) -> String {
    let platform = s.name("platform", &community.platform);
    let number = community.community;
    s.pick(
        format!("集まり{number}({platform})"),
        format!("Community {number} ({platform})"),
    )
}

/// How many posts a community wrote, and the share that is negative.
pub(in crate::report::charts) fn community_mood(
    s: &Speaker<'_>,
    community: &CommunityFigure,
) -> String {
    let posts = s.posts(community.post_count);
    match community.negative_share {
        Some(share) => {
            let share = s.share(share);
            s.pick(
                format!("{posts}、否定的 {share}"),
                format!("{posts}, {share} negative"),
            )
        }
        None => posts,
    }
}

/// Headline of the waits.
pub(in crate::report::charts) fn waits(
    s: &Speaker<'_>,
    conversations: &ConversationFigures,
) -> Wording {
    let waiting: u64 = conversations
        .waits
        .iter()
        .fold(0u64, |sum, wait| sum.saturating_add(wait.waiting_count));
    let waiting = s.count(waiting as f64);
    let title = match conversations.median_minutes {
        Some(minutes) => {
            let minutes = s.numbers.minutes(minutes);
            s.pick(
                format!("最初の返信までは営業時間で{minutes}(中央値)。{waiting}件が返信を待っています"),
                format!("The first answer takes {minutes} of business time in the median; {waiting} still wait"),
            )
        }
        None => s.pick(
            format!("{waiting}件が最初の返信を待っています"),
            format!("{waiting} wait for a first answer"),
        ),
    };
    let days = conversations.day_count;
    let subtitle = s.pick(
        format!("直近{days}日間にいただいた、お返事の必要な声。最初の返信までの営業時間ごとの件数"),
        format!("What was asked in the last {days} days, by business time to the first answer"),
    );
    let headings = s.pick(
        ["以上(分)", "未満(分)", "返信済み", "返信待ち"],
        ["From (minutes)", "Below (minutes)", "Answered", "Waiting"],
    );
    Wording::new(title, subtitle, &headings)
}

/// Legend of the waits: answered, waiting.
pub(in crate::report::charts) fn waits_keys(s: &Speaker<'_>) -> [&'static str; 2] {
    s.pick(["返信済み", "返信待ち"], ["Answered", "Waiting"])
}

/// Name of a wait, `1時間以上4時間未満`.
pub(in crate::report::charts) fn wait_name(s: &Speaker<'_>, wait: &WaitFigure) -> String {
    let hours = |minutes: u32| s.count(f64::from(minutes) / 60.0);
    match (wait.from_minutes, wait.to_minutes) {
        (0, Some(to)) => {
            let to = hours(to);
            s.pick(format!("{to}時間未満"), format!("under {to} h"))
        }
        (from, Some(to)) => {
            let (from, to) = (hours(from), hours(to));
            s.pick(format!("{from}〜{to}時間"), format!("{from} to {to} h"))
        }
        (from, None) => {
            let from = hours(from);
            s.pick(format!("{from}時間以上"), format!("{from} h and more"))
        }
    }
}

/// How many of a row wait still; empty for none.
pub(in crate::report::charts) fn still_waiting(s: &Speaker<'_>, count: u64) -> String {
    if count == 0 {
        return String::new();
    }
    let number = s.count(count as f64);
    s.pick(
        format!("うち返信待ち {number}件"),
        format!("{number} waiting"),
    )
}
