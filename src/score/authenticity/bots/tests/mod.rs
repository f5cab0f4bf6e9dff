//! People and programs made up: 300 of each at a time.

mod generator;

use proptest::prelude::*;

use self::generator::{Account, Draws, bot, human};
use super::traits::{HOUR, MINUTE, SECOND};
use super::*;

const DAY: i64 = 24 * HOUR;
/// 2024-06-01 in microseconds.
const AS_OF: i64 = 1_717_200_000_000_000;

fn many(draws: &mut Draws, make: fn(&mut Draws) -> Option<Account>) -> Vec<Account> {
    let mut accounts = Vec::new();
    while accounts.len() < 300 {
        accounts.extend(make(draws));
    }
    accounts
}

fn bot_count(scores: &[Option<BotScore>]) -> f64 {
    scores
        .iter()
        .flatten()
        .filter(|score| score.is_bot())
        .count() as f64
}

#[test]
fn generated_programs_are_found_and_people_left_alone() {
    for seed in 1..=4 {
        let mut draws = Draws(seed);
        let (people, programs) = (many(&mut draws, human), many(&mut draws, bot));
        let activities: Vec<Activity<'_>> = people
            .iter()
            .chain(&programs)
            .map(Account::activity)
            .collect();
        let scores = scores(&activities, AS_OF);
        let (of_people, of_programs) = scores.split_at(people.len());
        let (alarms, hits) = (bot_count(of_people), bot_count(of_programs));
        let (recall, precision) = (hits / programs.len() as f64, hits / (hits + alarms));
        assert!(recall >= 0.95, "seed {seed}: recall {recall}");
        assert!(precision >= 0.95, "seed {seed}: precision {precision}");
    }
}

fn only(activity: Activity<'_>) -> Option<BotScore> {
    // Two others by whom the platform tells seconds.
    let others: Vec<i64> = (0..20)
        .map(|post| AS_OF - DAY - post * 4_321 * SECOND)
        .collect();
    let other = Activity {
        posted_at: &others,
        ..Activity::default()
    };
    scores(&[activity, other, other], AS_OF).swap_remove(0)
}

fn keys(score: &BotScore) -> Vec<&'static str> {
    score.reasons.iter().map(|reason| reason.key()).collect()
}

#[test]
fn a_clockwork_has_its_reasons() {
    let hourly: Vec<i64> = (1..=100).map(|post| AS_OF - post * HOUR).collect();
    let score = only(Activity {
        posted_at: &hourly,
        copy_count: 90,
        ..Activity::default()
    })
    .unwrap();
    assert!(score.score > 0.99);
    assert_eq!(score.interval_entropy, 0.0);
    assert_eq!(
        keys(&score),
        [
            "regular_intervals",
            "same_moment",
            "round_the_clock",
            "copies"
        ]
    );
}

#[test]
fn an_official_account_that_plans_its_posts_is_none() {
    let hourly: Vec<i64> = (1..=100).map(|post| AS_OF - post * HOUR).collect();
    let activity = Activity {
        is_official: true,
        posted_at: &hourly,
        copy_count: 100,
        ..Activity::default()
    };
    assert_eq!(only(activity), None);
}

#[test]
fn a_habit_of_a_day_or_a_week_is_no_program() {
    for step in [DAY, 7 * DAY] {
        // Always on the hour, to the second: planned posts of a person.
        let planned: Vec<i64> = (1..=50).map(|post| AS_OF - post * step).collect();
        let score = only(Activity {
            posted_at: &planned,
            ..Activity::default()
        })
        .unwrap();
        assert!(!score.is_bot(), "{score:?}");
        assert_eq!(keys(&score), ["same_moment"]);
    }
}

#[test]
fn whole_minutes_of_an_export_say_nothing() {
    let whole: Vec<i64> = (0..30_i64)
        .map(|post| AS_OF - (post * post * 37 + post * 11 + 5) * MINUTE)
        .collect();
    let activity = Activity {
        posted_at: &whole,
        ..Activity::default()
    };
    let alone = scores(&[activity], AS_OF).swap_remove(0).unwrap();
    assert!(!keys(&alone).contains(&"same_moment"), "{alone:?}");
    let among_seconds = only(activity).unwrap();
    assert!(keys(&among_seconds).contains(&"same_moment"));
}

#[test]
fn volume_ratio_and_links_add() {
    let spread: Vec<i64> = (1..=40_i64)
        .map(|post| AS_OF - post * post * 1_234_567 * 1_000)
        .collect();
    let plain = Activity {
        posted_at: &spread,
        ..Activity::default()
    };
    let telling = Activity {
        url_count: 40,
        created_at: Some(AS_OF - 10 * DAY),
        post_count: Some(5_000),
        follower_count: Some(3),
        following_count: Some(4_000),
        ..plain
    };
    let (plain, telling) = (only(plain).unwrap(), only(telling).unwrap());
    assert!(telling.score > plain.score);
    for key in ["volume", "follower_ratio", "links"] {
        assert!(keys(&telling).contains(&key), "{key}");
        assert!(!keys(&plain).contains(&key), "{key}");
    }
}

#[test]
fn bad_input_is_taken() {
    assert!(scores(&[], AS_OF).is_empty());
    let few = [1, 2, 3];
    let future: Vec<i64> = (0..50).map(|post| AS_OF + post * HOUR).collect();
    let same = [AS_OF - HOUR; 20];
    let extreme: Vec<i64> = [i64::MIN; 10].into_iter().chain([0; 10]).collect();
    let activity = |posted_at| Activity {
        posted_at,
        copy_count: u64::MAX,
        distinct_text_count: Some(u64::MAX),
        url_count: u64::MAX,
        created_at: Some(i64::MIN),
        post_count: Some(i64::MIN),
        follower_count: Some(i64::MIN),
        following_count: Some(i64::MAX),
        ..Activity::default()
    };
    let found = scores(
        &[
            activity(&[]),
            activity(&few),
            activity(&future),
            activity(&same),
            activity(&extreme),
        ],
        AS_OF,
    );
    let is_known: Vec<bool> = found.iter().map(Option::is_some).collect();
    assert_eq!(is_known, [false, false, false, true, true]);
    for score in found.iter().flatten() {
        assert!((0.0..=1.0).contains(&score.score), "{score:?}");
    }
}

proptest! {
    #[test]
    fn scores_stay_in_bounds_in_any_order(
        mut posts in proptest::collection::vec(any::<i64>(), 0..40),
        copy_count in 0_u64..60,
    ) {
        let sorted = |posts: &[i64]| scores(
            &[Activity { posted_at: posts, copy_count, ..Activity::default() }],
            AS_OF,
        );
        let found = sorted(&posts);
        if let Some(score) = &found[0] {
            prop_assert!((0.0..=1.0).contains(&score.score));
            prop_assert!(score.interval_entropy >= 0.0);
        }
        posts.reverse();
        prop_assert_eq!(sorted(&posts), found);
    }
}
