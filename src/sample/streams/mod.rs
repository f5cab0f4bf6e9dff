//! A year of what is said about one brand, post by post, with planted flare-ups: what alerts are measured on.
//!
//! Ordinary talk follows hour and day of the week, a trend and a season of the year, days that go together and hours that
//! scatter more than chance (a Poisson law of gamma rates). Into it come things that are no flare-up: campaigns (positive,
//! mostly copies), broadcasts (sudden, mostly neutral) and grumbles (a handful of complaints), and the flare-ups, each of
//! which peaks at three times the usual hour or more, has 20 posts or more in three hours and is negative to 40 % or more.
//! Everything is a function of the seed.

mod events;
mod verdict;

use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, Poisson, StandardNormal};

use super::seed::{Domain, stream};
use crate::text::Label;
pub use verdict::{Detection, Verdict};

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;
/// Monday 2025-01-06 00:00 in Tokyo.
const START: i64 = 1_736_089_200_000_000;

/// Share of each hour, from midnight, on workdays and at weekends.
const HOURS: [[f64; 24]; 2] = [
    [
        0.9, 0.55, 0.3, 0.18, 0.15, 0.2, 0.45, 0.9, 1.1, 0.95, 0.95, 1.05, 1.5, 1.1, 0.95, 1.0,
        1.05, 1.15, 1.3, 1.45, 1.6, 1.75, 1.7, 1.35,
    ],
    [
        1.1, 0.75, 0.45, 0.25, 0.18, 0.18, 0.3, 0.55, 0.85, 1.1, 1.25, 1.3, 1.4, 1.3, 1.25, 1.25,
        1.25, 1.3, 1.35, 1.45, 1.6, 1.7, 1.6, 1.2,
    ],
];
/// Share of each day, from Monday.
const DAYS: [f64; 7] = [0.95, 0.93, 0.95, 0.97, 1.05, 1.15, 1.1];
/// Deviation of the logarithm of a day's talk, and how far it goes on to the next.
const DAY_DEVIATION: f64 = 0.18;
const DAY_MEMORY: f64 = 0.6;
/// Dispersion of an hour's talk around its day.
const DISPERSION: f64 = 0.08;
/// Shares of ordinary posts.
const NEGATIVE: f64 = 0.12;
const POSITIVE: f64 = 0.3;
const QUOTES: f64 = 0.06;
const REPLIES: f64 = 0.15;
/// Reposts per post.
const REPOSTS: f64 = 0.25;

/// The words of the stream; posts hold their indices.
pub const WORDS: [&str; 24] = [
    "コーヒー",
    "豆",
    "店",
    "朝",
    "香り",
    "好き",
    "飲む",
    "買う",
    "届く",
    "値段",
    "友達",
    "休日",
    "キャンペーン",
    "当たる",
    "フォロー",
    "テレビ",
    "見る",
    "行く",
    "異物",
    "対応",
    "ひどい",
    "返金",
    "謝罪",
    "混入",
];
const ORDINARY_WORDS: std::ops::Range<u32> = 0..12;
const CAMPAIGN_WORDS: std::ops::Range<u32> = 12..15;
const BROADCAST_WORDS: std::ops::Range<u32> = 15..18;
const FLARE_WORDS: std::ops::Range<u32> = 18..24;

/// What stream to make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreamOptions {
    /// Seed.
    pub seed: u64,
    /// Ordinary posts a day.
    pub mean_per_day: f64,
    /// Days; whole weeks of them are a good choice.
    pub days: u32,
    /// Flare-ups, at most one per four days; none in the first 24 days, in which a baseline is learnt.
    pub flare_ups: u32,
    /// Campaigns, broadcasts and grumbles, each.
    pub benign: [u32; 3],
}

impl StreamOptions {
    /// Returns a year of so many posts a day with 20 flare-ups, 12 campaigns, 12 broadcasts and 6 grumbles.
    pub fn year(seed: u64, mean_per_day: f64) -> Self {
        Self {
            seed,
            mean_per_day,
            days: 364,
            flare_ups: 20,
            benign: [12, 12, 6],
        }
    }
}

/// One post of a stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreamPost {
    /// When, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    /// By whom.
    pub author: u64,
    /// Mood.
    pub label: Label,
    /// `post`, `reply`, `quote` or `repost`, as in the table of posts.
    pub kind: &'static str,
    /// Cluster of copies it belongs to.
    pub copy_cluster: Option<u32>,
    /// Whether it is a copy of an earlier one.
    pub is_copy: bool,
    /// Followers of its author.
    pub reach: i64,
    /// Its words, as indices of [`WORDS`], each once.
    pub words: [u32; 3],
    /// Whom it answers, quotes or repeats.
    pub answered: Option<u64>,
}

