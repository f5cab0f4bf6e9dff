use polars::prelude::*;

use super::{DAY, DataFigures, Input, Window, figures};
use crate::report::figures::{Counted, Figures, KpiKind};
use crate::report::fixture::{as_of, at, config, empty, filled};
use crate::schema::{
    Table, abc_classes, account_scores, alerts, campaign_costs, campaign_results, cohorts,
    communities, complaint_priorities, conversations, cooccurrences, cpm_groups, hour_counts,
    links, migrations, model_calibration, model_choices, models, person_segments, person_values,
    post_scores, post_topics, posts, purchases, segments, shop_kpis, social_lift, topics,
    tracking_weeks, voice_shares,
};

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
fn what_enough_persons_say_is_told_and_nobody_is_named() {
    let found = figures(&shop(), &config(SETTINGS), &as_of(), DataFigures::default()).unwrap();
    let voice = &found.voice;
    // Nobody said the second pair together.
    assert_eq!(voice.network.links.len(), 1);
    assert_eq!(voice.network.links[0].other_word, "遅延");
    let words: Vec<(&str, u64)> = voice
        .network
        .words
        .iter()
        .map(|word| (word.word.as_str(), word.post_count))
        .collect();
    assert_eq!(words, [("届く", 4), ("遅延", 4)]);
    // Two of the four accounts are one person's.
    assert_eq!(voice.sayings.len(), 1);
    assert_eq!(voice.sayings[0].text, "まだ届きません");
    assert_eq!(
        (voice.sayings[0].author_count, voice.sayings[0].post_count),
        (3, 4)
    );
    let complain = voice
        .journey
        .iter()
        .find(|one| one.stage == "complain")
        .unwrap();
    assert_eq!((complain.post_count, complain.previous_post_count), (3, 0));
    let text = crate::report::json(&found).unwrap();
    assert!(!text.contains("bee") && !text.contains("Shop"));
}

#[test]
fn who_responds_to_whom_is_drawn_for_communities_that_are_large_enough() {
    let network = |settings: &str| {
        let found = figures(&shop(), &config(settings), &as_of(), DataFigures::default());
        found.unwrap().people.network
    };
    let found = network(SETTINGS);
    assert_eq!(found.communities.len(), 1);
    assert_eq!(found.communities[0].inner_link_count, 3);
    assert_eq!(found.links, [(0, 1), (0, 2), (1, 3)]);
    let sizes: Vec<u32> = found.accounts.iter().map(|one| one.size).collect();
    assert_eq!(sizes, [4, 4, 3, 1]);
    let named = network(&format!("{SETTINGS}show_handles = true\n"));
    assert_eq!(named.communities[0].handles, ["Shop"]);
    assert_eq!(named.accounts[0].handle.as_deref(), Some("Shop"));
    assert!(named.accounts[1].handle.is_none());
}

#[test]
fn a_stage_of_few_persons_is_held_back_with_the_next_larger() {
    let found = figures(&shop(), &config(SETTINGS), &as_of(), DataFigures::default()).unwrap();
    let stages: Vec<(&str, Option<u64>)> = found
        .order_stages
        .iter()
        .map(|one| (one.stage.as_str(), one.person_count))
        .collect();
    assert_eq!(
        stages,
        [
            ("discovered", Some(0)),
            ("first", None),
            ("second", Some(0)),
            ("habitual", Some(4)),
            ("lapsed", None),
        ]
    );
    assert!(
        found
            .order_stages
            .iter()
            .all(|one| one.previous_person_count.is_none())
    );
}

/// Purchases of two weeks: seven buyers first came long ago, and in the last week so many bought for the first time.
fn sales(new_count: usize, repeat_count: usize) -> Input {
    let day = |text: &str| -> i32 {
        let day: jiff::civil::Date = text.parse().unwrap();
        (day - jiff::civil::date(1970, 1, 1)).get_days()
    };
    let (long_ago, last) = (day("2026-07-01"), day("2026-09-25"));
    let mut persons: Vec<String> = Vec::new();
    let (mut days, mut firsts, mut spends) = (Vec::new(), Vec::new(), Vec::new());
    let mut add = |person: String, day: i32, is_first: bool, spend: i64| {
        persons.push(person);
        days.push(day);
        firsts.push(is_first);
        spends.push(spend);
    };
    for person in 0..7 {
        add(format!("old{person}"), long_ago, true, 100);
    }
    for person in 0..repeat_count {
        add(format!("old{person}"), last, false, 1_000);
    }
    for person in 0..new_count {
        add(format!("new{person}"), last, true, 70_000);
    }
    let count = persons.len();
    Input {
        purchases: filled(
            &purchases::TABLE,
            df!(
                "person_id" => persons,
                "purchased_on" => days,
                "is_first" => firsts,
                "is_return" => vec![false; count],
                "spend_minor" => spends,
            )
            .unwrap(),
        ),
        ..nothing()
    }
}

