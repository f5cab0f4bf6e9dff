//! Posts and accounts as they should not be.

use super::*;
use crate::schema::account_scores;

/// A review by `a`, so that it is about the shop whatever it says.
const REVIEW: Post<'_> = Post {
    platform: "google",
    account_id: "a",
    at: "2026-06-01T10:00:00Z",
    ..Post::EMPTY
};

fn count(whole: &Whole, reason: &str) -> u64 {
    let counts = whole.output.left_out.iter();
    let counts = counts.filter(|(other, _)| *other == reason);
    counts.map(|(_, count)| count).sum()
}

/// Returns the text that a column has for the post of this id.
fn told(whole: &Whole, id: &str, column: Owned) -> Option<String> {
    let ids = whole.post_scores.column(post_scores::POST_ID.name).unwrap();
    let place = ids
        .str()
        .unwrap()
        .iter()
        .position(|other| other == Some(id))?;
    let values = whole.post_scores.column(column.name).unwrap();
    values.str().unwrap().get(place).map(str::to_owned)
}

fn observed() -> DataFrame {
    let mut frame = DataFrame::full_null(&accounts::TABLE.schema(), 2);
    for (column, values) in [
        (accounts::SOURCE, ["google", "google"]),
        (accounts::PLATFORM, ["google", "google"]),
        (accounts::PROVIDER, ["", ""]),
        (accounts::ACCOUNT_ID, ["a", "silent"]),
    ] {
        frame
            .with_column(Column::new(column.small_name(), values))
            .unwrap();
    }
    let followers = Column::new(accounts::FOLLOWER_COUNT.small_name(), [10_000_000_i64, 5]);
    frame.with_column(followers).unwrap();
    frame
}

#[test]
fn whatever_is_posted_is_counted_and_named() {
    let long = "とりのこえの豆は美味しい。".repeat(27_000);
    assert!(long.len() > 1_000_000);
    let mut posts = posted(&[
        Post {
            post_id: "empty",
            ..REVIEW
        },
        Post {
            post_id: "space",
            text: " \n\u{3000}",
            ..REVIEW
        },
        Post {
            post_id: "long",
            text: &long,
            ..REVIEW
        },
        Post {
            post_id: "angry",
            text: "😡😡",
            ..REVIEW
        },
        Post {
            post_id: "bread",
            text: "🍞",
            ..REVIEW
        },
        Post {
            post_id: "marks",
            text: "\u{202e}\u{200f}とりのこえはまずい\u{202c}",
            ..REVIEW
        },
        Post {
            post_id: "control",
            text: "\u{0}\u{7}\u{1b}[31mとりのこえは美味しい\u{7f}",
            ..REVIEW
        },
        Post {
            post_id: "future",
            text: "とりのこえはまずい",
            at: "2999-01-01T00:00:00Z",
            ..REVIEW
        },
        Post {
            post_id: "orphan",
            text: "とりのこえに行った",
            kind: "reply",
            reply_to: Some("gone"),
            ..REVIEW
        },
        Post {
            post_id: "itself",
            text: "とりのこえに行った",
            kind: "reply",
            reply_to: Some("itself"),
            ..REVIEW
        },
        Post {
            post_id: "round",
            kind: "repost",
            account_id: "b",
            ..REVIEW
        },
        Post {
            post_id: "about",
            kind: "repost",
            account_id: "c",
            ..REVIEW
        },
    ]);
    let mut reposted = vec![None; 10];
    reposted.extend([Some("about"), Some("round")]);
    let reposted = Column::new(posts::REPOSTED_POST_ID.small_name(), reposted);
    posts.with_column(reposted).unwrap();
    let whole = scored_whole(
        [posts, observed(), no_rows(&holidays::TABLE)],
        None,
        MOST,
        AS_OF,
    );
    assert_eq!(whole.post_scores.height(), 11);
    let counts = [
        "post_after_as_of",
        "post_without_text",
        "post_not_scored",
        "post_is_repost",
        "copy_text_cut",
    ];
    assert_eq!(counts.map(|reason| count(&whole, reason)), [1, 2, 1, 2, 1]);
    let label = |id: &str| told(&whole, id, post_scores::LABEL);
    let labels = ["long", "angry", "bread", "marks", "control", "orphan"].map(label);
    let labels = labels.each_ref().map(Option::as_deref);
    assert_eq!(
        labels,
        [
            Some("positive"),
            Some("negative"),
            None,
            Some("negative"),
            Some("positive"),
            Some("neutral"),
        ]
    );
    assert_eq!(told(&whole, "angry", post_scores::LANGUAGE), None);
    assert_eq!(
        told(&whole, "angry", post_scores::UTTERANCE).as_deref(),
        Some("complaint")
    );
    // Who only reposts in a circle and who never posts speak about nothing.
    let scores = &whole.account_scores;
    let ids = scores.column(account_scores::ACCOUNT_ID.name).unwrap();
    let ids: Vec<Option<&str>> = ids.str().unwrap().iter().collect();
    let place = ids.iter().position(|id| *id == Some("a")).unwrap();
    assert!(!ids.contains(&Some("silent")));
    let followers = scores.column(account_scores::FOLLOWER_COUNT.name).unwrap();
    assert_eq!(followers.i64().unwrap().get(place), Some(10_000_000));
}