/// A planted flare-up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlareUp {
    /// When it began.
    pub started_at: i64,
    /// When less than a twentieth of it was left.
    pub ended_at: i64,
    /// Start of its busiest hour.
    pub peak_at: i64,
    /// Posts of the busiest hour, ordinary ones with them, over those usual.
    pub peak_ratio: f64,
    /// Most posts in three hours, ordinary ones with them.
    pub most_in_three_hours: u64,
    /// Share of its own posts that are negative.
    pub negative_share: f64,
}

/// A stream and what was planted in it.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleStream {
    /// The posts, in order of time.
    pub posts: Vec<StreamPost>,
    /// The flare-ups, in order of time.
    pub flare_ups: Vec<FlareUp>,
    /// Start of the stream.
    pub started_at: i64,
    /// End of the stream.
    pub ended_at: i64,
}

/// Makes a stream.
pub fn make(options: &StreamOptions) -> SampleStream {
    let hours = options.days as usize * 24;
    let usual = usual(options);
    let mut rng = stream(options.seed, Domain::Voice, 1, 0);
    let gamma = Gamma::new(1.0 / DISPERSION, DISPERSION).ok();
    let ordinary: Vec<u64> = usual
        .iter()
        .map(|mean| {
            let rate = gamma.as_ref().map_or(1.0, |law| law.sample(&mut rng));
            poisson(mean * rate, &mut rng)
        })
        .collect();
    let mut writer = Writer {
        rng: stream(options.seed, Domain::Voice, 2, 0),
        posts: Vec::new(),
        people: (options.mean_per_day.max(1.0) * 60.0) as u64,
        clusters: 0,
    };
    let mut negative = NEGATIVE;
    for (hour, count) in ordinary.iter().enumerate() {
        if hour.is_multiple_of(24) {
            let shift: f64 = StandardNormal.sample(&mut writer.rng);
            negative = (NEGATIVE * (0.25 * shift).exp()).clamp(0.01, 0.5);
        }
        for _ in 0..*count {
            writer.ordinary(hour, negative);
        }
    }
    events::benign(options, &usual, &mut writer);
    let flare_ups = events::flare_ups(options, &usual, &ordinary, &mut writer);
    let mut posts = writer.posts;
    let ended_at = START + hours as i64 * HOUR;
    posts.retain(|post| post.at < ended_at);
    posts.sort_by_key(|post| post.at);
    SampleStream {
        posts,
        flare_ups,
        started_at: START,
        ended_at,
    }
}

/// Returns the posts usual in each hour.
fn usual(options: &StreamOptions) -> Vec<f64> {
    let mut rng = stream(options.seed, Domain::Voice, 0, 0);
    let hours = options.days as usize * 24;
    let slope = rng.random_range(-0.4..0.6);
    let phase: f64 = rng.random();
    let mean_day = DAYS.iter().sum::<f64>() / 7.0;
    let mut day = 0.0;
    let mut usual = Vec::with_capacity(hours);
    for hour in 0..hours {
        if hour.is_multiple_of(24) {
            let shock: f64 = StandardNormal.sample(&mut rng);
            day = DAY_MEMORY * day + DAY_DEVIATION * (1.0 - DAY_MEMORY * DAY_MEMORY).sqrt() * shock;
        }
        let weekday = hour / 24 % 7;
        let profile = &HOURS[usize::from(weekday >= 5)];
        let share = profile[hour % 24] * 24.0 / profile.iter().sum::<f64>();
        let year = hour as f64 / hours.max(1) as f64;
        let season = 0.15 * (std::f64::consts::TAU * (year + phase)).sin();
        let level = (slope * (year - 0.5) + season + day - DAY_DEVIATION.powi(2) / 2.0).exp();
        usual.push(options.mean_per_day / 24.0 * share * DAYS[weekday] / mean_day * level);
    }
    usual
}

/// Returns a Poisson count; nil for a mean that is none.
fn poisson(mean: f64, rng: &mut ChaCha8Rng) -> u64 {
    Poisson::new(mean).map_or(0, |law| law.sample(rng) as u64)
}

/// Writes posts down.
struct Writer {
    rng: ChaCha8Rng,
    posts: Vec<StreamPost>,
    /// People who ordinarily talk of the brand.
    people: u64,
    clusters: u32,
}

/// What posts of one kind are like.
#[derive(Debug, Clone, Copy)]
struct Manner {
    negative: f64,
    positive: f64,
    quotes: f64,
    replies: f64,
    reposts: f64,
    /// Share of copies of one text.
    copies: f64,
    words: (u32, u32),
    /// Whether it draws people who ordinarily do not talk of the brand.
    is_wide: bool,
    /// Author of what is answered.
    answered: Option<u64>,
}

