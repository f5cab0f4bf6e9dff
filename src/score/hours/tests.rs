use jiff::tz::TimeZone;

use super::baseline::Baseline;
use super::calendar::Slot;
use super::*;

const DAYS: i64 = 56;

fn said(at: i64, author: u64) -> Post<'static> {
    Post {
        at,
        author,
        brand: 0,
        keywords: &[],
        topics: &[],
        label: None,
        kind: PostKind::Original,
        is_copy: false,
        copy_cluster: None,
        reach: 10,
        words: Words::default(),
        answered: None,
        is_hearsay: false,
        by_impersonator: false,
    }
}

fn counted(posts: &[Post<'_>], until: i64) -> Counts {
    let settings = HourSettings {
        baseline_days: 56,
        until,
    };
    let calendar = Calendar {
        time_zone: &TimeZone::UTC,
        holidays: &[],
    };
    count(posts.iter().copied(), settings, &calendar)
}

fn slot(hour: i64) -> Slot {
    // 1970-01-01 was a Thursday.
    Slot {
        hour: (hour % 24).unsigned_abs() as usize,
        day: ((hour / 24 + 3) % 7).unsigned_abs() as usize,
    }
}

/// Returns a baseline that has seen hours of these counts, a tenth of them negative.
fn after(counts: impl Iterator<Item = i64>) -> (Baseline, i64) {
    let mut baseline = Baseline::new(56);
    let mut next = 0;
    for count in counts {
        let usual = baseline.estimate(slot(next));
        baseline.push(slot(next), count, count / 10, &usual);
        next += 1;
    }
    (baseline, next)
}

#[test]
fn a_steady_stream_is_expected_to_go_on() {
    let (baseline, next) = after((0..DAYS * 24).map(|_| 3));
    let usual = baseline.estimate(slot(next));
    assert!((usual.mean - 3.0).abs() < 0.05, "{usual:?}");
    assert!(usual.dispersion < 0.01 && usual.is_ready, "{usual:?}");
}

#[test]
fn hour_and_day_of_the_week_count() {
    let (baseline, _) = after((0..DAYS * 24).map(|hour| {
        let usual = if hour % 24 == 20 { 12 } else { 2 };
        if slot(hour).day == 6 {
            usual * 2
        } else {
            usual
        }
    }));
    let mean = |hour, day| baseline.estimate(Slot { hour, day }).mean;
    assert!((mean(20, 2) - 12.0).abs() < 2.0, "{}", mean(20, 2));
    assert!((mean(8, 2) - 2.0).abs() < 0.5, "{}", mean(8, 2));
    assert!(mean(20, 6) > 1.6 * mean(20, 2), "{}", mean(20, 6));
}

#[test]
fn weekends_have_hours_of_their_own() {
    let (baseline, _) = after((0..DAYS * 24).map(|hour| {
        let busy = if slot(hour).day >= 5 { 14 } else { 8 };
        if hour % 24 == busy { 24 } else { 2 }
    }));
    let mean = |hour, day| baseline.estimate(Slot { hour, day }).mean;
    assert!(mean(8, 1) > 3.0 * mean(14, 1));
    assert!(mean(14, 5) > 3.0 * mean(8, 5));
}

#[test]
fn a_burst_of_days_hardly_moves_the_baseline() {
    let (baseline, next) = after((0..DAYS * 24).map(|hour| match hour {
        1200..1260 => 80,
        _ => 2,
    }));
    let usual = baseline.estimate(slot(next));
    assert!((1.8..2.4).contains(&usual.mean), "{usual:?}");
}

#[test]
fn what_stays_is_learnt_within_a_week_up_and_down() {
    let level = |counts: [i64; 2]| {
        let (baseline, next) =
            after((0..40 * 24).map(move |hour| counts[usize::from(hour >= 32 * 24)]));
        baseline.estimate(slot(next)).mean
    };
    // The first days of the rise entered weighed down, which the profile of their weekdays still shows.
    assert!((12.0..24.0).contains(&level([2, 20])), "{}", level([2, 20]));
    assert!((1.6..2.6).contains(&level([20, 2])), "{}", level([20, 2]));
}

#[test]
fn almost_nothing_said_still_expects_something() {
    let (baseline, next) = after((0..DAYS * 24).map(|hour| i64::from(hour % 240 == 0)));
    let usual = baseline.estimate(slot(next));
    assert!(usual.mean >= 0.02 && usual.mean < 0.2, "{usual:?}");
    let (empty, next) = after(std::iter::empty());
    assert!(!empty.estimate(slot(next)).is_ready);
    assert!(empty.estimate(slot(next)).mean > 0.0);
}

#[test]
fn posts_reposts_and_authors_are_counted_by_the_hour() {
    let posts = [
        said(0, 1),
        Post {
            label: Some(Label::Negative),
            kind: PostKind::Quote,
            is_copy: true,
            ..said(1, 1)
        },
        Post {
            label: Some(Label::Positive),
            kind: PostKind::Reply,
            ..said(2, 2)
        },
        Post {
            kind: PostKind::Repost,
            label: Some(Label::Negative),
            ..said(3, 3)
        },
        said(3 * HOUR, 1),
    ];
    let counts = counted(&posts, 5 * HOUR);
    let hours = counts.of_brand(0);
    assert_eq!(hours.len(), 5, "silent hours stand between and behind");
    let first = &hours[0];
    assert_eq!(
        [
            first.post_count,
            first.positive_count,
            first.negative_count,
            first.quote_count,
            first.reply_count,
            first.copy_count,
            first.repost_count,
            first.author_count,
            first.reach,
        ],
        [3, 1, 1, 1, 1, 1, 1, 2, 30]
    );
    assert_eq!((hours[1].post_count, hours[3].post_count), (0, 1));
    assert_eq!((first.expected, first.tail_prob), (None, None));
}

#[test]
fn keywords_and_topics_are_counted_beside_their_brand() {
    let posts = [
        Post {
            keywords: &[0, 2],
            ..said(0, 1)
        },
        Post {
            keywords: &[2],
            topics: &[5],
            ..said(4 * HOUR, 1)
        },
    ];
    let counts = counted(&posts, 6 * HOUR);
    let sizes: Vec<(Part, usize)> = counts
        .streams
        .iter()
        .map(|(stream, hours)| (stream.part, hours.len()))
        .collect();
    assert_eq!(
        sizes,
        [
            (Part::All, 6),
            (Part::Keyword(0), 1),
            (Part::Keyword(2), 2),
            (Part::Topic(5), 1),
        ]
    );
    assert!(counts.of_brand(1).is_empty());
}

#[test]
fn future_ancient_and_late_posts_are_counted_as_such() {
    let posts = [
        said(i64::MIN, 1),
        said(-40 * 366 * 24 * HOUR, 1),
        said(10 * HOUR, 1),
        said(8 * HOUR, 2),
        said(12 * HOUR, 1),
        said(i64::MAX, 1),
    ];
    let counts = counted(&posts, 12 * HOUR);
    assert_eq!(
        (counts.too_old_count, counts.late_count, counts.future_count),
        (2, 1, 2)
    );
    let hours = counts.of_brand(0);
    assert_eq!((hours[0].start, hours[0].post_count), (10 * HOUR, 2));
    assert_eq!(counted(&[], 0), Counts::default());
}

#[test]
fn the_running_hour_is_judged_by_the_whole_hour() {
    let mut posts: Vec<Post<'_>> = (0..30 * 24)
        .map(|hour| said(hour * HOUR + HOUR / 2, 1))
        .collect();
    posts.push(said(30 * 24 * HOUR, 1));
    let running = counted(&posts, 30 * 24 * HOUR + 1);
    let complete = counted(&posts, 30 * 24 * HOUR + HOUR);
    assert_eq!(running, complete);
    let last = running.of_brand(0).last().unwrap();
    assert_eq!(last.post_count, 1);
    assert!((last.expected.unwrap() - 1.0).abs() < 0.1, "{last:?}");
    assert!(last.tail_prob.unwrap() > 0.3);
}
