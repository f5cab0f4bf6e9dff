//! Small shops, from their tables to the figures.

mod sales;
mod voice;

use polars::prelude::*;

use super::{DAY, DataFigures, Input, Window, figures};
use crate::report::figures::{Counted, Figures, KpiKind, OrderGapKind, UnreadFigure};
use crate::report::fixture::{as_of, at, config, empty, filled};
use crate::schema::{
    Table, abc_classes, account_scores, alerts, campaign_costs, campaign_results, cohorts,
    communities, complaint_priorities, conversations, cooccurrences, cpm_groups, hour_counts,
    links, migrations, model_calibration, model_choices, models, orders, person_segments,
    person_values, post_scores, post_topics, posts, purchases, segments, shop_kpis, social_lift,
    topics, tracking_weeks, voice_shares,
};
use crate::store::FilePlace;

fn nothing() -> Input {
    Input {
        purchases: empty(&purchases::TABLE),
        person_values: empty(&person_values::TABLE),
        person_segments: empty(&person_segments::TABLE),
        segments: empty(&segments::TABLE),
        cohorts: empty(&cohorts::TABLE),
        models: empty(&models::TABLE),
        tracking_weeks: empty(&tracking_weeks::TABLE),
        campaign_results: empty(&campaign_results::TABLE),
        post_scores: empty(&post_scores::TABLE),
        hour_counts: empty(&hour_counts::TABLE),
        alerts: empty(&alerts::TABLE),
        abc_classes: empty(&abc_classes::TABLE),
        account_scores: empty(&account_scores::TABLE),
        campaign_costs: empty(&campaign_costs::TABLE),
        communities: empty(&communities::TABLE),
        complaint_priorities: empty(&complaint_priorities::TABLE),
        conversations: empty(&conversations::TABLE),
        cooccurrences: empty(&cooccurrences::TABLE),
        cpm_groups: empty(&cpm_groups::TABLE),
        links: empty(&links::TABLE),
        migrations: empty(&migrations::TABLE),
        model_calibration: empty(&model_calibration::TABLE),
        model_choices: empty(&model_choices::TABLE),
        orders: empty(&orders::TABLE),
        post_topics: empty(&post_topics::TABLE),
        posts: empty(&posts::TABLE),
        shop_kpis: empty(&shop_kpis::TABLE),
        social_lift: empty(&social_lift::TABLE),
        topics: empty(&topics::TABLE),
        voice_shares: empty(&voice_shares::TABLE),
    }
}

const SETTINGS: &str =
    "[brand]\nname = \"鳥\"\nkeywords = [\"鳥\"]\n[privacy]\nmin_group_size = 3\n";
const SAID: &str = "まだ届きません。";

fn texts_of(rows: &[&[&str]]) -> Series {
    let lists: Vec<Series> = rows
        .iter()
        .map(|row| Series::new("".into(), row.to_vec()))
        .collect();
    Series::new("list".into(), lists)
}

