//! What every row of a file has and no column says: the platform and kind of posts, the channel of contacts.

use std::collections::BTreeMap;

use super::answers::is_question;
use super::choose::Assigned;
use super::feature::Feature;
use crate::import::mapping::{Fills, Mapping, words};

/// Kinds of posts and what headings of such files have in them; the first that fits counts.
const KINDS: &[(&str, &[&str])] = &[
    (
        "review",
        &[
            "レビュー",
            "口コミ",
            "クチコミ",
            "review",
            "reviewer",
            "reviews",
        ],
    ),
    (
        "call",
        &["受電", "入電", "着信", "架電", "通話", "call", "caller"],
    ),
    ("chat", &["チャット", "chat"]),
    ("ticket", &["問合", "チケット", "ticket", "inquiry", "case"]),
    (
        "comment",
        &[
            "アンケート",
            "回答",
            "自由記述",
            "意見",
            "感想",
            "コメント",
            "survey",
            "feedback",
            "comment",
            "comments",
            "response",
            "respondent",
        ],
    ),
];
/// Platforms and what headings of their files have in them.
const PLATFORMS: &[(&str, &[&str])] = &[
    (
        "x",
        &[
            "ツイート",
            "リツイート",
            "tweet",
            "tweets",
            "retweet",
            "retweets",
        ],
    ),
    ("google", &["google"]),
];

/// Returns what a table needs, a file does not say and its headings let suppose; and what of it nothing but custom
/// speaks for.
pub(super) fn of(
    best: &Assigned,
    features: &[Feature],
    mapping: &Mapping,
) -> (BTreeMap<String, String>, Option<&'static str>) {
    let channel = channel(best, features);
    let fixed: &[(&str, &str)] = match best.fills {
        Fills::Consents if mapping.consents.is_empty() => {
            &[("purpose", channel.unwrap_or("email"))]
        }
        Fills::Contacts => &[("channel", channel.unwrap_or("email"))],
        Fills::Posts => {
            let kind = if best.columns.contains_key("rating") {
                "review"
            } else if best.columns["text"]
                .iter()
                .any(|column| is_question(&features[*column]))
            {
                "comment"
            } else {
                told(KINDS, features).unwrap_or("post")
            };
            &[
                ("platform", told(PLATFORMS, features).unwrap_or("web")),
                ("kind", kind),
            ]
        }
        _ => &[],
    };
    let fixed: BTreeMap<String, String> = fixed
        .iter()
        .filter(|(name, _)| !mapping.columns.contains_key(*name))
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let open = ["purpose", "channel"]
        .into_iter()
        .find(|name| channel.is_none() && fixed.contains_key(*name));
    (fixed, open)
}

fn told(sorts: &[(&'static str, &[&str])], features: &[Feature]) -> Option<&'static str> {
    let has = |part: &str| {
        features.iter().any(|feature| {
            if part.is_ascii() {
                feature.tokens.iter().any(|token| token == part)
            } else {
                feature.compact.contains(part)
            }
        })
    };
    let (sort, _) = sorts
        .iter()
        .find(|(_, parts)| parts.iter().any(|part| has(part)))?;
    Some(*sort)
}

/// Returns the channel the answer or state speaks of, else any heading, else the addresses; `None` where nothing does.
fn channel(best: &Assigned, features: &[Feature]) -> Option<&'static str> {
    let own = best.columns.get("status").or(best.columns.get("state"));
    let own = own.and_then(|columns| words::purpose(&features[columns[0]].heading));
    let is_channel = |purpose: &&str| !["analyse", "link_social", "ads"].contains(purpose);
    let is_address = |feature: &&Feature| feature.is_email || feature.is_phone;
    let spoken_of = |purpose: &dyn Fn(&str) -> bool| {
        features
            .iter()
            .filter(|feature| !is_address(feature))
            .filter_map(|feature| words::purpose(&feature.heading))
            .filter(is_channel)
            .find(|found| purpose(found))
    };
    own.or_else(|| spoken_of(&|purpose| purpose != "email"))
        .or_else(|| spoken_of(&|_| true))
        .or_else(|| {
            let has = |test: fn(&Feature) -> bool| features.iter().any(test);
            match (
                has(|feature| feature.is_email),
                has(|feature| feature.is_phone),
            ) {
                (true, _) => Some("email"),
                (false, true) => Some("sms"),
                (false, false) => None,
            }
        })
}
