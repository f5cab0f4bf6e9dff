//! X: other vintages of its exports, posts within posts, notices of deleted posts, ids that were spoilt.

use super::{Outcome, context, import, import_with};
use crate::import::context::{Context, Owner};
use crate::import::rejects::Reason;
use crate::import::values::ValueError;

fn read(text: &str) -> Outcome {
    import(text.as_bytes(), None).expect("the layout is recognised")
}

/// Returns the named cells of each row of a table, in the order of the rows.
fn cells(outcome: &Outcome, table: &str, names: &[&str]) -> Vec<String> {
    let rendered = outcome.rendered();
    let rows = rendered
        .lines()
        .filter(|row| row.starts_with(&format!("{table} ")));
    rows.map(|row| {
        let (_, row) = row.split_once(": ").expect("a row has cells");
        let found = row.split(" | ").filter(|cell| {
            let name = cell.split('=').next();
            name.is_some_and(|name| names.contains(&name))
        });
        found.collect::<Vec<_>>().join(" ")
    })
    .collect()
}

#[test]
fn what_twarc_flattened_gives_the_same_posts_as_the_page() {
    let text = r#"{"id":"3","text":"RT @hanako: 長い感想が…","author_id":"1","created_at":"2024-07-01T00:00:00.000Z","author":{"id":"1","username":"torinokoe_coffee","name":"店"},"referenced_tweets":[{"type":"retweeted","id":"2","text":"長い感想が最後まで #珈琲","author_id":"5","created_at":"2024-06-30T00:00:00.000Z","author":{"id":"5","username":"hanako","name":"は &amp; な"}}],"__twarc":{"retrieved_at":"2024-07-02T00:00:00+00:00"}}"#;
    let outcome = read(text);
    assert_eq!(outcome.counts.read, 1);
    assert_eq!(
        cells(
            &outcome,
            "posts",
            &[
                "post_id",
                "account_id",
                "text",
                "hashtags",
                "is_outbound",
                "extra",
                "observed_at"
            ]
        ),
        [
            "post_id=3 account_id=1 text=長い感想が最後まで #珈琲 hashtags=[珈琲] is_outbound=true observed_at=2024-07-02T00:00:00Z",
            "post_id=2 account_id=5 text=長い感想が最後まで #珈琲 hashtags=[珈琲] is_outbound=false observed_at=2024-07-02T00:00:00Z",
        ]
    );
    assert_eq!(
        cells(&outcome, "accounts", &["account_id", "display_name"]),
        [
            "account_id=1 display_name=店",
            "account_id=5 display_name=は & な"
        ]
    );
}

#[test]
fn pages_of_accounts_and_of_errors_are_no_broken_posts() {
    let text = concat!(
        r#"{"data":[{"id":"7","username":"jiro","name":"次郎","created_at":"2020-01-01T00:00:00.000Z"}],"meta":{"result_count":1}}"#,
        "\n",
        r#"{"errors":[{"resource_id":"9","type":"https://api.twitter.com/2/problems/resource-not-found"}]}"#,
        "\n",
        r#"{"meta":{"result_count":0}}"#,
        "\n",
    );
    let outcome = read(text);
    assert_eq!((outcome.counts.read, outcome.counts.rejected), (1, 0));
    assert_eq!(outcome.rendered().lines().count(), 1);
    assert_eq!(
        cells(&outcome, "accounts", &["account_id", "handle"]),
        ["account_id=7 handle=jiro"]
    );
}

