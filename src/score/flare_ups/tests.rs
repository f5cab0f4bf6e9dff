use super::super::hours::{Counts, HOUR, Hour, Part, Post, PostKind, Stream};
use super::evaluation::{config, counted, found, names, post as stream_post};
use super::{Alert, Cause, State, detect, frame, state};
use crate::sample::streams::{StreamOptions, WORDS, make};
use crate::schema;
use crate::text::Label;

fn hour(place: i64, posts: i64, negative: i64) -> Hour {
    Hour {
        start: place * HOUR,
        post_count: posts,
        negative_count: negative,
        author_count: posts,
        expected: Some(1.0),
        expected_negative: Some(0.1),
        dispersion: 0.1,
        ..Hour::default()
    }
}

/// Hours with one post each, but for those given as place, posts and negative posts.
fn hours(len: i64, busy: &[(i64, i64, i64)]) -> Vec<Hour> {
    (0..len)
        .map(|place| {
            busy.iter()
                .find(|(at, _, _)| *at == place)
                .map_or(hour(place, 1, 0), |(_, posts, negative)| {
                    hour(place, *posts, *negative)
                })
        })
        .collect()
}

fn of_brand(hours: Vec<Hour>) -> Counts {
    let all = Stream {
        brand: 0,
        part: Part::All,
    };
    Counts {
        streams: vec![(all, hours)],
        ..Counts::default()
    }
}

fn said(at: i64, author: u64, label: Label, words: &[u32]) -> Post<'_> {
    Post {
        at,
        author,
        brand: 0,
        keywords: &[],
        topics: &[],
        label: Some(label),
        kind: PostKind::Original,
        is_copy: false,
        copy_cluster: None,
        reach: 100,
        words: words.into(),
        answered: None,
        is_hearsay: false,
        by_impersonator: false,
    }
}

#[test]
fn many_posts_are_a_rise_and_many_angry_ones_a_flare_up() {
    let quiet = hours(60, &[]);
    assert!(detect::spans(&quiet, &config()).is_empty());
    let rise = hours(60, &[(30, 30, 1)]);
    let spans = detect::spans(&rise, &config());
    assert_eq!((spans.len(), spans[0].flared), (1, None));
    let flare = hours(60, &[(30, 30, 15)]);
    let spans = detect::spans(&flare, &config());
    assert_eq!((spans[0].first, spans[0].flared), (30, Some(30)));
}

#[test]
fn one_angry_account_is_no_flare_up() {
    let mut busy = hours(60, &[(30, 30, 25)]);
    for hour in &mut busy[28..33] {
        hour.author_count = 0;
    }
    busy[30].author_count = 1;
    let spans = detect::spans(&busy, &config());
    assert!(spans.iter().all(|span| span.flared.is_none()), "{spans:?}");
}

#[test]
fn hours_without_a_baseline_are_never_unusual() {
    let mut busy = hours(60, &[(30, 300, 200)]);
    for hour in &mut busy {
        hour.expected = None;
        hour.expected_negative = None;
    }
    assert!(detect::spans(&busy, &config()).is_empty());
}

#[test]
fn a_gap_parts_two_alerts_and_a_late_fire_is_an_alert_of_its_own() {
    let apart = hours(60, &[(10, 40, 0), (20, 40, 0)]);
    assert_eq!(detect::spans(&apart, &config()).len(), 2);
    let near = hours(60, &[(10, 40, 0), (16, 40, 0)]);
    assert_eq!(detect::spans(&near, &config()).len(), 1);
    let busy: Vec<(i64, i64, i64)> = (10..30)
        .map(|place| (place, 40, if place < 25 { 0 } else { 38 }))
        .collect();
    let spans = detect::spans(&hours(60, &busy), &config());
    assert_eq!(spans.len(), 2, "{spans:?}");
    assert!(spans[0].flared.is_none() && spans[1].flared.is_some());
    assert!(spans[0].last < spans[1].first);
}

