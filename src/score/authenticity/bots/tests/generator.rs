//! People who sleep, burst and have habits, and programs that do not.

use super::{AS_OF, DAY};
use crate::score::authenticity::bots::traits::{HOUR, MINUTE, SECOND};
use crate::score::authenticity::bots::{Activity, FEWEST_POSTS};

/// SplitMix64.
pub(super) struct Draws(pub u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, count: u64) -> i64 {
        (self.next() % count) as i64
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Near enough a standard normal.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.unit())
    }

    /// A span of time scaled by a number.
    fn span(unit: i64, times: f64) -> i64 {
        (unit as f64 * times) as i64
    }
}

/// What an account did.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    posted_at: Vec<i64>,
    copy_count: u64,
    distinct_text_count: u64,
    url_count: u64,
    created_at: i64,
    post_count: i64,
    follower_count: i64,
    following_count: i64,
}

impl Account {
    pub fn activity(&self) -> Activity<'_> {
        Activity {
            platform: "x",
            is_official: false,
            posted_at: &self.posted_at,
            copy_count: self.copy_count,
            distinct_text_count: Some(self.distinct_text_count),
            url_count: self.url_count,
            created_at: Some(self.created_at),
            post_count: Some(self.post_count),
            follower_count: Some(self.follower_count),
            following_count: Some(self.following_count),
        }
    }
}

fn part(count: usize, share: f64) -> u64 {
    (count as f64 * share) as u64
}

/// Instants at which a person posts.
fn human_instants(draws: &mut Draws) -> Vec<i64> {
    let time_zone = draws.below(24) * HOUR;
    let (wake, awake) = (6 + draws.below(4), 14 + draws.below(4));
    let kind = draws.below(8);
    let days = 20 + draws.below(100);
    let start = AS_OF - days * DAY;
    let rates = [0.3, 1.0, 2.0, 4.0, 10.0, 25.0];
    let rate = rates[draws.below(6) as usize];
    let mut posts = Vec::new();
    match kind {
        // Once a week.
        1 => {
            let (day, hour) = (draws.below(7), wake + draws.below(awake as u64));
            for week in 0..12 + draws.below(40) {
                let late = Draws::span(1200 * SECOND, draws.normal());
                posts.push(AS_OF - (week * 7 + day) * DAY + hour * HOUR + time_zone + late);
            }
        }
        // Every morning, and now and then in the day.
        2 => {
            for day in 0..days {
                let midnight = start + day * DAY + time_zone;
                if draws.unit() < 0.8 {
                    let late = Draws::span(900 * SECOND, draws.normal());
                    posts.push(midnight + 7 * HOUR + late);
                }
                if draws.unit() < 0.3 {
                    let hour = 12 + draws.below(9);
                    posts.push(midnight + hour * HOUR + Draws::span(HOUR, draws.unit()));
                }
            }
        }
        // On the way to work, at lunch, on the way back, before bed.
        3 => {
            let mut times = vec![
                7.0 + draws.unit(),
                12.0 + draws.unit(),
                18.0 + 2.0 * draws.unit(),
                21.0 + 2.0 * draws.unit(),
            ];
            times.truncate(2 + draws.below(3) as usize);
            for day in 0..days {
                for time in &times {
                    if draws.unit() < 0.7 {
                        let late = Draws::span(1100 * SECOND, draws.normal());
                        let midnight = start + day * DAY + time_zone;
                        posts.push(midnight + Draws::span(HOUR, *time) + late);
                    }
                }
            }
        }
        // Live, in one evening.
        4 => {
            let mut instant = AS_OF - 3 * DAY;
            for _ in 0..12 + draws.below(60) {
                instant += Draws::span(SECOND, 20.0 + 240.0 * draws.exponential());
                posts.push(instant);
            }
        }
        // Shift work: other hours every week.
        5 => {
            for day in 0..days {
                let shift = day / 7 % 3 * 8 * HOUR;
                for _ in 0..2 + draws.below(10) {
                    let time = Draws::span(14 * HOUR, draws.unit());
                    posts.push(start + day * DAY + shift + time_zone + time);
                }
            }
        }
        // When awake, in bursts.
        _ => {
            for day in 0..days {
                if draws.unit() < 0.15 {
                    continue;
                }
                let count = (rate * draws.exponential() + draws.unit()) as usize;
                let mut instant: Option<i64> = None;
                for _ in 0..count {
                    let next = match instant {
                        Some(last) if draws.unit() >= 0.35 => {
                            let pause = draws.exponential() * draws.exponential();
                            last + Draws::span(SECOND, 20.0 + 600.0 * pause)
                        }
                        _ => {
                            let morning = start + day * DAY + time_zone + wake * HOUR;
                            morning + Draws::span(awake * HOUR, draws.unit())
                        }
                    };
                    posts.push(next);
                    instant = Some(next);
                }
            }
        }
    }
    heard(posts)
}

