//! The Graph API, YouTube and X: what looks alike is told apart, and what is broken costs only itself.

use super::import;
use crate::import::rejects::Reason;
use crate::import::values::ValueError;

#[test]
fn pages_of_comments_are_told_apart() {
    for (text, layout) in [
        (
            r#"{"data":[{"id":"1","text":"a","timestamp":"2024-07-01T00:00:00+0000"}]}"#,
            "meta_graph",
        ),
        (
            r#"{"data":[{"id":"1","text":"a","created_at":"2024-07-01T00:00:00Z","author_id":"2"}]}"#,
            "x_api_v2",
        ),
        (
            r#"{"posts":{"data":[{"id":"1","message":"a","created_time":"2024-07-01T00:00:00+0000"}]},"id":"9"}"#,
            "meta_graph",
        ),
        (
            r#"[{"id":"1","snippet":{"topLevelComment":{"id":"1","snippet":{"textOriginal":"a","publishedAt":"2024-07-01T00:00:00Z"}}}}]"#,
            "youtube_comments",
        ),
        (
            r#"{"kind":"youtube#comment","id":"1","snippet":{"textDisplay":"a\nb","authorDisplayName":"c","publishedAt":"2024-07-01T00:00:00Z"}}"#,
            "youtube_comments",
        ),
    ] {
        let outcome = import(text.as_bytes(), None).expect(text);
        assert_eq!(outcome.layout, layout, "{text}");
        assert!(outcome.rejects.is_empty(), "{:?}", outcome.rejects);
        assert_eq!(outcome.counts.read, 1, "{text}");
        let rows = outcome.rendered();
        assert!(rows.contains("text=a"), "{rows}");
    }
}

#[test]
fn videos_are_no_comments() {
    let text = r#"{"kind":"youtube#videoListResponse","items":[{"id":"1","snippet":{"title":"a","publishedAt":"2024-07-01T00:00:00Z"}}]}"#;
    assert!(import(text.as_bytes(), None).is_err());
}

#[test]
fn comments_within_a_broken_post_are_kept() {
    let text = r#"{"data":[{"id":"1","message":"a","created_time":"いつか","comments":{"data":[
        {"id":"2","message":"b","created_time":"2024-07-01T00:00:00+0000"},{"message":"c","created_time":"2024-07-01T00:00:00+0000"},"d"]}}]}"#;
    let outcome = import(text.as_bytes(), None).expect("recognised");
    let reasons: Vec<(&str, &Reason)> = outcome
        .rejects
        .iter()
        .map(|reject| (reject.column.as_str(), &reject.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            ("created_time", &Reason::Value(ValueError::NotADate)),
            ("id", &Reason::Missing),
            ("", &Reason::NotJson)
        ]
    );
    assert_eq!(outcome.counts.read, 4);
    let rows = outcome.rendered();
    assert!(
        rows.lines().count() == 1 && rows.contains("reply_to_post_id=1"),
        "{rows}"
    );
}