#[test]
fn states_follow_one_another() {
    let busy = [
        (30, 10, 8),
        (31, 30, 20),
        (32, 40, 25),
        (33, 28, 20),
        (34, 20, 9),
        (35, 6, 2),
    ];
    let all = hours(150, &busy);
    let at = |hours_known: usize| {
        let known = &all[..hours_known];
        let spans = detect::spans(known, &config());
        let last = spans.last().expect("an alert");
        state::state(known, last, hours_known as i64 * HOUR)
    };
    assert_eq!(at(32), State::Building);
    assert_eq!(at(35), State::Burning);
    assert_eq!(at(40), State::Cooling);
    assert_eq!(at(140), State::Over);
}

#[test]
fn an_alert_of_the_running_hour_is_building() {
    let known = hours(31, &[(30, 30, 20)]);
    let spans = detect::spans(&known, &config());
    let until = 30 * HOUR + HOUR / 2;
    assert_eq!(state::state(&known, &spans[0], until), State::Building);
}

/// One alert of posts by thirty authors in hour 30, changed by `change`.
fn alert_of(change: impl Fn(usize, &mut Post<'static>)) -> Alert {
    alert_with(20, change)
}

/// As [`alert_of`], so many of the posts negative as the hours count them.
fn alert_with(negative: i64, change: impl Fn(usize, &mut Post<'static>)) -> Alert {
    const NEW: &[u32] = &[18, 19, 20];
    let mut posts: Vec<Post<'static>> = (0..30)
        .map(|place| {
            said(
                place * HOUR,
                place.unsigned_abs() % 7,
                Label::Neutral,
                &[0, 1, 2],
            )
        })
        .collect();
    for place in 0..30_usize {
        let mut post = said(
            30 * HOUR + place as i64,
            100 + place as u64,
            if place.is_multiple_of(3) {
                Label::Neutral
            } else {
                Label::Negative
            },
            NEW,
        );
        change(place, &mut post);
        posts.push(post);
    }
    let counts = of_brand(hours(40, &[(30, 30, negative)]));
    let mut alerts = found(&posts, &counts, 40 * HOUR);
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts.remove(0)
}

#[test]
fn a_complaint_has_its_words_its_first_posts_and_its_spreaders() {
    let alert = alert_of(|place, post| {
        if place > 0 {
            post.kind = PostKind::Reply;
            post.answered = Some(if place < 20 { 101 } else { 105 });
        }
    });
    assert!(alert.is_flare_up);
    assert_eq!(alert.cause, Some(Cause::Complaint));
    let mut words = alert.words.clone();
    words.sort_unstable();
    assert_eq!(words, [18, 19, 20]);
    // Of the 30 posts before, hour 30 begins with place 30; every third is neutral.
    assert_eq!(alert.first_posts, [31, 32, 34]);
    assert_eq!(alert.spreaders[0].author, 101);
    // It answered itself once, which does not spread it.
    assert_eq!(alert.spreaders[0].spread_count, 18);
    assert_eq!(alert.spreaders[1].author, 105);
    assert_eq!(alert.evidence.post_count, 30);
    assert_eq!(alert.evidence.author_count, 30);
    assert_eq!(alert.evidence.reach, 3_000);
    assert!(alert.score > 30.0 && alert.score < 100.0, "{}", alert.score);
}

#[test]
fn one_text_of_many_is_a_rumour() {
    let alert = alert_of(|place, post| {
        post.is_copy = place > 0;
        post.copy_cluster = Some(7);
    });
    assert_eq!(alert.cause, Some(Cause::Rumour));
    assert!(alert.evidence.entropy < 1e-9);
    assert!(alert.components.copies < 0.1);
    let partly = alert_of(|place, post| {
        post.is_copy = place % 5 < 2;
        post.copy_cluster = (place % 5 < 2).then_some(place as u32 % 3);
        post.is_hearsay = place.is_multiple_of(4);
    });
    assert_eq!(partly.cause, Some(Cause::Rumour));
}

#[test]
fn hearsay_in_own_words_is_a_rumour_whether_it_burns_or_not() {
    let hearsay = |place: usize, post: &mut Post<'static>| post.is_hearsay = place % 5 < 2;
    let burning = alert_of(hearsay);
    assert!(burning.is_flare_up);
    assert_eq!(burning.cause, Some(Cause::Rumour));
    let neutral = |place: usize, post: &mut Post<'static>| {
        post.label = Some(Label::Neutral);
        hearsay(place, post);
    };
    let rise = alert_with(0, neutral);
    assert_eq!((rise.is_flare_up, rise.kind()), (false, "volume"));
    assert_eq!(rise.cause, Some(Cause::Rumour));
    // The first of it, which judge nothing: places count from the thirty posts before.
    assert_eq!(rise.first_posts, [30, 31, 35]);
}

#[test]
fn a_broadcast_and_a_campaign_are_no_rumour() {
    let neutral = |_: usize, post: &mut Post<'static>| post.label = Some(Label::Neutral);
    assert_eq!(alert_with(0, neutral).cause, None);
    let campaign = |place: usize, post: &mut Post<'static>| {
        post.label = Some(Label::Neutral);
        post.is_copy = place > 0;
        post.copy_cluster = Some(7);
        post.is_hearsay = place.is_multiple_of(6);
    };
    let rise = alert_with(0, campaign);
    assert_eq!((rise.cause, rise.first_posts.len()), (None, 0));
    let some = alert_of(|place, post| post.is_hearsay = place.is_multiple_of(3));
    assert_eq!(some.cause, Some(Cause::Complaint));
}