/// Four accounts that say the same two words in one sentence and answer the first; `b` and `c` are one person's.
fn shop() -> Input {
    let posted_at = at("2026-09-25T03:00:00Z");
    let accounts = ["a", "b", "c", "d"];
    let words: &[&str] = &["届く", "遅延"];
    let stages: [&[&str]; 4] = [&["complain"], &["complain"], &["buy", "complain"], &[]];
    let mut scores = df!(
        "source" => ["x"; 4],
        "post_id" => ["1", "2", "3", "4"],
        "platform" => ["x"; 4],
        "account_id" => accounts,
        "posted_at" => [posted_at; 4],
        "brand" => ["鳥"; 4],
        "is_opinion" => [true; 4],
        "sentiment" => [-0.5, -0.5, -0.5, -0.5],
    )
    .unwrap();
    for (name, lists) in [
        ("words", texts_of(&[words; 4])),
        ("journey", texts_of(&stages)),
    ] {
        scores
            .with_column(lists.with_name(name.into()).into_column())
            .unwrap();
    }
    Input {
        post_scores: filled(&post_scores::TABLE, scores),
        posts: filled(
            &posts::TABLE,
            df!(
                "source" => ["x"; 4],
                "post_id" => ["1", "2", "3", "4"],
                "platform" => ["x"; 4],
                "account_id" => accounts,
                "posted_at" => [posted_at; 4],
                "text" => [SAID; 4],
                "reply_to_post_id" => [None, Some("1"), Some("1"), Some("2")],
            )
            .unwrap(),
        ),
        links: filled(
            &links::TABLE,
            df!(
                "platform" => ["x", "x"],
                "provider" => ["", ""],
                "account_id" => ["b", "c"],
                "person_id" => ["p", "p"],
            )
            .unwrap(),
        ),
        cooccurrences: filled(
            &cooccurrences::TABLE,
            df!(
                "brand" => ["鳥", "鳥"],
                "word" => ["届く", "届く"],
                "other_word" => ["遅延", "香り"],
                "post_count" => [4i64, 9],
                "npmi" => [0.7, 0.9],
            )
            .unwrap(),
        ),
        communities: filled(
            &communities::TABLE,
            df!("community" => [1i64, 2], "platform" => ["x", "x"], "account_count" => [4i64, 2])
                .unwrap(),
        ),
        account_scores: filled(
            &account_scores::TABLE,
            df!(
                "platform" => ["x"; 4],
                "account_id" => accounts,
                "handle" => ["Shop", "bee", "cee", "dee"],
                "role" => ["official", "peer", "peer", "peer"],
                "community" => [1i64; 4],
                "page_rank" => [0.4, 0.2, 0.1, 0.01],
            )
            .unwrap(),
        ),
        person_segments: filled(
            &person_segments::TABLE,
            df!(
                "person_id" => (0..9).map(|id| id.to_string()).collect::<Vec<_>>(),
                "order_stage" => [
                    "first", "first", "first", "first", "habitual", "habitual", "habitual", "habitual", "lapsed",
                ],
            )
            .unwrap(),
        ),
        ..nothing()
    }
}

#[test]
fn a_store_without_anything_gives_figures_without_anything() {
    let found = figures(&nothing(), &config(""), &as_of(), DataFigures::default()).unwrap();
    assert!(found.voice.network.links.is_empty() && found.voice.sayings.is_empty());
    assert!(found.voice.journey.is_empty() && found.order_stages.is_empty());
    assert!(found.people.network.accounts.is_empty());
}

#[test]
fn few_who_can_be_reached_or_cannot_are_not_counted_out() {
    let of = |reachable: i64| {
        let input = Input {
            segments: filled(
                &segments::TABLE,
                df!(
                    "segment" => ["loyal"],
                    "action" => ["write"],
                    "urgency" => ["now"],
                    "person_count" => [12i64],
                    "reachable_count" => [reachable],
                )
                .unwrap(),
            ),
            ..nothing()
        };
        let found = figures(&input, &config(SETTINGS), &as_of(), DataFigures::default());
        found.unwrap().segments[0].reachable_count
    };
    assert_eq!(of(8), Counted::Told(8));
    assert_eq!(of(0), Counted::Told(0));
    assert_eq!(of(2), Counted::Few);
    assert_eq!(of(11), Counted::Withheld);
}