#[test]
fn deletions_of_the_compliance_stream_are_taken_and_other_events_are_not() {
    let text = concat!(
        r#"{"data":{"delete":{"tweet":{"id":"601430178305220608","author_id":"3198576760"},"event_at":"2022-12-23T12:34:56.789Z"}}}"#,
        "\n",
        r#"{"data":{"tweet_delete":{"tweet":{"id":"5"},"event_at":"2022-12-23T00:00:00.000Z"}}}"#,
        "\n",
        r#"{"data":{"drop":{"tweet":{"id":"6"},"event_at":"2022-12-23T00:00:00.000Z"}}}"#,
        "\n",
        r#"{"data":{"delete":{"event_at":"2022-12-23T00:00:00.000Z"}}}"#,
        "\n",
    );
    let outcome = read(text);
    assert_eq!(outcome.layout, "x_api_v2");
    assert_eq!((outcome.counts.read, outcome.counts.rejected), (3, 1));
    assert_eq!(
        cells(&outcome, "deletions", &["post_id", "deleted_at"]),
        [
            "post_id=601430178305220608 deleted_at=2022-12-23T12:34:56.789Z",
            "post_id=5 deleted_at=2022-12-23T00:00:00Z"
        ]
    );
}

#[test]
fn results_of_a_compliance_job_are_deletions_unless_only_the_place_went() {
    let text = concat!(
        r#"{"id":"1","action":"delete","created_at":"2019-09-06T17:25:54.667Z","reason":"protected"}"#,
        "\n",
        r#"{"id":"2","action":"delete","created_at":"2019-09-07T01:30:03.390Z","redacted_at":"2021-08-17T17:26:15.788Z","reason":"deleted"}"#,
        "\n",
        r#"{"id":"3","action":"delete","created_at":"2019-09-07T01:30:03.390Z","redacted_at":"2021-08-17T17:26:15.788Z","reason":"scrub_geo"}"#,
        "\n",
    );
    assert_eq!(
        cells(&read(text), "deletions", &["post_id", "deleted_at"]),
        ["post_id=1", "post_id=2 deleted_at=2021-08-17T17:26:15.788Z"]
    );
}

#[test]
fn messages_of_a_webhook_are_posts_and_deletions() {
    let text = concat!(
        r#"{"for_user_id":"1","tweet_create_events":[{"created_at":"Wed Oct 10 20:19:24 +0000 2018","id_str":"10","text":"a","user":{"id_str":"2","screen_name":"hanako"}}]}"#,
        "\n",
        r#"{"for_user_id":"1","tweet_delete_events":[{"status":{"id":"10","user_id":"2"},"timestamp_ms":"1539202800000"}]}"#,
        "\n",
        r#"{"for_user_id":"1","favorite_events":[{"id":"a"}]}"#,
        "\n",
    );
    let outcome = read(text);
    assert_eq!(outcome.layout, "x_legacy_json");
    assert_eq!((outcome.counts.read, outcome.counts.rejected), (2, 0));
    assert_eq!(cells(&outcome, "posts", &["post_id"]), ["post_id=10"]);
    assert_eq!(cells(&outcome, "deletions", &["post_id"]), ["post_id=10"]);
}

#[test]
fn the_posts_of_an_archive_are_its_owners() {
    let owner = Owner {
        account_id: "1".to_owned(),
        handle: Some("Torinokoe_coffee".to_owned()),
        display_name: None,
    };
    let context = Context {
        owner: Some(owner),
        ..context()
    };
    // Until 2019 the posts stood in the array without a wrapper.
    let text = "window.YTD.tweet.part1 = [ {\"id_str\":\"1\",\"created_at\":\"Wed Oct 10 20:19:24 +0000 2018\",\
                \"full_text\":\"a\"}, {\"id_str\":\"2\",\"created_at\":\"いつか\",\"full_text\":\"b\"} ]";
    let outcome = import_with(&context, text.as_bytes(), None).expect("the layout is recognised");
    assert_eq!(outcome.layout, "x_archive_posts");
    assert_eq!(
        cells(&outcome, "posts", &["post_id", "account_id", "is_outbound"]),
        ["post_id=1 account_id=1 is_outbound=true"]
    );
    assert_eq!(outcome.counts.read, 2);
    assert_eq!(
        outcome.rejects[0].reason,
        Reason::Value(ValueError::NotADate)
    );
}