#[test]
fn an_impersonator_in_neutral_words_is_told() {
    let rise = alert_with(0, |place, post| {
        post.label = Some(Label::Neutral);
        post.by_impersonator = place % 8 == 1;
    });
    assert!(!rise.is_flare_up);
    assert_eq!(rise.cause, Some(Cause::Impersonation));
}

#[test]
fn posts_to_an_impersonator_tell_impersonation() {
    let alert = alert_of(|place, post| post.by_impersonator = place % 8 == 1);
    assert_eq!(alert.cause, Some(Cause::Impersonation));
    let one = alert_of(|place, post| post.by_impersonator = place == 1);
    assert_eq!(one.cause, Some(Cause::Complaint));
}

#[test]
fn an_alert_without_its_posts_is_still_an_alert() {
    let counts = of_brand(hours(40, &[(30, 30, 20)]));
    let alerts = found(&[], &counts, 40 * HOUR);
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0].evidence.post_count, 0);
    assert_eq!(alerts[0].peak_count, 30);
    assert!(alerts[0].score.is_finite());
    assert!(found(&[], &Counts::default(), 0).is_empty());
}

#[test]
fn tables_have_the_columns_of_the_schema() {
    let stream = make(&StreamOptions {
        days: 56,
        flare_ups: 4,
        benign: [1, 1, 0],
        ..StreamOptions::year(2, 40.0)
    });
    let posts: Vec<Post<'_>> = stream.posts.iter().map(stream_post).collect();
    let counts = counted(&posts, stream.ended_at);
    let alerts = found(&posts, &counts, stream.ended_at);
    let table = frame(&alerts, &names()).expect("a table");
    assert_eq!(**table.schema(), schema::alerts::TABLE.schema());
    assert_eq!(table.height(), alerts.len());
    let empty = frame(&[], &names()).expect("a table");
    assert_eq!(**empty.schema(), schema::alerts::TABLE.schema());
    let hours = super::super::hours::frame(&counts, &names()).expect("a table");
    assert_eq!(**hours.schema(), schema::hour_counts::TABLE.schema());
    let flare_up = alerts.iter().find(|alert| alert.is_flare_up).expect("one");
    assert_eq!(flare_up.kind(), "flare_up");
    assert!(flare_up.id(&names()).starts_with("とりのこえ@2025-"));
    assert!(flare_up.flared_at.is_some_and(|at| at % HOUR == 0));
    let words: Vec<&str> = flare_up.words.iter().map(|w| WORDS[*w as usize]).collect();
    assert!(words.contains(&"異物"), "{words:?}");
}