#[test]
fn what_was_asked_and_answered_is_counted_within_the_period() {
    let talks = df!(
        "conversation_id" => ["a", "b", "c", "d"],
        "platform" => ["line"; 4],
        "state" => ["answered", "unanswered", "answered", "answered"],
        "needs_answer" => [true, true, true, false],
        "asked_at" => [
            at("2026-09-25T03:00:00Z"),
            at("2026-09-26T03:00:00Z"),
            // Before the last seven days.
            at("2026-09-10T03:00:00Z"),
            at("2026-09-26T03:00:00Z"),
        ],
        "first_response_minutes" => [Some(12.0), None, Some(5.0), None],
    )
    .unwrap();
    let input = Input {
        conversations: filled(&conversations::TABLE, talks),
        ..nothing()
    };
    let told = figures(&input, &config(SETTINGS), &as_of(), DataFigures::default()).unwrap();
    let counts = &told.conversations;
    assert_eq!((counts.asked_count, counts.answered_count), (3, 2));
    let of_period = (counts.period_asked_count, counts.period_answered_count);
    assert_eq!(of_period, (2, 1));
}

fn kpi(found: &Figures, kind: KpiKind) -> (Option<f64>, bool) {
    let kpi = found.kpis.iter().find(|kpi| kpi.kind == kind).unwrap();
    assert_eq!(kpi.value, kpi.history.last().copied().flatten());
    (kpi.value, kpi.is_withheld)
}

/// Conversations of the last seven days and of the seven before, each answered after so many minutes.
fn answered_after(now: &[f64], before: &[f64]) -> Input {
    let asked_at = [
        vec![at("2026-09-25T03:00:00Z"); now.len()],
        vec![at("2026-09-16T03:00:00Z"); before.len()],
    ]
    .concat();
    let count = asked_at.len();
    let talks = df!(
        "conversation_id" => (0..count).map(|id| id.to_string()).collect::<Vec<_>>(),
        "platform" => vec!["line"; count],
        "state" => vec!["answered"; count],
        "needs_answer" => vec![true; count],
        "asked_at" => asked_at,
        "first_response_minutes" => [now, before].concat(),
        "is_within_target" => vec![true; count],
    )
    .unwrap();
    Input {
        conversations: filled(&conversations::TABLE, talks),
        ..nothing()
    }
}

#[test]
fn how_long_a_few_waited_for_an_answer_is_not_told() {
    let settings = format!("{SETTINGS}[targets]\nresponse_time = 60\n");
    let of = |now: &[f64], before: &[f64]| {
        let input = answered_after(now, before);
        figures(&input, &config(&settings), &as_of(), DataFigures::default()).unwrap()
    };
    let response = |found: &Figures| {
        let mut kpis = found.kpis.iter();
        let kpi = kpis.find(|kpi| kpi.kind == KpiKind::ResponseTime).unwrap();
        (kpi.previous, kpi.is_met)
    };
    let found = of(&[12.0, 31.0], &[5.0, 7.0, 90.0]);
    assert_eq!(kpi(&found, KpiKind::ResponseTime), (None, true));
    assert_eq!(kpi(&found, KpiKind::WithinTarget), (None, true));
    // Neither does the goal say which side of it they lie on.
    assert_eq!(response(&found), (Some(7.0), None));
    assert_eq!(found.conversations.period_answered_count, 2);
    let found = of(&[12.0, 31.0, 200.0], &[5.0, 7.0]);
    assert_eq!(kpi(&found, KpiKind::ResponseTime), (Some(31.0), false));
    assert_eq!(kpi(&found, KpiKind::WithinTarget), (Some(1.0), false));
    assert_eq!(response(&found), (None, Some(true)));
    // Nothing is held back where nobody was answered.
    let found = of(&[], &[5.0, 7.0, 90.0]);
    assert_eq!(kpi(&found, KpiKind::ResponseTime), (None, false));
    assert_eq!(response(&found), (Some(7.0), None));
}

#[test]
fn parts_of_a_window_join_without_gap_or_overlap() {
    for (start, end) in [(0, 100), (-7, 90 * DAY + 5), (3, 3)] {
        let parts: Vec<Window> = Window { start, end }.parts(6).collect();
        assert_eq!((parts[0].start, parts[5].end), (start, end));
        for pair in parts.windows(2) {
            assert_eq!(pair[0].end, pair[1].start);
            assert!(pair[0].start <= pair[0].end);
        }
    }
}
