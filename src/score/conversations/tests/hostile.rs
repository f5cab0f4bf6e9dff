//! Posts as they should not be.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::table::frame;
use super::*;

#[test]
fn rings_of_answers_and_of_reposts_end() {
    let repost = |id, of: &str| Said {
        kind: "repost",
        reposted: Some(id_hash(of)),
        ..post(id, id, "2026-07-01T10:00", Kind::Complaint)
    };
    let posts = [
        reply(post("a", "a", "2026-07-01T10:00", Kind::Complaint), "b"),
        reply(post("b", "b", "2026-07-01T11:00", Kind::Report), "a"),
        reply(
            post("self", "s", "2026-07-01T11:00", Kind::Question),
            "self",
        ),
        by_shop(reply(post("x", "", "2026-07-01T12:00", Kind::Report), "y")),
        by_shop(reply(post("y", "", "2026-07-01T13:00", Kind::Report), "x")),
        repost("r1", "r2"),
        repost("r2", "r1"),
    ];
    let found = collected(&posts);
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| (row.root_post_id.letters(), row.state))
        .collect();
    assert_eq!(
        rows,
        [("a", State::Unanswered), ("self", State::Unanswered)]
    );
    assert_eq!(left_out(&found, "shop_post_to_nobody"), 2);
}

#[test]
fn an_answer_to_a_post_nobody_has_goes_to_who_spoke_last_about_it() {
    let posts = [
        reply(post("1", "a", "2026-07-01T10:00", Kind::Question), "gone"),
        by_shop(reply(
            post("2", "", "2026-07-01T11:00", Kind::Report),
            "gone",
        )),
        by_shop(reply(
            post("3", "", "2026-07-01T11:00", Kind::Report),
            "gone too",
        )),
    ];
    let found = collected(&posts);
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].outbound_count, 1);
    assert_eq!(left_out(&found, "shop_post_to_nobody"), 1);
}

#[test]
fn an_answer_in_the_same_instant_took_no_time() {
    let posts = [
        by_shop(chat("1", "", "2026-07-06T10:00", "ございます")),
        chat("2", "hana", "2026-07-06T10:00", "在庫はありますか"),
    ];
    let found = collected(&posts);
    assert_eq!(found.rows[0].first_response, Some(0));
    assert_eq!(found.rows[0].is_within_target, Some(true));
}

#[test]
fn nothing_and_only_the_shop_make_no_row() {
    assert!(collected(&[]).rows.is_empty());
    let posts = [
        by_shop(chat("1", "", "2026-07-06T10:00", "新商品です")),
        by_shop(post("2", "", "2026-07-06T10:00", Kind::Report)),
    ];
    let found = collected(&posts);
    assert!(found.rows.is_empty());
    assert_eq!(left_out(&found, "shop_post_to_nobody"), 2);
}

#[test]
fn a_post_that_two_exports_have_counts_once_and_is_the_shops_if_one_says_so() {
    let own = by_shop(reply(post("2", "", "2026-07-01T11:00", Kind::Report), "1"));
    let heard = Said {
        source: "listening",
        is_shop: false,
        account_id: "shop",
        ..own
    };
    let elsewhere = Said {
        platform: "zendesk",
        source: "b",
        kind: "ticket",
        ..post("1", "c", "2026-07-01T12:00", Kind::Question)
    };
    let posts = [
        post("1", "a", "2026-07-01T10:00", Kind::Question),
        heard,
        own,
        elsewhere,
        Said {
            source: "c",
            ..elsewhere
        },
    ];
    let found = collected(&posts);
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| (row.id.as_str(), row.inbound_count, row.outbound_count))
        .collect();
    // Ids of help desks are their own: ticket 1 of one is not ticket 1 of the other.
    assert_eq!(rows, [("b:1", 1, 0), ("c:1", 1, 0), ("x:1", 1, 1)]);
    assert_eq!(left_out(&found, "post_in_two_sources"), 1);
}

#[test]
fn figures_beyond_all_bounds_stay_figures() {
    let posts = [
        Said {
            follower_count: Some(i64::MAX),
            repost_count: Some(i64::MAX),
            sentiment: Some(f64::NAN),
            strength: Some(f64::INFINITY),
            rating: Some(f64::NEG_INFINITY),
            at: i64::MIN,
            ..post("1", "", "2026-07-01T10:00", Kind::Complaint)
        },
        Said {
            follower_count: Some(-5),
            repost_count: Some(-5),
            at: i64::MAX,
            ..post("2", "b", "2026-07-01T10:00", Kind::Complaint)
        },
    ];
    let found = collected(&posts);
    assert_eq!(found.rows.len(), 2);
    assert_eq!(found.rows[0].reach, i64::MAX);
    assert_eq!(found.rows[1].reach, 0);
    assert!(
        found
            .rows
            .iter()
            .all(|row| row.priority.is_finite() && (0.0..=1.0).contains(&row.severity))
    );
    assert!(frame(&found.rows).is_ok());
}