fn heard(mut posts: Vec<i64>) -> Vec<i64> {
    posts.retain(|instant| *instant < AS_OF);
    posts.sort_unstable();
    posts
}

/// Draws a person; `None` for one who posts too little.
pub(super) fn human(draws: &mut Draws) -> Option<Account> {
    let posted_at = human_instants(draws);
    let count = posted_at.len();
    if count < FEWEST_POSTS {
        return None;
    }
    let following_count = 20 + draws.below(800);
    let follower_count = (following_count as f64 * (0.1 + 2.0 * draws.unit())) as i64;
    Some(Account {
        copy_count: part(count, 0.25 * draws.unit()),
        distinct_text_count: count as u64 - part(count, 0.2 * draws.unit()),
        url_count: part(count, 0.7 * draws.unit()),
        created_at: posted_at[0] - (60 + draws.below(3000)) * DAY,
        post_count: count as i64 + draws.below(5000),
        follower_count,
        following_count,
        posted_at,
    })
}

/// Draws a program; `None` for one that posts too little.
pub(super) fn bot(draws: &mut Draws) -> Option<Account> {
    let kind = draws.below(5);
    let minutes = [10, 15, 30, 60, 120, 180, 240, 360];
    let interval = minutes[draws.below(8) as usize] * MINUTE;
    let count = 12 + draws.below(190);
    let start = AS_OF - count * interval - draws.below(3600) * SECOND;
    let is_young = draws.unit() < 0.5;
    let mut copies = 0.3 * draws.unit();
    let mut posts = Vec::new();
    match kind {
        // At even intervals, to a few seconds.
        0 => {
            let start = start - start.rem_euclid(MINUTE);
            for post in 0..count {
                posts.push(start + post * interval + draws.below(3) * SECOND);
            }
        }
        // At intervals that are shaken.
        1 => {
            let jitter = 0.05 + 0.45 * draws.unit();
            let mut instant = start;
            for _ in 0..count {
                let shaken = 1.0 + jitter * (2.0 * draws.unit() - 1.0);
                instant += Draws::span(interval, shaken);
                posts.push(instant);
            }
        }
        // At even intervals, but by day only.
        2 => {
            let interval = interval.min(2 * HOUR);
            let jitter = 0.02 + 0.1 * draws.unit();
            let mut instant = AS_OF - 60 * DAY;
            while posts.len() < 60 && instant < AS_OF {
                let shaken = 1.0 + jitter * (2.0 * draws.unit() - 1.0);
                instant += Draws::span(interval, shaken);
                if instant.rem_euclid(DAY) < 15 * HOUR {
                    posts.push(instant);
                }
            }
            copies = 0.1 + 0.5 * draws.unit();
        }
        // As a person does, always the same.
        3 => {
            posts = human_instants(draws);
            copies = 0.8 + 0.2 * draws.unit();
        }
        // At any time, often the same.
        _ => {
            let mut instant = start;
            for _ in 0..count.max(40) {
                instant += Draws::span(interval, draws.exponential());
                posts.push(instant);
            }
            copies = 0.35 + 0.6 * draws.unit();
        }
    }
    let posted_at = heard(posts);
    let count = posted_at.len();
    if count < FEWEST_POSTS {
        return None;
    }
    let following_count = 100 + draws.below(3000);
    let age = if is_young {
        3 + draws.below(60)
    } else {
        100 + draws.below(1500)
    };
    Some(Account {
        copy_count: part(count, copies),
        distinct_text_count: count as u64 - part(count, copies),
        url_count: part(count, draws.unit()),
        created_at: (AS_OF - age * DAY).min(posted_at[0] - DAY),
        post_count: count as i64 + draws.below(2000),
        follower_count: (following_count as f64 * (0.02 + 0.8 * draws.unit())) as i64,
        following_count,
        posted_at,
    })
}
