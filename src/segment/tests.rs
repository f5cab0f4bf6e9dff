//! Tests of the whole stage on a small shop.

use std::collections::BTreeSet;

use super::fixture::{
    Complaint, Opinion, Post, SHOP, Shop, config, floats, instants, integers, list, micros, rows,
    same, settings, text, texts, until,
};
use super::*;
use crate::schema::{
    ColumnKind, Table, account_scores, complaint_priorities, customers, exposures, links, models,
    person_voices, post_scores, posts, segment_members, segment_voices, segments, srm_roles,
};

/// Ann is linked, dan is not, and eve is not to be analysed though a link of hers was left behind.
fn input() -> Input {
    let post = |id, account, at, reply_to| Post {
        id,
        account,
        at,
        reply_to,
        reposted: None,
        mentions: &[],
    };
    let posts = [
        post("a0", "a", "2026-02-01T00:00:00Z", None),
        post("e1", "e", "2026-02-02T00:00:00Z", Some("a0")),
        post("a1", "a", "2026-02-03T00:00:00Z", Some("e1")),
        post("d1", "d", "2026-02-04T00:00:00Z", Some("a0")),
    ];
    let opinions = [
        Opinion::new("a0", "a", "2026-02-01", &["taste"], &[], &["香り"]),
        Opinion::new("e1", "e", "2026-02-02", &["price"], &[], &["秘密"]),
        Opinion::new("d1", "d", "2026-02-04", &["service"], &[], &["内緒"]),
    ];
    let shop = Shop {
        persons: &[("1", "ann", true), ("2", "eve", false), ("3", "dan", true)],
        links: &[("ann", "a"), ("eve", "e")],
        roles: &[("a", "advocate"), ("e", "detractor"), ("d", "influencer")],
        posts: &posts,
        opinions: &opinions,
        complaints: &[
            Complaint::open("ta", "a", 0.5, 1),
            Complaint::open("te", "e", 0.5, 1),
            Complaint::open("td", "d", 0.5, 1),
        ],
        orders: &[
            ("o1", "1", "2026-03-20T00:00:00Z", 3000),
            ("o2", "2", "2026-02-05T00:00:00Z", 9000),
            ("o3", "3", "2025-02-05T00:00:00Z", 5000),
        ],
    };
    shop.input()
}

fn output(text: &str) -> Output {
    let config = config(text);
    segment(input(), settings(&config), &until("2026-03-31")).unwrap()
}

/// Adds what customers said to the shop by chat, and one public post whose customer the export names.
fn with_chats(input: Input) -> Input {
    // Post, customer, kind, account, instant.
    let said = [
        ("m1", "3", "chat", "u3", "2026-03-01T00:00:00Z"),
        ("m2", "2", "chat", "u2", "2026-03-02T00:00:00Z"),
        ("m3", "3", "post", "u4", "2026-03-03T00:00:00Z"),
        ("m4", "3", "email", "u5", "2024-01-01T00:00:00Z"),
        ("m5", "1", "chat", "u1", "2025-03-01T00:00:00Z"),
    ];
    let count = said.len();
    let ids = || text(posts::POST_ID, said.iter().map(|post| post.0));
    let accounts = || text(posts::ACCOUNT_ID, said.iter().map(|post| post.3));
    let at = || instants(posts::POSTED_AT, said.iter().map(|post| micros(post.4)));
    let places = || {
        [
            same(posts::SOURCE, SHOP, count),
            same(posts::PLATFORM, "line", count),
            same(posts::PROVIDER, "p", count),
            ids(),
            accounts(),
            at(),
        ]
    };
    let words: Vec<&[&str]> = said.iter().map(|_| &["香り", "返事"][..]).collect();
    let of_posts = [
        text(posts::CUSTOMER_ID, said.iter().map(|post| post.1)),
        text(posts::KIND, said.iter().map(|post| post.2)),
    ];
    let of_scores = [
        Column::new(post_scores::IS_OPINION.small_name(), vec![true; count]),
        Column::new(post_scores::SENTIMENT.small_name(), vec![-0.25; count]),
        same(post_scores::LABEL, "negative", count),
        same(post_scores::UTTERANCE, "complaint", count),
        list(post_scores::JOURNEY, &words),
        list(post_scores::NEGATIVE_ASPECTS, &words),
        list(post_scores::WORDS, &words),
    ];
    let of_accounts = vec![
        same(account_scores::PLATFORM, "line", count),
        same(account_scores::PROVIDER, "p", count),
        accounts(),
        Column::new(
            account_scores::FOLLOWER_COUNT.small_name(),
            vec![7i64; count],
        ),
    ];
    let and = |table: LazyFrame, of: &Table, columns: Vec<Column>| {
        concat(
            [table, rows(of, count, columns).lazy()],
            UnionArgs::default(),
        )
        .unwrap()
    };
    Input {
        posts: and(
            input.posts,
            &posts::TABLE,
            places().into_iter().chain(of_posts).collect(),
        ),
        post_scores: and(
            input.post_scores,
            &post_scores::TABLE,
            places().into_iter().chain(of_scores).collect(),
        ),
        account_scores: and(input.account_scores, &account_scores::TABLE, of_accounts),
        ..input
    }
}