#[test]
fn many_conversations_come_some_at_a_time_each_once_and_by_their_ids() {
    let ids: Vec<String> = (0..150_000_u32)
        .map(|number| format!("{:06}", number.wrapping_mul(7_919) % 150_000))
        .collect();
    let posts: Vec<Said<'_>> = ids
        .iter()
        .map(|id| Said {
            post_id: id.as_str().into(),
            account_id: id,
            ..post("", "", "2026-07-01T10:00", Kind::Complaint)
        })
        .collect();
    let opening = opening(&office(), "Asia/Tokyo");
    let settings = usual(&opening);
    let mut found: Vec<Vec<String>> = Vec::new();
    each(posts.as_slice(), &settings, &mut |rows| {
        found.push(rows.iter().map(|row| row.id.clone()).collect());
        Ok(())
    })
    .unwrap();
    assert!(found.len() > 2);
    assert!(found.iter().all(|rows| rows.is_sorted()));
    let mut all = found.concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), ids.len());
    // What cannot be taken ends it.
    let mut times = 0;
    let refused = each(posts.as_slice(), &settings, &mut |_| {
        times += 1;
        Err(polars::prelude::PolarsError::ComputeError("full".into()))
    });
    assert!(refused.is_err());
    assert_eq!(times, 1);
}

#[test]
fn a_million_posts_in_one_thread_are_one_pass() {
    const MANY: usize = 1_000_000;
    let text = "お届けがまだなのですが、いまどちらにあるか分かりますでしょうか。".repeat(3);
    let text = Wording::of(&text);
    let ids: Vec<String> = (0..MANY).map(|number| number.to_string()).collect();
    let start = at("2026-06-01T09:00");
    let posts: Vec<Said<'_>> = (0..MANY)
        .map(|number| Said {
            source: "x",
            platform: "x",
            post_id: ids[number].as_str().into(),
            // A chain in which every post answers the one before, the shop speaking every tenth time.
            reply_to: number.checked_sub(1).map(|before| id_hash(&ids[before])),
            account_id: if number % 10 == 9 { "shop" } else { "a" },
            is_shop: number % 10 == 9,
            at: start + number as i64 * MINUTE / 60,
            text,
            kind: "reply",
            is_about: true,
            utterance: Some(Kind::Question),
            ..Said::default()
        })
        .collect();
    let found = collected(&posts);
    assert_eq!(found.rows.len(), 1);
    let row = &found.rows[0];
    assert_eq!(row.inbound_count + row.outbound_count, MANY as i64);
    assert_eq!(row.outbound_count, MANY as i64 / 10);
    assert_eq!(row.first_response, Some(9 * MINUTE / 60));
}

const IDS: [&str; 6] = ["", "a", "b", "c", "d", "e"];
const KINDS: [&str; 7] = [
    "post", "reply", "quote", "repost", "review", "chat", "ticket",
];

/// A post of few ids, so that rings, orphans, repeats and ties are common.
fn any_post() -> impl Strategy<Value = Said<'static>> {
    let id = || (0..IDS.len()).prop_map(|place| IDS[place]);
    let link = || proptest::option::of(id().prop_map(id_hash));
    let utterance = prop_oneof![
        Just(None),
        Just(Some(Kind::Complaint)),
        Just(Some(Kind::Praise)),
    ];
    (
        (id(), id(), link(), link(), link()),
        (0..KINDS.len(), 0_i64..200, any::<bool>(), any::<bool>()),
        (utterance, proptest::option::of(-1.0..1.0_f64)),
    )
        .prop_map(
            |(
                (post_id, account_id, reply_to, reposted, conversation),
                (kind, hours, is_shop, is_about),
                (utterance, sentiment),
            )| Said {
                source: "s",
                platform: if is_about { "x" } else { "line" },
                post_id: post_id.into(),
                account_id,
                at: at("2026-07-01T00:00") + hours * HOUR,
                text: Wording::of(if is_shop { "" } else { "まだですか" }),
                kind: KINDS[kind],
                reply_to,
                reposted,
                conversation,
                is_shop,
                is_about,
                utterance,
                sentiment,
                ..Said::default()
            },
        )
}

proptest! {
    #[test]
    fn threads_are_the_same_whether_links_are_kept_or_not(
        posts in proptest::collection::vec(any_post(), 0..30),
    ) {
        let found = [true, false].map(|keeps| threads::threads_keeping(posts.as_slice(), keeps));
        prop_assert_eq!(&found[0], &found[1]);
    }

    #[test]
    fn every_post_is_in_one_conversation_at_most_and_figures_keep_their_bounds(
        mut posts in proptest::collection::vec(any_post(), 0..30),
    ) {
        posts.sort_by_key(|post| post.at);
        let found = collected(&posts);
        let mut counted = 0;
        let mut started = BTreeMap::new();
        for row in &found.rows {
            counted += row.inbound_count + row.outbound_count;
            *started.entry((row.platform, row.root_post_id.letters())).or_insert(0) += 1;
            prop_assert!(row.started_at <= row.asked_at && row.asked_at <= row.last_at);
            prop_assert!(row.first_response.is_none_or(|open| open >= 0));
            prop_assert!(row.resolved_at.is_none() || row.waiting_since.is_none());
            prop_assert!((0.0..=1.0).contains(&row.severity));
            prop_assert_eq!(row.state == State::Unanswered, row.waiting_since.is_some() && row.first_response.is_none());
        }
        // A post without an id of its own is told by nothing.
        prop_assert!(started.iter().all(|((_, id), count)| id.is_empty() || *count == 1));
        let reposts = posts.iter().filter(|post| post.kind == "repost").count() as i64;
        let repeated = left_out(&found, "post_in_two_sources") as i64;
        let unheard = left_out(&found, "shop_post_to_nobody") as i64;
        prop_assert!(counted + unheard + repeated + reposts <= posts.len() as i64);
    }
}