fn kpi(found: &Figures, kind: KpiKind) -> (Option<f64>, bool) {
    let kpi = found.kpis.iter().find(|kpi| kpi.kind == kind).unwrap();
    assert_eq!(kpi.value, kpi.history.last().copied().flatten());
    (kpi.value, kpi.is_withheld)
}

#[test]
fn what_few_new_buyers_spent_is_told_neither_by_week_nor_by_number() {
    let settings = "[privacy]\nmin_group_size = 3\n";
    let of = |new_count, repeat_count| {
        let input = sales(new_count, repeat_count);
        figures(&input, &config(settings), &as_of(), DataFigures::default()).unwrap()
    };
    let found = of(1, 5);
    let week = found.sales_weeks.last().unwrap();
    assert_eq!((week.total_minor, week.order_count), (75_000, Some(6)));
    assert_eq!((week.new_minor, week.repeat_minor), (None, None));
    assert_eq!(kpi(&found, KpiKind::Sales), (Some(75_000.0), false));
    assert_eq!(kpi(&found, KpiKind::Buyers), (Some(6.0), false));
    assert_eq!(kpi(&found, KpiKind::NewBuyers), (None, true));
    assert_eq!(kpi(&found, KpiKind::RepeatRate), (None, true));
    // What one spent stands nowhere.
    let text = crate::report::json(&found).unwrap();
    assert!(!text.contains("70000"), "{text}");
    let found = of(4, 5);
    let week = found.sales_weeks.last().unwrap();
    assert_eq!(
        (week.new_minor, week.repeat_minor),
        (Some(280_000), Some(5_000))
    );
    assert_eq!(kpi(&found, KpiKind::NewBuyers), (Some(4.0), false));
}

#[test]
fn a_period_of_one_buyer_has_no_mean_order() {
    let settings = "[privacy]\nmin_group_size = 3\n";
    let found = figures(
        &sales(1, 0),
        &config(settings),
        &as_of(),
        DataFigures::default(),
    )
    .unwrap();
    assert_eq!(kpi(&found, KpiKind::Buyers), (None, true));
    assert_eq!(kpi(&found, KpiKind::AverageOrder), (None, true));
    let week = found.sales_weeks.last().unwrap();
    assert_eq!((week.order_count, week.new_minor), (None, None));
    let fiscal = found.fiscal_year.unwrap().current;
    assert_eq!((fiscal.order_count, fiscal.buyer_count), (Some(8), Some(8)));
}