/// A second linked person, who responds to the first one by a reply and by a mention alone, and a post without an instant.
fn with_responses(mut input: Input) -> Input {
    let linked = [("dan", "d", None), ("ann", "a2", Some(""))];
    let providers: Vec<Option<&str>> = linked.iter().map(|row| row.2).collect();
    let days = ["2026-02-10T00:00:00Z", "2025-01-01T00:00:00Z"];
    let columns = vec![
        text(links::PERSON_ID, linked.iter().map(|row| row.0)),
        same(links::PLATFORM, "x", 2),
        Column::new(links::PROVIDER.small_name(), providers),
        text(links::ACCOUNT_ID, linked.iter().map(|row| row.1)),
        text(links::HANDLE, linked.iter().map(|row| row.1)),
        instants(links::DECLARED_AT, days.into_iter().map(micros)),
    ];
    let more = rows(&links::TABLE, 2, columns).lazy();
    input.links = concat([input.links, more], UnionArgs::default()).unwrap();
    let named: [&[&str]; 2] = [&["A"], &[]];
    let columns = vec![
        same(posts::SOURCE, "x", 2),
        same(posts::PLATFORM, "x", 2),
        text(posts::POST_ID, ["d2", "a9"].into_iter()),
        text(posts::ACCOUNT_ID, ["d", "a"].into_iter()),
        Column::new(
            posts::POSTED_AT.small_name(),
            [Some(micros("2026-02-20T00:00:00Z")), None],
        )
        .cast(&ColumnKind::Instant.dtype())
        .unwrap(),
        list(posts::MENTIONS, &named),
    ];
    let more = rows(&posts::TABLE, 2, columns).lazy();
    input.posts = concat([input.posts, more], UnionArgs::default()).unwrap();
    input
}

#[test]
fn in_narrowed_tables_the_same_is_found() {
    let config = config("[segment]\nmatch = 'all'\n[privacy]\nmin_group_size = 1\n");
    let as_of = until("2026-03-31");
    let without_links = Input {
        links: input().links.slice(0, 0),
        ..with_chats(input())
    };
    // How many posts tell nothing, and how many tables are empty: exposures, and roles where nobody is linked.
    for (whole, posts_lost, empty) in [
        (input(), 0, 1),
        (with_chats(input()), 2, 1),
        (with_responses(with_chats(input())), 2, 0),
        (without_links, 6, 2),
    ] {
        let narrowed = whole.clone().narrowed(&config.segment, &as_of).unwrap();
        let count = |table: &LazyFrame| table.clone().collect().unwrap().height();
        assert!(count(&narrowed.post_scores) < count(&whole.post_scores));
        assert_eq!(count(&whole.posts) - count(&narrowed.posts), posts_lost);
        assert!(count(&narrowed.account_scores) < count(&whole.account_scores));
        let [found, again] = [whole, narrowed].map(|input| {
            let output = segment(input, settings(&config), &as_of).unwrap();
            [
                output.purchases,
                output.person_values,
                output.person_voices,
                output.person_segments,
                output.segment_members,
                output.segments,
                output.segment_voices,
                output.social_lift,
                output.srm_roles,
                output.exposures,
                output.complaint_priorities,
            ]
        });
        for (found, again) in found.iter().zip(&again) {
            assert!(found.equals_missing(again), "{found} {again}");
        }
        let is_empty = |table: &&DataFrame| table.height() == 0;
        assert_eq!(found.iter().filter(is_empty).count(), empty);
    }
}

#[test]
fn a_chat_counts_for_the_customer_that_the_system_names_and_a_public_post_does_not() {
    let config = config("[privacy]\nmin_group_size = 1\n");
    let input = with_chats(input());
    let found = segment(input, settings(&config), &until("2026-03-31")).unwrap();
    let persons = texts(&found.person_voices, person_voices::PERSON_ID);
    let counts = integers(&found.person_voices, person_voices::POST_COUNT);
    let counts: Vec<(&str, i64)> = persons.into_iter().zip(counts).collect();
    assert_eq!(counts, [("ann", 2), ("dan", 2)]);
}

#[test]
fn who_is_not_to_be_analysed_is_in_no_table() {
    let found = output("[segment]\nmatch = 'all'\n[privacy]\nmin_group_size = 1\n");
    let frames = [
        &found.purchases,
        &found.person_values,
        &found.person_voices,
        &found.person_segments,
        &found.segment_members,
        &found.srm_roles,
        &found.exposures,
        &found.complaint_priorities,
    ];
    for frame in frames {
        assert!(!texts(frame, person_segments::PERSON_ID).contains(&"eve"));
    }
    assert_eq!(texts(&found.srm_roles, srm_roles::ACCOUNT_ID), ["a"]);
    assert!(!texts(&found.segment_voices, segment_voices::NAME).contains(&"秘密"));
    assert_eq!(found.exposures.height(), 0);
}

