//! Tests of the whole stage on a small shop.

use std::collections::BTreeSet;

use super::fixture::{
    Complaint, Opinion, Post, Shop, config, floats, rows, same, settings, text, texts, until,
};
use super::*;
use crate::schema::{
    complaint_priorities, customers, exposures, models, segment_members, segment_voices, segments,
    srm_roles,
};

/// Ann is linked, dan is not, and eve is not to be analysed though a link of hers was left behind.
fn output(text: &str) -> Output {
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
    let config = config(text);
    segment(shop.input(), settings(&config), &until("2026-03-31")).unwrap()
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