#[test]
fn a_campaign_of_few_orders_does_not_follow_from_the_cost_per_order() {
    let day = |text: &str| -> i32 {
        let day: jiff::civil::Date = text.parse().unwrap();
        (day - jiff::civil::date(1970, 1, 1)).get_days()
    };
    let of = |orders: [i64; 3]| {
        let input = Input {
            campaign_costs: filled(
                &campaign_costs::TABLE,
                df!(
                    "campaign" => ["a", "b", "c"],
                    "channel" => ["email"; 3],
                    "started_on" => [day("2026-09-01"), day("2026-08-01"), day("2026-07-01")],
                    "cost_minor" => [3_000i64, 1_000, 800],
                    "order_count" => orders,
                    "sales_minor" => [9_000i64, 9_000, 9_000],
                )
                .unwrap(),
            ),
            ..nothing()
        };
        figures(&input, &config(SETTINGS), &as_of(), DataFigures::default()).unwrap()
    };
    let found = of([2, 10, 8]);
    assert_eq!(found.campaign_costs[0].order_count, None);
    // 4,800 over 20 orders would tell the two of the first campaign.
    assert_eq!(kpi(&found, KpiKind::CostPerOrder), (Some(100.0), false));
    assert_eq!(
        kpi(&of([30, 10, 8]), KpiKind::CostPerOrder),
        (Some(100.0), false)
    );
    assert_eq!(kpi(&of([1, 1, 2]), KpiKind::CostPerOrder), (None, true));
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

/// The shop with an alert, two topics and communities whose words are said by all, by one, or by two of one person.
fn spoken() -> Input {
    let mut input = shop();
    let with = |table: &'static Table, frame: DataFrame, lists: &[(&str, &[&[&str]])]| {
        let mut frame = frame;
        for (name, rows) in lists {
            let lists = texts_of(rows).with_name((*name).into()).into_column();
            frame.with_column(lists).unwrap();
        }
        filled(table, frame)
    };
    let own: &[&str] = &["届く", "自作語"];
    let all: &[&str] = &["届く"];
    let both: &[&str] = &["届く", "二人語"];
    let scores = df!(
        "source" => ["x"; 4],
        "post_id" => ["1", "2", "3", "4"],
        "platform" => ["x"; 4],
        "account_id" => ["a", "b", "c", "d"],
        "posted_at" => [at("2026-09-25T03:00:00Z"); 4],
        "brand" => ["鳥"; 4],
        "is_opinion" => [true; 4],
        "is_copy" => [false; 4],
        "sentiment" => [-0.5; 4],
    )
    .unwrap();
    // `b` and `c` are one person's.
    let words = [own, both, both, all];
    input.post_scores = with(&post_scores::TABLE, scores, &[("words", &words)]);
    let alert = df!(
        "alert_id" => ["one"],
        "brand" => ["鳥"],
        "kind" => ["volume"],
        "state" => ["over"],
        "started_at" => [at("2026-09-25T00:00:00Z")],
        "ended_at" => [at("2026-09-25T06:00:00Z")],
        "peak_at" => [at("2026-09-25T03:00:00Z")],
        "post_count" => [4i64],
        "author_count" => [2i64],
        "reach" => [12_345i64],
    )
    .unwrap();
    let told: &[&str] = &["自作語", "届く", "二人語"];
    let spreaders: &[&str] = &["b", "c", "d"];
    input.alerts = with(
        &alerts::TABLE,
        alert,
        &[("words", &[told]), ("spreaders", &[spreaders])],
    );
    let topics = df!(
        "brand" => ["鳥", "鳥"],
        "topic" => [1i64, 2],
        "topic_label" => ["自作語・届く", "届く"],
        "post_count" => [4i64, 1],
    )
    .unwrap();
    input.topics = with(&topics::TABLE, topics, &[("words", &[told, all])]);
    // The second topic is one author's, though its word is everybody's.
    input.post_topics = filled(
        &post_topics::TABLE,
        df!(
            "brand" => ["鳥"; 5],
            "source" => ["x"; 5],
            "post_id" => ["1", "2", "3", "4", "1"],
            "topic" => [1i64, 1, 1, 1, 2],
        )
        .unwrap(),
    );
    let communities = df!("community" => [1i64], "platform" => ["x"], "account_count" => [4i64]);
    input.communities = with(
        &communities::TABLE,
        communities.unwrap(),
        &[("words", &[told])],
    );
    input
}

#[test]
fn words_of_one_author_stand_in_no_alert_topic_or_community() {
    let found = figures(
        &spoken(),
        &config(SETTINGS),
        &as_of(),
        DataFigures::default(),
    )
    .unwrap();
    assert_eq!(found.alerts[0].words, ["届く"]);
    assert_eq!(found.people.communities[0].words, ["届く"]);
    assert_eq!(found.people.network.communities[0].words, ["届く"]);
    let topics: Vec<(&str, &[String])> = found
        .voice
        .topics
        .iter()
        .map(|topic| (topic.label.as_str(), topic.words.as_slice()))
        .collect();
    assert_eq!(topics, [("届く", &["届く".to_owned()][..])]);
    let text = crate::report::json(&found).unwrap();
    assert!(
        !text.contains("自作語") && !text.contains("二人語"),
        "{text}"
    );
}

#[test]
fn how_few_wrote_or_spread_an_alert_is_not_counted_out() {
    let found = figures(
        &spoken(),
        &config(&SETTINGS.replace('3', "4")),
        &as_of(),
        DataFigures::default(),
    )
    .unwrap();
    let alert = &found.alerts[0];
    assert_eq!((alert.post_count, alert.author_count), (4, Counted::Few));
    // Of few it would be one's number of followers.
    assert_eq!(alert.reach, None);
    let spreaders: Vec<(&str, Counted)> = alert
        .spreaders
        .iter()
        .map(|one| (one.role.as_str(), one.account_count))
        .collect();
    assert_eq!(spreaders, [("peer", Counted::Withheld)]);
}

#[test]
fn sales_of_a_month_are_net_of_returns() {
    let month = df!(
        "period_kind" => ["month"],
        "first_day" => [20_666_i32],
        "is_complete" => [true],
        "sales_minor" => [90_000_i64],
        "returned_minor" => [12_000_i64],
        "order_count" => [20_i64],
        "mean_order_minor" => [4_500.0],
        "buyer_count" => [18_i64],
    )
    .unwrap();
    let input = Input {
        shop_kpis: filled(&shop_kpis::TABLE, month),
        ..nothing()
    };
    let months = super::worth::months(&input, 5).unwrap();
    assert_eq!(months[0].month, "2026-08");
    assert_eq!(months[0].sales_minor, 78_000);
    assert_eq!(months[0].mean_order_minor, Some(4_500.0));
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