impl Writer {
    fn ordinary(&mut self, hour: usize, negative: f64) {
        let manner = Manner {
            negative,
            positive: POSITIVE,
            quotes: QUOTES,
            replies: REPLIES,
            reposts: REPOSTS,
            copies: 0.0,
            words: (ORDINARY_WORDS.start, ORDINARY_WORDS.end),
            is_wide: false,
            answered: None,
        };
        self.write(hour as f64, hour, &manner, None);
    }

    /// Writes a post of an hour, not before `from` (in hours), with its reposts; its mood may be given.
    fn write(&mut self, from: f64, hour: usize, manner: &Manner, label: Option<Label>) {
        let rng = &mut self.rng;
        let first = from.max(hour as f64);
        let place = first + rng.random::<f64>() * ((hour + 1) as f64 - first).max(0.0);
        let at = (START + (place * HOUR as f64) as i64).min(START + (hour as i64 + 1) * HOUR - 1);
        let drawn: f64 = rng.random();
        let label = label.unwrap_or(if drawn < manner.negative {
            Label::Negative
        } else if drawn < manner.negative + manner.positive {
            Label::Positive
        } else {
            Label::Neutral
        });
        let way: f64 = rng.random();
        let kind = if way < manner.quotes {
            "quote"
        } else if way < manner.quotes + manner.replies {
            "reply"
        } else {
            "post"
        };
        let is_copy = rng.random::<f64>() < manner.copies;
        let (low, high) = manner.words;
        let first_word = rng.random_range(low..high.max(low + 1));
        let others = high.saturating_sub(low).max(1);
        let word = |step: u32| low + (first_word - low + step) % others;
        let post = StreamPost {
            at,
            author: author(manner.is_wide, self.people, rng),
            label,
            kind,
            copy_cluster: is_copy.then_some(self.clusters),
            is_copy,
            reach: followers(rng),
            words: [word(0), word(1), word(2)],
            answered: manner.answered.filter(|_| kind != "post"),
        };
        self.posts.push(post);
        for _ in 0..poisson(manner.reposts, rng) {
            let later = (rng.random::<f64>() * HOUR as f64) as i64;
            self.posts.push(StreamPost {
                at: at + later,
                author: author(manner.is_wide, self.people, rng),
                kind: "repost",
                reach: followers(rng),
                answered: Some(post.author),
                ..post
            });
        }
    }
}

fn author(is_wide: bool, people: u64, rng: &mut impl Rng) -> u64 {
    let number = rng.random_range(0..people.max(1) * if is_wide { 50 } else { 1 });
    // A few talk much: the square makes small numbers frequent.
    if is_wide {
        number
    } else {
        number * number / people.max(1)
    }
}

fn followers(rng: &mut impl Rng) -> i64 {
    let shift: f64 = StandardNormal.sample(rng);
    (250.0 * (1.4 * shift).exp()) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_has_the_mean_the_order_and_the_flare_ups_it_was_asked_for() {
        let options = StreamOptions {
            benign: [0; 3],
            ..StreamOptions::year(3, 50.0)
        };
        let quiet = make(&StreamOptions {
            flare_ups: 0,
            ..options
        });
        let heard = quiet.posts.iter().filter(|post| post.kind != "repost");
        let mean = heard.count() as f64 / 364.0;
        assert!((35.0..70.0).contains(&mean), "{mean}");
        let stream = make(&options);
        assert!(stream.posts.is_sorted_by_key(|post| post.at));
        assert_eq!(stream.flare_ups.len(), 20);
        for flare_up in &stream.flare_ups {
            assert!(flare_up.peak_ratio >= 3.0, "{flare_up:?}");
            assert!(flare_up.most_in_three_hours >= 20, "{flare_up:?}");
            assert!(
                (0.4..=1.0).contains(&flare_up.negative_share),
                "{flare_up:?}"
            );
            assert!(flare_up.started_at >= stream.started_at + 24 * 24 * HOUR);
            assert!(flare_up.ended_at > flare_up.peak_at && flare_up.ended_at <= stream.ended_at);
        }
        assert_eq!(stream, make(&options));
        assert_ne!(stream, make(&StreamOptions { seed: 4, ..options }));
    }

    #[test]
    fn a_stream_of_nothing_is_empty() {
        let options = StreamOptions {
            days: 0,
            ..StreamOptions::year(1, 50.0)
        };
        let stream = make(&options);
        assert!(stream.posts.is_empty() && stream.flare_ups.is_empty());
        let silent = make(&StreamOptions {
            benign: [0; 3],
            flare_ups: 0,
            ..StreamOptions::year(1, 0.0)
        });
        assert!(silent.posts.is_empty());
    }
}
