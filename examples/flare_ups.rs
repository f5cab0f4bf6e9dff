//! Measures koe's flare-ups beside S-H-ESD and a plain z-score on made-up streams:
//! `cargo run --release --example flare_ups -- [sets]`, five streams of a year with 100 flare-ups a set.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use koe::config::{AlertConfig, Config};
use koe::sample::streams::{Detection, StreamOptions, StreamPost, Verdict, WORDS, make};
use koe::score::flare_ups::{AlertSettings, comparison, find};
use koe::score::hours::{Calendar, Hour, HourSettings, Names, Post, PostKind, count};

const MEANS: [f64; 5] = [5.0, 15.0, 50.0, 150.0, 500.0];
const METHODS: [&str; 5] = [
    "koe",
    "S-H-ESD",
    "S-H-ESD, angry hours",
    "z > 3",
    "z > 3, angry hours",
];

fn main() -> Result<(), Box<dyn Error>> {
    let sets: u64 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 1,
    };
    let config = Config::parse("", Path::new("koe.toml"), &[])?.score;
    let mut verdicts: [Verdict; 5] = Default::default();
    let (mut posts, mut taken) = (0, Duration::ZERO);
    for seed in 1..=sets * MEANS.len() as u64 {
        let mean = MEANS[(seed - 1) as usize % MEANS.len()];
        let options = StreamOptions::year(seed, mean);
        let stream = make(&options);
        let heard: Vec<Post<'_>> = stream.posts.iter().map(post).collect();
        let started = Instant::now();
        let zone = TimeZone::get("Asia/Tokyo")?;
        let counts = count(
            heard.iter().copied(),
            HourSettings {
                baseline_days: config.baseline_days,
                until: stream.ended_at,
            },
            &Calendar {
                time_zone: &zone,
                holidays: &[],
            },
        );
        let alerts = find(
            &heard,
            &counts,
            &AlertSettings {
                alert: &config.alert,
                baseline_days: config.baseline_days,
                until: stream.ended_at,
                names: Names {
                    brands: &["brand"],
                    keywords: &[],
                    topics: &[],
                    words: &WORDS,
                    author: &|author| author.to_string(),
                    post: &|place| place.to_string(),
                },
            },
        );
        taken += started.elapsed();
        posts += heard.len();
        let koe: Vec<Detection> = alerts
            .iter()
            .filter_map(|alert| {
                alert.flared_at.map(|told_at| Detection {
                    started_at: alert.started_at,
                    ended_at: alert.ended_at,
                    told_at,
                })
            })
            .collect();
        let hours = counts.of_brand(0);
        let esd = comparison::seasonal_esd(hours, 8, |_| true)?;
        let z = comparison::z_score(hours, 28, 3.0);
        let found = [
            koe,
            runs(hours, &esd, false, &config.alert),
            runs(hours, &esd, true, &config.alert),
            runs(hours, &z, false, &config.alert),
            runs(hours, &z, true, &config.alert),
        ];
        for (verdict, found) in verdicts.iter_mut().zip(&found) {
            verdict.add(&stream.flare_ups, found, options.days);
        }
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{posts} posts and reposts, koe: {:.2} s\n",
        taken.as_secs_f64()
    )?;
    writeln!(
        out,
        "| method | flare-ups | recall | median delay, h | 90 % delay, h | false a month |\n|---|---|---|---|---|---|"
    )?;
    for (method, verdict) in METHODS.iter().zip(&verdicts) {
        writeln!(
            out,
            "| {method} | {} | {:.3} | {:.2} | {:.2} | {:.3} |",
            verdict.planted,
            verdict.recall(),
            verdict.delay(0.5),
            verdict.delay(0.9),
            verdict.false_per_month()
        )?;
    }
    Ok(())
}

/// Returns the runs of flagged hours, of angry ones only where that is asked for.
fn runs(hours: &[Hour], flags: &[bool], only_angry: bool, config: &AlertConfig) -> Vec<Detection> {
    let starts: Vec<i64> = hours.iter().map(|hour| hour.start).collect();
    let flags: Vec<bool> = hours
        .iter()
        .zip(flags)
        .map(|(hour, flag)| *flag && (!only_angry || comparison::is_angry(hour, config)))
        .collect();
    Detection::runs(&starts, &flags, config.gap_hours as usize)
}

fn post(from: &StreamPost) -> Post<'_> {
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