#[test]
fn who_is_not_linked_keeps_orders_and_speech_apart() {
    let found = output("[privacy]\nmin_group_size = 1\n");
    let persons = texts(&found.person_segments, person_segments::PERSON_ID);
    assert_eq!(persons, ["ann", "dan"]);
    assert_eq!(
        texts(&found.person_segments, person_segments::VOICE_GROUP),
        ["silent", "silent"]
    );
    assert_eq!(
        texts(&found.person_segments, person_segments::ACCOUNT_ROLE),
        ["advocate", ""]
    );
    assert_eq!(
        texts(&found.person_segments, person_segments::ORDER_STAGE),
        ["first", "lapsed"]
    );
    assert_eq!(
        texts(
            &found.person_segments,
            person_segments::PREVIOUS_ORDER_STAGE
        ),
        ["first", "lapsed"]
    );
    let names: BTreeSet<&str> = texts(&found.segment_voices, segment_voices::NAME)
        .into_iter()
        .collect();
    assert_eq!(names, BTreeSet::from(["taste", "香り"]));
    let queue = &found.complaint_priorities;
    assert_eq!(
        texts(queue, complaint_priorities::CONVERSATION_ID),
        ["ta", "td", "te"]
    );
    assert_eq!(
        texts(queue, complaint_priorities::PERSON_ID),
        ["ann", "", ""]
    );
}

#[test]
fn who_registered_later_was_not_there_before() {
    let ids = ["ann", "ben", "cat", "dan", "eve"];
    // Ben registered within the last week, cat after it, dan only after a purchase; of eve no day is known.
    let registered = ["2024-01-01", "2026-03-28", "2026-04-01", "2026-03-30"];
    let everybody = ids.map(|id| (id, id, true));
    let shop = Shop {
        persons: &everybody,
        orders: &[("o1", "dan", "2026-03-20T00:00:00Z", 1000)],
        ..Shop::EMPTY
    };
    let days: Vec<i32> = registered
        .iter()
        .map(|day| until(day).day_number())
        .collect();
    let count = registered.len();
    let mut input = shop.input();
    input.customers = rows(
        &customers::TABLE,
        count,
        vec![
            same(customers::SOURCE, "shop", count),
            text(customers::CUSTOMER_ID, ids.into_iter().take(count)),
            Column::new(customers::REGISTERED_ON.small_name(), days)
                .cast(&DataType::Date)
                .unwrap(),
        ],
    )
    .lazy();
    let config = config("");
    let found = segment(input, settings(&config), &until("2026-03-31")).unwrap();
    let people = &found.person_segments;
    assert_eq!(
        texts(people, person_segments::PERSON_ID),
        ["ann", "ben", "dan", "eve"]
    );
    assert_eq!(
        texts(people, person_segments::PREVIOUS_ORDER_STAGE),
        ["discovered", "", "first", "discovered"]
    );
}

#[test]
fn the_share_of_sales_that_comes_back_is_told() {
    let shop = Shop {
        persons: &[("1", "ann", true)],
        orders: &[
            ("o1", "1", "2025-02-05T00:00:00Z", 1000),
            ("o2", "1", "2025-08-05T00:00:00Z", 1000),
            ("o2/return", "1", "2025-08-09T00:00:00Z", -600),
            ("o3", "1", "2026-02-05T00:00:00Z", 1000),
        ],
        ..Shop::EMPTY
    };
    let config = config("");
    let found = segment(shop.input(), settings(&config), &until("2026-03-31")).unwrap();
    let share = found
        .models
        .lazy()
        .filter(models::FIGURE.expr().eq(lit("kept_sales_share")))
        .collect()
        .unwrap();
    assert_eq!(floats(&share, models::VALUE), [Some(0.8)]);
    let spend = floats(&found.person_values, person_values::EXPECTED_SPEND_MINOR);
    assert!((spend[0].unwrap() - 800.0).abs() < 1e-9, "{spend:?}");
}

#[test]
fn every_table_has_the_columns_of_its_schema() {
    let found = output("");
    let tables = [
        (&found.person_segments, &person_segments::TABLE),
        (&found.segment_members, &segment_members::TABLE),
        (&found.segments, &segments::TABLE),
        (&found.segment_voices, &segment_voices::TABLE),
        (&found.srm_roles, &srm_roles::TABLE),
        (&found.exposures, &exposures::TABLE),
        (&found.complaint_priorities, &complaint_priorities::TABLE),
    ];
    for (frame, table) in tables {
        for column in table.columns {
            let dtype = frame.column(column.name).unwrap().dtype();
            assert_eq!(
                *dtype,
                column.kind.dtype(),
                "{}.{}",
                table.name,
                column.name
            );
        }
    }
}
