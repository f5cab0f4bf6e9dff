//! The flare-ups of a year, found: 100 of them in five streams.

use super::super::hours::{
    self, Calendar, Counts, HOUR, Hour, HourSettings, Names, Post, PostKind,
};
use super::{Alert, AlertSettings, comparison, find};
use crate::config::{AlertConfig, Config};
use crate::sample::streams::{
    Detection, SampleStream, StreamOptions, StreamPost, Verdict, WORDS, make,
};
use jiff::tz::TimeZone;

/// Posts a day of the five streams.
const MEANS: [f64; 5] = [5.0, 15.0, 50.0, 150.0, 500.0];

pub(super) fn post(from: &StreamPost) -> Post<'_> {
    Post {
        at: from.at,
        author: from.author,
        brand: 0,
        keywords: &[],
        topics: &[],
        label: Some(from.label),
        kind: PostKind::of(from.kind),
        is_copy: from.is_copy,
        copy_cluster: from.copy_cluster,
        reach: from.reach,
        words: from.words[..].into(),
        answered: from.answered,
        is_hearsay: false,
        by_impersonator: false,
    }
}

pub(super) fn config() -> AlertConfig {
    Config::parse("", std::path::Path::new("koe.toml"), &[])
        .expect("the defaults")
        .score
        .alert
}

pub(super) fn counted(posts: &[Post<'_>], until: i64) -> Counts {
    let tokyo = TimeZone::get("Asia/Tokyo").expect("a bundled zone");
    let settings = HourSettings {
        baseline_days: 56,
        until,
    };
    let calendar = Calendar {
        time_zone: &tokyo,
        holidays: &[],
    };
    hours::count(posts.iter().copied(), settings, &calendar)
}

pub(super) fn found(posts: &[Post<'_>], counts: &Counts, until: i64) -> Vec<Alert> {
    let config = config();
    let settings = AlertSettings {
        alert: &config,
        baseline_days: 56,
        until,
        names: names(),
    };
    find(posts, counts, &settings)
}

pub(super) fn names() -> Names<'static> {
    Names {
        brands: &["とりのこえ"],
        keywords: &[],
        topics: &[],
        words: &WORDS,
        author: &author_name,
        post: &post_name,
    }
}

fn author_name(author: u64) -> String {
    format!("a{author}")
}

fn post_name(place: usize) -> String {
    format!("p{place}")
}

fn flare_ups(alerts: &[Alert]) -> Vec<Detection> {
    alerts
        .iter()
        .filter_map(|alert| {
            alert.flared_at.map(|told_at| Detection {
                started_at: alert.started_at,
                ended_at: alert.ended_at,
                told_at,
            })
        })
        .collect()
}

fn flagged(counts: &Counts, flags: &[bool]) -> Vec<Detection> {
    let hours = counts.of_brand(0);
    let starts: Vec<i64> = hours.iter().map(|hour| hour.start).collect();
    let config = config();
    let flags: Vec<bool> = hours
        .iter()
        .zip(flags)
        .map(|(hour, flag)| *flag && comparison::is_angry(hour, &config))
        .collect();
    Detection::runs(&starts, &flags, 6)
}

fn streams() -> Vec<SampleStream> {
    (1..)
        .zip(MEANS)
        .map(|(seed, mean)| make(&StreamOptions::year(seed, mean)))
        .collect()
}

#[test]
fn a_hundred_flare_ups_are_found_soon_and_little_else() {
    let (mut koe, mut esd, mut z) = (Verdict::default(), Verdict::default(), Verdict::default());
    let alert = config();
    for stream in streams() {
        let posts: Vec<Post<'_>> = stream.posts.iter().map(post).collect();
        let counts = counted(&posts, stream.ended_at);
        let alerts = found(&posts, &counts, stream.ended_at);
        koe.add(&stream.flare_ups, &flare_ups(&alerts), 364);
        let hours = counts.of_brand(0);
        let is_asked = |hour: &Hour| comparison::is_angry(hour, &alert);
        let by_esd = comparison::seasonal_esd(hours, 8, is_asked).expect("eight weeks");
        esd.add(&stream.flare_ups, &flagged(&counts, &by_esd), 364);
        let by_z = comparison::z_score(hours, 28, 3.0);
        z.add(&stream.flare_ups, &flagged(&counts, &by_z), 364);
    }
    assert_eq!(koe.planted, 100);
    let figures = |name: &str, verdict: &Verdict| {
        format!(
            "{name}: recall {:.3}, median delay {:.2} h, {:.3} false a month",
            verdict.recall(),
            verdict.delay(0.5),
            verdict.false_per_month()
        )
    };
    let all = [
        figures("koe", &koe),
        figures("S-H-ESD", &esd),
        figures("z-score", &z),
    ];
    assert!(koe.recall() >= 0.95, "{all:#?}");
    assert!(koe.delay(0.5) <= 2.0, "{all:#?}");
    assert!(koe.false_per_month() <= 1.0, "{all:#?}");
    assert!(
        koe.recall() > esd.recall() && koe.recall() > z.recall(),
        "{all:#?}"
    );
}

#[test]
fn looking_back_gives_what_was_known_then() {
    let stream = make(&StreamOptions {
        days: 84,
        flare_ups: 6,
        benign: [2, 2, 1],
        ..StreamOptions::year(9, 60.0)
    });
    let posts: Vec<Post<'_>> = stream.posts.iter().map(post).collect();
    let whole = counted(&posts, stream.ended_at);
    let alerts = found(&posts, &whole, stream.ended_at);
    assert!(alerts.iter().any(|alert| alert.is_flare_up));
    for flare_up in &stream.flare_ups {
        // As of the end of its busiest hour and of the hour after.
        for until in [1, 2].map(|after| flare_up.peak_at + after * HOUR) {
            let counts = counted(&posts, until);
            let then = counts.of_brand(0);
            assert_eq!(then, &whole.of_brand(0)[..then.len()]);
            let known: Vec<Post<'_>> = posts
                .iter()
                .copied()
                .filter(|post| post.at < until)
                .collect();
            let early = found(&known, &counted(&known, until), until);
            assert_eq!(early, found(&posts, &counts, until));
            // What was an alert then is one now, told at the same time.
            for alert in early {
                assert!(
                    alerts
                        .iter()
                        .any(|later| later.started_at == alert.started_at
                            && later.alerted_at == alert.alerted_at),
                    "{alert:?}"
                );
            }
        }
    }
}