#[test]
fn an_archive_cut_in_the_middle_gives_what_is_whole() {
    let post = |id: u8| {
        format!(
            "{{\"tweet\":{{\"id_str\":\"{id}\",\"created_at\":\"Wed Oct 10 20:19:24 +0000 2018\",\"full_text\":\"a\"}}}}"
        )
    };
    let text = format!(
        "window.YTD.tweets.part0 = [\n{},\n{},\n{}",
        post(1),
        post(2),
        &post(3)[..30]
    );
    let outcome = read(&text);
    assert_eq!(
        cells(&outcome, "posts", &["post_id"]),
        ["post_id=1", "post_id=2"]
    );
    assert_eq!((outcome.counts.read, outcome.counts.rejected), (3, 1));
    assert_eq!(outcome.rejects[0].reason, Reason::NotJson);
}

#[test]
fn parts_of_an_archive_may_be_empty() {
    for (text, layout) in [
        ("window.YTD.tweets.part0 = [ ]", "x_archive_posts"),
        (
            "window.YTD.deleted_tweets.part0 = [ ]",
            "x_archive_deletions",
        ),
    ] {
        let outcome = read(text);
        assert_eq!(outcome.layout, layout);
        assert_eq!((outcome.counts.read, outcome.rendered().as_str()), (0, ""));
    }
}

#[test]
fn the_older_analytics_are_read_in_either_language() {
    let rows = "1050118621198921728,https://twitter.com/shop/status/1050118621198921728,\"豆 &amp; 水\",\
                2018-10-10 20:19 +0000,1200.0,30.0,0.025,2.0,1.0,9.0,3.0\n";
    let english = "\"Tweet id\",\"Tweet permalink\",\"Tweet text\",\"time\",\"impressions\",\"engagements\",\
                   \"engagement rate\",\"retweets\",\"replies\",\"likes\",\"user profile clicks\"\n";
    let japanese = "ツイートID,ツイートの固定リンク,ツイート本文,時間,インプレッション,エンゲージメント,\
                    エンゲージメント率,リツイート,返信,いいね,ユーザープロフィールクリック\n";
    for headings in [english, japanese] {
        let outcome = read(&format!("{headings}{rows}"));
        assert_eq!(outcome.layout, "x_analytics");
        assert_eq!(
            cells(
                &outcome,
                "posts",
                &[
                    "post_id",
                    "posted_at",
                    "text",
                    "like_count",
                    "reply_count",
                    "repost_count",
                    "view_count"
                ]
            ),
            [
                "post_id=1050118621198921728 posted_at=2018-10-10T20:19:00Z text=豆 & 水 like_count=9 reply_count=1 repost_count=2 view_count=1200"
            ]
        );
    }
}

#[test]
fn ids_that_a_spreadsheet_spoilt_are_rejected_where_nothing_else_tells_them() {
    let text = "id,created_at,text,author_id,referenced_tweets.replied_to.id,author.username\n\
                1.80E+18,2024-06-10T00:00:00.000Z,a,1,,x\n\
                1800000000000000001,2024-06-10T00:00:00.000Z,a,1,1.8E+18,x\n";
    let outcome = read(text);
    let rejects: Vec<(u64, &str, &Reason)> = outcome
        .rejects
        .iter()
        .map(|reject| (reject.line, reject.column.as_str(), &reject.reason))
        .collect();
    let reason = Reason::Value(ValueError::NotANumber);
    assert_eq!(
        rejects,
        [
            (2, "id", &reason),
            (3, "referenced_tweets.replied_to.id", &reason)
        ]
    );
}

#[test]
fn texts_that_twarc_wrote_as_json_are_decoded() {
    let text = "id,created_at,text,author_id,public_metrics.like_count,author.id,author.username\n\
                \"\"\"1800000000000000001\"\"\",\"\"\"2024-06-10T00:00:00.000Z\"\"\",\"\"\"a\\nb \\u3042 \\\\n\"\"\",\"\"\"1\"\"\",3,\"\"\"1\"\"\",\"\"\"torinokoe_coffee\"\"\"\n";
    let outcome = read(text);
    assert_eq!(
        cells(
            &outcome,
            "posts",
            &["post_id", "account_id", "text", "like_count", "is_outbound"]
        ),
        ["post_id=1800000000000000001 account_id=1 text=a⏎b あ \\n like_count=3 is_outbound=true"]
    );
}
