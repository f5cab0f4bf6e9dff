//! Meta's downloads: wrapped lists, labels in Japanese, other files of the same shape, broken records.

use super::import;
use crate::error::Error;
use crate::import::rejects::Reason;
use crate::import::values::ValueError;

/// Breaks a text the way Meta does: each byte an escape of its own.
fn broken(text: &str) -> String {
    text.bytes().map(|byte| format!("\\u{byte:04x}")).collect()
}

#[test]
fn lists_under_a_key_are_read_too() {
    for (text, layout) in [
        (
            r#"{"ig_stories": [{"uri": "media/stories/1.jpg", "creation_timestamp": 1719795600, "title": ""}]}"#,
            "instagram_posts",
        ),
        (
            r#"{"ig_reels_media": [{"media": [{"uri": "1.mp4", "creation_timestamp": 1719795600, "title": "a"}]}]}"#,
            "instagram_posts",
        ),
        (
            r#"{"comments_reels_comments": [{"string_map_data": {"Comment": {"value": "a"}, "Time": {"timestamp": 1719795600}}}]}"#,
            "instagram_comments",
        ),
        (
            r#"{"group_posts_v2": [{"timestamp": 1719795600, "data": [{"post": "a"}], "title": "b"}]}"#,
            "facebook_posts",
        ),
        (
            r#"[{"timestamp": 1719795600, "data": [], "title": "shared a link."}]"#,
            "facebook_posts",
        ),
        (
            r#"{"group_comments_v2": [{"timestamp": 1719795600, "data": [{"comment": {"comment": "a", "author": "b"}}]}]}"#,
            "facebook_comments",
        ),
    ] {
        let outcome = import(text.as_bytes(), None).expect(text);
        assert_eq!(outcome.layout, layout, "{text}");
        assert!(outcome.rejects.is_empty(), "{:?}", outcome.rejects);
        let rows = outcome.rendered();
        assert!(rows.contains("posted_at=2024-07-01T01:00:00Z"), "{rows}");
        assert!(rows.contains("is_outbound=true"), "{rows}");
    }
}

#[test]
fn labels_may_be_japanese() {
    let text = format!(
        r#"[{{"string_map_data": {{"{}": {{"value": "{}"}}, "{}": {{"value": "hana_ko"}}, "{}": {{"timestamp": 1719795600}}}}}}]"#,
        broken("コメント"),
        broken("はい"),
        broken("メディアの所有者"),
        broken("時間")
    );
    let rows = import(text.as_bytes(), None)
        .expect("recognised")
        .rendered();
    assert!(
        rows.contains("text=はい") && rows.contains("hana_ko"),
        "{rows}"
    );
}

#[test]
fn other_files_of_a_download_are_not_taken_for_posts() {
    for text in [
        r#"{"ig_profile_picture": [{"uri": "1.jpg", "creation_timestamp": 1719795600, "title": ""}]}"#,
        r#"[{"timestamp": 1719795600, "data": [{"reaction": {"reaction": "LIKE", "actor": "a"}}], "title": "b"}]"#,
        r#"{"profile_user": [{"string_map_data": {"Email": {"value": "a@example.com"}}}]}"#,
        r#"{"likes_media_likes": [{"title": "a", "string_list_data": [{"value": "b", "timestamp": 1719795600}]}]}"#,
    ] {
        assert!(
            matches!(
                import(text.as_bytes(), None),
                Err(Error::UnknownLayout { .. })
            ),
            "{text}"
        );
    }
}

#[test]
fn broken_records_cost_only_themselves() {
    let text = r#"[{"media": [{"uri": "1.jpg", "creation_timestamp": 1719795600, "title": "a"}]},
        {"media": [{"uri": "2.jpg", "creation_timestamp": "soon", "title": "b"}]}, 7,
        {"media": [{"uri": "3.jpg", "creation_timestamp": 0}], "title": "c"}]"#;
    let outcome = import(text.as_bytes(), None).expect("recognised");
    let reasons: Vec<(u64, &Reason)> = outcome
        .rejects
        .iter()
        .map(|reject| (reject.line, &reject.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            (2, &Reason::Value(ValueError::NotADate)),
            (3, &Reason::NotJson),
            (4, &Reason::Missing)
        ]
    );
    assert_eq!(outcome.counts.read, 4);
    assert_eq!(outcome.rendered().lines().count(), 1);
}
